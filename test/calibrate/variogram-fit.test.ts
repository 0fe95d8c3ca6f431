import { describe, expect, it } from "vitest";
import { CholeskyFactor } from "../../src/calibrate/cholesky.ts";
import { createDriftBasis } from "../../src/calibrate/drift.ts";
import { computeEmpiricalVariogram } from "../../src/calibrate/empirical-variogram.ts";
import { Kriging } from "../../src/calibrate/kriging.ts";
import { computeLogLikelihood, ProfileLikelihood } from "../../src/calibrate/likelihood.ts";
import { collectObservations } from "../../src/calibrate/observations.ts";
import { CORRELATIONS, VARIOGRAM_MODELS, type Variogram } from "../../src/calibrate/variogram.ts";
import { fitVariogram, fitVariogramReport } from "../../src/calibrate/variogram-fit.ts";
import { OptionError } from "../../src/errors.ts";
import { normal } from "../../src/network/random.ts";
import { eliminate, randomPoints, randomValues } from "./kriging-support.ts";

/** A field with this variogram at the points: L times normal numbers. */
function simulate(points: Float64Array, variogram: Variogram, seed: number): Float64Array {
  const dimension = variogram.ranges.length;
  const count = points.length / dimension;
  const factor = new CholeskyFactor(count);
  for (let i = 0; i < count; i++) {
    const row = new Float64Array(i + 1);
    for (let j = 0; j <= i; j++) {
      const q = variogram.ranges.reduce(
        (sum, range, axis) =>
          sum + ((points[i * dimension + axis]! - points[j * dimension + axis]!) / range) ** 2,
        0,
      );
      row[j] =
        variogram.sill * CORRELATIONS[variogram.model].value(q) + (i === j ? variogram.nugget + 1e-9 : 0);
    }
    factor.append(row);
  }
  const field = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k <= i; k++) field[i]! += factor.rows[(i * (i + 1)) / 2 + k]! * normal(seed, 5, k);
  }
  return field;
}

describe("the likelihood", () => {
  it("is that of the normal distribution", () => {
    const points = Float64Array.of(0, 0.3, 1);
    const values = Float64Array.of(1, 2, -0.5);
    const variogram = { model: "exponential", sill: 1.4, nugget: 0.2, ranges: [2] } as const;
    const matrix = [0, 1, 2].map((i) =>
      [0, 1, 2].map(
        (j) => 1.4 * Math.exp((-3 * Math.abs(points[i]! - points[j]!)) / 2) + (i === j ? 0.2 : 0),
      ),
    );
    const [a, b, c] = matrix as [number[], number[], number[]];
    const determinant =
      a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
      a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) +
      a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!);
    const ones = eliminate(matrix, [1, 1, 1]);
    const weighted = eliminate(matrix, [...values]);
    const sum = (x: readonly number[]) => x.reduce((total, each) => total + each, 0);
    const mean = sum(weighted) / sum(ones);
    const quadratic = weighted.reduce(
      (total, w, i) => total + (w - mean * ones[i]!) * (values[i]! - mean),
      0,
    );
    const expected = -0.5 * (3 * Math.log(2 * Math.PI) + Math.log(determinant) + quadratic);
    const data = collectObservations(points, values, 1);
    const basis = createDriftBasis("constant", points, 1);
    expect(computeLogLikelihood(data, basis, variogram)).toBeCloseTo(expected, 10);
  });

  it("has the gradient that differences show", () => {
    for (const model of VARIOGRAM_MODELS) {
      for (const drift of ["constant", "linear"] as const) {
        const points = randomPoints(25, 3, 3);
        const basis = createDriftBasis(drift, points, 3);
        const likelihood = new ProfileLikelihood(
          model,
          collectObservations(points, randomValues(25, 4), 3),
          basis,
        );
        const x = [Math.log(0.8), Math.log(1.7), Math.log(1.2), Math.log(0.05)];
        const at = (moved: readonly number[], gradient?: Float64Array) =>
          likelihood.evaluate(moved.slice(0, 3).map(Math.exp), Math.exp(moved[3]!), gradient).value;
        const gradient = new Float64Array(4);
        at(x, gradient);
        for (let i = 0; i < 4; i++) {
          const moved = (by: number) => at(x.map((each, j) => (j === i ? each + by : each)));
          expect(gradient[i]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 4);
        }
      }
    }
  });
});

