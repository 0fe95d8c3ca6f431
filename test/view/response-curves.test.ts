import { describe, expect, test } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { type ResponseCurve, renderResponseCurves, svgToPng } from "../../src/view/index.ts";
import { SERIES_COLORS } from "../../src/view/theme.ts";
import {
  calibrateAxis,
  describedBy,
  readBands,
  readElements,
  readLines,
  readPoints,
  readTexts,
} from "./svg-reading.ts";

const LABELS = { xLabel: "d [mm]", yLabel: "Q [m³/s]" };
const D = Array.from({ length: 25 }, (_, k) => 0.8 + 0.03 * k);
const Q = D.map((d) => 3 * (d - 0.6) ** 2);

describe("renderResponseCurves", () => {
  test.each([
    ["linear", "linear"],
    ["linear", "log"],
    ["log", "linear"],
    ["log", "log"],
  ] as const)("each value lies where the axes say: %s, %s", (xScale, yScale) => {
    const other = Q.map((q) => q * 1.5);
    const svg = renderResponseCurves(
      [
        { label: "one", x: D, y: Q },
        { label: "two", x: D, y: other, points: true },
      ],
      { ...LABELS, xScale, yScale },
    );
    const [x, y] = [calibrateAxis(svg, "x", xScale), calibrateAxis(svg, "y", yScale)];
    const lines = readLines(svg);
    expect(lines.map(({ stroke }) => stroke)).toEqual(SERIES_COLORS.slice(0, 2));
    for (const [k, values] of [Q, other].entries()) {
      const points = readPoints(lines[k]!.d!);
      expect(points).toHaveLength(25);
      for (const [place, [px, py]] of points.entries()) {
        expect(Math.abs(x.toValue(px) - D[place]!)).toBeLessThan(0.002);
        expect(Math.abs(y.toValue(py) / values[place]! - 1)).toBeLessThan(0.06);
      }
    }
    const circles = readElements(svg, "circle");
    expect(circles).toHaveLength(25);
    expect(circles.map(({ cx, cy }) => [Number(cx), Number(cy)])).toEqual(readPoints(lines[1]!.d!));
    const texts = readTexts(svg).map(({ content }) => content);
    expect(texts).toEqual(
      expect.arrayContaining(["one", "two", "d [mm]", "Q [m³/s]", "Q [m³/s] against d [mm]"]),
    );
    expect(describedBy(svg)).toContain("one: 25 values from 0.12 to 2.54; two: 25 values from 0.18 to 3.81.");
  });

  test("bands reach a standard error to both sides", () => {
    const error = Q.map((q) => 0.2 * q);
    const svg = renderResponseCurves([{ label: "mean", x: D, y: Q, error }], LABELS);
    const y = calibrateAxis(svg, "y", "linear");
    const x = calibrateAxis(svg, "x", "linear");
    const corners = readPoints(readBands(svg)[0]!.d!);
    expect(corners).toHaveLength(50);
    for (const [k, [px, py]] of corners.entries()) {
      const place = k < 25 ? k : 49 - k;
      expect(x.toValue(px)).toBeCloseTo(D[place]!, 2);
      expect(Math.abs(y.toValue(py) - Q[place]! * (k < 25 ? 1.2 : 0.8))).toBeLessThan(0.01);
    }
    expect(readTexts(svg).map(({ content }) => content)).toContain("mean ± standard error");
  });

  test("a band that reaches 0 leaves a logarithmic plot through its bottom", () => {
    const error = Q.map((q, k) => (k === 3 ? 2 * q : k === 5 ? Number.NaN : 0.1 * q));
    const svg = renderResponseCurves([{ x: D, y: Q, error }], { ...LABELS, yScale: "log" });
    const band = readBands(svg)[0]!.d!;
    expect(band.match(/M/g)).toHaveLength(2);
    const heights = readPoints(band).map(([, height]) => height);
    const frame = readElements(svg, "path").find((path) => /V[\d.]+H/.test(path.d!))!;
    const bottom = Number(/V([\d.]+)/.exec(frame.d!)![1]);
    expect(Math.max(...heights)).toBeCloseTo(bottom, 1);
    // Nor does the axis follow it to 0: a decade below the least value at most, and its margin.
    const y = calibrateAxis(svg, "y", "log");
    expect(y.toValue(bottom)).toBeGreaterThan(Q[0]! / 13);
  });

  test("points without a line have bars", () => {
    const error = Q.map((_, k) => (k === 4 ? Number.NaN : 0.1));
    const svg = renderResponseCurves([{ label: "runs", x: D, y: Q, error, line: "none" }], LABELS);
    const y = calibrateAxis(svg, "y", "linear");
    expect(readLines(svg)).toEqual([]);
    expect(readBands(svg)).toEqual([]);
    const bars = readElements(svg, "line").filter((line) => line["stroke-width"] === "1.2");
    expect(bars).toHaveLength(24);
    for (const bar of bars) {
      expect(y.toValue(Number(bar.y2)) - y.toValue(Number(bar.y1))).toBeCloseTo(0.2, 1);
    }
    // And the legend's own.
    expect(readElements(svg, "circle")).toHaveLength(26);
  });

  test("steps keep a value until the next", () => {
    const svg = renderResponseCurves([{ x: [1, 2, 4], y: [1, 5, 3], line: "steps" }], LABELS);
    const [x, y] = [calibrateAxis(svg, "x", "linear"), calibrateAxis(svg, "y", "linear")];
    const corners = readPoints(readLines(svg)[0]!.d!).map(([a, b]) => [x.toValue(a), y.toValue(b)]);
    const wanted = [
      [1, 1],
      [2, 1],
      [2, 5],
      [4, 5],
      [4, 3],
    ];
    expect(corners).toHaveLength(5);
    for (const [k, [a, b]] of corners.entries()) {
      expect(a!).toBeCloseTo(wanted[k]![0]!, 1);
      expect(b!).toBeCloseTo(wanted[k]![1]!, 1);
    }
  });

  test("what cannot be shown interrupts a line and is counted, a lone value is a dot", () => {
    const y = [0, 0, 1e-12, Number.NaN, 2e-12, 3e-12, 1 / 0, 4e-12];
    const svg = renderResponseCurves([{ x: y.map((_, k) => k), y }], { ...LABELS, yScale: "log" });
    const lines = readLines(svg);
    expect(lines.map(({ d }) => d!.match(/M/g)!.length)).toEqual([1, 2]);
    expect(lines[1]!.d).toMatch(/^M[\d.]+ [\d.]+h0M[\d.]+ [\d.]+h0$/);
    expect(Number(lines[1]!["stroke-width"])).toBeGreaterThan(2 * Number(lines[0]!["stroke-width"]));
    const note = "4 of 8 values not shown: not finite or ≤ 0";
    expect(readTexts(svg).map(({ content }) => content)).toContain(note);
    expect(describedBy(svg)).toContain(note);
    const linear = renderResponseCurves([{ x: y.map((_, k) => k), y }], LABELS);
    expect(linear).toContain("2 of 8 values not shown: not finite<");
  });

  test("guides lie at their values and widen the axes to hold them", () => {
    const guides = [
      { axis: "y", value: 7, label: "target" },
      { axis: "x", value: 0.5, label: "percolation" },
    ] as const;
    const svg = renderResponseCurves([{ x: D, y: Q }], { ...LABELS, guides });
    const [x, y] = [calibrateAxis(svg, "x", "linear"), calibrateAxis(svg, "y", "linear")];
    const lines = readElements(svg, "line").filter((line) => line["stroke-width"] === "1.4");
    expect(lines).toHaveLength(2);
    expect(lines[0]!.y1).toBe(lines[0]!.y2);
    expect(y.toValue(Number(lines[0]!.y1))).toBeCloseTo(7, 1);
    expect(lines[1]!.x1).toBe(lines[1]!.x2);
    expect(x.toValue(Number(lines[1]!.x1))).toBeCloseTo(0.5, 1);
    expect(lines[0]!["stroke-dasharray"]).not.toBe(lines[1]!["stroke-dasharray"]);
    expect(readTexts(svg).map(({ content }) => content)).toEqual(
      expect.arrayContaining(["target", "percolation"]),
    );
  });

  test("labels do not run into those of the axis, at large and small ranges", async () => {
    for (const factor of [1e-300, 1.2345e-3, 12345.678, 1e300]) {
      for (const yScale of ["linear", "log"] as const) {
        const svg = renderResponseCurves([{ label: "<a> & b", x: D, y: Q.map((q) => q * factor) }], {
          ...LABELS,
          yScale,
          title: "Q < 1 & so",
        });
        expect(svg).not.toMatch(/NaN|Infinity|<a>|& b/);
        const frame = readElements(svg, "path").find((path) => /V[\d.]+H/.test(path.d!))!;
        const left = Number(/M([\d.]+)/.exec(frame.d!)![1]);
        const ends = readTexts(svg).filter(({ x }) => Math.abs(x - (left - 6)) < 0.2);
        expect(ends.length).toBeGreaterThan(1);
        // Letters of at most 6.2 px, and the label of the axis to the left of them.
        for (const { content } of ends)
          expect(6.2 * content.replace("^", "").length).toBeLessThan(left - 6 - 8);
        expect((await svgToPng(svg, { scale: 0.25 })).length).toBeGreaterThan(1000);
      }
    }
  });

  test.each<[string, ResponseCurve[], object, RegExp]>([
    ["no curve", [], {}, /No value of y/],
    ["unequal lengths", [{ x: [1, 2], y: [1] }], {}, /curves\[0\].y has 1 values for 2/],
    ["unequal errors", [{ x: [1], y: [1], error: [] }], {}, /curves\[0\].error has 0/],
    ["a negative error", [{ x: [1], y: [1], error: [-1] }], {}, /error\[0\] is -1/],
    ["an x that is not finite", [{ x: [1, Number.NaN], y: [1, 1] }], {}, /x\[1\] is NaN/],
    ["an x of 0 on a log axis", [{ x: [0], y: [1] }], { xScale: "log" }, /x\[0\] is 0 on a log axis/],
    ["nothing finite", [{ x: [1], y: [Number.NaN] }], {}, /Give finite/],
    ["nothing positive on a log axis", [{ x: [1], y: [-1] }], { yScale: "log" }, /above 0/],
    [
      "a guide of 0 on a log axis",
      [{ x: [1], y: [1] }],
      { yScale: "log", guides: [{ axis: "y", value: 0, label: "t" }] },
      /guide "t" is 0/,
    ],
    ["an unknown line", [{ x: [1], y: [1], line: "dotted" as "none" }], {}, /line is "dotted"/],
    ["an unknown key", [{ x: [1], y: [1], color: "red" } as ResponseCurve], {}, /no option "color"/],
    ["an unknown option", [{ x: [1], y: [1] }], { logX: true }, /no option "logX"/],
    ["too small a figure", [{ x: [1], y: [1] }], { height: 120 }, /px/],
  ])("refuses %s", (_, curves, options, message) => {
    expect(() => renderResponseCurves(curves, { ...LABELS, ...options })).toThrow(OptionError);
    expect(() => renderResponseCurves(curves, { ...LABELS, ...options })).toThrow(message);
  });
});
