import { describe, expect, it } from "vitest";
import type { Drift } from "../../src/calibrate/drift.ts";
import { Kriging } from "../../src/calibrate/kriging.ts";
import { VARIOGRAM_MODELS, type Variogram } from "../../src/calibrate/variogram.ts";
import { OptionError } from "../../src/errors.ts";
import { krigeDirectly, largestDifference, randomPoints, randomValues } from "./kriging-support.ts";

const DRIFTS: { drift: Drift; functions: (x: ArrayLike<number>) => number[] }[] = [
  { drift: "constant", functions: () => [1] },
  { drift: "linear", functions: (x) => [1, ...Array.from(x)] },
  {
    drift: "quadratic",
    functions: (x) => {
      const one = [1, ...Array.from(x)];
      return one.flatMap((a, i) => one.slice(i).map((b) => a * b));
    },
  },
  { drift: (x) => [1, Math.log(1 + x[0]!)], functions: (x) => [1, Math.log(1 + x[0]!)] },
];

function variogramOf(model: Variogram["model"], dimension: number, nugget = 0.02): Variogram {
  const ranges = Array.from({ length: dimension }, (_, axis) => 0.6 + 0.3 * axis);
  return { model, sill: 1.7, nugget, ranges };
}

describe("Kriging", () => {
  for (const model of VARIOGRAM_MODELS) {
    it(`solves the bordered variogram system with every drift (${model})`, () => {
      for (const { drift, functions } of DRIFTS) {
        for (const dimension of [1, 2, 3]) {
          const points = randomPoints(20, dimension, 5);
          const values = randomValues(20, 6);
          const variogram = variogramOf(model, dimension);
          const kriging = new Kriging(points, values, { dimension, variogram, drift });
          const at = randomPoints(4, dimension, 8);
          const { estimate, variance } = kriging.predict(at);
          for (let m = 0; m < 4; m++) {
            const direct = krigeDirectly(
              points,
              values,
              variogram,
              functions,
              at.subarray(m * dimension, (m + 1) * dimension),
            );
            expect(estimate[m]).toBeCloseTo(direct.estimate, 8);
            expect(variance[m]).toBeCloseTo(direct.variance, 8);
          }
        }
      }
    });
  }

  it("passes through the values, with no variance there", () => {
    const points = randomPoints(30, 2, 9);
    const values = randomValues(30, 10);
    for (const model of VARIOGRAM_MODELS) {
      for (const nugget of [0, 0.5]) {
        const kriging = new Kriging(points, values, {
          dimension: 2,
          variogram: variogramOf(model, 2, nugget),
        });
        const { estimate, variance } = kriging.predict(points);
        // A gaussian matrix without a nugget is nearly singular.
        const tolerance = model === "gaussian" && nugget === 0 ? 1e-5 : 1e-9;
        expect(largestDifference(estimate, values)).toBeLessThan(tolerance);
        expect(largestDifference(variance, new Float64Array(30))).toBeLessThan(tolerance);
      }
    }
  });

  it("gives back a function of the drift exactly, and its mean far from all points", () => {
    const points = randomPoints(25, 3, 12);
    const plane = (x: ArrayLike<number>) => 1e3 + 4 * x[0]! - 7 * x[1]! + 0.5 * x[2]!;
    const values = Float64Array.from({ length: 25 }, (_, i) => plane(points.subarray(3 * i, 3 * i + 3)));
    const variogram = variogramOf("matern32", 3);
    const kriging = new Kriging(points, values, { dimension: 3, variogram, drift: "linear" });
    const far = [40, -30, 25];
    expect(kriging.predict(far).estimate[0]).toBeCloseTo(plane(far), 6);
    const gradient = kriging.predictGradient(far).estimateGradient;
    expect(largestDifference(gradient, [4, -7, 0.5])).toBeLessThan(1e-9);
    const flat = new Kriging(points, new Float64Array(25).fill(3), { dimension: 3, variogram });
    expect(flat.predict(far).estimate[0]).toBeCloseTo(3, 10);
    expect(flat.predict(far).variance[0]).toBeGreaterThan(variogram.sill + variogram.nugget);
  });

  it("does not depend on units and offsets of coordinates and values", () => {
    const points = randomPoints(25, 2, 15);
    const values = randomValues(25, 16);
    const at = randomPoints(5, 2, 17);
    const variogram = variogramOf("matern52", 2);
    const there = (x: number, i: number) => (i % 2 === 0 ? 1e6 + 250 * x : -3e3 + 1e-3 * x);
    const moved = {
      model: variogram.model,
      sill: 1e4 * variogram.sill,
      nugget: 1e4 * variogram.nugget,
      ranges: [250 * variogram.ranges[0]!, 1e-3 * variogram.ranges[1]!],
    };
    for (const drift of ["constant", "linear", "quadratic"] as const) {
      const near = new Kriging(points, values, { dimension: 2, variogram, drift }).predict(at);
      const far = new Kriging(
        points.map(there),
        values.map((y) => 1e4 + 100 * y),
        {
          dimension: 2,
          variogram: moved,
          drift,
        },
      ).predict(at.map(there));
      expect(
        largestDifference(
          far.estimate.map((y) => (y - 1e4) / 100),
          near.estimate,
        ),
      ).toBeLessThan(1e-6);
      expect(
        largestDifference(
          far.variance.map((v) => v / 1e4),
          near.variance,
        ),
      ).toBeLessThan(1e-6);
    }
  });

  it("differentiates estimate and variance", () => {
    for (const model of VARIOGRAM_MODELS) {
      for (const { drift } of DRIFTS) {
        const points = randomPoints(25, 3, 21);
        const variogram = variogramOf(model, 3);
        const kriging = new Kriging(points, randomValues(25, 22), { dimension: 3, variogram, drift });
        const at = randomPoints(3, 3, 23);
        const { estimate, variance, estimateGradient, varianceGradient } = kriging.predictGradient(at);
        expect(largestDifference(estimate, kriging.predict(at).estimate)).toBe(0);
        expect(largestDifference(variance, kriging.predict(at).variance)).toBe(0);
        const step = 1e-5;
        at.forEach((_, i) => {
          const moved = (by: number) => kriging.predict(at.map((x, j) => (j === i ? x + by : x)));
          const [ahead, behind] = [moved(step), moved(-step)];
          const m = Math.floor(i / 3);
          const slope = (a: Float64Array, b: Float64Array) => (a[m]! - b[m]!) / (2 * step);
          expect(estimateGradient[i]).toBeCloseTo(slope(ahead.estimate, behind.estimate), 5);
          expect(varianceGradient[i]).toBeCloseTo(slope(ahead.variance, behind.variance), 5);
        });
      }
    }
  });

  it("names the row that is not a number, and other faults", () => {
    const points = randomPoints(10, 2, 31);
    const values = randomValues(10, 32);
    const options = { dimension: 2, variogram: variogramOf("spherical", 2) };
    const broken = points.slice();
    broken[7] = Number.NaN;
    expect(() => new Kriging(broken, values, options)).toThrow(/Row 3 of points/);
    const wrong = values.slice();
    wrong[4] = Number.POSITIVE_INFINITY;
    expect(() => new Kriging(points, wrong, options)).toThrow(/row 4/);
    expect(() => new Kriging(points, values.slice(1), options)).toThrow(OptionError);
    expect(() => new Kriging(new Float64Array(), [], options)).toThrow(OptionError);
    expect(() => new Kriging(points, values, { ...options, sill: 2 } as never)).toThrow(/sill/);
    expect(() => new Kriging(points, values, { ...options, drift: "cubic" as never })).toThrow(/cubic/);
    const reversed = { ...options, variogram: { ...options.variogram, ranges: [1, -1] } };
    expect(() => new Kriging(points, values, reversed)).toThrow(/axis 1/);
    const line = Float64Array.from({ length: 20 }, (_, i) => Math.floor(i / 2));
    expect(() => new Kriging(line, values, { ...options, drift: "linear" })).toThrow(/combination/);
    const kriging = new Kriging(points, values, options);
    expect(() => kriging.insert([0.2, Number.NaN], 1)).toThrow(OptionError);
    expect(() => kriging.insert([0.2, 0.3], Number.NaN)).toThrow(OptionError);
    expect(() => kriging.insert([0.2, 0.3, 0.4, 0.5], 1)).toThrow(OptionError);
    expect(() => kriging.predict([0.2, Number.NaN])).toThrow(/Row 0/);
    expect(kriging.count).toBe(10);
  });
});

