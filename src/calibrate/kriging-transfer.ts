/** Candidates on their way to the device, and predictions on their way back: what is in float64 on the host. */
import type { Prediction, PredictionWithGradient } from "./kriging.ts";
import type { KrigingSystem } from "./kriging-system.ts";

/** Some candidates of many, in buffers that have room for `capacity`. */
export interface CandidateChunk {
  readonly first: number;
  readonly size: number;
  readonly capacity: number;
}

export function createResult(count: number, dimension: number): PredictionWithGradient {
  return {
    estimate: new Float64Array(count),
    variance: new Float64Array(count),
    estimateGradient: new Float64Array(count * dimension),
    varianceGradient: new Float64Array(count * dimension),
  };
}

/** From the center, over the ranges, as high + low: coordinates may be far from 0, and near a point each bit counts. */
export function packCandidates(
  { basis, dimension, variogram }: KrigingSystem,
  points: ArrayLike<number>,
  { first, size }: CandidateChunk,
): { high: Float32Array; low: Float32Array } {
  const high = new Float32Array(size * dimension);
  const low = new Float32Array(size * dimension);
  for (let at = 0; at < high.length; at++) {
    const axis = at % dimension;
    const place = (points[first * dimension + at]! - basis.center[axis]!) / variogram.ranges[axis]!;
    high[at] = place;
    low[at] = place - high[at]!;
  }
  return { high, low };
}

/** The functions of a drift that only the host can evaluate, and their slopes. */
export function packDriftValues(
  { basis, dimension }: KrigingSystem,
  points: ArrayLike<number>,
  { first, size, capacity }: CandidateChunk,
  gradient: boolean,
): { values: Float32Array; slopes: Float32Array } {
  const values = new Float32Array(basis.size * capacity);
  const slopes = new Float32Array(gradient ? basis.size * dimension * capacity : 0);
  for (let m = 0; m < size; m++) {
    const point = readPoint(points, first + m, dimension);
    basis.evaluate(point).forEach((f, j) => {
      values[j * capacity + m] = f;
    });
    if (!gradient) continue;
    basis.differentiate(point).forEach((slope, j) => {
      slopes[j * capacity + m] = slope;
    });
  }
  return { values, slopes };
}

export function readPredictions(
  found: Float32Array,
  { first, size, capacity }: CandidateChunk,
  valueScale: number,
  { estimate, variance }: Prediction,
): void {
  for (let m = 0; m < size; m++) {
    estimate[first + m] = valueScale * found[m]!;
    variance[first + m] = valueScale * valueScale * found[capacity + m]!;
  }
}

export function readGradients(
  found: Float32Array,
  { first, size, capacity }: CandidateChunk,
  valueScale: number,
  { estimate, estimateGradient, varianceGradient }: PredictionWithGradient,
): void {
  const dimension = estimateGradient.length / estimate.length;
  for (let m = 0; m < size; m++) {
    for (let axis = 0; axis < dimension; axis++) {
      const at = (first + m) * dimension + axis;
      estimateGradient[at] = valueScale * found[axis * capacity + m]!;
      varianceGradient[at] = valueScale * valueScale * found[(dimension + axis) * capacity + m]!;
    }
  }
}

/** f·β in float64: a trend may be far larger than what is left of it. */
export function addTrend(
  { basis, coefficients, dimension }: KrigingSystem,
  points: ArrayLike<number>,
  { estimate, estimateGradient }: PredictionWithGradient,
  gradient: boolean,
): void {
  for (let m = 0; m < estimate.length; m++) {
    const point = readPoint(points, m, dimension);
    basis.evaluate(point).forEach((f, j) => {
      estimate[m]! += f * coefficients[j]!;
    });
    if (!gradient || basis.drift === "constant") continue;
    basis.differentiate(point).forEach((slope, at) => {
      const axis = at % dimension;
      estimateGradient[m * dimension + axis]! += slope * coefficients[(at - axis) / dimension]!;
    });
  }
}

/** A micro-scale nugget makes estimate and variance jump on the points themselves, which the kernels leave out. */
export function settleCoincident(
  system: KrigingSystem,
  points: ArrayLike<number>,
  { estimate, variance }: Prediction,
): void {
  const { dimension, nuggetKind, priorVariance, variogram } = system;
  if (nuggetKind === "noise" || priorVariance === variogram.sill) return;
  const byFirst = new Map<number, number[]>();
  for (let i = 0; i < system.count; i++) {
    const x = system.points[i * dimension]!;
    byFirst.set(x, [...(byFirst.get(x) ?? []), i]);
  }
  const isAt = (i: number, m: number) => {
    const known = system.points.subarray(i * dimension, (i + 1) * dimension);
    return known.every((x, axis) => x === points[m * dimension + axis]);
  };
  for (let m = 0; m < estimate.length; m++) {
    const same = byFirst.get(points[m * dimension]!)?.find((i) => isAt(i, m));
    if (same === undefined) continue;
    estimate[m] = system.values[same]!;
    variance[m] = 0;
  }
}

function readPoint(points: ArrayLike<number>, m: number, dimension: number): Float64Array {
  const point = new Float64Array(dimension);
  for (let axis = 0; axis < dimension; axis++) point[axis] = points[m * dimension + axis]!;
  return point;
}
