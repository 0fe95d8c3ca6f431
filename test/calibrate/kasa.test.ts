/** The printed KASA, plain annealing and KASA with variance, each by what it is about. */
import { describe, expect, it } from "vitest";
import { Chain } from "../../src/calibrate/annealing.ts";
import { type MinimizeMethod, minimize, type SearchProgress } from "../../src/calibrate/minimize.ts";
import { RandomStream } from "../../src/calibrate/search-random.ts";
import { branin, rastrigin } from "./search-functions.ts";

const BRANIN_BOUNDS = [
  [-5, 10],
  [0, 15],
] as const;
/** 1 % above the minimum. */
const BRANIN_GOAL = 1.01 * 0.397887;

async function countEvaluations(method: MinimizeMethod, seeds: number, maxEvaluations: number) {
  const counts: number[] = [];
  for (let k = 0; k < seeds; k++) {
    // The box moves with the seed, so that no luck with one place decides.
    const shift = new RandomStream(1193, k);
    const [a, b] = [shift.uniform() - 0.5, shift.uniform() - 0.5];
    const { status, evaluations } = await minimize(
      (points) => points.map(([x, y]) => branin([x! + a, y! + b])),
      BRANIN_BOUNDS,
      { method, seed: 1201 + k, target: BRANIN_GOAL, maxEvaluations },
    );
    counts.push(status === "target" ? evaluations : Number.POSITIVE_INFINITY);
  }
  return counts.sort((x, y) => x - y);
}

describe("KASA with variance", () => {
  it("comes to 1 % of Branin's minimum in at most 25 evaluations, by the median", async () => {
    const counts = await countEvaluations("kasa-variance", 9, 60);
    expect(counts[4]).toBeLessThanOrEqual(25);
    expect(counts[8]).toBeLessThanOrEqual(60);
  });

  it("sees through many local minima that add up axis by axis", async () => {
    const counts: number[] = [];
    for (const [seed, at] of [
      [1213, [1.7, -2.2]],
      [1217, [-0.6, 3.1]],
      [1223, [2.9, 0.4]],
    ] as const) {
      const { status, evaluations } = await minimize(
        (points) => points.map((x) => rastrigin(x.map((u, axis) => u - at[axis]!))),
        [
          [-5.12, 5.12],
          [-5.12, 5.12],
        ],
        { seed, target: 0.1, maxEvaluations: 145 },
      );
      if (status === "target") counts.push(evaluations);
    }
    expect(counts.length).toBe(3);
  });

  it("follows the few points that will do to the best of them", async () => {
    const corner = ([a, b]: number[]) => (a! > 0.9 && b! < 0.2 ? a! + b! : Number.POSITIVE_INFINITY);
    const { value } = await minimize(
      (points) => points.map(corner),
      [
        [0, 1],
        [0, 1],
      ],
      { seed: 1283, maxEvaluations: 80 },
    );
    // The least is 0.9; one point of fifty will do at all.
    expect(value).toBeLessThan(0.92);
  });

  it("takes many decisions by kriging for each of the model's", async () => {
    const { judged, evaluations } = await minimize((points) => points.map(branin), BRANIN_BOUNDS, {
      seed: 1229,
      maxEvaluations: 20,
    });
    expect(judged).toBeGreaterThan(500 * (evaluations - 5));
  });

  it("fills its batches with points apart from each other", async () => {
    const batches: number[][][] = [];
    const { value } = await minimize(
      (points) => {
        batches.push(points);
        return points.map(branin);
      },
      BRANIN_BOUNDS,
      { seed: 1231, maxEvaluations: 48, batchSize: 6 },
    );
    expect(batches.map((batch) => batch.length)).toEqual(Array(8).fill(6));
    for (const batch of batches) {
      const gaps = batch.flatMap((x, i) =>
        batch.slice(0, i).map((y) => Math.hypot(x[0]! - y[0]!, x[1]! - y[1]!)),
      );
      expect(Math.min(...gaps)).toBeGreaterThan(1e-6);
    }
    expect(value).toBeLessThan(0.45);
  });
});

describe("the printed KASA", () => {
  it.each([2, 3, 5])("lets the model decide one step of %i", async (period) => {
    const told: SearchProgress[] = [];
    const { judged, rounds } = await minimize((points) => points.map(branin), BRANIN_BOUNDS, {
      method: "kasa",
      period,
      seed: 1237,
      maxEvaluations: 40,
      onProgress: (progress) => told.push(progress),
    });
    // The first round is the design.
    expect(judged).toBe((period - 1) * (rounds - 1));
    expect(told.filter(({ phase }) => phase === "design")).toHaveLength(1);
  });

  it("needs fewer evaluations than plain annealing, and more than with variance", async () => {
    const [printed, plain] = [
      await countEvaluations("kasa", 5, 400),
      await countEvaluations("annealing", 5, 1200),
    ];
    expect(printed[2]).toBeLessThan(plain[2]!);
    expect(plain[2]).toBeLessThan(1200);
    expect(printed[2]).toBeGreaterThan(25);
  });
});

describe("a chain of annealing", () => {
  it("accepts what is worse with probability exp(−Δ/T)", () => {
    const chain = new Chain(new RandomStream(1249), Float64Array.of(0.5), 0);
    const [difference, temperature] = [0.7, 0.5];
    let accepted = 0;
    const trials = 20000;
    for (let k = 0; k < trials; k++) {
      chain.value = 1;
      if (chain.decide(Float64Array.of(0.1), 1 + difference, temperature)) accepted++;
    }
    const expected = Math.exp(-difference / temperature);
    const deviation = Math.sqrt((expected * (1 - expected)) / trials);
    expect(Math.abs(accepted / trials - expected)).toBeLessThan(4 * deviation);
  });

  it("accepts what is better or equal, always, and nothing that will not do", () => {
    const chain = new Chain(new RandomStream(1259), Float64Array.of(0.5), 3);
    for (let k = 0; k < 100; k++) {
      expect(chain.decide(Float64Array.of(0.2), 3, 1e-9)).toBe(true);
      expect(chain.decide(Float64Array.of(0.9), Number.POSITIVE_INFINITY, 1e9)).toBe(false);
    }
    expect(chain.x).toEqual(Float64Array.of(0.2));
  });

  it("steps within the box, as far as it is told to", () => {
    const chain = new Chain(new RandomStream(1277), Float64Array.of(0.02, 0.98, 0.5), 3);
    let sum = 0;
    for (let k = 0; k < 4000; k++) {
      const x = chain.move(0.1);
      for (const each of x) expect(each >= 0 && each <= 1).toBe(true);
      sum += (x[2]! - 0.5) ** 2;
    }
    // One axis of three moves always, each other with a chance of one half: two thirds of the moves.
    expect(Math.sqrt(sum / 4000)).toBeCloseTo(0.1 * Math.sqrt(2 / 3), 2);
  });
});
