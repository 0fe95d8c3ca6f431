import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import {
  connectPoints,
  generateCubic,
  generateRandom,
  labelComponents,
  uniform,
} from "../../src/network/index.ts";

const edgeSet = (conns: Int32Array) =>
  new Set(Array.from({ length: conns.length / 2 }, (_, e) => `${conns[2 * e]}-${conns[2 * e + 1]}`));

/** Each point's neighbours by comparing all distances. */
function connectByForce(coords: Float64Array, k: number, distance: number): Set<string> {
  const count = coords.length / 3;
  const edges = new Set<string>();
  for (let i = 0; i < count; i++) {
    const others = Array.from({ length: count }, (_, j) => ({
      j,
      d: Math.hypot(...[0, 1, 2].map((a) => coords[3 * i + a]! - coords[3 * j + a]!)),
    }))
      .filter(({ j, d }) => j !== i && d <= distance)
      .sort((a, b) => a.d - b.d)
      .slice(0, k);
    for (const { j } of others) edges.add(`${Math.min(i, j)}-${Math.max(i, j)}`);
  }
  return edges;
}

const points = (count: number, sizes: number[], seed: number) =>
  Float64Array.from({ length: 3 * count }, (_, k) => sizes[k % 3]! * uniform(seed, k % 3, Math.floor(k / 3)));
/** Clusters far apart: cells differ much in what they hold. */
const clustered = points(400, [1, 1, 1], 99).map((x, k) => x * 1e-3 + (Math.floor(k / 3) % 7) ** 2);

describe("connectPoints", () => {
  it.each([
    ["cube", points(500, [1, 1, 1], 91)],
    ["plate", points(500, [3, 2, 1e-6], 92)],
    ["plane", points(300, [3, 2, 0], 93)],
    ["needle", points(300, [10, 1e-3, 1e-3], 94)],
    ["clusters", clustered],
    ["three points", points(3, [1, 1, 1], 95)],
  ])("finds the neighbours that brute force finds: %s", (_, coords) => {
    expect(edgeSet(connectPoints(coords, { kind: "nearest", k: 5 }))).toEqual(
      connectByForce(coords, 5, Infinity),
    );
    expect(edgeSet(connectPoints(coords, { kind: "nearest", k: 1 }))).toEqual(
      connectByForce(coords, 1, Infinity),
    );
    for (const distance of [0.05, 0.3, 20]) {
      expect(edgeSet(connectPoints(coords, { kind: "threshold", distance }))).toEqual(
        connectByForce(coords, Infinity, distance),
      );
      expect(edgeSet(connectPoints(coords, { kind: "threshold", distance, maxNeighbours: 2 }))).toEqual(
        connectByForce(coords, 2, distance),
      );
    }
  });

  it("joins a point to more neighbours than are sorted by hand, and takes the lower of two as near", () => {
    // 90 points on a circle about the first: each is nearest to it and to the two beside it.
    const ring = Float64Array.from({ length: 3 * 91 }, (_, k) => {
      const angle = (2 * Math.PI * Math.floor(k / 3)) / 90;
      return k < 3 || k % 3 === 2 ? 0 : k % 3 === 0 ? 30 * Math.cos(angle) : 30 * Math.sin(angle);
    });
    const hub = connectPoints(ring, { kind: "threshold", distance: 30.000001 });
    const joined = edgeSet(hub);
    expect(joined).toEqual(connectByForce(ring, Infinity, 30.000001));
    expect(hub.length / 2).toBe(joined.size);
    // A lattice has neighbours at one distance: of six, the three of the lowest numbers are taken.
    const lattice = generateCubic({ size: 5 }).coords;
    const middle = (2 * 5 + 2) * 5 + 2;
    const near = connectPoints(lattice, { kind: "nearest", k: 3 });
    const own = [...edgeSet(near)].filter((edge) => edge.split("-").includes(String(middle)));
    expect(own).toEqual(
      expect.arrayContaining([middle - 25, middle - 5, middle - 1].map((i) => `${i}-${middle}`)),
    );
    expect(edgeSet(near)).toEqual(connectByForce(lattice, 3, Infinity));
  });

  it("sorts throats, lower pore first, each once", () => {
    const conns = connectPoints(points(200, [1, 1, 1], 96), { kind: "delaunay" });
    for (let e = 0; e < conns.length / 2; e++) {
      expect(conns[2 * e]).toBeLessThan(conns[2 * e + 1]!);
      if (e > 0)
        expect(conns[2 * e]! * 1000 + conns[2 * e + 1]!).toBeGreaterThan(
          conns[2 * e - 2]! * 1000 + conns[2 * e - 1]!,
        );
    }
  });
});