describe("fitVariogram by maximum likelihood", () => {
  it("finds the variogram of a simulated field, in its own units", () => {
    const truth = { model: "matern52", sill: 4, nugget: 0.04, ranges: [50, 0.4] } as const;
    const points = randomPoints(200, 2, 7).map((x, i) => (i % 2 === 0 ? 1000 + 100 * x : x));
    const values = simulate(points, truth, 9);
    const { variogram, logLikelihood } = fitVariogramReport(points, values, {
      dimension: 2,
      model: "matern52",
    });
    expect(variogram.ranges[0]! / 50).toBeGreaterThan(0.6);
    expect(variogram.ranges[0]! / 50).toBeLessThan(1.6);
    expect(variogram.ranges[1]! / 0.4).toBeGreaterThan(0.6);
    expect(variogram.ranges[1]! / 0.4).toBeLessThan(1.6);
    expect(variogram.nugget).toBeGreaterThan(0.02);
    expect(variogram.nugget).toBeLessThan(0.08);
    const data = collectObservations(points, values, 2);
    const basis = createDriftBasis("constant", points, 2);
    expect(logLikelihood).toBeGreaterThan(computeLogLikelihood(data, basis, truth));
    // A maximum: no neighbour is likelier.
    for (const factor of [0.97, 1.03]) {
      for (const change of [
        { sill: factor * variogram.sill, nugget: factor * variogram.nugget },
        { nugget: factor * variogram.nugget },
        { ranges: [factor * variogram.ranges[0]!, variogram.ranges[1]!] },
        { ranges: [variogram.ranges[0]!, factor * variogram.ranges[1]!] },
      ]) {
        const other = computeLogLikelihood(data, basis, { ...variogram, ...change });
        expect(other).toBeLessThan(logLikelihood + 1e-6);
      }
    }
    // Its own points are foretold as well as it says.
    const { q2 } = new Kriging(points, values, { dimension: 2, variogram }).leaveOneOut();
    expect(q2).toBeGreaterThan(0.7);
    expect(q2).toBeLessThan(1.4);
  });

  it("sees which axes matter, six of them and 100 points, within the time that a refit may take", () => {
    const points = randomPoints(100, 6, 17);
    const values = Float64Array.from({ length: 100 }, (_, i) => {
      const x = points.subarray(6 * i, 6 * i + 6);
      return Math.sin(6 * x[1]!) + 2 * (x[4]! - 0.3) ** 2;
    });
    const start = performance.now();
    const variogram = fitVariogram(points, values, { dimension: 6 });
    const seconds = (performance.now() - start) / 1000;
    const others = [0, 2, 3, 5].map((axis) => variogram.ranges[axis]!);
    expect(Math.min(...others)).toBeGreaterThan(3 * variogram.ranges[1]!);
    expect(seconds).toBeLessThan(10);
    const again = fitVariogramReport(points, values, { dimension: 6, start: variogram, maxEvaluations: 5 });
    expect(again.evaluations).toBeLessThanOrEqual(5);
    expect(again.logLikelihood).toBeGreaterThan(
      computeLogLikelihood(
        collectObservations(points, values, 6),
        createDriftBasis("constant", points, 6),
        variogram,
      ) - 1e-6,
    );
  });

  it("works with every model, with a fixed nugget, one range and a drift", () => {
    const points = randomPoints(40, 2, 27);
    const values = Float64Array.from({ length: 40 }, (_, i) => {
      const [x, y] = [points[2 * i]!, points[2 * i + 1]!];
      return 5 * x + Math.cos(4 * x) * Math.sin(5 * y);
    });
    for (const model of VARIOGRAM_MODELS) {
      const fixed = fitVariogram(points, values, { dimension: 2, model, nugget: 0.01, ranges: "isotropic" });
      expect(fixed.nugget / fixed.sill).toBeCloseTo(0.01, 12);
      expect(fixed.ranges[0]).toBe(fixed.ranges[1]);
      const exact = fitVariogram(points, values, { dimension: 2, model, nugget: 0, drift: "linear" });
      expect(exact.nugget).toBe(0);
      const at = randomPoints(50, 2, 28);
      const truth = Float64Array.from({ length: 50 }, (_, i) => {
        const [x, y] = [at[2 * i]!, at[2 * i + 1]!];
        return 5 * x + Math.cos(4 * x) * Math.sin(5 * y);
      });
      const kriging = new Kriging(points, values, { dimension: 2, variogram: exact, drift: "linear" });
      const { estimate } = kriging.predict(at);
      const error = Math.sqrt(estimate.reduce((sum, y, i) => sum + (y - truth[i]!) ** 2, 0) / 50);
      expect(error).toBeLessThan(0.35);
    }
  });

  it("gives something usable for values that are all equal, and for two points", () => {
    const points = randomPoints(12, 2, 37);
    for (const [level, method] of [
      [0, "maximum-likelihood"],
      [5, "maximum-likelihood"],
      [5, "weighted-least-squares"],
    ] as const) {
      const variogram = fitVariogram(points, new Float64Array(12).fill(level), { dimension: 2, method });
      const kriging = new Kriging(points, new Float64Array(12).fill(level), { dimension: 2, variogram });
      const { estimate, variance } = kriging.predict([0.5, 0.5]);
      expect(estimate[0]).toBeCloseTo(level, 8);
      expect(variance[0]).toBeLessThan(1e-10);
    }
    for (const method of ["maximum-likelihood", "weighted-least-squares"] as const) {
      const pair = fitVariogram(Float64Array.of(0, 1), [1, 3], { dimension: 1, method });
      expect(pair.sill).toBeGreaterThan(0);
      expect(pair.ranges.every(Number.isFinite)).toBe(true);
    }
  });

  it("does not depend on the units of values and coordinates", () => {
    const points = randomPoints(30, 2, 31);
    const values = randomValues(30, 32);
    for (const method of ["maximum-likelihood", "weighted-least-squares"] as const) {
      const near = fitVariogramReport(points, values, { dimension: 2, method });
      const far = fitVariogramReport(
        points.map((x) => 7 + 1e-6 * x),
        values.map((y) => 1e9 * y - 3e9),
        { dimension: 2, method },
      );
      expect(far.variogram.sill / 1e18 / near.variogram.sill).toBeCloseTo(1, 3);
      expect(far.variogram.ranges[0]! * 1e6).toBeCloseTo(near.variogram.ranges[0]!, 3);
      expect(far.logLikelihood + 30 * Math.log(1e9)).toBeCloseTo(near.logLikelihood, 3);
    }
  });

  it("names what is wrong", () => {
    const points = randomPoints(12, 2, 38);
    const values = randomValues(12, 39);
    const fit = (options: object) => () =>
      fitVariogram(points, values, { dimension: 2, ...options } as never);
    expect(fit({ kernel: "rbf" })).toThrow(/kernel/);
    expect(fit({ method: "moments" })).toThrow(OptionError);
    expect(fit({ nugget: -1 })).toThrow(OptionError);
    expect(fit({ maxEvaluations: 0 })).toThrow(OptionError);
    expect(() => fitVariogram(points, values.fill(Number.NaN, 3, 4), { dimension: 2 })).toThrow(/row 3/);
    expect(() =>
      fitVariogram(points.slice(0, 10), values.subarray(4, 9), { dimension: 2, drift: "quadratic" }),
    ).toThrow(/5 distinct points/);
  });
});

