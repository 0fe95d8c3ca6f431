/**
 * How well a kriging model foretells its own points.
 *
 * Leaving each point out of all: with P = K⁻¹ − K⁻¹F (FᵀK⁻¹F)⁻¹ FᵀK⁻¹,
 *
 *   residual_i = (P y)_i / P_ii,   variance_i = 1 / P_ii
 *
 * (O. Dubrule, Math. Geol. 15 (1983) 687). In order, each from those before it: the recursive residuals of the whitened
 * least-squares problem, which are uncorrelated where the model is right. Of either,
 *
 *   Q1 = Σ ε / n,   Q2 = Σ ε² / n,   cR = Q2 exp(Σ ln variance / n),   ε = residual / √variance
 *
 * (P. K. Kitanidis, Introduction to Geostatistics, 1997, ch. 4): Q1 should be near 0, Q2 near 1 and cR small.
 */
import { CholeskyFactor } from "./cholesky.ts";
import type { KrigingSystem } from "./kriging-system.ts";

/** Of the points that others foretell, in the order of `points`. */
export interface Validation {
  /** Which points: all of them, or without the first ones that the drift takes. */
  readonly points: Uint32Array;
  readonly estimate: Float64Array;
  /** [value²] */
  readonly variance: Float64Array;
  /** Value less estimate. */
  readonly residual: Float64Array;
  readonly q1: number;
  readonly q2: number;
  /** [value²] */
  readonly cR: number;
}

/** A point that alone bears one of the drift's functions cannot be foretold: its variance is infinite. */
export function computeLeaveOneOut(system: KrigingSystem): Validation {
  const { count, dual, factor, basis, whiteDrift, information } = system;
  const inverse = factor.invertLower();
  const { size } = basis;
  // Column i of [L⁻¹, (R⁻¹ Wᵀ L⁻¹)] holds what P_ii needs.
  const precision = new Float64Array(count);
  const projected = new Float64Array(count * size);
  for (let row = 0, at = 0; row < count; row++) {
    for (let i = 0; i <= row; i++, at++) {
      const entry = inverse[at]!;
      precision[i]! += entry * entry;
      for (let j = 0; j < size; j++) projected[i * size + j]! += entry * whiteDrift[row * size + j]!;
    }
  }
  const residual = new Float64Array(count);
  const variance = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const g = information.solveLower(projected.slice(i * size, (i + 1) * size));
    const p = precision[i]! - g.reduce((sum, x) => sum + x * x, 0);
    const isFree = p > 1e-12 * precision[i]!;
    residual[i] = isFree ? dual[i]! / p : Number.NaN;
    variance[i] = isFree ? 1 / p : Number.POSITIVE_INFINITY;
  }
  return summarize(
    system,
    Uint32Array.from({ length: count }, (_, i) => i),
    residual,
    variance,
  );
}

/** Points are skipped until those before them determine the drift. */
export function computeSequential(system: KrigingSystem): Validation {
  const { count, factor, whiteDrift, whiteValues, basis } = system;
  const { size } = basis;
  const gram = new Float64Array(size * size);
  const moments = new Float64Array(size);
  const points: number[] = [];
  const residual: number[] = [];
  const variance: number[] = [];
  for (let i = 0; i < count; i++) {
    const w = whiteDrift.slice(i * size, (i + 1) * size);
    const known = factorGram(gram, size);
    if (known) {
      const coefficients = known.solveUpper(known.solveLower(moments.slice()));
      const spread = known.solveLower(w.slice()).reduce((sum, x) => sum + x * x, 1);
      const rest = whiteValues[i]! - w.reduce((sum, x, j) => sum + x * coefficients[j]!, 0);
      points.push(i);
      residual.push(rest * factor.diagonal(i));
      variance.push(spread * factor.diagonal(i) ** 2);
    }
    for (let a = 0; a < size; a++) {
      moments[a]! += w[a]! * whiteValues[i]!;
      for (let b = 0; b <= a; b++) gram[a * size + b]! += w[a]! * w[b]!;
    }
  }
  return summarize(
    system,
    Uint32Array.from(points),
    Float64Array.from(residual),
    Float64Array.from(variance),
  );
}

function factorGram(gram: Float64Array, size: number): CholeskyFactor | undefined {
  const factor = new CholeskyFactor(size);
  for (let a = 0; a < size; a++) {
    const row = gram.subarray(a * size, (a + 1) * size);
    if (!factor.append(row, 1e-12 * row[a]!)) return undefined;
  }
  return factor;
}

function summarize(
  system: KrigingSystem,
  points: Uint32Array,
  residual: Float64Array,
  variance: Float64Array,
): Validation {
  const estimate = residual.map((each, k) => system.values[points[k]!]! - each);
  let [q1, q2, logs, counted] = [0, 0, 0, 0];
  residual.forEach((each, k) => {
    if (!Number.isFinite(variance[k]!)) return;
    const normalized = each / Math.sqrt(variance[k]!);
    q1 += normalized;
    q2 += normalized * normalized;
    logs += Math.log(variance[k]!);
    counted++;
  });
  q1 /= counted;
  q2 /= counted;
  return { points, estimate, variance, residual, q1, q2, cR: q2 * Math.exp(logs / counted) };
}
