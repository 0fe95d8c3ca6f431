import { describe, expect, test } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { formatNumber, formatPlain, groupDigits } from "../../src/view/number-text.ts";
import { makeScale } from "../../src/view/scale.ts";

describe("linear scales", () => {
  test("ticks are multiples of 1, 2 or 5 times a power of ten and lie where the line says", () => {
    const scale = makeScale("linear", [0, 0.93], [50, 550]);
    expect(scale.ticks.map(({ value }) => value)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
    for (const { value } of scale.ticks) expect(scale.at(value)).toBeCloseTo(50 + (500 * value) / 0.93, 9);
  });

  test("nice widens to round numbers", () => {
    const scale = makeScale("linear", [0, 10.53], [300, 0], { nice: true });
    expect(scale.domain).toEqual([0, 12]);
  });

  test("small numbers lose a power of ten, which the scale tells", () => {
    const scale = makeScale("linear", [0.8e-13, 2.9e-13], [0, 200]);
    expect(scale.exponent).toBe(-13);
    for (const { value, label } of scale.ticks) expect(Number(label) * 1e-13).toBeCloseTo(value, 25);
  });

  test("one value alone stands in the middle", () => {
    expect(makeScale("linear", [7, 7], [0, 100]).at(7)).toBeCloseTo(50, 9);
    expect(makeScale("log", [7, 7], [0, 100]).at(7)).toBeCloseTo(50, 9);
    expect(makeScale("linear", [0, 0], [0, 100]).at(0)).toBeCloseTo(50, 9);
  });
});

describe("logarithmic scales", () => {
  test("less than two decades are labelled at 1, 2, 5", () => {
    const scale = makeScale("log", [2.6, 71], [0, 300]);
    const labelled = scale.ticks.filter(({ label }) => label !== "");
    expect(labelled.map(({ label }) => label)).toEqual(["5", "10", "20", "50"]);
    for (const { value } of scale.ticks) {
      expect(scale.at(value)).toBeCloseTo((300 * Math.log(value / 2.6)) / Math.log(71 / 2.6), 9);
    }
  });

  test("many decades are labelled at evenly spaced powers of ten that include 1", () => {
    const scale = makeScale("log", [1e-14, 1e3], [200, 0], { spacing: 20 });
    const labels = scale.ticks.filter(({ label }) => label !== "").map(({ label }) => label);
    expect(labels).toEqual([
      "10^{−14}",
      "10^{−12}",
      "10^{−10}",
      "10^{−8}",
      "10^{−6}",
      "10^{−4}",
      "10^{−2}",
      "10^{0}",
      "10^{2}",
    ]);
  });

  test("a range without 1, 2 or 5 still has labels inside", () => {
    const scale = makeScale("log", [6.1, 8.9], [0, 300]);
    const labelled = scale.ticks.filter(({ label }) => label !== "");
    expect(labelled.length).toBeGreaterThanOrEqual(2);
    for (const { value, label } of labelled) {
      expect(value >= 6.1 && value <= 8.9).toBe(true);
      expect(Number(label)).toBe(value);
    }
  });

  test("zero, negative and infinite domains are refused", () => {
    expect(() => makeScale("log", [0, 1], [0, 1])).toThrow(OptionError);
    expect(() => makeScale("log", [-2, 1], [0, 1])).toThrow(/not positive/);
    expect(() => makeScale("linear", [0, Number.NaN], [0, 1])).toThrow(OptionError);
  });
});

test("numbers are written as people read them", () => {
  expect(formatNumber(1491.94, 4)).toBe("1492");
  expect(formatNumber(61464.31, 3)).toBe("61\u2009464");
  expect(formatNumber(1.472430492e-12, 4)).toBe("1.472\u2009×\u200910^{\u221212}");
  expect(formatNumber(9.9996, 3)).toBe("10.0");
  expect(formatNumber(-0.01234, 3)).toBe("\u22120.0123");
  expect(groupDigits("-1234567.25")).toBe("\u22121\u2009234\u2009567.25");
  expect(formatPlain(1.47243e-12)).toBe("1.47e-12");
});
