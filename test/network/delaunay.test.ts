import { insphere, orient3d } from "robust-predicates";
import { describe, expect, it } from "vitest";
import { NetworkError } from "../../src/errors.ts";
import { type Triangulation, triangulate, uniform } from "../../src/network/index.ts";

const randomPoints = (count: number, seed: number, sizes = [1, 1, 1]) =>
  Float64Array.from({ length: 3 * count }, (_, k) => sizes[k % 3]! * uniform(seed, k % 3, Math.floor(k / 3)));
const lattice = (size: number) =>
  Float64Array.from({ length: 3 * size ** 3 }, (_, k) => {
    const i = Math.floor(k / 3);
    return [i % size, Math.floor(i / size) % size, Math.floor(i / size ** 2)][k % 3]!;
  });
const point = (coords: Float64Array, i: number) =>
  [coords[3 * i]!, coords[3 * i + 1]!, coords[3 * i + 2]!] as const;
const corners = (mesh: Triangulation, t: number) =>
  [0, 1, 2, 3].map((k) => mesh.tetrahedra[4 * t + k]!) as [number, number, number, number];
const tetrahedronCount = (mesh: Triangulation) => mesh.tetrahedra.length / 4;

/** Vertices − edges + faces − tetrahedra of a ball is 1. */
function eulerNumber(coords: Float64Array, mesh: Triangulation): number {
  const faces = (4 * tetrahedronCount(mesh) + mesh.hullFaceCount) / 2;
  return coords.length / 3 - mesh.edges.length / 2 + faces - tetrahedronCount(mesh);
}

function volume(coords: Float64Array, mesh: Triangulation): number {
  let sum = 0;
  for (let t = 0; t < tetrahedronCount(mesh); t++) {
    const [a, b, c, d] = corners(mesh, t).map((i) => point(coords, i)) as never as number[][];
    sum += orient3d(...([...a!, ...b!, ...c!, ...d!] as Parameters<typeof orient3d>)) / 6;
  }
  return sum;
}

/** Number of (tetrahedron, point) pairs where the point is inside the circumscribed sphere. */
function countIntruders(coords: Float64Array, mesh: Triangulation): number {
  let intruders = 0;
  for (let t = 0; t < tetrahedronCount(mesh); t++) {
    const ends = corners(mesh, t);
    const [a, b, c, d] = ends.map((i) => point(coords, i)) as [
      readonly [number, number, number],
      readonly [number, number, number],
      readonly [number, number, number],
      readonly [number, number, number],
    ];
    for (let i = 0; i < coords.length / 3; i++) {
      if (!ends.includes(i) && insphere(...a, ...b, ...c, ...d, ...point(coords, i)) < 0) intruders++;
    }
  }
  return intruders;
}

describe("triangulate", () => {
  it("joins four points by one tetrahedron", () => {
    const mesh = triangulate(Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1));
    expect(mesh.tetrahedra.length).toBe(4);
    expect([...mesh.edges]).toEqual([0, 1, 0, 2, 0, 3, 1, 2, 1, 3, 2, 3]);
    expect(mesh.hullFaceCount).toBe(4);
  });

  it("joins a point inside to all four corners", () => {
    const mesh = triangulate(Float64Array.of(0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4, 1, 1, 0.5));
    expect(tetrahedronCount(mesh)).toBe(4);
    expect(mesh.edges.length / 2).toBe(10);
  });

  it("splits two tetrahedra on a common face in two or three, as the spheres say", () => {
    const bipyramid = (height: number) =>
      Float64Array.of(1, 0, 0, -0.5, 0.8, 0, -0.5, -0.9, 0, 0.1, 0, height, 0, 0.1, -height);
    expect(tetrahedronCount(triangulate(bipyramid(3)))).toBe(2);
    expect(tetrahedronCount(triangulate(bipyramid(0.3)))).toBe(3);
  });

  it.each([
    ["random", randomPoints(300, 77)],
    ["random, flat box", randomPoints(300, 78, [1, 1, 1e-4])],
    ["random, needle", randomPoints(300, 79, [1, 1e-3, 1e-3])],
    ["lattice, all cospherical", lattice(5)],
    ["random on a coarse grid", randomPoints(60, 80).map((x) => Math.round(x * 2 ** 10) / 2 ** 10)],
  ])("%s points: spheres are empty, Euler's count holds", (_, coords) => {
    const mesh = triangulate(coords);
    expect(countIntruders(coords, mesh)).toBe(0);
    expect(eulerNumber(coords, mesh)).toBe(1);
    expect(new Set(mesh.tetrahedra).size).toBe(coords.length / 3);
  });

  it("fills the convex hull: a lattice's cube, without flat tetrahedra", () => {
    const coords = lattice(6);
    const mesh = triangulate(coords);
    expect(volume(coords, mesh)).toBeCloseTo(125, 10);
    for (let t = 0; t < tetrahedronCount(mesh); t++) {
      const [a, b, c, d] = corners(mesh, t).map((i) => point(coords, i)) as never as [
        readonly [number, number, number],
        readonly [number, number, number],
        readonly [number, number, number],
        readonly [number, number, number],
      ];
      expect(orient3d(...a, ...b, ...c, ...d)).toBeGreaterThan(0);
    }
  });

  it("does not depend on the order of the points", () => {
    const count = 500;
    const coords = randomPoints(count, 81);
    const reversed = Float64Array.from(
      { length: 3 * count },
      (_, k) => coords[3 * (count - 1 - Math.floor(k / 3)) + (k % 3)]!,
    );
    const names = (edges: Int32Array, rename: (i: number) => number) =>
      Array.from({ length: edges.length / 2 }, (_, e) =>
        [rename(edges[2 * e]!), rename(edges[2 * e + 1]!)].sort((a, b) => a - b).join("-"),
      ).sort();
    expect(names(triangulate(reversed).edges, (i) => count - 1 - i)).toEqual(
      names(triangulate(coords).edges, (i) => i),
    );
  });

  it("has about 15.5 edges a point, as Poisson points have (Meijering 1953: 2 + 48π²/35 neighbours)", () => {
    const count = 20000;
    const edges = triangulate(randomPoints(count, 83)).edges.length / 2;
    // The hull takes some away.
    expect((2 * edges) / count).toBeGreaterThan(0.96 * (2 + (48 * Math.PI ** 2) / 35));
    expect((2 * edges) / count).toBeLessThan(2 + (48 * Math.PI ** 2) / 35);
  });

  it("names points that coincide, and refuses what has no volume", () => {
    const twice = randomPoints(50, 82);
    twice.set(point(twice, 7), 3 * 31);
    try {
      triangulate(twice);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(NetworkError);
      expect([...(error as NetworkError).indices].sort((a, b) => a - b)).toEqual([7, 31]);
    }
    expect(() => triangulate(randomPoints(30, 84, [1, 1, 0]))).toThrow(/in one plane/);
    expect(() => triangulate(new Float64Array(6))).toThrow(NetworkError);
  });
});
