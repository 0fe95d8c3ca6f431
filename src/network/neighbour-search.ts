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

  constructor(k: number) {
    this.squared = new Float64Array(k);
    this.index = new Int32Array(k);
  }

  /** Squared distance beyond which nothing is wanted. */
  get reach(): number {
    return this.found < this.squared.length ? Infinity : this.squared[this.found - 1]!;
  }

  offer(squared: number, index: number): void {
    let slot = this.found < this.squared.length ? this.found++ : this.found;
    if (slot === this.squared.length) {
      slot--;
      if (!isNearer(squared, index, this.squared[slot]!, this.index[slot]!)) return;
    }
    while (slot > 0 && isNearer(squared, index, this.squared[slot - 1]!, this.index[slot - 1]!)) {
      this.squared[slot] = this.squared[slot - 1]!;
      this.index[slot] = this.index[slot - 1]!;
      slot--;
    }
    this.squared[slot] = squared;
    this.index[slot] = index;
  }
}

function isNearer(a: number, i: number, b: number, j: number): boolean {
  return a < b || (a === b && i < j);
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
  const nearest = new Nearest(wanted);
  const limit = distance * distance;
  let pairs = 0;
  for (let slot = 0; slot < count && wanted > 0; slot++) {
    nearest.found = 0;
    searchShells(grid, slot, nearest, limit);
    for (let i = 0; i < nearest.found; i++) {
      from[pairs] = grid.index[slot]!;
      to[pairs++] = nearest.index[i]!;
    }
  }
  return { from: from.subarray(0, pairs), to: to.subarray(0, pairs) };
}

/** Looks through shells of cells around a point until no closer point can lie outside of them. */
function searchShells(grid: CellGrid, slot: number, nearest: Nearest, limit: number): void {
  const { coords, shape, origin, edge } = grid;
  const x = coords[3 * slot]!;
  const y = coords[3 * slot + 1]!;
  const z = coords[3 * slot + 2]!;
  const cx = cellOf(x, origin[0], edge[0], shape[0]);
  const cy = cellOf(y, origin[1], edge[1], shape[1]);
  const cz = cellOf(z, origin[2], edge[2], shape[2]);
  const last = Math.max(cx, shape[0] - 1 - cx, cy, shape[1] - 1 - cy, cz, shape[2] - 1 - cz);
  for (let ring = 0; ring <= last; ring++) {
    for (let i = Math.max(0, cx - ring); i <= Math.min(shape[0] - 1, cx + ring); i++) {
      const onX = Math.abs(i - cx) === ring;
      for (let j = Math.max(0, cy - ring); j <= Math.min(shape[1] - 1, cy + ring); j++) {
        // Inside of the shell only its two faces along z are new.
        const step = onX || Math.abs(j - cy) === ring || ring === 0 ? 1 : 2 * ring;
        for (let l = cz - ring; l <= cz + ring; l += step) {
          if (l >= 0 && l < shape[2]) {
            searchCell(grid, (i * shape[1] + j) * shape[2] + l, slot, x, y, z, nearest, limit);
          }
        }
      }
    }
    const clear = Math.min(
      clearance(x, origin[0], edge[0], cx, ring, shape[0]),
      clearance(y, origin[1], edge[1], cy, ring, shape[1]),
      clearance(z, origin[2], edge[2], cz, ring, shape[2]),
    );
    if (clear > 0 && clear * clear >= Math.min(nearest.reach, limit)) return;
  }
}

function searchCell(
  grid: CellGrid,
  cell: number,
  self: number,
  x: number,
  y: number,
  z: number,
  nearest: Nearest,
  limit: number,
): void {
  const { coords, index, cellStart } = grid;
  for (let other = cellStart[cell]!; other < cellStart[cell + 1]!; other++) {
    if (other === self) continue;
    const dx = coords[3 * other]! - x;
    const dy = coords[3 * other + 1]! - y;
    const dz = coords[3 * other + 2]! - z;
    const squared = dx * dx + dy * dy + dz * dz;
    if (squared <= limit && squared <= nearest.reach) nearest.offer(squared, index[other]!);
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
