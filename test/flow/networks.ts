/** Networks of the flow tests: drawn by hand, drawn at random, and the same one under other numbers. */
import { readFileSync } from "node:fs";
import type { FlowCase } from "../../src/flow/flow-system.ts";
import { readNetwork } from "../../src/io/index.ts";
import {
  type FlowDomainOptions,
  hydraulicConductance,
  PoreNetwork,
  type PropertyArray,
  resolveFlowDomain,
} from "../../src/network/index.ts";
import { makeRandom, shuffle } from "../sparse/graphs.ts";

/** The shipped sample. */
export function readBerea(): Promise<PoreNetwork> {
  const data = new URL("../../examples/data/", import.meta.url);
  return readNetwork("berea", (path) => readFileSync(new URL(path, data)));
}

/** A throat between two pores: first end, second end, conductance. */
export type Link = readonly [number, number, number];

/** The way in which sketches are solved; K is then the flow rate per unit pressure drop. */
export const SKETCHED = { inlet: "in", outlet: "out", length: 1, area: 1 } as const;

/** Pores all at the origin, with given conductances and the labels `in` and `out`. */
export function sketchNetwork(
  poreCount: number,
  links: readonly Link[],
  inlet: readonly number[],
  outlet: readonly number[],
  properties: Iterable<readonly [string, PropertyArray]> = [],
): PoreNetwork {
  const label = (pores: readonly number[]) =>
    Uint8Array.from({ length: poreCount }, (_, i) => (pores.includes(i) ? 1 : 0));
  return new PoreNetwork({
    coords: new Float64Array(3 * poreCount),
    conns: Int32Array.from(links.flatMap((link) => link.slice(0, 2))),
    properties: [
      ["pore.in", label(inlet)],
      ["pore.out", label(outlet)],
      ["throat.hydraulic_conductance", Float64Array.from(links, ([, , g]) => g)],
      ...properties,
    ],
  });
}

/** What the solver is given of a network. */
export function caseOf(network: PoreNetwork, options: FlowDomainOptions = {}): FlowCase {
  const domain = resolveFlowDomain(network, options);
  const { values } = hydraulicConductance(network, { conduitLengths: domain.conduitLengths });
  return { domain, conductance: values };
}

export interface Renumbered {
  readonly network: PoreNetwork;
  /** Old index of each new pore. */
  readonly pores: readonly number[];
  /** Old index of each new throat. */
  readonly throats: readonly number[];
  /** Whether each new throat has its ends exchanged. */
  readonly isTurned: readonly boolean[];
}

/** The same network with pores and throats in another order, and some throats turned round. */
export function renumberNetwork(network: PoreNetwork, seed: number): Renumbered {
  const random = makeRandom(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const pores = shuffle(network.poreCount, pick);
  const throats = shuffle(network.throatCount, pick);
  const isTurned = throats.map(() => random() < 0.5);
  const newPore = new Int32Array(network.poreCount);
  for (let i = 0; i < pores.length; i++) newPore[pores[i]!] = i;
  const rename = (end: number) => (end < 0 ? end : newPore[end]!);
  const conns = throats.flatMap((e, k) => {
    const ends = [rename(network.conns[2 * e]!), rename(network.conns[2 * e + 1]!)];
    return isTurned[k] ? ends.reverse() : ends;
  });
  const properties = network.propertyNames.slice(2).map((name): [string, PropertyArray] => {
    const isOfPores = name.startsWith("pore.");
    const rows = pickRows(network.get(name)!, isOfPores ? pores : throats);
    if (!name.startsWith("throat.conduit_lengths")) return [name, rows];
    for (let k = 0; k < throats.length; k++) {
      if (isTurned[k]) rows.subarray(3 * k, 3 * k + 3).reverse();
    }
    return [name, rows];
  });
  const renumbered = new PoreNetwork({
    coords: pickRows(network.coords, pores) as Float64Array,
    conns: Int32Array.from(conns),
    properties,
    ...(network.box && { box: network.box }),
    ...(network.voxelSize !== undefined && { voxelSize: network.voxelSize }),
  });
  return { network: renumbered, pores, throats, isTurned };
}

function pickRows(values: PropertyArray, rows: readonly number[]): PropertyArray {
  const width = values.length / rows.length;
  const picked = values.slice();
  rows.forEach((old, i) => {
    for (let w = 0; w < width; w++) picked[width * i + w] = values[width * old + w]!;
  });
  return picked;
}

/** |a / b − 1| */
export function relativeDifference(a: number, b: number): number {
  return Math.abs(a / b - 1);
}

/** Largest difference of two vectors; infinite unless both are NaN in the same places. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]) && Number.isNaN(b[i])) continue;
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
