/**
 * How well predicted permeabilities agree with the true ones. With the ratio q = K_predicted/K_true of each row:
 *
 *   r2Log10       = 1 − Σ (log₁₀ q)² / Σ (log₁₀ K_true − mean log₁₀ K_true)²
 *   rmseLog10     = √(mean (log₁₀ q)²)
 *   biasLog10     = mean log₁₀ q                      above 0: predicted too large
 *   mape          = mean |q − 1|
 *   medianApe     = median |q − 1|
 *   withinFactor2 = share of rows with ½ ≤ q ≤ 2
 *
 * All are fractions. A prediction that is not positive and finite has failed: it counts as an error of 1 and not
 * within a factor of 2, and has no place in the three logarithmic ones, whose count is `count − failed`.
 */
import { OptionError } from "../errors.ts";

export interface Metrics {
  readonly count: number;
  /** Predictions that are not positive and finite. */
  readonly failed: number;
  /** NaN where the true values are all one. */
  readonly r2Log10: number;
  readonly rmseLog10: number;
  readonly mape: number;
  readonly medianApe: number;
  readonly withinFactor2: number;
  readonly biasLog10: number;
}

/**
 * @param predicted [any unit]
 * @param truth positive, in the same unit
 * @throws {OptionError} when the lengths differ, or a true value is not positive and finite
 * @example computeMetrics([1.1e-12, 0.9e-12], [1e-12, 1e-12]).mape // 0.1
 */
export function computeMetrics(predicted: ArrayLike<number>, truth: ArrayLike<number>): Metrics {
  checkValues(predicted, truth);
  const count = truth.length;
  const errors = Float64Array.from(truth, (k, row) =>
    isPositive(predicted[row]!) ? Math.abs(predicted[row]! / k - 1) : 1,
  );
  const good = Array.from(truth, (_, row) => row).filter((row) => isPositive(predicted[row]!));
  const truths = good.map((row) => Math.log10(truth[row]!));
  const logarithms = good.map((row, place) => Math.log10(predicted[row]!) - truths[place]!);
  const within = good.filter(
    (row) => predicted[row]! >= truth[row]! / 2 && predicted[row]! <= truth[row]! * 2,
  );
  const center = mean(truths);
  const spread = sum(truths.map((value) => (value - center) ** 2));
  const squares = sum(logarithms.map((value) => value ** 2));
  return {
    count,
    failed: count - good.length,
    r2Log10: spread > 0 ? 1 - squares / spread : Number.NaN,
    rmseLog10: Math.sqrt(squares / good.length),
    mape: mean(errors),
    medianApe: median(errors),
    withinFactor2: within.length / count,
    biasLog10: mean(logarithms),
  };
}

/** One predictor's answer for every row [m²]. */
export interface Prediction {
  readonly name: string;
  readonly permeability: ArrayLike<number>;
}

export interface MetricsRow extends Metrics {
  /** Of the predictor. */
  readonly name: string;
  /** `ALL` or a family of the data set. */
  readonly family: string;
  /** `ALL` or a size of the data set. */
  readonly size: string;
}

/** What a grouped row has for the column that it is not grouped by. */
export const ALL = "all";

export interface LabelledTruth {
  readonly permeability: number;
  readonly family?: string;
  readonly size?: string;
}

/**
 * The metrics of each predictor over all rows, over each family, each size, and each family's rows of each size
 * that there are.
 *
 * @throws {OptionError} as `computeMetrics`
 * @example tabulateMetrics(rows, [{ name: "model", permeability: predicted }])
 */
export function tabulateMetrics(
  rows: readonly LabelledTruth[],
  predictions: readonly Prediction[],
): MetricsRow[] {
  const families = listValues(rows.map(({ family }) => family));
  const sizes = listValues(rows.map(({ size }) => size));
  const groups = [
    { family: ALL, size: ALL },
    ...families.map((family) => ({ family, size: ALL })),
    ...sizes.map((size) => ({ family: ALL, size })),
    ...families.flatMap((family) => sizes.map((size) => ({ family, size }))),
  ];
  const truth = rows.map(({ permeability }) => permeability);
  return predictions.flatMap(({ name, permeability }) => {
    checkValues(permeability, truth);
    return groups.flatMap(({ family, size }) => {
      const members = rows.flatMap((row, k) =>
        (family === ALL || row.family === family) && (size === ALL || row.size === size) ? [k] : [],
      );
      if (members.length === 0) return [];
      const metrics = computeMetrics(
        members.map((k) => permeability[k]!),
        members.map((k) => truth[k]!),
      );
      return [{ name, family, size, ...metrics }];
    });
  });
}

function listValues(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))].sort();
}

function isPositive(value: number): boolean {
  return value > 0 && value < Number.POSITIVE_INFINITY;
}

function checkValues(predicted: ArrayLike<number>, truth: ArrayLike<number>): void {
  if (predicted.length !== truth.length) {
    throw new OptionError(
      "predicted",
      `There are ${predicted.length} predictions for ${truth.length} true values.`,
      "Give one prediction for each.",
    );
  }
  for (let row = 0; row < truth.length; row++) {
    if (isPositive(truth[row]!)) continue;
    throw new OptionError(
      "truth",
      `The true permeability of row ${row} is ${truth[row]}.`,
      "Leave out rows without a positive permeability.",
    );
  }
}

function sum(values: readonly number[] | Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function mean(values: readonly number[] | Float64Array): number {
  return sum(values) / values.length;
}

function median(values: Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
