/**
 * Which surrogate the observations speak for. Four covariances and eleven warps compete; for each covariance the warp
 * and θ are improved in turn from where they were a round ago, both by the greatest
 *
 *   ln L(θ, warp) + Σ ln dz/dy + ln prior(θ) − penalty(warp) − ½ per parameter,
 *
 * a change of warp costing O(n²) as K stays, and the best covariance predicts. What is far behind is fitted seldom.
 */
import { minimizeInBox } from "./quasi-newton.ts";
import { type CovarianceForm, countParameters, type Prior, priorOf } from "./search-covariance.ts";
import { Surrogate } from "./search-surrogate.ts";
import { WARPS, type Warped, warpPenalty, warpValues } from "./search-warp.ts";

export const FORMS: readonly CovarianceForm[] = [
  { shape: "product", model: "matern52" },
  { shape: "product", model: "gaussian" },
  { shape: "additive", model: "matern52" },
  { shape: "additive", model: "gaussian" },
];

/** What is left when a form has been fitted: where the next fit starts. */
interface Candidate {
  readonly form: CovarianceForm;
  readonly prior: Prior;
  warp: number;
  theta: Float64Array;
  surrogate: Surrogate | undefined;
  /** To be as small as can be. */
  score: number;
}

export interface Choice {
  readonly surrogate: Surrogate;
  readonly warped: Warped;
}

const FIRST_ROUNDS = 3;
const FIRST_EVALUATIONS = 60;
const LATER_EVALUATIONS = 20;
/** Every so many fits a form also starts from its prior. */
const FRESH_PERIOD = 8;
const SELDOM_PERIOD = 5;
const FAR_BEHIND = 8;
const PARAMETER_PENALTY = 0.5;
/** Of ln θ about the prior's mean, in deviations. */
const REACH = 6;
const RESCUE_NUGGET = 1e-4;

export class SurrogateChooser {
  readonly #candidates: Candidate[];
  #round = 0;

  constructor(readonly dimension: number) {
    // With one axis a sum over axes is the product.
    const forms = dimension === 1 ? FORMS.filter(({ shape }) => shape === "product") : FORMS;
    this.#candidates = forms.map((form) => {
      const prior = priorOf(form, dimension);
      const score = Number.POSITIVE_INFINITY;
      return { form, prior, warp: 0, theta: prior.mean, surrogate: undefined, score };
    });
  }

  /**
   * @param points n x dimension
   * @param values n, at least one of them feasible
   * @param fit false: only the points are new, θ and warps stay
   */
  choose(points: Float64Array, values: readonly number[], fit = true): Choice {
    const round = this.#round++;
    const warped = WARPS.map((warp) => warpValues(values, warp));
    const top = Math.min(...this.#candidates.map(({ score }) => score));
    for (const candidate of this.#candidates) {
      const isFar = candidate.score - top > FAR_BEHIND && round % SELDOM_PERIOD !== 0;
      if ((fit && !isFar) || !candidate.surrogate) this.#fit(candidate, points, warped, round);
      else candidate.surrogate = createSafely(candidate, points, warped[candidate.warp]!.values);
    }
    const best = this.#candidates.reduce((a, b) => (b.score < a.score ? b : a));
    return { surrogate: best.surrogate!, warped: warped[best.warp]! };
  }

  #fit(candidate: Candidate, points: Float64Array, warped: readonly Warped[], round: number): void {
    const { form, prior } = candidate;
    const starts = [{ theta: candidate.theta, warp: candidate.warp }];
    if (round > 0 && round % FRESH_PERIOD === 0) starts.push({ theta: prior.mean, warp: candidate.warp });
    const isEarly = round < FIRST_ROUNDS;
    candidate.score = Number.POSITIVE_INFINITY;
    for (const start of starts) {
      let { theta, warp } = start;
      for (let turn = 0; turn < (isEarly ? FIRST_ROUNDS : 1); turn++) {
        warp = this.#chooseWarp(form, points, theta, warped, warp);
        const { values, logJacobian } = warped[warp]!;
        const maxEvaluations = isEarly ? FIRST_EVALUATIONS : LATER_EVALUATIONS;
        const fitted = fitTheta(form, prior, points, values, theta, maxEvaluations);
        theta = fitted.theta;
        const penalty = warpPenalty(WARPS[warp]!) + PARAMETER_PENALTY * countParameters(form, this.dimension);
        const score = fitted.value - logJacobian + penalty;
        if (score < candidate.score) Object.assign(candidate, { theta, warp, score });
      }
    }
    candidate.surrogate = createSafely(candidate, points, warped[candidate.warp]!.values);
  }

  #chooseWarp(
    form: CovarianceForm,
    points: Float64Array,
    theta: Float64Array,
    warped: readonly Warped[],
    current: number,
  ): number {
    const surrogate = Surrogate.create(form, points, warped[current]!.values, theta);
    if (!surrogate) return current;
    const scores = warped.map(({ values, logJacobian }, warp) =>
      logJacobian === Number.NEGATIVE_INFINITY
        ? Number.POSITIVE_INFINITY
        : surrogate.devianceOf(values) - logJacobian + warpPenalty(WARPS[warp]!),
    );
    return scores.reduce((best, score, warp) => (score < scores[best]! ? warp : best), current);
  }
}

function fitTheta(
  form: CovarianceForm,
  { mean, deviation }: Prior,
  points: Float64Array,
  values: Float64Array,
  start: Float64Array,
  maxEvaluations: number,
): { theta: Float64Array; value: number } {
  const evaluate = (theta: Float64Array, gradient: Float64Array): number => {
    const surrogate = Surrogate.create(form, points, values, theta.slice());
    if (!surrogate) return Number.POSITIVE_INFINITY;
    surrogate.differentiate(gradient);
    let value = surrogate.deviance;
    for (let i = 0; i < theta.length; i++) {
      const off = (theta[i]! - mean[i]!) / deviation[i]!;
      value += 0.5 * off * off;
      gradient[i]! += off / deviation[i]!;
    }
    return value;
  };
  const low = mean.map((each, i) => each - REACH * deviation[i]!);
  const high = mean.map((each, i) => each + REACH * deviation[i]!);
  const { x, value } = minimizeInBox({ evaluate, low, high, maxEvaluations }, start);
  return { theta: x, value };
}

/** Where points have come so near that K no longer factors, the nugget grows until it does. */
function createSafely({ form, theta }: Candidate, points: Float64Array, values: Float64Array): Surrogate {
  const trial = theta.slice();
  for (let nugget = RESCUE_NUGGET; ; nugget *= 100) {
    const surrogate = Surrogate.create(form, points, values, trial);
    if (surrogate) return surrogate;
    trial[trial.length - 1] = Math.log(nugget);
  }
}
