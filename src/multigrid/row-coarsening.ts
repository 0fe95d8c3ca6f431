/** Coarse rows, a range of rows at a time: see choose-coarse.ts for the choice, shaders/multigrid for the kernels. */
import { type HostMatrix, UNREACHABLE } from "./host-matrix.ts";

/** What becomes of a row. */
export const UNDECIDED = 0;
export const FINE = 1;
export const COARSE = 2;
const MOST_DEPENDENTS = 2047;

/** A round of the choice, or what comes before the first. */
export interface Contest {
  readonly matrix: HostMatrix;
  readonly threshold: Float32Array;
  readonly rank: Uint32Array;
  readonly state: Uint8Array;
  /** Whether a row was above all of its undecided neighbours in this round, or in one before. */
  readonly wins: Uint8Array;
  /** The rows that are undecided. */
  readonly left: Int32Array;
}

/** A random number for each row, the same as on the device (lowbias32, C. Wellons). */
export function hashIndex(index: number): number {
  let x = index;
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  x ^= x >>> 16;
  return x >>> 0;
}

/** How many depend on a row, and a random number below. */
export function rankRange(
  { matrix, threshold, rank, state }: Contest,
  firstRow: number,
  endRow: number,
): void {
  const { rowStart, column, weight } = matrix;
  for (let i = firstRow; i < endRow; i++) {
    const end = rowStart[i + 1]!;
    let dependents = 0;
    for (let k = rowStart[i]!; k < end; k++) {
      if (weight[k]! >= threshold[column[k]!]!) dependents++;
    }
    rank[i] = ((Math.min(dependents, MOST_DEPENDENTS) << 21) | (hashIndex(i) >>> 11)) >>> 0;
    state[i] = threshold[i] === UNREACHABLE ? FINE : UNDECIDED;
  }
}

/** Finds which of the rows `left[begin]` to `left[end - 1]` win. */
export function contestRange(
  { matrix, threshold, rank, state, wins, left }: Contest,
  begin: number,
  end: number,
): void {
  const { rowStart, column, weight } = matrix;
  for (let at = begin; at < end; at++) {
    const i = left[at]!;
    const own = rank[i]!;
    const limit = threshold[i]!;
    const rowEnd = rowStart[i + 1]!;
    let isAbove = 1;
    for (let k = rowStart[i]!; k < rowEnd; k++) {
      const j = column[k]!;
      const w = weight[k]!;
      if (state[j] !== UNDECIDED || w <= 0) continue;
      if (w < limit && w < threshold[j]!) continue;
      if (rank[j]! > own || (rank[j] === own && j > i)) {
        isAbove = 0;
        break;
      }
    }
    wins[i] = isAbove;
  }
}

/** Winners are coarse, and who depends on one is not. */
export function settleRange(
  { matrix, threshold, state, wins, left }: Contest,
  begin: number,
  end: number,
): void {
  for (let at = begin; at < end; at++) {
    const i = left[at]!;
    if (wins[i] === 1) state[i] = COARSE;
    else if (dependsOnWinner(matrix, threshold, wins, i)) state[i] = FINE;
  }
}

function dependsOnWinner(
  { rowStart, column, weight }: HostMatrix,
  threshold: Float32Array,
  wins: Uint8Array,
  i: number,
): boolean {
  for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
    if (weight[k]! >= threshold[i]! && wins[column[k]!] === 1) return true;
  }
  return false;
}
