/**
 * KASA with variance: annealing on the kriged surface (M.-C. Hu et al., Stoch. Environ. Res. Risk Assess. 33 (2019) 395)
 * that calls the model where kriging leaves the decision open.
 *
 * The printed algorithm decides by the kriging estimate and calls the model after every p − 1 such decisions, however
 * sure or unsure they were. Here the kriging variance s² says what a decision by the estimate m may cost: to reject
 * x against the best value loses EI(x) = E[(y_best − y(x))⁺] on average. Chains at a falling temperature take thousands of
 * such decisions a round (search-chains.ts), and the model is called for the one that would cost most. That makes the
 * annealing an efficient global optimisation in the sense of D. R. Jones, M. Schonlau and W. J. Welch (J. Glob. Optim.
 * 13 (1998) 455), with kriging of warped values by whichever of several covariances the data speak for
 * (search-choice.ts). A round is one of
 *
 *   design   a Latin hypercube of d + 3 points
 *   global   the whole box is searched
 *   local    a trust region around the best point (kasa-variance-local.ts), entered when ln EI of the whole box is
 *            small, or gains have stopped and it is not large; left when it has converged
 *
 * and after a local search has ended: a few global rounds that keep out of finished basins, then, where these found
 * nothing better, a new design whose kriging begins afresh, so that what misled the first one does not mislead the next.
 * How a round comes to q points: kasa-variance-batch.ts. The best is always a value of the model's.
 */

import { FinishedBasins } from "./kasa-variance-basins.ts";
import { completeBatch, separatePoints } from "./kasa-variance-batch.ts";
import { Ledger } from "./kasa-variance-ledger.ts";
import { LEAST_GAIN, LocalSearch } from "./kasa-variance-local.ts";
import { type ChainTally, findWorthiest, type Quest, type State } from "./search-chains.ts";
import { type Choice, SurrogateChooser } from "./search-choice.ts";
import type { Answer, Method, MethodSetup, Phase, Proposal } from "./search-method.ts";
import { drawDesign, RandomStream } from "./search-random.ts";
import type { Surrogate } from "./search-surrogate.ts";

/** ln EI of standardised values below which a local search begins. */
const SMALL_WORTH = -5;
/** The same, once gains have stopped. */
const MODEST_WORTH = -3.5;
/** Global rounds after a local search. */
const ROUNDS_BETWEEN = 3;
/** Draws of the chains that may end in finished basins before a round gives up. */
const MOST_DETOURS = 5;
const DETOUR_RADIUS = 0.03;
const FINISHED_RADIUS = 0.01;
const GLOBAL_SPREAD = 0.3;
/** Of the chains at their start; it cools from round to round. */
const TEMPERATURE = { first: 2, least: 0.5, decay: 0.98 };

export const searchWithVariance: Method = async function* (setup) {
  const search = new VarianceSearch(setup);
  for (;;) {
    const proposal = await search.propose();
    const answer: Answer = yield proposal;
    search.record(answer);
  }
};

/** What the round under way is to be judged by. */
interface Round {
  readonly phase: Phase;
  /** Local rounds. */
  readonly choice?: Choice;
  /** ln EI of the first point. */
  readonly worth?: number;
  /** Global rounds: the best value outside of finished basins. */
  readonly incumbent?: number;
}

class VarianceSearch {
  readonly #setup: MethodSetup;
  readonly #random: RandomStream;
  readonly #ledger = new Ledger();
  readonly #basins = new FinishedBasins();
  readonly #tally: ChainTally = { judged: 0, moved: 0, accepted: 0 };
  #chooser: SurrogateChooser;
  #round = 0;
  #now: Round = { phase: "design" };
  /** First points that are still to be evaluated. */
  #design: Float64Array[];
  /** Index from which on kriging of the whole box takes points. */
  #epoch = 0;
  #fits = 0;
  #local: LocalSearch | undefined;
  /** Rounds since a gain. */
  #stalled = 0;
  #roundsBetween = 0;
  #bestAtEnd = Number.POSITIVE_INFINITY;
  #hasEnded = false;
  /** ln EI of the last global round. */
  #worth = 0;

  constructor(setup: MethodSetup) {
    this.#setup = setup;
    this.#random = new RandomStream(setup.seed);
    this.#chooser = new SurrogateChooser(setup.dimension);
    this.#design = this.#drawDesign();
  }

