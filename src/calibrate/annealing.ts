/**
 * Simulated annealing (S. Kirkpatrick, C. D. Gelatt and M. P. Vecchi, Science 220 (1983) 671): a move from x to x' is
 * accepted where it is better, and else with probability e^(−Δ/T). Temperature and steps fall geometrically with the
 * share of the evaluations that are spent:
 *
 *   T(e) = T₀ (T₁/T₀)^(e/N),   T₀ the spread of the first values, T₁ = 10⁻⁴ T₀,   step = 0.3 … 0.003 of the box
 *
 * The baseline of the other methods. `batchSize` chains run side by side.
 */
import type { Answer, Method, MethodSetup, Proposal } from "./search-method.ts";
import { drawDesign, RandomStream } from "./search-random.ts";
import { INFEASIBLE } from "./search-warp.ts";

const LEAST_TEMPERATURE = 1e-4;
const STEP = { first: 0.3, last: 0.003 };

export const anneal: Method = async function* (setup) {
  const schedule = new Schedule(setup);
  const first: Answer = yield schedule.proposeDesign();
  const chains = schedule.start(first);
  let accepted = Number.NaN;
  for (;;) {
    const points = chains.map((chain) => chain.move(schedule.step));
    const answer: Answer = yield { ...schedule.describe(accepted), points };
    const { temperature } = schedule;
    const moves = chains.map((chain, i) => chain.decide(answer.points[i], answer.values[i], temperature));
    accepted = moves.filter((each) => each).length / chains.length;
    schedule.spend(answer.values.length);
  }
};

/** Temperature and step by evaluations spent, and where chains begin. */
export class Schedule {
  readonly #setup: MethodSetup;
  #spent = 0;
  #first = 1;

  constructor(setup: MethodSetup) {
    this.#setup = setup;
  }

  /** Of the unit box, a standard deviation. */
  get step(): number {
    return STEP.first * (STEP.last / STEP.first) ** this.#share;
  }

  /** In the unit of the objective. */
  get temperature(): number {
    return this.#first * LEAST_TEMPERATURE ** this.#share;
  }

  get #share(): number {
    return Math.min(1, this.#spent / this.#setup.maxEvaluations);
  }

  proposeDesign(): Proposal {
    const { dimension, batchSize, seed } = this.#setup;
    const points = drawDesign(new RandomStream(seed), Math.max(dimension + 3, batchSize), dimension);
    return { points, temperature: this.temperature, acceptance: Number.NaN, judged: 0, phase: "design" };
  }

  /** Chains at the best of the first points; their spread is the first temperature. */
  start({ points, values }: Answer): Chain[] {
    const { seed, batchSize } = this.#setup;
    this.spend(values.length);
    const feasible = values.filter((value) => value < INFEASIBLE);
    const mean = feasible.reduce((sum, each) => sum + each, 0) / feasible.length;
    const variance = feasible.reduce((sum, each) => sum + (each - mean) ** 2, 0) / feasible.length;
    this.#first = Number.isFinite(variance) && variance > 0 ? Math.sqrt(variance) : 1;
    const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
    return Array.from({ length: batchSize }, (_, k) => {
      const from = order[k % order.length]!;
      return new Chain(new RandomStream(seed, k + 1), points[from]!, values[from]!);
    });
  }

  spend(evaluations: number): void {
    this.#spent += evaluations;
  }

  describe(acceptance: number, judged = 0): Omit<Proposal, "points"> {
    return { temperature: this.temperature, acceptance, judged, phase: "walk" };
  }
}

export class Chain {
  readonly #random: RandomStream;
  #candidate: Float64Array;
  x: Float64Array;
  value: number;

  constructor(random: RandomStream, x: Float64Array, value: number) {
    this.#random = random;
    this.x = x;
    this.#candidate = x;
    this.value = value;
  }

  /** A normal step in some of the axes, reflected at the box's faces. */
  move(step: number): Float64Array {
    const random = this.#random;
    const always = random.below(this.x.length);
    this.#candidate = this.x.map((each, axis) =>
      axis === always || random.uniform() < 0.5 ? reflect(each + step * random.normal()) : each,
    );
    return this.#candidate;
  }

  /** Accepts the candidate, or what was evaluated in its place, or not. */
  decide(point: Float64Array | undefined, value: number | undefined, temperature: number): boolean {
    const luck = this.#random.uniform();
    if (value === undefined) return false;
    if (!(value <= this.value || luck <= Math.exp((this.value - value) / temperature))) return false;
    this.x = point ?? this.#candidate;
    this.value = value;
    return true;
  }
}

function reflect(u: number): number {
  const folded = Math.abs(u) % 2;
  return folded > 1 ? 2 - folded : folded;
}
