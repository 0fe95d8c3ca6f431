import { describe, expect, it } from "vitest";
import { LimitError, OptionError } from "../../src/errors.ts";
import { chooseLaunchShape } from "../../src/gpu/launch-shape.ts";
import { ConjugateGradient, type SolveResult } from "../../src/solve/conjugate-gradient.ts";
import type { SolverOptions } from "../../src/solve/options.ts";
import type { RaggedLaplacian, RaggedLaplacianOptions } from "../../src/sparse/ragged-laplacian.ts";
import {
  assembleRightHandSide,
  computeResidual,
  dotProduct,
  measureEnergy,
  solveReference,
} from "../../src/sparse/reference.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { withLimit } from "../gpu/with-limit.ts";
import { createMatrix, criticalCounts, drawBatch, unknownsOf } from "../sparse/batches.ts";
import {
  drawGraph,
  findGrounded,
  GRAPH_KINDS,
  maxDifference,
  solveDense,
  type WeightedGraph,
} from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();
const lanes = device ? chooseLaunchShape(device).lanes : 4;

interface Solved extends SolveResult {
  readonly of: (system: number) => Float64Array;
}

async function solve(
  batch: readonly WeightedGraph[],
  options: SolverOptions = {},
  { residualOn, ...matrixOptions }: RaggedLaplacianOptions & { residualOn?: "device" | "host" } = {},
): Promise<Solved> {
  using matrix = await createMatrix(device, batch, matrixOptions);
  using solver = await ConjugateGradient.create(matrix, options, residualOn);
  const result = await solver.solve();
  return { ...result, of: (system) => unknownsOf(matrix as RaggedLaplacian, system, result.x) };
}

/** |b - A x| / |b| in float64. */
function measureResidual({ graph, weights }: WeightedGraph, x: Float64Array): number {
  const b = assembleRightHandSide(graph, weights);
  const r = computeResidual(graph, weights, b, x);
  const norm = Math.sqrt(dotProduct(b, b));
  return norm === 0 ? 0 : Math.sqrt(dotProduct(r, r)) / norm;
}

/** Energies of x and of the elimination's solution differ relatively by this. */
function energyError(own: WeightedGraph, x: Float64Array, exact: Float64Array): number {
  const energy = measureEnergy(own.graph, own.weights, exact);
  return energy === 0 ? 0 : Math.abs(measureEnergy(own.graph, own.weights, x) / energy - 1);
}

describe.each([
  ["one workgroup a system", undefined],
  ["three kernels an iteration", 0],
] as const)("solving by %s", (_, smallRows) => {
  const path = smallRows === undefined ? {} : { smallRows };

  it.each(GRAPH_KINDS)("agrees with Gaussian elimination on a %s of up to 60 unknowns", async (kind) => {
    const batch = [1, 2, 3, 5, 17, 31, 32, 33, 60].flatMap((count) =>
      [0, 2, 5].map((decades) => drawGraph(kind, count, 97 + count + decades, decades)),
    );
    const { of, reports } = await solve(batch, {}, path);
    batch.forEach((own, s) => {
      const exact = solveDense(own);
      const label = `${own.graph.unknownCount} unknowns, system ${s}`;
      expect([label, reports[s]!.status]).toEqual([label, "converged"]);
      expect(maxDifference(of(s), exact)).toBeLessThan(1e-5);
      expect(energyError(own, of(s), exact)).toBeLessThan(1e-9);
      expect(measureResidual(own, of(s))).toBeLessThanOrEqual(1e-10);
    });
  });

  it.each([1, 3, 65])("meets its tolerance on a batch of %i, and reports what is true", async (systems) => {
    const batch = drawBatch(systems, criticalCounts(lanes).reverse(), 101);
    const { of, reports } = await solve(batch, { tolerance: 1e-10 }, path);
    batch.forEach((own, s) => {
      const { status, relativeResidual, history, iterations } = reports[s]!;
      const measured = measureResidual(own, of(s));
      expect([s, status]).toEqual([s, "converged"]);
      expect(measured).toBeLessThanOrEqual(1e-10);
      if (measured > 1e-14) {
        expect(relativeResidual / measured).toBeGreaterThan(0.5);
        expect(relativeResidual / measured).toBeLessThan(2);
      }
      expect(history.relativeResidual).toHaveLength(iterations);
      expect(history.energyDecrement).toHaveLength(iterations);
      expect(history.energyDecrement.every((decrement) => decrement >= 0)).toBe(true);
    });
  });

  it("gives a system the same answer whatever stands beside it", async () => {
    const own = drawGraph("lattice", 150, 103, 3);
    const alone = await solve([own], {}, path);
    const beside = await solve([...drawBatch(4, [33, 500], 107), own, ...drawBatch(3, [7], 109)], {}, path);
    expect(maxDifference(beside.of(4), alone.of(0))).toBe(0);
    expect(beside.reports[4]).toEqual(alone.reports[0]);
  });
});

