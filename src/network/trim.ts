/** A network reduced to some of its pores, renumbered, with everything that it carries. */
import { NetworkError } from "../errors.ts";
import { type FlowDomainOptions, resolveFlowDomain } from "./boundary.ts";
import { examineDomain } from "./components.ts";
import { INLET, OUTLET } from "./flow-domain.ts";
import { PoreNetwork, type PropertyArray } from "./pore-network.ts";

export interface TrimmedNetwork {
  readonly network: PoreNetwork;
  /** Old index of every kept pore. */
  readonly pores: Int32Array;
  /** Old index of every kept throat. */
  readonly throats: Int32Array;
  /** n of the old network: new index of each pore, -1 where it is gone. */
  readonly newPore: Int32Array;
}

/**
 * The pores with a mask above 0, in their order, and the throats whose ends are all kept; a reservoir always is.
 * @param mask n values.
 * @throws {NetworkError} when the mask's length is not the number of pores.
 * @example trimNetwork(network, network.coords.filter((_, k) => k % 3 === 0).map((x) => (x < 1e-3 ? 1 : 0)))
 */
export function trimNetwork(network: PoreNetwork, mask: ArrayLike<number | boolean>): TrimmedNetwork {
  const { poreCount, throatCount, conns } = network;
  if (mask.length !== poreCount) {
    throw new NetworkError(
      `The mask holds ${mask.length} values for ${poreCount} pores.`,
      "Give one value for each pore.",
    );
  }
  const newPore = new Int32Array(poreCount).fill(-1);
  const pores = listWhere(poreCount, (i) => Boolean(mask[i]));
  for (let k = 0; k < pores.length; k++) newPore[pores[k]!] = k;
  const isKept = (end: number) => end < 0 || newPore[end]! >= 0;
  const throats = listWhere(throatCount, (e) => isKept(conns[2 * e]!) && isKept(conns[2 * e + 1]!));
  const rename = (end: number) => (end < 0 ? end : newPore[end]!);
  const properties: [string, PropertyArray][] = [];
  for (const name of network.propertyNames) {
    if (name === "pore.coords" || name === "throat.conns") continue;
    const rows = name.startsWith("pore.") ? pores : throats;
    const count = name.startsWith("pore.") ? poreCount : throatCount;
    // A property of nothing has no width of its own.
    properties.push([
      name,
      pickRows(network.get(name)!, rows, count === 0 ? 1 : network.get(name)!.length / count),
    ]);
  }
  const trimmed = new PoreNetwork({
    name: network.name,
    coords: pickRows(network.coords, pores, 3) as Float64Array,
    conns: (pickRows(conns, throats, 2) as Int32Array).map(rename),
    properties,
    ...(network.box && { box: network.box }),
    ...(network.voxelSize !== undefined && { voxelSize: network.voxelSize }),
  });
  return { network: trimmed, pores, throats, newPore };
}

/**
 * What carries flow along one axis: the pores of components that join inlet and outlet, and the held pores
 * next to them. The box stays the sample's, so that permeability and porosity keep their meaning.
 * @param conductance m values; a throat of 0 joins nothing. Default: every throat conducts.
 * @throws {NetworkError | OptionError} as `resolveFlowDomain` and `examineDomain` do.
 */
export function trimToSpanning(
  network: PoreNetwork,
  options: FlowDomainOptions = {},
  conductance: ArrayLike<number> = new Uint8Array(network.throatCount).fill(1),
): TrimmedNetwork {
  const domain = resolveFlowDomain(network, options);
  const { solved } = examineDomain(domain, conductance);
  const { poreState, throatOpen } = domain;
  const mask = solved.slice();
  const isHeld = (end: number) => end >= 0 && (poreState[end] === INLET || poreState[end] === OUTLET);
  for (let e = 0; e < network.throatCount; e++) {
    if (throatOpen[e] === 0 || !(conductance[e]! > 0)) continue;
    const a = network.conns[2 * e]!;
    const b = network.conns[2 * e + 1]!;
    if (isHeld(a) && isHeld(b) && poreState[a] !== poreState[b]) mask[a] = mask[b] = 1;
    if (isHeld(a) && b >= 0 && solved[b]) mask[a] = 1;
    if (isHeld(b) && a >= 0 && solved[a]) mask[b] = 1;
  }
  return trimNetwork(network, mask);
}

function listWhere(count: number, isWanted: (index: number) => boolean): Int32Array {
  let wanted = 0;
  for (let i = 0; i < count; i++) if (isWanted(i)) wanted++;
  const list = new Int32Array(wanted);
  for (let i = 0, k = 0; i < count; i++) if (isWanted(i)) list[k++] = i;
  return list;
}

function pickRows(values: PropertyArray, rows: Int32Array, width: number): PropertyArray {
  const picked = new (values.constructor as new (length: number) => PropertyArray)(rows.length * width);
  for (let k = 0; k < rows.length; k++) {
    for (let w = 0; w < width; w++) picked[k * width + w] = values[rows[k]! * width + w]!;
  }
  return picked;
}
