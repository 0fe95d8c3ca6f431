/** An oracle for kriging that shares nothing with it: the bordered variogram system, solved by elimination. */

import { evaluateVariogram, type Variogram } from "../../src/calibrate/variogram.ts";
import { normal, uniform } from "../../src/network/random.ts";

/** n x dimension uniform numbers below 1. */
export function randomPoints(count: number, dimension: number, seed: number): Float64Array {
  return Float64Array.from({ length: count * dimension }, (_, i) => uniform(seed, 7, i));
}

export function randomValues(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => normal(seed, 11, i));
}

/**
 * [Γ F; Fᵀ 0] [w; μ] = [γ; f], estimate = wᵀ y, variance = wᵀ γ + μᵀ f: the system as geostatistics writes it.
 * @param drift the basis functions at a point; their span must hold the constants
 */
export function krigeDirectly(
  points: Float64Array,
  values: ArrayLike<number>,
  variogram: Variogram,
  drift: (x: ArrayLike<number>) => number[],
  at: ArrayLike<number>,
): { estimate: number; variance: number } {
  const dimension = variogram.ranges.length;
  const count = values.length;
  const row = (i: number) => points.subarray(i * dimension, (i + 1) * dimension);
  const gamma = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    evaluateVariogram(
      variogram,
      Array.from(a, (x, axis) => x - b[axis]!),
    );
  const f = Array.from({ length: count }, (_, i) => drift(row(i)));
  const target = drift(at);
  const size = count + target.length;
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => {
      if (i < count && j < count) return gamma(row(i), row(j));
      if (i < count) return f[i]![j - count]!;
      return j < count ? f[j]![i - count]! : 0;
    }),
  );
  const right = [...Array.from({ length: count }, (_, i) => gamma(row(i), at)), ...target];
  const solution = eliminate(matrix, right);
  let [estimate, variance] = [0, 0];
  for (let i = 0; i < count; i++) estimate += solution[i]! * values[i]!;
  solution.forEach((x, i) => {
    variance += x * right[i]!;
  });
  return { estimate, variance };
}

/** Gaussian elimination with partial pivoting. */
export function eliminate(matrix: readonly number[][], right: readonly number[]): number[] {
  const a = matrix.map((row, i) => [...row, right[i]!]);
  const size = right.length;
  for (let k = 0; k < size; k++) {
    let best = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(a[i]![k]!) > Math.abs(a[best]![k]!)) best = i;
    [a[k], a[best]] = [a[best]!, a[k]!];
    for (let i = k + 1; i < size; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j <= size; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  const x = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    let value = a[i]![size]!;
    for (let j = i + 1; j < size; j++) value -= a[i]![j]! * x[j]!;
    x[i] = value / a[i]![i]!;
  }
  return x;
}

/** The largest difference of two arrays. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    most = Number.isFinite(difference) ? Math.max(most, difference) : Number.POSITIVE_INFINITY;
  }
  return most;
}
