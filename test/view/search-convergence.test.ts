import { describe, expect, test } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { measureTarget, summarizeRuns } from "../../src/view/best-so-far.ts";
import {
  renderSearchConvergence,
  type SearchConvergenceOptions,
  type SearchMethod,
  svgToPng,
} from "../../src/view/index.ts";
import { SERIES_COLORS } from "../../src/view/theme.ts";
import { makeRandom } from "./random.ts";
import {
  calibrateAxis,
  describedBy,
  readBands,
  readElements,
  readLines,
  readPoints,
  readTexts,
} from "./svg-reading.ts";

/** The height of stairs at x: that of the last corner at or left of it. */
function heightAt(points: readonly [number, number][], x: number): number {
  return points.findLast(([at]) => at <= x)![1];
}

/** 21 runs that each halve their value at every evaluation from a start of their own, 1 to 21. */
const HALVING = Array.from({ length: 21 }, (_, k) => ({
  values: Array.from({ length: 8 }, (_, e) => ((k * 8) % 21) * 2 ** -e + 2 ** -e),
}));

describe("renderSearchConvergence", () => {
  test("draws the median as stairs and the quartiles as a band, where the axes say", () => {
    const svg = renderSearchConvergence([{ name: "halving", runs: HALVING }], { yScale: "log" });
    const x = calibrateAxis(svg, "x", "linear");
    const y = calibrateAxis(svg, "y", "log");
    const points = readPoints(readLines(svg)[0]!.d!);
    for (const [at, height] of points) {
      // Corners lie on whole evaluations, at the median of 1…21 before or after halving.
      const evaluation = Math.round(x.toValue(at));
      expect(x.toValue(at)).toBeCloseTo(evaluation, 1);
      const halvings = Math.log2(11 / y.toValue(height)) + 1;
      expect(Math.min(Math.abs(halvings - evaluation), Math.abs(halvings - evaluation + 1))).toBeLessThan(
        0.05,
      );
    }
    expect(points[0]!).toEqual([expect.any(Number), Math.min(...points.map(([, height]) => height))]);
    expect(x.toValue(points.at(-1)![0])).toBeCloseTo(8, 1);
    const band = readPoints(readBands(svg)[0]!.d!).map(([at, height]) => [x.toValue(at), y.toValue(height)]);
    const first = band.filter(([at]) => Math.abs(at! - 1) < 0.05).map(([, height]) => height!);
    expect(Math.min(...first) / 6).toBeCloseTo(1, 1);
    expect(Math.max(...first) / 16).toBeCloseTo(1, 1);
    expect(describedBy(svg)).toContain("halving: best value 0.0859 after 8, median of 21 runs");
  });

  test("the line is the best so far, whatever came after it", () => {
    const random = makeRandom(97);
    const values = Array.from({ length: 200 }, () => 10 * random());
    const svg = renderSearchConvergence([{ name: "random", runs: [{ values }] }]);
    const [x, y] = [calibrateAxis(svg, "x", "linear"), calibrateAxis(svg, "y", "linear")];
    const points = readPoints(readLines(svg)[0]!.d!).map(([a, b]) => [x.toValue(a), y.toValue(b)] as const);
    expect(readBands(svg)).toEqual([]);
    for (const k of [0, 3, 17, 60, 150, 199]) {
      const best = Math.min(...values.slice(0, k + 1));
      expect(heightAt(points as [number, number][], k + 1.2)).toBeCloseTo(best, 1);
    }
  });

  test("counts of evaluations are taken as given, failures count but do not hide the best", () => {
    const run = { evaluations: [8, 16, 24, 32], values: [5, Number.NaN, 2, 1 / 0] };
    const svg = renderSearchConvergence([{ name: "batches", runs: [run] }]);
    const [x, y] = [calibrateAxis(svg, "x", "linear"), calibrateAxis(svg, "y", "linear")];
    const corners = readPoints(readLines(svg)[0]!.d!).map(([a, b]) => [x.toValue(a), y.toValue(b)]);
    const wanted = [
      [8, 5],
      [24, 5],
      [24, 2],
      [32, 2],
    ];
    expect(corners).toHaveLength(4);
    for (const [k, [at, height]] of corners.entries()) {
      expect(at!).toBeCloseTo(wanted[k]![0]!, 0);
      expect(height!).toBeCloseTo(wanted[k]![1]!, 1);
    }
  });

  test("the target is a line across, and the legend tells who reached it and when", () => {
    const methods = [
      { name: "halving", runs: HALVING },
      { name: "late", runs: [{ values: [9, 9, 9, 9, 1] }] },
      { name: "never", runs: [{ values: [9] }, { values: [8] }] },
    ];
    const svg = renderSearchConvergence(methods, { yScale: "log", target: 1.5 });
    const y = calibrateAxis(svg, "y", "log");
    const across = readElements(svg, "line").filter((line) => {
      return line["stroke-dasharray"] === "4 3" && Number(line.x2) - Number(line.x1) > 100;
    });
    expect(across).toHaveLength(1);
    expect(y.toValue(Number(across[0]!.y1))).toBeCloseTo(1.5, 1);
    const texts = readTexts(svg).map(({ content }) => content);
    // The median run starts at 11: 11, 5.5, 2.75, 1.375.
    expect(texts).toContain("halving (4 to the target, 21 of 21 runs)");
    expect(texts).toContain("late (5 to the target)");
    expect(texts).toContain("never (target in none of 2 runs)");
    expect(texts).toContain("target 1.5");
    expect(readLines(svg).map(({ stroke }) => stroke)).toEqual(SERIES_COLORS.slice(0, 3));
  });

  test("where a logarithmic axis ends a line, the step before is held and a note tells it", () => {
    const svg = renderSearchConvergence([{ name: "exact", runs: [{ values: [4, 1, 0, 0] }] }], {
      yScale: "log",
    });
    const x = calibrateAxis(svg, "x", "linear");
    const points = readPoints(readLines(svg)[0]!.d!);
    expect(x.toValue(points.at(-1)![0])).toBeCloseTo(3, 1);
    expect(readTexts(svg).map(({ content }) => content)).toContain(
      "exact: median ≤ 0, not shown, from evaluation 3 on",
    );
    const linear = renderSearchConvergence([{ name: "exact", runs: [{ values: [4, 1, 0, 0] }] }]);
    expect(linear).not.toContain("not shown");
  });

  test("many methods, logarithmic evaluations, texts to escape, very small and large values", async () => {
    for (const factor of [1e-280, 1, 1e280]) {
      const methods = Array.from({ length: 9 }, (_, k) => ({
        name: `<m & "${k}">`,
        runs: HALVING.map(({ values }) => ({ values: values.map((value) => value * factor * (k + 1)) })),
      }));
      const options: SearchConvergenceOptions = {
        xScale: "log",
        yScale: factor === 1 ? "linear" : "log",
        title: "A < B & C",
        yLabel: "error <of> Q",
      };
      const svg = renderSearchConvergence(methods, options);
      expect(svg).not.toMatch(/NaN|Infinity|undefined|<m|<of>/);
      expect(readLines(svg)).toHaveLength(9);
      expect(new Set(readLines(svg).map((line) => `${line.stroke} ${line["stroke-dasharray"]}`)).size).toBe(
        9,
      );
      expect((await svgToPng(svg, { scale: 0.25 })).length).toBeGreaterThan(1000);
    }
  });

  test.each<[string, SearchMethod[], object, RegExp]>([
    ["no method", [], {}, /no method/],
    ["no run", [{ name: "a", runs: [] }], {}, /"a" has no run/],
    ["an empty run", [{ name: "a", runs: [{ values: [] }] }], {}, /"a", run 0: there is no value/],
    [
      "unequal lengths",
      [{ name: "a", runs: [{ evaluations: [1], values: [1, 2] }] }],
      {},
      /1 evaluations and 2/,
    ],
    ["falling counts", [{ name: "a", runs: [{ evaluations: [2, 1], values: [1, 2] }] }], {}, /\[1\] is 1/],
    [
      "0 on a log axis",
      [{ name: "a", runs: [{ evaluations: [0], values: [1] }] }],
      { xScale: "log" },
      /is 0/,
    ],
    ["nothing finite", [{ name: "a", runs: [{ values: [Number.NaN] }] }], {}, /No method/],
    ["nothing positive", [{ name: "a", runs: [{ values: [-1] }] }], { yScale: "log" }, /above 0/],
    [
      "a target of 0 on a log axis",
      [{ name: "a", runs: [{ values: [1] }] }],
      { yScale: "log", target: 0 },
      /target/,
    ],
    ["an unknown option", [{ name: "a", runs: [{ values: [1] }] }], { goal: 1 }, /no option "goal"/],
    ["too small a figure", [{ name: "a", runs: [{ values: [1] }] }], { width: 100 }, /px/],
  ])("refuses %s", (_, methods, options, message) => {
    expect(() => renderSearchConvergence(methods, options)).toThrow(OptionError);
    expect(() => renderSearchConvergence(methods, options)).toThrow(message);
  });
});

