/**
 * The order of the rows. Neighbours should be near in memory: the product A p gathers p at every neighbour, and
 * a row numbered at random misses the cache at each (E. Cuthill and J. McKee, ACM '69, 157).
 */
import type { Adjacency } from "./graph.ts";

/** `"given"` keeps the caller's numbering; `"auto"` takes what brings neighbours nearer. */
export type Ordering = "auto" | "given" | "cuthill-mckee";

/**
 * Neighbours are near enough at this part of n^(2/3), the unknowns of a cube's layer: a lattice of 6 neighbours
 * numbered row by row has a third, and two searches to find something better would cost more than they save.
 */
const NEAR_PART = 0.5;
/** Distances are averaged over so many rows at least, evenly spread. */
const SAMPLED_ROWS = 1 << 16;

/**
 * Which unknown stands in each row.
 * @returns n: `order[row]` is the caller's unknown
 */
export function orderRows(adjacency: Adjacency, ordering: Ordering): Uint32Array {
  const count = adjacency.rowStart.length - 1;
  if (ordering === "cuthill-mckee") return orderByLevels(adjacency);
  const given = new Uint32Array(count);
  for (let i = 0; i < count; i++) given[i] = i;
  if (ordering === "given") return given;
  const givenDistance = meanDistance(adjacency, given, given);
  if (givenDistance <= NEAR_PART * Math.cbrt(count) ** 2) return given;
  const levels = orderByLevels(adjacency);
  const row = new Uint32Array(count);
  for (let r = 0; r < count; r++) row[levels[r]!] = r;
  return meanDistance(adjacency, levels, row) < givenDistance ? levels : given;
}

/** Breadth first from one end of each component, found by a first search from anywhere. */
function orderByLevels({ rowStart, neighbour }: Adjacency): Uint32Array {
  const count = rowStart.length - 1;
  const order = new Uint32Array(count);
  const visit = new Uint8Array(count);
  let filled = 0;
  const searchFrom = (root: number, mark: number): void => {
    let head = filled;
    let tail = filled;
    order[tail++] = root;
    visit[root] = mark;
    while (head < tail) {
      const i = order[head++]!;
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
        const j = neighbour[k]!;
        if (j < 0 || visit[j] === mark) continue;
        visit[j] = mark;
        order[tail++] = j;
      }
    }
    reached = tail;
  };
  let reached = 0;
  for (let seed = 0; seed < count; seed++) {
    if (visit[seed] !== 0) continue;
    searchFrom(seed, 1);
    searchFrom(order[reached - 1]!, 2);
    filled = reached;
  }
  return order;
}

/** Between the rows of neighbours; a ground counts as none. `row` is the inverse of `order`. */
function meanDistance({ rowStart, neighbour }: Adjacency, order: Uint32Array, row: Uint32Array): number {
  // An odd step does not keep to the same column of a lattice.
  const step = 2 * Math.floor(order.length / SAMPLED_ROWS / 2) + 1;
  let sum = 0;
  let entries = 0;
  for (let r = 0; r < order.length; r += step) {
    const i = order[r]!;
    entries += rowStart[i + 1]! - rowStart[i]!;
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const j = neighbour[k]!;
      if (j >= 0) sum += Math.abs(r - row[j]!);
    }
  }
  return sum / Math.max(1, entries);
}

/**
 * Sorts rows by length within windows, longest first, in place: a slice is as long as its longest row, and a
 * window is small enough to leave locality as it is. Rows of one length keep their order.
 */
export function sortByLength(order: Uint32Array, { rowStart }: Adjacency, window: number): void {
  const room = Math.min(window, order.length);
  const length = new Uint32Array(room);
  /** How much shorter than the longest, with the place: the order of these numbers is the one wanted. */
  const keys = new Uint32Array(room);
  const mostShorter = Math.floor(2 ** 32 / window) - 1;
  const sorted = new Uint32Array(room);
  for (let start = 0; start < order.length; start += window) {
    const size = Math.min(window, order.length - start);
    let longest = 0;
    let isSorted = true;
    for (let k = 0; k < size; k++) {
      const i = order[start + k]!;
      length[k] = rowStart[i + 1]! - rowStart[i]!;
      if (k > 0 && length[k]! > length[k - 1]!) isSorted = false;
      longest = Math.max(longest, length[k]!);
    }
    if (isSorted) continue;
    for (let k = 0; k < size; k++) {
      keys[k] = Math.min(longest - length[k]!, mostShorter) * window + k;
    }
    keys.subarray(0, size).sort();
    for (let k = 0; k < size; k++) sorted[k] = order[start + (keys[k]! % window)]!;
    order.set(sorted.subarray(0, size), start);
  }
}
