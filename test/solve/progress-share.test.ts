import { describe, expect, it } from "vitest";
import { estimateShare } from "../../src/solve/progress-share.ts";

const progress = (relativeResidual: number, relativeErrorEstimate: number) => ({
  relativeResidual,
  relativeErrorEstimate,
});

describe("the share of a solve that is done", () => {
  it("is one of logarithms, the smaller of residual and error", () => {
    const targets = { residual: 1e-10, error: 1e-8 };
    expect(estimateShare(progress(1e-5, 1e-6), targets)).toBeCloseTo(0.5, 12);
    expect(estimateShare(progress(1e-5, 1e-2), targets)).toBeCloseTo(0.25, 12);
    expect(estimateShare(progress(3, 1e-2), targets)).toBe(0);
    expect(estimateShare(progress(1e-5, Number.NaN), targets)).toBe(0);
    expect(estimateShare(progress(1e-20, 1e-20), targets)).toBe(1);
    const free = Number.POSITIVE_INFINITY;
    expect(estimateShare(progress(1e-5, Number.NaN), { residual: 1e-10, error: free })).toBeCloseTo(0.5, 12);
    expect(estimateShare(progress(0.7, 1e-6), { residual: free, error: 1e-8 })).toBeCloseTo(0.75, 12);
  });
});
