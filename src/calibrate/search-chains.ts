/**
 * Annealing chains on the kriged surface, and the point of a box that is worth a true evaluation most.
 *
 * A chain at x proposes x' and decides by kriging alone. Deciding "x' is no better than the best" without the model
 * loses E[(y_best − y(x'))⁺] = EI(x') on average: that is the uncertainty of the decision, in the units of what is at
 * stake. Chains therefore walk on E(x) = −ln EI(x), accepted with probability min(1, e^(−ΔE/T)) at a falling T, and the
 * state that one of them finds with the largest EI, polished by its gradient, is where the model decides.
 */
import { minimizeInBox } from "./quasi-newton.ts";
import { improvementSlopes, logImprovement } from "./search-improvement.ts";
import { distanceBetween, type RandomStream } from "./search-random.ts";
import type { Judgement, Surrogate } from "./search-surrogate.ts";

/** Where to search, and for what. */
export interface Quest {
  readonly surrogate: Surrogate;
  /** What is to be improved on, as the surrogate's values. */
  readonly threshold: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Points to begin near to, the best first. */
  readonly near: readonly Float64Array[];
  /** How near, as a share of the unit. */
  readonly spread: number;
  /** Boxes to keep out of. */
  readonly closed: readonly ClosedBox[];
  /** ln EI at which chains begin to be choosy. */
  readonly temperature: number;
}

export interface ClosedBox {
  readonly center: Float64Array;
  readonly radius: number;
}

export interface State {
  readonly x: Float64Array;
  /** ln EI */
  readonly worth: number;
}

export interface ChainTally {
  /** Decisions taken by kriging. */
  judged: number;
  moved: number;
  accepted: number;
}

/** Runs chains in place of the host's: states they found, in any order, `worth` to any precision. */
export type ChainRunner = (quest: Quest, random: RandomStream, tally: ChainTally) => Promise<State[]>;

const CHAINS = 24;
const SCATTERED = 300;
const NEARBY = 150;
const POLISHED = 4;
const POLISH_EVALUATIONS = 50;
/** How a run of chains cools; steps are standard deviations, as shares of the box. */
export const COOLING = { steps: 25, step: 0.2, stepDecay: 0.8, temperatureDecay: 0.75 } as const;
const CLOSED = -1e6;

/** The point with the largest expected improvement that chains and gradients find. */
export async function findWorthiest(
  quest: Quest,
  random: RandomStream,
  tally: ChainTally,
  run: ChainRunner = runOnHost,
): Promise<State> {
  const judge = createJudge(quest, tally);
  const found = (await run(quest, random, tally)).sort((a, b) => b.worth - a.worth);
  const starts: State[] = [];
  for (const state of found) {
    if (starts.length >= POLISHED) break;
    if (starts.every(({ x }) => scaledDistance(quest, x, state.x) > 0.01)) starts.push(state);
  }
  let best: State = { x: found[0]!.x, worth: judge(found[0]!.x) };
  for (const { x } of starts) {
    const polished = polish(quest, x, tally);
    const worth = judge(polished);
    if (worth > best.worth) best = { x: polished, worth };
  }
  return best;
}

async function runOnHost(quest: Quest, random: RandomStream, tally: ChainTally): Promise<State[]> {
  const judge = createJudge(quest, tally);
  let chains = drawStarts(quest, random, SCATTERED, NEARBY)
    .map((x): State => ({ x, worth: judge(x) }))
    .sort((a, b) => b.worth - a.worth)
    .slice(0, CHAINS);
  const visited = [...chains];
  for (let step = 0; step < COOLING.steps; step++) {
    const size = COOLING.step * COOLING.stepDecay ** step;
    const temperature = quest.temperature * COOLING.temperatureDecay ** step;
    chains = chains.map((state) => {
      const x = move(quest, state.x, size, random);
      const next = { x, worth: judge(x) };
      tally.moved++;
      if (
        next.worth < state.worth &&
        Math.log(random.uniform()) >= (next.worth - state.worth) / temperature
      ) {
        return state;
      }
      tally.accepted++;
      return next;
    });
    visited.push(...chains);
  }
  return visited;
}