describe("a nugget of noise", () => {
  const variogram = variogramOf("gaussian", 2, 0.4);

  it("smooths: the matrix has it, what is estimated has not", () => {
    const points = randomPoints(20, 2, 41);
    const values = randomValues(20, 42);
    const kriging = new Kriging(points, values, { dimension: 2, variogram, nuggetKind: "noise" });
    const exact = new Kriging(points, values, { dimension: 2, variogram });
    const at = randomPoints(6, 2, 43);
    const [smooth, through] = [kriging.predict(at), exact.predict(at)];
    expect(largestDifference(smooth.estimate, through.estimate)).toBeLessThan(1e-12);
    expect(
      largestDifference(
        smooth.variance.map((v) => v + 0.4),
        through.variance,
      ),
    ).toBeLessThan(1e-12);
    expect(largestDifference(kriging.predict(points).estimate, values)).toBeGreaterThan(0.1);
  });

  it("is shared among repeated values, as if each stood beside the others", () => {
    const points = randomPoints(12, 2, 44);
    const values = randomValues(12, 45);
    const repeated = Float64Array.of(...points, ...points.subarray(6, 8), ...points.subarray(6, 8));
    const all = Float64Array.of(...values, 0.3, -0.8);
    const kriging = new Kriging(repeated, all, { dimension: 2, variogram, nuggetKind: "noise" });
    expect([kriging.count, kriging.valueCount]).toEqual([12, 14]);
    // Moved by so little that they are points of their own, and their noise independent.
    const apart = repeated.map((x, i) => (i >= 24 ? x + 1e-9 * (i - 20) : x));
    const separate = new Kriging(apart, all, { dimension: 2, variogram, nuggetKind: "noise" });
    expect(separate.count).toBe(14);
    const at = randomPoints(5, 2, 46);
    expect(largestDifference(kriging.predict(at).estimate, separate.predict(at).estimate)).toBeLessThan(1e-6);
    expect(largestDifference(kriging.predict(at).variance, separate.predict(at).variance)).toBeLessThan(1e-6);
  });
});

