/** One level as the kernels that build the next one see it: (A x)_i = sum over slots of w_ij (x_i - x_j) + ground_i x_i. */
import type { BufferRange } from "../gpu/kernel.ts";

/** The matrix. Slots that only fill have weight 0 and a column beyond all rows. */
export interface DeviceMatrix {
  readonly rowCount: number;
  /** The batch's own pattern, in slices; its grounds are columns beyond the rows. */
  readonly isSliced: boolean;
  readonly sliceTable: number;
  /** Words: where the rows' slots begin, or for the finest level its slices' layers. */
  readonly rowTable: BufferRange;
  readonly column: GPUBuffer;
  readonly weight: GPUBuffer;
  readonly ground: GPUBuffer;
  /** The diagonal smoother. */
  readonly smoother: GPUBuffer;
  /** From which weight on a row depends strongly on its neighbour. */
  readonly threshold: GPUBuffer;
}

/** Interpolation to a level from the next, and its transpose. */
export interface DeviceTransfer {
  readonly coarseCount: number;
  /** Of each row its number among the coarse ones, or nowhere. */
  readonly coarseOf: GPUBuffer;
  /** Four for each row, and their weights. */
  readonly columns: GPUBuffer;
  readonly weights: GPUBuffer;
  /** Starts of the coarse rows' links, starts of their slots, the links: see shaders/include/multigrid-level.wgsl. */
  readonly links: GPUBuffer;
  /** Words. */
  readonly rowStarts: number;
  readonly entries: number;
  readonly linkCount: number;
  readonly linkWeights: GPUBuffer;
}
