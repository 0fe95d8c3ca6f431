/**
 * The pattern of a ragged batch of grounded Laplacians, as the kernels want it: sliced ELLPACK (Monakov et al.,
 * HiPEAC 2010). Rows of one system are contiguous and fill whole slices of 32; layer k of a slice holds the k-th
 * entry of each of its rows, so that neighbouring lanes read neighbouring words. Built once; values come often.
 * Slots are the bulk of it: they are made a page at a time (paged-slots.ts), to be kept where they are needed.
 */
import {
  CHUNK_WORDS,
  type CutOptions,
  cutChunks,
  cutPages,
  joinLayout,
  ROWS_PER_SLICE,
} from "./cut-chunks.ts";
import { type Adjacency, GROUND_ONE, type GroundedGraph, listNeighbours } from "./graph.ts";
import { type Ordering, orderRows, sortByLength } from "./ordering.ts";
import type { PatternPage } from "./paged-slots.ts";

export { CHUNK_WORDS, ROWS_PER_SLICE };

const SORT_WINDOW = 256;

export interface SlicedPatternOptions extends CutOptions {
  readonly ordering: Ordering;
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
  /** Records of the chunks, then, page by page, the first layer of each slice and the end of the last. */
  readonly batchLayout: Uint32Array;
  readonly pages: readonly PatternPage[];
  /** Of all pages. */
  readonly slotCount: number;
  readonly chunkCount: number;
  /** Chunks of small systems, one each, come first. */
  readonly smallChunkCount: number;
  /** First chunk of each system, and the end. */
  readonly chunkOfSystem: Uint32Array;
  readonly chunkEndOfSystem: Uint32Array;
  /** Edges of all systems one after the other. */
  readonly edgeCount: number;
  /** First unknown of each system among the unknowns of all, and the end. */
  readonly unknownStart: Uint32Array;
  /** First edge of each system, and the end. */
  readonly edgeStart: Uint32Array;
  /** Row of each unknown of all systems. */
  readonly rowOfUnknown: Uint32Array;
}

/** What the slots of one page hold. */
export interface FilledPage {
  /** One word a slot: the row of the neighbour. */
  readonly column: Uint32Array;
  /** One word a slot: the edge whose weight it takes; `edgeCount` in slots that only fill. */
  readonly slotEdge: Uint32Array;
}

export interface BuiltPattern {
  readonly pattern: SlicedPattern;
  /** Makes the slots of a page; needs the graphs' adjacency, which lives as long as this function. */
  readonly fillPage: (page: number) => FilledPage;
}

interface OrderedSystem {
  readonly adjacency: Adjacency;
  readonly order: Uint32Array;
}

/**
 * Builds the pattern of a batch; a single system is a batch of one. A graph that comes again is ordered once.
 * @throws {LimitError} when a slice is larger than a page, or there are too many pages
 */