describe("points that make the matrix singular", () => {
  const variogram = variogramOf("matern52", 2, 0);

  it("are one with the mean of their values where they are equal", () => {
    const points = randomPoints(15, 2, 51);
    const values = randomValues(15, 52);
    const twice = new Kriging(
      Float64Array.of(...points, ...points),
      [...values, ...values.map((y, i) => y + i)],
      { dimension: 2, variogram },
    );
    const once = new Kriging(
      points,
      values.map((y, i) => y + i / 2),
      { dimension: 2, variogram },
    );
    expect([twice.count, twice.valueCount, twice.addedNugget]).toEqual([15, 30, 0]);
    const at = randomPoints(5, 2, 53);
    expect(largestDifference(twice.predict(at).estimate, once.predict(at).estimate)).toBeLessThan(1e-12);
    expect(largestDifference(twice.predict(at).variance, once.predict(at).variance)).toBeLessThan(1e-12);
    expect(new Kriging(Float64Array.of(0, 1, -0, 1), [1, 3], { dimension: 2, variogram }).values).toEqual(
      Float64Array.of(2),
    );
  });

  it("get a nugget that is told where they are all but equal", () => {
    const points = Float64Array.of(...randomPoints(15, 2, 54), ...randomPoints(1, 2, 54));
    points[30]! += 1e-12;
    const kriging = new Kriging(points, randomValues(16, 55), { dimension: 2, variogram });
    expect(kriging.count).toBe(16);
    expect(kriging.addedNugget).toBeGreaterThan(0);
    expect(kriging.addedNugget).toBeLessThan(2e-10 * variogram.sill);
    const { estimate, variance } = kriging.predict(randomPoints(20, 2, 56));
    expect(estimate.every(Number.isFinite) && variance.every(Number.isFinite)).toBe(true);
    // So does one that is inserted.
    const other = new Kriging(points.slice(0, 30), randomValues(15, 55), { dimension: 2, variogram });
    expect(other.addedNugget).toBe(0);
    other.insert(points.subarray(30), randomValues(16, 55)[15]!);
    expect(other.addedNugget).toBe(kriging.addedNugget);
  });
});

