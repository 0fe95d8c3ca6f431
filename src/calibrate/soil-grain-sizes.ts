/**
 * Pore and throat radii from a grain-size distribution (sieve and sedimentation), by three assumptions:
 * - shape similarity: a class of grains has pores whose radius is a fixed part of the grains' (R. Haverkamp and J.-Y.
 *   Parlange, Soil Sci. 142 (1986) 325);
 * - every class has the same void ratio, so that its share of the pore volume is its share of the mass (L. M. Arya and
 *   J. F. Paris, Soil Sci. Soc. Am. J. 45 (1981) 1023);
 * - that part is the hydraulic diameter of the packing over the grains' diameter, 4 φ / (6 (1 − φ)), φ being the
 *   porosity (the length of Kozeny and Carman), unless the caller states another.
 * A throat is the circle between three touching grains, 0.155 of their radius.
 */
import { OptionError } from "../errors.ts";
import { rejectUnknownKeys, requirePositive } from "../network/options.ts";
import {
  requireAscending,
  type SoilRadii,
  scaleTable,
  THROAT_TO_GRAIN,
  weightByNumber,
} from "./soil-radii.ts";

export interface GrainSizes {
  /** [m], ascending. */
  readonly diameters: readonly number[];
  /** Mass fraction of grains finer than each diameter, 0 to 1, ascending. */
  readonly finer: readonly number[];
}

export interface GrainSizeOptions {
  /** Pore volume over total volume, 0 to 1. Give this or `poreToGrain`. */
  readonly porosity?: number;
  /** Radius of a pore over that of its grains. */
  readonly poreToGrain?: number;
  /** Radius of a throat over that of its grains. Default 0.155. */
  readonly throatToGrain?: number;
}

/**
 * Radii by number for `generateNetPfs`. What is finer than the first diameter of the table, or coarser than the last,
 * is left out; `share` says how much of the mass is in.
 *
 * @throws {OptionError} when the table does not ascend, or an option is missing or out of range
 * @example
 * const sand = { diameters: [0.1e-3, 0.2e-3, 0.5e-3, 1e-3], finer: [0, 0.3, 0.9, 1] };
 * const { poreRadius, throatRadius } = radiiFromGrainSizes(sand, { porosity: 0.4 });
 * generateNetPfs({ size: 3e-3, seed: 7, count: 500, distance: 0.6e-3, neighbours: 4, poreRadius, throatRadius });
 */
export function radiiFromGrainSizes(sizes: GrainSizes, options: GrainSizeOptions): SoilRadii {
  rejectUnknownKeys("grain sizes", sizes, ["diameters", "finer"]);
  rejectUnknownKeys("radiiFromGrainSizes", options, ["porosity", "poreToGrain", "throatToGrain"]);
  const { diameters, finer } = sizes;
  requireAscending("diameters", diameters, true);
  requireAscending("finer", finer, false);
  requirePositive("diameters", diameters[0]!);
  const share = finer.at(-1)! - finer[0]!;
  if (diameters.length !== finer.length || finer[0]! < 0 || finer.at(-1)! > 1 || !(share > 0)) {
    throw new OptionError(
      "finer",
      `finer holds ${finer.length} numbers from ${finer[0]} to ${finer.at(-1)} for ${diameters.length} diameters.`,
      "Give one mass fraction from 0 to 1 for each diameter, not all the same.",
    );
  }
  const ratio = readRatio(options);
  const throatToGrain = requirePositive("throatToGrain", options.throatToGrain ?? THROAT_TO_GRAIN);
  const grains = weightByNumber(
    diameters.map((d) => d / 2),
    finer,
  );
  return { poreRadius: scaleTable(grains, ratio), throatRadius: scaleTable(grains, throatToGrain), share };
}

function readRatio({ porosity, poreToGrain }: GrainSizeOptions): number {
  if ((porosity === undefined) === (poreToGrain === undefined)) {
    throw new OptionError(
      "porosity",
      porosity === undefined
        ? "Neither porosity nor poreToGrain is given."
        : "porosity and poreToGrain are both given.",
      "Give one of them.",
    );
  }
  if (poreToGrain !== undefined) return requirePositive("poreToGrain", poreToGrain);
  if (porosity! > 0 && porosity! < 1) return (4 * porosity!) / (6 * (1 - porosity!));
  throw new OptionError("porosity", `porosity is ${porosity}.`, "Give a number between 0 and 1.");
}
