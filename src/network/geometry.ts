/**
 * Radii, shape factors and lengths of a network's elements, from whichever names its file uses: those of Statoil
 * files as porenet reads them, of OpenPNM, and of PoreSpy's snow2.
 */
import { INLET_RESERVOIR, type PoreNetwork, type PropertyArray } from "./pore-network.ts";

/** Where two pores' spheres overlap, the throat between keeps this part of the distance [choice]. */
const LEAST_THROAT_PART = 0.1;

const RADIUS_NAMES = ["radius", "inscribed_radius"] as const;
const DIAMETER_NAMES = ["diameter", "inscribed_diameter", "equivalent_diameter"] as const;

/** The names that `radiiOf` looks for, for messages. */
export const RADIUS_HINT = "throat.radius, throat.diameter or throat.inscribed_diameter";

/** Radii of all pores or throats [m]; `undefined` when the network has none. */
export function radiiOf(network: PoreNetwork, element: "pore" | "throat"): Float64Array | undefined {
  for (const name of RADIUS_NAMES) {
    if (network.has(`${element}.${name}`)) return network.numbers(`${element}.${name}`);
  }
  for (const name of DIAMETER_NAMES) {
    if (network.has(`${element}.${name}`)) return network.numbers(`${element}.${name}`).map((d) => d / 2);
  }
  return undefined;
}

/** Shape factors G; of throats also as area over squared perimeter. `undefined` when there are none. */
export function shapeFactorsOf(network: PoreNetwork, element: "pore" | "throat"): Float64Array | undefined {
  if (network.has(`${element}.shape_factor`)) return network.numbers(`${element}.shape_factor`);
  const area = `${element}.cross_sectional_area`;
  const perimeter = `${element}.perimeter`;
  if (!network.has(area) || !network.has(perimeter)) return undefined;
  const perimeters = network.numbers(perimeter);
  return network.numbers(area).map((a, i) => a / perimeters[i]! ** 2);
}

/** Length of each throat from centre to centre [m]; of one into a reservoir `NaN` unless a property tells. */
export function centreDistancesOf(network: PoreNetwork): Float64Array {
  for (const name of ["throat.total_length", "throat.spacing"]) {
    if (network.has(name)) return network.numbers(name);
  }
  const { coords, conns } = network;
  const distances = new Float64Array(network.throatCount);
  for (let e = 0; e < distances.length; e++) {
    const a = conns[2 * e]!;
    const b = conns[2 * e + 1]!;
    let squared = 0;
    for (let k = 0; k < 3; k++) squared += (coords[3 * a + k]! - coords[3 * b + k]!) ** 2;
    distances[e] = a <= INLET_RESERVOIR || b <= INLET_RESERVOIR ? Number.NaN : Math.sqrt(squared);
  }
  return distances;
}

/**
 * Lengths of the first pore's part, the throat and the second pore's part of every throat, m x 3 [m].
 *
 * `throat.conduit_lengths`, or OpenPNM's three properties of that name, are taken as they are. Else, when the
 * pores' radii are known, `throat.length` is the throat's own part and the pores share the rest by their radii;
 * without it each pore takes its radius, and where the spheres overlap the throat keeps a tenth of the distance.
 * Without pore radii a throat is a tube of its `throat.length`, or from centre to centre.
 * A reservoir takes no part.
 */
export function conduitLengthsOf(network: PoreNetwork): Float64Array {
  if (network.has("throat.conduit_lengths")) return network.numbers("throat.conduit_lengths");
  const parts = ["pore1", "throat", "pore2"].map((part) => network.get(`throat.conduit_lengths.${part}`));
  if (parts.every((part) => part !== undefined)) return interleave(parts);
  const poreRadii = radiiOf(network, "pore");
  const own = network.has("throat.length") ? network.numbers("throat.length") : undefined;
  const total = poreRadii === undefined && own !== undefined ? own : centreDistancesOf(network);
  const lengths = new Float64Array(3 * network.throatCount);
  for (let e = 0; e < network.throatCount; e++) {
    const a = network.conns[2 * e]!;
    const b = network.conns[2 * e + 1]!;
    const r1 = a < 0 ? 0 : (poreRadii?.[a] ?? 0);
    const r2 = b < 0 ? 0 : (poreRadii?.[b] ?? 0);
    // A throat into a reservoir of which only its own length is known has that and its pore's radius.
    const whole = Number.isNaN(total[e]!) ? r1 + r2 + (own?.[e] ?? Number.NaN) : total[e]!;
    const ownPart = own?.[e] ?? Math.max(whole - r1 - r2, LEAST_THROAT_PART * whole);
    const throat = r1 + r2 === 0 ? whole : Math.min(ownPart, whole);
    const rest = whole - throat;
    lengths[3 * e] = r1 === 0 ? 0 : (rest * r1) / (r1 + r2);
    lengths[3 * e + 1] = throat;
    lengths[3 * e + 2] = r2 === 0 ? 0 : (rest * r2) / (r1 + r2);
  }
  return lengths;
}

function interleave(parts: readonly PropertyArray[]): Float64Array {
  const lengths = new Float64Array(3 * parts[0]!.length);
  for (const [k, part] of parts.entries()) {
    for (let e = 0; e < part.length; e++) lengths[3 * e + k] = part[e]!;
  }
  return lengths;
}
