/** Plans of elimination: carried out in float64 they solve the system, and where theory knows the fill they have it. */
import { describe, expect, it } from "vitest";
import { planElimination, type SystemPlace } from "../../src/sparse/elimination-plan.ts";
import { GROUND_ONE, type GroundedGraph } from "../../src/sparse/graph.ts";
import {
  type BuiltPattern,
  buildSlicedPattern,
  CHUNK_WORDS,
  type SlicedPattern,
} from "../../src/sparse/sliced-pattern.ts";
import {
  chainOf,
  drawGraph,
  GRAPH_KINDS,
  makeGraph,
  maxDifference,
  solveDense,
  type WeightedGraph,
} from "./graphs.ts";

function patternOf(graph: GroundedGraph): {
  pattern: SlicedPattern;
  place: SystemPlace;
  fillPage: BuiltPattern["fillPage"];
} {
  const { pattern, fillPage } = buildSlicedPattern([graph], {
    ordering: "auto",
    maxChunks: 1,
    smallRows: 4096,
  });
  const [, begin, end] = pattern.batchLayout.subarray(0, CHUNK_WORDS);
  const { sliceTable } = pattern.pages[0]!;
  const layerOf = pattern.batchLayout.subarray(sliceTable + begin!, sliceTable + end!);
  return { pattern, fillPage, place: { rowOf: pattern.rowOfUnknown, layerOf } };
}

/** The words carried out as the file's head says, with no knowledge of the graph. */
function carryOut(
  words: Uint32Array,
  slotWeight: (slot: number) => number,
  load: Float64Array,
): Float64Array {
  const [pivotCount, cellCount, slotsAt] = words as unknown as [number, number, number];
  const rows = 3 + 3 * (pivotCount + 1);
  const list = slotsAt + cellCount + pivotCount + 1;
  const sums = Array.from({ length: cellCount + pivotCount }, (_, c) => {
    const slots = words.subarray(list + words[slotsAt + c]!, list + words[slotsAt + c + 1]!);
    return slots.reduce((sum, slot) => sum + slotWeight(slot), 0);
  });
  const cells = sums.slice(0, cellCount);
  const pivot = (k: number) =>
    Array.from(words.subarray(3 + 3 * k, 9 + 3 * k)) as [number, number, number, number, number, number];
  const leak = new Float64Array(load.length);
  const s = new Float64Array(load.length);
  const x = load.slice();
  for (let k = 0; k < pivotCount; k++) leak[pivot(k)[0]] = sums[cellCount + k]!;
  for (let k = 0; k < pivotCount; k++) {
    const [row, begin, target, , end, targetEnd] = pivot(k);
    const own = cells.slice(begin, end);
    s[row] = own.reduce((sum, w) => sum + w, leak[row]!);
    if (s[row] === 0) continue;
    own.forEach((w, a) => {
      leak[words[rows + begin + a]!]! += (w * leak[row]!) / s[row]!;
      x[words[rows + begin + a]!]! += (w * x[row]!) / s[row]!;
    });
    for (let t = target; t < targetEnd; t++) {
      const word = words[rows + cellCount + t]!;
      cells[word & 0xfff]! += (own[(word >>> 12) & 0x3ff]! * own[word >>> 22]!) / s[row]!;
    }
  }
  for (let k = pivotCount - 1; k >= 0; k--) {
    const [row, begin, , , end] = pivot(k);
    for (let c = begin; c < end; c++) x[row]! += cells[c]! * x[words[rows + c]!]!;
    x[row] = s[row] === 0 ? 0 : x[row]! / s[row]!;
  }
  return x;
}

function solveByPlan({ graph, weights }: WeightedGraph): Float64Array {
  const { pattern, fillPage, place } = patternOf(graph);
  const { slotEdge } = fillPage(0);
  const plan = planElimination(graph, place, 4096)!;
  const load = new Float64Array(pattern.rowCount);
  for (let k = 0; k < weights.length; k++) {
    const [i, j] = graph.ends.subarray(2 * k, 2 * k + 2);
    if (Math.min(i!, j!) === GROUND_ONE && Math.max(i!, j!) >= 0)
      load[place.rowOf[Math.max(i!, j!)]!]! += weights[k]!;
  }
  const x = carryOut(plan.words, (slot) => weights[slotEdge[slot]!]!, load);
  return Float64Array.from(pattern.rowOfUnknown, (row) => x[row]!);
}

const cellsOf = (graph: GroundedGraph, most = 4096) =>
  planElimination(graph, patternOf(graph).place, most)?.cellCount;

describe("a plan of elimination", () => {
  it.each(GRAPH_KINDS.flatMap((kind) => [1, 2, 5, 32, 33, 70].map((count) => [kind, count] as const)))(
    "solves a %s of %i unknowns",
    (kind, count) => {
      const own = drawGraph(kind, count, 617 + count);
      expect(maxDifference(solveByPlan(own), solveDense(own))).toBeLessThan(1e-11);
    },
  );

  it("keeps every unknown's relative accuracy at any contrast", () => {
    const weights = Float64Array.from({ length: 61 }, (_, k) => 10 ** (((k * 37) % 31) - 15));
    const resistance = weights.map((w) => 1 / w);
    const total = resistance.reduce((sum, r) => sum + r, 0);
    const pressures = resistance
      .slice(0, 60)
      .map((_, k) => resistance.slice(k + 1).reduce((sum, r) => sum + r, 0) / total);
    solveByPlan(chainOf(weights)).forEach((p, k) => {
      expect(Math.abs(p / pressures[k]! - 1)).toBeLessThan(1e-12);
    });
  });

  it("makes no fill where none is needed, and all there is in a clique", () => {
    for (const kind of ["chain", "tree", "star"] as const) {
      expect(cellsOf(drawGraph(kind, 50, 619).graph)).toBe(49);
    }
    expect(cellsOf(drawGraph("clique", 20, 631).graph)).toBe(190);
    const ring = makeGraph(
      9,
      Array.from({ length: 9 }, (_, i) => [i, (i + 1) % 9] as const),
    );
    expect(cellsOf(ring)).toBe(9 + 6);
  });

  it("is none where the factor is larger than allowed", () => {
    const { graph } = drawGraph("clique", 20, 641);
    expect(cellsOf(graph, 190)).toBe(190);
    expect(cellsOf(graph, 189)).toBeUndefined();
    expect(cellsOf(drawGraph("clique", 92, 643).graph)).toBeUndefined();
  });
});
