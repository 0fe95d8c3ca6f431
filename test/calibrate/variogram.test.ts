import { describe, expect, it } from "vitest";
import {
  CORRELATIONS,
  checkVariogram,
  evaluateVariogram,
  RANGE_OVER_LENGTH,
  VARIOGRAM_MODELS,
} from "../../src/calibrate/variogram.ts";
import { OptionError } from "../../src/errors.ts";

describe("variograms", () => {
  it("have their practical range where e⁻³ of the correlation is left", () => {
    for (const model of VARIOGRAM_MODELS) {
      const left = model === "spherical" ? 0 : Math.exp(-3);
      expect(CORRELATIONS[model].value(1)).toBeCloseTo(left, 14);
      expect(CORRELATIONS[model].value(0)).toBe(1);
    }
  });

  it("are the textbooks' formulas of the length of RANGE_OVER_LENGTH", () => {
    const length = 0.4;
    const formulas = {
      exponential: (h: number) => Math.exp(-h / length),
      spherical: (h: number) => (h < length ? 1 - (1.5 * h) / length + 0.5 * (h / length) ** 3 : 0),
      gaussian: (h: number) => Math.exp(-((h / length) ** 2)),
      matern32: (h: number) => (1 + (Math.sqrt(3) * h) / length) * Math.exp((-Math.sqrt(3) * h) / length),
      matern52: (h: number) =>
        (1 + (Math.sqrt(5) * h) / length + (5 * h * h) / (3 * length * length)) *
        Math.exp((-Math.sqrt(5) * h) / length),
    };
    for (const model of VARIOGRAM_MODELS) {
      const variogram = { model, sill: 2, nugget: 0.5, ranges: [RANGE_OVER_LENGTH[model] * length] };
      expect(evaluateVariogram(variogram, [0])).toBe(0);
      for (const h of [1e-6, 0.1, 0.3, 0.39, 0.41, 1]) {
        expect(evaluateVariogram(variogram, [h])).toBeCloseTo(2.5 - 2 * formulas[model](h), 13);
      }
    }
  });

  it("have the slope that differences show", () => {
    for (const model of VARIOGRAM_MODELS) {
      const { value, slope } = CORRELATIONS[model];
      for (const q of [1e-3, 0.04, 0.5, 0.99, 1.3]) {
        const step = 1e-6 * q;
        expect(slope(q)).toBeCloseTo((value(q + step) - value(q - step)) / (2 * step), 6);
      }
      expect(Number.isFinite(slope(0))).toBe(true);
    }
  });

  it("take a range for each axis", () => {
    const variogram = { model: "gaussian", sill: 1, nugget: 0, ranges: [2, 5] } as const;
    expect(evaluateVariogram(variogram, [2, 0])).toBeCloseTo(1 - Math.exp(-3), 14);
    expect(evaluateVariogram(variogram, [0, 5])).toBeCloseTo(1 - Math.exp(-3), 14);
    expect(evaluateVariogram(variogram, [2, 5])).toBeCloseTo(1 - Math.exp(-6), 14);
  });

  it("are checked", () => {
    const good = { model: "gaussian", sill: 1, nugget: 0, ranges: [2, 5] } as const;
    expect(checkVariogram(good, 2)).toEqual(good);
    for (const bad of [
      { ...good, model: "power" },
      { ...good, sill: 0 },
      { ...good, nugget: -1 },
      { ...good, nugget: Number.NaN },
      { ...good, ranges: [2] },
      { ...good, ranges: [2, 0] },
      { ...good, range: 3 },
    ]) {
      expect(() => checkVariogram(bad as never, 2)).toThrow(OptionError);
    }
  });
});
