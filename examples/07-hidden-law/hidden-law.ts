/**
 * Networks whose conductances follow a law that no model is told. With a and b the logarithms of a throat's two pore
 * radii over its own, G its shape factor and g_HP what Hagen and Poiseuille give for circular tubes,
 *
 *   g = 0.4 g_HP exp(1.2 sin(0.75 (a + b)) − 25 (G − 0.045) − ½ |a − b|)
 */
import { generateRandom, hydraulicConductance, type PoreNetwork, uniform } from "porenet";

/** Streams of random numbers that the generator does not use. */
const THROAT_SHAPES = 901;
const PORE_SHAPES = 907;

/** Eighty pores at random places, radii and shape factors drawn at random too. */
export function drawNetwork(seed: number): PoreNetwork {
  const network = generateRandom({
    count: 80,
    size: 1e-3,
    seed,
    connect: { kind: "nearest", k: 5 },
    poreRadius: { kind: "gamma", shape: 6, scale: 5e-6 },
    throatRadius: { kind: "gamma", shape: 5, scale: 2.5e-6 },
  });
  const shapes = (length: number, stream: number) =>
    Float64Array.from({ length }, (_, k) => 0.015 + 0.06 * uniform(seed, stream, k));
  return network.with([
    ["throat.shape_factor", shapes(network.throatCount, THROAT_SHAPES)],
    ["pore.shape_factor", shapes(network.poreCount, PORE_SHAPES)],
  ]);
}

/** The conductance of every throat [m³/(Pa·s)], for a viscosity of 1e-3 Pa·s. */
export function applyHiddenLaw(network: PoreNetwork): Float64Array {
  const { values } = hydraulicConductance(network, { closure: "hagen-poiseuille" });
  const throat = network.numbers("throat.radius");
  const pore = network.numbers("pore.radius");
  const shape = network.numbers("throat.shape_factor");
  return values.map((g, e) => {
    const [a, b] = [0, 1].map((end) => Math.log(pore[network.conns[2 * e + end]!]! / throat[e]!));
    return (
      g *
      0.4 *
      Math.exp(1.2 * Math.sin(0.75 * (a! + b!)) - 25 * (shape[e]! - 0.045) - 0.5 * Math.abs(a! - b!))
    );
  });
}
