/** Tangents and adjoints of any objective, against central differences of a float64 direct solver. */
import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { computeVjp, type FlowCotangent } from "../../src/flow/adjoint.ts";
import { FlowBatch, type FlowSolution } from "../../src/flow/flow-batch.ts";
import type { FlowCase } from "../../src/flow/flow-system.ts";
import { computeJvp } from "../../src/flow/tangent.ts";
import { generateCubic } from "../../src/network/index.ts";
import { useDevice } from "../support/device.ts";
import { solveDirectly } from "./direct-solver.ts";
import { differenceBy, gradientCases, HELD, OPTIONS, pickThroats } from "./gradient-cases.ts";
import { caseOf, relativeDifference } from "./networks.ts";
import { centralDifference, dot, drawTangent, Objective, pairInputs, VISCOSITY } from "./objectives.ts";

const device = await useDevice();

async function solve(own: readonly FlowCase[]) {
  const batch = await FlowBatch.create(device, own);
  return { batch, solutions: await batch.solve() };
}

describe.each(gradientCases)("an objective of all: $name", ({ own }) => {
  const objective = new Objective(own, 563);

  it("has the gradient of central differences, by conductances and by the pressures held", async () => {
    const { batch, solutions } = await solve([own]);
    using _ = batch;
    const cotangent = objective.differentiate(solutions[0]!, HELD);
    const [gradient] = await computeVjp(batch, solutions, [cotangent], OPTIONS);
    expect(gradient!.solver.status).toBe("converged");
    const influence = gradient!.conductance.map((value, e) => value * own.conductance[e]!);
    const largest = influence.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const e of pickThroats(influence)) {
      const difference = differenceBy(own, e, (g) => objective.evaluate(g, HELD));
      expect(Math.abs(influence[e]! - difference)).toBeLessThan(1e-6 * Math.abs(difference) + 1e-8 * largest);
    }
    for (const side of ["inletPressure", "outletPressure"] as const) {
      const at = (step: number) =>
        objective.evaluate(own.conductance, { ...HELD, [side]: HELD[side] + step });
      expect(relativeDifference(gradient![side], centralDifference(at, 1e-3))).toBeLessThan(1e-6);
    }
  });

  it("changes along a direction as the response to it says", async () => {
    const { batch, solutions } = await solve([own]);
    using _ = batch;
    const tangent = drawTangent(own, 569);
    const [response] = await computeJvp(batch, solutions, [tangent], OPTIONS);
    const move = (step: number) => {
      const conductance = own.conductance.map((g, e) => g + step * tangent.conductance[e]!);
      const inletPressure = HELD.inletPressure + step * tangent.inletPressure;
      const outletPressure = HELD.outletPressure + step * tangent.outletPressure;
      return { flow: solveDirectly(own.domain, conductance), inletPressure, outletPressure };
    };
    const difference = (read: (at: ReturnType<typeof move>) => number) =>
      centralDifference((step) => read(move(step)), 1e-2);
    const { length, area } = own.domain;
    const scales = solutions[0]!;
    const sizeOf = (values: Float64Array) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const pores = [0, 1, 2, 3].map((k) => Math.floor((k * response!.pressures.length) / 4));
    for (const i of pores) {
      if (Number.isNaN(scales.pressures[i])) {
        expect(response!.pressures[i]).toBe(0);
        continue;
      }
      const exact = difference(
        (at) => at.outletPressure + (at.inletPressure - at.outletPressure) * at.flow.pressures[i]!,
      );
      expect(Math.abs(response!.pressures[i]! - exact)).toBeLessThan(1e-6 * sizeOf(response!.pressures));
    }
    for (const k of [0, 1, 2]) {
      const e = Math.floor((k * own.conductance.length) / 3);
      const exact = difference((at) => (at.inletPressure - at.outletPressure) * at.flow.throatFlows[e]!);
      expect(Math.abs(response!.throatFlows[e]! - exact)).toBeLessThan(1e-6 * sizeOf(response!.throatFlows));
    }
    const rate = difference((at) => (at.inletPressure - at.outletPressure) * at.flow.flowRate);
    const permeability = difference((at) => (VISCOSITY * at.flow.flowRate * length) / area);
    expect(relativeDifference(response!.flowRate, rate)).toBeLessThan(1e-6);
    expect(relativeDifference(response!.permeability!, permeability)).toBeLessThan(1e-6);
  });
});

describe("a batch of all these", () => {
  it("has each system's gradient, along a direction of its own", async () => {
    const { batch, solutions } = await solve(gradientCases.map(({ own }) => own));
    using _ = batch;
    const objectives = gradientCases.map(({ own }, k) => new Objective(own, 653 + k));
    const cotangents = objectives.map((objective, k) => objective.differentiate(solutions[k]!, HELD));
    const gradients = await computeVjp(batch, solutions, cotangents, OPTIONS);
    gradientCases.forEach(({ own }, k) => {
      const v = drawTangent(own, 659 + k);
      const difference = centralDifference((step) => {
        const conductance = own.conductance.map((g, e) => g + step * v.conductance[e]!);
        return objectives[k]!.evaluate(conductance, {
          inletPressure: HELD.inletPressure + step * v.inletPressure,
          outletPressure: HELD.outletPressure + step * v.outletPressure,
        });
      }, 1e-3);
      expect(relativeDifference(pairInputs(v, gradients[k]!), difference)).toBeLessThan(1e-6);
    });
  });
});

