/**
 * Drifts of universal kriging: the field's mean is Σ_j β_j f_j(x) with β unknown. Polynomials are written in
 * coordinates that the data's box maps to [−1, 1], which spans the same functions and keeps the system well scaled.
 */
import { OptionError } from "../errors.ts";

/** The basis functions at a point in the caller's units; the first should be 1. */
export type DriftFunction = (point: Float64Array) => ArrayLike<number>;

/** `"constant"` is ordinary kriging. */
export type Drift = "constant" | "linear" | "quadratic" | DriftFunction;

/** A drift's basis on given data. */
export interface DriftBasis {
  readonly drift: Drift;
  /** Number of basis functions. */
  readonly size: number;
  /** What polynomials are written in: (x − center) / scale. */
  readonly center: Float64Array;
  readonly scale: Float64Array;
  /** f(x), `size` numbers. */
  evaluate(point: Float64Array): Float64Array;
  /** ∂f_j/∂x_a at `j * dimension + a`. Of functions by central differences over 1e-5 of the data's extent. */
  differentiate(point: Float64Array): Float64Array;
}

/**
 * @param points n x dimension
 * @throws {OptionError} when the drift is not known, or a function gives nothing or what is not finite
 */
export function createDriftBasis(drift: Drift, points: Float64Array, dimension: number): DriftBasis {
  const { center, scale } = measureBox(points, dimension);
  if (typeof drift === "function") return createFunctionBasis(drift, points, center, scale);
  const degree = DEGREES[drift];
  if (degree === undefined) {
    throw new OptionError(
      "drift",
      `drift is "${String(drift)}".`,
      'Choose "constant", "linear" or "quadratic", or give a function of a point.',
    );
  }
  return createPolynomialBasis(drift, degree, center, scale);
}

const DEGREES: Record<string, number | undefined> = { constant: 0, linear: 1, quadratic: 2 };

function createPolynomialBasis(
  drift: Drift,
  degree: number,
  center: Float64Array,
  scale: Float64Array,
): DriftBasis {
  const dimension = center.length;
  const size = degree === 0 ? 1 : degree === 1 ? 1 + dimension : ((dimension + 1) * (dimension + 2)) / 2;
  const map = (point: Float64Array) => point.map((x, axis) => (x - center[axis]!) / scale[axis]!);
  const evaluate = (point: Float64Array) => {
    const f = new Float64Array(size);
    f[0] = 1;
    if (degree === 0) return f;
    const t = map(point);
    f.set(t, 1);
    for (let a = 0, at = 1 + dimension; at < size; a++) {
      for (let b = a; b < dimension; b++) f[at++] = t[a]! * t[b]!;
    }
    return f;
  };
  const differentiate = (point: Float64Array) => {
    const gradient = new Float64Array(size * dimension);
    if (degree === 0) return gradient;
    const t = map(point);
    for (let a = 0; a < dimension; a++) gradient[(1 + a) * dimension + a] = 1 / scale[a]!;
    for (let a = 0, j = 1 + dimension; j < size; a++) {
      for (let b = a; b < dimension; b++, j++) {
        gradient[j * dimension + a]! += t[b]! / scale[a]!;
        gradient[j * dimension + b]! += t[a]! / scale[b]!;
      }
    }
    return gradient;
  };
  return { drift, size, center, scale, evaluate, differentiate };
}

function createFunctionBasis(
  drift: DriftFunction,
  points: Float64Array,
  center: Float64Array,
  scale: Float64Array,
): DriftBasis {
  const dimension = center.length;
  const size = drift(points.slice(0, dimension)).length;
  if (size === 0) {
    throw new OptionError("drift", "The drift gives no basis function.", "Let it return at least [1].");
  }
  const evaluate = (point: Float64Array) => {
    const f = Float64Array.from(drift(point));
    if (f.length !== size || !f.every(Number.isFinite)) {
      throw new OptionError(
        "drift",
        `The drift gives [${f}] at (${point}).`,
        `Let it return ${size} finite numbers at every point.`,
      );
    }
    return f;
  };
  const differentiate = (point: Float64Array) => {
    const gradient = new Float64Array(size * dimension);
    const moved = point.slice();
    for (let axis = 0; axis < dimension; axis++) {
      const step = STEP * scale[axis]!;
      moved[axis] = point[axis]! + step;
      const ahead = evaluate(moved);
      moved[axis] = point[axis]! - step;
      const behind = evaluate(moved);
      moved[axis] = point[axis]!;
      for (let j = 0; j < size; j++) gradient[j * dimension + axis] = (ahead[j]! - behind[j]!) / (2 * step);
    }
    return gradient;
  };
  return { drift, size, center, scale, evaluate, differentiate };
}

const STEP = 2e-5;

/** The middle of the points' box and half its extent, 1 along an axis where all are equal. */
export function measureBox(
  points: Float64Array,
  dimension: number,
): { center: Float64Array; scale: Float64Array } {
  const center = new Float64Array(dimension);
  const scale = new Float64Array(dimension).fill(1);
  for (let axis = 0; axis < dimension; axis++) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let at = axis; at < points.length; at += dimension) {
      low = Math.min(low, points[at]!);
      high = Math.max(high, points[at]!);
    }
    center[axis] = (low + high) / 2;
    if (high > low) scale[axis] = (high - low) / 2;
  }
  return { center, scale };
}
