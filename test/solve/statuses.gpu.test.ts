import { describe, expect, it } from "vitest";
import { ConjugateGradient } from "../../src/solve/conjugate-gradient.ts";
import type { SolverOptions } from "../../src/solve/options.ts";
import { GROUND_ONE, GROUND_ZERO } from "../../src/sparse/graph.ts";
import { measureEnergy } from "../../src/sparse/reference.ts";
import { createMatrix, unknownsOf } from "../sparse/batches.ts";
import {
  chainOf,
  drawGraph,
  drawWeight,
  makeGraph,
  makeRandom,
  maxDifference,
  solveDense,
  type WeightedGraph,
} from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

async function solve(batch: readonly WeightedGraph[], options: SolverOptions = {}) {
  using matrix = await createMatrix(device, batch);
  using solver = await ConjugateGradient.create(matrix, options);
  const { x, reports } = await solver.solve();
  return batch.map(({ graph, weights }, s) => {
    const own = unknownsOf(matrix, s, x);
    return { x: own, report: reports[s]!, energy: measureEnergy(graph, weights, own) };
  });
}

describe("how a solve ends", () => {
  it("is max-iterations when the limit comes first, with all that was done told", async () => {
    const own = drawGraph("lattice", 2000, 173, 2);
    const [result] = await solve([own], { maxIterations: 25 });
    expect(result!.report.status).toBe("max-iterations");
    expect(result!.report.iterations).toBe(25);
    expect(result!.report.history.relativeResidual).toHaveLength(25);
    expect(result!.report.relativeResidual).toBeGreaterThan(1e-10);
    expect(result!.x.some((value) => value > 0)).toBe(true);
  });

  it("is stagnated where the tolerance is beyond the arithmetic, at an accurate answer", async () => {
    const own = drawGraph("lattice", 400, 179, 2);
    const [result] = await solve([own], { tolerance: 1e-18 });
    expect(result!.report.status).toBe("stagnated");
    expect(result!.report.refinements).toBeLessThan(30);
    expect(result!.report.relativeResidual).toBeLessThan(1e-12);
    const exact = measureEnergy(own.graph, own.weights, solveDense(own));
    expect(Math.abs(result!.energy / exact - 1)).toBeLessThan(1e-13);
  });

  it("is converged at once where nothing drives a flow", async () => {
    const graph = makeGraph(3, [
      [0, 1],
      [1, GROUND_ZERO],
    ]);
    const results = await solve([
      { graph, weights: Float64Array.of(2, 3) },
      { graph: makeGraph(40, []), weights: new Float64Array() },
      drawGraph("tree", 20, 181),
    ]);
    for (const { x, report } of results.slice(0, 2)) {
      expect(report).toMatchObject({ status: "converged", iterations: 0, relativeResidual: 0 });
      expect(x.every((value) => value === 0)).toBe(true);
    }
    expect(results[2]!.report.status).toBe("converged");
  });

  it("is non-finite where a weight is, and the others in the batch are as without it", async () => {
    const good = drawGraph("lattice", 90, 191, 2);
    const bad = { graph: good.graph, weights: good.weights.map((w, k) => (k === 7 ? Number.NaN : w)) };
    const infinite = { graph: good.graph, weights: good.weights.map((w, k) => (k === 7 ? Infinity : w)) };
    const [alone] = await solve([good]);
    const [first, second, third, fourth] = await solve([good, bad, infinite, good]);
    expect(second!.report.status).toBe("non-finite");
    expect(third!.report.status).toBe("non-finite");
    for (const result of [first!, fourth!]) {
      expect(result.report).toEqual(alone!.report);
      expect(maxDifference(result.x, alone!.x)).toBe(0);
    }
  });

  it("is breakdown or non-finite, never converged, where weights are negative", async () => {
    const good = drawGraph("lattice", 90, 193, 1);
    const negative = { graph: good.graph, weights: good.weights.map((w, k) => (k % 3 ? w : -5 * w)) };
    const [result] = await solve([negative], { maxIterations: 2000 });
    expect(["breakdown", "non-finite", "max-iterations", "stagnated"]).toContain(result!.report.status);
  });

  it("is known of each system by itself", async () => {
    const long = drawGraph("chain", 300, 197, 1);
    const short = chainOf([2, 3, 6]);
    const results = await solve([short, long, short], { maxIterations: 40 });
    expect(results.map(({ report }) => report.status)).toEqual(["converged", "max-iterations", "converged"]);
    expect(results[1]!.report.iterations).toBe(40);
    expect(maxDifference(results[2]!.x, [1 / 2, 1 / 6])).toBeLessThan(1e-12);
  });
});

