/**
 * KASA with variance where the objective is a sum of squares, J = Σ_t m_t², and its terms are known: each residual m_t is
 * kriged by itself, with a linear drift. J has a valley with a floor of kinks however smooth the residuals are; a
 * logarithm of a flow rate is nearly linear in that of a radius, and is foretold from a handful of runs.
 *
 * A state is worth the probability that every residual falls within a part of the best so far,
 *
 *   ln P(x) = ln p(x) + Σ_t ln[Φ((b − μ_t)/s_t) − Φ((−b − μ_t)/s_t)],   b = √(J_best / 4 T),
 *
 * μ_t and s_t being kriging's estimates and standard deviations, p that the model answers at x at all (an indicator,
 * kriged). Where kriging is sure this finds where it foretells zeros, where it is not sure it explores. Annealing chains
 * walk on −ln P, as those of kasa-variance.ts do on −ln EI, and the model is called for the best state that they meet;
 * a round of q points takes each value not yet known to be its estimate.
 */
import { Kriging } from "./kriging.ts";
import { minimizeInBox } from "./quasi-newton.ts";
import type { Answer, Method, MethodSetup, Proposal } from "./search-method.ts";
import { sumSquares } from "./search-objective.ts";
import { distanceBetween, drawDesign, RandomStream } from "./search-random.ts";
import { differentiateWithin, logProbabilityWithin } from "./search-within.ts";
import type { Variogram } from "./variogram.ts";
import { fitVariogram } from "./variogram-fit.ts";

const CHAINS = 48;
const STEPS = 50;
const SCATTERED = 300;
const NEARBY = 150;
const NEAR_SPREAD = 0.1;
const POLISHED = 5;
const POLISH_EVALUATIONS = 40;
const FIRST_STEP = 0.2;
const STEP_DECAY = 0.85;
const TEMPERATURE = { first: 2, decay: 0.85 };
/** What is asked of the next point, as a part of the best J. */
const WANTED_PART = 0.25;
/** Of many points those with the least sums are enough, and a round takes no longer. */
const MOST_KRIGED = 120;
const FIRST_FIT = 80;
const LATER_FIT = 20;
/** Nearer points teach nothing: then one is drawn around. */
const LEAST_DISTANCE = 1e-5;
const DETOUR = 0.02;
/** Of the indicator of points at which the model answers. */
const ANSWERS: Omit<Variogram, "ranges"> = { model: "exponential", sill: 0.25, nugget: 0 };
const ANSWERS_RANGE = 0.5;
const LEAST_PROBABILITY = 1e-3;
const LEAST_VARIANCE = 1e-20;

export const searchResiduals: Method = async function* (setup) {
  const search = new ResidualSearch(setup);
  for (;;) {
    const answer: Answer = yield search.propose();
    search.record(answer);
  }
};

interface State {
  readonly x: Float64Array;
  readonly worth: number;
}

class ResidualSearch {
  readonly #setup: MethodSetup;
  readonly #random: RandomStream;
  readonly #points: Float64Array[] = [];
  /** Of each point; not finite where the model did not answer. */
  readonly #residuals: (readonly number[])[] = [];
  readonly #variograms: (Variogram | undefined)[] = [];
  #best = Number.POSITIVE_INFINITY;
  #judged = 0;
  #moved = 0;
  #accepted = 0;

  constructor(setup: MethodSetup) {
    this.#setup = setup;
    this.#random = new RandomStream(setup.seed);
  }

