/** The searches' benchmark at a small size, and how it counts. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { listFunctions, TARGETS, UNMOVED } from "../../examples/benchmark/kasa-functions.ts";
import { judgeSearches, quantileOf, successOf } from "../../examples/benchmark/kasa-searches.ts";
import { runChild } from "../support/child.ts";

const folder = mkdtempSync(join(process.env.TMPDIR ?? "/tmp", "porenet-kasa-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const measured = (evaluations: (number | null)[], name = "Branin") => ({
  function: name,
  method: "kasa-variance" as const,
  maxEvaluations: 100,
  evaluations,
  seconds: 1,
});

describe("test functions", () => {
  /** As published, before a function is moved. */
  const MINIMA: Readonly<Record<string, readonly [x: number[], value: number]>> = {
    Branin: [[Math.PI, 2.275], 0.397887],
    "Hartmann-6": [[0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573], -3.32237],
    "Rastrigin-2": [[0, 0], 0],
    "Ackley-2": [[0, 0], 0],
    "Goldstein-Price": [[0, -1], 3],
    "six-hump camel": [[0.0898, -0.7126], -1.0316],
    "Rosenbrock-4": [[1, 1, 1, 1], 0],
    "Levy-4": [[1, 1, 1, 1], 0],
    "Hartmann-3": [[0.114614, 0.555649, 0.852547], -3.86278],
    "Shekel-10": [[4, 4, 4, 4], -10.5364],
    "Michalewicz-2": [[2.2, 1.57], -1.8013],
    "Styblinski-Tang-3": [[-2.903534, -2.903534, -2.903534], -117.4985],
  };

  it.each(Object.entries(MINIMA))("have the published minimum: %s", (name, [at, minimum]) => {
    const { value, bounds, goal, reach } = UNMOVED.find((each) => each.name === name)!;
    expect(Math.abs(value(at) - minimum)).toBeLessThan(2e-4 * Math.max(1, Math.abs(minimum)));
    expect(goal).toBeGreaterThan(value(at));
    // Wherever a seed moves it, it stays in the box.
    at.forEach((u, axis) => {
      expect(u - reach).toBeGreaterThanOrEqual(bounds[axis]![0]);
      expect(u + reach).toBeLessThanOrEqual(bounds[axis]![1]);
    });
  });

  it("are moved by the seed, their values with them", () => {
    const [first, second] = [211, 227].map((seed) => listFunctions(seed));
    UNMOVED.forEach(({ reach, bounds }, k) => {
      if (reach === 0) return;
      const at = bounds.map(([low, high]) => 0.37 * low + 0.63 * high);
      expect(first![k]!.value(at)).not.toBe(second![k]!.value(at));
      expect(listFunctions(211)[k]!.value(at)).toBe(first![k]!.value(at));
    });
    expect(Object.keys(TARGETS).every((name) => UNMOVED.some((each) => each.name === name))).toBe(true);
  });
});

describe("the benchmark of searches", () => {
  it("counts a search that failed as one that never ends", () => {
    const search = measured([10, null, 30, 20]);
    expect(quantileOf(search, 0.5)).toBe(25);
    expect(quantileOf(search, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(quantileOf(measured([null, null, 3]), 0.5)).toBe(Number.POSITIVE_INFINITY);
    expect(successOf(search)).toBe(0.75);
  });

  it("judges by median and success, of one evaluation a round", () => {
    const judge = (evaluations: (number | null)[], name?: string) =>
      judgeSearches([measured(evaluations, name)], 1).map(({ passed }) => passed);
    expect(judge([20, 25, 90])).toEqual([true]);
    expect(judge([20, 26, 27])).toEqual([false]);
    expect(judge([20, 20, 20, 20, null], "Hartmann-6")).toEqual([false]);
    expect(judge([20, 20, 20], "sphere-6")).toEqual([]);
    expect(judgeSearches([measured([99])], 8)).toEqual([]);
  });

  it("runs, and writes what it measured", async () => {
    const file = join(folder, "kasa.json");
    const args = [
      "--seeds",
      "2",
      "--functions",
      "Branin,staircase",
      "--methods",
      "kasa-variance,annealing",
      "--pores",
      "none",
    ];
    const { code, stdout } = await runChild("examples/benchmark/kasa.ts", {
      args: [...args, "--json", file],
      limit: 60,
    });
    const report = JSON.parse(readFileSync(file, "utf8"));
    expect(report.searches).toHaveLength(4);
    expect(report.searches[0].evaluations).toHaveLength(2);
    expect(stdout).toContain("| Branin ");
    expect(code).toBe(report.targets.every(({ passed }: { passed: boolean }) => passed) ? 0 : 1);
  });
});
