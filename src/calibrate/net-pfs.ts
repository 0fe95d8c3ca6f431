/**
 * NET-PFS: a representative network of random pores (M.-C. Hu et al., Stoch. Environ. Res. Risk Assess. 33 (2019) 395).
 * Pores are uniform random points of a box with volumes from a distribution; throats are circular tubes from centre to
 * centre between pores at most a connecting distance apart, and of each pore only to its nearest; pores in a slab at
 * each end of the flow's axis are held at the inlet's and the outlet's pressure.
 *
 * All of the resistance lies in the throats, g = π r⁴ / (8 μ L) with L from centre to centre. The volume of a throat is
 * that of its part outside of its pores' spheres.
 */

import { labelComponents } from "../network/components.ts";
import { createSampler, type Distribution } from "../network/distributions.ts";
import { AXES, labelFaces } from "../network/face-labels.ts";
import { PoreNetwork, type PropertyArray } from "../network/pore-network.ts";
import { uniform } from "../network/random.ts";
import { boxOf, checkNetPfsOptions, type NetPfsOptions, volumeOf } from "./net-pfs-options.ts";
import { drawPores, sphereVolume } from "./net-pfs-pores.ts";
import { findThroats, THROAT_STREAM, throatCounter } from "./net-pfs-throats.ts";
import { logitOf, placeOf, readFactor, tabulateFactors } from "./radius-factor.ts";

/**
 * A NET-PFS network with `pore.volume`, `pore.radius`, `throat.radius`, `throat.total_length`, `throat.length` (outside
 * of the pores), `throat.volume`, labels of all six faces and of the four classes: `pore.inlet`, `pore.outlet`,
 * `pore.inner`, and `pore.isolated` for pores without a path of throats to inlet or outlet.
 *
 * @throws {OptionError} on an unknown key, a value out of range, or two options that exclude each other
 * @example generateNetPfs({ ...SAND_CASE.network, seed: 7 }).poreCount // 354
 */
export function generateNetPfs(options: NetPfsOptions): PoreNetwork {
  checkNetPfsOptions(options);
  const { seed, distance, neighbours, poreSizeFactor = 1, flowAxis = "x" } = options;
  const box = boxOf(options.size);
  const { coords, radius: drawnRadius } = drawPores(options);
  const { conns, length } = findThroats(coords, seed, distance, neighbours);
  const radius = drawnRadius.map((r) => poreSizeFactor * r);
  const throatRadius = drawThroatRadii(options, conns);
  const free = length.map((l, e) => Math.max(0, l - radius[conns[2 * e]!]! - radius[conns[2 * e + 1]!]!));
  const faces = labelFaces(coords, box, slabThicknessOf(options, radius.length), flowAxis);
  const properties: [string, PropertyArray][] = [
    ...faces,
    ...labelClasses(conns, radius.length, new Map(faces)),
    ["pore.radius", radius],
    ["pore.diameter", radius.map((r) => 2 * r)],
    ["pore.volume", radius.map(sphereVolume)],
    ["throat.radius", throatRadius],
    ["throat.diameter", throatRadius.map((r) => 2 * r)],
    ["throat.total_length", length],
    ["throat.length", free],
    ["throat.conduit_lengths", tubesFromCentreToCentre(length)],
    ["throat.volume", free.map((l, e) => Math.PI * throatRadius[e]! ** 2 * l)],
  ];
  const name = options.name ?? `net-pfs${radius.length}`;
  return new PoreNetwork({ name, coords, conns, properties, box });
}

/** Pores less than this from a face are held there [m]. */
export function slabThicknessOf({ slabThickness, size }: NetPfsOptions, count: number): number {
  return slabThickness ?? Math.cbrt(volumeOf(boxOf(size)) / count) / 2;
}

/** m [m]. */
function drawThroatRadii(options: NetPfsOptions, conns: Int32Array): Float64Array {
  const factor = createThroatFactor(options);
  const mean = typeof options.throatRadius === "number" ? options.throatRadius : 1;
  const radii = new Float64Array(conns.length / 2);
  const { throatRadiusSpread: spread = 0, seed } = options;
  const table = tabulateFactors(spread);
  for (let e = 0; e < radii.length; e++) {
    const counter = throatCounter(conns[2 * e]!, conns[2 * e + 1]!);
    radii[e] = mean * (table ? readFactor(table, throatPlace(seed, counter)) : factor(counter));
  }
  return radii;
}

/** The radius of a throat over the mean, or [m] where a distribution is given, by its counter; without a spread. */
export function createThroatFactor({ throatRadius, seed }: NetPfsOptions): (counter: number) => number {
  if (typeof throatRadius === "number") return () => 1;
  return createSampler("throatRadius", throatRadius as Distribution, seed, THROAT_STREAM);
}

/** Where the uniform number by which a throat has its radius lies in a table of factors. */
export function throatPlace(seed: number, counter: number): number {
  return placeOf(logitOf(uniform(seed, THROAT_STREAM, counter)));
}

/** m x 3: pores resist nothing. */
function tubesFromCentreToCentre(length: Float64Array): Float64Array {
  const lengths = new Float64Array(3 * length.length);
  for (let e = 0; e < length.length; e++) lengths[3 * e + 1] = length[e]!;
  return lengths;
}

function labelClasses(
  conns: Int32Array,
  count: number,
  faces: ReadonlyMap<string, PropertyArray>,
): [string, PropertyArray][] {
  const inlet = faces.get("pore.inlet")!;
  const outlet = faces.get("pore.outlet")!;
  const { label, sizes } = labelComponents(conns, count);
  const isHeld = new Uint8Array(sizes.length);
  for (let i = 0; i < count; i++) if (inlet[i] || outlet[i]) isHeld[label[i]!] = 1;
  const inner = new Uint8Array(count);
  const isolated = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    if (!isHeld[label[i]!]) isolated[i] = 1;
    else if (!inlet[i] && !outlet[i]) inner[i] = 1;
  }
  return [
    ["pore.inner", inner],
    ["pore.isolated", isolated],
  ];
}

/** The names of the faces' labels along each axis, the lower face first. */
export const FACE_LABELS = AXES.map((axis) => [`${axis}min`, `${axis}max`] as const);