describe("quartiles of the best so far", () => {
  test("at every evaluation are those of the runs' running minima", () => {
    const random = makeRandom(61);
    const runs = Array.from({ length: 11 }, (_, k) => ({
      values: Array.from({ length: 5 + ((k * 7) % 23) }, () => random()),
    }));
    const best = summarizeRuns(runs);
    expect(best.last).toBe(Math.max(...runs.map(({ values }) => values.length)));
    for (let evaluation = 1; evaluation <= best.last; evaluation++) {
      // Eleven runs: the quartiles are the mean of the 3rd and 4th, the 6th, the mean of the 8th and 9th.
      const sorted = runs.map(({ values }) => Math.min(...values.slice(0, evaluation))).sort((a, b) => a - b);
      const at = best.evaluation.findLastIndex((each) => each <= evaluation);
      expect(best.lower[at]).toBeCloseTo((sorted[2]! + sorted[3]!) / 2, 12);
      expect(best.median[at]).toBeCloseTo(sorted[5]!, 12);
      expect(best.upper[at]).toBeCloseTo((sorted[7]! + sorted[8]!) / 2, 12);
    }
  });

  test("runs without a value yet are infinitely bad", () => {
    const late = { evaluations: [10], values: [1] };
    const best = summarizeRuns([late, late, { values: [2] }]);
    expect(best.evaluation).toEqual([1, 10]);
    expect(best.median).toEqual([Number.POSITIVE_INFINITY, 1]);
    const svg = renderSearchConvergence([{ name: "late", runs: [late, late, { values: [2] }] }]);
    const x = calibrateAxis(svg, "x", "linear");
    // One dot: the median begins with the last evaluation.
    expect(x.toValue(Number(/M([\d.]+)/.exec(readLines(svg)[0]!.d!)![1]))).toBeCloseTo(10, 0);
  });

  test("the median run to the target counts those that never reach it", () => {
    const runs = [
      [5, 1],
      [5, 5, 1],
      [5, 5, 5],
    ].map((values) => ({ values }));
    expect(measureTarget(runs, 1)).toEqual({ count: 2, median: 3 });
    expect(measureTarget(runs, 0.5)).toEqual({ count: 0, median: Number.POSITIVE_INFINITY });
    expect(measureTarget(runs.slice(1), 1)).toEqual({ count: 1, median: Number.POSITIVE_INFINITY });
  });
});
