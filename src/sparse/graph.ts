/**
 * A grounded graph: the shape of a system A x = b before it has values.
 *
 * A is the weighted Laplacian of the graph, restricted to the unknowns; an end of an edge that is no unknown is
 * grounded, held at 1 or at 0. Every edge (i, j) of weight w adds w (e_i - e_j)(e_i - e_j)ᵀ to A, and an edge
 * from i to the ground at 1 adds w to b_i.
 */

/** In `ends`: the edge's end is held at 1. */
export const GROUND_ONE = -1;
/** In `ends`: the edge's end is held at 0. */
export const GROUND_ZERO = -2;

export interface GroundedGraph {
  readonly unknownCount: number;
  /** m x 2: an unknown from 0, GROUND_ONE or GROUND_ZERO. */
  readonly ends: Int32Array;
}

/** Neighbours and edges of every unknown, row by row; a grounded neighbour keeps its negative number. */
export interface Adjacency {
  /** n + 1. */
  readonly rowStart: Uint32Array;
  readonly neighbour: Int32Array;
  readonly edge: Uint32Array;
}

/**
 * Rows of the graph, each with its edges in the order of the edge list. Edges between grounds and edges from an
 * unknown to itself carry nothing and are left out.
 */
export function listNeighbours(graph: GroundedGraph): Adjacency {
  const { unknownCount, ends } = graph;
  const rowStart = new Uint32Array(unknownCount + 1);
  for (let k = 0; k < ends.length; k += 2) {
    const i = ends[k]!;
    const j = ends[k + 1]!;
    if (i === j) continue;
    if (i >= 0) rowStart[i + 1]!++;
    if (j >= 0) rowStart[j + 1]!++;
  }
  for (let i = 0; i < unknownCount; i++) rowStart[i + 1]! += rowStart[i]!;
  const neighbour = new Int32Array(rowStart[unknownCount]!);
  const edge = new Uint32Array(rowStart[unknownCount]!);
  const next = rowStart.slice(0, unknownCount);
  for (let k = 0; k < ends.length; k += 2) {
    const i = ends[k]!;
    const j = ends[k + 1]!;
    if (i === j) continue;
    if (i >= 0) {
      const at = next[i]!++;
      neighbour[at] = j;
      edge[at] = k >> 1;
    }
    if (j >= 0) {
      const at = next[j]!++;
      neighbour[at] = i;
      edge[at] = k >> 1;
    }
  }
  return { rowStart, neighbour, edge };
}
