/**
 * The equations of universal kriging, whitened by the factor of the covariance matrix, K = L Lᵀ:
 *
 *   W = L⁻¹ F,   u = L⁻¹ y,   M = Wᵀ W = R Rᵀ,   β = M⁻¹ Wᵀ u,   α = L⁻ᵀ (u − W β)
 *
 * and at a point x with covariances k and drift f (N. Cressie, Statistics for Spatial Data, 1993, 3.4):
 *
 *   estimate = f·β + k·α,   variance = C(0) − |v|² + |R⁻¹ t|²,   v = L⁻¹ k,   t = f − Wᵀ v
 *
 * A further point appends a row to L, W and u: O(n²) in all.
 */
import { OptionError } from "../errors.ts";
import { CholeskyFactor } from "./cholesky.ts";
import type { DriftBasis } from "./drift.ts";
import { GrowingArray } from "./growing-array.ts";
import { factorInformation } from "./information.ts";
import { findPoint, type Observations } from "./observations.ts";
import { CORRELATIONS, type Variogram } from "./variogram.ts";

/**
 * What the nugget is. As variation on scales below the nearest points (`"micro-scale"`) estimates pass through the
 * values; as noise of the values they do not, the variance is that of the field without noise, and a point's repeated
 * values share the nugget among them.
 */
export type NuggetKind = "micro-scale" | "noise";

export class KrigingSystem {
  readonly dimension: number;
  readonly variogram: Variogram;
  readonly basis: DriftBasis;
  readonly nuggetKind: NuggetKind;
  /** Put on the diagonal because K would not factor without [value²]. */
  addedNugget = 0;
  /** K's; replaced, unless rows were appended only. */
  factor = new CholeskyFactor();
  /** β */
  coefficients: Float64Array = new Float64Array();
  /** α */
  dual: Float64Array = new Float64Array();
  /** M's. */
  information = new CholeskyFactor();

  readonly #points: GrowingArray;
  readonly #values: GrowingArray;
  readonly #repeats: GrowingArray;
  readonly #scaled: GrowingArray;
  #whiteDrift = new GrowingArray(new Float64Array());
  #whiteValues = new GrowingArray(new Float64Array());

  constructor(
    data: Observations,
    { variogram, basis, nuggetKind }: { variogram: Variogram; basis: DriftBasis; nuggetKind: NuggetKind },
  ) {
    this.dimension = variogram.ranges.length;
    this.variogram = variogram;
    this.basis = basis;
    this.nuggetKind = nuggetKind;
    this.#points = new GrowingArray(data.points);
    this.#values = new GrowingArray(data.values);
    this.#repeats = new GrowingArray(data.repeats);
    this.#scaled = new GrowingArray(this.scale(data.points));
    this.#factorize();
  }

  get count(): number {
    return this.#values.length;
  }
  /** n x dimension, in the caller's units. */
  get points(): Float64Array {
    return this.#points.view;
  }
  get values(): Float64Array {
    return this.#values.view;
  }
  get repeats(): Float64Array {
    return this.#repeats.view;
  }
  /** n x dimension, over the ranges. */
  get scaled(): Float64Array {
    return this.#scaled.view;
  }
  /** W, n x size of the drift. */
  get whiteDrift(): Float64Array {
    return this.#whiteDrift.view;
  }
  /** u */
  get whiteValues(): Float64Array {
    return this.#whiteValues.view;
  }

  /** Variance of what is estimated, before anything is known [value²]. */
  get priorVariance(): number {
    const { sill, nugget } = this.variogram;
    return this.nuggetKind === "noise" ? sill : sill + nugget + this.addedNugget;
  }

  /** Points over the ranges. */
  scale(points: ArrayLike<number>): Float64Array {
    const { ranges } = this.variogram;
    return Float64Array.from(points, (x, at) => x / ranges[at % this.dimension]!);
  }

  /** k: covariances of the points with what is estimated at z, a scaled point; into `into`. */
  covariances(z: Float64Array, into: Float64Array): Float64Array {
    this.#smoothCovariances(z, this.count, into);
    const same = findPoint(this.scaled, z, this.dimension);
    if (same >= 0) into[same] = this.priorVariance;
    return into;
  }

  /**
   * Adds a point. Where its coordinates are those of another, that one's value becomes the mean of all its values.
   * @returns the point's index
   */
  insert(point: ArrayLike<number>, value: number): number {
    const same = findPoint(this.points, point, this.dimension);
    if (same >= 0) return this.#repeat(same, value);
    const index = this.count;
    const z = this.scale(point);
    const row = new Float64Array(index + 1);
    this.#smoothCovariances(z, index, row);
    row[index] = this.#diagonal(1);
    this.#points.append(point);
    this.#values.append([value]);
    this.#repeats.append([1]);
    this.#scaled.append(z);
    if (this.factor.append(row, LEAST_PIVOT * this.#total)) {
      this.#whitenRow(index);
      this.#solveDrift();
    } else {
      this.#factorize();
    }
    return index;
  }

  get #total(): number {
    return this.variogram.sill + this.variogram.nugget;
  }

