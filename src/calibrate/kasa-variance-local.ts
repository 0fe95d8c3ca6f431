/**
 * A descent into one basin: kriging of the points around the best one, in a trust region that grows with success and
 * shrinks without (the idea of TREGO: Y. Diouane et al., J. Glob. Optim. 85 (2023) 1; of TuRBO: D. Eriksson et al.,
 * NeurIPS 2019). Being fitted to the neighbourhood alone, its covariance and warp are those of the basin. Where the
 * kriging of the whole box foretells the same neighbours better, left out one by one, that one is used instead.
 *
 * What has converged is tried once more in a region several times as wide, for a basin inside a basin; then it is done.
 */
import type { FinishedBasins } from "./kasa-variance-basins.ts";
import type { Ledger } from "./kasa-variance-ledger.ts";
import type { Quest } from "./search-chains.ts";
import { type Choice, SurrogateChooser } from "./search-choice.ts";
import { distanceBetween } from "./search-random.ts";

/** Smaller gains, as shares of the ledger's spread, count as none. */
export const LEAST_GAIN = 1e-3;

const RADIUS = { least: 2e-3, most: 0.2, grown: 0.4, hop: 0.25, closed: 0.01, end: 2e-4 };
const HOP_GROWTH = 4;
/** Of least gains: what lies less above the best is the bottom of its basin. */
const BOTTOM = 10;
const MOST_NEIGHBOURS = 60;
/** A region is this share of the box that its covariances are scaled by, on either side of the middle. */
const HALF_WIDTH = 0.25;

export type LocalEnd = "going-on" | "converged" | "hopeless" | "known";

export class LocalSearch {
  readonly own: number[] = [];
  anchor: number;
  radius: number;
  readonly #firstRadius: number;
  readonly #dimension: number;
  readonly #ledger: Ledger;
  #chooser: SurrogateChooser;
  #hops = 0;
  #successes = 0;
  #failures = 0;
  #idle = 0;
  #small = 0;

