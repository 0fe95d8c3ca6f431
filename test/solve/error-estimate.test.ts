import { describe, expect, it } from "vitest";
import { EnergyErrorEstimator } from "../../src/solve/error-estimate.ts";
import {
  applyLaplacian,
  assembleDiagonal,
  assembleRightHandSide,
  dotProduct,
  measureEnergy,
} from "../../src/sparse/reference.ts";
import { drawGraph, solveDense, type WeightedGraph } from "../sparse/graphs.ts";

/** Feeds the decrements of a given sequence of errors; returns estimate / error after each iteration. */
function ratiosOf(errors: readonly number[]): number[] {
  const estimator = new EnergyErrorEstimator();
  return errors.slice(1).map((error, k) => {
    estimator.push(errors[k]! - error, 7 * error);
    return estimator.estimate() / error;
  });
}

describe("the estimate of the energy's error", () => {
  it.each([0.3, 0.6, 0.9, 0.97])("is that of an error that falls by %f an iteration, to 1e-12", (rate) => {
    const count = Math.ceil(Math.log(1e-12) / Math.log(rate));
    const ratios = ratiosOf(Array.from({ length: count }, (_, k) => rate ** k));
    const known = ratios.slice(count >> 1);
    expect(Math.min(...known)).toBeGreaterThanOrEqual(0.7);
    // A tenth of the error three iterations ago, where it falls that fast.
    expect(Math.max(...known)).toBeLessThanOrEqual(4);
  });

  it("is unknown while nothing tells the rate", () => {
    expect(new EnergyErrorEstimator().estimate()).toBeNaN();
    const estimator = new EnergyErrorEstimator();
    estimator.push(3, 1);
    expect(estimator.estimate()).toBeNaN();
    for (let k = 0; k < 300; k++) estimator.push(3, 1);
    expect(estimator.estimate()).toBeNaN();
  });

  it("keeps what was removed, and every decrement", () => {
    const estimator = new EnergyErrorEstimator();
    const decrements = Array.from({ length: 1000 }, (_, k) => 1 / (k + 1) ** 2);
    for (const each of decrements) estimator.push(each, 1);
    expect([...estimator.listDecrements()]).toEqual(decrements);
    expect(estimator.iterations).toBe(1000);
    expect(estimator.removed).toBeCloseTo(Math.PI ** 2 / 6, 2);
    estimator.truncate(3);
    expect([...estimator.listDecrements()]).toEqual([1, 1 / 4, 1 / 9]);
    expect(estimator.removed).toBeCloseTo(49 / 36, 12);
  });

  it("is never below a tenth of what the last delay has removed, for a plateau may begin", () => {
    const estimator = new EnergyErrorEstimator();
    for (let k = 0; k < 100; k++) estimator.push(0.5 ** k, k < 99 ? 0.5 ** k : 0);
    expect(estimator.estimate()).toBeGreaterThanOrEqual(0.1 * (0.5 ** 97 + 0.5 ** 98 + 0.5 ** 99));
  });
});

/** Jacobi-CG in float64 as a textbook has it: each iteration's decrement, and the energy's exact error after it. */
function traceSolve({ graph, weights }: WeightedGraph, iterations: number) {
  const exact = measureEnergy(graph, weights, solveDense({ graph, weights }));
  const d = assembleDiagonal(graph, weights);
  const x = new Float64Array(graph.unknownCount);
  const r = assembleRightHandSide(graph, weights);
  const p = r.map((value, i) => value / d[i]!);
  let rho = dotProduct(r, p);
  const trace: { decrement: number; residual: number; error: number }[] = [];
  for (let k = 0; k < iterations; k++) {
    const q = applyLaplacian(graph, weights, p);
    const alpha = rho / dotProduct(p, q);
    for (let i = 0; i < x.length; i++) {
      x[i]! += alpha * p[i]!;
      r[i]! -= alpha * q[i]!;
    }
    const z = r.map((value, i) => value / d[i]!);
    const next = dotProduct(r, z);
    for (let i = 0; i < x.length; i++) p[i] = z[i]! + (next / rho) * p[i]!;
    const residual = dotProduct(r, r);
    trace.push({ decrement: alpha * rho, residual, error: measureEnergy(graph, weights, x) / exact - 1 });
    rho = next;
  }
  return { trace, exact };
}

describe("the estimate during a solve", () => {
  it.each([1, 2.5, 4])("is within ten of the truth on lattices of %f decades", (decades) => {
    const ratios: number[] = [];
    for (const seed of [79, 83, 89]) {
      const { trace, exact } = traceSolve(drawGraph("lattice", 400, seed, decades), 1200);
      const estimator = new EnergyErrorEstimator();
      for (const { decrement, residual, error } of trace) {
        estimator.push(decrement, residual);
        // Below, rounding of the energy itself is all that is left of the error.
        if (error < 1e-3 && error > 1e-11) ratios.push(estimator.estimate() / exact / error);
      }
    }
    expect(ratios.length).toBeGreaterThan(100);
    expect(Math.min(...ratios)).toBeGreaterThan(0.1);
    expect(Math.max(...ratios)).toBeLessThan(10);
  });
});
