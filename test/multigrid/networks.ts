/** Networks that are hard on a solver, or on a hierarchy. */
import { GROUND_ONE, GROUND_ZERO } from "../../src/sparse/graph.ts";
import { chainOf, drawWeight, makeGraph, makeRandom, type WeightedGraph } from "../sparse/graphs.ts";
import { drawLattice } from "./levels.ts";

/** One after the other between the grounds. */
export function drawSeries(count: number, seed: number, decades: number): WeightedGraph {
  const random = makeRandom(seed);
  return chainOf(Float64Array.from({ length: count + 1 }, () => drawWeight(random, decades)));
}

/** Tubes side by side, each a series of its own. */
export function drawTubes(tubes: number, length: number, seed: number, decades: number): WeightedGraph {
  const random = makeRandom(seed);
  const ends: [number, number][] = [];
  for (let t = 0; t < tubes; t++) {
    for (let k = 0; k <= length; k++) {
      const [from, to] = [t * length + k - 1, t * length + k];
      ends.push([k === 0 ? GROUND_ONE : from, k === length ? GROUND_ZERO : to]);
    }
  }
  return {
    graph: makeGraph(tubes * length, ends),
    weights: Float64Array.from(ends, () => drawWeight(random, decades)),
  };
}

/** Unknown 0 has `throats` neighbours; a third of them leads on to the ground, a fifth to another of them. */
export function drawHub(throats: number, seed: number): WeightedGraph {
  const random = makeRandom(seed);
  const ends: [number, number][] = [[GROUND_ONE, 0]];
  for (let k = 1; k <= throats; k++) {
    ends.push([0, k]);
    if (k % 3 === 0) ends.push([k, GROUND_ZERO]);
    if (k % 5 === 0) ends.push([k, k - 1]);
  }
  return {
    graph: makeGraph(throats + 1, ends),
    weights: Float64Array.from(ends, () => drawWeight(random, 4)),
  };
}

/** Two lattices, each at a ground of its own, joined by one throat. */
export function drawHalves(size: number, throat: number, seed: number): WeightedGraph {
  const own = drawLattice(size, 1, seed);
  const count = size ** 3;
  const ends: [number, number][] = [];
  const weights: number[] = [];
  for (const half of [0, 1]) {
    own.weights.forEach((w, k) => {
      const [i, j] = [own.graph.ends[2 * k]!, own.graph.ends[2 * k + 1]!];
      if (half === 0 ? j === GROUND_ZERO : i === GROUND_ONE) return;
      ends.push([i < 0 ? i : i + half * count, j < 0 ? j : j + half * count]);
      weights.push(w);
    });
  }
  ends.push([count - 1, count]);
  return { graph: makeGraph(2 * count, ends), weights: Float64Array.of(...weights, throat) };
}

/** The same throats thrice, with shares that no float32 holds. */
export function triple({ graph, weights }: WeightedGraph): WeightedGraph {
  const count = weights.length;
  const ends = new Int32Array(3 * graph.ends.length);
  const shares = new Float64Array(3 * count);
  [0.1, 0.6, 0.3].forEach((share, copy) => {
    ends.set(graph.ends, copy * graph.ends.length);
    for (let k = 0; k < count; k++) shares[copy * count + k] = share * weights[k]!;
  });
  return { graph: { unknownCount: graph.unknownCount, ends }, weights: shares };
}

/**
 * A hub whose neighbours all interpolate from other rows, one each: in the coarse matrix it has as many neighbours as
 * there are arms. An arm is a pore on the hub, strongly joined to a pore that has two dead ends besides.
 */
export function drawArms(arms: number, seed: number): WeightedGraph {
  const random = makeRandom(seed);
  const ends: [number, number][] = [[GROUND_ONE, 0]];
  const weights = [0.1];
  for (let k = 0; k < arms; k++) {
    const first = 1 + 4 * k;
    ends.push([0, first], [first, first + 1], [first + 1, first + 2], [first + 1, first + 3]);
    weights.push(0.3, 1, 1, 1);
    if (k % 7 === 0) {
      ends.push([first + 3, GROUND_ZERO]);
      weights.push(0.05);
    }
  }
  return {
    graph: makeGraph(1 + 4 * arms, ends),
    weights: Float64Array.from(weights, (w) => w * (1 + 0.1 * random())),
  };
}