/** Some anywhere in the box, some near good points at all scales. */
export function drawStarts(quest: Quest, random: RandomStream, scattered: number, nearby: number) {
  const { low, high, near, spread } = quest;
  const starts: Float64Array[] = [];
  for (let i = 0; i < scattered; i++) {
    starts.push(low.map((each, axis) => each + (high[axis]! - each) * random.uniform()));
  }
  const share = Math.max(0.3, 2 / low.length);
  for (let i = 0; i < nearby; i++) {
    const from = near[Math.floor(near.length * random.uniform() ** 2)]!;
    const size = spread * 10 ** (-4 * random.uniform());
    starts.push(
      clampTo(
        quest,
        from.map((each) => each + (random.uniform() < share ? size * random.normal() : 0)),
      ),
    );
  }
  return starts;
}

function move(quest: Quest, x: Float64Array, size: number, random: RandomStream): Float64Array {
  const { low, high } = quest;
  const always = random.below(x.length);
  return clampTo(
    quest,
    x.map((each, axis) =>
      axis === always || random.uniform() < 0.5
        ? each + size * (high[axis]! - low[axis]!) * random.normal()
        : each,
    ),
  );
}

export function clampTo({ low, high }: Pick<Quest, "low" | "high">, x: Float64Array): Float64Array {
  return x.map((each, axis) => Math.min(high[axis]!, Math.max(low[axis]!, each)));
}

/** ln EI by the quest's kriging; hardly anything in a closed box. */
export function createJudge(quest: Quest, tally: ChainTally): (x: Float64Array) => number {
  const judgement = quest.surrogate.createJudgement();
  return (x) => {
    if (quest.closed.some(({ center, radius }) => distanceBetween(center, x) <= radius)) return CLOSED;
    tally.judged++;
    quest.surrogate.predict(x, judgement);
    return worthOf(judgement, quest.threshold);
  };
}

export function worthOf({ estimate, variance }: Judgement, threshold: number): number {
  const deviation = Math.sqrt(variance);
  return Math.log(deviation) + logImprovement((threshold - estimate) / deviation);
}

/** Climbs ln EI, in units of a tenth of the box. */
function polish(quest: Quest, start: Float64Array, tally: ChainTally): Float64Array {
  const { surrogate, threshold, low, high } = quest;
  const judgement = surrogate.createJudgement();
  const unit = low.map((each, axis) => Math.max(1e-12, 0.1 * (high[axis]! - each)));
  const toPlace = (t: Float64Array) => t.map((each, axis) => low[axis]! + unit[axis]! * each);
  const evaluate = (t: Float64Array, gradient: Float64Array) => {
    tally.judged++;
    surrogate.predictGradient(toPlace(t), judgement);
    const { estimate, variance, estimateGradient, varianceGradient } = judgement;
    const deviation = Math.sqrt(variance);
    const slopes = improvementSlopes((threshold - estimate) / deviation);
    for (let axis = 0; axis < t.length; axis++) {
      const ofDeviation = (0.5 * varianceGradient[axis]!) / deviation;
      const slope = slopes.byDeviation * ofDeviation - slopes.byEstimate * estimateGradient[axis]!;
      gradient[axis] = (-unit[axis]! * slope) / deviation;
    }
    return -worthOf(judgement, threshold);
  };
  const box = {
    low: new Float64Array(low.length),
    high: low.map((each, axis) => (high[axis]! - each) / unit[axis]!),
  };
  const from = start.map((each, axis) => (each - low[axis]!) / unit[axis]!);
  const { x } = minimizeInBox({ evaluate, ...box, maxEvaluations: POLISH_EVALUATIONS }, from);
  return clampTo(quest, toPlace(x));
}

function scaledDistance({ low, high }: Quest, a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let axis = 0; axis < a.length; axis++) {
    sum += ((a[axis]! - b[axis]!) / Math.max(1e-12, high[axis]! - low[axis]!)) ** 2;
  }
  return Math.sqrt(sum);
}
