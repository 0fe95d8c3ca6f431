/**
 * Linear least squares with a little ridge, by a Cholesky factorisation of the normal equations:
 *
 *   min over b, w of  Σ (yₖ − b − w·xₖ)² + λ N |D w|²,   D the columns' standard deviations
 *
 * Columns are centred and scaled first, which is what makes the normal equations good enough.
 */
import { OptionError } from "../errors.ts";

export interface LinearFit {
  readonly intercept: number;
  readonly slopes: readonly number[];
}

/**
 * @param rows N rows of d numbers
 * @param targets N
 * @param ridge λ; with more than 0 columns may depend on each other
 * @throws {OptionError} when the lengths differ, a number is not finite, or the columns depend on each other
 */
export function fitLinear(
  rows: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  ridge = 0,
): LinearFit {
  const count = rows.length;
  const width = rows[0]?.length ?? 0;
  checkNumbers(rows, targets, width);
  const centers = columnMeans(rows, width);
  const scales = centers.map((center, column) => {
    const squares = rows.reduce((sum, row) => sum + (row[column]! - center) ** 2, 0);
    const spread = Math.sqrt(squares / count);
    // Of a column that does not vary the slope is 0.
    return spread > 1e-12 * Math.abs(center) ? spread : 0;
  });
  const standard = rows.map((row) =>
    Float64Array.from(row, (value, column) =>
      scales[column] === 0 ? 0 : (value - centers[column]!) / scales[column]!,
    ),
  );
  const level = Array.from(targets).reduce((sum, y) => sum + y, 0) / count;
  const slopes = solveNormalEquations(
    standard,
    Float64Array.from(targets, (y) => y - level),
    scales,
    ridge,
  );
  const intercept = slopes.reduce((sum, slope, column) => sum - slope * centers[column]!, level);
  return { intercept, slopes };
}

export function evaluateLinear({ intercept, slopes }: LinearFit, row: ArrayLike<number>): number {
  return slopes.reduce((sum, slope, column) => sum + slope * row[column]!, intercept);
}

function solveNormalEquations(
  rows: readonly Float64Array[],
  targets: Float64Array,
  scales: readonly number[],
  ridge: number,
): number[] {
  const columns = scales.flatMap((scale, column) => (scale > 0 ? [column] : []));
  const product = (a: number, b: number) =>
    rows.reduce((sum, row) => sum + row[a]! * row[b]!, 0) / rows.length;
  const matrix = columns.map((a) => columns.map((b) => product(a, b) + (a === b ? ridge : 0)));
  const right = columns.map(
    (a) => rows.reduce((sum, row, k) => sum + row[a]! * targets[k]!, 0) / rows.length,
  );
  const solution = solveCholesky(matrix, right);
  const slopes = new Array<number>(scales.length).fill(0);
  columns.forEach((column, place) => {
    slopes[column] = solution[place]! / scales[column]!;
  });
  return slopes;
}

/** Solves A x = b for a symmetric positive definite A, which it overwrites by its factor. */
function solveCholesky(matrix: number[][], right: readonly number[]): number[] {
  const size = right.length;
  const x = [...right];
  for (let i = 0; i < size; i++) {
    const row = matrix[i]!;
    for (let j = 0; j <= i; j++) {
      let value = row[j]!;
      for (let k = 0; k < j; k++) value -= row[k]! * matrix[j]![k]!;
      if (i !== j) {
        row[j] = value / matrix[j]![j]!;
      } else if (value > 1e-12) {
        row[i] = Math.sqrt(value);
      } else {
        throw new OptionError(
          "ridge",
          `Column ${i} is a combination of others.`,
          "Leave a column out, give more rows, or a ridge above 0.",
        );
      }
    }
    for (let k = 0; k < i; k++) x[i]! -= row[k]! * x[k]!;
    x[i]! /= row[i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= matrix[k]![i]! * x[k]!;
    x[i]! /= matrix[i]![i]!;
  }
  return x;
}

function columnMeans(rows: readonly ArrayLike<number>[], width: number): number[] {
  return Array.from(
    { length: width },
    (_, column) => rows.reduce((sum, row) => sum + row[column]!, 0) / rows.length,
  );
}

function checkNumbers(rows: readonly ArrayLike<number>[], targets: ArrayLike<number>, width: number): void {
  if (rows.length === 0 || rows.length !== targets.length || rows.some((row) => row.length !== width)) {
    throw new OptionError(
      "rows",
      `There are ${rows.length} rows of ${[...new Set(rows.map((row) => row.length))].join(" and ")} numbers for ${targets.length} targets.`,
      "Give one row of the same length for each target.",
    );
  }
  const areFinite = (values: ArrayLike<number>) => Array.from(values).every(Number.isFinite);
  const wrong = rows.findIndex((row, k) => !areFinite(row) || !Number.isFinite(targets[k]!));
  if (wrong >= 0) {
    throw new OptionError("rows", `Row ${wrong} holds what is not finite.`, "Leave such rows out.");
  }
}