describe("generateRandom", () => {
  it("makes the cube of Hu et al. 2019: 354 pores in 6 mm, 443 throats reported for neighbours within 1.2 mm", () => {
    const network = generateRandom({
      count: 354,
      size: 6e-3,
      connect: { kind: "threshold", distance: 1.2e-3, maxNeighbours: 2 },
      throatRadius: 1.7e-4,
      seed: 2019,
    });
    expect(network.throatCount).toBeGreaterThan(0.9 * 443);
    expect(network.throatCount).toBeLessThan(1.15 * 443);
    expect(network.numbers("throat.diameter")).toEqual(new Float64Array(network.throatCount).fill(3.4e-4));
    expect(Math.max(...network.numbers("throat.total_length"))).toBeLessThanOrEqual(1.2e-3);
    expect(Math.max(...network.coords)).toBeLessThan(6e-3);
    expect(network.box).toEqual({ origin: [0, 0, 0], size: [6e-3, 6e-3, 6e-3] });
  });

  it("labels pores by their distance from a face", () => {
    const network = generateRandom({
      count: 300,
      size: [2, 3, 4],
      connect: { kind: "nearest", k: 3 },
      poreRadius: { kind: "uniform", min: 0.01, max: 0.02 },
      faceThickness: 0.25,
      flowAxis: "z",
      seed: 11,
    });
    for (let i = 0; i < 300; i++) {
      expect(network.get("pore.inlet")![i]).toBe(network.coords[3 * i + 2]! < 0.25 ? 1 : 0);
      expect(network.get("pore.outlet")![i]).toBe(network.coords[3 * i + 2]! > 3.75 ? 1 : 0);
      expect(network.get("pore.ymax")![i]).toBe(network.coords[3 * i + 1]! > 2.75 ? 1 : 0);
    }
    expect(Math.min(...network.numbers("pore.radius"))).toBeGreaterThan(0.01);
  });

  it("is a function of its seed", () => {
    const make = (seed: number) => generateRandom({ count: 50, connect: { kind: "delaunay" }, seed });
    expect(make(5).coords).toEqual(make(5).coords);
    expect(make(5).coords).not.toEqual(make(6).coords);
    expect(labelComponents(make(5).conns, 50).sizes).toEqual(Int32Array.of(50));
  });

  it("drops Delaunay edges above maxLength", () => {
    const options = { count: 200, seed: 8 } as const;
    const all = generateRandom({ ...options, connect: { kind: "delaunay" } });
    const short = generateRandom({ ...options, connect: { kind: "delaunay", maxLength: 1.5 } });
    const expected = all.numbers("throat.total_length").filter((l) => l <= 1.5);
    expect(short.numbers("throat.total_length")).toEqual(expected);
    expect(short.throatCount).toBeLessThan(all.throatCount);
  });

  it("refuses what it does not know", () => {
    const connect = { kind: "nearest", k: 3 } as const;
    for (const options of [
      { count: 10, seed: 3, connect, colour: "red" },
      { count: 0, seed: 3, connect },
      { count: 10, seed: 3.5, connect },
      { count: 10, seed: 3 },
      { count: 10, seed: 3, connect: { kind: "nearest", k: 3, distance: 1 } },
      { count: 10, seed: 3, connect: { kind: "voronoi" } },
      { count: 10, seed: 3, connect, size: -1 },
      { count: 10, seed: 3, connect, size: [1, 2] },
    ]) {
      expect(() => generateRandom(options as never)).toThrow(OptionError);
    }
  });
});

describe("generateCubic", () => {
  it("lists throats along x, then y, then z", () => {
    const network = generateCubic({ size: [2, 2, 3], spacing: 0.5 });
    expect([...network.conns.subarray(0, 12)]).toEqual([0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]);
    expect([...network.conns.subarray(12, 24)]).toEqual([0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]);
    expect([...network.conns.subarray(24)]).toEqual([0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11]);
    expect([...network.coords.subarray(3 * 11)]).toEqual([0.5, 0.5, 1]);
    expect(network.numbers("throat.hydraulic_conductance")).toEqual(new Float64Array(20).fill(1));
  });

  it("labels one layer at each face and takes the sample from layer to layer along the flow", () => {
    const network = generateCubic({ size: [4, 5, 6], spacing: 2, flowAxis: "y" });
    const marked = (name: string) => network.numbers(name).reduce((sum, v) => sum + v, 0);
    expect(["xmin", "xmax", "ymin", "ymax", "zmin", "zmax"].map((f) => marked(`pore.${f}`))).toEqual([
      30, 30, 24, 24, 20, 20,
    ]);
    expect(network.get("pore.inlet")).toEqual(network.get("pore.ymin"));
    expect(network.box!.size).toEqual([8, 8, 12]);
  });

  it("draws ln g with the given deviation, the same z for every sigma", () => {
    const logarithms = (sigma: number) =>
      generateCubic({ size: 20, sigma, conductance: 3, seed: 17 })
        .numbers("throat.hydraulic_conductance")
        .map((g) => Math.log(g / 3));
    const one = logarithms(1);
    const four = logarithms(4);
    for (let e = 0; e < one.length; e++) expect(four[e]).toBeCloseTo(4 * one[e]!, 10);
    expect(one.reduce((s, z) => s + z * z, 0) / one.length).toBeCloseTo(1, 1);
  });

  it("with radii only, leaves conductances to a closure", () => {
    const network = generateCubic({ size: 3, throatRadius: 0.1, poreRadius: 0.2 });
    expect(network.has("throat.hydraulic_conductance")).toBe(false);
    expect(network.numbers("pore.diameter")[0]).toBe(0.4);
  });

  it("takes a single pore, and refuses what it does not know", () => {
    expect(generateCubic({ size: 1 }).throatCount).toBe(0);
    for (const options of [
      { size: 3, shape: 4 },
      { size: 2.5 },
      { size: [2, 2] },
      { size: 3, sigma: -1 },
      { size: 3, flowAxis: "w" },
    ]) {
      expect(() => generateCubic(options as never)).toThrow(OptionError);
    }
  });
});
