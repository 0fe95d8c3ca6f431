/** From a domain to its linear system and from pressures to flows, on the host alone. */
import { describe, expect, it } from "vitest";
import { NetworkError } from "../../src/errors.ts";
import { computeFlowField } from "../../src/flow/flow-field.ts";
import { buildFlowSystem, type FlowCase } from "../../src/flow/flow-system.ts";
import {
  type FlowDomain,
  generateCubic,
  INLET_RESERVOIR,
  OUTLET_RESERVOIR,
} from "../../src/network/index.ts";
import { GROUND_ONE, GROUND_ZERO } from "../../src/sparse/graph.ts";
import { solveDense } from "../sparse/graphs.ts";
import { solveDirectly } from "./direct-solver.ts";
import {
  caseOf,
  type Link,
  largestDifference,
  relativeDifference,
  SKETCHED,
  sketchNetwork,
} from "./networks.ts";

/** 0 in, 5 out; 4 floats, and 6 hangs on the inlet alone. */
const LINKS: readonly Link[] = [
  [2, 0, 2],
  [2, 3, 3],
  [3, 2, 1],
  [3, 5, 6],
  [0, 6, 8],
  [0, 5, 0.5],
  [1, 3, 0],
  [4, 4, 9],
];
const sketch = caseOf(sketchNetwork(7, LINKS, [0], [5]), SKETCHED);

const withChange = (change: Partial<FlowDomain>): FlowCase => ({
  ...sketch,
  domain: { ...sketch.domain, ...change },
});

describe("the linear system of a domain", () => {
  it("has the pores that join inlet and outlet, and the throats that move something in them", () => {
    const { graph, throatOfEdge, poreOfUnknown, report } = buildFlowSystem(sketch);
    expect([...poreOfUnknown]).toEqual([2, 3]);
    expect([...throatOfEdge]).toEqual([0, 1, 2, 3]);
    expect(graph.unknownCount).toBe(2);
    expect([...graph.ends]).toEqual([0, GROUND_ONE, 0, 1, 1, 0, 1, GROUND_ZERO]);
    expect(report).toMatchObject({ percolates: true, componentsSolved: 1, droppedPores: 3 });
  });

  it("has the grounds of reservoirs, and no throat that is closed", () => {
    const ends = sketch.domain.throatEnds.slice();
    ends[1] = INLET_RESERVOIR;
    ends[7] = OUTLET_RESERVOIR;
    const throatOpen = sketch.domain.throatOpen.with(1, 0);
    const { graph, throatOfEdge } = buildFlowSystem(withChange({ throatEnds: ends, throatOpen }));
    expect([...throatOfEdge]).toEqual([0, 2, 3]);
    expect([...graph.ends]).toEqual([0, GROUND_ONE, 1, 0, 1, GROUND_ZERO]);
  });

  it("is not built of conductances that are too few, negative or no numbers, unless closed", () => {
    const broken = (value: number) => ({ ...sketch, conductance: sketch.conductance.with(1, value) });
    expect(() => buildFlowSystem(broken(Number.NaN))).toThrow(NetworkError);
    expect(() => buildFlowSystem(broken(-1))).toThrow(/throat 1 is -1/);
    expect(() => buildFlowSystem({ ...sketch, conductance: Float64Array.of(1) })).toThrow(/1 .*8 throats/);
    const throatOpen = sketch.domain.throatOpen.with(1, 0);
    const { domain } = withChange({ throatOpen });
    expect(buildFlowSystem({ ...broken(Number.NaN), domain }).graph.unknownCount).toBe(2);
  });

  it("has the same solution as the direct solver's own", () => {
    const own = caseOf(generateCubic({ size: 5, sigma: 1, seed: 443 }));
    const { graph, throatOfEdge, poreOfUnknown } = buildFlowSystem(own);
    const weights = Float64Array.from(throatOfEdge, (e) => own.conductance[e]!);
    const { pressures } = solveDirectly(own.domain, own.conductance);
    const wanted = Array.from(poreOfUnknown, (pore) => pressures[pore]!);
    expect(largestDifference(solveDense({ graph, weights }), wanted)).toBeLessThan(1e-12);
  });
});

describe("the flow of given pressures", () => {
  it("is g times their difference, from a throat's first end to its second", () => {
    const field = computeFlowField(buildFlowSystem(sketch), Float64Array.of(0.5, 0.25));
    expect([...field.pressures]).toEqual([1, Number.NaN, 0.5, 0.25, Number.NaN, 0, Number.NaN]);
    expect([...field.throatFlows]).toEqual([-1, 0.75, -0.25, 1.5, 0, 0.5, 0, 0]);
    expect([field.inflow, field.outflow]).toEqual([1.5, 2]);
    const energy = 2 * 0.5 ** 2 + 4 * 0.25 ** 2 + 6 * 0.25 ** 2 + 0.5;
    expect(field.flowRate).toBe(energy);
    expect(field.balance).toBe(0.5 / energy);
  });

  it("takes no pore for a held one that only has its pressure", () => {
    const system = buildFlowSystem(sketch);
    const atOne = computeFlowField(system, Float64Array.of(1, 0.25));
    expect([atOne.inflow, atOne.outflow]).toEqual([0.5, 2]);
    const atZero = computeFlowField(system, Float64Array.of(0.5, 0));
    expect([atZero.inflow, atZero.outflow]).toEqual([1.5, 0.5]);
  });

  it("is one at inlet, outlet and in the energy form where pressures are right", () => {
    const own = caseOf(generateCubic({ size: 6, sigma: 2, seed: 449 }));
    const system = buildFlowSystem(own);
    const direct = solveDirectly(own.domain, own.conductance);
    const x = Float64Array.from(system.poreOfUnknown, (pore) => direct.pressures[pore]!);
    const { inflow, outflow, flowRate, balance, throatFlows } = computeFlowField(system, x);
    for (const rate of [inflow, outflow, flowRate]) {
      expect(relativeDifference(rate, direct.flowRate)).toBeLessThan(1e-12);
    }
    expect(balance).toBeLessThan(1e-12);
    expect(largestDifference(throatFlows, direct.throatFlows)).toBe(0);
  });

  it("has an energy that is off by the square of what pressures are off by", () => {
    const own = caseOf(generateCubic({ size: 6, sigma: 1, seed: 457 }));
    const system = buildFlowSystem(own);
    const direct = solveDirectly(own.domain, own.conductance);
    const errorAt = (step: number) => {
      const x = Float64Array.from(
        system.poreOfUnknown,
        (pore, k) => direct.pressures[pore]! + step * Math.sin(k),
      );
      return computeFlowField(system, x).flowRate / direct.flowRate - 1;
    };
    expect(errorAt(1e-3)).toBeGreaterThan(0);
    expect(errorAt(2e-3) / errorAt(1e-3)).toBeCloseTo(4, 6);
  });
});
