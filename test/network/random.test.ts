import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { drawValues, lowbias32, normal, uniform } from "../../src/network/index.ts";

/** By NumPy from the specification. */
const UNIFORM_7_3 = [0.24594423559028655, 0.2617924300720915, 0.39889208145905286, 0.687270820257254];
const UNIFORM_1000000_23 = [0.9539496648358181, 0.11859688244294375, 0.3149344011908397];
const NORMAL_19 = [1.1445631994427012, 0.23232156251391053, -0.3735689092588499];

describe("the counter-based hash", () => {
  it("gives the numbers of an independent NumPy implementation, to the last bit", () => {
    expect([0, 1, 2, 0xffffffff].map(lowbias32)).toEqual([0, 1753845952, 3507691905, 1734902346]);
    expect([0, 1, 2, 3].map((i) => uniform(7, 3, i))).toEqual(UNIFORM_7_3);
    expect([0, 1, 2].map((i) => uniform(1000000, 23, i))).toEqual(UNIFORM_1000000_23);
  });

  it("gives normal numbers by Box and Muller", () => {
    for (const [i, z] of NORMAL_19.entries()) expect(normal(19, 1, i)).toBeCloseTo(z, 14);
  });
});

describe("distributions", () => {
  const count = 40000;
  const moments = (values: Float64Array) => {
    const mean = values.reduce((sum, v) => sum + v, 0) / count;
    return { mean, variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / count };
  };

  // The standard error of a mean of 40000 is 0.5 % of a standard deviation.
  it.each([
    ["uniform", { kind: "uniform", min: 2, max: 5 }, 3.5, 0.75],
    ["gamma, whole shape", { kind: "gamma", shape: 4, scale: 0.5 }, 2, 1],
    ["gamma, broken shape", { kind: "gamma", shape: 2.5, scale: 2 }, 5, 10],
    ["gamma, shape below 1", { kind: "gamma", shape: 0.7, scale: 1 }, 0.7, 0.7],
    [
      "lognormal",
      { kind: "lognormal", median: 1, sigma: 0.5 },
      Math.exp(0.125),
      Math.exp(0.25) * Math.expm1(0.25),
    ],
    ["weibull", { kind: "weibull", shape: 2, scale: 1 }, Math.sqrt(Math.PI) / 2, 1 - Math.PI / 4],
  ] as const)("%s has its mean and variance", (_, distribution, mean, variance) => {
    const found = moments(drawValues("radius", distribution, count, 1234, 20));
    expect(Math.abs(found.mean - mean)).toBeLessThan(4 * Math.sqrt(variance / count));
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(0.05);
  });

  it("draws item i alike whatever else is drawn", () => {
    const d = { kind: "gamma", shape: 3.3, scale: 1 } as const;
    expect(drawValues("radius", d, 1000, 9, 20).slice(0, 10)).toEqual(drawValues("radius", d, 10, 9, 20));
  });

  it("names the option that is wrong", () => {
    const draw = (d: object) => () => drawValues("poreRadius", d as never, 3, 9, 20);
    expect(draw({ kind: "gamma", shape: 4, scale: 1, rate: 2 })).toThrow(/rate.*shape, scale/s);
    expect(draw({ kind: "gamma", shape: 4 })).toThrow(/poreRadius\.scale is undefined/);
    expect(draw({ kind: "beta" })).toThrow(OptionError);
    expect(draw({ kind: "uniform", min: 3, max: 2 })).toThrow(OptionError);
  });
});
