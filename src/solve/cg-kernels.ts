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
 * Small systems, one workgroup each, go through all three in one launch (`batch`). A kernel that reads slots is
 * launched once for each page of them (src/sparse/paged-slots.ts).
 */
import { type BufferSet, BufferUsage, createBufferSet } from "../gpu/buffers.ts";
import { type BoundKernel, createKernel } from "../gpu/kernel.ts";
import { createLaunch, type SegmentKernel } from "../sparse/launch.ts";
import { listSegments, type Segment } from "../sparse/paged-slots.ts";
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
  /** p, z and y: parts of `vectors` where there are small systems, whose kernel binds all three at once. */
  readonly direction: GPUBufferBinding;
  readonly preconditioned: GPUBufferBinding;
  readonly correction: GPUBufferBinding;
  readonly vectors?: GPUBuffer;
  readonly product: GPUBuffer;
  readonly partialCurvature: GPUBuffer;
  readonly partialNorms: GPUBuffer;
  readonly state: GPUBuffer;
  readonly history: GPUBuffer;
  /** r = b - A x of the true system. */
  readonly residual: GPUBuffer;
  /** Arguments of the large systems' indirect dispatches. */
  readonly groups: GPUBuffer;
  /** The uniforms of large systems by parity, of all systems, and of small ones by segment. */
  readonly largeLaunch: readonly [GPUBuffer, GPUBuffer];
  readonly allLaunch: GPUBuffer;
  readonly smallLaunches: readonly GPUBuffer[];
  /** The large systems' chunks, page by page. */
  readonly largeSegments: readonly LargeSegment[];
  readonly readback: readonly [GPUBuffer, GPUBuffer];
}

/** Chunks of large systems on one page; with one page its buffers are those of all large systems. */
export interface LargeSegment extends Segment {
  readonly launch: readonly [GPUBuffer, GPUBuffer];
  readonly groups: GPUBuffer;
}

export interface CgKernels {
  readonly initialize: BoundKernel;
  readonly start: BoundKernel;
  /** Sets `groups` of all large systems and of each segment. */
  readonly gates: readonly BoundKernel[];
  /** By parity, then by segment. */
  readonly applyDot: readonly [readonly BoundKernel[], readonly BoundKernel[]];
  readonly stepUpdate: readonly [BoundKernel, BoundKernel];
  readonly stepDirection: readonly [BoundKernel, BoundKernel];
  /** Of small systems. */
  readonly batch: readonly SegmentKernel[];
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
  const state = own.storage("state", 4 * STATE_WORDS * systemCount);
  const history = own.storage("history", 8 * historyCapacity * systemCount);
  const large = { firstChunk: smallChunkCount, chunkCount: chunkCount - smallChunkCount };
  const launchByParity = (chunks: { firstChunk: number; chunkCount: number; page?: number }) =>
    [0, 1].map((parity) =>
      createLaunch(own, pattern, { ...chunks, historyCapacity, parity: parity as 0 | 1 }),
    ) as [GPUBuffer, GPUBuffer];
  const largeLaunch = launchByParity(large);
  const groups = own.storage("groups", 12, BufferUsage.INDIRECT);
  const segments = listSegments(pattern.pages, "large");
  const isWhole = pattern.pages.length === 1;
  return {
    ...createVectors(own, pattern),
    product: own.storage("q", 4 * pattern.vectorLength),
    residual: own.storage("r", 4 * pattern.vectorLength),
    partialCurvature: own.storage("partial sums of p·q", 4 * chunkCount),
    partialNorms: own.storage("partial sums of r·z and r·r", 8 * chunkCount),
    state,
    history,
    groups,
    largeLaunch,
    allLaunch: createLaunch(own, pattern),
    smallLaunches: listSegments(pattern.pages, "small").map((segment) =>
      createLaunch(own, pattern, { ...segment, historyCapacity }),
    ),
    largeSegments: segments.map((segment) => ({
      ...segment,
      launch: isWhole ? largeLaunch : launchByParity(segment),
      groups: isWhole ? groups : own.storage("groups of a page", 12, BufferUsage.INDIRECT),
    })),
    readback: [
      own.staging("progress", state.size + history.size),
      own.staging("progress", state.size + history.size),
    ],
  };
}

