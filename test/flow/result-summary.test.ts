import { describe, expect, it } from "vitest";
import type { PermeabilityResult } from "../../src/flow/permeability.ts";
import { summarizeResult } from "../../src/flow/result-summary.ts";

const RESULT: PermeabilityResult = {
  axis: "z",
  boundary: "faces",
  closure: "shape-factor",
  viscosity: 1e-3,
  pressureDrop: 20,
  length: 2e-3,
  area: 4e-6,
  extentSource: "box",
  permeability: { m2: 1.5e-12, mD: 1519.875, relativeErrorEstimate: 3e-11 },
  flowRate: 6e-11,
  balance: 2e-9,
  formationFactor: 21.5,
  conductance: Float64Array.of(4e-12, 5e-12),
  pressures: Float64Array.of(20, 7, Number.NaN, 0),
  throatFlows: Float64Array.of(6e-11, 6e-11),
  domain: {
    solved: Uint8Array.of(1, 1, 0, 1),
    componentsSolved: 2,
    componentCount: 5,
    isolatedPores: 1,
    droppedPores: 4,
    percolates: true,
  },
  solver: {
    status: "converged",
    iterations: 87,
    refinements: 5,
    relativeResidual: 8e-11,
    energyErrorEstimate: 1e-20,
    relativeErrorEstimate: 3e-11,
    preconditioner: "jacobi",
    preconditionerSeconds: 0,
    history: { relativeResidual: Float64Array.of(1e-3), energyDecrement: Float64Array.of(2) },
  },
  timings: { setup: 0.1, solve: 0.2 },
};

describe("a result's summary", () => {
  it("is its numbers, and survives JSON", () => {
    const summary = summarizeResult(RESULT);
    expect(summary).toEqual({
      axis: "z",
      permeability: { m2: 1.5e-12, mD: 1519.875, relativeErrorEstimate: 3e-11 },
      flowRate: 6e-11,
      balance: 2e-9,
      formationFactor: 21.5,
      boundary: "faces",
      closure: "shape-factor",
      viscosity: 1e-3,
      pressureDrop: 20,
      length: 2e-3,
      area: 4e-6,
      extentSource: "box",
      isolatedPores: 1,
      droppedPores: 4,
      componentsSolved: 2,
      solvedPores: 3,
      solver: {
        status: "converged",
        iterations: 87,
        refinements: 5,
        relativeResidual: 8e-11,
        preconditioner: "jacobi",
      },
    });
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });

  it("has null for what is not known, and keeps a zero", () => {
    const summary = summarizeResult({
      ...RESULT,
      permeability: { m2: 0, mD: 0, relativeErrorEstimate: Number.NaN },
      balance: 0,
      formationFactor: undefined,
      solver: { ...RESULT.solver, status: "max-iterations", relativeResidual: Number.POSITIVE_INFINITY },
    });
    expect(summary).toMatchObject({
      permeability: { m2: 0, mD: 0, relativeErrorEstimate: null },
      balance: 0,
      formationFactor: null,
      solver: { status: "max-iterations", relativeResidual: null },
    });
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });
});
