import { describe, expect, test } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { renderErrorBySize } from "../../src/view/error-by-size-plot.ts";
import { renderLosses } from "../../src/view/loss-plot.ts";
import { renderParity } from "../../src/view/parity-plot.ts";
import { renderSensitivities } from "../../src/view/sensitivity-plot.ts";
import { SERIES_COLORS } from "../../src/view/theme.ts";
import { makeRandom } from "./random.ts";
import { calibrateAxis, describedBy, readElements, readPoints, readTexts } from "./svg-reading.ts";

describe("renderLosses", () => {
  const epoch = Array.from({ length: 50 }, (_, k) => k + 1);
  const train = epoch.map((k) => 0.5 / k);
  const validation = epoch.map((k) => 0.1 + (k - 20) ** 2 / 1000);

  test("each value lies where the axes say, the best epoch is marked", () => {
    const svg = renderLosses({ epoch, train, validation, bestEpoch: 20 });
    const x = calibrateAxis(svg, "x", "linear");
    const y = calibrateAxis(svg, "y", "log");
    const curves = readElements(svg, "path").filter((path) => path["stroke-linejoin"] === "round");
    for (const [k, values] of [train, validation].entries()) {
      const points = readPoints(curves[k]!.d!);
      expect(points).toHaveLength(50);
      for (const [place, [px, py]] of points.entries()) {
        expect(x.toValue(px)).toBeCloseTo(epoch[place]!, 1);
        expect(Math.log(y.toValue(py) / values[place]!)).toBeCloseTo(0, 1);
      }
    }
    // The legend's own dashes are level, the mark is upright.
    const [mark] = readElements(svg, "line").filter(
      (line) => line["stroke-dasharray"] && line.x1 === line.x2,
    );
    expect(x.toValue(Number(mark!.x1))).toBeCloseTo(20, 1);
    expect(describedBy(svg)).toBe(
      "Training loss 0.01 after epoch 50; lowest validation loss 0.1 in epoch 20.",
    );
  });

  test("gaps interrupt a line", () => {
    const svg = renderLosses({ epoch: [1, 2, 3, 4], train: [1, Number.NaN, 0.5, 0.4] });
    const [curve] = readElements(svg, "path").filter((path) => path["stroke-linejoin"] === "round");
    expect(curve!.d!.match(/M/g)).toHaveLength(2);
  });

  test("unequal lengths and nothing to show are refused", () => {
    expect(() => renderLosses({ epoch: [1, 2], train: [1] })).toThrow(
      /2 epochs and 1 values of the training/,
    );
    expect(() => renderLosses({ epoch: [1], train: [0] })).toThrow(OptionError);
    expect(() => renderLosses({ epoch: [], train: [] })).toThrow(OptionError);
  });
});

describe("renderParity", () => {
  const random = makeRandom(37);
  const truth = Array.from({ length: 60 }, () => 1e-14 * 1000 ** random());
  const values = truth.map((k) => k * 3 ** (random() - 0.5));
  const family = truth.map((_, k) => ["sand", "chalk", "berea"][k % 3]!);

  test("points lie where the axes say, in their family's colour, and factors of two are drawn", () => {
    const svg = renderParity({ truth, family, predictors: [{ name: "model", values, note: "MAPE 9 %" }] });
    const x = calibrateAxis(svg, "x", "log");
    const y = calibrateAxis(svg, "y", "log");
    const groups = [...svg.matchAll(/<g fill="([^"]*)"[^>]*>(.*?)<\/g>/gs)];
    expect(groups.map(([, color]) => color)).toEqual(SERIES_COLORS.slice(0, 3));
    for (const [k, name] of ["berea", "chalk", "sand"].entries()) {
      const members = truth.flatMap((_, row) => (family[row] === name ? [row] : []));
      const circles = readElements(groups[k]![2]!, "circle");
      expect(circles).toHaveLength(members.length);
      for (const [place, { cx, cy }] of circles.entries()) {
        expect(x.toValue(Number(cx)) / truth[members[place]!]!).toBeCloseTo(1, 1);
        expect(y.toValue(Number(cy)) / values[members[place]!]!).toBeCloseTo(1, 1);
      }
    }
    const slanted = readElements(svg, "line").filter((line) => line.x1 !== line.x2 && line.y1 !== line.y2);
    const ratios = slanted.map((line) => y.toValue(Number(line.y1)) / x.toValue(Number(line.x1)));
    for (const [k, ratio] of [1, 2, 0.5].entries()) expect(ratios[k]! / ratio).toBeCloseTo(1, 1);
    expect(describedBy(svg)).toContain("model: 60 points, MAPE 9 %");
  });

  test("panels share their axes, what cannot be shown is counted", () => {
    const broken = values.map((value, k) => (k < 2 ? 0 : value));
    const svg = renderParity({
      truth,
      predictors: [
        { name: "a", values },
        { name: "b", values: broken },
      ],
    });
    expect(describedBy(svg)).toMatch(/a: 60 points; b: 58 points, 2 left out/);
    const labels = readTexts(svg).filter(({ content }) => content.startsWith("10^"));
    const counts = new Map<string, number>();
    for (const { content } of labels) counts.set(content, (counts.get(content) ?? 0) + 1);
    expect(new Set(counts.values())).toEqual(new Set([4]));
  });

  test("refuses other lengths and nothing to show", () => {
    expect(() => renderParity({ truth, predictors: [{ name: "short", values: [1] }] })).toThrow(/"short"/);
    expect(() => renderParity({ truth, predictors: [] })).toThrow(OptionError);
    expect(() => renderParity({ truth: [1], family: [], predictors: [{ name: "a", values: [1] }] })).toThrow(
      /family/,
    );
    expect(() => renderParity({ truth: [1], predictors: [{ name: "a", values: [0] }] })).toThrow(/No point/);
  });
});

