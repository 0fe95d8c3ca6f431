/**
 * Variograms fitted to data: by maximum likelihood (likelihood.ts), or by least squares to the empirical variogram with
 * Cressie's weights, min Σ_b N_b (γ_b / γ(h_b) − 1)² (N. Cressie, Math. Geol. 17 (1985) 563).
 *
 * Bounds follow from the data's extent (fit-problem.ts).
 */
import { OptionError } from "../errors.ts";
import { createLikelihoodObjective, createSquaresObjective } from "./fit-objectives.ts";
import { chooseStarts, type FitOptions, type FitProblem, prepareFit } from "./fit-problem.ts";
import { computeLogLikelihood } from "./likelihood.ts";
import { type BoxMinimum, minimizeInBox } from "./quasi-newton.ts";
import type { Variogram } from "./variogram.ts";

export type { FitOptions };

/** A variogram and how well it fits. */
export interface VariogramFit {
  readonly variogram: Variogram;
  /** ln L of the data, the drift's coefficients fitted; −Infinity where the covariance matrix is singular. */
  readonly logLikelihood: number;
  /** What was minimised: −ln L, or the weighted sum of squares. */
  readonly objective: number;
  readonly evaluations: number;
}

/**
 * The variogram that fits values at points best.
 *
 * @param points n x dimension
 * @throws {OptionError} when an option is not known, a number is not finite, or there are too few points for the drift
 * @example
 * const variogram = fitVariogram(points, values, { dimension: 2, model: "matern52" });
 * const next = fitVariogram(morePoints, moreValues, { dimension: 2, start: variogram, maxEvaluations: 15 });
 */
export function fitVariogram(
  points: Float64Array,
  values: ArrayLike<number>,
  options: FitOptions,
): Variogram {
  return fitVariogramReport(points, values, options).variogram;
}

/** The same with the likelihood and what the fit cost. */
export function fitVariogramReport(
  points: Float64Array,
  values: ArrayLike<number>,
  options: FitOptions,
): VariogramFit {
  const problem = prepareFit(points, values, options);
  const objective =
    problem.method === "maximum-likelihood"
      ? createLikelihoodObjective(problem)
      : createSquaresObjective(problem);
  let best: BoxMinimum | undefined;
  let evaluations = 0;
  for (const start of chooseStarts(problem, options)) {
    const end = minimizeInBox(
      { ...problem.bounds, evaluate: objective.evaluate, maxEvaluations: problem.maxEvaluations },
      start,
    );
    evaluations += end.evaluations;
    if (!best || end.value < best.value) best = end;
  }
  if (!best || !Number.isFinite(best.value)) throw noFit(problem);
  const { ranges, eta } = problem.unpack(best.x);
  const sill = Math.max(objective.sillAt(best.x) * problem.unit ** 2, problem.leastSill);
  const variogram = { model: problem.model, sill, nugget: eta * sill, ranges };
  return {
    variogram,
    logLikelihood: computeLogLikelihood(problem.raw, problem.basis, variogram),
    objective: best.value,
    evaluations,
  };
}

function noFit({ model }: FitProblem): OptionError {
  return new OptionError(
    "values",
    `No ${model} variogram fits the values.`,
    "Give values that differ, or a nugget above 0.",
  );
}
