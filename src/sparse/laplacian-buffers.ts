/** What a matrix keeps on the device: its slots and edges by pages (paged-slots.ts), and what all pages share. */
import type { BufferSet } from "../gpu/buffers.ts";
import { createLaunch } from "./launch.ts";
import { packNearColumns } from "./near-columns.ts";
import { type EdgePage, listSegments, type Segment, type SlotPage } from "./paged-slots.ts";
import type { BuiltPattern, SlicedPattern } from "./sliced-pattern.ts";

/** What a batch kernel may bind. Where a matrix fits one binding, `pages[0]` and `edgePages[0]` are all there is. */
export interface LaplacianBuffers {
  /** Over all chunks, for kernels that read no slots; `segments` have those for kernels that do. */
  readonly launch: GPUBuffer;
  readonly batchLayout: GPUBuffer;
  readonly pages: readonly SlotPage[];
  readonly edgePages: readonly EdgePage[];
  readonly segments: readonly MatrixSegment[];
  readonly inverseDiagonal: GPUBuffer;
}

/** Consecutive chunks, and the page of their slots: together they are all chunks. */
export interface MatrixSegment extends Omit<Segment, "page"> {
  readonly page: SlotPage;
  /** One for each edge page; kernels that read no edges take the first. */
  readonly launches: readonly GPUBuffer[];
}

/**
 * Slots are made and sent page by page.
 * @throws {LimitError} when a vector does not fit the device
 */
export function createLaplacianBuffers(
  own: BufferSet,
  { pattern, fillPage }: BuiltPattern,
  pageEdges: number,
): LaplacianBuffers {
  const inverseDiagonal = own.storage("inverse diagonal", 4 * pattern.vectorLength);
  const batchLayout = own.upload("batch layout", pattern.batchLayout);
  const pages = pattern.pages.map((_, page) => createSlotPage(own, pattern, page, fillPage));
  const edgePages = createEdgePages(own, pattern, pageEdges);
  const segments = listSegments(pattern.pages).map((segment) => ({
    ...segment,
    page: pages[segment.page]!,
    launches: edgePages.map(({ firstEdge }) => createLaunch(own, pattern, { ...segment, firstEdge })),
  }));
  return { launch: createLaunch(own, pattern), batchLayout, pages, edgePages, segments, inverseDiagonal };
}

function createSlotPage(
  own: BufferSet,
  pattern: SlicedPattern,
  at: number,
  fillPage: BuiltPattern["fillPage"],
): SlotPage {
  const page = pattern.pages[at]!;
  const { column, slotEdge } = fillPage(at);
  // Systems of one workgroup each keep what they gather from in its memory.
  const near = page.large.chunkCount > 0 ? packNearColumns(pattern, page, column) : undefined;
  return {
    ...page,
    column: own.upload("column", column),
    ...(near && { nearColumn: own.upload("near column", near) }),
    slotEdge: own.upload("slot edge", slotEdge),
    weight: own.storage("weight", column.byteLength),
    weightLow: own.storage("weight, low part", column.byteLength),
  };
}

/** The edges' weights, and after the last one that of slots that only fill. */
function createEdgePages(own: BufferSet, { edgeCount }: SlicedPattern, pageEdges: number): EdgePage[] {
  const pages: EdgePage[] = [];
  for (let firstEdge = 0; firstEdge <= edgeCount; firstEdge += pageEdges) {
    const count = Math.min(pageEdges, edgeCount - firstEdge);
    const bytes = 8 * Math.min(pageEdges, edgeCount + 1 - firstEdge);
    pages.push({ firstEdge, edgeCount: count, edgeWeight: own.storage("edge weight", bytes) });
  }
  return pages;
}
