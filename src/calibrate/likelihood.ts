/**
 * The profile likelihood of a variogram: with K = sill · S, S = ρ + η I and η the nugget over the sill, the drift's
 * coefficients and the sill that fit best are known, and what is left is a function of ranges and η,
 *
 *   sill = rᵀ S⁻¹ r / n,   r = y − F β
 *   −ln L = n/2 (ln(2π sill) + 1) + ½ ln det S
 *   ∂(−ln L) = ½ Σ_ij (S⁻¹ − a aᵀ / sill)_ij ∂S_ij,   a = S⁻¹ r
 *
 * (K. V. Mardia and R. J. Marshall, Biometrika 71 (1984) 135). All pairs are visited once a gradient.
 */
import { CholeskyFactor } from "./cholesky.ts";
import type { DriftBasis } from "./drift.ts";
import { factorInformation } from "./information.ts";
import type { Observations } from "./observations.ts";
import { CORRELATIONS, type Variogram, type VariogramModel } from "./variogram.ts";

export class ProfileLikelihood {
  readonly count: number;
  readonly dimension: number;
  readonly #model: VariogramModel;
  readonly #points: Float64Array;
  readonly #values: Float64Array;
  readonly #drift: Float64Array;
  readonly #driftSize: number;
  readonly #scaled: Float64Array;
  /** S or its derivative's factor of each pair, packed by rows. */
  readonly #slopes: Float64Array;
  /** Of values that the drift explains up to rounding. */
  readonly #leastSill: number;

  constructor(model: VariogramModel, data: Observations, basis: DriftBasis) {
    this.count = data.values.length;
    this.dimension = basis.center.length;
    this.#model = model;
    this.#points = data.points;
    this.#values = data.values;
    this.#driftSize = basis.size;
    this.#drift = new Float64Array(this.count * basis.size);
    for (let i = 0; i < this.count; i++) {
      const point = data.points.slice(i * this.dimension, (i + 1) * this.dimension);
      this.#drift.set(basis.evaluate(point), i * basis.size);
    }
    const largest = data.values.reduce((most, y) => Math.max(most, Math.abs(y)), 1e-140);
    this.#leastSill = (1e-10 * largest) ** 2;
    this.#scaled = new Float64Array(data.points.length);
    this.#slopes = new Float64Array((this.count * (this.count - 1)) / 2);
  }

  /**
   * −ln L of ranges and η; Infinity where S does not factor.
   * @param gradient by ln range of each axis, then by ln η; left out, it is not computed
   */
  evaluate(ranges: ArrayLike<number>, eta: number, gradient?: Float64Array): { value: number; sill: number } {
    const factor = this.#factor(ranges, eta);
    if (!factor) return { value: Number.POSITIVE_INFINITY, sill: Number.NaN };
    const dual = this.#solveResidual(factor);
    const { count } = this;
    let sill = 0;
    for (let i = 0; i < count; i++) sill += this.#values[i]! * dual[i]!;
    sill = Math.max(sill / count, this.#leastSill);
    const value = 0.5 * (count * (Math.log(2 * Math.PI * sill) + 1) + factor.logDeterminant());
    if (gradient) this.#differentiate(factor, dual, sill, eta, gradient);
    return { value, sill };
  }

  #factor(ranges: ArrayLike<number>, eta: number): CholeskyFactor | undefined {
    const { count, dimension } = this;
    const { value, slope } = CORRELATIONS[this.#model];
    const scaled = this.#scaled;
    for (let at = 0; at < scaled.length; at++) scaled[at] = this.#points[at]! / ranges[at % dimension]!;
    const factor = new CholeskyFactor(count);
    const row = new Float64Array(count);
    for (let i = 0, pair = 0; i < count; i++) {
      for (let j = 0; j < i; j++) {
        let squaredLag = 0;
        for (let axis = 0; axis < dimension; axis++) {
          const difference = scaled[i * dimension + axis]! - scaled[j * dimension + axis]!;
          squaredLag += difference * difference;
        }
        row[j] = value(squaredLag);
        this.#slopes[pair++] = slope(squaredLag);
      }
      row[i] = 1 + eta;
      if (!factor.append(row, LEAST_PIVOT)) return undefined;
    }
    return factor;
  }

  /** a = S⁻¹ (y − F β) */
  #solveResidual(factor: CholeskyFactor): Float64Array {
    const { count } = this;
    const size = this.#driftSize;
    const white = new Float64Array(count * size);
    const column = new Float64Array(count);
    for (let j = 0; j < size; j++) {
      for (let i = 0; i < count; i++) column[i] = this.#drift[i * size + j]!;
      factor.solveLower(column);
      for (let i = 0; i < count; i++) white[i * size + j] = column[i]!;
    }
    const rest = factor.solveLower(this.#values.slice());
    const information = factorInformation(white, size);
    const coefficients = new Float64Array(size);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < size; j++) coefficients[j]! += white[i * size + j]! * rest[i]!;
    }
    information.solveUpper(information.solveLower(coefficients));
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < size; j++) rest[i]! -= white[i * size + j]! * coefficients[j]!;
    }
    return factor.solveUpper(rest);
  }

  #differentiate(
    factor: CholeskyFactor,
    dual: Float64Array,
    sill: number,
    eta: number,
    gradient: Float64Array,
  ): void {
    const { count, dimension } = this;
    const precision = factor.invert();
    const scaled = this.#scaled;
    gradient.fill(0);
    for (let i = 0, at = 0, pair = 0; i < count; i++) {
      for (let j = 0; j < i; j++) {
        const weight = precision[at++]! - (dual[i]! * dual[j]!) / sill;
        // ∂ρ/∂ln range_a = −2 ρ'(q) δ_a², and a pair stands twice in the sum.
        const factorOfPair = -2 * weight * this.#slopes[pair++]!;
        for (let axis = 0; axis < dimension; axis++) {
          const difference = scaled[i * dimension + axis]! - scaled[j * dimension + axis]!;
          gradient[axis]! += factorOfPair * difference * difference;
        }
      }
      gradient[dimension]! += 0.5 * eta * (precision[at++]! - (dual[i]! * dual[i]!) / sill);
    }
  }
}

/**
 * ln L of a variogram, not profiled: its sill and nugget are taken as they are, the drift's coefficients fitted.
 * −Infinity where the covariance matrix is singular.
 */
export function computeLogLikelihood(data: Observations, basis: DriftBasis, variogram: Variogram): number {
  const { model, sill, nugget, ranges } = variogram;
  const likelihood = new ProfileLikelihood(model, data, basis);
  const best = likelihood.evaluate(ranges, nugget / sill);
  const { count } = likelihood;
  // −2 ln L = n ln(2π s) + ln det S + n s*/s at sill s, s* being the best one.
  return -best.value - 0.5 * count * (Math.log(sill / best.sill) + best.sill / sill - 1);
}

const LEAST_PIVOT = 1e-13;
