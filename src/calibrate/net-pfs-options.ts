/** What a NET-PFS network is asked for: a box, sizes of pores, how many, and which are joined by what. */
import { OptionError } from "../errors.ts";
import { createSampler, type Distribution } from "../network/distributions.ts";
import { AXES } from "../network/face-labels.ts";
import type { Axis } from "../network/flow-domain.ts";
import { rejectUnknownKeys, requireChoice, requireInteger, requirePositive } from "../network/options.ts";
import type { Box } from "../network/pore-network.ts";
import { checkSpread } from "./radius-factor.ts";

export interface NetPfsOptions {
  /** Edges of the box [m]; one number means a cube. */
  readonly size: number | readonly [number, number, number];
  readonly seed: number;
  /** Number of pores. Give this or `totalVolume`. */
  readonly count?: number;
  /** Pores are drawn until their volumes add up to this [m³]. */
  readonly totalVolume?: number;
  /** Volumes of pores [m³], spheres of which the radius follows. Give this or `poreRadius`. */
  readonly poreVolume?: Distribution;
  /** Radii of pores [m]. */
  readonly poreRadius?: Distribution;
  /** All radii of pores are multiplied by this. Default 1. */
  readonly poreSizeFactor?: number;
  /** Pores are joined that are at most this far apart, centre to centre [m]. */
  readonly distance: number;
  /**
   * Of those, each pore is joined to so many nearest ones only, a throat being there where either of its two pores
   * asks for it. Need not be whole: of 2.3, three tenths of the pores ask for a third. Default: no limit.
   */
  readonly neighbours?: number;
  /** Radii of throats [m]: their mean, or a distribution. */
  readonly throatRadius: Distribution;
  /** Of a mean: coefficient of variation of gamma distributed radii, from 0 (the default, all equal) to 1. */
  readonly throatRadiusSpread?: number;
  /** Pores less than this from a face carry its label [m]; default: half of the mean spacing (volume/count)^(1/3). */
  readonly slabThickness?: number;
  /** The axis whose faces are inlet and outlet, default x. */
  readonly flowAxis?: Axis;
  readonly name?: string;
}

const OPTIONS = [
  "size",
  "seed",
  "count",
  "totalVolume",
  "poreVolume",
  "poreRadius",
  "poreSizeFactor",
  "distance",
  "neighbours",
  "throatRadius",
  "throatRadiusSpread",
  "slabThickness",
  "flowAxis",
  "name",
] as const satisfies readonly (keyof NetPfsOptions)[];

/** More pores than this are taken for a mistake in units. */
export const MOST_PORES = 2 ** 27;

/**
 * The options, checked.
 * @throws {OptionError} on an unknown key, a value out of range, or two options that exclude each other
 */
export function checkNetPfsOptions(options: NetPfsOptions): NetPfsOptions {
  rejectUnknownKeys("generateNetPfs", options, OPTIONS);
  boxOf(options.size);
  requireInteger("seed", options.seed, 0, 2 ** 32 - 1);
  requireOne("count", options.count, "totalVolume", options.totalVolume);
  requireOne("poreVolume", options.poreVolume, "poreRadius", options.poreRadius);
  if (options.count !== undefined) requireInteger("count", options.count, 1, MOST_PORES);
  for (const key of ["totalVolume", "poreSizeFactor", "distance", "slabThickness"] as const) {
    const value = options[key];
    if (value !== undefined || key === "distance") requirePositive(key, value!);
  }
  const { neighbours, throatRadius, throatRadiusSpread = 0 } = options;
  if (throatRadius === undefined) {
    throw new OptionError(
      "throatRadius",
      "throatRadius is not given.",
      "Give a mean radius [m], or a distribution.",
    );
  }
  if (neighbours !== undefined) requirePositive("neighbours", neighbours);
  requireChoice("flowAxis", options.flowAxis ?? "x", AXES);
  checkSpread("throatRadiusSpread", throatRadiusSpread);
  for (const key of ["poreVolume", "poreRadius", "throatRadius"] as const) {
    const sizes = options[key];
    // Draws nothing: what it draws from is checked.
    if (sizes !== undefined) createSampler(key, sizes, 0, 0);
  }
  if (typeof throatRadius === "object" && throatRadiusSpread !== 0) {
    throw new OptionError(
      "throatRadiusSpread",
      "throatRadius is a distribution, and throatRadiusSpread is given as well.",
      "Give a mean radius [m] with a spread, or a distribution without.",
    );
  }
  return options;
}

function requireOne(first: string, a: unknown, second: string, b: unknown): void {
  if ((a === undefined) !== (b === undefined)) return;
  throw new OptionError(
    first,
    a === undefined ? `Neither ${first} nor ${second} is given.` : `${first} and ${second} are both given.`,
    "Give one of them.",
  );
}

/** @throws {OptionError} unless the edges are one number above 0, or three */
export function boxOf(size: number | readonly [number, number, number]): Box {
  const edges = typeof size === "number" ? [size, size, size] : size;
  if (!Array.isArray(edges) || edges.length !== 3) {
    throw new OptionError("size", `size is ${String(size)}.`, "Give one length [m], or three.");
  }
  for (const edge of edges) requirePositive("size", edge);
  return { origin: [0, 0, 0], size: [edges[0]!, edges[1]!, edges[2]!] };
}

/** [m³] */
export function volumeOf({ size }: Box): number {
  return size[0] * size[1] * size[2];
}