/** In one buffer where a kernel binds them together, else in three, each of which may be as long as a binding. */
function createVectors(own: BufferSet, { vectorLength, smallChunkCount }: RaggedLaplacian["pattern"]) {
  // Parts begin at multiples of 256 bytes.
  const size = 4 * Math.ceil(vectorLength / 64) * 64;
  if (smallChunkCount === 0) {
    const vector = (label: string) => ({ buffer: own.storage(label, size), offset: 0, size });
    return { direction: vector("p"), preconditioned: vector("z"), correction: vector("y") };
  }
  const vectors = own.storage("p, z and y", 3 * size);
  const part = (k: number) => ({ buffer: vectors, offset: k * size, size });
  return { vectors, direction: part(0), preconditioned: part(1), correction: part(2) };
}

async function bindKernels(matrix: RaggedLaplacian, own: CgBuffers): Promise<CgKernels> {
  const { device, shape } = matrix;
  const { batchLayout, inverseDiagonal } = matrix.buffers;
  const constants = { lanes: shape.lanes };
  const [initialize, start, gate, stepUpdate, stepDirection, applyDot, batch] = await Promise.all([
    createKernel(device, "solve/cg-initialize", constants),
    createKernel(device, "solve/cg-start", constants),
    createKernel(device, "solve/cg-gate", constants),
    createKernel(device, "solve/cg-step-update", constants),
    createKernel(device, "solve/cg-step-direction", constants),
    bindApplyDot(matrix, own),
    bindBatch(matrix, own),
  ]);
  const { direction, preconditioned, correction, product, residual } = own;
  const { partialCurvature, partialNorms, state, history, groups, largeLaunch, largeSegments } = own;
  const all = { launch: own.allLaunch, batchLayout };
  const started = { residual, inverseDiagonal, preconditioned, direction, correction, partialNorms, state };
  const updated = { product, inverseDiagonal, preconditioned, partialCurvature, partialNorms, state };
  const directed = { preconditioned, direction, correction, partialNorms, state, history };
  const gated = [{ launch: largeLaunch, groups }, ...largeSegments.filter((each) => each.groups !== groups)];
  return {
    initialize: initialize.bind({ ...all, ...started }),
    start: start.bind({ ...all, partialNorms, state }),
    gates: gated.map((each) =>
      gate.bind({ launch: each.launch[0], batchLayout, state, groups: each.groups }),
    ),
    applyDot,
    stepUpdate: byParity((parity) =>
      stepUpdate.bind({ launch: largeLaunch[parity], batchLayout, ...updated }),
    ),
    stepDirection: byParity((parity) =>
      stepDirection.bind({ launch: largeLaunch[parity], batchLayout, ...directed }),
    ),
    batch,
  };
}

function byParity<T>(make: (parity: 0 | 1) => T): [T, T] {
  return [make(0), make(1)];
}

async function bindApplyDot(
  { device, shape, buffers: { batchLayout, pages } }: RaggedLaplacian,
  { direction, product, partialCurvature, state, largeSegments }: CgBuffers,
): Promise<[BoundKernel[], BoundKernel[]]> {
  const bindSegment = async ({ page, launch }: LargeSegment) => {
    const { column, nearColumn, weight } = pages[page]!;
    const near = nearColumn ? 1 : 0;
    const kernel = await createKernel(device, "sparse/apply-dot", { lanes: shape.lanes, near });
    const slots = { column: nearColumn ?? column, weight };
    const vectors = { direction, directionRows: direction, product, partialCurvature, state };
    return byParity((parity) => kernel.bind({ launch: launch[parity], batchLayout, ...slots, ...vectors }));
  };
  const bound = await Promise.all(largeSegments.map(bindSegment));
  return byParity((parity) => bound.map((kernels) => kernels[parity]));
}

async function bindBatch(
  { device, shape, pattern, buffers: { batchLayout, pages, inverseDiagonal } }: RaggedLaplacian,
  { vectors, state, history, smallLaunches }: CgBuffers,
): Promise<SegmentKernel[]> {
  if (!vectors) return [];
  const capacity = Math.max(32, largestSmallSystem(pattern));
  const kernel = await createKernel(device, "solve/cg-batch", { lanes: shape.lanes, capacity });
  return listSegments(pattern.pages, "small").map(({ page, chunkCount }, k) => {
    const { column, weight } = pages[page]!;
    const bound = { launch: smallLaunches[k]!, batchLayout, column, weight, inverseDiagonal };
    return { kernel: kernel.bind({ ...bound, vectors, state, history }), chunkCount };
  });
}

/** Rows, those that fill slices included. */
export function largestSmallSystem({ batchLayout, smallChunkCount }: RaggedLaplacian["pattern"]): number {
  let slices = 0;
  for (let k = 0; k < smallChunkCount; k++)
    slices = Math.max(slices, batchLayout[8 * k + 2]! - batchLayout[8 * k + 1]!);
  return 32 * slices;
}
