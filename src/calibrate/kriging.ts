/**
 * Ordinary and universal kriging in any dimension, in float64 on the host. The equations are in kriging-system.ts.
 */
import { OptionError } from "../errors.ts";
import { rejectUnknownKeys, requireChoice } from "../network/options.ts";
import { createDriftBasis, type Drift } from "./drift.ts";
import { KrigingSystem, type NuggetKind } from "./kriging-system.ts";
import { computeLeaveOneOut, computeSequential, type Validation } from "./leave-one-out.ts";
import { collectObservations, countRows } from "./observations.ts";
import { CORRELATIONS, checkVariogram, type Variogram } from "./variogram.ts";

export interface KrigingOptions {
  readonly dimension: number;
  readonly variogram: Variogram;
  /** Default `"constant"`: ordinary kriging. */
  readonly drift?: Drift;
  /** Default `"micro-scale"`. */
  readonly nuggetKind?: NuggetKind;
}

/** Of m points. */
export interface Prediction {
  readonly estimate: Float64Array;
  /** Kriging variance [value²], not below 0. */
  readonly variance: Float64Array;
}

/** Gradients are m x dimension, by the caller's coordinates. */
export interface PredictionWithGradient extends Prediction {
  readonly estimateGradient: Float64Array;
  readonly varianceGradient: Float64Array;
}

/**
 * A kriging model of values at points.
 *
 * Points with equal coordinates are one observation with the mean of their values. Where the matrix is too close to
 * singular for float64 all the same, a nugget as small as will do is added and told as `addedNugget`.
 *
 * @example
 * const variogram = { model: "exponential", sill: 10, nugget: 0, ranges: [10, 10] } as const;
 * const kriging = new Kriging(Float64Array.of(61, 139, 63, 140, 64, 129), [477, 696, 227], { dimension: 2, variogram });
 * const { estimate, variance } = kriging.predict(Float64Array.of(65, 137));
 */
export class Kriging {
  /** What a batch on the device is made from. */
  readonly system: KrigingSystem;
  #valueCount: number;

  /**
   * @param points n x dimension
   * @param values n
   * @throws {OptionError} when lengths do not fit, a number is not finite (its row is named), the variogram makes no
   *   sense, or the drift's functions are not independent on the points
   */
  constructor(points: Float64Array, values: ArrayLike<number>, options: KrigingOptions) {
    rejectUnknownKeys("Kriging", options, ["dimension", "variogram", "drift", "nuggetKind"]);
    const { dimension, drift = "constant", nuggetKind = "micro-scale" } = options;
    requireChoice("nuggetKind", nuggetKind, ["micro-scale", "noise"]);
    const data = collectObservations(points, values, dimension);
    const variogram = checkVariogram(options.variogram, dimension);
    const basis = createDriftBasis(drift, data.points, dimension);
    this.system = new KrigingSystem(data, { variogram, basis, nuggetKind });
    this.#valueCount = values.length;
  }

  get dimension(): number {
    return this.system.dimension;
  }
  /** Distinct points. */
  get count(): number {
    return this.system.count;
  }
  /** Values, repeated ones counted. */
  get valueCount(): number {
    return this.#valueCount;
  }
  get variogram(): Variogram {
    return this.system.variogram;
  }
  get drift(): Drift {
    return this.system.basis.drift;
  }
  /** Put on the diagonal to make the matrix factor [value²]; 0 where it does without. */
  get addedNugget(): number {
    return this.system.addedNugget;
  }
  /** Distinct points, count x dimension. */
  get points(): Float64Array {
    return this.system.points.slice();
  }
  /** Mean value at each distinct point. */
  get values(): Float64Array {
    return this.system.values.slice();
  }
  /**
   * β of the drift's functions. Polynomials are in coordinates that run from −1 to 1 over the first points' box: 1, the
   * coordinates, then their products axis by axis.
   */
  get driftCoefficients(): Float64Array {
    return this.system.coefficients.slice();
  }

  /**
   * @param points m x dimension
   * @throws {OptionError} when a coordinate is not finite
   */
  predict(points: ArrayLike<number>): Prediction {
    const { system } = this;
    const count = countRows("points", points, this.dimension);
    const estimate = new Float64Array(count);
    const variance = new Float64Array(count);
    const work = new Float64Array(this.count);
    for (let m = 0; m < count; m++) {
      const { drift, z } = this.#place(points, m);
      const k = system.covariances(z, work);
      estimate[m] = dot(drift, system.coefficients) + dot(k, system.dual);
      const { rest } = this.#whiten(k, drift);
      const v = k;
      const t = system.information.solveLower(rest);
      variance[m] = Math.max(0, system.priorVariance - dot(v, v) + dot(t, t));
    }
    return { estimate, variance };
  }