describe("a single solve", () => {
  it("has the float64 reference's solution at 20 000 unknowns", async () => {
    const own = drawGraph("lattice", 20_000, 113, 2);
    const { of, reports } = await solve([own]);
    const b = assembleRightHandSide(own.graph, own.weights);
    const { x } = solveReference(own.graph, own.weights, b, 1e-13);
    expect(reports[0]!.status).toBe("converged");
    expect(maxDifference(of(0), x)).toBeLessThan(1e-7);
    expect(energyError(own, of(0), x)).toBeLessThan(1e-11);
  });

  it.each(["lattice", "tree", "clusters"] as const)(
    "of a %s finds the same, whatever the order of rows",
    async (kind) => {
      const own = drawGraph(kind, 700, 127, 3);
      const [first, ...others] = await Promise.all(
        (["auto", "given", "cuthill-mckee"] as const).map((ordering) =>
          solve([own], { tolerance: 1e-12 }, { ordering }),
        ),
      );
      const grounded = findGrounded(own.graph, own.weights);
      expect(first!.x.some((value, i) => grounded[i] === 1 && value > 0.1 && value < 0.9)).toBe(true);
      for (const other of others) expect(maxDifference(other.x, first!.x)).toBeLessThan(1e-8);
    },
  );

  it.each([4, 8, 32])("does not depend on the launch shape but for rounding: %i lanes", async (width) => {
    const own = drawGraph("lattice", 3000, 131, 3);
    const usual = await solve([own], {}, { smallRows: 0 });
    const other = await solve([own], {}, { smallRows: 0, shape: { lanes: width, maxChunks: 7 } });
    expect(other.reports[0]!.status).toBe("converged");
    expect(maxDifference(other.x, usual.x)).toBeLessThan(1e-7);
  });

  it.each([{}, { tolerance: null, energyTolerance: 1e-4 }])(
    "repeats bit for bit, on one matrix and on a new one: %o",
    async (options) => {
      const batch = [...drawBatch(7, [33, 200], 137), drawGraph("lattice", 6000, 139, 2)];
      using matrix = await createMatrix(device, batch);
      using solver = await ConjugateGradient.create(matrix, options);
      const first = await solver.solve();
      const second = await solver.solve();
      const anew = await solve(batch, options);
      for (const other of [second, anew]) {
        expect(maxDifference(other.x, first.x)).toBe(0);
        expect(other.reports).toEqual(first.reports);
      }
    },
  );

  it("finds the answer to new weights on the old pattern", async () => {
    const batch = drawBatch(6, [40, 3], 149);
    const other = batch.map(({ graph, weights }) => ({ graph, weights: weights.map((w) => 7e-15 / w) }));
    using matrix = await createMatrix(device, batch);
    using solver = await ConjugateGradient.create(matrix);
    const before = await solver.solve();
    matrix.setWeights(Float64Array.from(other.flatMap(({ weights }) => [...weights])));
    const after = await solver.solve();
    const anew = await solve(other);
    expect(maxDifference(after.x, anew.x)).toBe(0);
    expect(maxDifference(before.x, after.x)).toBeGreaterThan(1e-3);
    matrix.setWeights(Float64Array.from(batch.flatMap(({ weights }) => [...weights])));
    expect(maxDifference((await solver.solve()).x, before.x)).toBe(0);
  });
});

describe("residuals in float64 on the host", () => {
  it("lead to the same solution as two-float ones on the device", async () => {
    const batch = drawBatch(9, [60, 400, 33], 151);
    const onDevice = await solve(batch, {}, { residualOn: "device" });
    const onHost = await solve(batch, {}, { residualOn: "host" });
    batch.forEach((own, s) => {
      expect([s, onHost.reports[s]!.status]).toEqual([s, onDevice.reports[s]!.status]);
      expect(measureResidual(own, onHost.of(s))).toBeLessThanOrEqual(1e-10);
      expect(energyError(own, onHost.of(s), onDevice.of(s))).toBeLessThan(1e-9);
      expect(maxDifference(onHost.of(s), onDevice.of(s))).toBeLessThan(1e-5);
    });
  });
});

describe("what cannot be solved here", () => {
  it("is refused by the name of the option", async () => {
    using matrix = await createMatrix(device, drawBatch(1, [20], 157));
    const create = (options: object) => ConjugateGradient.create(matrix, options);
    await expect(create({ tolerence: 1 })).rejects.toThrow(OptionError);
    await expect(create({ maxIterations: -3 })).rejects.toThrow(/maxIterations/);
  });

  it.each(["maxStorageBufferBindingSize", "maxBufferSize"])(
    "is refused before the allocation that exceeds %s, and leaves nothing behind",
    async (limit) => {
      const batch = [drawGraph("lattice", 20_000, 163)];
      const small = withLimit(device, limit, 50_000);
      const buffers = countBuffers(device);
      try {
        const created = createMatrix(small, batch);
        await expect(created).rejects.toThrow(LimitError);
        await expect(created).rejects.toMatchObject({ limit, available: 50_000 });
        await expect(created).rejects.toThrow(/Solve fewer systems at once, or a smaller network/);
        expect(buffers.count).toBe(0);
        expect(buffers.peak).toBe(0);
        // The matrix fits, the three vectors that small systems have in one buffer do not.
        const between = withLimit(device, limit, 170_000);
        const chains = [167, 173, 179, 181, 191].map((seed) => drawGraph("chain", 2900, seed));
        using matrix = await createMatrix(between, chains);
        const before = buffers.count;
        await expect(ConjugateGradient.create(matrix)).rejects.toMatchObject({ limit, available: 170_000 });
        expect(buffers.count).toBe(before);
      } finally {
        buffers.stop();
      }
    },
  );
});
