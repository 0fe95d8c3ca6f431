/** Coarse rows and interpolation on the host, step by step as the kernels of shaders/multigrid do it. */
import type { HostMatrix, HostMeasure } from "./host-matrix.ts";
import { UNREACHABLE } from "./host-matrix.ts";
import type { Pacer } from "./pacer.ts";

export const NOWHERE = 0xffffffff;
const [UNDECIDED, FINE, COARSE] = [0, 1, 2];
const MOST_DEPENDENTS = 2047;
const MOST_CANDIDATES = 16;
/** Columns whose weight is below this share of the largest are left out. */
const SMALLEST_SHARE = 0.2;

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

/** PMIS: see choose-coarse.ts. Returns the number of each row among the coarse ones, or nowhere. */
export async function chooseCoarseRows(
  matrix: HostMatrix,
  { threshold }: HostMeasure,
  pacer: Pacer,
): Promise<{ coarseOf: Uint32Array; coarseCount: number }> {
  const { rowCount, rowStart, column, weight } = matrix;
  const rank = await rankRows(matrix, threshold, pacer);
  const state = new Uint8Array(rowCount);
  const wins = new Uint8Array(rowCount);
  let left = new Uint32Array(rowCount);
  let leftCount = 0;
  for (let i = 0; i < rowCount; i++) {
    if (threshold[i] === UNREACHABLE) state[i] = FINE!;
    else left[leftCount++] = i;
  }
  while (leftCount > 0) {
    await pacer.forBlocks(leftCount, (begin, end) => {
      for (let at = begin; at < end; at++) {
        const i = left[at]!;
        wins[i] = 1;
        for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
          const j = column[k]!;
          const w = weight[k]!;
          if (state[j] !== UNDECIDED || w <= 0) continue;
          if (w < threshold[i]! && w < threshold[j]!) continue;
          if (rank[j]! > rank[i]! || (rank[j] === rank[i] && j > i)) {
            wins[i] = 0;
            break;
          }
        }
      }
    });
    let kept = 0;
    await pacer.forBlocks(leftCount, (begin, end) => {
      for (let at = begin; at < end; at++) {
        const i = left[at]!;
        if (wins[i] === 1) state[i] = COARSE!;
        else if (dependsOnWinner(matrix, threshold, wins, i)) state[i] = FINE!;
        else left[kept++] = i;
      }
    });
    leftCount = kept;
  }
  left = new Uint32Array();
  const coarseOf = new Uint32Array(rowCount);
  let coarseCount = 0;
  for (let i = 0; i < rowCount; i++) coarseOf[i] = state[i] === COARSE ? coarseCount++ : NOWHERE;
  return { coarseOf, coarseCount };
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

async function rankRows(matrix: HostMatrix, threshold: Float32Array, pacer: Pacer): Promise<Uint32Array> {
  const { rowCount, rowStart, column, weight } = matrix;
  const rank = new Uint32Array(rowCount);
  await pacer.forBlocks(rowCount, (begin, end) => {
    for (let i = begin; i < end; i++) {
      let dependents = 0;
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
        if (weight[k]! >= threshold[column[k]!]!) dependents++;
      }
      rank[i] = ((Math.min(dependents, MOST_DEPENDENTS) << 21) | (hashIndex(i) >>> 11)) >>> 0;
    }
  });
  return rank;
}

