/**
 * Levels on the host: where the adapter computes on the CPU, building a hierarchy there takes a fraction of what the
 * kernels take, whose lanes go ways of their own. The steps are those of the kernels, in float64 on the same float32
 * values, and so their oracle.
 */
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";

/** A grounded Laplacian by rows: (A x)_i = sum of w_ij (x_i - x_j) + ground_i x_i. */
export interface HostMatrix {
  readonly rowCount: number;
  /** n + 1. */
  readonly rowStart: Uint32Array;
  readonly column: Uint32Array;
  /** Not negative. */
  readonly weight: Float32Array;
  readonly ground: Float32Array;
}

/** What a level's values say of its rows, as in shaders/multigrid/measure-rows.wgsl. */
export interface HostMeasure {
  readonly threshold: Float32Array;
  readonly smoother: Float32Array;
}

/** The share of its strongest weight from which on a row depends on a neighbour. */
export const THETA = 0.5;
/** A row with more of its weight to the ground than this, relative to the rest, depends on nobody. */
export const SETTLED_SHARE = 9;
/** The threshold of a row that depends on nobody. */
export const UNREACHABLE = Math.fround(3e38);

/** The batch's rows, in the order of its pattern, with those that fill slices. */
export function readFinest({ graphs, pattern, weights, scales }: RaggedLaplacian): HostMatrix {
  const { rowCount, rowOfUnknown, unknownStart, edgeStart } = pattern;
  const values = weights ?? new Float64Array(pattern.edgeCount);
  const rowStart = new Uint32Array(rowCount + 1);
  const ground = new Float32Array(rowCount);
  graphs.forEach(({ ends }, s) => {
    const first = unknownStart[s]!;
    for (let k = 0; k < ends.length; k += 2) {
      const [i, j] = [ends[k]!, ends[k + 1]!];
      if (i < 0 || j < 0 || i === j) continue;
      rowStart[rowOfUnknown[first + i]! + 1]!++;
      rowStart[rowOfUnknown[first + j]! + 1]!++;
    }
  });
  for (let row = 0; row < rowCount; row++) rowStart[row + 1]! += rowStart[row]!;
  const column = new Uint32Array(rowStart[rowCount]!);
  const weight = new Float32Array(rowStart[rowCount]!);
  const next = rowStart.slice(0, rowCount);
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
  return { rowCount, rowStart, column, weight, ground };
}

export function measureRows({ rowCount, rowStart, weight, ground }: HostMatrix): HostMeasure {
  const threshold = new Float32Array(rowCount);
  const smoother = new Float32Array(rowCount);
  for (let i = 0; i < rowCount; i++) {
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
  return { threshold, smoother };
}