describe("renderErrorBySize", () => {
  const size = Array.from({ length: 120 }, (_, k) => (k < 101 ? "small" : "large"));
  // Errors of 1 % to 101 %: quartiles at 26 %, 51 %, 76 %.
  const errors = size.map((name, k) => (name === "small" ? (k + 1) / 100 : 0.1));

  test("boxes reach from quartile to quartile with the median across", () => {
    const svg = renderErrorBySize({ size, predictors: [{ name: "model", errors }] });
    const y = calibrateAxis(svg, "y", "log");
    const box = readElements(svg, "rect").filter((rect) => rect["fill-opacity"] === "0.22")[0]!;
    const top = Number(box.y);
    expect(y.toValue(top)).toBeCloseTo(76, -0.5);
    expect(y.toValue(top + Number(box.height))).toBeCloseTo(26, -0.5);
    const median = readElements(svg, "line").find((line) => line["stroke-width"] === "2.2")!;
    expect(y.toValue(Number(median.y1))).toBeCloseTo(51, -0.5);
    expect(describedBy(svg)).toContain("model, small: median 51 % of 101; model, large: median 10 % of 19");
  });

  test("few rows are drawn as points too, many are not", () => {
    const svg = renderErrorBySize({ size, predictors: [{ name: "model", errors }] });
    expect(readElements(svg, "circle")).toHaveLength(19);
  });

  test("sizes come in the order asked for, each named with its count", () => {
    const svg = renderErrorBySize(
      { size, predictors: [{ name: "model", errors }] },
      { order: ["large", "small"] },
    );
    const labels = readTexts(svg).filter(({ content }) => /\(\d+\)$/.test(content));
    expect(labels.sort((a, b) => a.x - b.x).map(({ content }) => content)).toEqual([
      "large (19)",
      "small (101)",
    ]);
  });

  test("an error of 0 finds its place, unequal lengths and nothing do not", () => {
    const svg = renderErrorBySize({ size: ["a", "a"], predictors: [{ name: "model", errors: [0, 0.5] }] });
    expect(readElements(svg, "circle").every(({ cy }) => Number.isFinite(Number(cy)))).toBe(true);
    expect(() => renderErrorBySize({ size, predictors: [{ name: "model", errors: [1] }] })).toThrow(
      /"model" has 1/,
    );
    expect(() => renderErrorBySize({ size: [], predictors: [] })).toThrow(OptionError);
  });
});

describe("renderSensitivities", () => {
  const list = [
    { name: "throat length", value: -0.5, range: [-0.75, -0.25] as const },
    { name: "throat radius", value: 3, range: [2.5, 3.25] as const },
    { name: "pore radius", value: 0.25 },
  ];

  test("bars run from 0 to their value, the largest first, with whiskers", () => {
    const svg = renderSensitivities(list);
    const x = calibrateAxis(svg, "x", "linear");
    const bars = readElements(svg, "rect").slice(1);
    const spans = bars.map((bar) =>
      [Number(bar.x), Number(bar.x) + Number(bar.width)].map((at) => x.toValue(at)),
    );
    for (const [k, [from, to]] of [
      [0, 3],
      [-0.5, 0],
      [0, 0.25],
    ].entries()) {
      expect(spans[k]![0]).toBeCloseTo(from!, 1);
      expect(spans[k]![1]).toBeCloseTo(to!, 1);
    }
    expect(bars[0]!.fill).toBe(bars[2]!.fill);
    expect(bars[0]!.fill).not.toBe(bars[1]!.fill);
    const whiskers = readElements(svg, "line").filter(
      (line) => line.y1 === line.y2 && line.stroke === "#1b1b1b",
    );
    expect(whiskers).toHaveLength(2);
    for (const [k, [low, high]] of [
      [2.5, 3.25],
      [-0.75, -0.25],
    ].entries()) {
      expect(x.toValue(Number(whiskers[k]!.x1))).toBeCloseTo(low!, 1);
      expect(x.toValue(Number(whiskers[k]!.x2))).toBeCloseTo(high!, 1);
    }
    const names = readTexts(svg).filter(({ content }) => /throat|pore/.test(content));
    expect(names.map(({ content }) => content)).toEqual(["throat radius", "throat length", "pore radius"]);
  });

  test("refuses none and what is not finite", () => {
    expect(() => renderSensitivities([])).toThrow(OptionError);
    expect(() => renderSensitivities([{ name: "a", value: Number.NaN }])).toThrow(/to a is NaN/);
  });
});
