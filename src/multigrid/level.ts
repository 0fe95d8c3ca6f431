/**
 * A hierarchy's levels as a cycle sees them, whoever built them. Arrays with one entry or more a row lie in pages of
 * consecutive rows, each small enough for a binding; vectors are whole.
 */
import type { BufferRange } from "../gpu/kernel.ts";

export interface RowPage {
  readonly firstRow: number;
  readonly rowCount: number;
}

/**
 * Rows of a coarse level's matrix, (A x)_i = sum over slots of w_ij (x_i - x_j) + ground_i x_i. Slots that only fill
 * have weight 0 and a column beyond all rows.
 */
export interface MatrixPage extends RowPage {
  /** Where each row's slots begin, whole groups of four, and the end. */
  readonly rowTable: BufferRange;
  readonly column: GPUBuffer;
  readonly weight: GPUBuffer;
}

/** Rows of a level that interpolate: four columns each and their weights. */
export interface ProlongationPage extends RowPage {
  readonly columns: GPUBuffer;
  readonly weights: GPUBuffer;
}

/** Rows of the next level, and for each the places 4 i + k of the level's columns that name it. */
export interface RestrictionPage extends RowPage {
  readonly links: GPUBuffer;
  /** Where in `links` the places begin; before them is where each row's begin [words]. */
  readonly entries: number;
  readonly linkWeights: GPUBuffer;
}

export interface LevelTransfer {
  readonly coarseCount: number;
  readonly prolongation: readonly ProlongationPage[];
  readonly restriction: readonly RestrictionPage[];
}

export interface LevelVectors {
  readonly load: GPUBuffer;
  readonly x: GPUBuffer;
  /** Its residual on the way down, its answer on the way up. */
  readonly result: GPUBuffer;
}

export interface CoarseLevel {
  readonly rowCount: number;
  readonly nonzeros: number;
  readonly matrix: readonly MatrixPage[];
  readonly ground: GPUBuffer;
  readonly smoother: GPUBuffer;
}

/** A small dense matrix on the host. */
export interface DenseLaplacian {
  /** n x n, symmetric. */
  readonly weight: Float64Array;
  readonly ground: Float64Array;
}

/** What a setup makes of a matrix. */
export interface BuiltLevels {
  /** Of the finest level, whose matrix is the batch's own. */
  readonly smoother: GPUBuffer;
  /** From each level to the next. */
  readonly transfers: readonly LevelTransfer[];
  /** Below the finest: one for each transfer. */
  readonly coarse: readonly CoarseLevel[];
  /** Finds all weights anew for what the matrix holds now; the structure stays. */
  update(signal?: AbortSignal): Promise<void>;
  /** The coarsest level's values, where it is small. */
  readCoarsest(): Promise<DenseLaplacian>;
}
