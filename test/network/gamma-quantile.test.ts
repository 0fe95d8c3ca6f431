import { describe, expect, it } from "vitest";
import { gammaQuantile, incompleteGamma, logGamma } from "../../src/network/gamma-quantile.ts";

describe("the gamma function's logarithm", () => {
  it("has its known values", () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13);
    expect(logGamma(1)).toBeCloseTo(0, 13);
    expect(logGamma(6)).toBeCloseTo(Math.log(120), 13);
    let factorial = 0;
    for (let k = 2; k < 100; k++) factorial += Math.log(k);
    expect(logGamma(100) / factorial).toBeCloseTo(1, 14);
  });
});

describe("gamma quantiles", () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4, critical values of chi-square, three decimals.
  it.each([
    [1, 0.95, 3.841],
    [5, 0.95, 11.07],
    [10, 0.99, 23.209],
    [100, 0.999, 149.449],
    [2, 0.1, 0.211],
    [30, 0.01, 14.953],
    [7, 0.001, 0.598],
  ])("of chi-square with %i degrees of freedom at %f", (freedom, u, critical) => {
    expect(Math.abs(2 * gammaQuantile(freedom / 2, u) - critical)).toBeLessThan(5.1e-4);
  });

  it("are those of the exponential distribution where the shape is 1", () => {
    for (const u of [1e-9, 0.02, 0.5, 0.9, 1 - 1e-9]) {
      expect(gammaQuantile(1, u) / -Math.log1p(-u)).toBeCloseTo(1, 12);
    }
  });

  it("are those of a sum of two exponential numbers where it is 2: 1 − (1 + x) exp(−x)", () => {
    for (const u of [1e-6, 0.3, 0.99]) {
      const x = gammaQuantile(2, u);
      expect((1 - (1 + x) * Math.exp(-x)) / u).toBeCloseTo(1, 8);
    }
  });

  it("invert the incomplete gamma function from broken to large shapes", () => {
    for (const shape of [0.05, 0.7, 3.3, 42, 1e4]) {
      for (const u of [1e-8, 0.2, 0.5, 0.97, 1 - 1e-8]) {
        const { lower, upper } = incompleteGamma(shape, gammaQuantile(shape, u));
        expect(lower / u).toBeCloseTo(1, 9);
        expect(lower + upper).toBeCloseTo(1, 14);
      }
    }
  });

  it("refuse what is no share", () => {
    expect(() => gammaQuantile(2, 1)).toThrow(/u is 1/);
    expect(() => gammaQuantile(-2, 0.5)).toThrow(/shape is -2/);
  });
});
