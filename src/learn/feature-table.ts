/**
 * The features of throats and pores: dimensionless, from the geometry alone. A feature that is not known is NaN,
 * which `normalizeFeatures` makes the mean.
 *
 * Notation: r radius, G shape factor, V volume, z number of open throats, a voxel size; t the throat, i a pore at
 * one of its ends; Lᵢ, Lₜ the lengths of a conduit's parts, L their sum; Rᵢ, Rₜ the parts' resistances
 * L/(k G A²), R their sum; A* a throat's section as volumes tell it (feature-areas.ts); ⟨r⟩ the geometric mean of the network's throat radii; Σᵢ a sum over a pore's throats.
 *
 * A throat's features must not depend on which of its ends comes first. What belongs to an end therefore
 * enters as the mean over the ends that are pores, and as the distance |x₁ − x₂| of two, 0 at a reservoir.
 */
import type { FeatureGeometry } from "./feature-geometry.ts";
import { cutOff } from "./feature-walls.ts";

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
interface EndFeature {
  readonly name: string;
  readonly formula: string;
  /** @param part 0 or 2, of the conduit's lengths */
  readonly compute: (geometry: FeatureGeometry, e: number, pore: number, part: number) => number;
}

const OWN_FEATURES: readonly Feature[] = [
  {
    name: "radiusOverVoxel",
    formula: "ln(rₜ/a)",
    compute: (g, e) => logRatio(g.throatRadius[e]!, g.voxelSize),
  },
  {
    name: "voxelOverRadius",
    formula: "a/rₜ",
    compute: (g, e) => Math.min(MOST_VOXELS, ratio(g.voxelSize, g.throatRadius[e]!)),
  },
  {
    name: "radiusOverMean",
    formula: "ln(rₜ/⟨r⟩)",
    compute: (g, e) => logRatio(g.throatRadius[e]!, g.meanThroatRadius),
  },
  {
    name: "shapeFactor",
    formula: "4π Gₜ",
    compute: (g, e) => roundness(g.throatShape[e]!),
  },
  {
    name: "logShapeFactor",
    formula: "ln(4π Gₜ)",
    compute: (g, e) => logRatio(roundness(g.throatShape[e]!), 1),
  },
  {
    name: "areaOverVoxel",
    formula: "ln(rₜ²/(4 Gₜ a²))",
    compute: (g, e) => logRatio(g.throatRadius[e]! ** 2 / (4 * g.throatShape[e]!), g.voxelSize ** 2),
  },
  {
    name: "lengthOverRadius",
    formula: "ln(1 + L/rₜ)",
    compute: (g, e) => logOfOneAnd(wholeLength(g, e), g.throatRadius[e]!),
  },
  {
    name: "throatLengthOverRadius",
    formula: "ln(1 + Lₜ/rₜ)",
    compute: (g, e) => logOfOneAnd(g.lengths[3 * e + 1]!, g.throatRadius[e]!),
  },
  {
    name: "throatShareOfResistance",
    formula: "Rₜ/R",
    compute: (g, e) => ratio(g.resistances[3 * e + 1]!, wholeResistance(g, e)),
  },
  {
    name: "volumeOverCube",
    formula: "ln(1 + Vₜ/rₜ³)",
    compute: (g, e) => logOfOneAnd(g.throatVolume[e]!, g.throatRadius[e]! ** 3),
  },
  {
    name: "volumeOverSection",
    formula: "ln(1 + Vₜ/(rₜ² max(Lₜ, rₜ/2)))",
    compute: (g, e) => {
      const length = Math.max(g.lengths[3 * e + 1]!, g.throatRadius[e]! / 2);
      return logOfOneAnd(g.throatVolume[e]!, g.throatRadius[e]! ** 2 * length);
    },
  },
  {
    name: "sectionOfVolumes",
    formula: "ln(A*/Aₜ) within ±1.5",
    compute: (g, e) => within(-1.5, 1.5, logRatio(g.section[e]!, throatSection(g, e) / 4)),
  },
  {
    name: "sectionOfVolumesOverVoxel",
    formula: "ln(A*/a²)",
    compute: (g, e) => logRatio(g.section[e]!, g.voxelSize ** 2),
  },
  {
    name: "shapeOfVolumes",
    formula: "4π G*, G* = rₜ²/(4A*)",
    compute: (g, e) => shapeOfVolumes(g, e),
  },
  {
    name: "logShapeOfVolumes",
    formula: "ln(4π G*)",
    compute: (g, e) => logRatio(shapeOfVolumes(g, e), 1),
  },
  {
    name: "excessOfShape",
    formula: "max(0, ln(4π G*))",
    compute: (g, e) => Math.max(0, Math.log(shapeOfVolumes(g, e))),
  },
  {
    name: "wallOverVoxel",
    formula: "exp(−dₜ/(2a)), d the distance to the nearest wall along the flow",
    compute: (g, e) => Math.exp(-ratio(g.walls.throat[e]!, 2 * g.voxelSize)),
  },
  {
    name: "straightness",
    formula: "|xᵢ − xⱼ|/L − 1 within −1 and 2, x a pore's centre; 0 at a reservoir",
    compute: (g, e) => {
      const apart = g.separation[e]!;
      return Number.isNaN(apart) ? 0 : within(-1, 2, ratio(apart, wholeLength(g, e)) - 1);
    },
  },
  {
    name: "uniformResistance",
    formula: "ln(L/(rₜ⁴ R))",
    compute: (g, e) => logRatio(wholeLength(g, e) / g.throatRadius[e]! ** 4, wholeResistance(g, e)),
  },
  {
    name: "conicalResistance",
    formula: "ln(Σᵢ C(rᵢ, rₜ, Lᵢ + Lₜ/2)/R), C(b, c, l) = l (1/(b³c) + 1/(b²c²) + 1/(bc³))/3",
    compute: (g, e) => logRatio(conicalResistance(g, e), wholeResistance(g, e)),
  },
  {
    name: "reservoirEnds",
    formula: "number of ends in a reservoir",
    compute: (g, e) => (g.ends[2 * e]! < 0 ? 1 : 0) + (g.ends[2 * e + 1]! < 0 ? 1 : 0),
    isOfSample: true,
  },
];

