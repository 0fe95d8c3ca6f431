/**
 * The cubic lattice: pore (ix, iy, iz) has index (ix·ny + iy)·nz + iz; throats run along x first, then along y,
 * then along z, each in the order of their first pore. Conductances are lognormal, g_e = exp(sigma·z_e), with
 * the same z_e for every sigma, so that contrast is the only thing that changes.
 */
import { OptionError } from "../errors.ts";
import { type Distribution, drawValues } from "./distributions.ts";
import { AXES, labelFaces } from "./face-labels.ts";
import type { Axis } from "./flow-domain.ts";
import { rejectUnknownKeys, requireChoice, requireInteger, requirePositive } from "./options.ts";
import { type Box, PoreNetwork, type PropertyArray } from "./pore-network.ts";
import { normal } from "./random.ts";

/** Streams of the counter-based hash; conductances use this one and the next. */
const CONDUCTANCE_STREAM = 1;
export const THROAT_RADIUS_STREAM = 20;
export const PORE_RADIUS_STREAM = 40;

export interface CubicOptions {
  /** Pores along x, y, z; one number means a cube. */
  readonly size: number | readonly [number, number, number];
  /** Distance of neighbours [m], default 1. */
  readonly spacing?: number;
  /** Standard deviation of ln g; 0 (the default) makes all conductances 1 [m³/(Pa·s)]. */
  readonly sigma?: number;
  /** Median conductance [m³/(Pa·s)], default 1. */
  readonly conductance?: number;
  /** Radii of throats [m]. The network then has no conductances of its own, unless `sigma` is given too. */
  readonly throatRadius?: Distribution;
  /** Radii of pores [m]. */
  readonly poreRadius?: Distribution;
  /** Default: the number of pores along x. */
  readonly seed?: number;
  /** The axis whose faces are labelled `pore.inlet` and `pore.outlet`, default x. */
  readonly flowAxis?: Axis;
  readonly name?: string;
}

const OPTIONS = [
  "size",
  "spacing",
  "sigma",
  "conductance",
  "throatRadius",
  "poreRadius",
  "seed",
  "flowAxis",
  "name",
] as const satisfies readonly (keyof CubicOptions)[];

/**
 * A cubic lattice with labels on its faces.
 *
 * Its box is the sample of a flow along `flowAxis`: there it reaches from the first pores to the last, where
 * pressure is held, (N − 1)·spacing; across it each pore has a cell of spacing², so that a lattice of equal
 * conductances g has the permeability μ g / spacing exactly.
 *
 * @throws {OptionError} on an unknown key or a value out of range.
 * @example generateCubic({ size: 20, sigma: 1, seed: 7 }).throatCount // 22800
 */
export function generateCubic(options: CubicOptions): PoreNetwork {
  rejectUnknownKeys("generateCubic", options, OPTIONS);
  const { spacing = 1, flowAxis = "x" } = options;
  const size = options.size;
  const shape: readonly [number, number, number] = typeof size === "number" ? [size, size, size] : size;
  if (!Array.isArray(shape) || shape.length !== 3) {
    throw new OptionError("size", `size is ${String(shape)}.`, "Give one whole number, or three.");
  }
  for (const along of shape) requireInteger("size", along, 1);
  requireInteger("size", shape[0] * shape[1] * shape[2], 1, 2 ** 29);
  requirePositive("spacing", spacing);
  requireChoice("flowAxis", flowAxis, AXES);
  const seed = requireInteger("seed", options.seed ?? shape[0], 0, 2 ** 32 - 1);
  const coords = latticeCoords(shape, spacing);
  const conns = latticeConns(shape);
  const box = latticeBox(shape, spacing, flowAxis);
  const throats = conns.length / 2;
  // Three quarters of the spacing hold one layer of pores at the box's ends and at its sides.
  const properties = labelFaces(coords, box, 0.75 * spacing, flowAxis);
  if (options.sigma !== undefined || options.throatRadius === undefined) {
    properties.push(["throat.hydraulic_conductance", drawConductances(throats, seed, options)]);
  }
  if (options.throatRadius !== undefined) {
    properties.push(...radii("throat", options.throatRadius, throats, seed));
  }
  if (options.poreRadius !== undefined) {
    properties.push(...radii("pore", options.poreRadius, coords.length / 3, seed));
  }
  return new PoreNetwork({ name: options.name ?? `cubic${shape.join("x")}`, coords, conns, properties, box });
}

/** `<element>.radius` and `<element>.diameter` [m]. */
export function radii(
  element: "pore" | "throat",
  distribution: Distribution,
  count: number,
  seed: number,
): [string, PropertyArray][] {
  const stream = element === "pore" ? PORE_RADIUS_STREAM : THROAT_RADIUS_STREAM;
  const radius = drawValues(`${element}Radius`, distribution, count, seed, stream);
  return [
    [`${element}.radius`, radius],
    [`${element}.diameter`, radius.map((r) => 2 * r)],
  ];
}

function latticeCoords(shape: readonly [number, number, number], spacing: number): Float64Array {
  const [nx, ny, nz] = shape;
  const coords = new Float64Array(3 * nx * ny * nz);
  let k = 0;
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let z = 0; z < nz; z++) {
        coords[k++] = x * spacing;
        coords[k++] = y * spacing;
        coords[k++] = z * spacing;
      }
    }
  }
  return coords;
}

function latticeConns(shape: readonly [number, number, number]): Int32Array {
  const [nx, ny, nz] = shape;
  const throats = (nx - 1) * ny * nz + nx * (ny - 1) * nz + nx * ny * (nz - 1);
  const conns = new Int32Array(2 * throats);
  let k = 0;
  const link = (endX: number, endY: number, endZ: number, step: number) => {
    for (let x = 0; x < endX; x++) {
      for (let y = 0; y < endY; y++) {
        for (let z = 0; z < endZ; z++) {
          const pore = (x * ny + y) * nz + z;
          conns[k++] = pore;
          conns[k++] = pore + step;
        }
      }
    }
  };
  link(nx - 1, ny, nz, ny * nz);
  link(nx, ny - 1, nz, nz);
  link(nx, ny, nz - 1, 1);
  return conns;
}

/** See `generateCubic`: from pore to pore along the flow, cells of one spacing across it. */
function latticeBox(shape: readonly [number, number, number], spacing: number, flowAxis: Axis): Box {
  const isSpan = (k: number) => AXES[k] === flowAxis && shape[k]! > 1;
  const origin = (k: number) => (isSpan(k) ? 0 : -spacing / 2);
  const size = (k: number) => (isSpan(k) ? shape[k]! - 1 : shape[k]!) * spacing;
  return { origin: [origin(0), origin(1), origin(2)], size: [size(0), size(1), size(2)] };
}

function drawConductances(count: number, seed: number, options: CubicOptions): Float64Array {
  const { sigma = 0, conductance = 1 } = options;
  requirePositive("conductance", conductance);
  if (!(Number.isFinite(sigma) && sigma >= 0)) {
    throw new OptionError("sigma", `sigma is ${sigma}.`, "Give 0 or more.");
  }
  const values = new Float64Array(count).fill(conductance);
  if (sigma === 0) return values;
  for (let e = 0; e < count; e++) {
    values[e] = conductance * Math.exp(sigma * normal(seed, CONDUCTANCE_STREAM, e));
  }
  return values;
}
