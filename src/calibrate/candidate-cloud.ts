/**
 * All networks of one seed and one number of pores: the pores, and every throat that any candidate up to a connecting
 * distance and a number of neighbours can have. Throats stand in the order of their lengths, so that a distance is a
 * number of throats; a number of neighbours is likewise a number of levels (net-pfs-throats.ts). Between two lengths
 * nothing changes: flow is a staircase of the distance, and what has been solved on a step is known for all of it.
 */
import { resolveFlowDomain } from "../network/boundary.ts";
import { Forest, heldBy } from "../network/components.ts";
import { labelFaces } from "../network/face-labels.ts";
import type { Axis, FlowDomain } from "../network/flow-domain.ts";
import { PoreNetwork } from "../network/pore-network.ts";
import type { SolveStatus } from "../solve/report.ts";
import { countWhile } from "./count-while.ts";
import { createThroatFactor, slabThicknessOf, throatPlace } from "./net-pfs.ts";
import { boxOf, type NetPfsOptions } from "./net-pfs-options.ts";
import { drawPores, type NetPfsPores, sphereVolume } from "./net-pfs-pores.ts";
import { findThroats, throatCounter } from "./net-pfs-throats.ts";
import { readFactor } from "./radius-factor.ts";

/** Largest distance and number of neighbours that a cloud holds the throats of. */
export interface CloudLimit {
  readonly distance: number;
  readonly neighbours: number | undefined;
}

/** Which throats a candidate has: of the first `throatEnd` those of a level rank below `levelEnd`. */
export interface ThroatChoice {
  readonly throatEnd: number;
  readonly levelEnd: number;
}

/** Σ s^p (p_i − p_j)² / L over the throats, at unit pressure drop [1/m]. */
export interface FlowAnswer {
  readonly value: number;
  readonly status: SolveStatus;
}

export interface ThroatSums {
  readonly count: number;
  /** Σ s² (L − R_i − R_j) over the throats, where that is above 0 [m]. */
  readonly freeLength: number;
}

export class CandidateCloud {
  readonly options: NetPfsOptions;
  readonly pores: NetPfsPores;
  readonly conns: Int32Array;
  /** m [m], ascending. */
  readonly length: Float64Array;
  /** m: how many levels are below the throat's own. */
  readonly levelRank: Uint32Array;
  /** m: radius over the candidate's, where it has no spread. */
  readonly factor: Float64Array;
  /** m: where the uniform number by which a throat has its radius lies in a table of factors. */
  readonly place: Float64Array;
  /** What has been solved, by `FlowRequest`. */
  readonly flows = new Map<string, FlowAnswer>();
  readonly #levels: Float64Array | undefined;
  readonly #domains = new Map<string, FlowDomain>();
  readonly #criticalEnds = new Map<string, number>();
  readonly #sums = new Map<string, ThroatSums>();