describe("the empirical variogram", () => {
  it("is half the mean squared difference of the pairs in a bin", () => {
    // Distances 1, 1, 1, 2, 2, 3 on a line; the diagonal is 3.
    const { distance, semivariance, pairs, axis } = computeEmpiricalVariogram(
      Float64Array.of(0, 1, 2, 3),
      [1, 2, 4, 7],
      { dimension: 1, bins: 3, maxDistance: 1.1 },
    );
    expect([...pairs]).toEqual([3, 2, 1]);
    expect([...distance]).toEqual([1, 2, 3]);
    expect([...axis]).toEqual([-1, -1, -1]);
    // (1 + 4 + 9) / 6, (9 + 25) / 4 and 36 / 2.
    expect(semivariance[0]).toBeCloseTo(14 / 6, 12);
    expect(semivariance[1]).toBeCloseTo(34 / 4, 12);
    expect(semivariance[2]).toBeCloseTo(18, 12);
  });

  it("has bins of its own for each axis", () => {
    const points = randomPoints(60, 2, 41).map((x, i) => (i % 2 === 0 ? 500 * x : x));
    const values = Float64Array.from({ length: 60 }, (_, i) => Math.sin(9 * points[2 * i + 1]!));
    const found = computeEmpiricalVariogram(points, values, { dimension: 2, direction: "per-axis", bins: 5 });
    expect(new Set(found.axis)).toEqual(new Set([0, 1]));
    found.axis.forEach((axis, bin) => {
      const [x, y] = [found.lag[2 * bin]! / 500, found.lag[2 * bin + 1]!];
      expect(axis === 0 ? x > y : y > x).toBe(true);
    });
    expect(found.pairs.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual((60 * 59) / 2);
  });
});

describe("fitVariogram by weighted least squares", () => {
  it("finds the variogram of a simulated field", () => {
    for (const model of ["exponential", "spherical"] as const) {
      const truth = { model, sill: 2, nugget: 0.1, ranges: [0.3, 0.3] };
      const points = randomPoints(500, 2, 47);
      const values = simulate(points, truth, 48);
      const options = { dimension: 2, model, method: "weighted-least-squares", ranges: "isotropic" } as const;
      const variogram = fitVariogram(points, values, options);
      expect(variogram.ranges[0]).toBeGreaterThan(0.15);
      expect(variogram.ranges[0]).toBeLessThan(0.6);
      expect(variogram.sill + variogram.nugget).toBeGreaterThan(1.3);
      expect(variogram.sill + variogram.nugget).toBeLessThan(3);
    }
  });

  it("sees ranges that differ by axis", () => {
    const truth = { model: "exponential", sill: 2, nugget: 0, ranges: [0.2, 1.2] } as const;
    const points = randomPoints(400, 2, 57);
    const values = simulate(points, truth, 58);
    const variogram = fitVariogram(points, values, {
      dimension: 2,
      model: "exponential",
      method: "weighted-least-squares",
    });
    expect(variogram.ranges[1]! / variogram.ranges[0]!).toBeGreaterThan(2);
  });

  it("is least where its own sum of squares is", () => {
    const points = randomPoints(150, 1, 67);
    const values = simulate(points, { model: "spherical", sill: 1, nugget: 0.1, ranges: [0.4] }, 68);
    const options = { dimension: 1, model: "spherical", method: "weighted-least-squares" } as const;
    const { variogram, objective } = fitVariogramReport(points, values, options);
    const { lag, semivariance, pairs } = computeEmpiricalVariogram(points, values, {
      dimension: 1,
      direction: "per-axis",
    });
    const squares = ({ sill, nugget, ranges }: Variogram) =>
      pairs.reduce((sum, count, bin) => {
        const gamma = nugget + sill * (1 - CORRELATIONS.spherical.value((lag[bin]! / ranges[0]!) ** 2));
        return sum + count * (semivariance[bin]! / gamma - 1) ** 2;
      }, 0);
    expect(objective).toBeCloseTo(squares(variogram), 6);
    for (const factor of [0.95, 1.05]) {
      expect(squares({ ...variogram, sill: factor * variogram.sill })).toBeGreaterThan(objective);
      expect(squares({ ...variogram, ranges: [factor * variogram.ranges[0]!] })).toBeGreaterThan(objective);
    }
  });
});
