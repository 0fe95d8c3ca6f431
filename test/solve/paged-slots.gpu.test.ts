/** Matrices in several pages: the same numbers, to the bit, as in one. */
import { describe, expect, it } from "vitest";
import { LimitError, OptionError } from "../../src/errors.ts";
import { readBuffer } from "../../src/gpu/readback.ts";
import { createCgWorkspace } from "../../src/solve/cg-kernels.ts";
import { ConjugateGradient } from "../../src/solve/conjugate-gradient.ts";
import { createElimination } from "../../src/solve/elimination.ts";
import { ResidentSolve } from "../../src/solve/resident-solve.ts";
import type { RaggedLaplacianOptions } from "../../src/sparse/ragged-laplacian.ts";
import { assembleRightHandSide, solveReference } from "../../src/sparse/reference.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { createMatrix, joinWeights, unknownsOf } from "../sparse/batches.ts";
import { drawGraph, makeGraph, makeRandom, maxDifference, type WeightedGraph } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

/** Cut into chunks alike on all adapters. */
const shape = { lanes: 8, maxChunks: 64 };

/** Large and small systems, those of one kind between those of the other. */
const mixed: readonly WeightedGraph[] = [
  drawGraph("chain", 100, 701, 1),
  drawGraph("lattice", 4000, 709, 2),
  drawGraph("clusters", 300, 719, 2),
  drawGraph("lattice", 3000, 727, 2),
  drawGraph("lattice", 700, 733, 2),
  drawGraph("star", 400, 739, 2),
];
const PAGE_BYTES = 65_536;

async function solve(
  batch: readonly WeightedGraph[],
  options: RaggedLaplacianOptions,
  load?: Float64Array,
  { maxIterations = 20_000, kind = "jacobi" }: { maxIterations?: number; kind?: "jacobi" | "multigrid" } = {},
) {
  using matrix = await createMatrix(device, batch, { shape, ...options });
  using solver = await ConjugateGradient.create(matrix, {
    tolerance: 1e-8,
    energyTolerance: null,
    maxIterations,
    preconditioner: { kind },
  });
  const { pages, edgePages } = matrix.buffers;
  return { ...(await solver.solve({}, load)), pages: pages.length, edgePages: edgePages.length };
}

/** A comparison of long vectors that takes no time; NaN equals NaN. */
const hasSameBits = (a: ArrayBufferView, b: ArrayBufferView) =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));

