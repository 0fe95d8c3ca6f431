/**
 * The kernels of Jacobi-preconditioned conjugate gradients, compiled and bound to one matrix and its vectors.
 *
 * What an iteration moves, in bytes an unknown (k entries a row, 6 on a cubic lattice):
 *
 *   launch           reads                                  writes          bytes
 *   applyDot         columns 2k, weights 4k, p              q               6k + 8
 *   stepUpdate       q, 1/d, z                              z               16
 *   stepDirection    z, p, y                                p, y            20
 *   in all                                                                  6k + 44  (80 at k = 6)
 *
 * or 8k + 44 where a neighbour is too far away for 16 bits (src/sparse/near-columns.ts).
 *
 * Small systems, one workgroup each, go through all three in one launch (`batch`).
 */
import { type BufferSet, BufferUsage, createBufferSet } from "../gpu/buffers.ts";
import { type BoundKernel, createKernel } from "../gpu/kernel.ts";
import { createLaunch } from "../sparse/launch.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";

/** Words of a SystemState, as in shaders/include/system-state.wgsl, and where its members lie. */
export const STATE_WORDS = 12;
export const StateWord = {
  running: 0,
  threshold: 5,
  iteration: 6,
  budget: 7,
  outcome: 8,
  scale: 9,
} as const;

/** What `outcome` counts, as in shaders/include/system-state.wgsl. */
export const OUTCOMES = ["running", "reduced", "budget", "breakdown", "non-finite"] as const;
export type InnerOutcome = (typeof OUTCOMES)[number];

export interface CgBuffers {
  /** p, z and y one after the other. */
  readonly vectors: GPUBuffer;
  readonly product: GPUBuffer;
  readonly partialCurvature: GPUBuffer;
  readonly partialNorms: GPUBuffer;
  readonly state: GPUBuffer;
  readonly history: GPUBuffer;
  /** r = b - A x of the true system. */
  readonly residual: GPUBuffer;
  /** Arguments of the large systems' indirect dispatches. */
  readonly groups: GPUBuffer;
  /** The uniforms of small systems, and of large ones by parity. */
  readonly smallLaunch: GPUBuffer;
  readonly largeLaunch: readonly [GPUBuffer, GPUBuffer];
  readonly allLaunch: GPUBuffer;
  readonly readback: readonly [GPUBuffer, GPUBuffer];
}

export interface CgKernels {
  readonly initialize: BoundKernel;
  readonly start: BoundKernel;
  readonly gate: BoundKernel;
  readonly applyDot: readonly [BoundKernel, BoundKernel];
  readonly stepUpdate: readonly [BoundKernel, BoundKernel];
  readonly stepDirection: readonly [BoundKernel, BoundKernel];
  readonly batch: BoundKernel;
}

export interface CgWorkspace {
  readonly set: BufferSet;
  readonly buffers: CgBuffers;
  readonly kernels: CgKernels;
  /** Iterations that `history` holds of each system. */
  readonly historyCapacity: number;
}

/** @throws {LimitError} when the vectors do not fit the device */
export async function createCgWorkspace(matrix: RaggedLaplacian): Promise<CgWorkspace> {
  const historyCapacity = chooseHistoryCapacity(matrix.pattern.systemCount);
  const { set, buffers } = await createBufferSet(matrix.device, "the vectors of conjugate gradients", (own) =>
    createBuffers(own, matrix, historyCapacity),
  );
  try {
    return { set, buffers, kernels: await bindKernels(matrix, buffers), historyCapacity };
  } catch (error) {
    set.destroy();
    throw error;
  }
}

const MOST_HISTORY = 256;
const HISTORY_BUDGET = 2 ** 19;

/** Even, since iterations come in pairs. */
function chooseHistoryCapacity(systemCount: number): number {
  return Math.max(16, Math.min(MOST_HISTORY, 2 * Math.floor(HISTORY_BUDGET / systemCount / 2)));
}