  /**
   * Predictions and their gradients. On a point of the data, where exponential and spherical variograms leave a cusp,
   * the gradients are those of the other points' part; a micro-scale nugget's jump there has none.
   *
   * @param points m x dimension
   * @throws {OptionError} when a coordinate is not finite
   */
  predictGradient(points: ArrayLike<number>): PredictionWithGradient {
    const { system, dimension } = this;
    const count = countRows("points", points, dimension);
    const estimate = new Float64Array(count);
    const variance = new Float64Array(count);
    const estimateGradient = new Float64Array(count * dimension);
    const varianceGradient = new Float64Array(count * dimension);
    const work = new Float64Array(this.count);
    for (let m = 0; m < count; m++) {
      const { point, drift, z } = this.#place(points, m);
      const k = system.covariances(z, work);
      estimate[m] = dot(drift, system.coefficients) + dot(k, system.dual);
      const { rest } = this.#whiten(k, drift);
      const t = system.information.solveLower(rest);
      variance[m] = Math.max(0, system.priorVariance - dot(k, k) + dot(t, t));
      // Weights λ = L⁻ᵀ (v + W μ) and multipliers μ = M⁻¹ t; ∂variance = −2 ∂k·λ + 2 ∂f·μ.
      const multipliers = system.information.solveUpper(t);
      const weights = system.factor.solveUpper(this.#addDrift(k, multipliers));
      this.#sumSlopes(z, weights, m, estimateGradient, varianceGradient);
      const driftSlope = system.basis.differentiate(point);
      for (let axis = 0; axis < dimension; axis++) {
        for (let j = 0; j < drift.length; j++) {
          const slope = driftSlope[j * dimension + axis]!;
          estimateGradient[m * dimension + axis]! += slope * system.coefficients[j]!;
          varianceGradient[m * dimension + axis]! += 2 * slope * multipliers[j]!;
        }
      }
    }
    return { estimate, variance, estimateGradient, varianceGradient };
  }

  /**
   * Adds a point in O(n²). Where its coordinates are those of another, that one's value becomes the mean of its values.
   * Only where the matrix becomes too close to singular is it factored anew, with a larger `addedNugget`: O(n³).
   *
   * @throws {OptionError} when a number is not finite
   */
  insert(point: ArrayLike<number>, value: number): void {
    if (countRows("point", point, this.dimension) !== 1) {
      throw new OptionError("point", `${point.length} coordinates are not one point.`, "Give one point.");
    }
    if (!Number.isFinite(value)) {
      throw new OptionError("value", `The value at (${Array.from(point)}) is ${value}.`, "Leave it out.");
    }
    this.system.insert(point, value);
    this.#valueCount++;
  }

  /** Each point's value as the others estimate it, from one inverse and no refit: O(n³) in all. */
  leaveOneOut(): Validation {
    return computeLeaveOneOut(this.system);
  }

  /** Each point's value as those before it estimate it: Kitanidis' orthonormal residuals, O(n) after the factor. */
  sequentialResiduals(): Validation {
    return computeSequential(this.system);
  }

  #place(points: ArrayLike<number>, m: number) {
    const point = new Float64Array(this.dimension);
    for (let axis = 0; axis < this.dimension; axis++) point[axis] = points[m * this.dimension + axis]!;
    return { point, drift: this.system.basis.evaluate(point), z: this.system.scale(point) };
  }

  /** k becomes v = L⁻¹ k; `rest` is f − Wᵀ v. */
  #whiten(k: Float64Array, drift: Float64Array): { rest: Float64Array } {
    const { whiteDrift, factor, basis } = this.system;
    factor.solveLower(k);
    const rest = drift.slice();
    for (let i = 0, at = 0; i < this.count; i++) {
      for (let j = 0; j < basis.size; j++) rest[j]! -= whiteDrift[at++]! * k[i]!;
    }
    return { rest };
  }

  /** v + W μ, in place of v. */
  #addDrift(v: Float64Array, multipliers: Float64Array): Float64Array {
    const { whiteDrift } = this.system;
    for (let i = 0, at = 0; i < this.count; i++) {
      for (let j = 0; j < multipliers.length; j++) v[i]! += whiteDrift[at++]! * multipliers[j]!;
    }
    return v;
  }

  /** Adds Σ_i ∂k_i α_i and −2 Σ_i ∂k_i λ_i. */
  #sumSlopes(
    z: Float64Array,
    weights: Float64Array,
    m: number,
    estimateGradient: Float64Array,
    varianceGradient: Float64Array,
  ): void {
    const { dimension, system } = this;
    const { scaled, dual } = system;
    const { model, sill, ranges } = system.variogram;
    const { slope } = CORRELATIONS[model];
    for (let i = 0; i < this.count; i++) {
      let squaredLag = 0;
      for (let axis = 0; axis < dimension; axis++)
        squaredLag += (z[axis]! - scaled[i * dimension + axis]!) ** 2;
      const steepness = 2 * sill * slope(squaredLag);
      for (let axis = 0; axis < dimension; axis++) {
        const by = (steepness * (z[axis]! - scaled[i * dimension + axis]!)) / ranges[axis]!;
        estimateGradient[m * dimension + axis]! += by * dual[i]!;
        varianceGradient[m * dimension + axis]! -= 2 * by * weights[i]!;
      }
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
