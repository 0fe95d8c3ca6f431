/**
 * Where pores and throats lie to the walls along the flow: the faces of the sample's box that are neither inlet nor
 * outlet. A direct simulation has them closed, and what they cut is not of the shape that its radius says.
 */
import type { Axis, FlowDomain } from "../network/flow-domain.ts";

export interface WallDistances {
  /** n x 2: to the nearer wall along either lateral axis [m]; infinite without a box. */
  readonly pore: Float64Array;
  /** m: from a throat's centre to the nearest wall [m]; infinite without a box. */
  readonly throat: Float64Array;
}

const AXES: readonly Axis[] = ["x", "y", "z"];

/** @param lengths m x 3: of a conduit's parts; a throat's centre divides the way between its pores as they do */
export function measureWallDistances(domain: FlowDomain, lengths: Float64Array): WallDistances {
  const { network, throatEnds, axis } = domain;
  const { box, coords, poreCount, throatCount } = network;
  const pore = new Float64Array(2 * poreCount).fill(Number.POSITIVE_INFINITY);
  const throat = new Float64Array(throatCount).fill(Number.POSITIVE_INFINITY);
  if (box === undefined) return { pore, throat };
  AXES.filter((each) => each !== axis).forEach((each, side) => {
    const k = AXES.indexOf(each);
    const [low, high] = [box.origin[k]!, box.origin[k]! + box.size[k]!];
    const toWall = (x: number) => Math.max(0, Math.min(x - low, high - x));
    for (let i = 0; i < poreCount; i++) pore[2 * i + side] = toWall(coords[3 * i + k]!);
    for (let e = 0; e < throatCount; e++) {
      const [a, b] = [throatEnds[2 * e]!, throatEnds[2 * e + 1]!];
      if (a < 0 && b < 0) continue;
      // A conduit into a reservoir runs along the axis of flow.
      const first = coords[3 * (a < 0 ? b : a) + k]!;
      const second = coords[3 * (b < 0 ? a : b) + k]!;
      const sum = lengths[3 * e]! + lengths[3 * e + 2]!;
      const share = sum > 0 ? lengths[3 * e]! / sum : 0.5;
      throat[e] = Math.min(throat[e]!, toWall(first + (second - first) * share));
    }
  });
  return { pore, throat };
}

/** The part of a disc that a straight wall at distance t, in radii, cuts off. */
export function cutOff(t: number): number {
  const within = Math.min(1, Math.max(-1, t));
  return (Math.acos(within) - within * Math.sqrt(1 - within * within)) / Math.PI;
}
