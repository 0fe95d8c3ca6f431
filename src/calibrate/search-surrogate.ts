/**
 * Ordinary kriging of warped values over the unit box, with the covariance of search-covariance.ts: K = k + nugget · I,
 *
 *   mean μ = 1ᵀK⁻¹z / 1ᵀK⁻¹1,   a = K⁻¹(z − μ1),   sill s² = (z − μ1)ᵀa / (n − 1)
 *   estimate μ + kᵀa,   variance s² (k(x, x) − kᵀK⁻¹k + (1 − 1ᵀK⁻¹k)² / 1ᵀK⁻¹1)
 *
 * and the restricted likelihood −ln L = (n − 1)/2 ln s² + ½ ln det K + ½ ln 1ᵀK⁻¹1 (D. A. Harville, JASA 72 (1977) 320),
 * with its gradient by θ in closed form.
 */
import { CholeskyFactor } from "./cholesky.ts";
import {
  addParameterSlopes,
  addPositionSlopes,
  type Covariance,
  type CovarianceForm,
  covarianceBetween,
  unpackCovariance,
} from "./search-covariance.ts";

/** What a prediction writes into; `gradient` arrays only by `predictGradient`. */
export interface Judgement {
  estimate: number;
  variance: number;
  readonly estimateGradient: Float64Array;
  readonly varianceGradient: Float64Array;
  readonly work: Float64Array;
}

/** Of values that are all equal, some spread is kept: that of so many observations of so small a variance. */
const PRIOR_SQUARES = 0.02;
const LEAST_PIVOT = 1e-12;
/** Of the sill: what rounding leaves of a variance. */
const LEAST_VARIANCE = 1e-14;

export class Surrogate {
  readonly dimension: number;
  readonly points: Float64Array;
  readonly values: Float64Array;
  readonly theta: Float64Array;
  readonly covariance: Covariance;
  readonly factor: CholeskyFactor;
  readonly mean: number;
  readonly sill: number;
  /** a = K⁻¹(z − μ1) */
  readonly dual: Float64Array;
  /** K⁻¹1 */
  readonly unitDual: Float64Array;
  /** 1ᵀK⁻¹1 */
  readonly unitSum: number;
  /** −ln L, constants left out. */
  readonly deviance: number;

  private constructor(
    form: CovarianceForm,
    points: Float64Array,
    values: Float64Array,
    theta: Float64Array,
    factor: CholeskyFactor,
  ) {
    const count = values.length;
    this.dimension = points.length / count;
    this.points = points;
    this.values = values;
    this.theta = theta;
    this.covariance = unpackCovariance(form, this.dimension, theta);
    this.factor = factor;
    const { mean, sill, rest, units, unitSum, deviance } = this.#concentrate(values);
    this.mean = mean;
    this.sill = sill;
    this.unitSum = unitSum;
    this.deviance = deviance;
    this.dual = factor.solveUpper(rest);
    this.unitDual = factor.solveUpper(units);
  }

