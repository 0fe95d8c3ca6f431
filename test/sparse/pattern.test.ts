import { describe, expect, it } from "vitest";
import { GROUND_ONE, GROUND_ZERO } from "../../src/sparse/graph.ts";
import type { Ordering } from "../../src/sparse/ordering.ts";
import { ROWS_PER_SLICE } from "../../src/sparse/sliced-pattern.ts";
import { drawGraph, GRAPH_KINDS, makeGraph } from "./graphs.ts";
import { build, checkPattern, chunksOf } from "./patterns.ts";

const ORDERINGS: readonly Ordering[] = ["auto", "given", "cuthill-mckee"];
const COUNTS = [1, 2, 31, 32, 33, 64, 65, 300];

describe.each(ORDERINGS)("the pattern of a batch, rows in the order %s", (ordering) => {
  it.each(GRAPH_KINDS)("holds every edge of a %s in its slots, and nothing else", (kind) => {
    const graphs = COUNTS.map((count, k) => drawGraph(kind, count, 11 + k).graph);
    for (const graph of graphs) checkPattern([graph], build([graph], { ordering }));
    checkPattern(graphs, build(graphs, { ordering }));
  });

  it("gives each system its own rows, in whole slices", () => {
    const graphs = COUNTS.map((count, k) => drawGraph("clusters", count, 29 + k).graph);
    const { pattern } = build(graphs, { ordering });
    let first = 0;
    graphs.forEach(({ unknownCount }, s) => {
      const rows = pattern.rowOfUnknown.subarray(pattern.unknownStart[s]!, pattern.unknownStart[s + 1]!);
      expect(Array.from(rows).sort((a, b) => a - b)).toEqual(
        Array.from({ length: unknownCount }, (_, i) => first + i),
      );
      first += ROWS_PER_SLICE * Math.ceil(unknownCount / ROWS_PER_SLICE);
    });
    expect(pattern.rowCount).toBe(first);
    expect(pattern.vectorLength).toBeGreaterThanOrEqual(first + 2);
  });
});

describe("the cut into chunks", () => {
  const graphs = [300, 5, 64, 1000, 65, 1].map((count, k) => drawGraph("lattice", count, 31 + k).graph);

  it.each([
    [1, 0],
    [4, 64],
    [7, 4096],
    [1000, 64],
  ])("covers each system's slices once, with at most %i chunks beyond %i rows", (maxChunks, smallRows) => {
    const { pattern } = build(graphs, { maxChunks, smallRows });
    const chunks = chunksOf(pattern);
    graphs.forEach(({ unknownCount }, s) => {
      const own = chunks.filter((chunk) => chunk.system === s);
      const slices = Math.ceil(unknownCount / ROWS_PER_SLICE);
      const covered = own.flatMap(({ begin, end }) =>
        Array.from({ length: end - begin }, (_, k) => begin + k),
      );
      const firstSlice = graphs
        .slice(0, s)
        .reduce((sum, each) => sum + Math.ceil(each.unknownCount / ROWS_PER_SLICE), 0);
      expect(covered).toEqual(Array.from({ length: slices }, (_, k) => firstSlice + k));
      expect(own.length).toBeLessThanOrEqual(slices * ROWS_PER_SLICE <= smallRows ? 1 : maxChunks);
      for (const chunk of own) {
        expect([chunk.first, chunk.last]).toEqual([pattern.chunkOfSystem[s], pattern.chunkEndOfSystem[s]]);
      }
      expect(chunks.slice(own[0]!.first, own[0]!.last)).toEqual(own);
    });
  });

  it("puts small systems first, one chunk each", () => {
    const { pattern } = build(graphs, { maxChunks: 4, smallRows: 64 });
    const systems = chunksOf(pattern).map((chunk) => chunk.system);
    expect(systems.slice(0, pattern.smallChunkCount)).toEqual([1, 2, 5]);
    expect([...new Set(systems.slice(pattern.smallChunkCount))]).toEqual([0, 3, 4]);
    expect(build(graphs, { smallRows: 0 }).pattern.smallChunkCount).toBe(0);
    expect(build(graphs, { smallRows: 4096 }).pattern.smallChunkCount).toBe(graphs.length);
  });
});

describe("odd graphs", () => {
  it("takes a graph of nothing, of no edges, and a batch of none", () => {
    expect(build([], {}).pattern).toMatchObject({ systemCount: 0, rowCount: 0, edgeCount: 0, chunkCount: 0 });
    const nothing = makeGraph(0, []);
    const noEdges = makeGraph(40, []);
    const direct = makeGraph(0, [[GROUND_ONE, GROUND_ZERO]]);
    const built = build([nothing, noEdges, direct], {});
    checkPattern([nothing, noEdges, direct], built);
    expect(built.pattern).toMatchObject({ rowCount: 64, edgeCount: 1, slotCount: 0 });
  });

  it("leaves out self-loops, keeps duplicates apart", () => {
    const graph = makeGraph(2, [
      [0, 0],
      [0, 1],
      [1, 0],
      [GROUND_ONE, GROUND_ONE],
      [1, GROUND_ZERO],
      [GROUND_ZERO, 1],
    ]);
    const built = build([graph], { ordering: "given" });
    checkPattern([graph], built);
    expect([...built.fillPage(0).slotEdge].filter((edge) => edge < 6).sort()).toEqual([1, 1, 2, 2, 4, 5]);
  });

  it("makes only the hub's slice as long as the hub", () => {
    const { graph } = drawGraph("star", 2000, 37);
    const built = build([graph], {});
    checkPattern([graph], built);
    const { pattern } = built;
    const { sliceTable } = pattern.pages[0]!;
    const layers = Array.from(
      { length: pattern.sliceCount },
      (_, k) => pattern.batchLayout[sliceTable + k + 1]! - pattern.batchLayout[sliceTable + k]!,
    );
    expect(layers.filter((count) => count >= 1999)).toHaveLength(1);
    expect(layers.filter((count) => count < 8)).toHaveLength(pattern.sliceCount - 1);
  });
});
