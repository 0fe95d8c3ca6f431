import { describe, expect, it } from "vitest";
import {
  FACTOR_NODES,
  logitOf,
  placeOf,
  readFactor,
  tabulateFactors,
} from "../../src/calibrate/radius-factor.ts";
import { averageTarget, scaleFlow, type Target } from "../../src/calibrate/targets.ts";
import { computeMisfit, propagateError, sumMisfits } from "../../src/calibrate/targets-misfit.ts";
import { gammaQuantile } from "../../src/network/index.ts";

const PERMEABILITY: Target = { kind: "permeability", value: 2e-12 };
const SATURATION: Target = { kind: "saturation", value: 0.4, pressure: 1000, weight: 9 };

describe("targets", () => {
  it("scale a tube to what it is: one throat from face to face", () => {
    // One tube of radius 1e-5 m and length 1e-3 m in a box of 1e-3 x 2e-4 x 3e-4 m: f = 1 / L.
    const size = [1e-3, 2e-4, 3e-4];
    const flow = (Math.PI * 1e-20) / (8 * 1e-3 * 1e-3);
    const rate: Target = { kind: "flow-rate", value: 1, pressureDrop: 50 };
    expect(scaleFlow(rate, 1000, 1e-5, size) / (flow * 50)).toBeCloseTo(1, 12);
    expect(scaleFlow(PERMEABILITY, 1000, 1e-5, size) / ((1e-3 * flow * 1e-3) / 6e-8)).toBeCloseTo(1, 12);
    const factor: Target = { kind: "formation-factor", value: 1 };
    expect(scaleFlow(factor, 1000, 1e-5, size) / ((Math.PI * 1e-10) / 6e-8)).toBeCloseTo(1, 12);
  });

  it("average what adds up: conductivities, not formation factors", () => {
    expect(averageTarget(PERMEABILITY, [1, 3])).toEqual({ value: 2, standardError: 1 });
    const found = averageTarget({ kind: "formation-factor", value: 9 }, [0.1, 0.3, 0]);
    expect(found.value).toBeCloseTo(7.5, 12);
    const error = Math.sqrt((0.1 - 0.4 / 3) ** 2 + (0.3 - 0.4 / 3) ** 2 + (0.4 / 3) ** 2) / Math.sqrt(6);
    expect(found.standardError / (error * 7.5 ** 2)).toBeCloseTo(1, 12);
    expect(averageTarget(PERMEABILITY, [5]).standardError).toBeNaN();
  });

  it("are missed by ratios, saturations by differences", () => {
    expect(computeMisfit(PERMEABILITY, 4e-12)).toBeCloseTo(Math.LN2, 12);
    expect(computeMisfit(PERMEABILITY, 1e-12)).toBeCloseTo(-Math.LN2, 12);
    expect(sumMisfits([PERMEABILITY, SATURATION], [4e-12, 0.6])).toBeCloseTo(Math.LN2 ** 2 + 9 * 0.04, 12);
  });

  it("are missed by six decades at most, and by infinity where there is no value", () => {
    const most = 6 * Math.LN10;
    for (const value of [0, Infinity, 1e-30, 1e9]) {
      expect(Math.abs(computeMisfit(PERMEABILITY, value))).toBeCloseTo(most, 12);
    }
    expect(sumMisfits([PERMEABILITY, SATURATION], [Number.NaN, 0.4])).toBe(Infinity);
    expect(propagateError([PERMEABILITY], [0], [1e-13])).toBe(0);
  });

  it("pass their scatter on, as finite differences do", () => {
    const targets = [PERMEABILITY, SATURATION];
    const values = [3e-12, 0.55];
    const errors = [2e-13, 0.03];
    const slopes = values.map((value, t) => {
      const moved = (by: number) => sumMisfits(targets, values.with(t, value * (1 + by)));
      return (moved(1e-6) - moved(-1e-6)) / (2e-6 * value);
    });
    const expected = Math.hypot(...slopes.map((slope, t) => slope * errors[t]!));
    expect(propagateError(targets, values, errors) / expected).toBeCloseTo(1, 7);
    expect(propagateError(targets, values, [Number.NaN, 0.03])).toBeNaN();
  });
});

describe("factors of a radius", () => {
  it.each([0.004, 0.0099, 0.01, 0.1, 0.45, 1])("are gamma quantiles of mean 1, spread %f", (spread) => {
    const table = tabulateFactors(spread)!;
    const shape = 1 / spread ** 2;
    for (const u of [2 ** -33, 1e-6, 0.013, 0.31, 0.5, 0.77, 0.992, 1 - 1e-7, 1 - 2 ** -33]) {
      const expected = gammaQuantile(shape, u) / shape;
      expect(Math.abs(readFactor(table, placeOf(logitOf(u))) / expected - 1)).toBeLessThan(4e-6);
    }
  });

  it("have places inside of the table for every uniform number", () => {
    for (const u of [2 ** -33, 0.5, 1 - 2 ** -33]) {
      const place = placeOf(logitOf(u));
      // Above 1 and below the last but one: nothing is cut off.
      expect(place).toBeGreaterThan(1);
      expect(place).toBeLessThan(FACTOR_NODES - 2 - 2 ** -19);
    }
  });
});
