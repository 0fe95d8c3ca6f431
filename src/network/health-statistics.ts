/** Numbers that describe a network: coordination, quantiles of sizes, porosity. */
import { centreDistancesOf, radiiOf } from "./geometry.ts";
import type { PoreNetwork, PropertyArray } from "./pore-network.ts";

export interface Quantiles {
  readonly min: number;
  readonly q10: number;
  readonly median: number;
  readonly q90: number;
  readonly max: number;
  readonly mean: number;
}

export interface NetworkStatistics {
  /** Throats a pore, reservoirs' included. */
  readonly coordination: {
    readonly mean: number;
    readonly max: number;
    /** Number of pores with 0, 1, 2, … throats. */
    readonly histogram: readonly number[];
  };
  /** [m] */
  readonly poreRadius: Quantiles | undefined;
  /** [m] */
  readonly throatRadius: Quantiles | undefined;
  /** Centre to centre [m]. */
  readonly throatLength: Quantiles | undefined;
  /** Volume of pores and throats over that of the box, clay not included. */
  readonly porosity: number | undefined;
  /** Volume of clay over that of the box. */
  readonly clayFraction: number | undefined;
}

/** Coordination, sizes and porosity of a network; what it has no data for is `undefined`. */
export function describeNetwork(network: PoreNetwork): NetworkStatistics {
  const volume = network.box === undefined ? 0 : network.box.size.reduce((product, s) => product * s, 1);
  const share = (names: readonly string[]) => {
    const sums = names.map((name) => network.get(name)).filter((values) => values !== undefined);
    return sums.length === 0 || !(volume > 0)
      ? undefined
      : sums.reduce((sum, values) => sum + sumOf(values), 0) / volume;
  };
  return {
    coordination: describeCoordination(network),
    poreRadius: quantilesOf(radiiOf(network, "pore")),
    throatRadius: quantilesOf(radiiOf(network, "throat")),
    throatLength: quantilesOf(centreDistancesOf(network)),
    porosity: share([network.has("pore.volume") ? "pore.volume" : "pore.region_volume", "throat.volume"]),
    clayFraction: share(["pore.clay_volume", "throat.clay_volume"]),
  };
}

/** Quantiles and mean of the finite values; `undefined` when there are none. */
export function quantilesOf(values: Float64Array | undefined): Quantiles | undefined {
  const sorted = values?.filter((v) => Number.isFinite(v)).sort();
  if (sorted === undefined || sorted.length === 0) return undefined;
  const at = (part: number) => {
    const place = part * (sorted.length - 1);
    const low = sorted[Math.floor(place)]!;
    return low + (place % 1) * (sorted[Math.ceil(place)]! - low);
  };
  return {
    min: sorted[0]!,
    q10: at(0.1),
    median: at(0.5),
    q90: at(0.9),
    max: sorted[sorted.length - 1]!,
    mean: sumOf(sorted) / sorted.length,
  };
}

/** Number of throats of each pore; a throat from a pore to itself counts twice. */
export function countThroats(network: PoreNetwork): Int32Array {
  const degree = new Int32Array(network.poreCount);
  for (const end of network.conns) if (end >= 0) degree[end]!++;
  return degree;
}

function describeCoordination(network: PoreNetwork): NetworkStatistics["coordination"] {
  const degree = countThroats(network);
  const max = degree.reduce((most, d) => Math.max(most, d), 0);
  const histogram = new Array<number>(max + 1).fill(0);
  for (const d of degree) histogram[d]!++;
  const mean = network.poreCount === 0 ? 0 : sumOf(degree) / network.poreCount;
  return { mean, max, histogram };
}

function sumOf(values: PropertyArray): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}
