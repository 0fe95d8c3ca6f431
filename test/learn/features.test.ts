import { describe, expect, it } from "vitest";
import { NetworkError, OptionError } from "../../src/errors.ts";
import { PORE_FEATURES, THROAT_FEATURES } from "../../src/learn/feature-table.ts";
import {
  ALL_FEATURES,
  computeFeatures,
  fitNormalization,
  type NetworkFeatures,
  normalizeFeatures,
} from "../../src/learn/features.ts";
import { generateCubic, PoreNetwork, resolveFlowDomain } from "../../src/network/index.ts";
import { listProperties, makePair, makeRandom, prepare, scaleNetwork } from "./networks.ts";

const VOXEL = 1e-5;

function read(features: NetworkFeatures, element: "throat" | "pore", name: string): number[] {
  const column = features.names[element].indexOf(name);
  const width = features.names[element].length;
  expect(column).toBeGreaterThanOrEqual(0);
  return Array.from(features[element]).filter((_, k) => k % width === column);
}

/** NaN equals NaN here. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(found.length).toBe(expected.length);
  for (let k = 0; k < found.length; k++) {
    const isSame = Object.is(found[k], expected[k]) || Math.abs(found[k]! - expected[k]!) <= tolerance;
    if (!isSame) expect(`${k}: ${found[k]}`).toBe(`${k}: ${expected[k]}`);
  }
}

describe("the features of a pair of pores", () => {
  const features = computeFeatures(resolveFlowDomain(makePair()), { voxelSize: VOXEL });
  const throat = (name: string) => read(features, "throat", name);
  const pore = (name: string) => read(features, "pore", name);

  it("of throats are what the formulas say", () => {
    expectClose(throat("radiusOverVoxel"), [5, 8, 4].map(Math.log));
    expectClose(throat("voxelOverRadius"), [1 / 5, 1 / 8, 1 / 4]);
    expectClose(
      throat("radiusOverMean"),
      [5, 8, 4].map((r) => Math.log(r / Math.cbrt(160))),
    );
    expectClose(
      throat("shapeFactor"),
      [0.04, 0.02, 0.08].map((g) => 4 * Math.PI * g),
    );
    expectClose(
      throat("logShapeFactor"),
      [0.04, 0.02, 0.08].map((g) => Math.log(4 * Math.PI * g)),
    );
    // A reservoir's part of a conduit counts for nothing, whatever length the file gives it.
    expectClose(throat("lengthOverRadius"), [Math.log(21), Math.log(1 + 50 / 8), Math.log(11)]);
    expectClose(throat("throatLengthOverRadius"), [Math.log(15), Math.log(1 + 30 / 8), Math.log(11)]);
    expectClose(throat("volumeOverCube"), [8, 2e-12 / 8e-5 ** 3, 3e-12 / 4e-5 ** 3].map(Math.log1p));
    expectClose(throat("reservoirEnds"), [0, 1, 1]);
  });

  it("of a throat's ends are their mean and their distance, at a reservoir the one pore's", () => {
    expectClose(throat("radiusMean"), [Math.log(8) / 2, Math.log(2.5), Math.log(2.5)]);
    expectClose(throat("radiusDistance"), [Math.log(2), 0, 0]);
    expectClose(
      throat("shapeFactorMean"),
      [0.05, 0.03, 0.07].map((g) => 4 * Math.PI * g),
    );
    expectClose(throat("volumeMean"), [(Math.log1p(5) + Math.log1p(6)) / 2, Math.log1p(5), Math.log1p(6)]);
    expectClose(throat("lengthMean"), [Math.LN2, Math.LN2, 0]);
    expectClose(throat("lengthDistance"), [0, 0, 0]);
    expectClose(throat("coordinationMean"), [Math.LN2, Math.LN2, Math.LN2]);
    expectClose(throat("largestThroatMean"), [(5 / 8 + 1) / 2, 1, 4 / 5]);
    expectClose(throat("shareOfThroatsMean"), [
      (625 / (625 + 4096) + 625 / (625 + 256)) / 2,
      4096 / (625 + 4096),
      256 / (625 + 256),
    ]);
    expectClose(throat("openingsMean"), [
      (Math.log(89 / 400) + Math.log(41 / 100)) / 2,
      Math.log(89 / 400),
      Math.log(41 / 100),
    ]);
    expectClose(throat("throatsMean"), [
      (Math.log(89 / 2) + Math.log(41 / 2)) / 4 - Math.log(5),
      Math.log(89 / 2) / 2 - Math.log(8),
      Math.log(41 / 2) / 2 - Math.log(4),
    ]);
  });

  it("share a conduit's resistance as its closure does", () => {
    // k G A² = k r⁴/(16 G): triangles with 3/5, the pore of G = 0.07 and the throat of 0.08 circles.
    const section = (r: number, shape: number) => (0.6 * r ** 4) / (16 * shape);
    const parts = [2 / section(20, 0.03), 7 / section(5, 0.04), 1 / ((Math.PI * 10 ** 4) / 8)];
    const whole = parts[0]! + parts[1]! + parts[2]!;
    const intoInlet = [3 / section(8, 0.02), 2 / section(20, 0.03)];
    expectClose(throat("throatShareOfResistance").slice(0, 2), [
      parts[1]! / whole,
      intoInlet[0]! / (intoInlet[0]! + intoInlet[1]!),
    ]);
    expectClose(throat("shareOfResistanceMean").slice(0, 2), [
      (parts[0]! + parts[2]!) / whole / 2,
      intoInlet[1]! / (intoInlet[0]! + intoInlet[1]!),
    ]);
  });

  it("of pores are what the formulas say", () => {
    expectClose(pore("radiusOverVoxel"), [Math.log(20), Math.log(10)]);
    expectClose(
      pore("radiusOverMean"),
      [20, 10].map((r) => Math.log(r / Math.cbrt(160))),
    );
    expectClose(
      pore("shapeFactor"),
      [0.03, 0.07].map((g) => 4 * Math.PI * g),
    );
    expectClose(pore("volumeOverCube"), [Math.log(6), Math.log(7)]);
    expectClose(pore("coordination"), [Math.LN2, Math.LN2]);
    expectClose(pore("openings"), [Math.log(89 / 400), Math.log(41 / 100)]);
    expectClose(pore("isAtFace"), [1, 1]);
  });
});

describe.each([271, 828])("features of random networks, seed %i", (seed) => {
  const network = makeRandom(seed);
  const features = computeFeatures(resolveFlowDomain(network), { voxelSize: VOXEL });

  it("are finite", () => {
    expect(features.throat.length).toBe(network.throatCount * THROAT_FEATURES.length);
    expect(features.pore.length).toBe(network.poreCount * PORE_FEATURES.length);
    // An isolated pore has no throats to compare with.
    const isolated = read(features, "pore", "coordination").filter((z) => z < 0).length;
    expect(features.throat.every(Number.isFinite)).toBe(true);
    expect(isolated).toBe(0);
    expect(features.pore.every(Number.isFinite)).toBe(true);
  });

  it("do not change when all lengths and the voxel do", () => {
    const scaled = scaleNetwork(network, 37.5);
    const found = computeFeatures(resolveFlowDomain(scaled), { voxelSize: 37.5 * VOXEL });
    expectClose(found.throat, features.throat);
    expectClose(found.pore, features.pore);
  });

  it("do not change without a voxel size either, where those that need it are not known", () => {
    const found = computeFeatures(resolveFlowDomain(network));
    for (const [k, name] of ALL_FEATURES.throat.entries()) {
      expect([name, Number.isNaN(found.throat[k])]).toEqual([name, /overVoxel|voxelOver/i.test(name)]);
    }
    const scaled = computeFeatures(resolveFlowDomain(scaleNetwork(network, 0.003)));
    expectClose(scaled.throat, found.throat);
    expectClose(scaled.pore, found.pore);
  });

  it("follow a renumbering of pores and throats, and a throat's ends may be exchanged", () => {
    const { poreCount: n, throatCount: m } = network;
    const toNewPore = (i: number) => (i * 7 + 3) % n;
    const toNewThroat = (e: number) => (e * 11 + 5) % m;
    expect(new Set(Array.from({ length: m }, (_, e) => toNewThroat(e))).size).toBe(m);
    const conns = new Int32Array(2 * m);
    for (let e = 0; e < m; e++) {
      const flip = e % 3 === 0 ? 1 : 0;
      conns[2 * toNewThroat(e) + flip] = toNewPore(network.conns[2 * e]!);
      conns[2 * toNewThroat(e) + 1 - flip] = toNewPore(network.conns[2 * e + 1]!);
    }
    const move = (values: ArrayLike<number>, count: number, place: (k: number) => number) => {
      const width = values.length / count;
      const moved = new Float64Array(values.length);
      for (let k = 0; k < values.length; k++)
        moved[place(Math.floor(k / width)) * width + (k % width)] = values[k]!;
      return moved;
    };
    const renumbered = new PoreNetwork({
      coords: move(network.coords, n, toNewPore),
      conns,
      box: network.box!,
      properties: listProperties(network).map(([name, values]) => [
        name,
        name.startsWith("pore") ? move(values, n, toNewPore) : move(values, m, toNewThroat),
      ]),
    });
    const found = computeFeatures(resolveFlowDomain(renumbered), { voxelSize: VOXEL });
    expectClose(found.throat, move(features.throat, m, toNewThroat));
    expectClose(found.pore, move(features.pore, n, toNewPore));
  });
});

describe("features of a network that lacks properties", () => {
  it("take circles, their volumes and conduits in place of what is missing", () => {
    const bare = generateCubic({ size: [4, 3, 3], spacing: 1e-4, seed: 9, throatRadius: 1e-5 });
    expect(bare.has("throat.shape_factor") || bare.has("throat.volume") || bare.has("pore.radius")).toBe(
      false,
    );
    const features = computeFeatures(resolveFlowDomain(bare));
    expectClose(read(features, "throat", "shapeFactor"), new Array(bare.throatCount).fill(1));
    const volume = Math.log1p(Math.PI * 10);
    expectClose(read(features, "throat", "volumeOverCube"), new Array(bare.throatCount).fill(volume));
    expect(read(features, "throat", "radiusMean").every(Number.isNaN)).toBe(true);
    expect(read(features, "pore", "shapeFactor").every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
  });

  it("need throat radii", () => {
    const network = new PoreNetwork({
      coords: new Float64Array([0, 0, 0, 1, 1, 1]),
      conns: Int32Array.of(0, 1),
    });
    expect(() => computeFeatures(resolveFlowDomain(network))).toThrow(NetworkError);
  });

  it("stay bounded where lengths, volumes and radii are 0", () => {
    const zeros = makePair().with([
      ["throat.conduit_lengths", new Float64Array(9)],
      ["throat.volume", new Float64Array(3)],
      ["pore.volume", new Float64Array(2)],
      ["throat.radius", Float64Array.of(5e-5, 0, 4e-5)],
    ]);
    const features = computeFeatures(resolveFlowDomain(zeros), { voxelSize: VOXEL });
    const normalization = fitNormalization([features]);
    const { throat, pore } = normalizeFeatures(features, normalization);
    expect([...throat, ...pore].every(Number.isFinite)).toBe(true);
    expect(features.throat.every((value) => Number.isNaN(value) || Math.abs(value) < 20)).toBe(true);
  });
});

describe("choosing features", () => {
  it("gives the columns asked for, in their order", () => {
    const names = { throat: ["shapeFactor", "radiusOverVoxel"], pore: ["coordination"] };
    const features = computeFeatures(resolveFlowDomain(makePair()), { voxelSize: VOXEL, names });
    expectClose(features.throat.subarray(0, 2), [4 * Math.PI * 0.04, Math.log(5)]);
    expectClose(features.pore, [Math.LN2, Math.LN2]);
  });

  it("refuses what there is not", () => {
    const names = { throat: ["colour"], pore: [] };
    expect(() => computeFeatures(resolveFlowDomain(makePair()), { names })).toThrow(
      /no feature "colour".*radiusOverVoxel/,
    );
  });

  it("no name is there twice", () => {
    expect(new Set(ALL_FEATURES.throat).size).toBe(ALL_FEATURES.throat.length);
    expect(new Set(ALL_FEATURES.pore).size).toBe(ALL_FEATURES.pore.length);
  });
});

describe("normalising", () => {
  const networks = [makeRandom(19), makeRandom(23)].map((network) => prepare(network));
  const features = networks.map(({ domain }) => computeFeatures(domain, { voxelSize: VOXEL }));
  const masks = networks.map(({ mask }) => mask);

  it("brings what carries flow to mean 0 and spread 1, over all networks together", () => {
    const normalization = fitNormalization(features, masks);
    const normal = features.map((each) => normalizeFeatures(each, normalization));
    for (const element of ["throat", "pore"] as const) {
      const width = features[0]!.names[element].length;
      for (let column = 0; column < width; column++) {
        const values = normal.flatMap((each, k) =>
          Array.from(each[element]).filter(
            (_, i) => i % width === column && masks[k]![element][Math.floor(i / width)] === 1,
          ),
        );
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
        expect(mean).toBeCloseTo(0, 5);
        expect(normalization[element].scale[column] === 0 ? 1 : spread).toBeCloseTo(1, 5);
      }
    }
  });

  it("leaves out what carries no flow", () => {
    expect(masks.some(({ throat }) => throat.includes(0))).toBe(true);
    const spoiled = features.map((each, k) => ({
      ...each,
      throat: each.throat.map((value, i) =>
        masks[k]!.throat[Math.floor(i / each.names.throat.length)] === 1 ? value : 1e6,
      ),
    }));
    expect(fitNormalization(spoiled, masks)).toEqual(fitNormalization(features, masks));
  });

  it("makes 0 of what did not vary, is not known, or was never known", () => {
    const names = { throat: ["radiusOverVoxel", "shapeFactor", "radiusOverMean"], pore: [] };
    const make = (throat: number[]) => ({
      names,
      throat: Float32Array.from(throat),
      pore: new Float32Array(0),
    });
    const unknown = Number.NaN;
    const normalization = fitNormalization([
      make([unknown, 0.5, 1, unknown, 0.5, 3]),
      make([unknown, 0.5, unknown]),
    ]);
    expect(normalization.throat).toEqual({ mean: [0, 0.5, 2], scale: [0, 0, 1] });
    const { throat } = normalizeFeatures(make([2, 0.7, unknown, unknown, 0.5, 9]), normalization, 5);
    expect(Array.from(throat)).toEqual([0, 0, 0, 0, 0, 5]);
  });

  it("refuses other features", () => {
    const normalization = fitNormalization(features);
    const { domain } = networks[0]!;
    const others = computeFeatures(domain, { names: { throat: ["shapeFactor"], pore: [] } });
    expect(() => normalizeFeatures(others, normalization)).toThrow(OptionError);
    expect(() => fitNormalization([features[0]!, others])).toThrow(OptionError);
    expect(() => fitNormalization([])).toThrow(OptionError);
  });
});
