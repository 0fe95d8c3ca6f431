/**
 * The pores of a NET-PFS network: uniform random positions, sizes from a distribution. Pore i is the same whatever the
 * number of pores, so that networks of one seed are parts of one another.
 */
import { OptionError } from "../errors.ts";
import { createSampler } from "../network/distributions.ts";
import { PORE_RADIUS_STREAM } from "../network/generate-cubic.ts";
import { drawPoints } from "../network/generate-random.ts";
import { boxOf, MOST_PORES, type NetPfsOptions } from "./net-pfs-options.ts";

export interface NetPfsPores {
  /** n x 3 [m] */
  readonly coords: Float64Array;
  /** n [m], before `poreSizeFactor` */
  readonly radius: Float64Array;
}

export type PoreOptions = Pick<
  NetPfsOptions,
  "size" | "seed" | "count" | "totalVolume" | "poreVolume" | "poreRadius" | "poreSizeFactor"
>;

/** Volume of a sphere [m³]. */
export function sphereVolume(radius: number): number {
  return (4 / 3) * Math.PI * radius ** 3;
}

/** Positions and radii of all pores. */
export function drawPores(options: PoreOptions): NetPfsPores {
  const radius = drawPoreRadii(options);
  return { coords: drawPoints(radius.length, options.seed, boxOf(options.size).size), radius };
}

/**
 * n [m]. With a total volume, as many as reach it: the last one drawn is kept whole.
 * @throws {OptionError} when the total needs more pores than any network has
 */
export function drawPoreRadii(options: PoreOptions): Float64Array {
  const { seed, count, totalVolume, poreSizeFactor = 1 } = options;
  const isVolume = options.poreVolume !== undefined;
  const draw = createSampler(
    isVolume ? "poreVolume" : "poreRadius",
    (isVolume ? options.poreVolume : options.poreRadius)!,
    seed,
    PORE_RADIUS_STREAM,
  );
  const radiusOf = (i: number) => (isVolume ? Math.cbrt((3 * draw(i)) / (4 * Math.PI)) : draw(i));
  if (count !== undefined) return Float64Array.from({ length: count }, (_, i) => radiusOf(i));
  let radii = new Float64Array(1024);
  let drawn = 0;
  for (let volume = 0; volume < totalVolume!; drawn++) {
    if (drawn === MOST_PORES) refuseTotal(totalVolume!, volume);
    if (drawn === radii.length) {
      const larger = new Float64Array(2 * drawn);
      larger.set(radii);
      radii = larger;
    }
    radii[drawn] = radiusOf(drawn);
    volume += sphereVolume(poreSizeFactor * radii[drawn]!);
  }
  return radii.slice(0, drawn);
}

function refuseTotal(totalVolume: number, volume: number): never {
  throw new OptionError(
    "totalVolume",
    `${MOST_PORES} pores have a volume of ${volume} m³, less than the ${totalVolume} m³ asked for.`,
    "Check the units: volumes are in m³.",
  );
}
