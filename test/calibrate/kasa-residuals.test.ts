/** Sums of squares whose terms are kriged one by one. */
import { describe, expect, it } from "vitest";
import {
  type Bounds,
  type MinimizeOptions,
  minimize,
  type SearchState,
} from "../../src/calibrate/minimize.ts";
import { differentiateWithin, logProbabilityWithin } from "../../src/calibrate/search-within.ts";
import { FormatError, OptionError } from "../../src/errors.ts";

/** H. H. Rosenbrock's valley, 0 at (1, 1). */
const valley = (points: number[][]) => points.map(([x, y]) => [1 - x!, 10 * (y! - x! ** 2)]);
const VALLEY_BOUNDS = [
  [-2, 2],
  [-1, 3],
] satisfies Bounds;

/** A flow rate of a radius and a distance, in logarithms, that is 0 below a threshold, and a number of neighbours. */
const flow = (points: number[][]) =>
  points.map(([r, d]) => [
    d! > 0.3 ? 4 * (r! - 0.6) + Math.log(d! - 0.3) + 1 : Number.NEGATIVE_INFINITY,
    d! ** 2 - 0.5,
  ]);
const FLOW_BOUNDS = [
  [0, 1],
  [0, 1],
] satisfies Bounds;

const search = (objective: typeof valley, bounds: Bounds, options: MinimizeOptions) =>
  minimize(objective, bounds, { sumOfSquares: true, target: 1e-6, maxEvaluations: 60, ...options });

/** ∫ of the normal density by Simpson's rule. */
function integrate(bound: number, mean: number, deviation: number): number {
  const count = 4000;
  const step = (2 * bound) / count;
  let sum = 0;
  for (let k = 0; k <= count; k++) {
    const z = (-bound + k * step - mean) / deviation;
    sum += (k === 0 || k === count ? 1 : k % 2 === 1 ? 4 : 2) * Math.exp(-0.5 * z * z);
  }
  return (sum * step) / 3 / (deviation * Math.sqrt(2 * Math.PI));
}

describe("the probability that a residual is small", () => {
  it.each([
    [1, 0, 1],
    [0.1, 0.3, 0.2],
    [0.5, -2, 0.4],
    [0.1, 8, 1],
    [2, 1, 0.05],
  ])("within %f of 0, estimated %f ± %f, is the integral of the density", (bound, mean, deviation) => {
    expect(logProbabilityWithin(bound, mean, deviation)).toBeCloseTo(
      Math.log(integrate(bound, mean, deviation)),
      9,
    );
  });

  it.each([
    [1, 0.4, 0.7],
    [0.1, -0.3, 0.2],
    [0.05, 9, 1],
    [0.1, -70, 1.5],
  ])("within %f of 0 changes with %f ± %f as differences say", (bound, mean, deviation) => {
    const { byMean, byDeviation } = differentiateWithin(bound, mean, deviation);
    const difference = (of: (h: number) => number) => (of(1e-5) - of(-1e-5)) / 2e-5;
    const alongMean = difference((h) => logProbabilityWithin(bound, mean + h, deviation));
    const alongDeviation = difference((h) => logProbabilityWithin(bound, mean, deviation + h));
    expect(byMean / alongMean).toBeCloseTo(1, 6);
    expect(byDeviation / alongDeviation).toBeCloseTo(1, 6);
  });

  it("goes on falling where it is too small for a number", () => {
    const [near, far] = [50, 60].map((mean) => logProbabilityWithin(0.1, mean, 1));
    expect(near).toBeCloseTo(-0.5 * 49.9 ** 2 - Math.log(Math.sqrt(2 * Math.PI) * 49.9), 6);
    expect(far).toBeLessThan(near!);
    expect([logProbabilityWithin(1, 0.5, 0), logProbabilityWithin(1, 1.5, 0)]).toEqual([0, -700]);
  });
});

