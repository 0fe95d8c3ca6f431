/**
 * Levels on the host: where the adapter computes on the CPU, building a hierarchy there takes a fraction of what the
 * kernels take, whose lanes go ways of their own. The steps are those of the kernels, in float64 on the same float32
 * values, and so their oracle. Indices are signed, as engines like them best; -1 is the kernels' nowhere.
 */
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import type { DenseLaplacian } from "./level.ts";
import { type Allocate, allocateOwn } from "./row-memory.ts";

/** A grounded Laplacian by rows: (A x)_i = sum of w_ij (x_i - x_j) + ground_i x_i. */
export interface HostMatrix {
  readonly rowCount: number;
  /** n + 1. */
  readonly rowStart: Int32Array;
  readonly column: Int32Array;
  /** Not negative. */
  readonly weight: Float32Array;
  readonly ground: Float32Array;
}

/** What a level's values say of its rows, as in shaders/multigrid/measure-rows.wgsl. */
export interface HostMeasure {
  readonly threshold: Float32Array;
  readonly smoother: Float32Array;
}

/** Interpolation from the next level, whose rows are `coarseCount` of this one's. */
export interface HostTransfer {
  readonly coarseCount: number;
  /** The number of each row among the coarse ones, or nowhere. */
  readonly coarseOf: Int32Array;
  /** 4 n. */
  readonly columns: Int32Array;
  readonly weights: Float32Array;
  readonly linkStart: Int32Array;
  readonly links: Int32Array;
}

/** Not among the coarse rows; a column that is not used. */
export const NOWHERE = -1;
/** The share of its strongest weight from which on a row depends on a neighbour. */
export const THETA = 0.375;
/** A row with more of its weight to the ground than this, relative to the rest, depends on nobody. */
export const SETTLED_SHARE = 9;
/** The threshold of a row that depends on nobody. */
export const UNREACHABLE = Math.fround(3e38);

/** The batch's rows, in the order of its pattern, with those that fill slices. */
export function readFinest(source: RaggedLaplacian, allocate: Allocate = allocateOwn): HostMatrix {
  const { rowCount, rowOfUnknown, unknownStart } = source.pattern;
  const rowStart = allocate(Int32Array, rowCount + 1);
  source.graphs.forEach(({ ends }, s) => {
    const first = unknownStart[s]!;
    for (let k = 0; k < ends.length; k += 2) {
      const i = ends[k]!;
      const j = ends[k + 1]!;
      if (i < 0 || j < 0 || i === j) continue;
      rowStart[rowOfUnknown[first + i]! + 1]!++;
      rowStart[rowOfUnknown[first + j]! + 1]!++;
    }
  });
  for (let row = 0; row < rowCount; row++) rowStart[row + 1]! += rowStart[row]!;
  const matrix = {
    rowCount,
    rowStart,
    column: allocate(Int32Array, rowStart[rowCount]!),
    weight: allocate(Float32Array, rowStart[rowCount]!),
    ground: allocate(Float32Array, rowCount),
  };
  fillFinest(source, matrix);
  return matrix;
}

/** Writes the values that the batch has by now to what was read from it before. */
export function fillFinest(
  { graphs, pattern, weights, scales }: RaggedLaplacian,
  { rowCount, rowStart, column, weight, ground }: HostMatrix,
): void {
  const { rowOfUnknown, unknownStart, edgeStart, edgeCount } = pattern;
  const values = weights ?? new Float64Array(edgeCount);
  const next = new Int32Array(rowCount);
  next.set(rowStart.subarray(0, rowCount));
  ground.fill(0);
  graphs.forEach(({ ends }, s) => {
    const first = unknownStart[s]!;
    const scale = scales[s]!;
    for (let k = 0; k < ends.length; k += 2) {
      const i = ends[k]!;
      const j = ends[k + 1]!;
      if (i === j || (i < 0 && j < 0)) continue;
      const value = values[edgeStart[s]! + (k >> 1)]! * scale;
      if (i < 0 || j < 0) {
        ground[rowOfUnknown[first + Math.max(i, j)]!]! += value;
        continue;
      }
      const a = rowOfUnknown[first + i]!;
      const b = rowOfUnknown[first + j]!;
      column[next[a]!] = b;
      weight[next[a]!++] = value;
      column[next[b]!] = a;
      weight[next[b]!++] = value;
    }
  });
}

export function measureRows(matrix: HostMatrix): HostMeasure {
  const measure = createMeasure(matrix, allocateOwn);
  measureRange(matrix, measure, 0, matrix.rowCount);
  return measure;
}

export function createMeasure({ rowCount }: HostMatrix, allocate: Allocate): HostMeasure {
  return { threshold: allocate(Float32Array, rowCount), smoother: allocate(Float32Array, rowCount) };
}

export function measureRange(
  { rowStart, weight, ground }: HostMatrix,
  { threshold, smoother }: HostMeasure,
  firstRow: number,
  endRow: number,
): void {
  for (let i = firstRow; i < endRow; i++) {
    const end = rowStart[i + 1]!;
    let sum = 0;
    let strongest = 0;
    for (let k = rowStart[i]!; k < end; k++) {
      const w = weight[k]!;
      sum += w;
      if (w > strongest) strongest = w;
    }
    const diagonal = sum + ground[i]!;
    let squares = 0;
    for (let k = rowStart[i]!; k < end; k++) squares += (weight[k]! / diagonal) ** 2;
    const isSettled = strongest === 0 || ground[i]! > SETTLED_SHARE * sum;
    threshold[i] = isSettled ? UNREACHABLE : THETA * strongest;
    smoother[i] = diagonal > 0 ? 1 / (diagonal * (1 + squares)) : 0;
  }
}

/**
 * A small matrix, dense and in float64; what is no row of it is padding. Weights are made symmetric: either half comes
 * from a sum of its own.
 */
export function densify({ rowCount, rowStart, column, weight, ground }: HostMatrix): DenseLaplacian {
  const dense = new Float64Array(rowCount ** 2);
  for (let i = 0; i < rowCount; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const j = column[k]!;
      if (j < 0 || j >= rowCount) continue;
      dense[i * rowCount + j]! += weight[k]! / 2;
      dense[j * rowCount + i]! += weight[k]! / 2;
    }
  }
  return { weight: dense, ground: Float64Array.from(ground) };
}
