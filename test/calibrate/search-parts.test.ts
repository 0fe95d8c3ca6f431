/** Improvement, random points, objective calls and states of a search. */
import { describe, expect, it } from "vitest";
import { distribution, improvementSlopes, logImprovement } from "../../src/calibrate/search-improvement.ts";
import { evaluateObjective } from "../../src/calibrate/search-objective.ts";
import { drawDesign, RandomStream } from "../../src/calibrate/search-random.ts";
import { OptionError } from "../../src/errors.ts";

describe("expected improvement", () => {
  it("has the normal distribution's published values", () => {
    // NIST Handbook 1.3.6.7.1 and, beyond its table, Abramowitz and Stegun 26.2.
    expect(distribution(0)).toBe(0.5);
    expect(distribution(1.959963984540054)).toBeCloseTo(0.975, 14);
    expect(distribution(-1.2815515655446004)).toBeCloseTo(0.1, 14);
    expect(distribution(-6) / 9.865876450376946e-10).toBeCloseTo(1, 10);
    expect(distribution(-10) / 7.619853024160527e-24).toBeCloseTo(1, 10);
    expect(distribution(3.6) - distribution(3.5)).toBeCloseTo(distribution(-3.5) - distribution(-3.6), 14);
  });

  it("is the integral of what lies below the threshold", () => {
    for (const u of [-5.5, -2, 0, 1.3, 4]) {
      // E[(u − z)⁺], z standard normal, by the midpoint rule.
      const step = 1e-4;
      let sum = 0;
      for (let z = -12 + step / 2; z < u; z += step) sum += (u - z) * Math.exp(-0.5 * z * z) * step;
      expect(logImprovement(u)).toBeCloseTo(Math.log(sum / Math.sqrt(2 * Math.PI)), 6);
    }
  });

  it("is smooth where its series begins, and goes on where it underflows", () => {
    expect(logImprovement(-6 + 1e-9)).toBeCloseTo(logImprovement(-6 - 1e-9), 4);
    expect(logImprovement(-200)).toBeCloseTo(
      -20000 - Math.log(Math.sqrt(2 * Math.PI)) - 2 * Math.log(200),
      3,
    );
    for (const u of [-300, -20, -7, -5, -1, 0.5, 3]) {
      const h = 1e-5 * Math.max(1, Math.abs(u));
      const slope = (logImprovement(u + h) - logImprovement(u - h)) / (2 * h);
      const { byEstimate, byDeviation } = improvementSlopes(u);
      expect(byEstimate / slope).toBeCloseTo(1, 3);
      // φ + uΦ over itself.
      expect((byDeviation + u * byEstimate) / 1).toBeCloseTo(1, u < -100 ? 0 : 2);
    }
  });
});

describe("first points", () => {
  it("hold every cell of every axis once, and follow the seed", () => {
    const design = drawDesign(new RandomStream(1087), 11, 4);
    for (let axis = 0; axis < 4; axis++) {
      const cells = design.map((x) => Math.floor(11 * x[axis]!)).sort((a, b) => a - b);
      expect(cells).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
    expect(drawDesign(new RandomStream(1087), 11, 4)).toEqual(design);
    expect(drawDesign(new RandomStream(1091), 11, 4)).not.toEqual(design);
    expect(drawDesign(new RandomStream(1087, 5), 11, 4)).not.toEqual(design);
  });

  it("keep their distance from points that are there", () => {
    const nearest = (design: Float64Array[], to: Float64Array) =>
      Math.min(...design.map((x) => Math.hypot(...x.map((u, j) => u - to[j]!))));
    const taken = Float64Array.of(0.5, 0.5);
    let [kept, free] = [0, 0];
    for (let seed = 2; seed < 12; seed++) {
      kept += nearest(drawDesign(new RandomStream(seed), 4, 2, [taken]), taken);
      free += nearest(drawDesign(new RandomStream(seed), 4, 2), taken);
    }
    expect(kept).toBeGreaterThan(free);
  });
});

describe("calls of an objective", () => {
  const points = [
    [1, 2],
    [3, 4],
  ];
  const call = (objective: (points: number[][]) => unknown) =>
    evaluateObjective(objective as never, points, undefined);

  it("take lists and typed arrays, at once or promised", async () => {
    expect(await call((all) => all.map(([a, b]) => a! * b!))).toEqual([2, 12]);
    expect(await call(async () => Float32Array.of(0.5, Number.POSITIVE_INFINITY))).toEqual([
      0.5,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it.each([
    ["too few", () => [1], /asked for 2 values and returned 1/],
    ["a number", () => 7, /returned number/],
    ["nothing", () => undefined, /returned undefined/],
    ["NaN", () => [1, Number.NaN], /is NaN at \[3, 4\]/],
    ["−Infinity", () => [Number.NEGATIVE_INFINITY, 1], /is -Infinity at \[1, 2\]/],
    ["words", () => [1, "2"], /is string at \[3, 4\]/],
  ])("refuse %s", async (_, objective, message) => {
    const error = await call(objective).catch((each) => each);
    expect(error).toBeInstanceOf(OptionError);
    expect(error.message).toMatch(message);
  });

  it("give the objective points of its own, and pass its error on", async () => {
    const kept = structuredClone(points);
    await call((all) => all.map((point) => point.splice(0).length));
    expect(points).toEqual(kept);
    const fault = new Error("the model failed");
    await expect(call(() => Promise.reject(fault))).rejects.toBe(fault);
    await expect(
      call(() => {
        throw fault;
      }),
    ).rejects.toBe(fault);
  });
});
