import { describe, expect, it } from "vitest";
import { drawValues } from "../../src/network/index.ts";

describe("a measured distribution", () => {
  const table = { kind: "table", values: [1, 2, 5], shares: [0, 0.25, 1] } as const;

  it("has its shares and its mean", () => {
    const count = 40_000;
    const values = drawValues("radius", table, count, 77, 20);
    const below = values.filter((v) => v < 2).length / count;
    expect(Math.abs(below - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / count));
    const mean = values.reduce((sum, v) => sum + v, 0) / count;
    expect(Math.abs(mean - (0.25 * 1.5 + 0.75 * 3.5))).toBeLessThan(0.03);
    expect(Math.min(...values)).toBeGreaterThan(1);
    expect(Math.max(...values)).toBeLessThan(5);
  });

  it.each([
    { values: [1, 2], shares: [0, 0.5] },
    { values: [2, 1], shares: [0, 1] },
    { values: [1, 2, 3], shares: [0, 1] },
    { values: [0, 2], shares: [0, 1] },
    { values: [1], shares: [1] },
  ])("is refused where it makes no sense: %j", (wrong) => {
    expect(() => drawValues("radius", { kind: "table", ...wrong }, 3, 77, 20)).toThrow(/radius is a table/);
  });
});
