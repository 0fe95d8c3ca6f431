/** What the page shows of a solve: plain numbers, without the fields. */
import { describeRemedy, type PermeabilityResult } from "porenet";
import type { Solution } from "./session.ts";

export interface SolveReport
  extends Pick<
    PermeabilityResult,
    | "axis"
    | "boundary"
    | "closure"
    | "viscosity"
    | "pressureDrop"
    | "length"
    | "area"
    | "extentSource"
    | "permeability"
    | "flowRate"
    | "balance"
    | "formationFactor"
    | "timings"
  > {
  readonly status: string;
  /** What to do where the solve fell short; empty where it did not. */
  readonly remedy: string;
  readonly iterations: number;
  readonly relativeResidual: number;
  readonly preconditioner: string;
  readonly adapter: string;
  readonly solvedPores: number;
  readonly droppedPores: number;
}

export function describeSolution({ result, adapter }: Solution): SolveReport {
  const {
    conductance: _g,
    pressures: _p,
    throatFlows: _q,
    pressureBuffer: _b,
    domain,
    solver,
    ...rest
  } = result;
  const { preconditioner, preconditionerFallback, hierarchy } = solver;
  const levels = hierarchy ? `, ${hierarchy.levels.length} levels` : "";
  const fallback = preconditionerFallback ? `, for ${preconditionerFallback}` : "";
  return {
    ...rest,
    status: solver.status,
    remedy: describeRemedy(solver.status),
    iterations: solver.iterations,
    relativeResidual: solver.relativeResidual,
    preconditioner: `${preconditioner}${levels}${fallback}`,
    adapter: adapter ?? "unknown",
    solvedPores: domain.solved.reduce((sum, each) => sum + each, 0),
    droppedPores: domain.droppedPores,
  };
}
