/** Buffers and kernels of a solve without the host (resident-solve.ts). */
import { type BufferSet, BufferUsage } from "../gpu/buffers.ts";
import { type BoundKernel, createKernel } from "../gpu/kernel.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import { type CgWorkspace, largestSmallSystem } from "./cg-kernels.ts";
import type { Elimination } from "./elimination.ts";

export interface ResidentSolveBuffers {
  /** x, two f32 a row, with the grounds' values. */
  readonly solution: GPUBuffer;
  /** Of a solve with a load: two f32 a row. */
  readonly load?: GPUBuffer;
  readonly partialNorms: GPUBuffer;
  readonly progress: GPUBuffer;
  readonly ground: GPUBuffer;
  /** Arguments of indirect dispatches over the chunks of large systems. */
  readonly groups: GPUBuffer;
}

export interface ResidentSolveKernels {
  /** All of a small system's solve, directly. */
  readonly eliminate?: BoundKernel;
  /** The same by conjugate gradients, where it is not solved yet. */
  readonly small?: BoundKernel;
  readonly residual: BoundKernel;
  readonly accumulate: BoundKernel;
  readonly planFirst: BoundKernel;
  readonly planNext: BoundKernel;
  /** Sets `groups`. */
  readonly gate: BoundKernel;
  readonly initialize: BoundKernel;
  readonly start: BoundKernel;
}

/** Words of a Progress, as in shaders/include/refinement-plan.wgsl. */
export const PROGRESS_WORDS = 4;
/** How much a float32 inner solve reduces its residual. */
export const INNER_REDUCTION = 1e-5;

export function createResidentSolveBuffers(
  own: BufferSet,
  { pattern }: RaggedLaplacian,
  hasLoad: boolean,
): ResidentSolveBuffers {
  const { vectorLength, chunkCount, systemCount } = pattern;
  return {
    solution: own.storage("x", 8 * vectorLength),
    ...(hasLoad && { load: own.storage("load", 8 * vectorLength) }),
    partialNorms: own.storage("partial sums of r·r and energy", 8 * chunkCount),
    progress: own.storage("progress", 4 * PROGRESS_WORDS * systemCount),
    ground: own.upload("ground", Float32Array.of(hasLoad ? 0 : 1, 0)),
    groups: own.storage("groups", 12, BufferUsage.INDIRECT),
  };
}

export async function bindResidentSolve(
  matrix: RaggedLaplacian,
  workspace: CgWorkspace,
  elimination: Elimination,
  own: ResidentSolveBuffers,
  {
    tolerance,
    refinements,
    maxIterations,
  }: { tolerance: number; refinements: number; maxIterations: number },
): Promise<ResidentSolveKernels> {
  const { device, shape, buffers } = matrix;
  const { batchLayout, inverseDiagonal } = buffers;
  const { column, weight, weightLow } = buffers.pages[0]!;
  const { state, residual, direction, preconditioned, correction, largeLaunch } = workspace.buffers;
  const { solution, partialNorms, progress } = own;
  const constants = { lanes: shape.lanes };
  const hasLoad = own.load ? 1 : 0;
  const plan = { tolerance, innerReduction: INNER_REDUCTION, budget: maxIterations };
  const toTheEnd = { ...constants, tolerance, refinements, hasLoad };
  const [forSmall, measure, accumulate, planFirst, planNext, gate, initialize, start] = await Promise.all([
    bindSmall(matrix, workspace, elimination, own, { ...toTheEnd, ...plan }),
    createKernel(device, "sparse/residual", { ...constants, hasLoad }),
    createKernel(device, "solve/cg-accumulate", constants),
    createKernel(device, "solve/cg-plan", { ...constants, ...plan, isFirst: 1 }),
    createKernel(device, "solve/cg-plan", { ...constants, ...plan, isFirst: 0 }),
    createKernel(device, "solve/cg-gate", constants),
    createKernel(device, "solve/cg-initialize", constants),
    createKernel(device, "solve/cg-start", constants),
  ]);
  const large = { launch: largeLaunch[0], batchLayout };
  const planned = { ...large, partialNorms, state, progress };
  const { partialNorms: innerNorms } = workspace.buffers;
  return {
    ...forSmall,
    residual: measure.bind({
      ...large,
      column,
      weight,
      weightLow,
      solution,
      load: own.load ?? solution,
      residual,
      partialNorms,
    }),
    accumulate: accumulate.bind({ ...large, correction, solution, state }),
    planFirst: planFirst.bind(planned),
    planNext: planNext.bind(planned),
    gate: gate.bind({ ...large, state, groups: own.groups }),
    initialize: initialize.bind({
      ...large,
      residual,
      inverseDiagonal,
      preconditioned,
      direction,
      correction,
      partialNorms: innerNorms,
      state,
    }),
    start: start.bind({ ...large, partialNorms: innerNorms, state }),
  };
}

interface SmallConstants {
  readonly lanes: number;
  readonly tolerance: number;
  readonly refinements: number;
  readonly hasLoad: number;
  readonly innerReduction: number;
  readonly budget: number;
}

async function bindSmall(
  { device, pattern, buffers }: RaggedLaplacian,
  { buffers: { vectors, smallLaunches } }: CgWorkspace,
  elimination: Elimination,
  { solution, progress, load }: ResidentSolveBuffers,
  { innerReduction, budget, ...constants }: SmallConstants,
): Promise<Pick<ResidentSolveKernels, "eliminate" | "small">> {
  const launch = smallLaunches[0];
  if (!vectors || !launch) return {};
  const capacity = Math.max(32, largestSmallSystem(pattern));
  const [eliminate, small] = await Promise.all([
    createKernel(device, "solve/eliminate-lanes", constants),
    createKernel(device, "solve/refined-batch", { ...constants, innerReduction, budget, capacity }),
  ]);
  const { batchLayout, inverseDiagonal } = buffers;
  const { column, weight } = buffers.pages[0]!;
  const slots = { launch, batchLayout, column, weight };
  const systems = { ...slots, load: load ?? inverseDiagonal, solution, progress };
  return {
    eliminate: eliminate.bind({ ...systems, plan: elimination.plan, work: elimination.work }),
    small: small.bind({ ...systems, inverseDiagonal, vectors }),
  };
}
