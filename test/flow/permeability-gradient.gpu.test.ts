/** Gradients of flow rate and permeability in closed form, against central differences of a float64 direct solver. */
import { describe, expect, it } from "vitest";
import { computeVjp } from "../../src/flow/adjoint.ts";
import { FlowBatch } from "../../src/flow/flow-batch.ts";
import type { FlowCase } from "../../src/flow/flow-system.ts";
import { computePermeability } from "../../src/flow/permeability.ts";
import {
  computeDissipationShares,
  differentiateFlowRate,
  differentiatePermeability,
} from "../../src/flow/permeability-gradient.ts";
import {
  conduitLengthsOf,
  generateRandom,
  hydraulicConductance,
  linearizeConductance,
  PoreNetwork,
  radiiOf,
  resolveFlowDomain,
} from "../../src/network/index.ts";
import { makeRandom } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";
import { solveDirectly } from "./direct-solver.ts";
import { differenceBy, gradientCases, pickThroats } from "./gradient-cases.ts";
import { caseOf, largestDifference, relativeDifference } from "./networks.ts";
import { centralDifference, dot, VISCOSITY } from "./objectives.ts";

const device = await useDevice();

async function solve(own: readonly FlowCase[]) {
  const batch = await FlowBatch.create(device, own);
  return { batch, solutions: await batch.solve() };
}

describe.each(gradientCases)("the flow rate's gradient: $name", ({ own }) => {
  it("is that of central differences, throat by throat", async () => {
    const { batch, solutions } = await solve([own]);
    using _ = batch;
    const gradient = differentiateFlowRate(solutions[0]!);
    const influence = gradient.map((value, e) => value * own.conductance[e]!);
    const { flowRate } = solutions[0]!;
    for (const e of pickThroats(influence)) {
      const difference = differenceBy(own, e, (g) => solveDirectly(own.domain, g).flowRate);
      expect([
        e,
        Math.abs(influence[e]! - difference) <= 1e-6 * Math.abs(difference) + 1e-10 * flowRate,
      ]).toEqual([e, true]);
    }
  });

  it("times the conductances sums to the flow rate; its shares sum to 1", async () => {
    const { batch, solutions } = await solve([own]);
    using _ = batch;
    const [solution] = solutions;
    expect(
      relativeDifference(dot(differentiateFlowRate(solution!), own.conductance), solution!.flowRate),
    ).toBeLessThan(1e-12);
    const { throatFlows, system } = solution!;
    const shares = computeDissipationShares({ throatFlows, conductance: system.conductance });
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(shares.every((share) => share >= 0)).toBe(true);
  });
});

describe("the permeability's gradient", () => {
  it.each([
    { pressureDrop: 1, viscosity: 1e-3 },
    { pressureDrop: 250, viscosity: 0.02 },
  ])(
    "sums to the permeability with the conductances, at $pressureDrop Pa and $viscosity Pa·s",
    async (options) => {
      const network = generateRandom({ count: 300, connect: { kind: "nearest", k: 6 }, seed: 613 });
      const result = await computePermeability(device, network, options);
      const gradient = differentiatePermeability(result);
      expect(relativeDifference(dot(gradient, result.conductance), result.permeability.m2)).toBeLessThan(
        1e-9,
      );
      const { batch, solutions } = await solve([caseOf(network)]);
      using _ = batch;
      const closed = differentiateFlowRate(solutions[0]!);
      const factor = (options.viscosity * result.length) / result.area;
      const size = Math.max(...gradient);
      // The same drops, with the conductances at this viscosity.
      expect(
        largestDifference(
          gradient,
          closed.map((value) => factor * value),
        ) / size,
      ).toBeLessThan(1e-6);
      const shares = computeDissipationShares(result);
      expect(
        largestDifference(
          shares,
          gradient.map((value, e) => (value * result.conductance[e]!) / result.permeability.m2),
        ),
      ).toBeLessThan(1e-12);
    },
  );

  it("is also what the general adjoint gives, without a solve", async () => {
    const own = gradientCases[1]!.own;
    const { batch, solutions } = await solve([own]);
    using _ = batch;
    const [gradient] = await computeVjp(batch, solutions, [{ permeability: 2 }], { viscosity: VISCOSITY });
    const factor = (VISCOSITY * own.domain.length) / own.domain.area;
    const closed = differentiateFlowRate(solutions[0]!).map((value) => 2 * factor * value);
    expect(largestDifference(gradient!.conductance, closed)).toBeLessThan(1e-12 * Math.max(...closed));
    expect(gradient).toMatchObject({ inletPressure: 0, outletPressure: -0, solver: { iterations: 0 } });
  });

  it("is 0 where nothing flows", async () => {
    const shares = computeDissipationShares({
      conductance: Float64Array.of(1, Number.NaN),
      throatFlows: new Float64Array(2),
    });
    expect([...shares]).toEqual([0, 0]);
  });
});

describe("the geometry's gradient", () => {
  const network = generateRandom({
    count: 120,
    connect: { kind: "nearest", k: 5 },
    poreRadius: { kind: "uniform", min: 0.2, max: 0.4 },
    seed: 619,
  });
  const geometry = {
    throatRadius: radiiOf(network, "throat")!,
    poreRadius: radiiOf(network, "pore")!,
    conduitLengths: conduitLengthsOf(network),
  };
  const domain = resolveFlowDomain(network);
  const permeabilityOf = (changed: typeof geometry) => {
    const other = new PoreNetwork({
      coords: network.coords,
      conns: network.conns,
      properties: [
        ["throat.radius", changed.throatRadius],
        ["pore.radius", changed.poreRadius],
        ["throat.conduit_lengths", changed.conduitLengths],
      ],
    });
    const { values, viscosity } = hydraulicConductance(other);
    return (viscosity * solveDirectly(domain, values).flowRate * domain.length) / domain.area;
  };

  it("of the permeability is that of central differences, and sums to 3 K at a fixed sample, 2 K in all", async () => {
    const result = await computePermeability(device, network, { solver: { tolerance: 1e-12 } });
    const gradient = linearizeConductance(network, { viscosity: result.viscosity }).vjp(
      differentiatePermeability(result),
    );
    const keys = Object.keys(geometry) as (keyof typeof geometry)[];
    const { m2 } = result.permeability;
    const sum = keys.reduce((all, key) => all + dot(geometry[key], gradient[key]), 0);
    expect(relativeDifference(sum, 3 * m2)).toBeLessThan(1e-9);
    // The sample's length L and area A grow too: L ∂K/∂L + 2 A ∂K/∂A = K − 2 K.
    expect(relativeDifference(sum - m2, 2 * m2)).toBeLessThan(1e-9);
    const random = makeRandom(641);
    for (const key of keys) {
      const direction = geometry[key].map((value) => value * (random() - 0.3));
      const difference = centralDifference(
        (step) =>
          permeabilityOf({
            ...geometry,
            [key]: geometry[key].map((value, k) => value + step * direction[k]!),
          }),
        1e-3,
      );
      expect(relativeDifference(dot(direction, gradient[key]), difference)).toBeLessThan(1e-6);
    }
  });
});
