/**
 * What belongs to one end of a throat, a pore `i` with its part of the conduit; the throat takes its mean over the ends
 * and the distance of the two (feature-table.ts, whose notation this is).
 */

import {
  type EndFeature,
  logOfOneAnd,
  logRatio,
  MOST_OPENING,
  MOST_VOXELS,
  ratio,
  roundness,
  throatSection,
  wholeResistance,
  wholeVolume,
} from "./feature-kit.ts";
import { cutOff } from "./feature-walls.ts";

export const END_FEATURES: readonly EndFeature[] = [
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
