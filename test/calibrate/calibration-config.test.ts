/** Calibrations as plain objects: units, presets, what displaces what, and what is refused. */
import { describe, expect, it } from "vitest";
import { type CalibrationConfig, completeCalibration } from "../../src/calibrate/calibration-config.ts";
import { SAND_CASE } from "../../src/calibrate/net-pfs-sand.ts";
import { OptionError } from "../../src/errors.ts";

const SOUND: CalibrationConfig = {
  network: { preset: "sand" },
  controls: [
    { name: "throatRadius", low: 0.05e-3, high: 0.3e-3 },
    { name: "distance", low: 0.8e-3, high: 1.6e-3 },
  ],
  targets: [{ kind: "permeability", value: 1e-10 }],
};

describe("a calibration", () => {
  it("has defaults, and leaves to the controls what they move", () => {
    const complete = completeCalibration(SOUND);
    const { distance: _, throatRadius: __, ...others } = SAND_CASE.network;
    expect(complete.network).toEqual(others);
    expect(complete).toMatchObject({ clouds: 1, seed: 7, name: "calibrated" });
    expect(complete.search).toEqual({
      method: "kasa-variance",
      maxEvaluations: 300,
      tolerance: 0.01,
      batchSize: 1,
    });
  });

  it("is the same in other units", () => {
    const network = {
      size: [1e-3, 2e-3, 3e-3] as const,
      totalVolume: 2e-9,
      poreVolume: { kind: "gamma", shape: 2, scale: 5e-13 } as const,
      slabThickness: 2e-4,
    };
    const metric = completeCalibration({ ...SOUND, network });
    const inMillimetres = completeCalibration({
      units: { length: "mm", permeability: "D" },
      network: {
        size: [1, 2, 3],
        totalVolume: 2,
        poreVolume: { kind: "gamma", shape: 2, scale: 5e-4 },
        slabThickness: 0.2,
      },
      controls: [
        { name: "throatRadius", low: 0.05, high: 0.3 },
        { name: "distance", low: 0.8, high: 1.6 },
      ],
      targets: [{ kind: "permeability", value: 1e-10 / 9.869233e-13 }],
    });
    const flatten = (value: unknown): number[] =>
      typeof value === "number"
        ? [value]
        : typeof value === "object"
          ? Object.values(value!).flatMap(flatten)
          : [];
    const [own, other] = [flatten(metric), flatten(inMillimetres)];
    expect(other).toHaveLength(own.length);
    own.forEach((value, k) => {
      expect(Math.abs(other[k]! / value - 1)).toBeLessThan(1e-14);
    });
  });

  it("lets what is stated or moved displace the preset's other choice", () => {
    const controls = [{ name: "totalVolume", low: 1e-8, high: 1e-7 }] as const;
    const moved = completeCalibration({ ...SOUND, controls });
    expect(moved.network).not.toHaveProperty("count");
    const stated = completeCalibration({ ...SOUND, network: { preset: "sand", poreRadius: 1e-4 } });
    expect(stated.network).not.toHaveProperty("poreVolume");
    expect(stated.network).toMatchObject({ poreRadius: 1e-4, count: 354 });
  });

  it("takes radii from a soil test, in the units declared", () => {
    const soil = {
      kind: "grain-sizes",
      diameters: [0.1, 0.2, 0.5],
      finer: [0, 0.4, 1],
      porosity: 0.4,
    } as const;
    const { network } = completeCalibration({
      units: { length: "mm" },
      soil,
      network: { size: 3, count: 200, distance: 0.6 },
      controls: [{ name: "neighbours", low: 2, high: 6 }],
      targets: [{ kind: "coordination", value: 3 }],
    });
    // Haverkamp and Parlange's ratio by the hydraulic radius: 4 φ / (6 (1 − φ)).
    expect(network.poreRadius).toMatchObject({ kind: "table" });
    const { values } = network.poreRadius as unknown as { values: number[] };
    expect(values[0]! / ((0.05e-3 * 4 * 0.4) / (6 * 0.6))).toBeCloseTo(1, 12);
  });

  it.each<[string, object]>([
    ["speed", { ...SOUND, speed: 3 }],
    ["controls", { ...SOUND, controls: "throatRadius" }],
    ["targets", { ...SOUND, targets: [7] }],
    ["network", { ...SOUND, network: [] }],
    ["preset", { ...SOUND, network: { preset: "clay" } }],
    ["units.length", { ...SOUND, units: { length: "inch" } }],
    ["units.permeability", { ...SOUND, units: { permeability: "m" } }],
    ["clouds", { ...SOUND, clouds: 0 }],
    ["seed", { ...SOUND, seed: 1.5 }],
    ["search.method", { ...SOUND, search: { method: "genetic" } }],
    ["search.tolerance", { ...SOUND, search: { tolerance: -1 } }],
    ["soil.kind", { ...SOUND, soil: { kind: "texture" } }],
  ])("refuses a wrong %s", (option, config) => {
    const complete = () => completeCalibration(config as CalibrationConfig);
    expect(complete).toThrow(OptionError);
    expect(complete).toThrow(option);
  });
});
