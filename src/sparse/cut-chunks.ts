/**
 * How the slices of a batch are cut: into chunks, one a workgroup, and chunks into pages, one a binding. Unless a
 * chunk is larger than a page, slices are cut alike for any size of pages, so that partial sums, and with them all
 * results, are the same to the bit.
 */
import { type PatternPage, requirePages, requireSlice } from "./paged-slots.ts";

export const ROWS_PER_SLICE = 32;
/** Words of a record in `batchLayout`, as in shaders/include/launch.wgsl. */
export const CHUNK_WORDS = 8;

export interface CutOptions {
  /** Into how many chunks a system is cut at most, unless a chunk were larger than a page. */
  readonly maxChunks: number;
  /** Systems of at most so many rows stay in one chunk and are told apart as small. */
  readonly smallRows: number;
  /** Slots of a page at most; by default all are on one. */
  readonly pageSlots?: number;
}

export interface Chunks {
  readonly chunkCount: number;
  readonly smallChunkCount: number;
  readonly chunkOfSystem: Uint32Array;
  readonly chunkEndOfSystem: Uint32Array;
}

/** Cuts systems into chunks, none larger than a page; those of small systems come first. */
export function cutChunks(
  firstSlice: Uint32Array,
  layerStart: Uint32Array,
  { maxChunks, smallRows, pageSlots = Number.POSITIVE_INFINITY }: CutOptions,
): Chunks & { records: number[] } {
  const systemCount = firstSlice.length - 1;
  const chunkOfSystem = new Uint32Array(systemCount);
  const chunkEndOfSystem = new Uint32Array(systemCount);
  const records: number[] = [];
  let chunkCount = 0;
  const slotsOf = (begin: number, end: number) => (layerStart[end]! - layerStart[begin]!) * ROWS_PER_SLICE;
  const isSmall = (s: number) =>
    (firstSlice[s + 1]! - firstSlice[s]!) * ROWS_PER_SLICE <= smallRows &&
    slotsOf(firstSlice[s]!, firstSlice[s + 1]!) <= pageSlots;
  const cut = (s: number, pieces: number) => {
    const begin = chunkCount;
    const [first, end] = [firstSlice[s]!, firstSlice[s + 1]!];
    let perChunk = Math.max(1, Math.ceil((end - first) / pieces));
    while (perChunk > 1 && largestChunk(layerStart, first, end, perChunk) > pageSlots) {
      perChunk = Math.ceil(perChunk / 2);
    }
    requireSlice(largestChunk(layerStart, first, end, perChunk), pageSlots);
    const count = Math.max(1, Math.ceil((end - first) / perChunk));
    for (let k = 0; k < count; k++) {
      const slice = first + k * perChunk;
      records.push(s, slice, Math.min(end, slice + perChunk), begin, begin + count, 0, 0, 0);
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

/** Slots of the largest chunk of the slices from `first` to `end`. */
function largestChunk(layerStart: Uint32Array, first: number, end: number, perChunk: number): number {
  let layers = 0;
  for (let slice = first; slice < end; slice += perChunk) {
    layers = Math.max(layers, layerStart[Math.min(end, slice + perChunk)]! - layerStart[slice]!);
  }
  return layers * ROWS_PER_SLICE;
}

/** Fills pages with whole chunks, in the order of their slices. */
export function cutPages(
  records: readonly number[],
  { chunkCount, smallChunkCount, chunkOfSystem, chunkEndOfSystem }: Chunks,
  layerStart: Uint32Array,
  pageSlots = Number.POSITIVE_INFINITY,
): PatternPage[] {
  const pages: PatternPage[] = [];
  const ends = { slice: 0, small: 0, large: smallChunkCount };
  let [slice, small, large] = [0, 0, smallChunkCount];
  const slotsTo = (end: number) => (layerStart[end]! - layerStart[ends.slice]!) * ROWS_PER_SLICE;
  const close = () => {
    pages.push({
      firstSlice: ends.slice,
      endSlice: slice,
      // Each page before has had one word more than slices.
      sliceTable: CHUNK_WORDS * chunkCount + pages.length,
      slotCount: slotsTo(slice),
      small: { firstChunk: ends.small, chunkCount: small - ends.small },
      large: { firstChunk: ends.large, chunkCount: large - ends.large },
    });
    Object.assign(ends, { slice, small, large });
  };
  for (let s = 0; s < chunkOfSystem.length; s++) {
    for (let chunk = chunkOfSystem[s]!; chunk < chunkEndOfSystem[s]!; chunk++) {
      const end = records[CHUNK_WORDS * chunk + 2]!;
      if (slotsTo(end) > pageSlots) close();
      slice = end;
      if (chunk < smallChunkCount) small = chunk + 1;
      else large = chunk + 1;
    }
  }
  close();
  requirePages(layerStart.at(-1)! * ROWS_PER_SLICE, pageSlots, pages.length);
  return pages;
}

export function joinLayout(
  records: readonly number[],
  layerStart: Uint32Array,
  pages: readonly PatternPage[],
): Uint32Array {
  const batchLayout = new Uint32Array(records.length + layerStart.length - 1 + pages.length);
  batchLayout.set(records);
  for (const { firstSlice, endSlice, sliceTable } of pages) {
    for (let slice = firstSlice; slice <= endSlice; slice++) {
      batchLayout[sliceTable + slice] = layerStart[slice]! - layerStart[firstSlice]!;
    }
  }
  return batchLayout;
}