describe("insert", () => {
  for (const nuggetKind of ["micro-scale", "noise"] as const) {
    it(`equals building anew (${nuggetKind})`, () => {
      const variogram = variogramOf("matern32", 4, 0.05);
      const points = randomPoints(80, 4, 61);
      const values = randomValues(80, 62);
      for (const drift of ["constant", "linear"] as const) {
        const options = { dimension: 4, variogram, drift, nuggetKind };
        const grown = new Kriging(points.slice(0, 4 * 30), values.slice(0, 30), options);
        for (let i = 30; i < 80; i++) grown.insert(points.subarray(4 * i, 4 * i + 4), values[i]!);
        grown.insert(points.subarray(20, 24), 2.5);
        grown.insert(points.subarray(20, 24), -1);
        const whole = new Kriging(
          Float64Array.of(...points, ...points.subarray(20, 24), ...points.subarray(20, 24)),
          [...values, 2.5, -1],
          options,
        );
        expect([grown.count, grown.valueCount]).toEqual([80, 82]);
        const at = randomPoints(20, 4, 63);
        const [a, b] = [grown.predictGradient(at), whole.predictGradient(at)];
        expect(largestDifference(a.estimate, b.estimate)).toBeLessThan(1e-10);
        expect(largestDifference(a.variance, b.variance)).toBeLessThan(1e-10);
        expect(largestDifference(a.estimateGradient, b.estimateGradient)).toBeLessThan(1e-10);
        expect(largestDifference(a.varianceGradient, b.varianceGradient)).toBeLessThan(1e-10);
        expect(largestDifference(grown.leaveOneOut().residual, whole.leaveOneOut().residual)).toBeLessThan(
          1e-10,
        );
      }
    });
  }

  it("keeps the factor's rows and appends one", () => {
    const variogram = variogramOf("exponential", 2);
    const points = randomPoints(41, 2, 64);
    const kriging = new Kriging(points.slice(0, 80), randomValues(40, 65), { dimension: 2, variogram });
    const { factor } = kriging.system;
    const before = factor.rows.slice(0, (40 * 41) / 2);
    kriging.insert(points.subarray(80), 0.7);
    expect(kriging.system.factor).toBe(factor);
    expect(factor.size).toBe(41);
    expect(factor.rows.slice(0, before.length)).toEqual(before);
  });

  it("costs n² and not n³", () => {
    const variogram = variogramOf("exponential", 2);
    const fastest = (count: number, inserts: number) => {
      const points = randomPoints(count + inserts, 2, 66);
      const kriging = new Kriging(points.slice(0, 2 * count), randomValues(count, 67), {
        dimension: 2,
        variogram,
      });
      const times = Array.from({ length: inserts }, (_, k) => {
        const start = performance.now();
        kriging.insert(points.subarray(2 * (count + k), 2 * (count + k) + 2), 0.5);
        return performance.now() - start;
      });
      return Math.min(...times);
    };
    const build = (count: number) => {
      const start = performance.now();
      new Kriging(randomPoints(count, 2, 68), randomValues(count, 69), { dimension: 2, variogram });
      return performance.now() - start;
    };
    fastest(100, 20);
    // Building is some n/3 inserts; far from it even on a busy machine.
    expect(fastest(800, 10)).toBeLessThan(build(800) / 20);
  });
});
