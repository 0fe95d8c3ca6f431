/**
 * What kriging knows: points and the values there. Points with equal coordinates make the kriging matrix singular, so
 * they are one observation with the mean of their values.
 */
import { OptionError } from "../errors.ts";
import { requireInteger } from "../network/options.ts";

export interface Observations {
  /** Distinct points in order of first appearance, n x dimension. */
  readonly points: Float64Array;
  /** The mean value at each. */
  readonly values: Float64Array;
  /** How many values each is the mean of. */
  readonly repeats: Float64Array;
}

/**
 * @param points count x dimension
 * @throws {OptionError} when the lengths do not fit, there is no point, or a number is not finite; the row is named
 */
export function collectObservations(
  points: ArrayLike<number>,
  values: ArrayLike<number>,
  dimension: number,
): Observations {
  checkRows(points, values, dimension);
  const indexOf = new Map<string, number>();
  const kept: number[] = [];
  const sums: number[] = [];
  const repeats: number[] = [];
  for (let row = 0; row < values.length; row++) {
    const point = Array.prototype.slice.call(points, row * dimension, (row + 1) * dimension) as number[];
    const key = point.map((x) => x + 0).join();
    const index = indexOf.get(key);
    if (index === undefined) {
      indexOf.set(key, sums.length);
      kept.push(...point);
      sums.push(values[row]!);
      repeats.push(1);
    } else {
      sums[index]! += values[row]!;
      repeats[index]!++;
    }
  }
  return {
    points: Float64Array.from(kept),
    values: Float64Array.from(sums, (sum, index) => sum / repeats[index]!),
    repeats: Float64Array.from(repeats),
  };
}

/** The index of the point with these coordinates, or −1. */
export function findPoint(points: Float64Array, point: ArrayLike<number>, dimension: number): number {
  for (let at = 0; at < points.length; at += dimension) {
    let axis = 0;
    while (axis < dimension && points[at + axis] === point[axis]) axis++;
    if (axis === dimension) return at / dimension;
  }
  return -1;
}

/** @throws {OptionError} unless `points` holds whole rows of `dimension` finite numbers; returns how many. */
export function countRows(option: string, points: ArrayLike<number>, dimension: number): number {
  requireInteger("dimension", dimension, 1, 1000);
  if (points.length % dimension !== 0) {
    throw new OptionError(
      option,
      `${option} holds ${points.length} numbers, which are no whole rows of ${dimension}.`,
      "Give one row of coordinates after the other in one flat array.",
    );
  }
  for (let at = 0; at < points.length; at++) {
    if (!Number.isFinite(points[at])) {
      throw new OptionError(
        option,
        `Row ${Math.floor(at / dimension)} of ${option} holds ${points[at]} on axis ${at % dimension}.`,
        "Leave such rows out.",
      );
    }
  }
  return points.length / dimension;
}

function checkRows(points: ArrayLike<number>, values: ArrayLike<number>, dimension: number): void {
  const count = countRows("points", points, dimension);
  if (count === 0 || count !== values.length) {
    throw new OptionError(
      "values",
      `There are ${count} points and ${values.length} values.`,
      "Give at least one point, and one value for each.",
    );
  }
  for (let row = 0; row < count; row++) {
    if (!Number.isFinite(values[row])) {
      throw new OptionError("values", `The value of row ${row} is ${values[row]}.`, "Leave such rows out.");
    }
  }
}
