/**
 * The order of the rows. Neighbours should be near in memory: the product A p gathers p at every neighbour, and
 * a row numbered at random misses the cache at each (E. Cuthill and J. McKee, ACM '69, 157).
 */
import type { Adjacency } from "./graph.ts";

/** `"given"` keeps the caller's numbering; `"auto"` takes what brings neighbours nearer. */
export type Ordering = "auto" | "given" | "cuthill-mckee";

/**
 * Which unknown stands in each row.
 * @returns n: `order[row]` is the caller's unknown
 */
export function orderRows(adjacency: Adjacency, ordering: Ordering): Uint32Array {
  const count = adjacency.rowStart.length - 1;
  const given = Uint32Array.from({ length: count }, (_, i) => i);
  if (ordering === "given") return given;
  const levels = orderByLevels(adjacency);
  if (ordering === "cuthill-mckee") return levels;
  return meanDistance(adjacency, levels) < meanDistance(adjacency, given) ? levels : given;
}

/** Breadth first from one end of each component, found by a first search from anywhere. */
function orderByLevels({ rowStart, neighbour }: Adjacency): Uint32Array {
  const count = rowStart.length - 1;
  const order = new Uint32Array(count);
  const visit = new Int32Array(count);
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

function meanDistance({ rowStart, neighbour }: Adjacency, order: Uint32Array): number {
  const row = new Uint32Array(order.length);
  for (let r = 0; r < order.length; r++) row[order[r]!] = r;
  let sum = 0;
  for (let i = 0; i < order.length; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const j = neighbour[k]!;
      if (j >= 0) sum += Math.abs(row[i]! - row[j]!);
    }
  }
  return sum / Math.max(1, neighbour.length);
}

/**
 * Sorts rows by length within windows, longest first, in place: a slice is as long as its longest row, and a
 * window is small enough to leave locality as it is.
 */
export function sortByLength(order: Uint32Array, { rowStart }: Adjacency, window: number): void {
  for (let start = 0; start < order.length; start += window) {
    const part = order.subarray(start, Math.min(order.length, start + window));
    let sorted = true;
    const lengthOf = (i: number) => rowStart[i + 1]! - rowStart[i]!;
    for (let k = 1; k < part.length && sorted; k++) sorted = lengthOf(part[k]!) <= lengthOf(part[k - 1]!);
    if (sorted) continue;
    const position = new Map<number, number>();
    for (let k = 0; k < part.length; k++) position.set(part[k]!, k);
    part.sort((a, b) => lengthOf(b) - lengthOf(a) || position.get(a)! - position.get(b)!);
  }
}