const END_FEATURES: readonly EndFeature[] = [
  {
    name: "radius",
    formula: "ln(rᵢ/rₜ)",
    compute: (g, e, i) => logRatio(g.poreRadius[i]!, g.throatRadius[e]!),
  },
  {
    name: "radiusOverVoxel",
    formula: "ln(rᵢ/a)",
    compute: (g, _, i) => logRatio(g.poreRadius[i]!, g.voxelSize),
  },
  {
    name: "voxelOverRadius",
    formula: "a/rᵢ",
    compute: (g, _, i) => Math.min(MOST_VOXELS, ratio(g.voxelSize, g.poreRadius[i]!)),
  },
  {
    name: "shapeFactor",
    formula: "4π Gᵢ",
    compute: (g, _, i) => roundness(g.poreShape[i]!),
  },
  {
    name: "section",
    formula: "ln((rₜ²/Gₜ)/(rᵢ²/Gᵢ))",
    compute: (g, e, i) => logRatio(throatSection(g, e), g.poreRadius[i]! ** 2 / g.poreShape[i]!),
  },
  {
    name: "shareOfSections",
    formula: "(rₜ²/Gₜ)/Σᵢ r²/G",
    compute: (g, e, i) => ratio(throatSection(g, e), g.sumOfSections[i]!),
  },
  {
    name: "volume",
    formula: "ln(1 + Vᵢ/rᵢ³)",
    compute: (g, _, i) => logOfOneAnd(g.poreVolume[i]!, g.poreRadius[i]! ** 3),
  },
  {
    name: "volumeWithThroats",
    formula: "ln(1 + (Vᵢ + Σᵢ V)/rᵢ³)",
    compute: (g, _, i) => logOfOneAnd(g.poreVolume[i]! + g.sumOfVolumes[i]!, g.poreRadius[i]! ** 3),
  },
  {
    name: "volumeOverLength",
    formula: "ln(Vᵢ/(rᵢ² max(Lᵢ, rᵢ/2)))",
    compute: (g, e, i, part) => {
      const length = Math.max(g.lengths[3 * e + part]!, g.poreRadius[i]! / 2);
      return logRatio(g.poreVolume[i]!, g.poreRadius[i]! ** 2 * length);
    },
  },
  {
    name: "sectionOverVolume",
    formula: "ln(A*/U^⅔), U = Vᵢ (1 + Σᵢ A*/Aᵢ)",
    compute: (g, e, i) => logRatio(g.section[e]!, wholeVolume(g, i) ** (2 / 3)),
  },
  {
    name: "sectionsOverVolume",
    formula: "ln(Σᵢ A*/U^⅔)",
    compute: (g, _, i) => logRatio(g.sumOfVolumeSections[i]!, wholeVolume(g, i) ** (2 / 3)),
  },
  {
    name: "volumeOverSection",
    formula: "ln(U/(A* (Lᵢ + rᵢ/4)))",
    compute: (g, e, i, part) => {
      const length = g.lengths[3 * e + part]! + g.poreRadius[i]! / 4;
      return logRatio(wholeVolume(g, i), g.section[e]! * length);
    },
  },
  {
    name: "wallShare",
    formula: "max(0, 1 − dᵢ/rᵢ) Rᵢ/R",
    compute: (g, e, i, part) => {
      const distance = Math.min(g.walls.pore[2 * i]!, g.walls.pore[2 * i + 1]!);
      const share = ratio(g.resistances[3 * e + part]!, wholeResistance(g, e));
      return Math.max(0, 1 - ratio(distance, g.poreRadius[i]!)) * share;
    },
  },
  {
    name: "wallCut",
    formula: "C(d/rᵢ) summed over both lateral axes, C(t) = (arccos t − t√(1 − t²))/π, 0 beyond t = 1",
    compute: (g, _, i) =>
      cutOff(ratio(g.walls.pore[2 * i]!, g.poreRadius[i]!)) +
      cutOff(ratio(g.walls.pore[2 * i + 1]!, g.poreRadius[i]!)),
  },
  {
    name: "length",
    formula: "ln(1 + Lᵢ/rᵢ)",
    compute: (g, e, i, part) => logOfOneAnd(g.lengths[3 * e + part]!, g.poreRadius[i]!),
  },
  {
    name: "lengthOverThroat",
    formula: "ln(1 + Lᵢ/rₜ)",
    compute: (g, e, _, part) => logOfOneAnd(g.lengths[3 * e + part]!, g.throatRadius[e]!),
  },
  {
    name: "throatOverPore",
    formula: "rₜ/rᵢ",
    compute: (g, e, i) => Math.min(MOST_OPENING, ratio(g.throatRadius[e]!, g.poreRadius[i]!)),
  },
  {
    name: "largestOpening",
    formula: "maxᵢ r/rᵢ",
    compute: (g, _, i) => Math.min(MOST_OPENING, ratio(g.largestThroat[i]!, g.poreRadius[i]!)),
  },
  {
    name: "shareOfResistance",
    formula: "Rᵢ/R",
    compute: (g, e, _, part) => ratio(g.resistances[3 * e + part]!, wholeResistance(g, e)),
  },
  {
    name: "coordination",
    formula: "ln zᵢ",
    compute: (g, _, i) => logRatio(g.coordination[i]!, 1),
  },
  {
    name: "throats",
    formula: "ln(√(Σᵢ r²/zᵢ)/rₜ)",
    compute: (g, e, i) => logRatio(Math.sqrt(g.sumOfSquares[i]! / g.coordination[i]!), g.throatRadius[e]!),
  },
  {
    name: "openings",
    formula: "ln(Σᵢ r²/rᵢ²)",
    compute: (g, _, i) => logRatio(g.sumOfSquares[i]!, g.poreRadius[i]! ** 2),
  },
  {
    name: "largestThroat",
    formula: "rₜ/maxᵢ r",
    compute: (g, e, i) => ratio(g.throatRadius[e]!, g.largestThroat[i]!),
  },
  {
    name: "shareOfThroats",
    formula: "rₜ⁴/Σᵢ r⁴",
    compute: (g, e, i) => ratio(g.throatRadius[e]! ** 4, g.sumOfFourthPowers[i]!),
  },
];

