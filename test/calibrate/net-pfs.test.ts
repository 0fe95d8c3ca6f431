import { describe, expect, it } from "vitest";
import { generateNetPfs } from "../../src/calibrate/net-pfs.ts";
import { measureCountSpread } from "../../src/calibrate/net-pfs-classes.ts";
import type { NetPfsOptions } from "../../src/calibrate/net-pfs-options.ts";
import { SAND_CASE } from "../../src/calibrate/net-pfs-sand.ts";
import { OptionError } from "../../src/errors.ts";
import { joinChunks, readNetwork, writeNetwork } from "../../src/io/index.ts";
import {
  describeNetwork,
  hydraulicConductance,
  INLET,
  OUTLET,
  type PoreNetwork,
  resolveFlowDomain,
} from "../../src/network/index.ts";

const SMALL: NetPfsOptions = {
  size: [3e-3, 2e-3, 2.5e-3],
  seed: 61,
  count: 150,
  poreVolume: { kind: "gamma", shape: 2.5, scale: 2e-12 },
  distance: 0.6e-3,
  throatRadius: 20e-6,
};

/** Sorted "low-high" of all throats. */
function pairsOf({ conns }: PoreNetwork): string[] {
  return Array.from({ length: conns.length / 2 }, (_, e) => `${conns[2 * e]}-${conns[2 * e + 1]}`).sort();
}

function distance(network: PoreNetwork, i: number, j: number): number {
  return Math.hypot(...[0, 1, 2].map((k) => network.coords[3 * i + k]! - network.coords[3 * j + k]!));
}

/** Each pore's others by distance, by trying all. */
function rankOthers(network: PoreNetwork, i: number): number[] {
  const others = [...Array(network.poreCount).keys()].filter((j) => j !== i);
  return others.sort((a, b) => distance(network, i, a) - distance(network, i, b));
}

function pairsByTrying(network: PoreNetwork, neighbours: number, reach: number): string[] {
  const pairs = new Set<string>();
  for (let i = 0; i < network.poreCount; i++) {
    for (const j of rankOthers(network, i).slice(0, neighbours)) {
      if (distance(network, i, j) <= reach) pairs.add(`${Math.min(i, j)}-${Math.max(i, j)}`);
    }
  }
  return [...pairs].sort();
}

describe("the throats of NET-PFS", () => {
  it("join all pores within the distance", () => {
    const network = generateNetPfs(SMALL);
    expect(network.throatCount).toBeGreaterThan(300);
    expect(pairsOf(network)).toEqual(pairsByTrying(network, 150, 0.6e-3));
  });

  it.each([1, 2, 5])("join each pore with its %i nearest within the distance", (neighbours) => {
    const network = generateNetPfs({ ...SMALL, neighbours });
    expect(pairsOf(network)).toEqual(pairsByTrying(network, neighbours, 0.6e-3));
  });

  it("take one more neighbour for the broken part of the pores, and never lose any", () => {
    const count = 4000;
    const options = { ...SMALL, count, size: 10e-3, distance: 4e-3 };
    const of = (neighbours: number) => new Set(pairsOf(generateNetPfs({ ...options, neighbours })));
    const [two, between, three] = [of(2), of(2.3), of(3)];
    expect([...two].every((pair) => between.has(pair))).toBe(true);
    expect([...between].every((pair) => three.has(pair))).toBe(true);
    // A third neighbour that is asked for from one side only is there for three tenths of the pores.
    const gained = (between.size - two.size) / (three.size - two.size);
    expect(gained).toBeGreaterThan(0.3);
    expect(gained).toBeLessThan(0.42);
  });

  it("grow in number with the distance and keep what was there, radii included", () => {
    const spread = { throatRadiusSpread: 0.4, neighbours: 4 };
    const near = generateNetPfs({ ...SMALL, ...spread, distance: 0.4e-3 });
    const far = generateNetPfs({ ...SMALL, ...spread });
    const radii = new Map(pairsOfWith(far));
    expect(near.throatCount).toBeGreaterThan(50);
    expect(far.throatCount).toBeGreaterThan(near.throatCount);
    for (const [pair, radius] of pairsOfWith(near)) expect(radii.get(pair)).toBe(radius);
  });

  function pairsOfWith(network: PoreNetwork): [string, number][] {
    const radius = network.numbers("throat.radius");
    return Array.from(radius, (r, e) => [`${network.conns[2 * e]}-${network.conns[2 * e + 1]}`, r]);
  }

  it.each([0.05, 0.5, 1])("have gamma distributed radii of the mean and spread asked for: %f", (spread) => {
    const network = generateNetPfs({ ...SMALL, count: 9000, size: 9e-3, throatRadiusSpread: spread });
    const radius = network.numbers("throat.radius");
    const mean = radius.reduce((sum, r) => sum + r, 0) / radius.length;
    const variance = radius.reduce((sum, r) => sum + (r - mean) ** 2, 0) / radius.length;
    expect(Math.abs(mean / 20e-6 - 1)).toBeLessThan((4 * spread) / Math.sqrt(radius.length));
    expect(Math.abs(Math.sqrt(variance) / (mean * spread) - 1)).toBeLessThan(0.04);
  });

  it("hold no volume inside of their pores, and resist from centre to centre", () => {
    const network = generateNetPfs({ ...SMALL, throatRadiusSpread: 0.3 });
    const { conns } = network;
    const [radius, volume, poreRadius] = ["throat.radius", "throat.volume", "pore.radius"].map((name) =>
      network.numbers(name),
    ) as [Float64Array, Float64Array, Float64Array];
    const { values, closure } = hydraulicConductance(network, { viscosity: 2e-3 });
    expect(closure).toBe("hagen-poiseuille");
    let insidePores = 0;
    for (let e = 0; e < network.throatCount; e++) {
      const [i, j] = [conns[2 * e]!, conns[2 * e + 1]!];
      const length = distance(network, i, j);
      expect(values[e]! / ((Math.PI * radius[e]! ** 4) / (8 * 2e-3 * length))).toBeCloseTo(1, 12);
      const free = Math.max(0, length - poreRadius[i]! - poreRadius[j]!);
      expect(volume[e]).toBeCloseTo(Math.PI * radius[e]! ** 2 * free, 18);
      if (free === 0) insidePores++;
    }
    expect(insidePores).toBeGreaterThan(0);
  });
});

