/** Networks drawn at random against direct solves, and what physics demands of every flow. */
import { describe, expect, it } from "vitest";
import { FlowBatch, type FlowSolution } from "../../src/flow/flow-batch.ts";
import type { FlowCase } from "../../src/flow/flow-system.ts";
import { FREE, generateCubic, generateRandom, type PoreNetwork } from "../../src/network/index.ts";
import { useDevice } from "../support/device.ts";
import { type DirectSolution, solveDirectly } from "./direct-solver.ts";
import { caseOf, largestDifference, relativeDifference, renumberNetwork } from "./networks.ts";

const device = await useDevice();

const NETWORKS: Readonly<Record<string, PoreNetwork>> = {
  "a cubic lattice": generateCubic({ size: 9, sigma: 1, seed: 347 }),
  "a flat lattice": generateCubic({ size: [24, 24, 1], sigma: 2, seed: 349 }),
  "a lattice of high contrast": generateCubic({ size: 8, sigma: 4, seed: 353 }),
  "nearest neighbours": generateRandom({ count: 600, connect: { kind: "nearest", k: 5 }, seed: 359 }),
  "few neighbours, with floating clusters": generateRandom({
    count: 700,
    connect: { kind: "nearest", k: 3 },
    seed: 367,
    faceThickness: 1.4,
  }),
  "a threshold, with isolated pores": generateRandom({
    count: 600,
    connect: { kind: "threshold", distance: 1.05 },
    seed: 373,
    size: [8, 8, 8],
  }),
  "Delaunay's edges": generateRandom({
    count: 400,
    connect: { kind: "delaunay", maxLength: 3 },
    seed: 379,
    poreRadius: { kind: "uniform", min: 0.2, max: 0.4 },
  }),
};

interface Solved {
  readonly own: FlowCase;
  readonly solution: FlowSolution;
  readonly direct: DirectSolution;
}

const solved = new Map<PoreNetwork, Promise<Solved>>();

/** Each network once. */
function solve(network: PoreNetwork): Promise<Solved> {
  const known = solved.get(network) ?? solveAnew(network);
  solved.set(network, known);
  return known;
}

async function solveAnew(network: PoreNetwork): Promise<Solved> {
  const own = caseOf(network);
  using batch = await FlowBatch.create(device, [own]);
  const [solution] = await batch.solve();
  return { own, solution: solution!, direct: solveDirectly(own.domain, own.conductance) };
}

/** What leaves each free pore less what enters it, and the inlet's conductance to it. */
function balancePores({ domain, conductance }: FlowCase, throatFlows: Float64Array) {
  const { poreState, throatEnds, throatOpen } = domain;
  const net = new Float64Array(poreState.length);
  const fromInlet = new Float64Array(poreState.length);
  for (let e = 0; e < throatOpen.length; e++) {
    const [a, b] = [throatEnds[2 * e]!, throatEnds[2 * e + 1]!];
    net[a]! += throatFlows[e]!;
    net[b]! -= throatFlows[e]!;
    if (poreState[a] === 1) fromInlet[b]! += conductance[e]!;
    if (poreState[b] === 1) fromInlet[a]! += conductance[e]!;
  }
  return { net, fromInlet };
}

const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));

describe.each(Object.entries(NETWORKS))("%s", (_, network) => {
  it("has the direct solve's flow rate, pressures and throat flows", async () => {
    const { own, solution, direct } = await solve(network);
    expect(direct.flowRate).toBeGreaterThan(0);
    expect(solution.solver.status).toBe("converged");
    expect(relativeDifference(solution.flowRate, direct.flowRate)).toBeLessThan(1e-9);
    expect(largestDifference(solution.pressures, direct.pressures)).toBeLessThan(1e-5);
    expect(largestDifference(solution.throatFlows, direct.throatFlows) / direct.flowRate).toBeLessThan(1e-6);
    const joins = own.domain.poreState.map((state, i) =>
      state === FREE && !Number.isNaN(direct.pressures[i]) ? 1 : 0,
    );
    expect(solution.system.report.solved).toEqual(joins);
  });

  it("conserves mass in every pore to its tolerance, and in all", async () => {
    const { own, solution } = await solve(network);
    const { net, fromInlet } = balancePores(own, solution.throatFlows);
    const unknowns = [...solution.system.poreOfUnknown];
    const residual = norm(unknowns.map((i) => net[i]!));
    const driven = norm(unknowns.map((i) => fromInlet[i]!));
    expect(residual / driven).toBeLessThanOrEqual(1.001e-10);
    expect(solution.solver.relativeResidual).toBeLessThanOrEqual(1e-10);
    expect(Math.abs(solution.inflow - solution.outflow) / solution.flowRate).toBe(solution.balance);
    expect(relativeDifference(solution.inflow, solution.flowRate)).toBeLessThan(1e-5);
    expect(relativeDifference(solution.outflow, solution.flowRate)).toBeLessThan(1e-5);
  });

  it("keeps all pressures between the inlet's and the outlet's", async () => {
    const { solution } = await solve(network);
    const known = solution.pressures.filter((p) => !Number.isNaN(p));
    expect(Math.min(...known)).toBeGreaterThanOrEqual(-1e-7);
    expect(Math.max(...known)).toBeLessThanOrEqual(1 + 1e-7);
    expect(known.filter((p) => p > 0.2 && p < 0.8).length).toBeGreaterThan(20);
  });

  it("is the same under other numbers", async () => {
    const { solution } = await solve(network);
    const { network: other, pores, throats, isTurned } = renumberNetwork(network, 383);
    const { solution: renumbered } = await solve(other);
    expect(relativeDifference(renumbered.flowRate, solution.flowRate)).toBeLessThan(1e-10);
    const pressures = pores.map((old) => solution.pressures[old]!);
    expect(largestDifference(renumbered.pressures, pressures)).toBeLessThan(1e-5);
    const flows = throats.map((old, k) => solution.throatFlows[old]! * (isTurned[k] ? -1 : 1));
    expect(largestDifference(renumbered.throatFlows, flows) / solution.flowRate).toBeLessThan(1e-6);
  });
});
