/**
 * Which pores of a NET-PFS network are joined, for all connecting distances and numbers of neighbours up to a limit at
 * once. A throat carries the lowest number of neighbours k at which it is there, its level:
 *   level = min over its two ends i of (rank of the other end among the neighbours of i) − 1 + u_i,
 * with one uniform number u_i a pore, so that a pore asks for its (k)-th nearest where k is whole and, between whole
 * numbers, for one more with the chance of the fraction. A throat is there where its length is at most the distance
 * and its level below k: networks with a larger distance or more neighbours hold all throats of the smaller ones.
 */
import { buildCellGrid } from "../network/cell-grid.ts";
import { sortUniqueEdges } from "../network/edge-list.ts";
import { distancesOf } from "../network/generate-random.ts";
import { findNearest, findWithin } from "../network/neighbour-search.ts";
import { lowbias32, uniform } from "../network/random.ts";

const NEIGHBOUR_STREAM = 60;
export const THROAT_STREAM = 61;

export interface NetPfsThroats {
  /** m x 2, each as (lower, higher) and sorted. */
  readonly conns: Int32Array;
  /** m [m] */
  readonly length: Float64Array;
  /** m; `undefined` where the number of neighbours has no limit. */
  readonly level: Float64Array | undefined;
}

/** All throats of at most this distance [m] and number of neighbours. */
export function findThroats(
  coords: Float64Array,
  seed: number,
  distance: number,
  neighbours: number | undefined,
): NetPfsThroats {
  const count = coords.length / 3;
  if (neighbours === undefined) {
    const { from, to } = findWithin(buildCellGrid(coords, distance), distance);
    const conns = sortUniqueEdges(from, to, count);
    return { conns, length: distancesOf(coords, conns), level: undefined };
  }
  const { from, to } = findNearest(buildCellGrid(coords), Math.min(count, Math.ceil(neighbours)), distance);
  const conns = sortUniqueEdges(from, to, count);
  const level = findLevels(conns, from, to, count, seed);
  return keepThroats({ conns, length: distancesOf(coords, conns), level }, (e) => level[e]! < neighbours);
}

/** The throats that `isWanted`, in their order. */
export function keepThroats(
  { conns, length, level }: NetPfsThroats,
  isWanted: (throat: number) => boolean,
): NetPfsThroats {
  let kept = 0;
  for (let e = 0; e < length.length; e++) if (isWanted(e)) kept++;
  const result = {
    conns: new Int32Array(2 * kept),
    length: new Float64Array(kept),
    level: level && new Float64Array(kept),
  };
  for (let e = 0, k = 0; e < length.length; e++) {
    if (!isWanted(e)) continue;
    result.conns[2 * k] = conns[2 * e]!;
    result.conns[2 * k + 1] = conns[2 * e + 1]!;
    if (level && result.level) result.level[k] = level[e]!;
    result.length[k++] = length[e]!;
  }
  return result;
}

/** @param from of each pore its nearest first, as `findNearest` gives them */
function findLevels(
  conns: Int32Array,
  from: Int32Array,
  to: Int32Array,
  count: number,
  seed: number,
): Float64Array {
  const rowStart = new Int32Array(count + 1);
  for (let e = 0; e < conns.length; e += 2) rowStart[conns[e]! + 1]!++;
  for (let i = 0; i < count; i++) rowStart[i + 1]! += rowStart[i]!;
  const level = new Float64Array(conns.length / 2).fill(Infinity);
  let rank = 0;
  for (let k = 0; k < from.length; k++) {
    const pore = from[k]!;
    rank = k > 0 && from[k - 1] === pore ? rank + 1 : 0;
    const low = Math.min(pore, to[k]!);
    const e = findThroat(conns, rowStart[low]!, rowStart[low + 1]!, Math.max(pore, to[k]!));
    level[e] = Math.min(level[e]!, rank + uniform(seed, NEIGHBOUR_STREAM, pore));
  }
  return level;
}

/** The throat of a row whose second pore is `high`. */
function findThroat(conns: Int32Array, begin: number, end: number, high: number): number {
  let low = begin;
  let top = end - 1;
  while (low < top) {
    const middle = (low + top) >> 1;
    if (conns[2 * middle + 1]! < high) low = middle + 1;
    else top = middle;
  }
  return low;
}

/** A counter for random numbers of the throat between two pores: the same whatever other throats there are. */
export function throatCounter(low: number, high: number): number {
  return lowbias32((lowbias32(low) + high) | 0);
}