/** Four columns for each row, unused ones nowhere: see shaders/multigrid/choose-columns.wgsl. */
export async function chooseColumns(
  { rowCount, rowStart, column, weight }: HostMatrix,
  { threshold }: HostMeasure,
  coarseOf: Uint32Array,
  pacer: Pacer,
): Promise<Uint32Array> {
  const columns = new Uint32Array(4 * rowCount).fill(NOWHERE);
  const candidates = new Uint32Array(MOST_CANDIDATES);
  const values = new Float64Array(MOST_CANDIDATES);
  let count = 0;
  const add = (which: number, value: number): void => {
    for (let c = 0; c < count; c++) {
      if (candidates[c] === which) {
        values[c]! += value;
        return;
      }
    }
    if (count === MOST_CANDIDATES) return;
    candidates[count] = which;
    values[count++] = value;
  };
  const addThrough = (k: number, i: number, w: number): void => {
    let sum = 0;
    for (let q = rowStart[k]!; q < rowStart[k + 1]!; q++) {
      const j = column[q]!;
      if (j === i || (coarseOf[j] !== NOWHERE && weight[q]! >= threshold[k]!)) sum += weight[q]!;
    }
    for (let q = rowStart[k]!; q < rowStart[k + 1]!; q++) {
      const which = coarseOf[column[q]!]!;
      if (which !== NOWHERE && weight[q]! >= threshold[k]!) add(which, (w * weight[q]!) / sum);
    }
  };
  const takeLargest = (i: number): void => {
    let least = 0;
    for (let place = 0; place < 4; place++) {
      let best = -1;
      for (let c = 0; c < count; c++) {
        if (values[c]! > 0 && (best < 0 || values[c]! > values[best]!)) best = c;
      }
      if (best < 0 || values[best]! < least) return;
      if (place === 0) least = SMALLEST_SHARE * values[best]!;
      columns[4 * i + place] = candidates[best]!;
      values[best] = 0;
    }
  };
  await pacer.forBlocks(rowCount, (begin, end) => {
    for (let i = begin; i < end; i++) {
      if (coarseOf[i] !== NOWHERE) {
        columns[4 * i] = coarseOf[i]!;
        continue;
      }
      const limit = threshold[i]!;
      count = 0;
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
        const which = coarseOf[column[k]!]!;
        if (which !== NOWHERE && weight[k]! >= limit) add(which, weight[k]!);
      }
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
        if (coarseOf[column[k]!] === NOWHERE && weight[k]! >= limit) addThrough(column[k]!, i, weight[k]!);
      }
      takeLargest(i);
    }
  });
  return columns;
}

/** By what weights rows interpolate from their columns: see shaders/multigrid/weigh-columns.wgsl. */
export async function weighColumns(
  { rowCount, rowStart, column, weight, ground }: HostMatrix,
  { threshold }: HostMeasure,
  { coarseOf, columns }: { readonly coarseOf: Uint32Array; readonly columns: Uint32Array },
  weights: Float32Array,
  pacer: Pacer,
): Promise<void> {
  const sums = new Float64Array(4);
  const found = new Float64Array(4);
  const addAt = (target: Float64Array, first: number, which: number, w: number): void => {
    for (let c = 0; c < 4; c++) if (columns[first + c] === which) target[c]! += w;
  };
  const addThrough = (k: number, i: number, w: number): void => {
    found.fill(0);
    let back = 0;
    for (let q = rowStart[k]!; q < rowStart[k + 1]!; q++) {
      const j = column[q]!;
      if (j === i) back += weight[q]!;
      else if (coarseOf[j] !== NOWHERE) addAt(found, 4 * i, coarseOf[j]!, weight[q]!);
    }
    const sum = back + found[0]! + found[1]! + found[2]! + found[3]!;
    if (sum > 0) for (let c = 0; c < 4; c++) sums[c]! += (w * found[c]!) / sum;
  };
  await pacer.forBlocks(rowCount, (begin, end) => {
    for (let i = begin; i < end; i++) {
      const first = 4 * i;
      sums.fill(0);
      if (coarseOf[i] !== NOWHERE) sums[0] = 1;
      else if (columns[first] !== NOWHERE) {
        for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
          const which = coarseOf[column[k]!]!;
          if (which !== NOWHERE) addAt(sums, first, which, weight[k]!);
          else if (weight[k]! >= threshold[i]!) addThrough(column[k]!, i, weight[k]!);
        }
      }
      const total = sums[0]! + sums[1]! + sums[2]! + sums[3]!;
      const whole = coarseOf[i] !== NOWHERE ? 1 : total + ground[i]!;
      for (let c = 0; c < 4; c++) weights[first + c] = total > 0 ? sums[c]! / whole : 0;
    }
  });
}

/** For each coarse row the places 4 i + c of `columns` that name it, ascending. */
export function transposeColumns(
  columns: Uint32Array,
  coarseCount: number,
): { linkStart: Uint32Array; links: Uint32Array } {
  const linkStart = new Uint32Array(coarseCount + 1);
  for (let at = 0; at < columns.length; at++) if (columns[at] !== NOWHERE) linkStart[columns[at]! + 1]!++;
  for (let c = 0; c < coarseCount; c++) linkStart[c + 1]! += linkStart[c]!;
  const links = new Uint32Array(linkStart[coarseCount]!);
  const next = linkStart.slice(0, coarseCount);
  for (let at = 0; at < columns.length; at++) if (columns[at] !== NOWHERE) links[next[columns[at]!]!++] = at;
  return { linkStart, links };
}
