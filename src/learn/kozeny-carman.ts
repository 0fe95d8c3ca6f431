/**
 * Permeability from porosity φ and specific surface S (area of walls in a volume of rock), after Kozeny (1927)
 * and Carman (1937): K = c φ³/S², here as a power law with fitted c and exponent b,
 *
 *   ln K = ln c + b ln(φ³/S²)        least squares over the rows
 *
 * The classical b = 1 keeps K proportional to length²; a fitted one holds for rocks of the scale that it was
 * fitted on, as such correlations do.
 */
import { OptionError } from "../errors.ts";
import { radiiOf } from "../network/geometry.ts";
import { describeNetwork } from "../network/health-statistics.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import type { DatasetRow } from "./dataset.ts";
import { fitLinear } from "./least-squares.ts";

export interface KozenyCarman {
  /** c, of K [m²] and S [1/m]. */
  readonly factor: number;
  /** b */
  readonly exponent: number;
}

export interface PorosityAndSurface {
  readonly porosity: number;
  /** [1/m] */
  readonly specificSurface: number;
}

export type PorousRow = Pick<
  DatasetRow,
  "name" | "network" | "permeability" | "porosity" | "specificSurface"
>;

/**
 * Fits c and b, or c alone where `exponent` states b.
 * @throws {OptionError} when porosity or surface of a row are neither given nor to be had from its network
 * @example fitKozenyCarman(selectRows(dataset, "train"), { exponent: 1 })
 */
export function fitKozenyCarman(
  rows: readonly PorousRow[],
  { exponent }: { readonly exponent?: number } = {},
): KozenyCarman {
  const squares = rows.map((row) => Math.log(squaredLength(row)));
  const permeabilities = rows.map(({ permeability }) => Math.log(permeability));
  if (exponent === undefined) {
    const { intercept, slopes } = fitLinear(
      squares.map((value) => [value]),
      permeabilities,
    );
    return { factor: Math.exp(intercept), exponent: slopes[0]! };
  }
  const rests = permeabilities.map((value, k) => value - exponent * squares[k]!);
  const { intercept } = fitLinear(
    rests.map(() => []),
    rests,
  );
  return { factor: Math.exp(intercept), exponent };
}

/** [m²] @throws {OptionError} as `fitKozenyCarman` */
export function predictKozenyCarman(
  { factor, exponent }: KozenyCarman,
  row: Omit<PorousRow, "permeability">,
): number {
  return factor * squaredLength(row) ** exponent;
}

/**
 * Porosity and specific surface of a network by itself: the volumes of pores and throats over that of the box,
 * and walls of 2 V/r each, which is the mantle of every prism around an inscribed circle of radius r: of a
 * tube, a square duct and a triangular one alike. `undefined` without volumes, radii or a box.
 */
export function measurePorosityAndSurface(network: PoreNetwork): PorosityAndSurface | undefined {
  const { porosity } = describeNetwork(network);
  if (porosity === undefined || network.box === undefined) return undefined;
  let walls = 0;
  for (const element of ["pore", "throat"] as const) {
    const name = network.has(`${element}.volume`) ? `${element}.volume` : `${element}.region_volume`;
    const radii = radiiOf(network, element);
    if (!network.has(name)) continue;
    if (radii === undefined) return undefined;
    const volumes = network.numbers(name);
    for (let k = 0; k < radii.length; k++) if (radii[k]! > 0) walls += (2 * volumes[k]!) / radii[k]!;
  }
  const volume = network.box.size.reduce((product, edge) => product * edge, 1);
  return { porosity, specificSurface: walls / volume };
}

/** φ³/S² [m²]. */
function squaredLength({ name, network, ...row }: Omit<PorousRow, "permeability">): number {
  const isGiven = row.porosity !== undefined && row.specificSurface !== undefined;
  const measured = isGiven ? undefined : measurePorosityAndSurface(network);
  const porosity = row.porosity ?? measured?.porosity;
  const surface = row.specificSurface ?? measured?.specificSurface;
  if (porosity !== undefined && surface !== undefined && porosity > 0 && surface > 0) {
    return porosity ** 3 / surface ** 2;
  }
  throw new OptionError(
    "rows",
    `Porosity and specific surface of "${name}" are ${porosity ?? "unknown"} and ${surface ?? "unknown"}.`,
    "Give positive ones, or a network with volumes, radii and a box.",
  );
}
