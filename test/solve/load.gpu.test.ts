/** Solves that a load drives, all grounds being at 0: what adjoints and tangents need. */
import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { ConjugateGradient } from "../../src/solve/conjugate-gradient.ts";
import type { SolverOptions } from "../../src/solve/options.ts";
import type { RaggedLaplacian, RaggedLaplacianOptions } from "../../src/sparse/ragged-laplacian.ts";
import { computeResidual, dotProduct, measureEnergy, solveReference } from "../../src/sparse/reference.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { createMatrix, drawBatch, unknownsOf } from "../sparse/batches.ts";
import { drawGraph, findGrounded, makeRandom, maxDifference, type WeightedGraph } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

/** Numbers of both signs where the matrix is not singular, 0 where a part hangs on no ground. */
function drawLoad(batch: readonly WeightedGraph[], seed: number): Float64Array {
  const random = makeRandom(seed);
  return Float64Array.from(
    batch.flatMap(({ graph, weights }) =>
      Array.from(findGrounded(graph, weights), (grounded) => (grounded ? random() - 0.5 : 0)),
    ),
  );
}

type Path = RaggedLaplacianOptions & { readonly residualOn?: "device" | "host" };

async function solve(
  batch: readonly WeightedGraph[],
  load: Float64Array,
  options: SolverOptions = {},
  { residualOn, ...matrixOptions }: Path = {},
) {
  using matrix = await createMatrix(device, batch, matrixOptions);
  using solver = await ConjugateGradient.create(matrix, {}, residualOn);
  const result = await solver.solve({}, load, options);
  return { ...result, of: (system: number) => unknownsOf(matrix as RaggedLaplacian, system, result.x) };
}

const normOf = (x: Float64Array) => Math.sqrt(dotProduct(x, x));

function partsOf(batch: readonly WeightedGraph[], load: Float64Array): Float64Array[] {
  let start = 0;
  return batch.map(({ graph }) => {
    start += graph.unknownCount;
    return load.subarray(start - graph.unknownCount, start);
  });
}

describe.each<{ where: string; path: Path }>([
  { where: "one workgroup a system", path: {} },
  { where: "three kernels an iteration", path: { smallRows: 0 } },
  { where: "residuals on the host", path: { residualOn: "host" } },
])("a load, $where", ({ path }) => {
  it.each([1, 3, 65])("is met by each system of a batch of %i, as reported", async (systems) => {
    // A load on a part that hangs on weak links makes x large: of six decades, 48 bits leave less than is asked for.
    const batch = drawBatch(systems, [150, 33, 7, 400], 211).map(({ graph, weights }) => ({
      graph,
      weights: weights.map((w) => w ** 0.5),
    }));
    const load = drawLoad(batch, 223);
    const { of, reports } = await solve(batch, load, {}, path);
    partsOf(batch, load).forEach((own, s) => {
      const { graph, weights } = batch[s]!;
      const { status, relativeResidual, relativeErrorEstimate, energyErrorEstimate } = reports[s]!;
      expect([s, status]).toEqual([s, "converged"]);
      const norm = normOf(own);
      if (norm === 0) return;
      const measured = normOf(computeResidual(graph, weights, own, of(s))) / norm;
      expect(measured).toBeLessThanOrEqual(1e-10);
      if (measured > 1e-14) expect(Math.abs(Math.log2(relativeResidual / measured))).toBeLessThan(1);
      const energy = measureEnergy(graph, weights, of(s), 0);
      expect(energyErrorEstimate / energy).toBeCloseTo(relativeErrorEstimate, 5);
      expect(energy / dotProduct(own, of(s))).toBeCloseTo(1, 6);
    });
  });
});

describe("the solution under a load", () => {
  it("is the float64 reference's, at 6000 unknowns and 1e-12", async () => {
    const own = drawGraph("lattice", 6000, 227, 2);
    const load = drawLoad([own], 229);
    const { x, reports } = await solve([own], load, { tolerance: 1e-12, energyTolerance: null });
    const exact = solveReference(own.graph, own.weights, load, 1e-14).x;
    expect(reports[0]!.status).toBe("converged");
    expect(maxDifference(x, exact) / maxDifference(exact, new Float64Array(exact.length))).toBeLessThan(1e-9);
  });

  it("is symmetric: what a source at i does at j is what one at j does at i", async () => {
    const own = drawGraph("lattice", 500, 233, 3);
    const [i, j] = [77, 402];
    const sources = [i, j].map((at) => Float64Array.from({ length: 500 }, (_, k) => (k === at ? 1 : 0)));
    const { of } = await solve([own, own], Float64Array.from(sources.flatMap((each) => [...each])), {
      tolerance: 1e-13,
      energyTolerance: null,
    });
    expect(of(0)[j]! / of(1)[i]!).toBeCloseTo(1, 9);
  });

  it.each([1e-200, 3e-17, 2 ** 400])("is proportional to it: times %g", async (factor) => {
    const batch = drawBatch(3, [60, 33], 239);
    const load = drawLoad(batch, 241);
    const usual = await solve(batch, load);
    const other = await solve(
      batch,
      load.map((value) => value * factor),
    );
    expect(other.reports.map(({ status }) => status)).toEqual(Array(3).fill("converged"));
    const back = other.x.map((value) => value / factor);
    expect(maxDifference(back, usual.x) / normOf(usual.x)).toBeLessThan(1e-9);
  });

  it("repeats bit for bit, and a flow solve between leaves no trace", async () => {
    const batch = [...drawBatch(4, [33, 200], 251), drawGraph("lattice", 6000, 257, 2)];
    const load = drawLoad(batch, 263);
    using matrix = await createMatrix(device, batch);
    using solver = await ConjugateGradient.create(matrix);
    const flow = await solver.solve();
    const first = await solver.solve({}, load);
    expect((await solver.solve()).x).toEqual(flow.x);
    const second = await solver.solve({}, load);
    expect(second.x).toEqual(first.x);
    expect(second.reports).toEqual(first.reports);
  });
});

describe("a load that makes no sense", () => {
  const batch = drawBatch(4, [33, 60], 269);
  const load = drawLoad(batch, 271);
  const parts = partsOf(batch, load);

  it("leaves its own system without an answer, and the others as they are", async () => {
    const bad = load.slice();
    partsOf(batch, bad)[1]![5] = Number.NaN;
    partsOf(batch, bad)[2]!.fill(0);
    const usual = await solve(batch, load);
    const { of, reports } = await solve(batch, bad);
    expect(reports.map(({ status }) => status)).toEqual([
      "converged",
      "non-finite",
      "converged",
      "converged",
    ]);
    expect(of(1).every(Number.isNaN)).toBe(true);
    expect(of(2).every((value) => value === 0)).toBe(true);
    expect(reports[2]).toMatchObject({ iterations: 0, relativeResidual: 0 });
    for (const s of [0, 3]) {
      expect(of(s)).toEqual(usual.of(s));
      expect(reports[s]).toEqual(usual.reports[s]);
    }
    expect(parts[0]!.some((value) => value !== 0)).toBe(true);
  });

  it("is refused when its length is wrong, and nothing is left behind", async () => {
    using matrix = await createMatrix(device, batch);
    using solver = await ConjugateGradient.create(matrix);
    const buffers = countBuffers(device);
    try {
      await expect(solver.solve({}, new Float64Array(3))).rejects.toThrow(OptionError);
      await expect(solver.solve({}, new Float64Array(3))).rejects.toThrow(/3 numbers for \d+ unknowns/);
      await solver.solve({}, load);
      expect(buffers.count).toBe(0);
    } finally {
      buffers.stop();
    }
  });
});
