/**
 * Which throats of a large network are drawn: a picture of some hundred thousand pixels cannot show 10⁶ lines.
 *
 * "surface": those nearest to the faces of the box that the viewer sees, as a solid sample would show them.
 * "flow": those that carry most.
 */
import type { PoreNetwork } from "../network/pore-network.ts";
import type { Extent, Vector } from "./projection.ts";

export type Choice = "all" | "surface" | "flow";

export interface ChosenThroats {
  /** Indices, increasing. */
  readonly throats: Uint32Array;
  readonly choice: Choice;
  /** Throats that could have been drawn. */
  readonly available: number;
}

/**
 * At most `most` throats.
 * @param flows m flows; when given, the largest are chosen
 * @param toward direction to the viewer: tells which faces of the box are seen
 */
export function chooseThroats(
  network: PoreNetwork,
  extent: Extent,
  toward: Vector,
  most: number,
  flows?: Float64Array,
): ChosenThroats {
  const { throatCount } = network;
  if (throatCount <= most) {
    return {
      throats: Uint32Array.from({ length: throatCount }, (_, k) => k),
      choice: "all",
      available: throatCount,
    };
  }
  const keys =
    flows === undefined ? measureBurial(network, extent, toward) : Float32Array.from(flows, rankFlow);
  const choice = flows === undefined ? "surface" : "flow";
  return { throats: takeSmallest(keys, most), choice, available: throatCount };
}

/** Strong flows first; NaN, the flow of a closed throat, last. */
function rankFlow(flow: number): number {
  return Number.isNaN(flow) ? 0 : -Math.abs(flow);
}

/** Distance of each throat's first pore to the nearest visible face, in edge lengths of the box. */
function measureBurial(network: PoreNetwork, { low, high }: Extent, toward: Vector): Float32Array {
  const { conns, coords, throatCount } = network;
  const keys = new Float32Array(throatCount);
  const faces = [0, 1, 2].filter((axis) => Math.abs(toward[axis]!) > 1e-9 && high[axis]! > low[axis]!);
  for (let throat = 0; throat < throatCount; throat++) {
    const [a, b] = [conns[2 * throat]!, conns[2 * throat + 1]!];
    let nearest = Number.POSITIVE_INFINITY;
    for (const axis of faces) {
      const first = coords[3 * (a < 0 ? b : a) + axis]!;
      const second = coords[3 * (b < 0 ? a : b) + axis]!;
      const place = ((first + second) / 2 - low[axis]!) / (high[axis]! - low[axis]!);
      nearest = Math.min(nearest, toward[axis]! > 0 ? 1 - place : place);
    }
    keys[throat] = nearest;
  }
  return keys;
}

/** Indices of the `count` smallest keys; among equal ones an even spread over the indices. */
function takeSmallest(keys: Float32Array, count: number): Uint32Array {
  const threshold = keys.slice().sort()[count - 1]!;
  let below = 0;
  let equal = 0;
  for (const key of keys) {
    if (key < threshold) below++;
    else if (key === threshold) equal++;
  }
  const taken = new Uint32Array(count);
  const fromEqual = count - below;
  let size = 0;
  let seen = 0;
  for (let k = 0; k < keys.length; k++) {
    if (keys[k]! > threshold || Number.isNaN(keys[k]!)) continue;
    if (keys[k]! < threshold) taken[size++] = k;
    else {
      // The running share of the equal ones steps up by one exactly `fromEqual` times.
      const isTaken = Math.floor(((seen + 1) * fromEqual) / equal) > Math.floor((seen * fromEqual) / equal);
      seen++;
      if (isTaken) taken[size++] = k;
    }
  }
  return taken.subarray(0, size);
}
