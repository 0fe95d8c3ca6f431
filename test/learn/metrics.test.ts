import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { computeMetrics, tabulateMetrics } from "../../src/learn/metrics.ts";

const truth = [1e-13, 2.5e-13, 7e-13, 3e-12, 1.1e-12, 4e-14, 9e-13];
const predicted = [1.2e-13, 2.1e-13, 1.6e-12, 2.9e-12, 0.4e-12, 5e-14, 9.3e-13];

describe("computeMetrics", () => {
  it("agrees with NumPy on seven rows", () => {
    const found = computeMetrics(predicted, truth);
    expect(found.count).toBe(7);
    expect(found.failed).toBe(0);
    expect(found.r2Log10).toBeCloseTo(0.864912548440953, 12);
    expect(found.rmseLog10).toBeCloseTo(0.22159305766269347, 12);
    expect(found.mape).toBeCloseTo(0.3712492269635126, 12);
    expect(found.medianApe).toBeCloseTo(0.2, 12);
    expect(found.withinFactor2).toBeCloseTo(5 / 7, 12);
    expect(found.biasLog10).toBeCloseTo(0.0027967108889817333, 12);
  });

  it("is perfect where predictions are", () => {
    expect(computeMetrics(truth, truth)).toEqual({
      count: 7,
      failed: 0,
      r2Log10: 1,
      rmseLog10: 0,
      mape: 0,
      medianApe: 0,
      withinFactor2: 1,
      biasLog10: 0,
    });
  });

  it("does not depend on the unit", () => {
    const inMillidarcy = computeMetrics(
      predicted.map((k) => k / 9.869233e-16),
      truth.map((k) => k / 9.869233e-16),
    );
    for (const [name, value] of Object.entries(computeMetrics(predicted, truth))) {
      expect(inMillidarcy[name as keyof typeof inMillidarcy]).toBeCloseTo(value, 10);
    }
  });

  it("counts a factor of two itself as within, and takes the mean of the middle two", () => {
    const found = computeMetrics([2, 0.5, 2.01, 1.1], [1, 1, 1, 1]);
    expect(found.withinFactor2).toBe(0.75);
    expect(found.medianApe).toBeCloseTo((0.5 + 1) / 2, 12);
    expect(found.r2Log10).toBeNaN();
  });

  it("counts failed predictions against the errors and leaves them out of the logarithms", () => {
    const found = computeMetrics([1, 0, Number.NaN, 10], [1, 1, 2, 5]);
    expect(found).toMatchObject({ count: 4, failed: 2, mape: 0.75, withinFactor2: 0.5 });
    expect(found.biasLog10).toBeCloseTo(Math.log10(2) / 2, 12);
    expect(found.rmseLog10).toBeCloseTo(Math.log10(2) / Math.SQRT2, 12);
  });

  it("refuses what cannot be compared", () => {
    expect(() => computeMetrics([1], [1, 2])).toThrow(OptionError);
    expect(() => computeMetrics([1, 2], [1, 0])).toThrow(/row 1 is 0/);
  });
});

describe("tabulateMetrics", () => {
  const rows = [
    { permeability: 1, family: "berea", size: "small" },
    { permeability: 2, family: "blobs", size: "small" },
    { permeability: 4, family: "berea", size: "large" },
    { permeability: 8 },
  ];

  it("has a row for all, each family, each size, and each family's sizes that there are", () => {
    const table = tabulateMetrics(rows, [
      { name: "model", permeability: [1.5, 2, 4, 8] },
      { name: "traditional", permeability: [1, 2, 5, 8] },
    ]);
    expect(table.map(({ name, family, size, count }) => [name, family, size, count].join(" "))).toEqual(
      ["model", "traditional"].flatMap((name) => [
        `${name} all all 4`,
        `${name} berea all 2`,
        `${name} blobs all 1`,
        `${name} all large 1`,
        `${name} all small 2`,
        `${name} berea large 1`,
        `${name} berea small 1`,
        `${name} blobs small 1`,
      ]),
    );
    expect(
      table.filter(({ mape }) => mape > 0).map(({ name, family, size, mape }) => [name, family, size, mape]),
    ).toEqual([
      ["model", "all", "all", 0.125],
      ["model", "berea", "all", 0.25],
      ["model", "all", "small", 0.25],
      ["model", "berea", "small", 0.5],
      ["traditional", "all", "all", 0.0625],
      ["traditional", "berea", "all", 0.125],
      ["traditional", "all", "large", 0.25],
      ["traditional", "berea", "large", 0.25],
    ]);
  });

  it("refuses a prediction of another length", () => {
    expect(() => tabulateMetrics(rows, [{ name: "model", permeability: [1] }])).toThrow(OptionError);
  });
});
