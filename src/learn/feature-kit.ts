/** What features are written with: their records, ratios that stay within bounds, and a throat's wholes. */
import type { FeatureGeometry } from "./feature-geometry.ts";

export interface Feature {
  readonly name: string;
  /** As the README has it. */
  readonly formula: string;
  /** Of the throat or pore `k`. */
  readonly compute: (geometry: FeatureGeometry, k: number) => number;
  /** Its mean tells how large the sample is: a smaller one has more of its pores at faces. */
  readonly isOfSample?: boolean;
}

/** What belongs to one end of a throat. */
export interface EndFeature {
  readonly name: string;
  readonly formula: string;
  /** @param part 0 or 2, of the conduit's lengths */
  readonly compute: (geometry: FeatureGeometry, e: number, pore: number, part: number) => number;
}

/** Ratios are kept within these: extraction leaves lengths and volumes of 0. */
const LEAST_RATIO = 1e-3;
const MOST_RATIO = 1e6;
/** A throat narrower than a tenth of a voxel is as good as none. */
export const MOST_VOXELS = 10;
/** A throat is narrower than its pores, but for what extraction cuts off. */
export const MOST_OPENING = 10;

/** ln(value/unit), NaN where either is not known. */
export function logRatio(value: number, unit: number): number {
  return Math.log(Math.min(MOST_RATIO, Math.max(LEAST_RATIO, ratio(value, unit))));
}

/** ln(1 + value/unit) for what may be 0. */
export function logOfOneAnd(value: number, unit: number): number {
  return Math.log1p(Math.min(MOST_RATIO, Math.max(0, ratio(value, unit))));
}

export function ratio(value: number, unit: number): number {
  return unit > 0 ? value / unit : Number.NaN;
}

/** 4π G: 1 for a circle; what is rounder, as measured perimeters can have it, is cut off. */
export function roundness(shapeFactor: number, most = 2): number {
  return Math.min(most, Math.max(0, 4 * Math.PI * shapeFactor));
}

export function within(least: number, most: number, value: number): number {
  return Math.min(most, Math.max(least, value));
}

export function throatSection({ throatRadius, throatShape }: FeatureGeometry, e: number): number {
  return throatRadius[e]! ** 2 / throatShape[e]!;
}

/** 4π r²/(4A*) within what sections can have, and extraction's rounding. */
export function shapeOfVolumes(g: FeatureGeometry, e: number): number {
  return within(0.02, 4, roundness(g.throatRadius[e]! ** 2 / (4 * g.section[e]!), 4));
}

/** A pore's with its part of its throats' [m³]. */
export function wholeVolume(g: FeatureGeometry, i: number): number {
  const area = g.poreRadius[i]! ** 2 / (4 * g.poreShape[i]!);
  return g.poreVolume[i]! * (1 + g.sumOfVolumeSections[i]! / area);
}

/** Of two cones from the pores' radii to the throat's, without viscosity and shape [1/m³]. */
export function conicalResistance(g: FeatureGeometry, e: number): number {
  const c = g.throatRadius[e]!;
  let sum = 0;
  for (const side of [0, 1]) {
    const pore = g.ends[2 * e + side]!;
    if (pore < 0) continue;
    const b = g.poreRadius[pore]!;
    const length = g.lengths[3 * e + 2 * side]! + g.lengths[3 * e + 1]! / 2;
    sum += (length * (1 / (b ** 3 * c) + 1 / (b ** 2 * c ** 2) + 1 / (b * c ** 3))) / 3;
  }
  return sum;
}

export function wholeLength({ lengths }: FeatureGeometry, e: number): number {
  return lengths[3 * e]! + lengths[3 * e + 1]! + lengths[3 * e + 2]!;
}

export function wholeResistance({ resistances }: FeatureGeometry, e: number): number {
  return resistances[3 * e]! + resistances[3 * e + 1]! + resistances[3 * e + 2]!;
}
