/** A hierarchy's levels as a cycle sees them, whoever built them. */
import type { BufferRange } from "../gpu/kernel.ts";

/**
 * Rows one after the other, a lane each: as kernels build them. Slots that only fill have weight 0 and a column beyond
 * all rows.
 */
export interface RowsMatrix {
  readonly kind: "rows";
  /** Where each row's slots begin, whole groups of four, and the end. */
  readonly rowTable: BufferRange;
  readonly column: GPUBuffer;
  readonly weight: GPUBuffer;
}

/** Slices of rows of similar length, as the host builds them: see sliced-rows.ts. Layers count from the page's first. */
export interface SlicedPage {
  readonly sliceCount: number;
  readonly layerStart: GPUBuffer;
  readonly order: GPUBuffer;
  readonly column: GPUBuffer;
  readonly weight: GPUBuffer;
}

export interface SlicedMatrix {
  readonly kind: "slices";
  readonly pages: readonly SlicedPage[];
}

/** Rows that interpolate: four columns each and their weights. */
export interface ProlongationPage {
  readonly firstRow: number;
  readonly rowCount: number;
  readonly columns: GPUBuffer;
  readonly weights: GPUBuffer;
}

/** For each row of the next level the places 4 i + k of the level's columns that name it. */
export interface LinkedRows {
  readonly kind: "links";
  readonly links: GPUBuffer;
  /** Where in `links` the places begin; before them is where each row's begin [words]. */
  readonly entries: number;
  readonly linkWeights: GPUBuffer;
}

export interface LevelTransfer {
  readonly coarseCount: number;
  /** Weights of the interpolation, ones of coarse rows included. */
  readonly linkCount: number;
  readonly prolongation: readonly ProlongationPage[];
  /** The transpose. */
  readonly restriction: LinkedRows | SlicedMatrix;
}

export interface LevelVectors {
  readonly load: GPUBuffer;
  readonly x: GPUBuffer;
  /** Its residual on the way down, its answer on the way up. */
  readonly result: GPUBuffer;
}

/** A level below the finest: (A x)_i = sum over slots of w_ij (x_i - x_j) + ground_i x_i. */
export interface CoarseLevel {
  readonly rowCount: number;
  /** Off the diagonal. */
  readonly nonzeros: number;
  readonly matrix: RowsMatrix | SlicedMatrix;
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