describe("a search for small residuals", () => {
  it("follows a curved valley to its end in a few evaluations", async () => {
    const counts: number[] = [];
    for (const seed of [3, 5, 7, 11, 13, 17, 19]) {
      const { status, evaluations, x, value } = await search(valley, VALLEY_BOUNDS, { seed });
      expect([seed, status]).toEqual([seed, "target"]);
      expect(value).toBeCloseTo((1 - x[0]!) ** 2 + 100 * (x[1]! - x[0]! ** 2) ** 2, 12);
      counts.push(evaluations);
    }
    // d + 3 of them are the first design.
    expect(counts.sort((a, b) => a - b)[3]).toBeLessThanOrEqual(20);
  });

  it("finds the way round where the model does not answer", async () => {
    for (const seed of [23, 29, 31]) {
      const { status, history } = await search(flow, FLOW_BOUNDS, { seed });
      expect([seed, status]).toEqual([seed, "target"]);
      for (const { value, residuals, x } of history) {
        expect(value === Number.POSITIVE_INFINITY).toBe(x[1]! <= 0.3);
        expect(residuals).toHaveLength(2);
      }
    }
  });

  it("asks for whole batches", async () => {
    const asked: number[] = [];
    const objective = (points: number[][]) => {
      asked.push(points.length);
      return valley(points);
    };
    const { status } = await search(objective, VALLEY_BOUNDS, { seed: 37, batchSize: 4 });
    expect(status).toBe("target");
    expect(new Set(asked)).toEqual(new Set([4]));
  });

  it("comes to the same points again, and goes on from any state to them", async () => {
    const states: SearchState[] = [];
    const onState = (state: SearchState) => void states.push(JSON.parse(JSON.stringify(state)));
    const whole = await search(flow, FLOW_BOUNDS, { seed: 41, onState });
    expect(await search(flow, FLOW_BOUNDS, { seed: 41 })).toEqual(whole);
    for (const state of [states[0]!, states[3]!, states.at(-1)!]) {
      const resumed = await search(flow, FLOW_BOUNDS, { seed: 41, state });
      expect(resumed.history.map(({ x, value }) => [x, value])).toEqual(
        whole.history.map(({ x, value }) => [x, value]),
      );
    }
    const damaged = { ...states[2]!, residuals: states[2]!.residuals!.with(1, 0.5) };
    await expect(search(flow, FLOW_BOUNDS, { seed: 41, state: damaged })).rejects.toThrow(FormatError);
    const short = { ...states[2]!, residuals: states[2]!.residuals!.slice(1) };
    await expect(search(flow, FLOW_BOUNDS, { seed: 41, state: short })).rejects.toThrow(FormatError);
    const other = minimize((points) => points.map(() => 1), FLOW_BOUNDS, { seed: 41, state: states[2]! });
    await expect(other).rejects.toThrow(OptionError);
  });

  it.each(["kasa", "annealing"] as const)("is one for their sum where %s is asked for", async (method) => {
    const options = { method, seed: 43, maxEvaluations: 40 } as const;
    const bySum = await minimize(
      (points) => valley(points).map(([a, b]) => a! ** 2 + b! ** 2),
      VALLEY_BOUNDS,
      options,
    );
    const byTerms = await minimize(valley, VALLEY_BOUNDS, { ...options, sumOfSquares: true });
    expect(byTerms.history.map(({ value }) => value)).toEqual(bySum.history.map(({ value }) => value));
  });

  it.each<[string, (points: number[][]) => unknown]>([
    ["numbers for lists", (points) => points.map(() => 1)],
    ["an empty list", (points) => points.map(() => [])],
    ["NaN", (points) => points.map(() => [1, Number.NaN])],
    ["lists of different lengths", (points) => points.map((_, i) => (i === 0 ? [1] : [1, 2]))],
    ["a list too few", (points) => points.slice(1).map(() => [1])],
  ])("refuses %s", async (_, objective) => {
    await expect(
      search(objective as typeof valley, VALLEY_BOUNDS, { seed: 47, batchSize: 2 }),
    ).rejects.toThrow(OptionError);
  });
});
