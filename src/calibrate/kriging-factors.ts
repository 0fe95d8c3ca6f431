/**
 * A kriging system's factors as the kernels of a batch read them, in units of the sill and of the ranges:
 *
 *   forward: the rows of L⁻¹, then Qᵀ L⁻¹;   backward: the rows of L⁻ᵀ;   Q = W R⁻ᵀ, whose columns are orthonormal
 *
 * Four rows make a tile. What single precision loses is bounded by the rows' norms: |v|² is at most 1, so that rounding
 * of k = 2⁻²⁴ costs the variance about 2⁻²³ times the norm of a row of L⁻¹. Where that is too much, entries are cut into
 * slices (shaders/calibrate/kriging-product.wgsl).
 */
import { type Factor, TilePacker } from "./factor-tiles.ts";
import type { KrigingSystem } from "./kriging-system.ts";

export interface KrigingFactors {
  readonly extended: boolean;
  /** What rounding of covariances costs the estimate, over √sill. */
  readonly estimateError: number;
  readonly forward: Factor;
  readonly backward: Factor;
  /** Q, n x size of the drift. */
  readonly basis: Float32Array;
  /** R⁻¹ by rows, β, and the variance before anything is known. */
  readonly driftSystem: Float32Array;
  /** Of each point its coordinates from the center over the ranges and α, as (high, low). */
  readonly points: Float32Array;
  /** Of each axis the center, 1 / range, range / scale of the drift, 0. */
  readonly axes: Float32Array;
  /** Estimates come out as (estimate − offset) / scale. */
  readonly valueOffset: number;
  readonly valueScale: number;
}

export type Precision = "auto" | "single" | "extended";

/** L⁻¹ of a factor that grows by appended rows is continued, not computed anew. */
export class InverseCache {
  #source: object | undefined;
  #inverse: Float64Array = new Float64Array();

  of({ factor }: KrigingSystem): Float64Array {
    this.#inverse = factor.invertLower(this.#source === factor ? this.#inverse : undefined);
    this.#source = factor;
    return this.#inverse;
  }
}

export function prepareFactors(
  system: KrigingSystem,
  precision: Precision,
  cache: InverseCache,
): KrigingFactors {
  const { count, basis, variogram } = system;
  const { size } = basis;
  const unit = Math.sqrt(variogram.sill);
  const inverse = cache.of(system).map((x) => x * unit);
  const orthonormal = new Float64Array(count * size);
  for (let i = 0; i < count; i++) {
    const row = system.whiteDrift.slice(i * size, (i + 1) * size);
    orthonormal.set(system.information.solveLower(row), i * size);
  }
  const dual = system.dual.map((x) => x * unit);
  const more = projectRows(inverse, orthonormal, size);
  const dualNorm = Math.sqrt(dual.reduce((sum, x) => sum + x * x, 0));
  const norm = Math.max(dualNorm, largestNorm(inverse, more, count));
  const extended = precision === "extended" || (precision === "auto" && norm > LARGEST_SINGLE_NORM);
  // A polynomial's first function is 1: what it adds is left to who reads the estimates.
  const valueOffset = typeof basis.drift === "function" ? 0 : system.coefficients[0]!;
  return {
    extended,
    estimateError: dualNorm * (extended ? EXTENDED_ERROR : SINGLE_ERROR),
    forward: packForward(inverse, more, count, extended),
    backward: packBackward(inverse, count, extended),
    basis: Float32Array.from(orthonormal),
    driftSystem: packDrift(system, unit, valueOffset),
    points: packPoints(system, dual),
    axes: packAxes(system),
    valueOffset,
    valueScale: unit,
  };
}

/** Rows of Qᵀ L⁻¹. */
function projectRows(inverse: Float64Array, orthonormal: Float64Array, size: number): Float64Array[] {
  const count = orthonormal.length / size;
  const rows = Array.from({ length: size }, () => new Float64Array(count));
  for (let i = 0, at = 0; i < count; i++) {
    for (let k = 0; k <= i; k++, at++) {
      for (let j = 0; j < size; j++) rows[j]![k]! += orthonormal[i * size + j]! * inverse[at]!;
    }
  }
  return rows;
}

function largestNorm(inverse: Float64Array, more: readonly Float64Array[], count: number): number {
  let largest = 0;
  for (let i = 0, at = 0; i < count; i++) {
    let sum = 0;
    for (let k = 0; k <= i; k++, at++) sum += inverse[at]! * inverse[at]!;
    largest = Math.max(largest, sum);
  }
  for (const row of more)
    largest = Math.max(
      largest,
      row.reduce((sum, x) => sum + x * x, 0),
    );
  return Math.sqrt(largest);
}

function packForward(
  inverse: Float64Array,
  more: readonly Float64Array[],
  count: number,
  extended: boolean,
): Factor {
  const tileCount = Math.ceil(count / 4);
  const packer = new TilePacker(extended);
  for (let tile = 0; tile < tileCount; tile++) {
    const entry = (row: number, column: number) => {
      const i = 4 * tile + row;
      return i < count && column <= i ? inverse[(i * (i + 1)) / 2 + column]! : 0;
    };
    packer.add(0, Math.min(4 * tile + 4, count), entry);
  }
  for (let first = 0; first < more.length; first += 4) {
    packer.add(0, count, (row, column) => more[first + row]?.[column] ?? 0);
  }
  return packer.finish();
}

function packBackward(inverse: Float64Array, count: number, extended: boolean): Factor {
  const packer = new TilePacker(extended);
  for (let first = 0; first < count; first += 4) {
    packer.add(first, count, (row, column) => {
      const j = first + row;
      return j <= column ? inverse[(column * (column + 1)) / 2 + j]! : 0;
    });
  }
  return packer.finish();
}

function packDrift(system: KrigingSystem, unit: number, valueOffset: number): Float32Array {
  const { information, basis, coefficients, priorVariance, variogram } = system;
  const { size } = basis;
  const packed = new Float32Array(size * size + size + 1);
  const inverse = information.invertLower();
  for (let i = 0, at = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) packed[i * size + j] = inverse[at++]! / unit;
  }
  for (let j = 0; j < size; j++) {
    packed[size * size + j] = (coefficients[j]! - (j === 0 ? valueOffset : 0)) / unit;
  }
  packed[size * size + size] = priorVariance / variogram.sill;
  return packed;
}

function packPoints(
  { points, count, dimension, basis, variogram }: KrigingSystem,
  dual: Float64Array,
): Float32Array {
  const packed = new Float32Array(2 * count * (dimension + 1));
  const write = (at: number, value: number) => {
    packed[at] = value;
    packed[at + 1] = value - packed[at]!;
  };
  for (let i = 0; i < count; i++) {
    for (let axis = 0; axis < dimension; axis++) {
      const place = (points[i * dimension + axis]! - basis.center[axis]!) / variogram.ranges[axis]!;
      write(2 * (i * (dimension + 1) + axis), place);
    }
    write(2 * (i * (dimension + 1) + dimension), dual[i]!);
  }
  return packed;
}

function packAxes({ basis, variogram }: KrigingSystem): Float32Array {
  return Float32Array.from(
    variogram.ranges.flatMap((range, axis) => [
      basis.center[axis]!,
      1 / range,
      range / basis.scale[axis]!,
      0,
    ]),
  );
}

/** Of covariances, over the sill, as measured. */
const EXTENDED_ERROR = 4e-13;
const SINGLE_ERROR = 1e-7;
/** Errors stay below some 1e-5 of the sill up to here. */
const LARGEST_SINGLE_NORM = 15;