  /**
   * @param points n x dimension
   * @returns undefined where K is too close to singular for float64
   */
  static create(
    form: CovarianceForm,
    points: Float64Array,
    values: Float64Array,
    theta: Float64Array,
  ): Surrogate | undefined {
    const count = values.length;
    const covariance = unpackCovariance(form, points.length / count, theta);
    const factor = new CholeskyFactor(count);
    const row = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < i; j++) row[j] = covarianceBetween(covariance, points, i, points, j);
      row[i] = covariance.total + covariance.nugget;
      if (!factor.append(row, LEAST_PIVOT)) return undefined;
    }
    return new Surrogate(form, points, values, theta, factor);
  }

  get count(): number {
    return this.values.length;
  }

  createJudgement(): Judgement {
    const gradient = () => new Float64Array(this.dimension);
    const work = new Float64Array(this.count);
    return { estimate: 0, variance: 0, estimateGradient: gradient(), varianceGradient: gradient(), work };
  }

  /** −ln L of other values at the same points with the same θ: O(n²). */
  devianceOf(values: Float64Array): number {
    return this.#concentrate(values).deviance;
  }

  predict(x: Float64Array, into: Judgement): void {
    const { count, covariance, dual, unitDual } = this;
    const k = into.work;
    let estimate = this.mean;
    let unit = 1;
    for (let i = 0; i < count; i++) {
      const value = covarianceBetween(covariance, x, 0, this.points, i);
      k[i] = value;
      estimate += value * dual[i]!;
      unit -= value * unitDual[i]!;
    }
    this.factor.solveLower(k);
    let explained = 0;
    for (let i = 0; i < count; i++) explained += k[i]! * k[i]!;
    into.estimate = estimate;
    into.variance =
      this.sill * Math.max(LEAST_VARIANCE, covariance.total - explained + (unit * unit) / this.unitSum);
  }

  predictGradient(x: Float64Array, into: Judgement): void {
    this.predict(x, into);
    const { count, covariance, points, dual, unitDual, unitSum } = this;
    const { work, estimateGradient, varianceGradient } = into;
    const weights = this.factor.solveUpper(work);
    let unit = 1;
    for (let i = 0; i < count; i++) unit -= weights[i]!;
    estimateGradient.fill(0);
    varianceGradient.fill(0);
    const gradients = [estimateGradient, varianceGradient] as const;
    for (let i = 0; i < count; i++) {
      const byVariance = -2 * this.sill * (weights[i]! + (unit / unitSum) * unitDual[i]!);
      addPositionSlopes(covariance, x, points, i, dual[i]!, byVariance, gradients);
    }
  }

  /** ∂(−ln L)/∂θ */
  differentiate(gradient: Float64Array): void {
    const { count, covariance, points, dual, unitDual, unitSum, sill } = this;
    const inverse = this.factor.invert();
    gradient.fill(0);
    let trace = 0;
    for (let i = 0, at = 0; i < count; i++) {
      for (let j = 0; j <= i; j++, at++) {
        const by = inverse[at]! - (unitDual[i]! * unitDual[j]!) / unitSum - (dual[i]! * dual[j]!) / sill;
        if (i === j) trace += 0.5 * by;
        else addParameterSlopes(covariance, points, i, j, by, gradient);
      }
    }
    // k(x, x) is the sum of the weights.
    covariance.weight.forEach((weight, axis) => {
      gradient[this.dimension + axis]! += trace * weight;
    });
    gradient[gradient.length - 1] = trace * covariance.nugget;
  }

  /** ln density of value i as the others estimate it; that of an outlier is bounded. */
  leaveOneOutDensity(i: number): number {
    const column = new Float64Array(this.count);
    column[i] = 1;
    this.factor.solveLower(column);
    let pivot = -(this.unitDual[i]! ** 2) / this.unitSum;
    for (let k = i; k < this.count; k++) pivot += column[k]! ** 2;
    const variance = this.sill / pivot;
    const residual = this.dual[i]! / pivot;
    return -0.5 * Math.log(variance) - 0.5 * Math.min((residual * residual) / variance, MOST_SURPRISE);
  }

  #concentrate(values: Float64Array) {
    const { factor } = this;
    const count = values.length;
    const rest = factor.solveLower(values.slice());
    const units = factor.solveLower(new Float64Array(count).fill(1));
    const unitSum = dot(units, units);
    const mean = dot(units, rest) / unitSum;
    for (let i = 0; i < count; i++) rest[i]! -= mean * units[i]!;
    const sill = (dot(rest, rest) + PRIOR_SQUARES) / (count - 1 + PRIOR_SQUARES);
    const deviance =
      0.5 * ((count - 1 + PRIOR_SQUARES) * Math.log(sill) + factor.logDeterminant() + Math.log(unitSum));
    return { mean, sill, rest, units, unitSum, deviance };
  }
}

const MOST_SURPRISE = 30;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
