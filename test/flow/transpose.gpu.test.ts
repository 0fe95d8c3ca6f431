/** Tangents and adjoints against each other: one is the transpose of the other. */
import { describe, expect, it } from "vitest";
import { computeVjp, type FlowCotangent } from "../../src/flow/adjoint.ts";
import { FlowBatch } from "../../src/flow/flow-batch.ts";
import type { FlowCase } from "../../src/flow/flow-system.ts";
import { differentiateFlowRate } from "../../src/flow/permeability-gradient.ts";
import { computeJvp } from "../../src/flow/tangent.ts";
import { type FlowDomainOptions, generateCubic } from "../../src/network/index.ts";
import { useDevice } from "../support/device.ts";
import { solveDirectly } from "./direct-solver.ts";
import { drawRadii, gradientCases, HELD, OPTIONS } from "./gradient-cases.ts";
import { caseOf, readBerea, relativeDifference } from "./networks.ts";
import { dot, drawTangent, Objective, pairInputs } from "./objectives.ts";

const device = await useDevice();

async function solve(own: readonly FlowCase[]) {
  const batch = await FlowBatch.create(device, own);
  return { batch, solutions: await batch.solve() };
}

function pairOutputs(response: Awaited<ReturnType<typeof computeJvp>>[number], w: FlowCotangent): number {
  const byPressure = w.pressures?.map((value, i) =>
    Number.isNaN(value) ? 0 : value * response.pressures[i]!,
  );
  return (
    (byPressure?.reduce((sum, value) => sum + value, 0) ?? 0) +
    (w.throatFlows ? dot(response.throatFlows, w.throatFlows) : 0) +
    response.flowRate * (w.flowRate ?? 0) +
    response.permeability! * (w.permeability ?? 0)
  );
}

/** |⟨Jv, w⟩ − ⟨v, Jᵀw⟩| relative to them, for every system. */
async function measureAsymmetry(own: readonly FlowCase[], seed: number): Promise<number[]> {
  const { batch, solutions } = await solve(own);
  using _ = batch;
  const tangents = own.map((each, k) => drawTangent(each, seed + 2 * k));
  const cotangents = own.map((each, k) =>
    new Objective(each, seed + 2 * k + 1).differentiate(solutions[k]!, HELD),
  );
  const responses = await computeJvp(batch, solutions, tangents, OPTIONS);
  const gradients = await computeVjp(batch, solutions, cotangents, OPTIONS);
  return own.map((_, k) => {
    expect([k, responses[k]!.solver.status, gradients[k]!.solver.status]).toEqual([
      k,
      "converged",
      "converged",
    ]);
    const forward = pairOutputs(responses[k]!, cotangents[k]!);
    return relativeDifference(pairInputs(tangents[k]!, gradients[k]!), forward);
  });
}

describe("⟨Jv, w⟩ and ⟨v, Jᵀw⟩", () => {
  it.each([1, 3, 65])("agree to 1e-9 in a batch of %i different systems", async (count) => {
    const own = Array.from({ length: count }, (_, k) =>
      k % 3 === 2
        ? drawRadii(571 + k, { axis: "y" })
        : caseOf(generateCubic({ size: 3 + (k % 5), sigma: (k % 4) / 2, seed: 577 + k })),
    );
    const asymmetries = await measureAsymmetry(own, 587);
    expect(Math.max(...asymmetries)).toBeLessThan(1e-9);
  });

  it.each(gradientCases)("agree on $name", async ({ own }) => {
    expect((await measureAsymmetry([own], 593))[0]).toBeLessThan(1e-9);
  });
});

describe("the Berea sample, by shape factors", () => {
  it.each<{ name: string; options: FlowDomainOptions }>([
    { name: "from reservoir to reservoir", options: {} },
    { name: "between planes", options: { calcBox: [0.1, 0.9] } },
  ])(
    "has the gradients of central differences, and both pairings agree: $name",
    async ({ options }) => {
      const own = caseOf(await readBerea(), options);
      expect((await measureAsymmetry([own], 599))[0]).toBeLessThan(1e-9);
      const { batch, solutions } = await solve([own]);
      using _ = batch;
      const objective = new Objective(own, 601);
      const v = { ...drawTangent(own, 607), inletPressure: 0, outletPressure: 0 };
      const w = objective.differentiate(solutions[0]!, HELD);
      const [gradient] = await computeVjp(batch, solutions, [w], OPTIONS);
      const at = (step: number) => own.conductance.map((g, e) => g + step * v.conductance[e]!);
      const byObjective = (objective.evaluate(at(1e-3), HELD) - objective.evaluate(at(-1e-3), HELD)) / 2e-3;
      expect(relativeDifference(pairInputs(v, gradient!), byObjective)).toBeLessThan(1e-6);
      const rate = (step: number) => solveDirectly(own.domain, at(step)).flowRate;
      const byRate = (rate(1e-3) - rate(-1e-3)) / 2e-3;
      expect(
        relativeDifference(dot(differentiateFlowRate(solutions[0]!), v.conductance), byRate),
      ).toBeLessThan(1e-6);
    },
    60_000,
  );
});