describe("the pores of NET-PFS", () => {
  it("are drawn until their volume is reached, the last one kept whole", () => {
    const { count: _, ...rest } = SMALL;
    const totalVolume = 5.5e-9;
    const network = generateNetPfs({ ...rest, totalVolume, size: 4e-3 });
    const volumes = network.numbers("pore.volume");
    const total = volumes.reduce((sum, v) => sum + v, 0);
    expect(total).toBeGreaterThanOrEqual(totalVolume);
    expect(total - volumes.at(-1)!).toBeLessThan(totalVolume);
    // A mean of 5e-12 m³.
    expect(Math.abs(network.poreCount / 1100 - 1)).toBeLessThan(0.1);
  });

  it("have the volumes of their distribution, and radii of spheres", () => {
    const network = generateNetPfs({ ...SMALL, count: 20_000, size: 12e-3, neighbours: 1 });
    const volumes = network.numbers("pore.volume");
    const mean = volumes.reduce((sum, v) => sum + v, 0) / volumes.length;
    const variance = volumes.reduce((sum, v) => sum + (v - mean) ** 2, 0) / volumes.length;
    expect(Math.abs(mean / 5e-12 - 1)).toBeLessThan(0.02);
    expect(Math.abs(variance / (2.5 * 4e-24) - 1)).toBeLessThan(0.05);
    const radius = network.numbers("pore.radius");
    expect(volumes[17]! / ((4 / 3) * Math.PI * radius[17]! ** 3)).toBeCloseTo(1, 12);
    const larger = generateNetPfs({ ...SMALL, count: 20_000, size: 12e-3, neighbours: 1, poreSizeFactor: 2 });
    expect(larger.numbers("pore.volume")[17]! / volumes[17]!).toBeCloseTo(8, 12);
  });

  it("fill the box, of one seed the same, of another others", () => {
    const network = generateNetPfs({ ...SMALL, count: 20_000, size: [4e-3, 6e-3, 8e-3], neighbours: 1 });
    for (const [k, edge] of [4e-3, 6e-3, 8e-3].entries()) {
      const along = network.coords.filter((_, i) => i % 3 === k);
      const quarter = along.filter((x) => x < edge / 4).length / 20_000;
      expect(Math.abs(quarter - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / 20_000));
      expect(Math.min(...along)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...along)).toBeLessThan(edge);
    }
    expect(generateNetPfs(SMALL).coords).toEqual(generateNetPfs(SMALL).coords);
    expect(generateNetPfs({ ...SMALL, seed: 62 }).coords).not.toEqual(generateNetPfs(SMALL).coords);
  });

  it("are inlet or outlet in a slab at the faces, inner with a way to one of them, else isolated", () => {
    const network = generateNetPfs({ ...SMALL, neighbours: 1, slabThickness: 0.25e-3, flowAxis: "z" });
    const reached = new Set<number>();
    for (let i = 0; i < 150; i++) {
      const z = network.coords[3 * i + 2]!;
      expect(network.get("pore.inlet")![i]).toBe(z < 0.25e-3 ? 1 : 0);
      expect(network.get("pore.outlet")![i]).toBe(z > 2.25e-3 ? 1 : 0);
      if (z < 0.25e-3 || z > 2.25e-3) reached.add(i);
    }
    const held = reached.size;
    for (const i of reached) {
      for (let k = 0; k < network.conns.length; k++)
        if (network.conns[k] === i) reached.add(network.conns[k ^ 1]!);
    }
    const isolated = [...network.numbers("pore.isolated").keys()].filter(
      (i) => network.get("pore.isolated")![i],
    );
    expect(isolated.length).toBe(150 - reached.size);
    expect(isolated.length).toBeGreaterThan(10);
    expect(isolated.some((i) => reached.has(i))).toBe(false);
    expect(network.numbers("pore.inner").reduce((sum, v) => sum + v, 0)).toBe(reached.size - held);
    const { poreState, boundary } = resolveFlowDomain(network, { axis: "z" });
    expect(boundary).toBe("labels");
    expect(poreState.filter((s) => s === INLET || s === OUTLET).length).toBe(held);
  });
});

