import { describe, expect, it } from "vitest";
import { minimizeInBox } from "../../src/calibrate/quasi-newton.ts";

/** Rosenbrock's valley, whose minimum is at (1, 1). */
function rosenbrock(x: Float64Array, gradient: Float64Array): number {
  const [a, b] = [x[0]!, x[1]!];
  gradient[0] = -400 * a * (b - a * a) - 2 * (1 - a);
  gradient[1] = 200 * (b - a * a);
  return 100 * (b - a * a) ** 2 + (1 - a) ** 2;
}

describe("minimizeInBox", () => {
  it("follows a curved valley to its end", () => {
    const problem = { evaluate: rosenbrock, low: [-3, -3], high: [3, 3], maxEvaluations: 200 };
    const { x, value, evaluations } = minimizeInBox(problem, [-1.2, 1]);
    expect(x[0]).toBeCloseTo(1, 3);
    expect(x[1]).toBeCloseTo(1, 3);
    expect(value).toBeLessThan(1e-6);
    expect(evaluations).toBeLessThan(100);
  });

  it("ends on a bound where the minimum lies beyond it", () => {
    // With a ≤ 0.5 the least is at (0.5, 0.25).
    const problem = { evaluate: rosenbrock, low: [-3, -3], high: [0.5, 3], maxEvaluations: 200 };
    const { x } = minimizeInBox(problem, [-1.2, 1]);
    expect(x[0]).toBe(0.5);
    expect(x[1]).toBeCloseTo(0.25, 4);
  });

  it("goes round places without a value, and spends no more than it may", () => {
    let calls = 0;
    const evaluate = (x: Float64Array, gradient: Float64Array) => {
      calls++;
      gradient[0] = 2 * (x[0]! - 1);
      return x[0]! > 1.2 ? Number.POSITIVE_INFINITY : (x[0]! - 1) ** 2;
    };
    const free = { evaluate, low: [-100], high: [100], maxEvaluations: 50 };
    expect(minimizeInBox(free, [-40]).x[0]).toBeCloseTo(1, 4);
    calls = 0;
    expect(minimizeInBox({ ...free, maxEvaluations: 4 }, [-40]).evaluations).toBe(4);
    expect(calls).toBe(4);
  });
});