  propose(): Proposal {
    const { dimension, batchSize } = this.#setup;
    [this.#judged, this.#moved, this.#accepted] = [0, 0, 0];
    const missing = dimension + 3 - this.#answered().length;
    const isDesign = missing > 0;
    const count = batchSize * (isDesign ? Math.ceil(missing / batchSize) : 1);
    const points = isDesign
      ? drawDesign(this.#random, count, dimension, this.#points)
      : this.#choosePoints(count);
    return {
      points,
      temperature: TEMPERATURE.first,
      acceptance: this.#accepted / this.#moved,
      judged: this.#judged,
      phase: isDesign ? "design" : "global",
    };
  }

  record({ points, values, residuals }: Answer): void {
    points.forEach((point, i) => {
      this.#best = Math.min(this.#best, values[i]!);
      this.#points.push(point);
      this.#residuals.push(residuals![i]!);
    });
  }

  /** Points at which every residual is known. */
  #answered(): number[] {
    return this.#points.flatMap((_, i) => (this.#residuals[i]!.every(Number.isFinite) ? [i] : []));
  }

  #choosePoints(count: number): Float64Array[] {
    const models = this.#fit();
    const chosen: Float64Array[] = [];
    while (chosen.length < count) {
      const x = this.#separate(this.#walk(models).x, chosen);
      chosen.push(x);
      if (chosen.length < count)
        for (const each of models.residuals) each.insert(x, each.predict(x).estimate[0]!);
    }
    return chosen;
  }

