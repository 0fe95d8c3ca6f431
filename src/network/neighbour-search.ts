/**
 * The two neighbour searches that generators need, on a grid of cells: the exact k nearest, and all within a
 * distance. With a few points a cell both cost a constant number of distances a point.
 */
import { type CellGrid, cellOf } from "./cell-grid.ts";

/** Of a cell's edge: an allowance for rounding when a coordinate is put into a cell. */
const ROUNDING = 1e-9;

/** The best k found so far, nearest first; ties go to the lower index. */
class Nearest {
  readonly squared: Float64Array;
  readonly index: Int32Array;
  found = 0;
  /** Squared distance beyond which nothing is wanted. */
  reach = Infinity;
  readonly #limit: number;

  /** @param limit squared distance beyond which nothing is wanted at all */
  constructor(k: number, limit: number) {
    this.squared = new Float64Array(k);
    this.index = new Int32Array(k);
    this.#limit = limit;
  }

  clear(): void {
    this.found = 0;
    this.reach = this.#limit;
  }

  /** Takes a point within reach, unless k others are as near and come first. */
  offer(candidate: number, candidateIndex: number): void {
    const { squared, index } = this;
    const last = squared.length - 1;
    let slot = this.found;
    if (slot > last) {
      slot = last;
      if (candidate === squared[last] && candidateIndex > index[last]!) return;
    } else this.found++;
    for (; slot > 0; slot--) {
      const nearer = squared[slot - 1]!;
      if (candidate > nearer || (candidate === nearer && candidateIndex > index[slot - 1]!)) break;
      squared[slot] = nearer;
      index[slot] = index[slot - 1]!;
    }
    squared[slot] = candidate;
    index[slot] = candidateIndex;
    if (this.found > last) this.reach = squared[last]!;
  }
}

/**
 * The exact k nearest other points of every point, within `distance` of it.
 * @returns directed pairs `from[i] → to[i]` by the caller's indices.
 */
export function findNearest(
  grid: CellGrid,
  k: number,
  distance = Infinity,
): { from: Int32Array; to: Int32Array } {
  const count = grid.index.length;
  const wanted = Math.min(k, Math.max(0, count - 1));
  const from = new Int32Array(count * wanted);
  const to = new Int32Array(count * wanted);
  const nearest = new Nearest(wanted, distance * distance);
  let pairs = 0;
  for (let slot = 0; slot < count && wanted > 0; slot++) {
    nearest.clear();
    searchShells(grid, slot, nearest);
    for (let i = 0; i < nearest.found; i++) {
      from[pairs] = grid.index[slot]!;
      to[pairs++] = nearest.index[i]!;
    }
  }
  return { from: from.subarray(0, pairs), to: to.subarray(0, pairs) };
}

/**
 * Looks through shells of cells around a point until no closer point can lie outside of them. The first takes the
 * 27 cells about the point at once, for its own alone is hardly ever enough.
 */
function searchShells(grid: CellGrid, slot: number, nearest: Nearest): void {
  const { coords, shape, origin, edge } = grid;
  const x = coords[3 * slot]!;
  const y = coords[3 * slot + 1]!;
  const z = coords[3 * slot + 2]!;
  const cx = cellOf(x, origin[0], edge[0], shape[0]);
  const cy = cellOf(y, origin[1], edge[1], shape[1]);
  const cz = cellOf(z, origin[2], edge[2], shape[2]);
  const last = Math.max(1, cx, shape[0] - 1 - cx, cy, shape[1] - 1 - cy, cz, shape[2] - 1 - cz);
  for (let ring = 1; ring <= last; ring++) {
    for (let i = Math.max(0, cx - ring); i <= Math.min(shape[0] - 1, cx + ring); i++) {
      const onX = Math.abs(i - cx) === ring;
      for (let j = Math.max(0, cy - ring); j <= Math.min(shape[1] - 1, cy + ring); j++) {
        const row = (i * shape[1] + j) * shape[2];
        const low = Math.max(0, cz - ring);
        const high = Math.min(shape[2] - 1, cz + ring);
        if (ring === 1 || onX || Math.abs(j - cy) === ring) {
          searchCells(grid, row + low, row + high, slot, nearest);
        } else {
          // Inside of the shell only its two faces along z are new.
          if (low === cz - ring) searchCells(grid, row + low, row + low, slot, nearest);
          if (high === cz + ring) searchCells(grid, row + high, row + high, slot, nearest);
        }
      }
    }
    const clear = Math.min(
      clearance(x, origin[0], edge[0], cx, ring, shape[0]),
      clearance(y, origin[1], edge[1], cy, ring, shape[1]),
      clearance(z, origin[2], edge[2], cz, ring, shape[2]),
    );
    if (clear > 0 && clear * clear >= nearest.reach) return;
  }
}

