/** The uniform of kernels over a level's rows, as in shaders/include/multigrid-level.wgsl, and their dispatch. */
import type { BufferSet } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { type BoundKernel, dispatchGroups } from "../gpu/kernel.ts";
import type { LaunchShape } from "../gpu/launch-shape.ts";

export interface RowLaunch {
  readonly uniform: GPUBuffer;
  readonly groupCount: number;
}

export interface RowLaunchOptions {
  /** How many rows the launch goes over, if not over all of the level. */
  readonly launchedRows?: number;
  readonly sliceTable?: number;
  readonly coarseCount?: number;
  readonly rowStarts?: number;
  readonly entries?: number;
  /** The first row of the page that is bound. */
  readonly pageRow?: number;
  readonly isSliced?: boolean;
  /** At most so many workgroups. */
  readonly mostGroups?: number;
}

/**
 * A software driver wants few workgroups with a block of rows each, hardware a row a lane.
 * @param rowCount of the level
 */
export function createRowLaunch(
  set: BufferSet,
  device: ComputeDevice,
  { lanes, maxChunks }: LaunchShape,
  rowCount: number,
  options: RowLaunchOptions = {},
): RowLaunch {
  const { launchedRows = rowCount, sliceTable = 0, coarseCount = 0, rowStarts = 0, entries = 0 } = options;
  const { pageRow = 0, isSliced = false } = options;
  const { mostGroups = device.kind === "software" ? maxChunks : Number.POSITIVE_INFINITY } = options;
  const wanted = Math.max(1, Math.ceil(launchedRows / lanes));
  const blockRows = lanes * Math.ceil(wanted / Math.min(wanted, mostGroups));
  const words = [rowCount, blockRows, sliceTable, coarseCount, rowStarts, entries, pageRow, isSliced ? 1 : 0];
  return {
    uniform: set.uniform("rows of a level", Uint32Array.from(words)),
    groupCount: Math.max(1, Math.ceil(launchedRows / blockRows)),
  };
}

/** One launch: a kernel and over how many workgroups it goes. */
export interface Step {
  readonly kernel: BoundKernel;
  readonly groupCount: number;
}

export function encodeSteps(pass: GPUComputePassEncoder, steps: readonly Step[]): void {
  for (const { kernel, groupCount } of steps) dispatchGroups(pass, kernel, groupCount);
}
