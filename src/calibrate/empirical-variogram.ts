/**
 * The variogram that data show: half the mean squared difference of pairs, in bins of their distance,
 *
 *   γ_b = Σ (z_i − z_j)² / (2 N_b)
 *
 * (G. Matheron, Economic Geology 58 (1963) 1246). Where ranges differ by axis, a pair counts for the axis along which
 * it reaches farthest, each axis measured in the extent of the data.
 */
import { OptionError } from "../errors.ts";
import { rejectUnknownKeys, requireInteger } from "../network/options.ts";
import { createDriftBasis, type Drift, measureBox } from "./drift.ts";
import { factorInformation } from "./information.ts";
import { collectObservations, type Observations } from "./observations.ts";

export interface EmpiricalVariogramOptions {
  readonly dimension: number;
  /** Bins of distance, of equal width. Default 15. */
  readonly bins?: number;
  /** The longest distance [in extents of the data, 1 being its box's diagonal]. Default 0.5. */
  readonly maxDistance?: number;
  /** `"per-axis"` gives each axis its own bins. Default `"isotropic"`. */
  readonly direction?: "isotropic" | "per-axis";
  /** Taken from the values first, by ordinary least squares. Default `"constant"`. */
  readonly drift?: Drift;
}

/** Bins that hold pairs, by axis and distance. */
export interface EmpiricalVariogram {
  /** The axis along which a bin's pairs reach farthest; −1 where bins are isotropic. */
  readonly axis: Int32Array;
  /** Mean Euclidean distance, in the caller's units. */
  readonly distance: Float64Array;
  /** Root mean square lag along each axis: bins x dimension. */
  readonly lag: Float64Array;
  /** [value²] */
  readonly semivariance: Float64Array;
  readonly pairs: Float64Array;
}

/**
 * The empirical variogram of values at points.
 *
 * @param points n x dimension
 * @throws {OptionError} when lengths do not fit, a number is not finite, or there are fewer than two distinct points
 * @example
 * const { distance, semivariance } = computeEmpiricalVariogram(points, values, { dimension: 2 });
 */
export function computeEmpiricalVariogram(
  points: Float64Array,
  values: ArrayLike<number>,
  options: EmpiricalVariogramOptions,
): EmpiricalVariogram {
  const known = ["dimension", "bins", "maxDistance", "direction", "drift"];
  rejectUnknownKeys("The empirical variogram", options, known);
  return binPairs(collectObservations(points, values, options.dimension), options);
}

/** The same of observations that are checked already. */
export function binPairs(data: Observations, options: EmpiricalVariogramOptions): EmpiricalVariogram {
  const { dimension, bins = 15, maxDistance = 0.5, direction = "isotropic", drift = "constant" } = options;
  requireInteger("bins", bins, 1, 10_000);
  const count = data.values.length;
  if (count < 2) {
    throw new OptionError("points", `There is ${count} distinct point.`, "Give two or more.");
  }
  const residual = removeDrift(data, drift, dimension);
  const { scale } = measureBox(data.points, dimension);
  const isotropic = direction === "isotropic";
  const families = isotropic ? 1 : dimension;
  // Isotropic bins are as wide in the caller's units, others in extents, where 1 is the box's diagonal.
  const diagonal = 2 * (isotropic ? Math.hypot(...scale) : Math.sqrt(dimension));
  const sums = new BinSums(families * bins, dimension);
  const lag = new Float64Array(dimension);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      let [squared, length, farthest, most] = [0, 0, 0, -1];
      for (let axis = 0; axis < dimension; axis++) {
        lag[axis] = data.points[i * dimension + axis]! - data.points[j * dimension + axis]!;
        const reach = Math.abs(lag[axis]!) / scale[axis]!;
        length += lag[axis]! * lag[axis]!;
        squared += reach * reach;
        if (reach > most) [most, farthest] = [reach, axis];
      }
      const part = Math.sqrt(isotropic ? length : squared) / diagonal / maxDistance;
      if (part > 1) continue;
      const bin = Math.min(bins - 1, Math.floor(part * bins));
      sums.add((isotropic ? 0 : farthest * bins) + bin, lag, Math.sqrt(length), residual[i]! - residual[j]!);
    }
  }
  return sums.average((bin) => (isotropic ? -1 : Math.floor(bin / bins)));
}

class BinSums {
  readonly #dimension: number;
  readonly #pairs: Float64Array;
  readonly #distance: Float64Array;
  readonly #squares: Float64Array;
  readonly #lag: Float64Array;

  constructor(count: number, dimension: number) {
    this.#dimension = dimension;
    this.#pairs = new Float64Array(count);
    this.#distance = new Float64Array(count);
    this.#squares = new Float64Array(count);
    this.#lag = new Float64Array(count * dimension);
  }

  add(bin: number, lag: Float64Array, distance: number, difference: number): void {
    this.#pairs[bin]! += 1;
    this.#distance[bin]! += distance;
    this.#squares[bin]! += difference * difference;
    for (let axis = 0; axis < lag.length; axis++) {
      this.#lag[bin * lag.length + axis]! += lag[axis]! * lag[axis]!;
    }
  }

  average(axisOf: (bin: number) => number): EmpiricalVariogram {
    const filled = [...this.#pairs.keys()].filter((bin) => this.#pairs[bin]! > 0);
    const mean = (sums: Float64Array, bin: number) => sums[bin]! / this.#pairs[bin]!;
    const dimension = this.#dimension;
    return {
      axis: Int32Array.from(filled, axisOf),
      distance: Float64Array.from(filled, (bin) => mean(this.#distance, bin)),
      lag: Float64Array.from(
        filled.flatMap((bin) =>
          Array.from({ length: dimension }, (_, axis) =>
            Math.sqrt(this.#lag[bin * dimension + axis]! / this.#pairs[bin]!),
          ),
        ),
      ),
      semivariance: Float64Array.from(filled, (bin) => mean(this.#squares, bin) / 2),
      pairs: Float64Array.from(filled, (bin) => this.#pairs[bin]!),
    };
  }
}

/** Values less the drift that fits them best by ordinary least squares. */
function removeDrift(data: Observations, drift: Drift, dimension: number): Float64Array {
  const basis = createDriftBasis(drift, data.points, dimension);
  const { size } = basis;
  const rows = new Float64Array(data.values.length * size);
  data.values.forEach((_, i) => {
    rows.set(basis.evaluate(data.points.slice(i * dimension, (i + 1) * dimension)), i * size);
  });
  const information = factorInformation(rows, size);
  const coefficients = new Float64Array(size);
  data.values.forEach((value, i) => {
    for (let j = 0; j < size; j++) coefficients[j]! += rows[i * size + j]! * value;
  });
  information.solveUpper(information.solveLower(coefficients));
  return data.values.map((value, i) =>
    coefficients.reduce((rest, beta, j) => rest - beta * rows[i * size + j]!, value),
  );
}
