/** The radius and the volume of pores and throats, under whichever of OpenPNM's names a network has them. */
import { OptionError } from "../errors.ts";
import type { PoreNetwork } from "../network/pore-network.ts";

export type Element = "pore" | "throat";

/** Property (without its prefix) and the factor that makes it a radius, the best known first. */
const RADIUS_NAMES = [
  ["radius", 1],
  ["diameter", 0.5],
  ["inscribed_diameter", 0.5],
  ["equivalent_diameter", 0.5],
] as const;

const VOLUME_NAMES = ["volume", "region_volume"] as const;

/** Radii [m], one for each pore or throat; `undefined` when the network has none. */
export function readRadii(network: PoreNetwork, element: Element): Float64Array | undefined {
  for (const [name, factor] of RADIUS_NAMES) {
    const values = readScalars(network, element, name);
    if (values !== undefined) return factor === 1 ? values : values.map((value) => value * factor);
  }
  return undefined;
}

/** Volumes [m³], one for each pore or throat; `undefined` when the network has none. */
export function readVolumes(network: PoreNetwork, element: Element): Float64Array | undefined {
  for (const name of VOLUME_NAMES) {
    const values = readScalars(network, element, name);
    if (values !== undefined) return values;
  }
  return undefined;
}

/** @throws {OptionError} when the network holds no radius of this element. */
export function requireRadii(network: PoreNetwork, element: Element): Float64Array {
  const radii = readRadii(network, element);
  if (radii !== undefined) return radii;
  throw new OptionError(
    "network",
    `The network "${network.name}" has no radius of its ${element}s.`,
    `Give it one of ${RADIUS_NAMES.map(([name]) => `${element}.${name}`).join(", ")}.`,
  );
}

/** @throws {OptionError} when the network holds no volume of this element. */
export function requireVolumes(network: PoreNetwork, element: Element): Float64Array {
  const volumes = readVolumes(network, element);
  if (volumes !== undefined) return volumes;
  throw new OptionError(
    "weight",
    `The network "${network.name}" has no volume of its ${element}s.`,
    `Weight by "count", or give it ${VOLUME_NAMES.map((name) => `${element}.${name}`).join(" or ")}.`,
  );
}

function readScalars(network: PoreNetwork, element: Element, name: string): Float64Array | undefined {
  const fullName = `${element}.${name}`;
  const count = element === "pore" ? network.poreCount : network.throatCount;
  if (network.get(fullName)?.length !== count) return undefined;
  return network.numbers(fullName);
}
