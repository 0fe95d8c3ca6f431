/** Points sorted into the cells of a regular grid, a few points a cell: the ground of neighbour searches. */

/** Occupied cells hold about this many points: the 5 nearest are then mostly among 27 cells. */
const POINTS_PER_CELL = 2;

export interface CellGrid {
  /** n x 3 in the order of the cells. */
  readonly coords: Float64Array;
  /** n: the caller's index of each point in the order of the cells. */
  readonly index: Int32Array;
  /** cells + 1: where each cell's points begin. */
  readonly cellStart: Int32Array;
  readonly shape: readonly [number, number, number];
  readonly origin: readonly [number, number, number];
  /** Edges of a cell. */
  readonly edge: readonly [number, number, number];
}

/**
 * Sorts n x 3 coordinates into cells, x slowest.
 * @param smallestEdge cells are not made smaller than this.
 */
export function buildCellGrid(coords: Float64Array, smallestEdge = 0): CellGrid {
  const count = coords.length / 3;
  const { origin, size } = boundsOf(coords);
  const wanted = Math.max(smallestEdge, cellEdge(size, count));
  const cellsAlong = (k: number) => Math.max(1, Math.min(2 ** 20, Math.floor(size[k]! / wanted)));
  const shape = [cellsAlong(0), cellsAlong(1), cellsAlong(2)] as const;
  const edge = [0, 1, 2].map((k) => (size[k]! > 0 ? size[k]! / shape[k]! : 1)) as [number, number, number];
  const cell = new Int32Array(count);
  const cellStart = new Int32Array(shape[0] * shape[1] * shape[2] + 1);
  for (let i = 0; i < count; i++) {
    const x = cellOf(coords[3 * i]!, origin[0], edge[0], shape[0]);
    const y = cellOf(coords[3 * i + 1]!, origin[1], edge[1], shape[1]);
    const z = cellOf(coords[3 * i + 2]!, origin[2], edge[2], shape[2]);
    cell[i] = (x * shape[1] + y) * shape[2] + z;
    cellStart[cell[i]! + 1]!++;
  }
  for (let c = 0; c + 1 < cellStart.length; c++) cellStart[c + 1]! += cellStart[c]!;
  const next = cellStart.slice();
  const index = new Int32Array(count);
  const sorted = new Float64Array(3 * count);
  for (let i = 0; i < count; i++) {
    const slot = next[cell[i]!]!++;
    index[slot] = i;
    sorted[3 * slot] = coords[3 * i]!;
    sorted[3 * slot + 1] = coords[3 * i + 1]!;
    sorted[3 * slot + 2] = coords[3 * i + 2]!;
  }
  return { coords: sorted, index, cellStart, shape, origin, edge };
}

/** Lower corner and edge lengths of the points' extent. */
export function boundsOf(coords: Float64Array): {
  origin: [number, number, number];
  size: [number, number, number];
} {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < coords.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      const x = coords[i + k]!;
      if (x < low[k]!) low[k] = x;
      if (x > high[k]!) high[k] = x;
    }
  }
  if (coords.length === 0) return { origin: [0, 0, 0], size: [0, 0, 0] };
  return {
    origin: [low[0]!, low[1]!, low[2]!],
    size: [high[0]! - low[0]!, high[1]! - low[1]!, high[2]! - low[2]!],
  };
}

/** The edge that gives POINTS_PER_CELL in the dimensions that the points spread over. */
function cellEdge(size: readonly number[], count: number): number {
  let spread = size.filter((s) => s > 0);
  while (spread.length > 0) {
    const content = spread.reduce((product, s) => product * s, 1);
    const edge = ((content * POINTS_PER_CELL) / count) ** (1 / spread.length);
    const wide = spread.filter((s) => s >= edge);
    if (wide.length === spread.length || wide.length === 0) return edge;
    spread = wide;
  }
  return 1;
}

/** The cell of a coordinate along one axis; what lies outside goes to the outermost cell. */
export function cellOf(x: number, origin: number, edge: number, cells: number): number {
  return Math.max(0, Math.min(cells - 1, Math.floor((x - origin) / edge)));
}