describe("a NET-PFS network", () => {
  it("has the published counts of the sand within the spread over 100 seeds", () => {
    const seeds = Array.from({ length: 100 }, (_, k) => 3000 + k);
    const spread = measureCountSpread(SAND_CASE.network, seeds);
    for (const [name, published] of Object.entries(SAND_CASE.published)) {
      const { min, max, mean, standardDeviation } = spread[name as keyof typeof spread];
      expect([name, min <= published && published <= max]).toEqual([name, true]);
      expect(Math.abs(mean - published)).toBeLessThanOrEqual(2.5 * standardDeviation);
    }
    // Binomial: a slab of half a spacing holds 354^(2/3) / 2 pores in the mean.
    expect(Math.abs(spread.inlet.mean - 354 ** (2 / 3) / 2)).toBeLessThan(2);
    expect(Math.abs(spread.inlet.standardDeviation - 4.8)).toBeLessThan(1.2);
  });

  it("goes through files and comes back with its conductances", async () => {
    const network = generateNetPfs({ ...SMALL, neighbours: 4, throatRadiusSpread: 0.5 });
    const written = hydraulicConductance(network).values.toSorted();
    for (const path of ["sand", "sand.json", "sand.csv"]) {
      const files = new Map(writeNetwork(network, path).map((file) => [file.path, joinChunks(file.chunks)]));
      const facts = path === "sand" ? {} : { box: network.box! };
      const found = await readNetwork(path, (name) => files.get(name)!, facts);
      expect([path, found.throatCount]).toEqual([path, network.throatCount]);
      const read = hydraulicConductance(found).values.toSorted();
      for (let e = 0; e < read.length; e++) expect(Math.abs(read[e]! / written[e]! - 1)).toBeLessThan(1e-5);
      expect(describeNetwork(found).porosity! / describeNetwork(network).porosity!).toBeCloseTo(1, 5);
    }
  });

  it("costs no more a pore where there are more of them", () => {
    const cost = (count: number) => {
      const options = { ...SAND_CASE.network, count, size: 6e-3 * Math.cbrt(count / 354), seed: 71 };
      const runs = [1, 2, 3].map(() => {
        const start = performance.now();
        generateNetPfs(options);
        return performance.now() - start;
      });
      return Math.min(...runs) / count;
    };
    cost(2000);
    // Ten times would be the square.
    expect(cost(100_000) / cost(10_000)).toBeLessThan(4);
  });

  it.each([
    [{ distance: -1 }, /distance is -1/],
    [{ totalVolume: 1e-9 }, /count and totalVolume are both given/],
    [{ count: undefined }, /Neither count nor totalVolume/],
    [{ poreRadius: 1e-4 }, /poreVolume and poreRadius are both given/],
    [{ neighbours: 0 }, /neighbours is 0/],
    [{ throatRadiusSpread: 1.2 }, /throatRadiusSpread is 1.2/],
    [
      { throatRadius: { kind: "gamma", shape: 2, scale: 1e-5 }, throatRadiusSpread: 0.2 },
      /is a distribution/,
    ],
    [{ throatRadius: undefined }, /throatRadius is not given/],
    [{ throatRadius: { kind: "gamma", shape: 2 } }, /throatRadius.scale is undefined/],
    [{ poreVolume: { kind: "normal", mean: 2 } }, /poreVolume.kind is "normal"/],
    [{ size: [1, 2] }, /size is 1,2/],
    [{ seed: 1.5 }, /seed is 1.5/],
    [{ radius: 3 }, /no option "radius"/],
    [{ slabThickness: Number.NaN }, /slabThickness is NaN/],
  ])("refuses %j", (change, message) => {
    const options = { ...SMALL, ...change } as NetPfsOptions;
    expect(() => generateNetPfs(options)).toThrow(OptionError);
    expect(() => generateNetPfs(options)).toThrow(message);
  });
});
