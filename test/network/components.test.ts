import { describe, expect, it } from "vitest";
import { NetworkError } from "../../src/errors.ts";
import {
  examineDomain,
  type FlowDomain,
  FREE,
  generateBenchmarkNetwork,
  INLET,
  INLET_RESERVOIR,
  labelComponents,
  OUTLET,
  OUTLET_RESERVOIR,
  PoreNetwork,
  resolveFlowDomain,
} from "../../src/network/index.ts";

/** A domain from states and throats; coordinates do not matter here. */
function domainOf(states: number[], ends: number[], open?: number[]): FlowDomain {
  return {
    network: new PoreNetwork({ coords: new Float64Array(3 * states.length), conns: Int32Array.from(ends) }),
    axis: "x",
    boundary: "labels",
    poreState: Uint8Array.from(states),
    throatEnds: Int32Array.from(ends),
    throatOpen: Uint8Array.from(open ?? new Array(ends.length / 2).fill(1)),
    conduitLengths: undefined,
    length: 1,
    area: 1,
    extentSource: "options",
  };
}
const ones = (count: number) => new Float64Array(count).fill(1);

describe("examineDomain", () => {
  it("solves separate tubes, drops a cluster at the inlet, a floating one and isolated pores", () => {
    const states = [INLET, FREE, OUTLET, FREE, FREE, FREE, FREE, FREE, FREE];
    const ends = [0, 1, 1, 2, 0, 3, 3, 2, 0, 4, 4, 5, 6, 7];
    const report = examineDomain(domainOf(states, ends), ones(7));
    expect([...report.solved]).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0]);
    expect(report).toMatchObject({
      componentsSolved: 2,
      componentCount: 4,
      isolatedPores: 1,
      droppedPores: 5,
      percolates: true,
    });
  });

  it("is not joined by closed throats or throats of conductance 0", () => {
    const chain = [INLET_RESERVOIR, 0, 0, 1, 1, OUTLET_RESERVOIR];
    expect(examineDomain(domainOf([FREE, FREE], chain), ones(3)).percolates).toBe(true);
    expect(examineDomain(domainOf([FREE, FREE], chain), Float64Array.of(1, 0, 1))).toMatchObject({
      percolates: false,
      componentCount: 2,
      isolatedPores: 0,
      droppedPores: 2,
    });
    expect(examineDomain(domainOf([FREE, FREE], chain, [1, 0, 0]), ones(3))).toMatchObject({
      percolates: false,
      componentCount: 1,
      isolatedPores: 1,
      droppedPores: 2,
    });
  });

  it("does not join components through held pores", () => {
    const report = examineDomain(domainOf([INLET, FREE, FREE, OUTLET], [0, 1, 0, 2, 2, 3]), ones(3));
    expect([...report.solved]).toEqual([0, 0, 1, 0]);
    expect(report.componentsSolved).toBe(1);
  });

  it("counts a throat straight from inlet to outlet as flow", () => {
    for (const ends of [
      [0, 1],
      [1, 0],
      [INLET_RESERVOIR, 1],
      [INLET_RESERVOIR, OUTLET_RESERVOIR],
    ]) {
      const report = examineDomain(domainOf([INLET, OUTLET, FREE], ends), ones(1));
      expect(report).toMatchObject({
        percolates: true,
        componentsSolved: 0,
        isolatedPores: 1,
        droppedPores: 1,
      });
    }
    expect(examineDomain(domainOf([INLET, INLET], [0, 1]), ones(1)).percolates).toBe(false);
    expect(examineDomain(domainOf([INLET, OUTLET], [0, 1]), new Float64Array(1)).percolates).toBe(false);
  });

  it("takes an empty network and a single pore", () => {
    expect(examineDomain(domainOf([], []), ones(0))).toMatchObject({ percolates: false, componentCount: 0 });
    expect(examineDomain(domainOf([FREE], []), ones(0))).toMatchObject({
      percolates: false,
      droppedPores: 1,
    });
    const ends = [INLET_RESERVOIR, 0, 0, OUTLET_RESERVOIR];
    expect(examineDomain(domainOf([FREE], ends), ones(2))).toMatchObject({
      percolates: true,
      componentsSolved: 1,
    });
  });

  it("names throats whose conductance makes no sense, closed ones excepted", () => {
    const chain = [INLET_RESERVOIR, 0, 0, 1, 1, OUTLET_RESERVOIR];
    for (const bad of [Number.NaN, -1e-30, Infinity]) {
      try {
        examineDomain(domainOf([FREE, FREE], chain), Float64Array.of(1, bad, bad));
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(NetworkError);
        expect((error as NetworkError).indices).toEqual([1, 2]);
      }
      examineDomain(domainOf([FREE, FREE], chain, [1, 0, 0]), Float64Array.of(1, bad, bad));
    }
    expect(() => examineDomain(domainOf([FREE], chain.slice(0, 2)), ones(2))).toThrow(
      /2 conductances for 1 throats/,
    );
  });

  it("solves a chain of 200 000 pores: no recursion", () => {
    const count = 200000;
    const ends = [INLET_RESERVOIR, count - 1, 0, OUTLET_RESERVOIR];
    for (let i = count - 1; i > 0; i--) ends.push(i, i - 1);
    const report = examineDomain(domainOf(new Array(count).fill(FREE), ends), ones(count + 1));
    expect(report).toMatchObject({ componentsSolved: 1, droppedPores: 0 });
  });
});

it("labels components in the order of their first pores", () => {
  const { label, sizes } = labelComponents(Int32Array.of(5, 1, 3, 0, 4, 3, 2, INLET_RESERVOIR), 6);
  expect([...label]).toEqual([0, 1, 2, 0, 0, 1]);
  expect([...sizes]).toEqual([3, 2, 1]);
});

it("a knn network is one component but for pores cut off behind the faces", () => {
  const network = generateBenchmarkNetwork("knn10k");
  const report = examineDomain(resolveFlowDomain(network), ones(network.throatCount));
  expect(report.componentsSolved).toBe(1);
  expect(report.droppedPores).toBeLessThan(100);
});
