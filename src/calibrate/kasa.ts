/**
 * KASA as printed (M.-C. Hu et al., Stoch. Environ. Res. Risk Assess. 33 (2019) 395): simulated annealing in which the
 * objective of a candidate is its ordinary-kriging estimate from the points observed so far. After p − 1 such steps
 * (first stopping criterion) the model is run at the current candidate, which becomes an observed point; the second
 * criterion ends the run: the target, or the evaluations. The variance is not used.
 *
 * What the paper leaves open: a Latin hypercube of d + 3 points is observed first; the schedule is that of annealing.ts;
 * the variogram is exponential, fitted by maximum likelihood and fitted anew when the points have become a quarter more.
 * What is infeasible counts as the worst value observed. `batchSize` chains share the observed points.
 */
import { type Chain, Schedule } from "./annealing.ts";
import { Kriging } from "./kriging.ts";
import type { Answer, Method } from "./search-method.ts";
import { INFEASIBLE } from "./search-warp.ts";
import type { Variogram } from "./variogram.ts";
import { fitVariogram } from "./variogram-fit.ts";

/** The paper's gain of 2.86 is what two of three evaluations left out come to. */
export const PRINTED_PERIOD = 3;
const REFIT_GROWTH = 1.25;
const MOST_FITTED = 120;
const FIT_EVALUATIONS = 20;
/** Of values over the unit they are kriged in. */
const MOST_GROWTH = 1e100;
/** Of the sill: a cold chain's points lie so near to each other that without it their matrix is singular. */
const LEAST_NUGGET = 1e-6;

/** @param period p: one step of so many is decided by the model */
export function createPrintedKasa(period = PRINTED_PERIOD): Method {
  return async function* (setup) {
    const schedule = new Schedule(setup);
    const observed = new Observed(setup.dimension);
    const first: Answer = yield schedule.proposeDesign();
    observed.add(first);
    const chains = schedule.start(first);
    for (;;) {
      const { temperature, step } = schedule;
      let accepted = 0;
      for (let k = 1; k < period; k++) {
        for (const chain of chains) accepted += takeKrigedStep(chain, observed, step, temperature) ? 1 : 0;
      }
      const judged = (period - 1) * chains.length;
      const points = chains.map((chain) => chain.move(step));
      const answer: Answer = yield { ...schedule.describe(accepted / judged, judged), points };
      chains.forEach((chain, i) => {
        chain.decide(answer.points[i], answer.values[i], temperature);
      });
      observed.add(answer);
      schedule.spend(answer.values.length);
    }
  };
}

function takeKrigedStep(chain: Chain, observed: Observed, step: number, temperature: number): boolean {
  const candidate = chain.move(step);
  return chain.decide(candidate, observed.estimate(candidate), temperature);
}

/** The observed points and their kriging. */
class Observed {
  readonly #dimension: number;
  readonly #points: number[] = [];
  readonly #values: number[] = [];
  #kriging: Kriging | undefined;
  #variogram: Variogram | undefined;
  #fittedCount = 0;
  /** Values are kriged in units of the largest there was at the fit, so that their squares do not overflow. */
  #unit = 1;

  constructor(dimension: number) {
    this.#dimension = dimension;
  }

  add({ points, values }: Answer): void {
    points.forEach((point, i) => {
      this.#points.push(...point);
      this.#values.push(values[i]!);
    });
    const count = this.#values.length;
    const feasible = this.#values.filter((value) => value < INFEASIBLE);
    if (feasible.length < 2) return;
    const worst = feasible.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const largest = feasible.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const isDue = count >= REFIT_GROWTH * this.#fittedCount && count <= MOST_FITTED;
    if (this.#kriging && !isDue && largest <= MOST_GROWTH * this.#unit) {
      points.forEach((point, i) => {
        this.#kriging!.insert(point, Math.min(values[i]!, worst) / this.#unit);
      });
      return;
    }
    this.#unit = largest || 1;
    this.#fit(this.#values.map((value) => Math.min(value, worst) / this.#unit));
  }

  #fit(scaled: readonly number[]): void {
    const points = Float64Array.from(this.#points);
    const dimension = this.#dimension;
    const start = this.#variogram && { start: this.#variogram };
    const fitted = fitVariogram(points, scaled, {
      dimension,
      model: "exponential",
      maxEvaluations: FIT_EVALUATIONS,
      ...start,
    });
    this.#variogram = { ...fitted, nugget: Math.max(fitted.nugget, LEAST_NUGGET * fitted.sill) };
    this.#kriging = new Kriging(points, scaled, { dimension, variogram: this.#variogram });
    this.#fittedCount = scaled.length;
  }

  /** Before there are two feasible points every candidate will do. */
  estimate(point: Float64Array): number {
    return this.#kriging ? this.#unit * this.#kriging.predict(point).estimate[0]! : Number.POSITIVE_INFINITY;
  }
}
