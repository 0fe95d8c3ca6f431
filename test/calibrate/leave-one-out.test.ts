import { describe, expect, it } from "vitest";
import { CholeskyFactor } from "../../src/calibrate/cholesky.ts";
import { Kriging } from "../../src/calibrate/kriging.ts";
import { CORRELATIONS } from "../../src/calibrate/variogram.ts";
import { normal } from "../../src/network/random.ts";
import { largestDifference, randomPoints, randomValues } from "./kriging-support.ts";

const variogram = { model: "matern52", sill: 1.3, nugget: 0.1, ranges: [0.7, 1.1] } as const;
const COUNT = 30;

describe("leaveOneOut", () => {
  for (const drift of ["constant", "linear", "quadratic"] as const) {
    it(`equals as many krigings of all other points (${drift})`, () => {
      const points = randomPoints(COUNT, 2, 3);
      const values = randomValues(COUNT, 4);
      const result = new Kriging(points, values, { dimension: 2, variogram, drift }).leaveOneOut();
      const [estimate, variance] = [new Float64Array(COUNT), new Float64Array(COUNT)];
      for (let i = 0; i < COUNT; i++) {
        const others = new Kriging(
          points.filter((_, at) => Math.floor(at / 2) !== i),
          values.filter((_, j) => j !== i),
          { dimension: 2, variogram, drift },
        );
        const there = others.predict(points.subarray(2 * i, 2 * i + 2));
        estimate[i] = there.estimate[0]!;
        variance[i] = there.variance[0]!;
      }
      expect(largestDifference(result.estimate, estimate)).toBeLessThan(1e-10);
      expect(largestDifference(result.variance, variance)).toBeLessThan(1e-10);
      const normalized = values.map((y, i) => (y - estimate[i]!) / Math.sqrt(variance[i]!));
      const mean = (x: Float64Array) => x.reduce((sum, each) => sum + each, 0) / COUNT;
      const q2 = mean(normalized.map((e) => e * e));
      expect(result.q1).toBeCloseTo(mean(normalized), 10);
      expect(result.q2).toBeCloseTo(q2, 10);
      expect(result.cR).toBeCloseTo(q2 * Math.exp(mean(variance.map(Math.log))), 10);
    });
  }

  it("says that a point which alone bears a drift cannot be foretold", () => {
    const points = Float64Array.of(0, 1, 2, 3);
    const one = { ...variogram, ranges: [2] };
    const drift = (x: Float64Array) => [1, x[0] === 3 ? 1 : 0];
    const result = new Kriging(points, [1, 2, 1.5, 9], { dimension: 1, variogram: one, drift }).leaveOneOut();
    expect(result.variance[3]).toBe(Number.POSITIVE_INFINITY);
    expect(Number.isFinite(result.q2)).toBe(true);
  });
});

describe("sequentialResiduals", () => {
  for (const { drift, first } of [
    { drift: "constant", first: 1 },
    { drift: "linear", first: 3 },
  ] as const) {
    it(`equals kriging each point from those before it (${drift})`, () => {
      const points = randomPoints(COUNT, 2, 13);
      const values = randomValues(COUNT, 14);
      const result = new Kriging(points, values, { dimension: 2, variogram, drift }).sequentialResiduals();
      expect(Array.from(result.points)).toEqual(Array.from({ length: COUNT - first }, (_, k) => k + first));
      for (let i = first; i < COUNT; i++) {
        const before = new Kriging(points.slice(0, 2 * i), values.slice(0, i), {
          dimension: 2,
          variogram,
          drift,
        });
        const there = before.predict(points.subarray(2 * i, 2 * i + 2));
        expect(result.estimate[i - first]).toBeCloseTo(there.estimate[0]!, 8);
        expect(result.variance[i - first]).toBeCloseTo(there.variance[0]!, 8);
      }
    });
  }

  it("are uncorrelated with unit variance where the model is right", () => {
    const points = randomPoints(60, 2, 23);
    const kriging = (values: Float64Array) => new Kriging(points, values, { dimension: 2, variogram });
    const { factor } = kriging(randomValues(60, 24)).system;
    let [q1, q2] = [0, 0];
    const fields = 200;
    for (let field = 0; field < fields; field++) {
      const { q1: first, q2: second } = kriging(simulate(factor, field)).sequentialResiduals();
      q1 += first / fields;
      q2 += second / fields;
    }
    // 59 x 200 squares of normal numbers: a standard error of 0.013.
    expect(Math.abs(q1)).toBeLessThan(0.04);
    expect(Math.abs(q2 - 1)).toBeLessThan(0.05);
  });
});

function simulate(factor: CholeskyFactor, stream: number): Float64Array {
  const { rows, size } = factor;
  const noise = Float64Array.from({ length: size }, (_, i) => normal(77, 100 + 2 * stream, i));
  return noise.map((_, i) => {
    let sum = 0;
    for (let k = 0; k <= i; k++) sum += rows[(i * (i + 1)) / 2 + k]! * noise[k]!;
    return sum;
  });
}

describe("the factor", () => {
  it("gives back its matrix, and that less a part of its diagonal", () => {
    const size = 7;
    const points = randomPoints(size, 1, 33);
    const entry = (i: number, j: number) =>
      CORRELATIONS.exponential.value((points[i]! - points[j]!) ** 2) + (i === j ? 0.3 : 0);
    const factor = new CholeskyFactor(2);
    for (let i = 0; i < size; i++) {
      expect(factor.append(Float64Array.from({ length: i + 1 }, (_, j) => entry(i, j)))).toBe(true);
    }
    const product = ({ rows }: CholeskyFactor, i: number, j: number) => {
      let sum = 0;
      for (let k = 0; k <= Math.min(i, j); k++)
        sum += rows[(i * (i + 1)) / 2 + k]! * rows[(j * (j + 1)) / 2 + k]!;
      return sum;
    };
    const check = (found: CholeskyFactor, taken: number) => {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          expect(product(found, i, j)).toBeCloseTo(entry(i, j) - (i === 2 && j === 2 ? taken : 0), 13);
        }
      }
    };
    check(factor, 0);
    check(factor.decreaseDiagonal(2, 0.2), 0.2);
    const inverse = factor.invertLower();
    expect(factor.invertLower(inverse.slice(0, 10))).toEqual(inverse);
    const column = factor.solveLower(Float64Array.from({ length: size }, (_, i) => (i === 1 ? 1 : 0)));
    for (let i = 1; i < size; i++) expect(inverse[(i * (i + 1)) / 2 + 1]).toBeCloseTo(column[i]!, 12);
    expect(factor.append(new Float64Array(8))).toBe(false);
    expect(factor.size).toBe(size);
  });
});
