/** Networks for tests of what is learnt: one by hand, changes that must not matter, masks. */

import { type FlowMask, maskFlow } from "../../src/learn/features.ts";
import {
  examineDomain,
  type FlowDomain,
  generateRandom,
  hydraulicConductance,
  PoreNetwork,
  type PropertyArray,
  resolveFlowDomain,
} from "../../src/network/index.ts";

const LENGTHS = /radius|diameter|length/;

/** Two pores in a box of 2 x 1 x 1 mm, a throat between them and one into each reservoir. */
export function makePair(): PoreNetwork {
  return new PoreNetwork({
    name: "pair",
    coords: Float64Array.of(5e-4, 5e-4, 5e-4, 15e-4, 5e-4, 5e-4),
    conns: Int32Array.of(0, 1, -1, 0, 1, -2),
    box: { origin: [0, 0, 0], size: [2e-3, 1e-3, 1e-3] },
    properties: [
      ["pore.radius", Float64Array.of(2e-4, 1e-4)],
      ["pore.shape_factor", Float64Array.of(0.03, 0.07)],
      ["pore.volume", Float64Array.of(4e-11, 6e-12)],
      ["throat.radius", Float64Array.of(5e-5, 8e-5, 4e-5)],
      ["throat.shape_factor", Float64Array.of(0.04, 0.02, 0.08)],
      ["throat.volume", Float64Array.of(1e-12, 2e-12, 3e-12)],
      ["throat.conduit_lengths", Float64Array.of(2e-4, 7e-4, 1e-4, 9e-4, 3e-4, 2e-4, 0, 4e-4, 5e-4)],
    ],
  });
}

/** 200 random pores with radii, labelled inlets and outlets, and shape factors. */
export function makeRandom(seed: number): PoreNetwork {
  const network = generateRandom({
    count: 200,
    size: 1e-3,
    seed,
    connect: { kind: "nearest", k: 4 },
    poreRadius: { kind: "gamma", shape: 4, scale: 5e-6 },
    throatRadius: { kind: "gamma", shape: 4, scale: 2.5e-6 },
  });
  const shape = (count: number) =>
    Float64Array.from({ length: count }, (_, k) => 0.02 + 0.05 * ((k * 0.618) % 1));
  return network.with([
    ["throat.shape_factor", shape(network.throatCount)],
    ["pore.shape_factor", shape(network.poreCount)],
  ]);
}

/** The same network, `factor` times as large. */
export function scaleNetwork(network: PoreNetwork, factor: number): PoreNetwork {
  const properties = listProperties(network).map(([name, values]): [string, PropertyArray] => {
    const power = /volume/.test(name) ? 3 : LENGTHS.test(name) ? 1 : 0;
    return [name, power === 0 ? values : (values as Float64Array).map((value) => value * factor ** power)];
  });
  const { box } = network;
  return network.with(properties, {
    coords: network.coords.map((x) => x * factor),
    ...(box && {
      box: {
        origin: box.origin.map((x) => x * factor) as [number, number, number],
        size: box.size.map((x) => x * factor) as [number, number, number],
      },
    }),
  });
}

export function listProperties(network: PoreNetwork): [string, PropertyArray][] {
  return network.propertyNames
    .filter((name) => name !== "pore.coords" && name !== "throat.conns")
    .map((name) => [name, network.get(name)!]);
}

export function prepare(network: PoreNetwork): { domain: FlowDomain; mask: FlowMask } {
  const domain = resolveFlowDomain(network);
  const { values } = hydraulicConductance(network);
  return { domain, mask: maskFlow(domain, examineDomain(domain, values)) };
}
