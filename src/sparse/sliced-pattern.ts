/**
 * The pattern of a ragged batch of grounded Laplacians, as the kernels want it: sliced ELLPACK (Monakov et al.,
 * HiPEAC 2010). Rows of one system are contiguous and fill whole slices of 32; layer k of a slice holds the k-th
 * entry of each of its rows, so that neighbouring lanes read neighbouring words. Built once; values come often.
 */
import { type Adjacency, GROUND_ONE, type GroundedGraph, listNeighbours } from "./graph.ts";
import { type Ordering, orderRows, sortByLength } from "./ordering.ts";

export const ROWS_PER_SLICE = 32;
/** Words of a record in `batchLayout`, as in shaders/include/launch.wgsl. */
export const CHUNK_WORDS = 8;
const SORT_WINDOW = 256;

export interface SlicedPatternOptions {
  readonly ordering: Ordering;
  /** Into how many chunks a system is cut at most. */
  readonly maxChunks: number;
  /** Systems of at most so many rows stay in one chunk and are told apart as small. */
  readonly smallRows: number;
}

export interface SlicedPattern {
  readonly systemCount: number;
  /** Of all systems, with the rows that only fill slices. */
  readonly rowCount: number;
  /**
   * Vectors are this long: a slice of grounds follows the rows. Row `rowCount` is the ground at 1, the next one
   * the ground at 0; a solution holds their values there, and all else 0.
   */
  readonly vectorLength: number;
  readonly sliceCount: number;
  /** Records of the chunks, then the first layer of each slice and the end of the last. */
  readonly batchLayout: Uint32Array;
  /** Where in `batchLayout` the slices' layers begin. */
  readonly sliceTable: number;
  readonly chunkCount: number;
  /** Chunks of small systems, one each, come first. */
  readonly smallChunkCount: number;
  /** First chunk of each system, and the end. */
  readonly chunkOfSystem: Uint32Array;
  readonly chunkEndOfSystem: Uint32Array;
  /** One word a slot: the row of the neighbour. */
  readonly column: Uint32Array;
  /** One word a slot: the edge whose weight it takes; `edgeCount` in slots that only fill. */
  readonly slotEdge: Uint32Array;
  /** Edges of all systems one after the other. */
  readonly edgeCount: number;
  /** First unknown of each system among the unknowns of all, and the end. */
  readonly unknownStart: Uint32Array;
  /** First edge of each system, and the end. */
  readonly edgeStart: Uint32Array;
  /** Row of each unknown of all systems. */
  readonly rowOfUnknown: Uint32Array;
}

interface OrderedSystem {
  readonly adjacency: Adjacency;
  readonly order: Uint32Array;
}

/** Builds the pattern of a batch; a single system is a batch of one. A graph that comes again is ordered once. */
export function buildSlicedPattern(
  graphs: readonly GroundedGraph[],
  options: SlicedPatternOptions,
): SlicedPattern {
  const ordered = new Map<GroundedGraph, OrderedSystem>();
  for (const graph of graphs) {
    if (!ordered.has(graph)) ordered.set(graph, orderSystem(graph, options.ordering));
  }
  const systems = graphs.map((graph) => ordered.get(graph)!);
  const firstSlice = runningSum(systems.map(({ order }) => Math.ceil(order.length / ROWS_PER_SLICE)));
  const sliceCount = firstSlice[systems.length]!;
  const rowCount = sliceCount * ROWS_PER_SLICE;
  const unknownStart = runningSum(graphs.map((graph) => graph.unknownCount));
  const edgeStart = runningSum(graphs.map((graph) => graph.ends.length / 2));

  const layerStart = new Uint32Array(sliceCount + 1);
  for (let s = 0; s < systems.length; s++) measureSlices(systems[s]!, firstSlice[s]!, layerStart);
  for (let k = 0; k < sliceCount; k++) layerStart[k + 1]! += layerStart[k]!;

  const slotCount = layerStart[sliceCount]! * ROWS_PER_SLICE;
  const column = new Uint32Array(slotCount);
  const slotEdge = new Uint32Array(slotCount).fill(edgeStart[systems.length]!);
  const rowOfUnknown = new Uint32Array(unknownStart[systems.length]!);
  systems.forEach((system, s) => {
    const rows = rowOfUnknown.subarray(unknownStart[s]!, unknownStart[s + 1]!);
    const firstRow = firstSlice[s]! * ROWS_PER_SLICE;
    for (let r = 0; r < rows.length; r++) rows[system.order[r]!] = firstRow + r;
    const target = { column, slotEdge, layerStart, rows, firstRow, firstEdge: edgeStart[s]!, rowCount };
    fillSlots(system, target, firstSlice[s + 1]! * ROWS_PER_SLICE);
  });
  const chunks = cutChunks(firstSlice, options);
  return {
    systemCount: systems.length,
    rowCount,
    vectorLength: rowCount + ROWS_PER_SLICE,
    sliceCount,
    ...joinLayout(chunks.records, layerStart),
    ...chunks,
    column,
    slotEdge,
    edgeCount: edgeStart[systems.length]!,
    unknownStart,
    edgeStart,
    rowOfUnknown,
  };
}