  #fit(): Models {
    const { dimension } = this.#setup;
    const residuals = this.#residuals[0]!.map((_, t) => this.#krigeResidual(t));
    if (this.#answered().length === this.#points.length) return { residuals, answers: undefined };
    const answers = new Kriging(
      flatten(this.#points),
      this.#residuals.map((each) => (each.every(Number.isFinite) ? 1 : 0)),
      { dimension, variogram: { ...ANSWERS, ranges: Array(dimension).fill(ANSWERS_RANGE) } },
    );
    return { residuals, answers };
  }

  #krigeResidual(t: number): Kriging {
    const { dimension } = this.#setup;
    const known = this.#order.filter((i) => Number.isFinite(this.#residuals[i]![t]!)).slice(0, MOST_KRIGED);
    const rows = flatten(known.map((i) => this.#points[i]!));
    const values = known.map((i) => this.#residuals[i]![t]!);
    const start = this.#variograms[t];
    const variogram = fitVariogram(rows, values, {
      dimension,
      drift: "linear",
      ...(start && { start }),
      maxEvaluations: start ? LATER_FIT : FIRST_FIT,
    });
    this.#variograms[t] = variogram;
    return new Kriging(rows, values, { dimension, variogram, drift: "linear", nuggetKind: "noise" });
  }

  /** The worthiest state that chains meet. */
  #walk(models: Models): State {
    const random = this.#random;
    const judge = (points: readonly Float64Array[]): State[] => {
      const worths = this.#judge(models, points);
      return points.map((x, i) => ({ x, worth: worths[i]! }));
    };
    const ordered = this.#bestPoints();
    const starts = [
      ...Array.from({ length: SCATTERED }, () => this.#drawAnywhere()),
      ...Array.from({ length: NEARBY }, (_, k) => this.#step(ordered[k % ordered.length]!, NEAR_SPREAD)),
      ...ordered,
    ];
    const byWorth = (a: State, b: State) => b.worth - a.worth;
    let chains = judge(starts).sort(byWorth).slice(0, CHAINS);
    let best = chains[0]!;
    for (let k = 0; k < STEPS; k++) {
      const temperature = TEMPERATURE.first * TEMPERATURE.decay ** k;
      const moved = judge(chains.map(({ x }) => this.#step(x, FIRST_STEP * STEP_DECAY ** k)));
      chains = chains.map((state, c) => {
        const next = moved[c]!;
        this.#moved++;
        const isTaken =
          next.worth >= state.worth || Math.log(random.uniform()) < (next.worth - state.worth) / temperature;
        if (isTaken) this.#accepted++;
        return isTaken ? next : state;
      });
      for (const state of chains) if (state.worth > best.worth) best = state;
    }
    const ends = [
      ...chains
        .sort(byWorth)
        .slice(0, POLISHED)
        .map(({ x }) => x),
      ...ordered.slice(0, POLISHED),
    ];
    for (const state of judge(ends.map((x) => this.#polish(models, x)))) {
      if (state.worth > best.worth) best = state;
    }
    return best;
  }

  /** Down the gradient of −ln P, by the residuals alone: a valley is narrower than chains' steps are short. */
  #polish({ residuals }: Models, start: Float64Array): Float64Array {
    const wanted = this.#wanted(residuals.length);
    const evaluate = (x: Float64Array, gradient: Float64Array): number => {
      gradient.fill(0);
      let value = 0;
      for (const each of residuals) {
        const { estimate, variance, estimateGradient, varianceGradient } = each.predictGradient(x);
        const deviation = Math.sqrt(Math.max(LEAST_VARIANCE, variance[0]!));
        const slopes = differentiateWithin(wanted, estimate[0]!, deviation);
        value -= slopes.value;
        for (let a = 0; a < x.length; a++) {
          gradient[a]! -= slopes.byMean * estimateGradient[a]!;
          gradient[a]! -= (slopes.byDeviation * varianceGradient[a]!) / (2 * deviation);
        }
      }
      this.#judged++;
      return value;
    };
    const low = new Float64Array(start.length);
    const high = new Float64Array(start.length).fill(1);
    return minimizeInBox({ evaluate, low, high, maxEvaluations: POLISH_EVALUATIONS }, start).x;
  }

  /** b */
  #wanted(terms: number): number {
    return Math.sqrt((WANTED_PART * this.#best) / terms);
  }

  /** ln P of points. */
  #judge({ residuals, answers }: Models, points: readonly Float64Array[]): Float64Array {
    const rows = flatten(points);
    const wanted = this.#wanted(residuals.length);
    const worth = new Float64Array(points.length);
    this.#judged += points.length;
    for (const each of residuals) {
      const { estimate, variance } = each.predict(rows);
      for (let i = 0; i < worth.length; i++) {
        worth[i]! += logProbabilityWithin(wanted, estimate[i]!, Math.sqrt(variance[i]!));
      }
    }
    const answering = answers?.predict(rows).estimate;
    answering?.forEach((p, i) => {
      worth[i]! += Math.log(Math.min(1, Math.max(LEAST_PROBABILITY, p)));
    });
    return worth;
  }

  #bestPoints(): Float64Array[] {
    return this.#order.slice(0, 8).map((i) => this.#points[i]!);
  }

  /** Points, those with the least sums first; where the model did not answer last. */
  get #order(): number[] {
    const sums = this.#residuals.map(sumSquares);
    return sums.map((_, i) => i).sort((a, b) => (sums[a] === sums[b] ? a - b : sums[a]! - sums[b]!));
  }

  #drawAnywhere(): Float64Array {
    return Float64Array.from({ length: this.#setup.dimension }, () => this.#random.uniform());
  }

  #step(x: Float64Array, size: number): Float64Array {
    return x.map((each) => reflect(each + size * this.#random.normal()));
  }

  #separate(point: Float64Array, chosen: readonly Float64Array[]): Float64Array {
    const taken = [...this.#points, ...chosen];
    let x = point;
    for (
      let attempt = 0;
      attempt < 8 && taken.some((y) => distanceBetween(x, y) < LEAST_DISTANCE);
      attempt++
    ) {
      x = this.#step(point, DETOUR);
    }
    return x;
  }
}

interface Models {
  readonly residuals: readonly Kriging[];
  /** Where the model answers; undefined while it always has. */
  readonly answers: Kriging | undefined;
}

function flatten(points: readonly Float64Array[]): Float64Array {
  return Float64Array.from(points.flatMap((point) => [...point]));
}

/** Into the unit interval. */
function reflect(value: number): number {
  const wrapped = Math.abs(value) % 2;
  return wrapped > 1 ? 2 - wrapped : wrapped;
}
