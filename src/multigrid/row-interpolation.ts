/** Interpolation, a range of rows at a time, step by step as the kernels of shaders/multigrid do it. */
import { type HostMatrix, NOWHERE } from "./host-matrix.ts";

const MOST_CANDIDATES = 16;
/** Columns whose weight is below this share of the largest are left out. */
const SMALLEST_SHARE = 0.2;

/** What rows interpolate from, and by what weights. */
export interface Interpolation {
  readonly matrix: HostMatrix;
  readonly threshold: Float32Array;
  /** The number of each row among the coarse ones, or nowhere. */
  readonly coarseOf: Int32Array;
  /** Four of each row. */
  readonly columns: Int32Array;
}

/** The coarse rows that one row might interpolate from. */
class Candidates {
  readonly which = new Int32Array(MOST_CANDIDATES);
  readonly values = new Float64Array(MOST_CANDIDATES);
}

/** Finds columns, unused ones nowhere: see shaders/multigrid/choose-columns.wgsl. */
export function startChoosing(interpolation: Interpolation): (firstRow: number, endRow: number) => void {
  const { coarseOf, columns } = interpolation;
  const candidates = new Candidates();
  return (firstRow, endRow) => {
    columns.fill(NOWHERE, 4 * firstRow, 4 * endRow);
    for (let i = firstRow; i < endRow; i++) {
      if (coarseOf[i]! >= 0) columns[4 * i] = coarseOf[i]!;
      else chooseRow(interpolation, candidates, i);
    }
  };
}

function chooseRow(
  { matrix: { rowStart, column, weight }, threshold, coarseOf, columns }: Interpolation,
  candidates: Candidates,
  i: number,
): void {
  const limit = threshold[i]!;
  const end = rowStart[i + 1]!;
  let count = 0;
  for (let k = rowStart[i]!; k < end; k++) {
    const which = coarseOf[column[k]!]!;
    if (which >= 0 && weight[k]! >= limit) count = addCandidate(candidates, count, which, weight[k]!);
  }
  for (let k = rowStart[i]!; k < end; k++) {
    const through = column[k]!;
    if (weight[k]! < limit || coarseOf[through]! >= 0) continue;
    const throughLimit = threshold[through]!;
    const throughEnd = rowStart[through + 1]!;
    let sum = 0;
    for (let q = rowStart[through]!; q < throughEnd; q++) {
      const w = weight[q]!;
      const j = column[q]!;
      if (j === i || (w >= throughLimit && coarseOf[j]! >= 0)) sum += w;
    }
    const share = weight[k]! / sum;
    for (let q = rowStart[through]!; q < throughEnd; q++) {
      const w = weight[q]!;
      if (w < throughLimit) continue;
      const which = coarseOf[column[q]!]!;
      if (which >= 0) count = addCandidate(candidates, count, which, share * w);
    }
  }
  takeLargest(candidates, count, columns, 4 * i);
}

/** Returns how many candidates there are then; those that come when there is no room are left out. */
function addCandidate(
  { which: known, values }: Candidates,
  count: number,
  which: number,
  value: number,
): number {
  for (let c = 0; c < count; c++) {
    if (known[c] === which) {
      values[c]! += value;
      return count;
    }
  }
  if (count === MOST_CANDIDATES) return count;
  known[count] = which;
  values[count] = value;
  return count + 1;
}

function takeLargest({ which, values }: Candidates, count: number, columns: Int32Array, first: number): void {
  let least = 0;
  for (let place = 0; place < 4; place++) {
    let best = 0;
    let largest = 0;
    for (let c = 0; c < count; c++) {
      if (values[c]! > largest) {
        largest = values[c]!;
        best = c;
      }
    }
    if (largest <= 0 || largest < least) return;
    if (place === 0) least = SMALLEST_SHARE * largest;
    columns[first + place] = which[best]!;
    values[best] = 0;
  }
}

/** By what weights rows interpolate from their columns: see shaders/multigrid/weigh-columns.wgsl. */
export function weighRange(
  interpolation: Interpolation,
  weights: Float32Array,
  firstRow: number,
  endRow: number,
): void {
  const { coarseOf } = interpolation;
  for (let i = firstRow; i < endRow; i++) {
    if (coarseOf[i]! >= 0) weights[4 * i] = 1;
    else weighRow(interpolation, weights, i);
  }
}

function weighRow(
  { matrix: { rowStart, column, weight, ground }, threshold, coarseOf, columns }: Interpolation,
  weights: Float32Array,
  i: number,
): void {
  const first = 4 * i;
  const c0 = columns[first]!;
  const c1 = columns[first + 1]!;
  const c2 = columns[first + 2]!;
  const c3 = columns[first + 3]!;
  const limit = threshold[i]!;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const end = c0 === NOWHERE ? 0 : rowStart[i + 1]!;
  for (let k = rowStart[i]!; k < end; k++) {
    const through = column[k]!;
    const w = weight[k]!;
    const which = coarseOf[through]!;
    if (which >= 0) {
      if (which === c0) s0 += w;
      else if (which === c1) s1 += w;
      else if (which === c2) s2 += w;
      else if (which === c3) s3 += w;
      continue;
    }
    if (w < limit) continue;
    let back = 0;
    let f0 = 0;
    let f1 = 0;
    let f2 = 0;
    let f3 = 0;
    const throughEnd = rowStart[through + 1]!;
    for (let q = rowStart[through]!; q < throughEnd; q++) {
      const j = column[q]!;
      const its = coarseOf[j]!;
      if (its < 0) {
        if (j === i) back += weight[q]!;
      } else if (its === c0) f0 += weight[q]!;
      else if (its === c1) f1 += weight[q]!;
      else if (its === c2) f2 += weight[q]!;
      else if (its === c3) f3 += weight[q]!;
    }
    const sum = back + f0 + f1 + f2 + f3;
    if (sum <= 0) continue;
    const share = w / sum;
    s0 += share * f0;
    s1 += share * f1;
    s2 += share * f2;
    s3 += share * f3;
  }
  const total = s0 + s1 + s2 + s3;
  const scale = total > 0 ? 1 / (total + ground[i]!) : 0;
  weights[first] = scale * s0;
  weights[first + 1] = scale * s1;
  weights[first + 2] = scale * s2;
  weights[first + 3] = scale * s3;
}