describe("unlike weights", () => {
  /** Conductances in series. */
  const inSeries = (weights: ArrayLike<number>) => 1 / Array.from(weights).reduce((sum, w) => sum + 1 / w, 0);

  it("of 6 decades in a chain leave its conductance that of a series", async () => {
    const random = makeRandom(199);
    const chains = [1, 2, 4, 9, 30, 80].map((count) =>
      chainOf(Array.from({ length: count + 1 }, () => drawWeight(random, 6))),
    );
    const results = await solve(chains, { tolerance: 1e-9 });
    chains.forEach(({ weights }, s) => {
      expect([s, results[s]!.report.status]).toEqual([s, "converged"]);
      expect(Math.abs(results[s]!.energy / inSeries(weights) - 1)).toBeLessThan(1e-10);
    });
  });

  // A residual relative to |b| of 1e-10 is then more than float64 itself gives, so that the status may say so.
  it("of 20 decades leave it right, or the status says otherwise", async () => {
    const ladders = [
      [1e10, 1, 1e-10],
      [1e-10, 1, 1e10],
      [1, 1e-10, 1e10, 1e-3],
      [1e10, 1e-10, 1e10, 1e-10, 1e10],
      [1e-10, 1e10, 1e10, 1e10, 1e-10],
      [3e-20, 7, 5e-20],
    ].map(chainOf);
    const random = makeRandom(211);
    const drawn = [3, 10, 40].map((count) =>
      chainOf(Array.from({ length: count + 1 }, () => drawWeight(random, 20))),
    );
    const chains = [...ladders, ...drawn];
    const results = await solve(chains, { maxIterations: 20_000 });
    const accurate = chains.map(
      ({ weights }, s) => Math.abs(results[s]!.energy / inSeries(weights) - 1) < 1e-8,
    );
    chains.forEach((_, s) => {
      if (results[s]!.report.status === "converged") expect([s, accurate[s]]).toEqual([s, true]);
    });
    // Drivers that flush denormal numbers to zero get the fewest right.
    expect(accurate.slice(0, ladders.length).filter(Boolean).length).toBeGreaterThanOrEqual(3);
  });

  it.each([1e-300, 1e-25, 1e-15, 1e15, 1e200])("of any magnitude are only a scale: %f", async (scale) => {
    const own = drawGraph("lattice", 120, 223, 3);
    const scaled = { graph: own.graph, weights: own.weights.map((w) => w * scale) };
    const [usual, other] = await solve([own, scaled]);
    expect(other!.report.status).toBe("converged");
    expect(Math.abs(other!.energy / scale / usual!.energy - 1)).toBeLessThan(1e-11);
    expect(
      Math.abs(other!.report.energyErrorEstimate / scale - usual!.report.energyErrorEstimate),
    ).toBeLessThan(1e-9 * usual!.energy);
  });

  // Three square blocks in a row, each joined to the next by one gap: the pressure of the middle one hangs on gaps
  // alone, and its error leaves a residual of no more than a gap's weight.
  it.each([1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12])(
    "that nearly part a network end converged and right, or not converged: gaps of %f",
    async (gap) => {
      const own = blocksInARow(8, gap, 227);
      const exact = measureEnergy(own.graph, own.weights, solveDense(own));
      const [result] = await solve([own]);
      const error = Math.abs(result!.energy / exact - 1);
      if (result!.report.status === "converged") expect(error).toBeLessThan(1e-8);
      else expect(result!.report.status).toBe("stagnated");
      if (gap >= 1e-8) expect(result!.report.status).toBe("converged");
    },
  );
});

function blocksInARow(width: number, gap: number, seed: number): WeightedGraph {
  const random = makeRandom(seed);
  const size = width * width;
  const ends: [number, number][] = [];
  for (let block = 0; block < 3; block++) {
    for (let i = 0; i < size; i++) {
      if ((i + 1) % width !== 0) ends.push([block * size + i, block * size + i + 1]);
      if (i + width < size) ends.push([block * size + i, block * size + i + width]);
    }
  }
  for (let k = 0; k < width; k++) ends.push([GROUND_ONE, k], [3 * size - 1 - k, GROUND_ZERO]);
  const weights = ends.map(() => drawWeight(random, 2));
  ends.push([size - 1, size], [2 * size - 1, 2 * size]);
  return { graph: makeGraph(3 * size, ends), weights: Float64Array.of(...weights, gap, gap) };
}