  #diagonal(repeats: number): number {
    const { sill, nugget } = this.variogram;
    return sill + this.addedNugget + (this.nuggetKind === "noise" ? nugget / repeats : nugget);
  }

  #repeat(index: number, value: number): number {
    const repeats = this.repeats[index]!;
    const { nugget } = this.variogram;
    this.repeats[index] = repeats + 1;
    this.values[index]! += (value - this.values[index]!) / (repeats + 1);
    if (this.nuggetKind === "noise" && nugget > 0) {
      this.factor = this.factor.decreaseDiagonal(index, nugget / repeats - nugget / (repeats + 1));
    }
    this.#whitenAll();
    return index;
  }

  /** Tries with ever more on the diagonal, until no pivot is lost in rounding. */
  #factorize(): void {
    while (!this.#tryFactorize()) {
      this.addedNugget = Math.max(FIRST_NUGGET * this.#total, 10 * this.addedNugget);
      if (!(this.addedNugget < this.#total)) throw cannotFactor(this.variogram);
    }
    this.#whitenAll();
  }

  #tryFactorize(): boolean {
    const factor = new CholeskyFactor(this.count);
    const row = new Float64Array(this.count);
    for (let i = 0; i < this.count; i++) {
      const z = this.scaled.subarray(i * this.dimension, (i + 1) * this.dimension);
      this.#smoothCovariances(z, i, row);
      row[i] = this.#diagonal(this.repeats[i]!);
      if (!factor.append(row, LEAST_PIVOT * this.#total)) return false;
    }
    this.factor = factor;
    return true;
  }

  /** sill ρ between z and the first `end` points. */
  #smoothCovariances(z: Float64Array, end: number, into: Float64Array): void {
    const { sill } = this.variogram;
    const { value } = CORRELATIONS[this.variogram.model];
    const scaled = this.scaled;
    for (let i = 0, at = 0; i < end; i++) {
      let squaredLag = 0;
      for (let axis = 0; axis < this.dimension; axis++) {
        const difference = z[axis]! - scaled[at++]!;
        squaredLag += difference * difference;
      }
      into[i] = sill * value(squaredLag);
    }
  }

  #whitenAll(): void {
    this.#whiteDrift = new GrowingArray(new Float64Array());
    this.#whiteValues = new GrowingArray(new Float64Array());
    for (let i = 0; i < this.count; i++) this.#whitenRow(i);
    this.#solveDrift();
  }

  /** Row i of W and u, those before it being there: forward substitution, all columns at once. */
  #whitenRow(i: number): void {
    const { rows } = this.factor;
    const { size } = this.basis;
    const start = (i * (i + 1)) / 2;
    const drift = this.basis.evaluate(this.points.slice(i * this.dimension, (i + 1) * this.dimension));
    const whiteDrift = this.whiteDrift;
    const whiteValues = this.whiteValues;
    let value = this.values[i]!;
    for (let k = 0; k < i; k++) {
      const factor = rows[start + k]!;
      value -= factor * whiteValues[k]!;
      for (let j = 0; j < size; j++) drift[j]! -= factor * whiteDrift[k * size + j]!;
    }
    const pivot = rows[start + i]!;
    this.#whiteDrift.append(drift.map((f) => f / pivot));
    this.#whiteValues.append([value / pivot]);
  }

  #solveDrift(): void {
    const { size } = this.basis;
    const { whiteDrift, whiteValues, count } = this;
    this.information = factorInformation(whiteDrift, size);
    const coefficients = new Float64Array(size);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < size; j++) coefficients[j]! += whiteDrift[i * size + j]! * whiteValues[i]!;
    }
    this.information.solveUpper(this.information.solveLower(coefficients));
    this.coefficients = coefficients;
    const rest = whiteValues.slice();
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < size; j++) rest[i]! -= whiteDrift[i * size + j]! * coefficients[j]!;
    }
    this.dual = this.factor.solveUpper(rest);
  }
}

function cannotFactor({ ranges }: Variogram): OptionError {
  return new OptionError(
    "ranges",
    `The kriging matrix with ranges ${ranges.join(", ")} is not positive definite.`,
    "Give ranges that suit the extent of the points.",
  );
}

/** Below this part of the total sill a pivot is rounding. */
export const LEAST_PIVOT = 1e-11;
const FIRST_NUGGET = 1e-10;