/** Offers the points of cells that follow each other, `self` apart. */
function searchCells(
  { coords, index, cellStart }: CellGrid,
  firstCell: number,
  lastCell: number,
  self: number,
  nearest: Nearest,
): void {
  const x = coords[3 * self]!;
  const y = coords[3 * self + 1]!;
  const z = coords[3 * self + 2]!;
  const end = cellStart[lastCell + 1]!;
  for (let other = cellStart[firstCell]!; other < end; other++) {
    const dx = coords[3 * other]! - x;
    const dy = coords[3 * other + 1]! - y;
    const dz = coords[3 * other + 2]! - z;
    const squared = dx * dx + dy * dy + dz * dz;
    if (squared <= nearest.reach && other !== self) nearest.offer(squared, index[other]!);
  }
}

/** Distance from x to the nearer side of the block of cells searched, where cells lie beyond it. */
function clearance(
  x: number,
  origin: number,
  edge: number,
  cell: number,
  ring: number,
  cells: number,
): number {
  const below = cell - ring > 0 ? x - (origin + (cell - ring) * edge) : Infinity;
  const above = cell + ring + 1 < cells ? origin + (cell + ring + 1) * edge - x : Infinity;
  return Math.min(below, above) - ROUNDING * edge;
}

/**
 * All pairs of points at most `distance` apart, each pair once.
 * Build the grid with `smallestEdge = distance`: only adjacent cells are searched.
 */
export function findWithin(grid: CellGrid, distance: number): { from: Int32Array; to: Int32Array } {
  const count = grid.index.length;
  let from = new Int32Array(Math.max(64, 8 * count));
  let to = new Int32Array(from.length);
  let pairs = 0;
  const { coords, shape, origin, edge, cellStart, index } = grid;
  const reach = edge.map((e) => Math.ceil((distance / e) * (1 + ROUNDING)));
  const limit = distance * distance;
  for (let slot = 0; slot < count; slot++) {
    const x = coords[3 * slot]!;
    const y = coords[3 * slot + 1]!;
    const z = coords[3 * slot + 2]!;
    const cx = cellOf(x, origin[0], edge[0], shape[0]);
    const cy = cellOf(y, origin[1], edge[1], shape[1]);
    const cz = cellOf(z, origin[2], edge[2], shape[2]);
    for (let i = cx; i <= Math.min(shape[0] - 1, cx + reach[0]!); i++) {
      for (let j = Math.max(0, cy - reach[1]!); j <= Math.min(shape[1] - 1, cy + reach[1]!); j++) {
        for (let l = Math.max(0, cz - reach[2]!); l <= Math.min(shape[2] - 1, cz + reach[2]!); l++) {
          const cell = (i * shape[1] + j) * shape[2] + l;
          // Points are sorted by cell, so that each pair is met from its earlier point.
          for (let other = Math.max(slot + 1, cellStart[cell]!); other < cellStart[cell + 1]!; other++) {
            const dx = coords[3 * other]! - x;
            const dy = coords[3 * other + 1]! - y;
            const dz = coords[3 * other + 2]! - z;
            if (dx * dx + dy * dy + dz * dz > limit) continue;
            if (pairs === from.length) {
              from = grow(from);
              to = grow(to);
            }
            from[pairs] = index[slot]!;
            to[pairs++] = index[other]!;
          }
        }
      }
    }
  }
  return { from: from.subarray(0, pairs), to: to.subarray(0, pairs) };
}

function grow(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
