/** Patterns cut into pages, on the host. */
import { describe, expect, it } from "vitest";
import { LimitError } from "../../src/errors.ts";
import { listSegments } from "../../src/sparse/paged-slots.ts";
import { drawGraph, GRAPH_KINDS } from "./graphs.ts";
import { build, checkPattern, chunksOf } from "./patterns.ts";

const COUNTS = [300, 5, 64, 1000, 65, 1, 2000];
const graphs = COUNTS.map((count, k) =>
  drawGraph(k === 3 ? "lattice" : GRAPH_KINDS[(k + 1) % 2]!, count, 41 + k),
).map(({ graph }) => graph);
const whole = build(graphs, { maxChunks: 16 }).pattern;

/** Slots of a chunk, by the table of a pattern of one page. */
function slotsOfChunk({ begin, end }: { begin: number; end: number }): number {
  const { sliceTable } = whole.pages[0]!;
  return 32 * (whole.batchLayout[sliceTable + end]! - whole.batchLayout[sliceTable + begin]!);
}

const largest = Math.max(...chunksOf(whole).map(slotsOfChunk));

describe.each([
  { name: "as small as the largest chunk", pageSlots: largest },
  { name: "of some chunks", pageSlots: 3 * largest + 32 },
  { name: "that hold a third", pageSlots: Math.ceil(whole.slotCount / 3 / 32) * 32 },
])("pages $name", ({ pageSlots }) => {
  const built = build(graphs, { maxChunks: 16, pageSlots });
  const { pages } = built.pattern;

  it("hold every edge, and leave the chunks as they are", () => {
    checkPattern(graphs, built);
    expect(pages.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...pages.map(({ slotCount }) => slotCount))).toBeLessThanOrEqual(pageSlots);
    expect(pages.reduce((sum, { slotCount }) => sum + slotCount, 0)).toBe(whole.slotCount);
    expect(chunksOf(built.pattern)).toEqual(chunksOf(whole));
    expect(built.pattern.rowOfUnknown).toEqual(whole.rowOfUnknown);
  });

  it("follow one another, each with the chunks of its slices", () => {
    const chunks = chunksOf(built.pattern);
    expect(pages[0]!.firstSlice).toBe(0);
    expect(pages.at(-1)!.endSlice).toBe(built.pattern.sliceCount);
    pages.forEach((page, k) => {
      if (k > 0) expect(page.firstSlice).toBe(pages[k - 1]!.endSlice);
    });
    for (const which of ["all", "small", "large"] as const) {
      const covered = listSegments(pages, which).flatMap(({ page, firstChunk, chunkCount }) => {
        const { firstSlice, endSlice } = pages[page]!;
        const own = chunks.slice(firstChunk, firstChunk + chunkCount);
        expect(own.every(({ begin, end }) => firstSlice <= begin && end <= endSlice)).toBe(true);
        return own.map((_, at) => firstChunk + at);
      });
      const { smallChunkCount, chunkCount } = built.pattern;
      const from = which === "large" ? smallChunkCount : 0;
      const to = which === "small" ? smallChunkCount : chunkCount;
      expect(covered.sort((a, b) => a - b)).toEqual(Array.from({ length: to - from }, (_, k) => from + k));
    }
  });
});

describe("a page", () => {
  it("is all there is where all fits, and one launch covers it", () => {
    expect(whole.pages).toHaveLength(1);
    const all = [{ page: 0, firstChunk: 0, chunkCount: whole.chunkCount }];
    expect(listSegments(whole.pages)).toEqual(all);
    expect(listSegments(build(graphs, { smallRows: 0 }).pattern.pages)).toHaveLength(1);
    expect(listSegments(build(graphs, { smallRows: 4096 }).pattern.pages, "large")).toEqual([]);
  });

  it("makes chunks smaller where one would not fit, and small systems large", () => {
    const { graph } = drawGraph("clique", 60, 47);
    const chain = drawGraph("chain", 4000, 53).graph;
    const pageSlots = 32 * 64;
    const built = build([graph, chain], { maxChunks: 2, smallRows: 64, pageSlots });
    checkPattern([graph, chain], built);
    const { pages, smallChunkCount } = built.pattern;
    expect(smallChunkCount).toBe(0);
    expect(Math.max(...pages.map(({ slotCount }) => slotCount))).toBeLessThanOrEqual(pageSlots);
    expect(build([graph, chain], { maxChunks: 2, smallRows: 64 }).pattern.smallChunkCount).toBe(1);
  });

  it("must hold a slice, and there may be only so many", () => {
    const hub = drawGraph("star", 3000, 59).graph;
    const cut = () => build([hub], { pageSlots: 32 * 1000 });
    expect(cut).toThrow(LimitError);
    expect(cut).toThrow(/has most of them, about 3\d{3}:/);
    const long = drawGraph("chain", 32 * 1000, 61).graph;
    expect(() => build([long], { pageSlots: 32 * 8 })).toThrow(
      /lie in \d+ buffers, of which a solve takes 256/,
    );
  });
});
