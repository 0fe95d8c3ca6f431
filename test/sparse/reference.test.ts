import { describe, expect, it } from "vitest";
import { GROUND_ONE, GROUND_ZERO } from "../../src/sparse/graph.ts";
import {
  applyLaplacian,
  assembleDiagonal,
  assembleRightHandSide,
  computeResidual,
  dotProduct,
  measureEnergy,
  solveReference,
} from "../../src/sparse/reference.ts";
import { chainOf, drawGraph, GRAPH_KINDS, makeGraph, maxDifference, solveDense } from "./graphs.ts";

// Two unknowns in a chain: A = [5 -3; -3 9], b = (2, 0), x = (1/2, 1/6).
const chain = chainOf([2, 3, 6]);

// A bridge of four unknowns and one apart:
//   ground 1 -4- 0, 0 -1- 1, 0 -2- 2, 1 -5- 2, 1 -3- 3, 2 -1- 3, 3 -2- ground 0; 4 hangs on nothing.
// Edge (2, 0) is given backwards, 1 -5- 2 in two parts, and a loop (3, 3) adds nothing.
const bridge = {
  graph: makeGraph(5, [
    [GROUND_ONE, 0],
    [0, 1],
    [2, 0],
    [1, 2],
    [1, 2],
    [1, 3],
    [2, 3],
    [3, GROUND_ZERO],
    [3, 3],
  ]),
  weights: Float64Array.of(4, 1, 2, 2, 3, 3, 1, 2, 100),
};

describe("the oracle, by hand", () => {
  it("applies A", () => {
    expect([...applyLaplacian(chain.graph, chain.weights, Float64Array.of(1, 0))]).toEqual([5, -3]);
    expect([...applyLaplacian(chain.graph, chain.weights, Float64Array.of(0, 1))]).toEqual([-3, 9]);
    // Rows of the bridge: (7 -1 -2 0), (-1 9 -5 -3), (-2 -5 8 -1), (0 -3 -1 6).
    const y = applyLaplacian(bridge.graph, bridge.weights, Float64Array.of(1, 2, 3, 4, 5));
    expect([...y]).toEqual([7 - 2 - 6, -1 + 18 - 15 - 12, -2 - 10 + 24 - 4, -6 - 3 + 24, 0]);
  });

  it("assembles the diagonal and the right-hand side", () => {
    expect([...assembleDiagonal(chain.graph, chain.weights)]).toEqual([5, 9]);
    expect([...assembleRightHandSide(chain.graph, chain.weights)]).toEqual([2, 0]);
    expect([...assembleDiagonal(bridge.graph, bridge.weights)]).toEqual([7, 9, 8, 6, 0]);
    expect([...assembleRightHandSide(bridge.graph, bridge.weights)]).toEqual([4, 0, 0, 0, 0]);
  });

  it("counts the ground at 1 from either end of an edge, and every edge to it", () => {
    const graph = makeGraph(1, [
      [0, GROUND_ONE],
      [GROUND_ONE, 0],
      [GROUND_ZERO, 0],
    ]);
    const weights = Float64Array.of(2, 5, 7);
    expect([...assembleRightHandSide(graph, weights)]).toEqual([7]);
    expect([...assembleDiagonal(graph, weights)]).toEqual([14]);
  });

  it("measures the residual and the energy", () => {
    const x = Float64Array.of(0.5, 0.25);
    const b = Float64Array.of(2, 0);
    expect([...computeResidual(chain.graph, chain.weights, b, x)]).toEqual([2 - 1.75, -0.75]);
    // 2 (1/2)² + 3 (1/4)² + 6 (1/4)²
    expect(measureEnergy(chain.graph, chain.weights, x)).toBe(0.5 + 3 / 16 + 6 / 16);
    expect(dotProduct(Float64Array.of(1, 2, 3), Float64Array.of(4, -5, 6))).toBe(12);
  });

  it("solves: the chain's conductance is that of a series", () => {
    const { x, iterations } = solveReference(chain.graph, chain.weights, Float64Array.of(2, 0));
    expect(maxDifference(x, [1 / 2, 1 / 6])).toBeLessThan(1e-15);
    expect(iterations).toBe(2);
    // 1 / (1/2 + 1/3 + 1/6)
    expect(measureEnergy(chain.graph, chain.weights, x)).toBeCloseTo(1, 14);
  });

  // Cramer's rule on the four rows above: the minors of the first row are 171, -113, 123, -77, the determinant 838.
  it("solves the bridge, and leaves what hangs on nothing at 0", () => {
    const b = assembleRightHandSide(bridge.graph, bridge.weights);
    const { x } = solveReference(bridge.graph, bridge.weights, b);
    const exact = [171, 113, 123, 77, 0].map((minor) => (4 * minor) / 838);
    expect(maxDifference(x, exact)).toBeLessThan(1e-14);
  });
});

describe("the oracle against elimination", () => {
  it.each(GRAPH_KINDS)("solves a %s", (kind) => {
    for (const seed of [5, 19]) {
      const own = drawGraph(kind, 24, seed, 3);
      const b = assembleRightHandSide(own.graph, own.weights);
      const { x } = solveReference(own.graph, own.weights, b, 1e-15, 5000);
      expect(maxDifference(x, solveDense(own))).toBeLessThan(1e-11);
    }
  });
});
