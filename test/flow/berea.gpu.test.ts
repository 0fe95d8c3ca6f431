/**
 * The Berea sample on the device: against published float64 direct solves along x, and against the tests' own
 * along y and z, which is held to the same published values first.
 */
import { beforeAll, describe, expect, it } from "vitest";
import {
  computePermeabilities,
  computePermeability,
  type PermeabilityResult,
} from "../../src/flow/permeability.ts";
import { type Axis, electricalConductance, toMillidarcy } from "../../src/network/index.ts";
import { useDevice } from "../support/device.ts";
import { type DirectSolution, solveDirectly } from "./direct-solver.ts";
import { caseOf, largestDifference, readBerea, relativeDifference, renumberNetwork } from "./networks.ts";

const device = await useDevice();
const network = await readBerea();

/** Reference values of a float64 direct solve of another implementation, whole box along x. */
const PERMEABILITY = 1.472430492099183e-12;
const FORMATION_FACTOR = 21.467211;
const BETWEEN_PLANES_MD = 1478.819994;
const WATER = 1e-3;
const AXES = ["x", "y", "z"] as const;

function solveFlow(axis: Axis): DirectSolution & { readonly permeability: number } {
  const { domain, conductance } = caseOf(network, { axis });
  const solution = solveDirectly(domain, conductance);
  return { ...solution, permeability: (WATER * solution.flowRate * domain.length) / domain.area };
}

function solveCurrent(axis: Axis): number {
  const { domain } = caseOf(network, { axis });
  const { flowRate } = solveDirectly(domain, electricalConductance(network)!);
  return domain.area / (flowRate * domain.length);
}

describe("Berea", () => {
  let results: readonly PermeabilityResult[];
  const of = (axis: Axis) => results[AXES.indexOf(axis)]!;
  beforeAll(async () => {
    if (device) results = await computePermeabilities(device, network);
  });

  it("has the published permeability and formation factor along x", () => {
    const { permeability, formationFactor, solver, domain, balance } = of("x");
    expect(relativeDifference(permeability.m2, PERMEABILITY)).toBeLessThan(1e-9);
    expect(relativeDifference(permeability.mD, toMillidarcy(PERMEABILITY))).toBeLessThan(1e-9);
    expect(formationFactor).toBeCloseTo(FORMATION_FACTOR, 6);
    expect(permeability.relativeErrorEstimate).toBeLessThanOrEqual(1e-9);
    expect(solver.status).toBe("converged");
    expect(solver.relativeResidual).toBeLessThanOrEqual(1e-10);
    expect(domain).toMatchObject({ isolatedPores: 831, droppedPores: 1001, componentsSolved: 1 });
    expect(balance).toBeLessThan(1e-6);
  });

  it("has the published permeability between the planes at 0.1 and 0.9", async () => {
    const options = { calcBox: [0.1, 0.9], formationFactor: false } as const;
    const { permeability, boundary, length, formationFactor } = await computePermeability(
      device,
      network,
      options,
    );
    expect(relativeDifference(permeability.mD, BETWEEN_PLANES_MD)).toBeLessThan(1e-9);
    expect(boundary).toBe("calc-box");
    expect(length).toBeCloseTo(0.8 * 2.138e-3, 15);
    expect(formationFactor).toBeUndefined();
  });

  it.each(AXES)("has a direct solve's permeability, pressures and flows along %s", (axis) => {
    const direct = solveFlow(axis);
    if (axis === "x") expect(relativeDifference(direct.permeability, PERMEABILITY)).toBeLessThan(1e-12);
    const { permeability, pressures, throatFlows, flowRate } = of(axis);
    expect(relativeDifference(permeability.m2, direct.permeability)).toBeLessThan(1e-9);
    expect(largestDifference(pressures, direct.pressures)).toBeLessThan(1e-5);
    expect(largestDifference(throatFlows, direct.throatFlows) / flowRate).toBeLessThan(1e-7);
  });

  it("has a direct solve's formation factor along z", () => {
    expect(relativeDifference(of("z").formationFactor!, solveCurrent("z"))).toBeLessThan(1e-9);
  });

  it("is a little anisotropic, as rock is: permeability falls and formation factor rises from x to z", () => {
    const permeabilities = results.map(({ permeability }) => permeability.mD);
    const factors = results.map(({ formationFactor }) => formationFactor!);
    expect(permeabilities).toEqual([...permeabilities].sort((a, b) => b - a));
    expect(permeabilities[0]! / permeabilities[2]!).toBeLessThan(1.5);
    for (const factor of factors) expect(factor).toBeGreaterThan(10);
    for (const factor of factors) expect(factor).toBeLessThan(40);
  });

  it("is the same bit for bit when an axis is asked for by itself", async () => {
    const { timings: _, ...alone } = await computePermeability(device, network, { axis: "z" });
    const { timings: __, ...together } = of("z");
    expect(alone).toEqual(together);
  });

  it("is the same under other numbers, and tells pressures and flows in the caller's", async () => {
    const { network: other, pores, throats, isTurned } = renumberNetwork(network, 337);
    const renumbered = await computePermeability(device, other, { formationFactor: false });
    const usual = of("x");
    expect(relativeDifference(renumbered.permeability.m2, usual.permeability.m2)).toBeLessThan(1e-10);
    const pressures = pores.map((old) => usual.pressures[old]!);
    expect(largestDifference(renumbered.pressures, pressures)).toBeLessThan(1e-5);
    const flows = throats.map((old, k) => usual.throatFlows[old]! * (isTurned[k] ? -1 : 1));
    expect(largestDifference(renumbered.throatFlows, flows) / usual.flowRate).toBeLessThan(1e-7);
  });
});