export const THROAT_FEATURES: readonly Feature[] = [
  ...OWN_FEATURES,
  ...END_FEATURES.flatMap((feature) => [meanOfEnds(feature), distanceOfEnds(feature)]),
];

export const PORE_FEATURES: readonly Feature[] = [
  {
    name: "radiusOverVoxel",
    formula: "ln(rᵢ/a)",
    compute: (g, i) => logRatio(g.poreRadius[i]!, g.voxelSize),
  },
  {
    name: "radiusOverMean",
    formula: "ln(rᵢ/⟨r⟩)",
    compute: (g, i) => logRatio(g.poreRadius[i]!, g.meanThroatRadius),
  },
  {
    name: "shapeFactor",
    formula: "4π Gᵢ",
    compute: (g, i) => roundness(g.poreShape[i]!),
  },
  {
    name: "volumeOverCube",
    formula: "ln(1 + Vᵢ/rᵢ³)",
    compute: (g, i) => logOfOneAnd(g.poreVolume[i]!, g.poreRadius[i]! ** 3),
  },
  {
    name: "coordination",
    formula: "ln zᵢ",
    compute: (g, i) => logRatio(g.coordination[i]!, 1),
  },
  {
    name: "openings",
    formula: "ln(Σᵢ r²/rᵢ²)",
    compute: (g, i) => logRatio(g.sumOfSquares[i]!, g.poreRadius[i]! ** 2),
  },
  {
    name: "isAtFace",
    formula: "1 where the pore is held at a pressure or has a throat into a reservoir, else 0",
    compute: (g, i) => g.isAtFace[i]!,
    isOfSample: true,
  },
];

