/**
 * Pages: how a matrix larger than one binding lies on the device. Slots are cut between chunks into pages, each with
 * buffers of its own, and layers are counted from their page's first, so that a kernel that is bound to one page knows
 * nothing of the others: it is launched once a page, over that page's chunks. A matrix that fits has one page.
 *
 *   page p has the slices from firstSlice to endSlice; the layers of its slice s begin at
 *   batchLayout[pages[p].sliceTable + s], and end at the next word
 *
 * To read the rows of any page, find the page whose slices hold the row.
 */
import { LimitError, OptionError } from "../errors.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { requireLimit } from "../gpu/error-scopes.ts";

export interface ChunkRange {
  readonly firstChunk: number;
  readonly chunkCount: number;
}

/** What the host knows of a page. */
export interface PatternPage {
  readonly firstSlice: number;
  readonly endSlice: number;
  /** What a launch over the page has as `sliceTable`. */
  readonly sliceTable: number;
  readonly slotCount: number;
  /** Chunks of systems of one workgroup each, and those of large ones. */
  readonly small: ChunkRange;
  readonly large: ChunkRange;
}

/** A page on the device: one word a slot in each buffer. */
export interface SlotPage extends PatternPage {
  readonly column: GPUBuffer;
  /** Columns as distances, two a word, where all of the page are near. */
  readonly nearColumn?: GPUBuffer;
  /** Which edge's weight a slot takes, counted over all edge pages. */
  readonly slotEdge: GPUBuffer;
  readonly weight: GPUBuffer;
  readonly weightLow: GPUBuffer;
}

/** Weights of consecutive edges of the batch, two f32 each. */
export interface EdgePage {
  readonly firstEdge: number;
  readonly edgeCount: number;
  readonly edgeWeight: GPUBuffer;
}

/** Consecutive chunks on one page: what one launch of a kernel that reads slots goes over. */
export interface Segment extends ChunkRange {
  readonly page: number;
}

/** The launches that cover all chunks, or those of small or large systems only. */
export function listSegments(
  pages: readonly PatternPage[],
  which: "all" | "small" | "large" = "all",
): Segment[] {
  return pages.flatMap(({ small, large }, page) => {
    const isJoined = small.firstChunk + small.chunkCount === large.firstChunk;
    const joined = { firstChunk: small.firstChunk, chunkCount: small.chunkCount + large.chunkCount };
    const ranges = which === "all" ? (isJoined ? [joined] : [small, large]) : [{ small, large }[which]];
    return ranges.filter(({ chunkCount }) => chunkCount > 0).map((range) => ({ page, ...range }));
  });
}

const REMEDY = "Solve fewer systems at once, or a smaller network";
const BYTES_PER_SLOT = 4;
const BYTES_PER_EDGE = 8;
/** A solution: two f32. */
const BYTES_PER_ROW = 8;
/** Each is a launch in every iteration. */
const MOST_PAGES = 256;

export interface PageSizes {
  readonly slots: number;
  /** That one slots fill with among them. */
  readonly edges: number;
}

/** A layer of a slice. */
const LEAST_PAGE_BYTES = 128;

/**
 * @param pageBytes at most, where the device binds more
 * @throws {OptionError} for pages that hold nothing
 */
export function choosePageSizes({ limits }: ComputeDevice, pageBytes = Number.POSITIVE_INFINITY): PageSizes {
  if (!(pageBytes >= LEAST_PAGE_BYTES)) {
    const remedy = `Give at least ${LEAST_PAGE_BYTES} bytes, or leave it out.`;
    throw new OptionError("pageBytes", `Pages of ${pageBytes} bytes hold nothing.`, remedy);
  }
  const bytes = Math.min(pageBytes, limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  return { slots: Math.floor(bytes / BYTES_PER_SLOT), edges: Math.floor(bytes / BYTES_PER_EDGE / 2) * 2 };
}

/**
 * Refuses a batch whose vectors do not fit one binding each, before anything is built of it.
 * @throws {LimitError} with the bytes of the longest vector
 */
export function requireRows(device: ComputeDevice, rowCount: number): void {
  for (const limit of ["maxStorageBufferBindingSize", "maxBufferSize"] as const) {
    const most = Math.floor(device.limits[limit] / BYTES_PER_ROW);
    const remedy = `${REMEDY}: of ${rowCount} pores this device holds the pressures of about ${most}.`;
    requireLimit(device, limit, BYTES_PER_ROW * rowCount, remedy);
  }
}

/** @throws {LimitError} for more pages than a solve can launch over */
export function requirePages(slotCount: number, pageSlots: number, pageCount: number): void {
  if (pageCount <= MOST_PAGES) return;
  const remedy = `${REMEDY}: its ${slotCount} entries lie in ${pageCount} buffers, of which a solve takes ${MOST_PAGES}.`;
  throw refuse(slotCount, MOST_PAGES * pageSlots, remedy);
}

/** @throws {LimitError} where slices of `slotCount` slots, the longest of a batch, are larger than a page */
export function requireSlice(slotCount: number, pageSlots: number): void {
  if (slotCount <= pageSlots) return;
  throw refuse(
    slotCount,
    pageSlots,
    `Remove throats from the pore that has most of them, about ${Math.ceil(slotCount / 32)}: 32 pores' throats lie in one buffer.`,
  );
}

/**
 * For kernels that bind all slots and edges at once.
 * @throws {LimitError} where there is more than one page
 */
export function requireOnePage(
  { pages, slotCount, edgeCount }: PagedCounts,
  { slots, edges }: PageSizes,
): void {
  const remedy = `${REMEDY}: a solve that stays on the device binds each array of the matrix whole.`;
  if (pages.length > 1) throw refuse(slotCount, slots, remedy);
  if (edgeCount < edges) return;
  const [needed, available] = [BYTES_PER_EDGE * (edgeCount + 1), BYTES_PER_EDGE * edges];
  throw new LimitError("maxStorageBufferBindingSize", needed, available, remedy);
}

interface PagedCounts {
  readonly pages: readonly PatternPage[];
  readonly slotCount: number;
  readonly edgeCount: number;
}

function refuse(slotCount: number, available: number, remedy: string): LimitError {
  return new LimitError(
    "maxStorageBufferBindingSize",
    BYTES_PER_SLOT * slotCount,
    BYTES_PER_SLOT * available,
    remedy,
  );
}
