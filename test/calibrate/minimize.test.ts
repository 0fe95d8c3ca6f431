/** What holds of every method of a search: its contract, its ends, its resumption, its faults. */
import { describe, expect, it } from "vitest";
import {
  MINIMIZE_METHODS,
  type MinimizeMethod,
  minimize,
  type SearchProgress,
  type SearchState,
} from "../../src/calibrate/minimize.ts";
import { FormatError, OptionError } from "../../src/errors.ts";
import { branin } from "./search-functions.ts";

const BOUNDS = [
  [-5, 10],
  [0, 15],
] as const;
const objective = (points: number[][]) => points.map(branin);
const throughJson = (state: SearchState) => JSON.parse(JSON.stringify(state)) as SearchState;

describe.each(MINIMIZE_METHODS)("a search by %s", (method: MinimizeMethod) => {
  it("keeps to the bounds and the evaluations, and returns the least value", async () => {
    const seen: number[][] = [];
    const sizes: number[] = [];
    const result = await minimize(
      (points) => {
        seen.push(...points);
        sizes.push(points.length);
        return points.map(branin);
      },
      BOUNDS,
      { method, seed: 1093, maxEvaluations: 34, batchSize: 4 },
    );
    expect(seen).toHaveLength(34);
    expect(Math.max(...sizes)).toBe(4);
    for (const [a, b] of seen) {
      expect(a! >= -5 && a! <= 10 && b! >= 0 && b! <= 15).toBe(true);
    }
    expect(result.status).toBe("max-evaluations");
    expect(result.evaluations).toBe(34);
    expect(result.history).toEqual(seen.map((x) => ({ x, value: branin(x) })));
    expect(result.value).toBe(Math.min(...result.history.map(({ value }) => value)));
    expect(branin([...result.x])).toBe(result.value);
    // No point is asked for twice.
    expect(new Set(seen.map(String)).size).toBe(34);
  });

  it("follows the seed", async () => {
    const run = (seed: number) => minimize(objective, BOUNDS, { method, seed, maxEvaluations: 14 });
    expect(await run(1097)).toEqual(await run(1097));
    expect((await run(1103)).history).not.toEqual((await run(1097)).history);
  });

  it("ends at the target, with the evaluation that met it", async () => {
    const result = await minimize(objective, BOUNDS, {
      method,
      seed: 1109,
      target: 2,
      maxEvaluations: 2000,
    });
    expect(result.status).toBe("target");
    expect(result.value).toBeLessThanOrEqual(2);
    expect(result.history.at(-1)!.value).toBe(result.value);
    expect(result.history.slice(0, -1).every(({ value }) => value > 2)).toBe(true);
  });

  it.each([1, 3])("goes on from any round's state to the same end, %i a round", async (batchSize) => {
    const states: SearchState[] = [];
    const options = { method, seed: 1117, maxEvaluations: 31, batchSize };
    const whole = await minimize(objective, BOUNDS, {
      ...options,
      onState: async (state) => void states.push(state),
    });
    for (const k of [0, Math.floor(states.length / 2), states.length - 1]) {
      const before = states[k]!.values.length;
      let calls = 0;
      const resumed = await minimize(
        (points) => {
          calls += points.length;
          return points.map(branin);
        },
        BOUNDS,
        { ...options, state: throughJson(states[k]!) },
      );
      expect(resumed).toEqual(whole);
      expect(calls).toBe(31 - before);
    }
  });

  it("tells its progress", async () => {
    const told: SearchProgress[] = [];
    const result = await minimize(objective, BOUNDS, {
      method,
      seed: 1123,
      maxEvaluations: 20,
      onProgress: (progress) => told.push(progress),
    });
    expect(told).toHaveLength(result.rounds);
    expect(told.at(-1)).toMatchObject({ value: result.value, evaluations: 20, judged: result.judged });
    const walked = told.filter(({ phase }) => phase !== "design");
    expect(walked.length).toBeGreaterThan(10);
    for (const { temperature } of told) expect(temperature).toBeGreaterThan(0);
    const accepted = walked.slice(1).map(({ acceptance }) => acceptance!);
    for (const share of accepted) expect(share >= 0 && share <= 1).toBe(true);
    // It cools.
    expect(told.at(-1)!.temperature).toBeLessThan(walked[0]!.temperature);
  });

  it("bears points that will not do, plateaus and huge values", async () => {
    const hard: ((x: number[]) => number)[] = [
      ([a, b]) => (a! + b! < 8 ? Number.POSITIVE_INFINITY : branin([a!, b!])),
      () => 3,
      () => Number.POSITIVE_INFINITY,
      ([a]) => (a! > 0 ? 1e300 * a! : -1e300 * (a! + 6)),
      ([a]) => Math.floor(a!),
      ([a, b]) => (a! > 2 ? 1e12 : 1e-12 * b!),
    ];
    for (const f of hard) {
      const { history, value } = await minimize((points) => points.map(f), BOUNDS, {
        method,
        seed: 1129,
        maxEvaluations: 26,
      });
      expect(history).toHaveLength(26);
      expect(value).toBe(Math.min(...history.map((each) => each.value)));
    }
  });

  it("works in one variable, and in many", async () => {
    const bowl = (points: number[][]) => points.map((x) => x.reduce((sum, u) => sum + (u - 0.3) ** 2, 0));
    const one = await minimize(bowl, [[-1, 2]], { method, seed: 1151, maxEvaluations: 30 });
    expect(one.value).toBeLessThan(0.05);
    const many = await minimize(bowl, Array(12).fill([-1, 1]), { method, seed: 1153, maxEvaluations: 24 });
    expect(many.value).toBeLessThan(many.history[0]!.value);
  });

  it("stops when it is told to, and what it had found is kept", async () => {
    const states: SearchState[] = [];
    const reason = new Error("enough");
    const run = async (whenAborted: "throw" | "return") => {
      const controller = new AbortController();
      return minimize(objective, BOUNDS, {
        method,
        seed: 1163,
        whenAborted,
        signal: controller.signal,
        onState: (state) => void states.push(state),
        onProgress: ({ evaluations }) => {
          if (evaluations >= 12) controller.abort(reason);
        },
      });
    };
    await expect(run("throw")).rejects.toBe(reason);
    const kept = states.at(-1)!.values.map(Number);
    const result = await run("return");
    expect(result.status).toBe("aborted");
    expect(result.history.map(({ value }) => value)).toEqual(kept);
    expect(result.value).toBe(Math.min(...kept));
  });

  it("does not wait for an objective that never answers", async () => {
    const controller = new AbortController();
    const search = minimize(() => new Promise<number[]>(() => {}), BOUNDS, {
      method,
      seed: 1171,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 20);
    await expect(search).rejects.toMatchObject({ name: "AbortError" });
  });

  it("loses nothing when the objective returns what it must not", async () => {
    let last: SearchState | undefined;
    let calls = 0;
    const failing = (points: number[][]) => points.map((x) => (++calls === 17 ? Number.NaN : branin(x)));
    const options = { method, seed: 1181, maxEvaluations: 25 };
    const search = minimize(failing, BOUNDS, { ...options, onState: (state) => void (last = state) });
    await expect(search).rejects.toThrow(OptionError);
    const mended = await minimize(objective, BOUNDS, { ...options, state: throughJson(last!) });
    expect(last!.values).toHaveLength(16);
    expect(mended).toEqual(await minimize(objective, BOUNDS, options));
  });
});

describe("a search refuses", () => {
  const refusal = async (options: object, bounds: unknown = BOUNDS) =>
    minimize(objective, bounds as typeof BOUNDS, options).then(
      () => undefined,
      (error: unknown) => error,
    );

  it.each([
    ["reversed bounds", [[1, 0]], /bounds\[0\] is \[1,0\].*Swap/],
    [
      "equal bounds",
      [
        [0, 1],
        [2, 2],
      ],
      /bounds\[1\] is \[2,2\]/,
    ],
    ["no bounds", [], /no bounds/],
    ["unbounded variables", [[0, Number.POSITIVE_INFINITY]], /bounds\[0\]/],
    ["bounds that are no pairs", [[0, 1, 2]], /bounds\[0\]/],
    ["bounds that are no numbers", [[0, Number.NaN]], /bounds\[0\]/],
  ])("%s", async (_, bounds, message) => {
    const error = await refusal({}, bounds);
    expect(error).toBeInstanceOf(OptionError);
    expect((error as OptionError).message).toMatch(message);
    expect((error as OptionError).option).toBe("bounds");
  });

  it.each([
    ["an unknown key", { maxEvals: 10 }, "maxEvals"],
    ["an unknown method", { method: "genetic" }, "method"],
    ["a target that is none", { target: Number.NaN }, "target"],
    ["no evaluations", { maxEvaluations: 0 }, "maxEvaluations"],
    ["half a batch", { batchSize: 1.5 }, "batchSize"],
    ["a period without kriging", { method: "kasa", period: 1 }, "period"],
    ["a negative seed", { seed: -1 }, "seed"],
  ])("%s", async (_, options, option) => {
    const error = await refusal(options);
    expect(error).toBeInstanceOf(OptionError);
    expect((error as OptionError).option).toBe(option);
  });

  async function makeState(): Promise<SearchState> {
    let state: SearchState | undefined;
    const f = (points: number[][]) => points.map(([a]) => (a! > 8 ? Number.POSITIVE_INFINITY : a!));
    await minimize(f, BOUNDS, { seed: 1187, maxEvaluations: 12, onState: (each) => void (state = each) });
    return throughJson(state!);
  }

  it("a damaged state", async () => {
    const state = await makeState();
    const damaged: unknown[] = [
      "text",
      [],
      {},
      { ...state, format: "other" },
      { ...state, version: 9 },
      { ...state, method: "genetic" },
      { ...state, bounds: undefined },
      { ...state, rounds: [1, -1] },
      { ...state, points: state.points.slice(1) },
      { ...state, points: [...state.points.slice(1), "x"] },
      { ...state, values: state.values.slice(1) },
      { ...state, values: state.values.map((value, i) => (i === 4 ? 0.123 : value)) },
      { ...state, points: state.points.map((value, i) => (i === 4 ? value + 1e-12 : value)) },
      { ...state, checksum: "0" },
      { ...state, checksum: undefined },
    ];
    for (const each of damaged) {
      expect(await refusal({ seed: 1187, state: each })).toBeInstanceOf(FormatError);
    }
  });

  it("a state of another search", async () => {
    const state = await makeState();
    for (const other of [{ seed: 5 }, { batchSize: 2 }, { method: "annealing" }]) {
      const error = await refusal({ seed: 1187, ...other, state });
      expect(error).toBeInstanceOf(OptionError);
      expect((error as OptionError).option).toBe("state");
    }
    const elsewhere = await refusal({ seed: 1187, state }, [
      [-5, 10],
      [0, 16],
    ]);
    expect(elsewhere).toBeInstanceOf(OptionError);
  });
});