function orderSystem(graph: GroundedGraph, ordering: Ordering): OrderedSystem {
  const adjacency = listNeighbours(graph);
  const order = orderRows(adjacency, ordering);
  sortByLength(order, adjacency, SORT_WINDOW);
  return { adjacency, order };
}

/** Writes the number of layers of each slice at the place after its own. */
function measureSlices(
  { adjacency, order }: OrderedSystem,
  firstSlice: number,
  layerStart: Uint32Array,
): void {
  for (let r = 0; r < order.length; r++) {
    const length = adjacency.rowStart[order[r]! + 1]! - adjacency.rowStart[order[r]!]!;
    const at = firstSlice + Math.floor(r / ROWS_PER_SLICE) + 1;
    if (length > layerStart[at]!) layerStart[at] = length;
  }
}

interface SlotTarget {
  readonly column: Uint32Array;
  readonly slotEdge: Uint32Array;
  readonly layerStart: Uint32Array;
  readonly rows: Uint32Array;
  readonly firstRow: number;
  readonly firstEdge: number;
  readonly rowCount: number;
}

/** Fills the slots of one system's rows; a slot without an entry points at its own row with weight zero. */
function fillSlots({ adjacency, order }: OrderedSystem, target: SlotTarget, endRow: number): void {
  const { rowStart, neighbour, edge } = adjacency;
  for (let row = target.firstRow; row < endRow; row++) {
    const slice = Math.floor(row / ROWS_PER_SLICE);
    const lane = row % ROWS_PER_SLICE;
    const index = row - target.firstRow;
    const unknown = index < order.length ? order[index]! : -1;
    let entry = unknown < 0 ? 0 : rowStart[unknown]!;
    const entryEnd = unknown < 0 ? 0 : rowStart[unknown + 1]!;
    for (let layer = target.layerStart[slice]!; layer < target.layerStart[slice + 1]!; layer++) {
      const slot = layer * ROWS_PER_SLICE + lane;
      if (entry < entryEnd) {
        const j = neighbour[entry]!;
        target.column[slot] = j >= 0 ? target.rows[j]! : target.rowCount + (j === GROUND_ONE ? 0 : 1);
        target.slotEdge[slot] = target.firstEdge + edge[entry]!;
        entry++;
      } else {
        target.column[slot] = row;
      }
    }
  }
}

/** Cuts systems into chunks; those of small systems come first. */
function cutChunks(firstSlice: Uint32Array, { maxChunks, smallRows }: SlicedPatternOptions) {
  const systemCount = firstSlice.length - 1;
  const chunkOfSystem = new Uint32Array(systemCount);
  const chunkEndOfSystem = new Uint32Array(systemCount);
  const records: number[] = [];
  let chunkCount = 0;
  const isSmall = (s: number) => (firstSlice[s + 1]! - firstSlice[s]!) * ROWS_PER_SLICE <= smallRows;
  const cut = (s: number, pieces: number) => {
    const begin = chunkCount;
    const slices = firstSlice[s + 1]! - firstSlice[s]!;
    const perChunk = Math.max(1, Math.ceil(slices / pieces));
    const count = Math.max(1, Math.ceil(slices / perChunk));
    for (let k = 0; k < count; k++) {
      const first = firstSlice[s]! + k * perChunk;
      const last = Math.min(firstSlice[s + 1]!, first + perChunk);
      records.push(s, first, last, begin, begin + count, 0, 0, 0);
    }
    chunkCount += count;
    chunkOfSystem[s] = begin;
    chunkEndOfSystem[s] = chunkCount;
  };
  for (let s = 0; s < systemCount; s++) if (isSmall(s)) cut(s, 1);
  const smallChunkCount = chunkCount;
  for (let s = 0; s < systemCount; s++) if (!isSmall(s)) cut(s, maxChunks);
  return { records, chunkCount, smallChunkCount, chunkOfSystem, chunkEndOfSystem };
}

function joinLayout(
  records: number[],
  layerStart: Uint32Array,
): { batchLayout: Uint32Array; sliceTable: number } {
  const batchLayout = new Uint32Array(records.length + layerStart.length);
  batchLayout.set(records);
  batchLayout.set(layerStart, records.length);
  return { batchLayout, sliceTable: records.length };
}

export function runningSum(counts: readonly number[]): Uint32Array {
  const sums = new Uint32Array(counts.length + 1);
  counts.forEach((count, k) => {
    sums[k + 1] = sums[k]! + count;
  });
  return sums;
}