/** Ratios are kept within these: extraction leaves lengths and volumes of 0. */
const LEAST_RATIO = 1e-3;
const MOST_RATIO = 1e6;
/** A throat narrower than a tenth of a voxel is as good as none. */
const MOST_VOXELS = 10;
/** A throat is narrower than its pores, but for what extraction cuts off. */
const MOST_OPENING = 10;

function meanOfEnds({ name, formula, compute }: EndFeature): Feature {
  return {
    name: `${name}Mean`,
    formula: `mean of ${formula}`,
    compute: (g, e) => {
      const [a, b] = [g.ends[2 * e]!, g.ends[2 * e + 1]!];
      if (a < 0 && b < 0) return Number.NaN;
      if (a < 0) return compute(g, e, b, 2);
      if (b < 0) return compute(g, e, a, 0);
      return (compute(g, e, a, 0) + compute(g, e, b, 2)) / 2;
    },
  };
}

function distanceOfEnds({ name, formula, compute }: EndFeature): Feature {
  return {
    name: `${name}Distance`,
    formula: `distance of ${formula}`,
    compute: (g, e) => {
      const [a, b] = [g.ends[2 * e]!, g.ends[2 * e + 1]!];
      return a < 0 || b < 0 ? 0 : Math.abs(compute(g, e, a, 0) - compute(g, e, b, 2));
    },
  };
}

/** ln(value/unit), NaN where either is not known. */
function logRatio(value: number, unit: number): number {
  return Math.log(Math.min(MOST_RATIO, Math.max(LEAST_RATIO, ratio(value, unit))));
}

/** ln(1 + value/unit) for what may be 0. */
function logOfOneAnd(value: number, unit: number): number {
  return Math.log1p(Math.min(MOST_RATIO, Math.max(0, ratio(value, unit))));
}

function ratio(value: number, unit: number): number {
  return unit > 0 ? value / unit : Number.NaN;
}

/** 4π G: 1 for a circle; what is rounder, as measured perimeters can have it, is cut off. */
function roundness(shapeFactor: number, most = 2): number {
  return Math.min(most, Math.max(0, 4 * Math.PI * shapeFactor));
}

function within(least: number, most: number, value: number): number {
  return Math.min(most, Math.max(least, value));
}

function throatSection({ throatRadius, throatShape }: FeatureGeometry, e: number): number {
  return throatRadius[e]! ** 2 / throatShape[e]!;
}

/** 4π r²/(4A*) within what sections can have, and extraction's rounding. */
function shapeOfVolumes(g: FeatureGeometry, e: number): number {
  return within(0.02, 4, roundness(g.throatRadius[e]! ** 2 / (4 * g.section[e]!), 4));
}

/** A pore's with its part of its throats' [m³]. */
function wholeVolume(g: FeatureGeometry, i: number): number {
  const area = g.poreRadius[i]! ** 2 / (4 * g.poreShape[i]!);
  return g.poreVolume[i]! * (1 + g.sumOfVolumeSections[i]! / area);
}

/** Of two cones from the pores' radii to the throat's, without viscosity and shape [1/m³]. */
function conicalResistance(g: FeatureGeometry, e: number): number {
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

function wholeLength({ lengths }: FeatureGeometry, e: number): number {
  return lengths[3 * e]! + lengths[3 * e + 1]! + lengths[3 * e + 2]!;
}

function wholeResistance({ resistances }: FeatureGeometry, e: number): number {
  return resistances[3 * e]! + resistances[3 * e + 1]! + resistances[3 * e + 2]!;
}
