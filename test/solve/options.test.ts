import { describe, expect, it } from "vitest";
import { ConvergenceError, OptionError } from "../../src/errors.ts";
import { completeOptions, type SolverOptions } from "../../src/solve/options.ts";
import {
  describeRemedy,
  type SolveStatus,
  type SystemReport,
  throwUnlessConverged,
} from "../../src/solve/report.ts";

describe("the solver's options", () => {
  it("have defaults, and null frees a tolerance", () => {
    expect(completeOptions({})).toEqual({
      method: "cg",
      preconditioner: { kind: "auto" },
      tolerance: 1e-10,
      energyTolerance: 1e-9,
      maxIterations: 1_000_000,
      innerReduction: 1e-4,
    });
    expect(completeOptions({ tolerance: null }).tolerance).toBe(Number.POSITIVE_INFINITY);
    expect(completeOptions({ energyTolerance: null, tolerance: 1e-3 })).toMatchObject({
      tolerance: 1e-3,
      energyTolerance: Number.POSITIVE_INFINITY,
    });
  });

  it("come through JSON as they are", () => {
    const options: SolverOptions = {
      tolerance: null,
      energyTolerance: 1e-6,
      preconditioner: { kind: "jacobi" },
    };
    expect(completeOptions(JSON.parse(JSON.stringify(options)))).toEqual(completeOptions(options));
  });

  it.each([
    { kind: "auto" },
    { kind: "jacobi" },
    { kind: "multigrid" },
    { kind: "multigrid", setup: "auto" },
    { kind: "multigrid", setup: "device" },
    { kind: "multigrid", setup: "host" },
  ] as const)("may be preconditioned by %j", (preconditioner) => {
    expect(completeOptions({ preconditioner }).preconditioner).toEqual(preconditioner);
  });

  it.each([
    [{ tolerence: 1e-8 }, "tolerence"],
    [{ maxIterations: 0 }, "maxIterations"],
    [{ tolerance: -1e-8 }, "tolerance"],
    [{ tolerance: Number.NaN }, "tolerance"],
    [{ energyTolerance: 0 }, "energyTolerance"],
    [{ innerReduction: Number.NaN }, "innerReduction"],
    [{ tolerance: null, energyTolerance: null }, "tolerance"],
    [{ method: "gmres" }, "method"],
    [{ preconditioner: { kind: "multigrind" } }, "preconditioner"],
    [{ preconditioner: {} }, "preconditioner"],
    [{ preconditioner: { kind: "multigrid", levels: 3 } }, "levels"],
    [{ preconditioner: { kind: "multigrid", setup: "gpu" } }, "setup"],
    [{ preconditioner: { kind: "jacobi", setup: "host" } }, "setup"],
    [{ preconditioner: { kind: "auto", setup: "host" } }, "setup"],
  ])("%j is refused, by name", (options, name) => {
    const complete = () => completeOptions(options as SolverOptions);
    expect(complete).toThrow(OptionError);
    expect(complete).toThrow(
      expect.objectContaining({ option: name, message: expect.stringContaining(name) }),
    );
  });
});

describe("throwing unless converged", () => {
  const report = (status: SolveStatus) =>
    ({ status, iterations: 17, relativeResidual: 2.5e-7 }) as unknown as SystemReport;

  it("is silent when all have", () => {
    expect(() => throwUnlessConverged([])).not.toThrow();
    expect(() => throwUnlessConverged([report("converged"), report("converged")])).not.toThrow();
    expect(describeRemedy("converged")).toBe("");
  });

  it.each(["max-iterations", "stagnated", "breakdown", "non-finite", "invalid", "not-percolating"] as const)(
    "names the system, how far it came and what to do: %s",
    (status) => {
      const check = () => throwUnlessConverged([report("converged"), report(status)]);
      expect(check).toThrow(ConvergenceError);
      expect(check).toThrow(`System 1: ${status} after 17 iterations at a relative residual of 2.50e-7.`);
      expect(describeRemedy(status).length).toBeGreaterThan(20);
      expect(check).toThrow(describeRemedy(status));
    },
  );
});
