/**
 * A network as the drawing shaders read it: pores as centres and radii, throats as ends and radii, in the space of the
 * scene, whose middle is the origin and whose unit is half the diagonal of the box, so that float32 holds it.
 *
 * Where a network has no radii they are those of its figures: a share of the distance of neighbours.
 */
import type { PoreNetwork } from "../network/pore-network.ts";
import { type Extent, measureExtent, measureSpacing, type Vector } from "./projection.ts";
import { type Element, readRadii } from "./radii.ts";

export interface SceneSpace {
  readonly extent: Extent;
  /** Middle of the extent [m]. */
  readonly middle: Vector;
  /** Half the diagonal of the extent [m]. */
  readonly unit: number;
  /** Half the edges of the extent, in units. */
  readonly half: Vector;
}

/** Words of a throat in shaders/view/throats.wgsl: two ends, one radius. */
export const THROAT_WORDS = 3;

const USUAL_PORE = 0.16;
const USUAL_THROAT = 0.06;

export function measureSpace(network: PoreNetwork): SceneSpace {
  const extent = measureExtent(network);
  const { low, high } = extent;
  const edges = [high[0] - low[0], high[1] - low[1], high[2] - low[2]];
  const diagonal = Math.hypot(...edges);
  // A single pore has no extent but its own.
  if (diagonal === 0) edges.fill(4 * (readRadii(network, "pore")?.[0] || 1));
  const unit = Math.hypot(...edges) / 2;
  return {
    extent,
    middle: [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2],
    unit,
    half: [edges[0]! / 2 / unit, edges[1]! / 2 / unit, edges[2]! / 2 / unit],
  };
}

/** x, y, z and radius of each pore; radius 0, not drawn, where one of them is no finite number. */
export function packPores(network: PoreNetwork, space: SceneSpace): Float32Array {
  const { poreCount, coords } = network;
  const radii = readRadii(network, "pore");
  const usual = usualRadius(network, space, "pore");
  const packed = new Float32Array(4 * poreCount);
  for (let i = 0; i < poreCount; i++) {
    const x = (coords[3 * i]! - space.middle[0]) / space.unit;
    const y = (coords[3 * i + 1]! - space.middle[1]) / space.unit;
    const z = (coords[3 * i + 2]! - space.middle[2]) / space.unit;
    const radius = radii === undefined ? usual : radii[i]! / space.unit;
    if (!Number.isFinite(x + y + z)) continue;
    packed[4 * i] = x;
    packed[4 * i + 1] = y;
    packed[4 * i + 2] = z;
    packed[4 * i + 3] = Number.isFinite(radius) ? radius : 0;
  }
  return packed;
}

/** Both ends, pores or reservoirs, and radius of each throat; radius 0 where it has none or an end is nowhere. */
export function packThroats(network: PoreNetwork, space: SceneSpace): Uint32Array {
  const { throatCount, conns, coords } = network;
  const radii = readRadii(network, "throat");
  const usual = usualRadius(network, space, "throat");
  const packed = new Uint32Array(THROAT_WORDS * throatCount);
  const radiusOf = new Float32Array(packed.buffer);
  for (let e = 0; e < throatCount; e++) {
    const [a, b] = [conns[2 * e]!, conns[2 * e + 1]!];
    packed[THROAT_WORDS * e] = a;
    packed[THROAT_WORDS * e + 1] = b;
    const radius = radii === undefined ? usual : radii[e]! / space.unit;
    const isSomewhere = hasPlace(coords, a) && hasPlace(coords, b);
    radiusOf[THROAT_WORDS * e + 2] = isSomewhere && Number.isFinite(radius) ? radius : 0;
  }
  return packed;
}

function hasPlace(coords: Float64Array, end: number): boolean {
  return end < 0 || Number.isFinite(coords[3 * end]! + coords[3 * end + 1]! + coords[3 * end + 2]!);
}

function usualRadius(network: PoreNetwork, { extent, unit }: SceneSpace, element: Element): number {
  const spacing = measureSpacing(extent, network.poreCount) / unit || 1;
  return spacing * (element === "pore" ? USUAL_PORE : USUAL_THROAT);
}
