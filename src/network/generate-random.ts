/**
 * Random points in a box joined to their nearest neighbours, to all within a distance, or by the Delaunay
 * tetrahedra. Coordinate k of point i is size_k·u(seed, 10 + k, i) with the counter-based hash of `random.ts`.
 */
import { OptionError } from "../errors.ts";
import { buildCellGrid } from "./cell-grid.ts";
import { triangulate } from "./delaunay.ts";
import type { Distribution } from "./distributions.ts";
import { sortUniqueEdges } from "./edge-list.ts";
import { AXES, labelFaces } from "./face-labels.ts";
import type { Axis } from "./flow-domain.ts";
import { radii } from "./generate-cubic.ts";
import { findNearest, findWithin } from "./neighbour-search.ts";
import { rejectUnknownKeys, requireChoice, requireInteger, requirePositive } from "./options.ts";
import { type Box, PoreNetwork, type PropertyArray } from "./pore-network.ts";
import { uniform } from "./random.ts";

const COORDINATE_STREAM = 10;

/** Which points a throat joins. */
export type Connection =
  /** Each point with its k nearest: a throat where either of two is among the other's nearest. */
  | { readonly kind: "nearest"; readonly k: number }
  /** All pairs at most `distance` [m] apart, of each point at most its `maxNeighbours` nearest. */
  | { readonly kind: "threshold"; readonly distance: number; readonly maxNeighbours?: number }
  /** Edges of the Delaunay tetrahedra, without those longer than `maxLength` [m]. */
  | { readonly kind: "delaunay"; readonly maxLength?: number };

export interface RandomOptions {
  /** Number of pores. */
  readonly count: number;
  readonly connect: Connection;
  readonly seed: number;
  /** Edges of the box [m]; default: a cube in which each pore has one cubic metre. */
  readonly size?: number | readonly [number, number, number];
  /** Radii of throats [m]; default: a gamma distribution of shape 4 whose mean is 0.16 of the mean spacing. */
  readonly throatRadius?: Distribution;
  /** Radii of pores [m]; without them a throat is a tube from centre to centre. */
  readonly poreRadius?: Distribution;
  /** Pores less than this from a face carry its label [m]; default: the mean spacing (volume/count)^(1/3). */
  readonly faceThickness?: number;
  /** The axis whose faces are labelled `pore.inlet` and `pore.outlet`, default x. */
  readonly flowAxis?: Axis;
  readonly name?: string;
}

const OPTIONS = [
  "count",
  "connect",
  "seed",
  "size",
  "throatRadius",
  "poreRadius",
  "faceThickness",
  "flowAxis",
  "name",
] as const satisfies readonly (keyof RandomOptions)[];

const CONNECTION_KEYS: Record<Connection["kind"], readonly string[]> = {
  nearest: ["kind", "k"],
  threshold: ["kind", "distance", "maxNeighbours"],
  delaunay: ["kind", "maxLength"],
};

/**
 * A network of random points, with labels on the faces of its box, `throat.radius`, `throat.diameter` and
 * `throat.length` (centre to centre) [m]. Isolated pores and separate clusters stay in, as they come.
 *
 * @throws {OptionError} on an unknown key or a value out of range.
 * @example generateRandom({ count: 354, size: 6e-3, connect: { kind: "threshold", distance: 1.2e-3 }, seed: 7 })
 */
export function generateRandom(options: RandomOptions): PoreNetwork {
  rejectUnknownKeys("generateRandom", options, OPTIONS);
  const count = requireInteger("count", options.count, 1, 2 ** 28);
  const seed = requireInteger("seed", options.seed, 0, 2 ** 32 - 1);
  const flowAxis = requireChoice("flowAxis", options.flowAxis ?? "x", AXES);
  const box = boxOf(options.size ?? Math.cbrt(count));
  const spacing = Math.cbrt((box.size[0] * box.size[1] * box.size[2]) / count);
  const coords = drawPoints(count, seed, box.size);
  const conns = connectPoints(coords, options.connect);
  const lengths = distancesOf(coords, conns);
  const thickness = requirePositive("faceThickness", options.faceThickness ?? spacing);
  const throatRadius = options.throatRadius ?? { kind: "gamma", shape: 4, scale: 0.04 * spacing };
  const properties: [string, PropertyArray][] = [
    ...labelFaces(coords, box, thickness, flowAxis),
    ...radii("throat", throatRadius, lengths.length, seed),
    ["throat.total_length", lengths],
    ...(options.poreRadius === undefined ? [] : radii("pore", options.poreRadius, count, seed)),
  ];
  return new PoreNetwork({ name: options.name ?? `random${count}`, coords, conns, properties, box });
}

/** n x 3 uniform points in a box that begins at the origin. */
export function drawPoints(count: number, seed: number, size: readonly number[]): Float64Array {
  const coords = new Float64Array(3 * count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 3; k++) coords[3 * i + k] = size[k]! * uniform(seed, COORDINATE_STREAM + k, i);
  }
  return coords;
}

/**
 * Throats between given points, m x 2, each as (lower, higher) and sorted.
 * @throws {OptionError} on an unknown key or a value out of range.
 */
export function connectPoints(coords: Float64Array, connect: Connection): Int32Array {
  const kind = requireChoice("connect.kind", connect?.kind, ["nearest", "threshold", "delaunay"]);
  rejectUnknownKeys("connect", connect, CONNECTION_KEYS[kind]);
  const count = coords.length / 3;
  switch (connect.kind) {
    case "nearest": {
      const k = requireInteger("connect.k", connect.k, 1, 1000);
      const { from, to } = findNearest(buildCellGrid(coords), k);
      return sortUniqueEdges(from, to, count);
    }
    case "threshold": {
      const distance = requirePositive("connect.distance", connect.distance);
      const most = connect.maxNeighbours;
      if (most !== undefined) requireInteger("connect.maxNeighbours", most, 1, 1000);
      const { from, to } =
        most === undefined
          ? findWithin(buildCellGrid(coords, distance), distance)
          : findNearest(buildCellGrid(coords), most, distance);
      return sortUniqueEdges(from, to, count);
    }
    case "delaunay": {
      const { edges } = triangulate(coords);
      if (connect.maxLength === undefined) return edges;
      const limit = requirePositive("connect.maxLength", connect.maxLength);
      const lengths = distancesOf(coords, edges);
      return edges.filter((_, k) => lengths[k >> 1]! <= limit);
    }
  }
}

/** Distance of the two pores of each throat. */
export function distancesOf(coords: Float64Array, conns: Int32Array): Float64Array {
  const lengths = new Float64Array(conns.length / 2);
  for (let e = 0; e < lengths.length; e++) {
    const a = 3 * conns[2 * e]!;
    const b = 3 * conns[2 * e + 1]!;
    const dx = coords[a]! - coords[b]!;
    const dy = coords[a + 1]! - coords[b + 1]!;
    const dz = coords[a + 2]! - coords[b + 2]!;
    lengths[e] = Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
  return lengths;
}

function boxOf(size: number | readonly [number, number, number]): Box {
  const edges = typeof size === "number" ? [size, size, size] : size;
  if (!Array.isArray(edges) || edges.length !== 3) {
    throw new OptionError("size", `size is ${String(size)}.`, "Give one length [m], or three.");
  }
  for (const edge of edges) requirePositive("size", edge);
  return { origin: [0, 0, 0], size: [edges[0]!, edges[1]!, edges[2]!] };
}