describe("a batch in many pages", () => {
  it("goes through the same hierarchy, to the bit", async () => {
    const one = await solve(mixed, { smallRows: 0 }, undefined, { kind: "multigrid" });
    const many = await solve(mixed, { smallRows: 0, pageBytes: PAGE_BYTES }, undefined, {
      kind: "multigrid",
    });
    expect(many.pages).toBeGreaterThanOrEqual(3);
    expect(many.reports.map(({ preconditioner }) => preconditioner)).toEqual(mixed.map(() => "multigrid"));
    expect(hasSameBits(many.x, one.x)).toBe(true);
  });

  it.each([
    { name: "small systems by workgroups", smallRows: 2048 },
    { name: "all systems alike", smallRows: 0 },
  ])("is solved to the bit as in one, $name", async ({ smallRows }) => {
    const one = await solve(mixed, { smallRows });
    const many = await solve(mixed, { smallRows, pageBytes: PAGE_BYTES });
    expect([one.pages, one.edgePages]).toEqual([1, 1]);
    expect(many.pages).toBeGreaterThanOrEqual(3);
    expect(many.edgePages).toBeGreaterThanOrEqual(3);
    expect(hasSameBits(many.x, one.x)).toBe(true);
    expect(many.reports).toEqual(one.reports);
    using matrix = await createMatrix(device, mixed);
    mixed.forEach(({ graph, weights }, s) => {
      expect([s, many.reports[s]!.status]).toEqual([s, "converged"]);
      const x = unknownsOf(matrix, s, many.x);
      // A cluster that touches no ground may hold anything, and is left at 0 by both.
      const exact = solveReference(graph, weights, assembleRightHandSide(graph, weights)).x;
      expect([s, maxDifference(x, exact) < 1e-6]).toEqual([s, true]);
    });
  });

  it("answers loads to the bit", async () => {
    const random = makeRandom(743);
    const count = mixed.reduce((sum, { graph }) => sum + graph.unknownCount, 0);
    const load = Float64Array.from({ length: count }, () => random() - 0.5);
    const one = await solve(mixed, { smallRows: 2048 }, load, { maxIterations: 200 });
    const many = await solve(mixed, { smallRows: 2048, pageBytes: PAGE_BYTES }, load, { maxIterations: 200 });
    expect(hasSameBits(many.x, one.x)).toBe(true);
    expect(one.x.some((value) => value !== 0)).toBe(true);
  });

  it("has near columns where they are near, and far ones where they are not", async () => {
    const count = 40_000;
    const chain = drawGraph("chain", count, 751, 1);
    const ends = [...Array(chain.graph.ends.length / 2).keys()].map(
      (k) => [chain.graph.ends[2 * k]!, chain.graph.ends[2 * k + 1]!] as const,
    );
    const far = {
      graph: makeGraph(count, [...ends, [0, count - 1]]),
      weights: new Float64Array(ends.length + 1),
    };
    far.weights.set(chain.weights);
    far.weights[ends.length] = 0.5;
    const options = { ordering: "given", pageBytes: 2 ** 17 } as const;
    using matrix = await createMatrix(device, [far], { shape, ...options });
    const isNear = matrix.buffers.pages.map(({ nearColumn }) => nearColumn !== undefined);
    expect(isNear.length).toBeGreaterThanOrEqual(3);
    expect(isNear).toEqual(isNear.map((_, k) => k > 0 && k < isNear.length - 1));
    const many = await solve([far], options, undefined, { maxIterations: 40 });
    const one = await solve([far], { ordering: "given" }, undefined, { maxIterations: 40 });
    expect(hasSameBits(many.x, one.x)).toBe(true);
    expect(many.reports).toEqual(one.reports);
  });

  it("takes new weights wholly", async () => {
    const others = mixed.map(({ graph, weights }) => ({ graph, weights: weights.map((w) => 1 / w) }));
    const options = { shape, pageBytes: PAGE_BYTES };
    using matrix = await createMatrix(device, mixed, options);
    using fresh = await createMatrix(device, others, options);
    const valuesOf = async ({ buffers: { pages, inverseDiagonal } }: typeof fresh) =>
      Promise.all(
        [inverseDiagonal, ...pages.flatMap(({ weight, weightLow }) => [weight, weightLow])].map(
          async (buffer) => new Uint32Array(await readBuffer(device, buffer)),
        ),
      );
    const expected = await valuesOf(fresh);
    expect((await valuesOf(matrix)).map((each, k) => hasSameBits(each, expected[k]!))).not.toContain(true);
    matrix.setWeights(joinWeights(others));
    expect((await valuesOf(matrix)).map((each, k) => hasSameBits(each, expected[k]!))).not.toContain(false);
  });
});

describe("the size of pages", () => {
  it("must hold something", async () => {
    for (const pageBytes of [0, 64, -5, Number.NaN]) {
      await expect(createMatrix(device, mixed, { pageBytes })).rejects.toThrow(OptionError);
    }
  });
});

describe("a solve that binds the matrix whole", () => {
  it("refuses what lies in several pages, before it allocates anything", async () => {
    const buffers = countBuffers(device);
    try {
      const refused = createMatrix(device, mixed, { shape, pageBytes: PAGE_BYTES, onePage: true });
      await expect(refused).rejects.toThrow(LimitError);
      await expect(refused).rejects.toMatchObject({ available: PAGE_BYTES });
      expect(buffers.created).toBe(0);
      // Slots fit, edges do not.
      const edges = makeGraph(2, Array(9000).fill([0, 0]));
      const many = { graph: edges, weights: new Float64Array(9000) };
      const alone = createMatrix(device, [many], { pageBytes: PAGE_BYTES, onePage: true });
      await expect(alone).rejects.toMatchObject({ needed: 8 * 9001, available: PAGE_BYTES });

      using matrix = await createMatrix(device, mixed, { shape, pageBytes: PAGE_BYTES });
      const workspace = await createCgWorkspace(matrix);
      using _ = workspace.set;
      const before = buffers.created;
      await expect(createElimination(matrix)).rejects.toThrow(LimitError);
      using single = await createMatrix(device, mixed.slice(0, 1));
      const elimination = await createElimination(single);
      using __ = elimination.set;
      const made = buffers.created;
      expect(made).toBeGreaterThan(before);
      await expect(ResidentSolve.create(matrix, workspace, elimination, false)).rejects.toThrow(LimitError);
      expect(buffers.created).toBe(made);
    } finally {
      buffers.stop();
    }
  });
});
