import { describe, expect, it } from "vitest";
import { computeFeatures, fitNormalization } from "../../src/learn/features.ts";
import {
  differentiateConductance,
  differentiateFeatures,
  QUANTITIES,
  type Quantity,
  scaleQuantity,
} from "../../src/learn/quantities.ts";
import { generateCubic, hydraulicConductance, resolveFlowDomain } from "../../src/network/index.ts";
import { makePair, makeRandom } from "./networks.ts";

const ALL = Object.keys(QUANTITIES) as Quantity[];
const VOXEL = 1e-6;
const domains = [makePair(), makeRandom(77)].map((network) => resolveFlowDomain(network));

/** Σ power of length · slopes, element by element. */
function addByDimension(slopesOf: (quantity: Quantity) => ArrayLike<number>): number[] {
  const sums: number[] = [];
  for (const quantity of ALL) {
    const slopes = slopesOf(quantity);
    for (let k = 0; k < slopes.length; k++) {
      sums[k] = (sums[k] ?? 0) + QUANTITIES[quantity].dimension * slopes[k]!;
    }
  }
  return sums;
}

describe("the sum rule of dimension", () => {
  it("gives 3 for every conductance", () => {
    for (const domain of domains) {
      const sums = addByDimension((quantity) => differentiateConductance(domain, quantity));
      expect(sums).toHaveLength(domain.network.throatCount);
      for (const sum of sums) expect(sum).toBeCloseTo(3, 6);
    }
  });

  it("gives 0 for every feature", () => {
    for (const domain of domains) {
      for (const element of ["throat", "pore"] as const) {
        const sums = addByDimension(
          (quantity) => differentiateFeatures(domain, quantity, { voxelSize: VOXEL })[element],
        );
        for (const sum of sums) expect(Math.abs(sum)).toBeLessThan(2e-5);
      }
    }
  });
});

describe("slopes", () => {
  const domain = domains[0]!;
  const read = (quantity: Quantity, name: string, row: number) => {
    const { names, throat } = differentiateFeatures(domain, quantity, { voxelSize: VOXEL });
    return throat[row * names.throat.length + names.throat.indexOf(name)]!;
  };

  it("of a tube's conductance are 4 by its radius and −1 by its length", () => {
    const tubes = resolveFlowDomain(generateCubic({ size: 4, seed: 9, spacing: 1e-4, throatRadius: 1e-5 }));
    for (const slope of differentiateConductance(tubes, "throatRadius")) expect(slope).toBeCloseTo(4, 6);
    for (const slope of differentiateConductance(tubes, "throatLength")) expect(slope).toBeCloseTo(-1, 6);
    for (const slope of differentiateConductance(tubes, "poreRadius")) expect(slope).toBe(0);
  });

  it("of a conduit's conductance are the parts' shares of its resistance", () => {
    const names = { throat: ["throatShareOfResistance"], pore: [] };
    const { throat: share } = computeFeatures(domain, { names });
    const byLength = differentiateConductance(domain, "throatLength");
    const byRadius = differentiateConductance(domain, "throatRadius");
    for (let e = 0; e < 3; e++) {
      expect(byLength[e]).toBeCloseTo(-share[e]!, 6);
      expect(byRadius[e]).toBeCloseTo(4 * share[e]!, 6);
    }
  });

  it("of features are those of their formulas", () => {
    expect(read("throatRadius", "radiusOverVoxel", 0)).toBeCloseTo(1, 6);
    expect(read("voxelSize", "radiusOverVoxel", 0)).toBeCloseTo(-1, 6);
    expect(read("voxelSize", "voxelOverRadius", 0)).toBeCloseTo(1 / 50, 6);
    expect(read("throatShape", "shapeFactor", 0)).toBeCloseTo(4 * Math.PI * 0.04, 6);
    // V/r³ = 8, and V goes with r².
    expect(read("throatRadius", "volumeOverCube", 0)).toBeCloseTo(-8 / 9, 6);
    expect(read("poreRadius", "radiusMean", 0)).toBeCloseTo(1, 6);
    // ln(1 + L/r) with L/r = 20, of which the pores have 6.
    expect(read("poreLength", "lengthOverRadius", 0)).toBeCloseTo(6 / 21, 6);
    expect(read("throatLength", "lengthOverRadius", 0)).toBeCloseTo(14 / 21, 6);
  });

  it("are 0 for what is not known, and divided by the scale of a normalisation", () => {
    const unknown = differentiateFeatures(domain, "throatRadius");
    expect(unknown.throat.every(Number.isFinite)).toBe(true);
    expect(unknown.throat[unknown.names.throat.indexOf("radiusOverVoxel")]).toBe(0);
    const features = computeFeatures(domain, { voxelSize: VOXEL });
    const normalization = fitNormalization([features]);
    const plain = differentiateFeatures(domain, "throatShape", { voxelSize: VOXEL });
    const normal = differentiateFeatures(domain, "throatShape", { voxelSize: VOXEL }, normalization);
    const { scale } = normalization.throat;
    expect(scale.includes(0)).toBe(true);
    for (let k = 0; k < plain.throat.length; k++) {
      const unit = scale[k % scale.length]!;
      expect(normal.throat[k]).toBeCloseTo(unit === 0 ? 0 : plain.throat[k]! / unit, 4);
    }
  });

  it("come from varying one quantity and no other", () => {
    const scaled = scaleQuantity(domain, "poreRadius", 3);
    expect(scaled.network.numbers("pore.radius")[1]).toBeCloseTo(3e-4, 12);
    expect(scaled.network.numbers("throat.radius")).toEqual(domain.network.numbers("throat.radius"));
    // Conduits that are reckoned from pore radii keep their lengths.
    const random = domains[1]!;
    const lengths = scaleQuantity(random, "poreRadius", 1).conduitLengths;
    expect(scaleQuantity(random, "poreRadius", 3).conduitLengths).toEqual(lengths);
    expect(hydraulicConductance(random.network).values).toEqual(
      hydraulicConductance(random.network, { conduitLengths: lengths }).values,
    );
  });
});
