import { describe, expect, it } from "vitest";
import { generateNetPfs } from "../../src/calibrate/net-pfs.ts";
import { type GrainSizes, radiiFromGrainSizes } from "../../src/calibrate/soil-grain-sizes.ts";
import type { RadiusTable } from "../../src/calibrate/soil-radii.ts";
import { radiiFromRetention } from "../../src/calibrate/soil-retention.ts";
import { drawValues } from "../../src/network/index.ts";

const SAND: GrainSizes = {
  diameters: [0.063e-3, 0.125e-3, 0.25e-3, 0.5e-3, 1e-3],
  finer: [0.02, 0.1, 0.45, 0.9, 1],
};
/** Carsel and Parrish 1988 (Water Resour. Res. 24:755), sand. */
const SAND_CURVE = { thetaR: 0.045, thetaS: 0.43, alpha: 14.5, n: 2.68 };

/** Share of the volume of drawn spheres, or of r³ at least, below each radius. */
function volumeBelow(table: RadiusTable, radii: readonly number[], seed: number): number[] {
  const drawn = drawValues("radius", table, 400_000, seed, 20);
  const total = drawn.reduce((sum, r) => sum + r ** 3, 0);
  return radii.map((limit) => drawn.reduce((sum, r) => sum + (r < limit ? r ** 3 : 0), 0) / total);
}

describe("radii from grain sizes", () => {
  it("give the mass fractions back as volumes of pores", () => {
    const { poreRadius, share } = radiiFromGrainSizes(SAND, { poreToGrain: 0.5 });
    expect(share).toBeCloseTo(0.98, 12);
    const limits = SAND.diameters.map((d) => 0.25 * d);
    const found = volumeBelow(poreRadius, limits, 301);
    SAND.finer.forEach((finer, k) => {
      expect(Math.abs(found[k]! - (finer - 0.02) / 0.98)).toBeLessThan(0.02);
    });
  });

  it("are the hydraulic radius of the packing, and the circle between three grains", () => {
    const { poreRadius, throatRadius } = radiiFromGrainSizes(SAND, { porosity: 0.4 });
    expect(poreRadius.values[0]! / (0.063e-3 / 2)).toBeCloseTo((2 / 3) * (0.4 / 0.6), 12);
    // Centres of three touching circles of radius 1 are 2/√3 from their middle.
    expect(throatRadius.values.at(-1)! / 0.5e-3).toBeCloseTo(2 / Math.sqrt(3) - 1, 12);
    expect(throatRadius.shares).toEqual(poreRadius.shares);
  });

  it("make a network", () => {
    const { poreRadius, throatRadius } = radiiFromGrainSizes(SAND, { porosity: 0.4 });
    const network = generateNetPfs({
      size: 2e-3,
      seed: 303,
      totalVolume: 0.3 * 8e-9,
      distance: 0.3e-3,
      neighbours: 4,
      poreRadius,
      throatRadius,
    });
    const radii = network.numbers("throat.radius");
    expect(network.throatCount).toBeGreaterThan(1000);
    expect(Math.min(...radii)).toBeGreaterThanOrEqual(throatRadius.values[0]!);
    expect(Math.max(...radii)).toBeLessThanOrEqual(throatRadius.values.at(-1)!);
  });

  it.each([
    [{ ...SAND, finer: [0.02, 0.1, 0.05, 0.9, 1] }, { porosity: 0.4 }, /finer does not ascend/],
    [{ ...SAND, finer: [0, 1] }, { porosity: 0.4 }, /2 numbers from 0 to 1 for 5 diameters/],
    [{ ...SAND, finer: [2, 10, 45, 90, 100] }, { porosity: 0.4 }, /from 2 to 100/],
    [{ ...SAND, diameters: [1, 1, 2, 3, 4] }, { porosity: 0.4 }, /diameters does not ascend/],
    [SAND, {}, /Neither porosity nor poreToGrain/],
    [SAND, { porosity: 0.4, poreToGrain: 0.3 }, /both given/],
    [SAND, { porosity: 1.4 }, /porosity is 1.4/],
    [SAND, { voidRatio: 0.6 }, /no option "voidRatio"/],
  ])("refuse %j %j", (sizes, options, message) => {
    expect(() => radiiFromGrainSizes(sizes, options as never)).toThrow(message);
  });
});

describe("radii from a retention curve", () => {
  it("are drained at the suctions of the curve", () => {
    const { throatRadius, share } = radiiFromRetention(SAND_CURVE);
    expect(share).toBeCloseTo(0.945, 12);
    const { alpha, n } = SAND_CURVE;
    // r h = 2 · 0.0728 / (998 · 9.80665) = 1.4877e-5 m² for water at 20 °C.
    const heads = [0.04, 0.07, 0.1, 0.15, 0.2];
    const found = volumeBelow(
      throatRadius,
      heads.map((h) => 1.4877e-5 / h),
      307,
    );
    heads.forEach((h, k) => {
      const effective = (1 + (alpha * h) ** n) ** (1 / n - 1);
      expect(Math.abs(found[k]! - (effective - 0.05) / 0.945)).toBeLessThan(0.025);
    });
  });

  it("follow the angle of contact and the part of the curve", () => {
    const wet = radiiFromRetention(SAND_CURVE, { classes: 10 });
    const tilted = radiiFromRetention(SAND_CURVE, { classes: 10, contactAngle: 60, poreToThroat: 3 });
    expect(tilted.throatRadius.values[3]! / wet.throatRadius.values[3]!).toBeCloseTo(0.5, 12);
    expect(tilted.poreRadius.values[3]! / tilted.throatRadius.values[3]!).toBeCloseTo(3, 12);
    // The sphere between four touching grains over the circle between three.
    expect(wet.poreRadius.values[3]! / wet.throatRadius.values[3]!).toBeCloseTo(1.4527, 3);
    const middle = radiiFromRetention(SAND_CURVE, { saturations: [0.5, 0.6] });
    expect(middle.share).toBeCloseTo(0.1, 12);
    const [low, high] = [middle.throatRadius.values[0]!, middle.throatRadius.values.at(-1)!];
    const { alpha, n } = SAND_CURVE;
    const effective = (r: number) => (1 + ((alpha * 1.4877e-5) / r) ** n) ** (1 / n - 1);
    expect(effective(low)).toBeCloseTo(0.5, 4);
    expect(effective(high)).toBeCloseTo(0.6, 4);
  });

  it.each([
    [{ ...SAND_CURVE, n: 1 }, {}, /n is 1/],
    [{ ...SAND_CURVE, alpha: -3 }, {}, /alpha is -3/],
    [{ ...SAND_CURVE, thetaS: 0.04 }, {}, /thetaS is 0.04/],
    [{ ...SAND_CURVE, m: 0.5 }, {}, /no option "m"/],
    [SAND_CURVE, { contactAngle: 90 }, /contactAngle is 90/],
    [SAND_CURVE, { saturations: [0.9, 0.1] }, /saturations are 0.9 and 0.1/],
    [SAND_CURVE, { classes: 0 }, /classes is 0/],
  ])("refuse %j %j", (soil, options, message) => {
    expect(() => radiiFromRetention(soil as never, options as never)).toThrow(message);
  });
});