  /** @param anchor index of the point to start from */
  constructor(ledger: Ledger, anchor: number) {
    this.#ledger = ledger;
    this.anchor = anchor;
    this.#dimension = ledger.points[anchor]!.length;
    this.#chooser = new SurrogateChooser(this.#dimension);
    const gaps = ledger.points.map((x) => distanceBetween(x, ledger.points[anchor]!)).sort((a, b) => a - b);
    const gap = gaps[Math.min(gaps.length - 1, this.#dimension)]!;
    this.radius = Math.min(RADIUS.most, Math.max(RADIUS.least, gap));
    this.#firstRadius = this.radius;
  }

  get center(): Float64Array {
    return this.#ledger.points[this.anchor]!;
  }

  /** Around the best point, inside the unit box. */
  get box(): { low: Float64Array; high: Float64Array } {
    const low = this.center.map((each) => Math.max(0, each - this.radius));
    const high = this.center.map((each) => Math.min(1, each + this.radius));
    return { low, high };
  }

  /**
   * What to search in the region, and where its coordinates are in the unit box.
   * @param whole the kriging of the whole box, and the indices that it is made from
   */
  plan(whole: Choice, kept: readonly number[], basins: FinishedBasins, temperature: number): LocalPlan {
    const ledger = this.#ledger;
    const { center } = this;
    const neighbours = this.#chooseNeighbours();
    const width = this.radius / HALF_WIDTH;
    const toRegion = (x: Float64Array) => x.map((each, axis) => 0.5 + (each - center[axis]!) / width);
    const toBox = (x: Float64Array) =>
      x.map((each, axis) => Math.min(1, Math.max(0, center[axis]! + (each - 0.5) * width)));
    const own = this.#chooser.choose(ledger.flatten(neighbours, toRegion), ledger.valuesOf(neighbours));
    const closed = this.#hops > 0 ? basins.boxes : [];
    const useOwn = this.#compare(own, neighbours, whole, kept);
    const shared = { spread: 0.1, temperature };
    if (!useOwn) {
      const threshold = whole.warped.map(ledger.values[this.anchor]!);
      const quest = { surrogate: whole.surrogate, threshold, ...this.box, near: [center], closed, ...shared };
      return { quest: { ...quest, spread: this.radius }, choice: whole, toBox: (x) => x };
    }
    const quest: Quest = {
      surrogate: own.surrogate,
      threshold: own.warped.map(ledger.values[this.anchor]!),
      low: toRegion(this.box.low),
      high: toRegion(this.box.high),
      near: neighbours.slice(0, 4).map((i) => toRegion(ledger.points[i]!)),
      closed: closed.map((each) => ({ center: toRegion(each.center), radius: each.radius / width })),
      ...shared,
    };
    return { quest, choice: own, toBox };
  }

  /**
   * Takes the values of a round in.
   * @param first index of its first point
   * @param worth ln EI of that point
   */
  record(first: number, worth: number, { warped }: Choice, basins: FinishedBasins): LocalEnd {
    const ledger = this.#ledger;
    const before = ledger.values[this.anchor]!;
    for (let i = first; i < ledger.count; i++) {
      this.own.push(i);
      if (ledger.values[i]! < ledger.values[this.anchor]!) this.anchor = i;
    }
    const least = LEAST_GAIN * ledger.spread();
    const isGain = before - ledger.values[this.anchor]! > least;
    // Expected improvement in the objective's own unit.
    const expected = Math.exp(worth - warped.logSlope(before));
    // Little hope counts once the region has shrunk to where values are those of the bottom: until then the kriging may
    // have overlooked what lies between its points.
    const isBottom = ledger.values[first]! - ledger.values[this.anchor]! < BOTTOM * least;
    this.#small = !isGain && isBottom && expected < least ? this.#small + 1 : 0;
    this.#adapt(isGain);
    return this.#judge(basins);
  }

  #adapt(isGain: boolean): void {
    if (isGain) {
      this.#failures = this.#idle = 0;
      if (++this.#successes < 2) return;
      this.radius = Math.min(RADIUS.grown, 2 * this.radius);
      this.#successes = 0;
      return;
    }
    this.#successes = 0;
    this.#idle++;
    if (++this.#failures < this.#patience) return;
    this.radius /= 2;
    this.#failures = 0;
  }

  /** Rounds without gain before the region shrinks. */
  get #patience(): number {
    return Math.max(2, this.#dimension / 2);
  }

  #judge(basins: FinishedBasins): LocalEnd {
    if (this.#entersKnown(basins)) return "known";
    const isSecond = this.#hops === 0 && this.anchor !== this.#ledger.best;
    if (isSecond && this.#idle >= this.#patience) return "hopeless";
    const isSpent = this.#idle >= 2 * this.#dimension + 6 || this.radius < RADIUS.end;
    if (!isSpent && !(this.#idle >= 2 * this.#patience && this.#small >= 2)) return "going-on";
    if (this.#hops > 0) return "converged";
    basins.add(this.center, Math.min(RADIUS.closed, Math.max(RADIUS.least, 2 * this.radius)));
    this.#hop();
    return "going-on";
  }

  #entersKnown({ boxes }: FinishedBasins): boolean {
    const { center } = this;
    return boxes.some((box) => box.center !== center && distanceBetween(box.center, center) <= box.radius);
  }

  #hop(): void {
    this.#hops++;
    this.radius = Math.min(RADIUS.hop, HOP_GROWTH * this.#firstRadius);
    this.#idle = this.#failures = this.#small = this.#successes = 0;
    this.#chooser = new SurrogateChooser(this.#dimension);
  }

  /** All within twice the region, and at least as many as a bowl has slopes and curvatures; the nearest first. */
  #chooseNeighbours(): number[] {
    const ledger = this.#ledger;
    const gaps = ledger.points.map((x) => distanceBetween(x, this.center));
    const near = gaps.map((_, i) => i).filter((i) => ledger.isFeasible(i));
    near.sort((a, b) => gaps[a]! - gaps[b]! || a - b);
    const within = near.filter((i) => gaps[i]! <= 2 * this.radius).length;
    return near.slice(0, Math.min(MOST_NEIGHBOURS, Math.max(3 * this.#dimension + 2, within)));
  }

  /** Whether the neighbourhood's own kriging foretells its points at least as well as that of the whole box. */
  #compare(own: Choice, neighbours: readonly number[], whole: Choice, kept: readonly number[]): boolean {
    let difference = 0;
    kept.forEach((index, inWhole) => {
      const inOwn = neighbours.indexOf(index);
      if (inOwn < 0) return;
      const value = this.#ledger.values[index]!;
      difference += own.surrogate.leaveOneOutDensity(inOwn) + own.warped.logSlope(value);
      difference -= whole.surrogate.leaveOneOutDensity(inWhole) + whole.warped.logSlope(value);
    });
    return difference >= 0;
  }
}

export interface LocalPlan {
  readonly quest: Quest;
  readonly choice: Choice;
  /** From the quest's coordinates to the unit box. */
  readonly toBox: (x: Float64Array) => Float64Array;
}