describe("an objective that pushes all pores one way", () => {
  // Its adjoint is so large that 48 bits leave a residual of some 1e-10.
  const own = caseOf(generateCubic({ size: 20, sigma: 3.5, seed: 661 }));
  const pressures = new Float64Array(own.domain.poreState.length).fill(1);

  it("is solved as far as the arithmetic goes, and that is far enough", async () => {
    const { batch, solutions } = await solve([own]);
    using _ = batch;
    const [gradient] = await computeVjp(batch, solutions, [{ pressures }]);
    const { status, relativeResidual } = gradient!.solver;
    expect(status).toBe("converged");
    expect(relativeResidual).toBeGreaterThan(1e-12);
    const v = drawTangent(own, 673).conductance;
    const [response] = await computeJvp(batch, solutions, [{ conductance: v }]);
    const change = dot(response!.pressures, pressures);
    expect(relativeDifference(dot(gradient!.conductance, v), change)).toBeLessThan(1e-7);
  });

  it("falls short where more is asked for by name", async () => {
    const { batch, solutions } = await solve([own]);
    using _ = batch;
    const [gradient] = await computeVjp(batch, solutions, [{ pressures }], { solver: { tolerance: 1e-12 } });
    expect(gradient!.solver.status).toBe("stagnated");
  });
});

describe("a batch with a bad system in it", () => {
  const good = gradientCases[0]!.own;
  const broken = {
    domain: good.domain,
    conductance: good.conductance.map((g, e) => (e === 3 ? Number.NaN : g)),
  };
  const closed = { domain: good.domain, conductance: new Float64Array(good.conductance.length) };
  const w = (k: number): FlowCotangent => ({
    pressures: Float64Array.from(good.domain.poreState, (_, i) => Math.sin(i + k)),
  });

  it("has the others' derivatives as without it", async () => {
    const { batch, solutions } = await solve([broken, good, closed]);
    const alone = await solve([good]);
    using _ = batch;
    using __ = alone.batch;
    const gradients = await computeVjp(batch, solutions, [w(1), w(2), w(3)]);
    const [own] = await computeVjp(alone.batch, alone.solutions, [w(2)]);
    expect(gradients[1]).toEqual(own);
    expect(gradients.map(({ solver }) => solver.status)).toEqual([
      "non-finite",
      "converged",
      "not-percolating",
    ]);
    expect(gradients[0]!.conductance.every(Number.isNaN)).toBe(true);
    expect(gradients[2]!.conductance.every((value) => value === 0)).toBe(true);
    const tangents = [broken, good, closed].map((each, k) => drawTangent(each, 617 + k));
    const responses = await computeJvp(batch, solutions, tangents);
    const [response] = await computeJvp(alone.batch, alone.solutions, [tangents[1]!]);
    expect(responses[1]).toEqual(response);
    expect(responses[0]!.pressures.every(Number.isNaN)).toBe(true);
    expect(responses[2]!.throatFlows.every((value) => value === 0)).toBe(true);
  });

  it("keeps a cotangent that is not a number to its own system", async () => {
    const { batch, solutions } = await solve([good, good]);
    using _ = batch;
    const bad = { pressures: new Float64Array(good.domain.poreState.length).fill(Number.NaN) };
    const gradients = await computeVjp(batch, solutions, [bad, w(2)]);
    expect(gradients.map(({ solver }) => solver.status)).toEqual(["non-finite", "converged"]);
    expect(gradients[1]!.conductance.every(Number.isFinite)).toBe(true);
    expect(gradients[0]!.conductance.some(Number.isNaN)).toBe(true);
  });
});

describe("what does not fit", () => {
  it("is refused, saying what would", async () => {
    const own = gradientCases[0]!.own;
    const { batch, solutions } = await solve([own]);
    using _ = batch;
    const refused = (solved: readonly FlowSolution[], w: readonly FlowCotangent[], options = {}) =>
      expect(computeVjp(batch, solved, w, options)).rejects;
    await refused(solutions, []).toThrow(OptionError);
    await refused(solutions, [{ pressures: new Float64Array(2) }]).toThrow(
      /pressures of system 0 holds 2 numbers/,
    );
    await refused(solutions, [{ permeability: 1 }]).toThrow(/no viscosity/);
    await refused(solutions, [{}], { viscocity: 1 }).toThrow(OptionError);
    await refused(solutions, [{}], { inletPressure: Number.NaN }).toThrow(/finite/);
    await batch.setConductances([own.conductance]);
    await refused(solutions, [{ flowRate: 1 }]).toThrow(/since the last setConductances/);
    await expect(computeJvp(batch, solutions, [{}])).rejects.toThrow(OptionError);
  });
});
