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
import { END_FEATURES } from "./end-features.ts";
import {
  conicalResistance,
  type EndFeature,
  type Feature,
  logOfOneAnd,
  logRatio,
  MOST_VOXELS,
  ratio,
  roundness,
  shapeOfVolumes,
  throatSection,
  wholeLength,
  wholeResistance,
  within,
} from "./feature-kit.ts";

export type { Feature } from "./feature-kit.ts";

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