export function buildSlicedPattern(
  graphs: readonly GroundedGraph[],
  options: SlicedPatternOptions,
): BuiltPattern {
  const ordered = new Map<GroundedGraph, OrderedSystem>();
  for (const graph of graphs) {
    if (!ordered.has(graph)) ordered.set(graph, orderSystem(graph, options.ordering));
  }
  const systems = graphs.map((graph) => ordered.get(graph)!);
  const firstSlice = runningSum(systems.map(({ order }) => Math.ceil(order.length / ROWS_PER_SLICE)));
  const sliceCount = firstSlice[systems.length]!;
  const layerStart = new Uint32Array(sliceCount + 1);
  for (let s = 0; s < systems.length; s++) measureSlices(systems[s]!, firstSlice[s]!, layerStart);
  for (let k = 0; k < sliceCount; k++) layerStart[k + 1]! += layerStart[k]!;

  const { records, ...chunks } = cutChunks(firstSlice, layerStart, options);
  const pages = cutPages(records, chunks, layerStart, options.pageSlots);
  const unknownStart = runningSum(graphs.map((graph) => graph.unknownCount));
  const pattern: SlicedPattern = {
    systemCount: systems.length,
    rowCount: sliceCount * ROWS_PER_SLICE,
    vectorLength: (sliceCount + 1) * ROWS_PER_SLICE,
    sliceCount,
    batchLayout: joinLayout(records, layerStart, pages),
    pages,
    slotCount: layerStart[sliceCount]! * ROWS_PER_SLICE,
    ...chunks,
    edgeCount: graphs.reduce((sum, { ends }) => sum + ends.length / 2, 0),
    unknownStart,
    edgeStart: runningSum(graphs.map((graph) => graph.ends.length / 2)),
    rowOfUnknown: new Uint32Array(unknownStart[systems.length]!),
  };
  systems.forEach(({ order }, s) => {
    const rows = pattern.rowOfUnknown.subarray(unknownStart[s]!, unknownStart[s + 1]!);
    const firstRow = firstSlice[s]! * ROWS_PER_SLICE;
    for (let r = 0; r < rows.length; r++) rows[order[r]!] = firstRow + r;
  });
  return { pattern, fillPage: (page) => fillPage(systems, firstSlice, pattern, pages[page]!) };
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

function fillPage(
  systems: readonly OrderedSystem[],
  firstSlice: Uint32Array,
  pattern: SlicedPattern,
  page: PatternPage,
): FilledPage {
  const column = new Uint32Array(page.slotCount);
  const slotEdge = new Uint32Array(page.slotCount).fill(pattern.edgeCount);
  systems.forEach((system, s) => {
    const begin = Math.max(page.firstSlice, firstSlice[s]!);
    const end = Math.min(page.endSlice, firstSlice[s + 1]!);
    if (begin >= end) return;
    const place = {
      firstRow: firstSlice[s]! * ROWS_PER_SLICE,
      firstEdge: pattern.edgeStart[s]!,
      rows: pattern.rowOfUnknown.subarray(pattern.unknownStart[s]!, pattern.unknownStart[s + 1]!),
    };
    for (let slice = begin; slice < end; slice++) {
      fillSlice(system, place, slice, pattern, page.sliceTable, { column, slotEdge });
    }
  });
  return { column, slotEdge };
}

/** Fills the slots of one slice; a slot without an entry points at its own row with weight zero. */
function fillSlice(
  { adjacency, order }: OrderedSystem,
  system: { readonly firstRow: number; readonly firstEdge: number; readonly rows: Uint32Array },
  slice: number,
  { batchLayout, rowCount }: SlicedPattern,
  sliceTable: number,
  { column, slotEdge }: FilledPage,
): void {
  const { rowStart, neighbour, edge } = adjacency;
  const slotBegin = batchLayout[sliceTable + slice]! * ROWS_PER_SLICE;
  const slotEnd = batchLayout[sliceTable + slice + 1]! * ROWS_PER_SLICE;
  for (let lane = 0; lane < ROWS_PER_SLICE; lane++) {
    const row = slice * ROWS_PER_SLICE + lane;
    const index = row - system.firstRow;
    const unknown = index < order.length ? order[index]! : -1;
    let entry = unknown < 0 ? 0 : rowStart[unknown]!;
    const entryEnd = unknown < 0 ? 0 : rowStart[unknown + 1]!;
    for (let slot = slotBegin + lane; slot < slotEnd; slot += ROWS_PER_SLICE) {
      if (entry < entryEnd) {
        const j = neighbour[entry]!;
        column[slot] = j >= 0 ? system.rows[j]! : rowCount + (j === GROUND_ONE ? 0 : 1);
        slotEdge[slot] = system.firstEdge + edge[entry]!;
        entry++;
      } else {
        column[slot] = row;
      }
    }
  }
}

export function runningSum(counts: readonly number[]): Uint32Array {
  const sums = new Uint32Array(counts.length + 1);
  counts.forEach((count, k) => {
    sums[k + 1] = sums[k]! + count;
  });
  return sums;
}
