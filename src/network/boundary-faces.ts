/** Inlet and outlet by place: the pores at the two faces of the sample along an axis. */
import { FREE, INLET, OUTLET } from "./flow-domain.ts";
import { radiiOf } from "./geometry.ts";
import type { Box, PoreNetwork } from "./pore-network.ts";

/** Of the sample's length: an allowance for rounding of coordinates and radii. */
const ROUNDING = 1e-6;

/**
 * States of the pores by the faces of `sample` along axis `k` (0, 1, 2).
 *
 * With `thickness` [m], pores whose centre is less than that from a face are held. Without it, where radii are
 * known, those whose sphere reaches the face within one voxel (extraction leaves the sphere that much short);
 * and where radii are unknown, or no sphere reaches one of the faces, those whose centre is less than the mean
 * spacing (volume/pores)^(1/3) from it. A pore at both faces belongs to the nearer.
 */
export function statesByFaces(network: PoreNetwork, sample: Box, k: number, thickness?: number): Uint8Array {
  const radii = radiiOf(network, "pore");
  if (thickness === undefined && radii !== undefined) {
    const slack = (network.voxelSize ?? 0) + ROUNDING * sample.size[k]!;
    const state = mark(network, sample, k, (i) => radii[i]! + slack);
    if (state.includes(INLET) && state.includes(OUTLET)) return state;
  }
  const reach = thickness ?? meanSpacing(network, sample);
  return mark(network, sample, k, () => reach);
}

/** `reach(i)`: how close [m] pore i must be to a face to be held. */
function mark(network: PoreNetwork, sample: Box, k: number, reach: (pore: number) => number): Uint8Array {
  const low = sample.origin[k]!;
  const high = low + sample.size[k]!;
  const state = new Uint8Array(network.poreCount);
  for (let i = 0; i < state.length; i++) {
    const x = network.coords[3 * i + k]!;
    const nearer = Math.min(x - low, high - x);
    state[i] = nearer < reach(i) ? (x - low <= high - x ? INLET : OUTLET) : FREE;
  }
  return state;
}

/** Mean distance of pores, over the dimensions that the sample has [m]. */
function meanSpacing(network: PoreNetwork, sample: Box): number {
  const spread = sample.size.filter((s) => s > 0);
  const content = spread.reduce((product, s) => product * s, 1);
  return spread.length === 0 ? 0 : (content / network.poreCount) ** (1 / spread.length);
}
