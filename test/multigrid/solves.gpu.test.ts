/** Answers with multigrid, on networks of every kind, against conductances found without any subtraction. */
import { describe, expect, it } from "vitest";
import { ConjugateGradient } from "../../src/solve/conjugate-gradient.ts";
import type { SolverOptions } from "../../src/solve/options.ts";
import { measureEnergy } from "../../src/sparse/reference.ts";
import { createMatrix, unknownsOf } from "../sparse/batches.ts";
import { drawGraph, maxDifference, type WeightedGraph } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";
import { findConductance } from "./eliminate-stars.ts";
import { drawDense, drawLattice, drawNearest } from "./levels.ts";
import { drawArms, drawHalves, drawHub, drawSeries, drawTubes, triple } from "./networks.ts";

const device = await useDevice();

async function solve(batch: readonly WeightedGraph[], options: SolverOptions) {
  using matrix = await createMatrix(device, batch, { smallRows: 0 });
  using solver = await ConjugateGradient.create(matrix, options);
  const { x, reports } = await solver.solve();
  return batch.map(({ graph, weights }, s) => {
    const own = unknownsOf(matrix, s, x);
    return { x: own, report: reports[s]!, conductance: measureEnergy(graph, weights, own) };
  });
}

const SETUPS = ["host", "device"] as const;

interface Case {
  readonly name: string;
  readonly draw: () => WeightedGraph;
  /** Whether conjugate gradients without multigrid get there in a moment. */
  readonly isEasy?: boolean;
}

const cases: readonly Case[] = [
  { name: "a tree over 4 decades", draw: () => drawGraph("tree", 1000, 503, 4), isEasy: true },
  { name: "a tree over 8 decades", draw: () => drawGraph("tree", 10_000, 509, 8) },
  { name: "a series of 20 000 over 2 decades", draw: () => drawSeries(20_000, 521, 2) },
  { name: "a star", draw: () => drawGraph("star", 5000, 523, 4), isEasy: true },
  { name: "a bundle of tubes", draw: () => drawTubes(30, 40, 541, 3), isEasy: true },
  { name: "a hub with 100 000 throats", draw: () => drawHub(100_000, 547) },
  { name: "a hub among 700 coarse rows", draw: () => drawArms(700, 557), isEasy: true },
  { name: "a square lattice over 12 decades", draw: () => drawGraph("lattice", 3000, 563, 12) },
  { name: "a square lattice over 20 decades", draw: () => drawGraph("lattice", 3000, 569, 20) },
  { name: "a cubic lattice of four e-folds", draw: () => drawLattice(11, 4, 571) },
  { name: "clusters that hang on nothing", draw: () => drawGraph("clusters", 900, 577, 4), isEasy: true },
  { name: "throats laid thrice", draw: () => triple(drawLattice(10, 2, 587)), isEasy: true },
  { name: "a dense graph", draw: () => drawDense(300, 0.8, 593), isEasy: true },
  { name: "halves on a throat of 1e-6", draw: () => drawHalves(7, 1e-6, 599), isEasy: true },
  { name: "halves on a throat of 1e-12", draw: () => drawHalves(7, 1e-12, 601), isEasy: true },
];

describe.each(cases)("$name", ({ draw, isEasy }) => {
  it("conducts what it should, wherever levels are built", async () => {
    const own = draw();
    const exact = findConductance(own);
    for (const setup of SETUPS) {
      const [result] = await solve([own], { preconditioner: { kind: "multigrid", setup } });
      const { report, conductance } = result!;
      expect(report).toMatchObject({ status: "converged", preconditioner: "multigrid" });
      expect(report.preconditionerFallback).toBeUndefined();
      expect(report.iterations).toBeLessThanOrEqual(30);
      expect(Math.abs(conductance / exact - 1)).toBeLessThan(1e-8);
    }
    if (!isEasy) return;
    const [jacobi] = await solve([own], { preconditioner: { kind: "jacobi" } });
    expect(jacobi!.report).toMatchObject({ status: "converged", preconditioner: "jacobi" });
    expect(Math.abs(jacobi!.conductance / exact - 1)).toBeLessThan(1e-8);
  });
});

describe("a contrast beyond residuals of 1e-10", () => {
  it.each([
    { name: "a series of 6000 over 6 decades", own: drawSeries(6000, 607, 6) },
    { name: "a cubic lattice of ten e-folds", own: drawLattice(9, 10, 613) },
  ])("ends, and says so where it has not converged, at an accurate conductance: $name", async ({ own }) => {
    const exact = findConductance(own);
    for (const setup of SETUPS) {
      const [result] = await solve([own], { preconditioner: { kind: "multigrid", setup } });
      const { report, conductance } = result!;
      expect(["converged", "stagnated"]).toContain(report.status);
      expect(report.iterations).toBeLessThan(1000);
      expect(Math.abs(conductance / exact - 1)).toBeLessThan(1e-8);
    }
  });
});

describe("a batch of unlike systems", () => {
  const batch = [
    drawLattice(10, 2, 617),
    drawGraph("tree", 1500, 619, 6),
    drawHub(4000, 631),
    drawHalves(6, 1e-9, 641),
    drawGraph("clique", 40, 643, 4),
    drawSeries(900, 647, 2),
    drawNearest(900, 6, 653),
    drawSeries(1, 659, 1),
  ];

  it.each(SETUPS)("is solved as each of them alone, levels built on the %s", async (setup) => {
    const results = await solve(batch, { preconditioner: { kind: "multigrid", setup } });
    for (const [s, { report, conductance }] of results.entries()) {
      expect([s, report.status, report.preconditioner]).toEqual([s, "converged", "multigrid"]);
      expect([s, report.iterations <= 30]).toEqual([s, true]);
      expect(Math.abs(conductance / findConductance(batch[s]!) - 1)).toBeLessThan(1e-8);
    }
  });

  it("answers to the bit when asked again", async () => {
    using matrix = await createMatrix(device, batch, { smallRows: 0 });
    using solver = await ConjugateGradient.create(matrix, { preconditioner: { kind: "multigrid" } });
    const [first, second] = [await solver.solve(), await solver.solve()];
    expect(maxDifference(first.x, second.x)).toBe(0);
    expect(second.reports.map(({ iterations }) => iterations)).toEqual(
      first.reports.map(({ iterations }) => iterations),
    );
  });

  it.each(SETUPS)(
    "keeps what is not finite in one of them from the others, built on the %s",
    async (setup) => {
      const good = drawLattice(8, 2, 661);
      const exact = findConductance(good);
      for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const bad = { graph: good.graph, weights: good.weights.map((w, k) => (k === 700 ? wrong : w)) };
        const results = await solve([good, bad, good], { preconditioner: { kind: "multigrid", setup } });
        expect(results.map(({ report }) => report.status)).toEqual(["converged", "non-finite", "converged"]);
        for (const { report, conductance } of [results[0]!, results[2]!]) {
          expect(report.preconditionerFallback).toBeUndefined();
          expect(report.iterations).toBeLessThanOrEqual(20);
          expect(Math.abs(conductance / exact - 1)).toBeLessThan(1e-8);
        }
      }
    },
  );
});
