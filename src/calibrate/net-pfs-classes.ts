/** How many pores a NET-PFS network has of each class, and how that scatters over seeds. */
import { OptionError } from "../errors.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { generateNetPfs } from "./net-pfs.ts";
import type { NetPfsOptions } from "./net-pfs-options.ts";

export interface NetPfsCounts {
  readonly pores: number;
  readonly inlet: number;
  readonly outlet: number;
  /** Neither held nor isolated. */
  readonly inner: number;
  /** Without a path of throats to inlet or outlet; those without any throat are among them. */
  readonly isolated: number;
  /** Without any throat and not held. */
  readonly bare: number;
  /** All throats. */
  readonly throats: number;
  /** Throats of pores that are not isolated: those that take part in a flow's equations. */
  readonly joinedThroats: number;
}

/**
 * The numbers of a network from `generateNetPfs`; a pore at both ends counts as inlet.
 * @throws {NetworkError} when the network has no such labels
 */
export function countNetPfs(network: PoreNetwork): NetPfsCounts {
  const { poreCount, throatCount, conns } = network;
  const [inlet, outlet, isolated] = ["inlet", "outlet", "isolated"].map((name) =>
    network.numbers(`pore.${name}`),
  ) as [Float64Array, Float64Array, Float64Array];
  const hasThroat = new Uint8Array(poreCount);
  let joinedThroats = 0;
  for (let e = 0; e < throatCount; e++) {
    hasThroat[conns[2 * e]!] = hasThroat[conns[2 * e + 1]!] = 1;
    if (!isolated[conns[2 * e]!]) joinedThroats++;
  }
  const counts = { inlet: 0, outlet: 0, inner: 0, isolated: 0, bare: 0 };
  for (let i = 0; i < poreCount; i++) {
    if (inlet[i]) counts.inlet++;
    else if (outlet[i]) counts.outlet++;
    else if (isolated[i]) counts.isolated++;
    else counts.inner++;
    if (isolated[i] && !hasThroat[i]) counts.bare++;
  }
  return { pores: poreCount, ...counts, throats: throatCount, joinedThroats };
}

export interface CountSpread {
  readonly mean: number;
  /** Of the sample, with n − 1. */
  readonly standardDeviation: number;
  readonly min: number;
  readonly max: number;
}

/**
 * The counts over many seeds.
 * @param options `seed` is not used
 * @throws {OptionError} for fewer than two seeds, or as `generateNetPfs`
 * @example
 * const seeds = Array.from({ length: 100 }, (_, k) => 1000 + k);
 * measureCountSpread(SAND_CASE.network, seeds).inlet.mean // 25 ± 5
 */
export function measureCountSpread(
  options: Omit<NetPfsOptions, "seed">,
  seeds: readonly number[],
): Record<keyof NetPfsCounts, CountSpread> {
  if (seeds.length < 2) {
    throw new OptionError("seeds", `There are ${seeds.length} seeds.`, "Give two or more.");
  }
  const counts = seeds.map((seed) => countNetPfs(generateNetPfs({ ...options, seed })));
  const names = Object.keys(counts[0]!) as (keyof NetPfsCounts)[];
  const spreads = names.map((name) => [name, spreadOf(counts.map((each) => each[name]))] as const);
  return Object.fromEntries(spreads) as Record<keyof NetPfsCounts, CountSpread>;
}

function spreadOf(values: readonly number[]): CountSpread {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return {
    mean,
    standardDeviation: Math.sqrt(squares / (values.length - 1)),
    min: Math.min(...values),
    max: Math.max(...values),
  };
}