function createBuffers(own: BufferSet, matrix: RaggedLaplacian, historyCapacity: number): CgBuffers {
  const { pattern } = matrix;
  const { chunkCount, smallChunkCount, systemCount } = pattern;
  const bytes = 4 * strideOf(pattern.vectorLength);
  const state = own.storage("state", 4 * STATE_WORDS * systemCount);
  const history = own.storage("history", 8 * historyCapacity * systemCount);
  const large = { firstChunk: smallChunkCount, chunkCount: chunkCount - smallChunkCount, historyCapacity };
  return {
    vectors: own.storage("p, z and y", 3 * bytes),
    product: own.storage("q", bytes),
    residual: own.storage("r", bytes),
    partialCurvature: own.storage("partial sums of p·q", 4 * chunkCount),
    partialNorms: own.storage("partial sums of r·z and r·r", 8 * chunkCount),
    state,
    history,
    groups: own.storage("groups", 12, BufferUsage.INDIRECT),
    smallLaunch: createLaunch(own, pattern, { chunkCount: smallChunkCount, historyCapacity }),
    largeLaunch: [
      createLaunch(own, pattern, { ...large, parity: 0 }),
      createLaunch(own, pattern, { ...large, parity: 1 }),
    ],
    allLaunch: createLaunch(own, pattern),
    readback: [
      own.staging("progress", state.size + history.size),
      own.staging("progress", state.size + history.size),
    ],
  };
}

/** Rows between the parts of `vectors`: parts begin at multiples of 256 bytes. */
function strideOf(vectorLength: number): number {
  return Math.ceil(vectorLength / 64) * 64;
}

async function bindKernels(matrix: RaggedLaplacian, own: CgBuffers): Promise<CgKernels> {
  const { device, shape, pattern } = matrix;
  const { batchLayout, column, nearColumn, weight, inverseDiagonal } = matrix.buffers;
  const constants = { lanes: shape.lanes };
  const rows = Math.max(32, largestSmallSystem(pattern));
  const [initialize, start, gate, applyDot, stepUpdate, stepDirection, batch] = await Promise.all([
    createKernel(device, "solve/cg-initialize", constants),
    createKernel(device, "solve/cg-start", constants),
    createKernel(device, "solve/cg-gate", constants),
    createKernel(device, "sparse/apply-dot", { ...constants, near: nearColumn ? 1 : 0 }),
    createKernel(device, "solve/cg-step-update", constants),
    createKernel(device, "solve/cg-step-direction", constants),
    createKernel(device, "solve/cg-batch", { ...constants, capacity: rows }),
  ]);
  const [direction, preconditioned, correction] = vectorRanges(matrix, own);
  const { vectors, product, residual, partialCurvature, partialNorms, state, history, groups } = own;
  const all = { launch: own.allLaunch, batchLayout };
  const byParity = <T>(bind: (launch: GPUBuffer) => T): [T, T] => [
    bind(own.largeLaunch[0]),
    bind(own.largeLaunch[1]),
  ];
  return {
    initialize: initialize.bind({
      ...all,
      residual,
      inverseDiagonal,
      preconditioned,
      direction,
      correction,
      partialNorms,
      state,
    }),
    start: start.bind({ ...all, partialNorms, state }),
    gate: gate.bind({ launch: own.largeLaunch[0], batchLayout, state, groups }),
    applyDot: byParity((launch) =>
      applyDot.bind({
        launch,
        batchLayout,
        column: nearColumn ?? column,
        weight,
        direction,
        directionRows: direction,
        product,
        partialCurvature,
        state,
      }),
    ),
    stepUpdate: byParity((launch) =>
      stepUpdate.bind({
        launch,
        batchLayout,
        product,
        inverseDiagonal,
        preconditioned,
        partialCurvature,
        partialNorms,
        state,
      }),
    ),
    stepDirection: byParity((launch) =>
      stepDirection.bind({
        launch,
        batchLayout,
        preconditioned,
        direction,
        correction,
        partialNorms,
        state,
        history,
      }),
    ),
    batch: batch.bind({
      launch: own.smallLaunch,
      batchLayout,
      column,
      weight,
      inverseDiagonal,
      vectors,
      state,
      history,
    }),
  };
}

/** Rows, those that fill slices included. */
export function largestSmallSystem({ batchLayout, smallChunkCount }: RaggedLaplacian["pattern"]): number {
  let slices = 0;
  for (let k = 0; k < smallChunkCount; k++)
    slices = Math.max(slices, batchLayout[8 * k + 2]! - batchLayout[8 * k + 1]!);
  return 32 * slices;
}

/** The part of `vectors` that holds y. */
export function correctionRange(matrix: RaggedLaplacian, buffers: CgBuffers): GPUBufferBinding {
  return vectorRanges(matrix, buffers)[2];
}

/** The parts of `vectors`: p, z and y. */
export function vectorRanges(
  { pattern }: RaggedLaplacian,
  { vectors }: CgBuffers,
): [GPUBufferBinding, GPUBufferBinding, GPUBufferBinding] {
  const size = 4 * strideOf(pattern.vectorLength);
  const part = (k: number) => ({ buffer: vectors, offset: k * size, size });
  return [part(0), part(1), part(2)];
}
