/**
 * Which numbers a direct solve of a grounded Laplacian combines, found once from its graph alone. Unknowns are
 * eliminated one after the other, each when it has the fewest neighbours (minimum degree: W. F. Tinney and
 * J. W. Walker, Proc. IEEE 55 (1967) 1801). Eliminating k turns its star into a mesh (A. Rosen, J. IEE 62 (1924) 916):
 *
 *   s = leak_k + Σ_j w_kj,   w_ij += w_ki w_kj / s,   leak_i += w_ki leak_k / s
 *
 * `leak` is what joins an unknown to the grounds. Nothing is ever subtracted, so that in float32 every cell and
 * leak keeps its relative accuracy at any contrast of the weights.
 */
import type { GroundedGraph } from "./graph.ts";
import { ROWS_PER_SLICE } from "./sliced-pattern.ts";

/** Cells before the first pivot record. */
const HEADER_WORDS = 3;
/** A pivot's row, first cell and first target. */
const PIVOT_WORDS = 3;
/** A target's word holds its cell in 12 bits, and twice the place among the pivot's cells in 10. */
const MOST_CELLS = 4096;
const MOST_NEIGHBOURS = 1024;

export interface EliminationPlan {
  /**
   * As shaders/include/elimination.wgsl reads them:
   *
   *   pivots n, cells m, where the slots of cells begin
   *   n + 1 times: row of the pivot, its first cell, its first target
   *   m times: row of the neighbour whose weight the cell holds
   *   targets: cell | place of its one weight among the pivot's cells << 12 | place of the other << 22
   *   m + n + 1 times: where the slots of each cell begin, and of each pivot's leak
   *   slots whose weights a cell or leak is the sum of, from the system's first
   */
  readonly words: Uint32Array;
  /** Weights that the elimination keeps, those that it makes among them. */
  readonly cellCount: number;
}

/** Where a system's rows stand in its part of a sliced pattern. */
export interface SystemPlace {
  /** n: row of each unknown, from the system's first. */
  readonly rowOf: ArrayLike<number>;
  /** First layer of each of its slices, from the system's first. */
  readonly layerOf: ArrayLike<number>;
}

/**
 * @param mostCells beyond this the graph is not for eliminating
 * @returns `undefined` where the cells are too many
 */
export function planElimination(
  graph: GroundedGraph,
  place: SystemPlace,
  mostCells: number,
): EliminationPlan | undefined {
  const order = eliminate(graph, Math.min(MOST_CELLS, mostCells));
  return order && writePlan(graph, place, order);
}

interface Order {
  /** The unknowns as they go, each with those of its neighbours that are still there. */
  readonly pivots: readonly number[];
  readonly neighbours: readonly (readonly number[])[];
}

function eliminate({ unknownCount, ends }: GroundedGraph, mostCells: number): Order | undefined {
  const adjacent = Array.from({ length: unknownCount }, () => new Set<number>());
  for (let k = 0; k < ends.length; k += 2) {
    const [i, j] = [ends[k]!, ends[k + 1]!];
    if (i < 0 || j < 0 || i === j) continue;
    adjacent[i]!.add(j);
    adjacent[j]!.add(i);
  }
  const pivots: number[] = [];
  const neighbours: number[][] = [];
  const left = Array.from({ length: unknownCount }, (_, i) => i);
  let cellCount = 0;
  while (left.length > 0) {
    const at = findSmallest(left, adjacent);
    const pivot = left[at]!;
    left[at] = left.at(-1)!;
    left.pop();
    const own = [...adjacent[pivot]!];
    cellCount += own.length;
    if (cellCount > mostCells || own.length > MOST_NEIGHBOURS) return undefined;
    for (const i of own) {
      const others = adjacent[i]!;
      others.delete(pivot);
      for (const j of own) if (j !== i) others.add(j);
    }
    pivots.push(pivot);
    neighbours.push(own);
  }
  return { pivots, neighbours };
}

function findSmallest(left: readonly number[], adjacent: readonly ReadonlySet<number>[]): number {
  let best = 0;
  for (let k = 1; k < left.length; k++) {
    if (adjacent[left[k]!]!.size < adjacent[left[best]!]!.size) best = k;
  }
  return best;
}

function writePlan(graph: GroundedGraph, place: SystemPlace, order: Order): EliminationPlan {
  const { pivots, neighbours } = order;
  const rank = new Int32Array(graph.unknownCount);
  pivots.forEach((unknown, k) => {
    rank[unknown] = k;
  });
  const cellOf = neighbours.map(() => new Map<number, number>());
  const records: number[] = [];
  const rows: number[] = [];
  const targets: number[] = [];
  pivots.forEach((_, k) => {
    for (const j of neighbours[k]!) {
      cellOf[k]!.set(j, rows.length);
      rows.push(place.rowOf[j]!);
    }
  });
  pivots.forEach((unknown, k) => {
    const own = neighbours[k]!;
    records.push(place.rowOf[unknown]!, own.length > 0 ? cellOf[k]!.get(own[0]!)! : -1, targets.length);
    own.forEach((i, a) => {
      for (let b = 0; b < a; b++) {
        const j = own[b]!;
        const cell = rank[i]! < rank[j]! ? cellOf[rank[i]!]!.get(j)! : cellOf[rank[j]!]!.get(i)!;
        targets.push(cell | (a << 12) | (b << 22));
      }
    });
  });
  records.push(0, rows.length, targets.length);
  for (let k = pivots.length - 1; k >= 0; k--) {
    if (records[PIVOT_WORDS * k + 1]! < 0) records[PIVOT_WORDS * k + 1] = records[PIVOT_WORDS * k + 4]!;
  }
  const slots = listSlots(graph, place, rank, cellOf, rows.length);
  const slotsAt = HEADER_WORDS + records.length + rows.length + targets.length;
  return {
    words: Uint32Array.from([pivots.length, rows.length, slotsAt, ...records, ...rows, ...targets, ...slots]),
    cellCount: rows.length,
  };
}

/** Where the slots of each cell begin and of each pivot's leak, then the slots. */
function listSlots(
  { unknownCount, ends }: GroundedGraph,
  { rowOf, layerOf }: SystemPlace,
  rank: Int32Array,
  cellOf: readonly ReadonlyMap<number, number>[],
  cellCount: number,
): number[] {
  const lists: number[][] = Array.from({ length: cellCount + unknownCount }, () => []);
  const filled = new Uint32Array(unknownCount);
  const nextSlot = (i: number) => {
    const row = rowOf[i]!;
    const layer = layerOf[Math.floor(row / ROWS_PER_SLICE)]! + filled[i]!++;
    return layer * ROWS_PER_SLICE + (row % ROWS_PER_SLICE);
  };
  for (let k = 0; k < ends.length; k += 2) {
    const [i, j] = [ends[k]!, ends[k + 1]!];
    if (i === j) continue;
    const [slotOfI, slotOfJ] = [i < 0 ? -1 : nextSlot(i), j < 0 ? -1 : nextSlot(j)];
    if (i < 0 && j < 0) continue;
    if (i < 0 || j < 0) lists[cellCount + rank[Math.max(i, j)]!]!.push(Math.max(slotOfI, slotOfJ));
    else if (rank[i]! < rank[j]!) lists[cellOf[rank[i]!]!.get(j)!]!.push(slotOfI);
    else lists[cellOf[rank[j]!]!.get(i)!]!.push(slotOfJ);
  }
  let start = 0;
  const starts = lists.map(({ length }) => (start += length) - length);
  return [...starts, start, ...lists.flat()];
}
