/** What a variogram's fit minimises: −ln L, or the weighted sum of squares over the empirical variogram. */
import { binPairs } from "./empirical-variogram.ts";
import type { FitProblem } from "./fit-problem.ts";
import { ProfileLikelihood } from "./likelihood.ts";
import { CORRELATIONS } from "./variogram.ts";

export interface FitObjective {
  readonly evaluate: (x: Float64Array, gradient: Float64Array) => number;
  readonly sillAt: (x: Float64Array) => number;
}

export function createLikelihoodObjective(problem: FitProblem): FitObjective {
  const likelihood = new ProfileLikelihood(problem.model, problem.data, problem.basis);
  const { dimension } = likelihood;
  const full = new Float64Array(dimension + 1);
  const rangeCount = problem.extents.length;
  // A fixed nugget of 0 may leave S singular: what Kriging would add to it.
  const etaOf = (eta: number) => Math.max(eta, ADDED_ETA);
  return {
    evaluate: (x, gradient) => {
      const { ranges, eta } = problem.unpack(x);
      const { value } = likelihood.evaluate(ranges, etaOf(eta), full);
      gradient.fill(0);
      for (let axis = 0; axis < dimension; axis++) gradient[Math.min(axis, rangeCount - 1)]! += full[axis]!;
      if (problem.fitsNugget) gradient[rangeCount] = full[dimension]!;
      return value;
    },
    sillAt: (x) => {
      const { ranges, eta } = problem.unpack(x);
      return likelihood.evaluate(ranges, etaOf(eta)).sill;
    },
  };
}

/** The best sill of given ranges and η is known: it is linear in 1/γ. Gradients are differences: bins are few. */
export function createSquaresObjective(problem: FitProblem): FitObjective {
  const { data, drift, bins, isotropic, model } = problem;
  const dimension = problem.basis.center.length;
  const direction = isotropic ? "isotropic" : "per-axis";
  const options = { dimension, drift, direction, ...(bins === undefined ? {} : { bins }) } as const;
  const near = binPairs(data, options);
  const binned = near.semivariance.some((gamma) => gamma > 0)
    ? near
    : binPairs(data, { ...options, maxDistance: 1 + 1e-9 });
  const { value: correlation } = CORRELATIONS[model];
  const measure = (x: ArrayLike<number>) => {
    const { ranges, eta } = problem.unpack(x);
    let [first, second, total] = [0, 0, 0];
    binned.pairs.forEach((pairs, bin) => {
      let squaredLag = 0;
      for (let axis = 0; axis < dimension; axis++) {
        squaredLag += (binned.lag[bin * dimension + axis]! / ranges[axis]!) ** 2;
      }
      const ratio = binned.semivariance[bin]! / (eta + 1 - correlation(squaredLag));
      first += pairs * ratio;
      second += pairs * ratio * ratio;
      total += pairs;
    });
    // Σ N (ratio / sill − 1)² is least at 1/sill = first/second.
    if (second === 0) return { value: 0, sill: 0 };
    return { value: total - (first * first) / second, sill: second / first };
  };
  return {
    evaluate: (x, gradient) => {
      const { value } = measure(x);
      const moved = x.slice();
      for (let i = 0; i < x.length; i++) {
        moved[i] = x[i]! + DIFFERENCE;
        const ahead = measure(moved).value;
        moved[i] = x[i]! - DIFFERENCE;
        gradient[i] = (ahead - measure(moved).value) / (2 * DIFFERENCE);
        moved[i] = x[i]!;
      }
      return value;
    },
    sillAt: (x) => measure(x).sill,
  };
}

const ADDED_ETA = 1e-10;
const DIFFERENCE = 1e-5;
