/** The clouds of a forward model, made when they are first asked for and kept as long as there is room. */
import { createSampler } from "../network/distributions.ts";
import { CandidateCloud, type CloudLimit } from "./candidate-cloud.ts";
import type { NetPfsOptions } from "./net-pfs-options.ts";
import { drawPoreRadii } from "./net-pfs-pores.ts";

/** Throats of all clouds that are kept, about. */
const MOST_THROATS = 2 ** 24;
/** So many draws tell the size of radii from a distribution; it only keeps float32 away from its ends. */
const SIZE_DRAWS = 256;

export class CandidateClouds {
  readonly #clouds = new Map<string, CandidateCloud>();
  readonly #counts = new Map<string, number>();
  #limit: CloudLimit;

  constructor(limit: CloudLimit) {
    this.#limit = limit;
  }

  /** Throats for these candidates too: clouds that lack them are made anew. */
  reach(candidates: readonly NetPfsOptions[]): void {
    let { distance, neighbours } = this.#limit;
    for (const each of candidates) {
      distance = Math.max(distance, each.distance);
      if (neighbours !== undefined) neighbours = Math.max(neighbours, each.neighbours ?? neighbours);
    }
    if (distance === this.#limit.distance && neighbours === this.#limit.neighbours) return;
    this.#limit = { distance, neighbours };
    this.#clouds.clear();
  }

  get(options: NetPfsOptions): CandidateCloud {
    const count = this.#countPores(options);
    const key = `${options.seed} ${count}`;
    const known = this.#clouds.get(key);
    if (known) {
      // The one used last is dropped last.
      this.#clouds.delete(key);
      this.#clouds.set(key, known);
      return known;
    }
    const { totalVolume: _, ...rest } = options;
    const cloud = new CandidateCloud({ ...rest, count }, this.#limit, unitRadiusOf(options));
    this.#clouds.set(key, cloud);
    this.#dropOldest(cloud);
    return cloud;
  }

  #countPores(options: NetPfsOptions): number {
    if (options.count !== undefined) return options.count;
    const key = `${options.seed} ${options.totalVolume} ${options.poreSizeFactor}`;
    let count = this.#counts.get(key);
    if (count === undefined) this.#counts.set(key, (count = drawPoreRadii(options).length));
    return count;
  }

  #dropOldest(newest: CandidateCloud): void {
    let throats = 0;
    for (const cloud of this.#clouds.values()) throats += cloud.throatCount;
    for (const [key, cloud] of this.#clouds) {
      if (throats <= MOST_THROATS || cloud === newest) return;
      throats -= cloud.throatCount;
      this.#clouds.delete(key);
    }
  }
}

/** A typical radius of a distribution [m]; 1 where the radius is a candidate's own. */
export function unitRadiusOf({ throatRadius }: NetPfsOptions): number {
  if (typeof throatRadius === "number") return 1;
  const draw = createSampler("throatRadius", throatRadius, 0, 0);
  let sum = 0;
  for (let i = 0; i < SIZE_DRAWS; i++) sum += draw(i);
  return sum / SIZE_DRAWS;
}
