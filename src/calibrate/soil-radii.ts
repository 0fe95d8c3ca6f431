/**
 * From shares of volume to shares of number. Laboratories measure how much of the volume (or of the mass) belongs to
 * radii below r; a generator draws pores one by one. Between two radii of a table numbers are spread evenly over r, so
 * that a class of pore volume V holds
 *   N ∝ V / ((r₂⁴ − r₁⁴) / (4 (r₂ − r₁)))
 * pores, and the volumes of drawn pores give the table back. The fine end of a wide table takes nearly all of the
 * numbers: cut it off where its pores carry no flow.
 */
import { OptionError } from "../errors.ts";
import type { Distribution } from "../network/distributions.ts";

export type RadiusTable = Extract<Distribution, { kind: "table" }>;

export interface SoilRadii {
  /** By number [m]: `poreRadius` of `generateNetPfs`. */
  readonly poreRadius: RadiusTable;
  /** By number [m]: `throatRadius` of `generateNetPfs`. */
  readonly throatRadius: RadiusTable;
  /** The part of the measured distribution that the radii stand for; the rest lies outside of its table. */
  readonly share: number;
}

/**
 * @param radii [m], ascending
 * @param volumeShare of the volume, what belongs to smaller radii; any part of 0 to 1, ascending
 */
export function weightByNumber(radii: readonly number[], volumeShare: readonly number[]): RadiusTable {
  const numbers = [0];
  for (let k = 1; k < radii.length; k++) {
    const volume = volumeShare[k]! - volumeShare[k - 1]!;
    numbers.push(numbers[k - 1]! + volume / meanCube(radii[k - 1]!, radii[k]!));
  }
  const total = numbers.at(-1)!;
  const shares = numbers.map((n) => n / total);
  shares[shares.length - 1] = 1;
  return { kind: "table", values: [...radii], shares };
}

/** Mean of r³ of numbers spread evenly from a to b. */
function meanCube(a: number, b: number): number {
  return ((a + b) * (a * a + b * b)) / 4;
}

export function scaleTable({ values, shares }: RadiusTable, factor: number): RadiusTable {
  return { kind: "table", values: values.map((r) => factor * r), shares };
}

/**
 * The largest circle between three equal spheres that touch one another, over the spheres' radius: 2/√3 − 1, the
 * throat of a dense packing.
 */
export const THROAT_TO_GRAIN = 2 / Math.sqrt(3) - 1;
/** The largest sphere between four equal spheres that touch one another: √(3/2) − 1. */
export const TETRAHEDRON_TO_GRAIN = Math.sqrt(1.5) - 1;

/** @throws {OptionError} unless two or more numbers ascend */
export function requireAscending(option: string, values: readonly number[], isStrict: boolean): void {
  const isSound =
    values.length >= 2 &&
    values.every(
      (x, k) => Number.isFinite(x) && (k === 0 || (isStrict ? x > values[k - 1]! : x >= values[k - 1]!)),
    );
  if (isSound) return;
  throw new OptionError(
    option,
    `${option} does not ascend: ${values.join(", ")}.`,
    "Sort the table by size.",
  );
}