  async propose(): Promise<Proposal> {
    this.#round++;
    Object.assign(this.#tally, { judged: 0, moved: 0, accepted: 0 });
    const points = await this.#choosePoints();
    const { moved, accepted, judged } = this.#tally;
    return {
      points: separatePoints(points, this.#ledger.points, () => this.#drawInside()),
      temperature: this.#temperature,
      acceptance: accepted / moved,
      judged,
      phase: this.#now.phase,
    };
  }

  record({ points, values }: Answer): void {
    const ledger = this.#ledger;
    const first = ledger.count;
    const spread = ledger.spread();
    points.forEach((point, i) => {
      ledger.add(point, values[i]!);
    });
    const { phase, choice, worth, incumbent } = this.#now;
    if (phase === "design") return;
    const least = Math.min(...values);
    this.#stalled = least < (incumbent ?? ledger.bestValue) - LEAST_GAIN * spread ? 0 : this.#stalled + 1;
    if (phase === "global") this.#roundsBetween--;
    if (phase !== "local") return;
    const local = this.#local!;
    const end = local.record(first, worth!, choice!, this.#basins);
    if (end === "going-on") return;
    if (end !== "known") this.#basins.add(local.center, FINISHED_RADIUS);
    ledger.release(local.own);
    this.#local = undefined;
    this.#stalled = 0;
    this.#roundsBetween = ROUNDS_BETWEEN;
    this.#bestAtEnd = ledger.bestValue;
    this.#hasEnded = true;
  }

  get #temperature(): number {
    return Math.max(TEMPERATURE.least, TEMPERATURE.first * TEMPERATURE.decay ** this.#round);
  }

  async #choosePoints(): Promise<readonly Float64Array[]> {
    const { batchSize } = this.#setup;
    if (this.#design.length === 0 && this.#mayRestart()) this.#restart();
    if (this.#design.length === 0) {
      const order = this.#ledger.order(this.#epoch);
      // Without a value there is nothing to krige.
      if (order.some((i) => this.#ledger.isFeasible(i))) {
        const points = await this.#search(order);
        if (points) return points;
        this.#restart();
      } else this.#design = this.#drawDesign();
    }
    this.#now = { phase: "design" };
    return this.#design.splice(0, batchSize);
  }

  /** A local search has ended, and the rounds after it found nothing better. */
  #mayRestart(): boolean {
    if (this.#local || !this.#hasEnded || this.#roundsBetween > 0 || this.#worth > SMALL_WORTH) return false;
    this.#hasEnded = false;
    const ledger = this.#ledger;
    return ledger.bestValue >= this.#bestAtEnd - LEAST_GAIN * ledger.spread();
  }

  #restart(): void {
    this.#epoch = this.#ledger.count;
    this.#chooser = new SurrogateChooser(this.#setup.dimension);
    this.#fits = this.#stalled = this.#roundsBetween = 0;
    this.#hasEnded = false;
    this.#design = this.#drawDesign();
  }

  #drawDesign(): Float64Array[] {
    const { dimension, batchSize } = this.#setup;
    const count = Math.ceil((dimension + 3) / batchSize) * batchSize;
    return drawDesign(this.#random, count, dimension, this.#ledger.points);
  }

  /** Points of a local or global round; undefined where all that is promising leads into finished basins. */
  async #search(order: readonly number[]): Promise<readonly Float64Array[] | undefined> {
    const kept = this.#ledger.thin(order);
    const whole = this.#chooseWhole(kept);
    if (!this.#local) {
      const found = await this.#searchWhole(whole, order);
      if (!found) return undefined;
      if (!this.#startLocal(found.state.worth, whole.surrogate, order)) {
        this.#now = { phase: "global", incumbent: found.incumbent };
        this.#worth = found.state.worth;
        return this.#complete(found.quest, found.state);
      }
    }
    const { quest, choice, toBox } = this.#local!.plan(whole, kept, this.#basins, this.#temperature);
    const state = await this.#findWorthiest(quest);
    this.#now = { phase: "local", choice, worth: state.worth };
    return (await this.#complete(quest, state)).map(toBox);
  }

  /** The kriging of the whole box; with many points it is not fitted anew every round. */
  #chooseWhole(kept: readonly number[]): Choice {
    const period = kept.length < 40 ? 1 : kept.length < 80 ? 2 : 4;
    const fit = this.#fits < 3 || this.#fits % period === 0;
    this.#fits++;
    return this.#chooser.choose(this.#ledger.flatten(kept), this.#ledger.valuesOf(kept), fit);
  }

  async #searchWhole({ surrogate, warped }: Choice, order: readonly number[]) {
    const ledger = this.#ledger;
    const open = order.find((i) => !this.#basins.attracts(surrogate, ledger.points[i]!));
    const best = ledger.values[order[0]!]!;
    const incumbent = open === undefined ? best : ledger.values[open]!;
    const near = order.slice(0, 8).map((i) => ledger.points[i]!);
    if (open !== undefined) near.unshift(ledger.points[open]!);
    const dimension = this.#setup.dimension;
    const detours: Quest["closed"][number][] = [];
    for (let attempt = 0; attempt <= MOST_DETOURS; attempt++) {
      const quest: Quest = {
        surrogate,
        threshold: warped.map(best),
        low: new Float64Array(dimension),
        high: new Float64Array(dimension).fill(1),
        near,
        spread: GLOBAL_SPREAD,
        closed: [...this.#basins.boxes, ...detours],
        temperature: this.#temperature,
      };
      const state = await this.#findWorthiest(quest);
      if (!this.#basins.attracts(surrogate, state.x)) return { quest, state, incumbent };
      detours.push({ center: state.x, radius: DETOUR_RADIUS });
    }
    return undefined;
  }

  /** Whether there is a basin to follow, and it is time to. */
  #startLocal(worth: number, surrogate: Surrogate, order: readonly number[]): boolean {
    const { dimension } = this.#setup;
    const hasStalled = this.#stalled >= dimension + 2 && worth < MODEST_WORTH;
    if (this.#roundsBetween > 0 || !(worth < SMALL_WORTH || hasStalled)) return false;
    const ledger = this.#ledger;
    const median = ledger.median();
    const anchor = order.find(
      (i) => ledger.values[i]! <= median && !this.#basins.attracts(surrogate, ledger.points[i]!),
    );
    if (anchor === undefined) {
      this.#roundsBetween = ROUNDS_BETWEEN;
      return false;
    }
    this.#local = new LocalSearch(ledger, anchor);
    return true;
  }

  #findWorthiest(quest: Quest): Promise<State> {
    return findWorthiest(quest, this.#random, this.#tally, this.#setup.runChains);
  }

  #complete(quest: Quest, first: State): Promise<Float64Array[]> {
    return completeBatch(quest, first, this.#setup.batchSize, (next) => this.#findWorthiest(next));
  }

  #drawInside(): Float64Array {
    const { dimension } = this.#setup;
    const { low, high } = this.#local?.box ?? {
      low: new Float64Array(dimension),
      high: new Float64Array(dimension).fill(1),
    };
    return low.map((each, axis) => each + (high[axis]! - each) * this.#random.uniform());
  }
}