  /**
   * @param options `count` is the number of pores
   * @param unitRadius what radii drawn from a distribution are divided by [m]
   */
  constructor(options: NetPfsOptions, limit: CloudLimit, unitRadius: number) {
    this.options = options;
    this.pores = drawPores(options);
    const found = findThroats(this.pores.coords, options.seed, limit.distance, limit.neighbours);
    const order = Uint32Array.from(found.length.keys()).sort((a, b) => found.length[a]! - found.length[b]!);
    this.conns = Int32Array.from(
      { length: 2 * order.length },
      (_, k) => found.conns[2 * order[k >> 1]! + (k & 1)]!,
    );
    this.length = Float64Array.from(order, (e) => found.length[e]!);
    const { level } = found;
    this.#levels = level?.slice().sort();
    this.levelRank = level
      ? Uint32Array.from(order, (e) => countBelow(this.#levels!, level[e]!))
      : new Uint32Array(order.length);
    const drawFactor = createThroatFactor(options);
    this.factor = new Float64Array(order.length);
    this.place = new Float64Array(order.length);
    for (let e = 0; e < order.length; e++) {
      const counter = throatCounter(this.conns[2 * e]!, this.conns[2 * e + 1]!);
      this.factor[e] = drawFactor(counter) / unitRadius;
      this.place[e] = throatPlace(options.seed, counter);
    }
  }

  get poreCount(): number {
    return this.pores.radius.length;
  }

  get throatCount(): number {
    return this.length.length;
  }

  chooseThroats(distance: number, neighbours: number | undefined): ThroatChoice {
    const throatEnd = countAtMost(this.length, distance);
    const levels = this.#levels;
    return { throatEnd, levelEnd: levels && neighbours !== undefined ? countBelow(levels, neighbours) : 1 };
  }

  /** Who is held at the faces of an axis, with the first throats. */
  domainAlong(axis: Axis, throatCount = this.throatCount): FlowDomain {
    const key = `${axis} ${throatCount}`;
    let domain = this.#domains.get(key);
    if (!domain) {
      const box = boxOf(this.options.size);
      const { coords } = this.pores;
      const conns = this.conns.subarray(0, 2 * throatCount);
      const faces = labelFaces(coords, box, slabThicknessOf(this.options, this.poreCount), axis);
      const network = new PoreNetwork({ coords, conns, properties: faces, box });
      domain = resolveFlowDomain(network, { axis, inlet: `${axis}min`, outlet: `${axis}max` });
      this.#domains.set(key, domain);
    }
    return domain;
  }

  percolates(axis: Axis, { throatEnd, levelEnd }: ThroatChoice): boolean {
    const key = `${axis} ${levelEnd}`;
    let critical = this.#criticalEnds.get(key);
    if (critical === undefined) {
      critical = this.#findCriticalEnd(this.domainAlong(axis), levelEnd);
      this.#criticalEnds.set(key, critical);
    }
    return throatEnd >= critical;
  }

  /** The smallest number of throats, in the order of their lengths, that joins inlet and outlet; else infinite. */
  #findCriticalEnd({ poreState }: FlowDomain, levelEnd: number): number {
    const { conns, levelRank, poreCount } = this;
    // All pores held at one pressure are one.
    const ends = Int32Array.from(poreState, (_, i) => [i, poreCount, poreCount + 1][heldBy(i, poreState)]!);
    const forest = new Forest(poreCount + 2);
    for (let e = 0; e < levelRank.length; e++) {
      if (levelRank[e]! >= levelEnd) continue;
      forest.join(ends[conns[2 * e]!]!, ends[conns[2 * e + 1]!]!);
      if (forest.rootOf(poreCount) === forest.rootOf(poreCount + 1)) return e + 1;
    }
    return Infinity;
  }

  /** Of the pores [m³]. */
  poreVolume(sizeFactor: number): number {
    return sizeFactor ** 3 * this.pores.radius.reduce((sum, r) => sum + sphereVolume(r), 0);
  }

  /** @param table of the spread, where there is one */
  sumThroats(choice: ThroatChoice, sizeFactor: number, spread: number, table?: Float64Array): ThroatSums {
    const key = `${choice.throatEnd} ${choice.levelEnd} ${sizeFactor} ${spread}`;
    let sums = this.#sums.get(key);
    if (!sums) {
      if (this.#sums.size >= MOST_REMEMBERED) this.#sums.clear();
      sums = this.#sumThroats(choice, sizeFactor, table);
      this.#sums.set(key, sums);
    }
    return sums;
  }

  #sumThroats({ throatEnd, levelEnd }: ThroatChoice, sizeFactor: number, table?: Float64Array): ThroatSums {
    const { radius } = this.pores;
    let [count, freeLength] = [0, 0];
    for (let e = 0; e < throatEnd; e++) {
      if (this.levelRank[e]! >= levelEnd) continue;
      count++;
      const inPores = sizeFactor * (radius[this.conns[2 * e]!]! + radius[this.conns[2 * e + 1]!]!);
      if (inPores < this.length[e]!) freeLength += this.factorOf(e, table) ** 2 * (this.length[e]! - inPores);
    }
    return { count, freeLength };
  }

  /** Radius of a throat over the candidate's. */
  factorOf(throat: number, table?: Float64Array): number {
    return table ? readFactor(table, this.place[throat]!) : this.factor[throat]!;
  }

  /** m: s^p / L, as shaders/calibrate/candidate-conductance.wgsl, in float64. */
  conduct({ throatEnd, levelEnd }: ThroatChoice, exponent: number, table?: Float64Array): Float64Array {
    const values = new Float64Array(this.throatCount);
    for (let e = 0; e < throatEnd; e++) {
      if (this.levelRank[e]! < levelEnd) values[e] = this.factorOf(e, table) ** exponent / this.length[e]!;
    }
    return values;
  }
}

/** Entries of a cache, after which it begins anew. */
export const MOST_REMEMBERED = 100_000;

/** How many of ascending values are at most `x`. */
function countAtMost(values: Float64Array, x: number): number {
  return countWhile(values.length, (k) => values[k]! <= x);
}

function countBelow(values: Float64Array, x: number): number {
  return countWhile(values.length, (k) => values[k]! < x);
}
