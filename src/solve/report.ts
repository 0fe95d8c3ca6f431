/** What a solve says of each system. */
import { ConvergenceError } from "../errors.ts";
import type { HierarchyDescription } from "../multigrid/hierarchy.ts";

/**
 * - `converged`: what was asked for holds, measured on the true system.
 * - `max-iterations`: the limit came first.
 * - `stagnated`: refinement no longer reduces the residual: the tolerance is beyond what the arithmetic gives.
 * - `breakdown`: the curvature p·Ap is not positive: the matrix is not positive definite.
 * - `non-finite`: a weight, or the true residual, is infinite or not a number.
 * - `invalid`: a weight is negative: nothing was solved.
 * - `not-percolating`: nothing to solve, no path joins inlet and outlet.
 */
export type SolveStatus =
  | "converged"
  | "max-iterations"
  | "stagnated"
  | "breakdown"
  | "non-finite"
  | "invalid"
  | "not-percolating";

/** Iterations of an inner solve that overflowed, and was discarded, are left out. */
export interface ConvergenceHistory {
  /** |b - A x| / |b| after each iteration, by the recurrence. */
  readonly relativeResidual: Float64Array;
  /** By how much each iteration reduced the energy |x - x_k|²_A, in the units of the weights. */
  readonly energyDecrement: Float64Array;
}

export interface PreconditionerReport {
  readonly preconditioner: "jacobi" | "multigrid";
  /** Why it is Jacobi where multigrid was to be used. */
  readonly preconditionerFallback?: string;
  /** Making or renewing the preconditioner of the whole batch within this solve [s]. */
  readonly preconditionerSeconds: number;
  /** With multigrid: the levels that the whole batch goes through. */
  readonly hierarchy?: HierarchyDescription;
}

export interface SystemReport extends PreconditionerReport {
  readonly status: SolveStatus;
  readonly iterations: number;
  /** Solves in float32 between two measurements of the true residual. */
  readonly refinements: number;
  /** |b - A x| / |b|, measured in two-float or float64 arithmetic at the end. */
  readonly relativeResidual: number;
  /** Estimate of |x - x_k|²_A, the error of the energy, in the units of the weights. */
  readonly energyErrorEstimate: number;
  /** The same relative to the energy. */
  readonly relativeErrorEstimate: number;
  readonly history: ConvergenceHistory;
}

const REMEDIES: Record<Exclude<SolveStatus, "converged">, string> = {
  "max-iterations": "Raise maxIterations, or loosen the tolerance.",
  stagnated: "Loosen the tolerance: float64-accurate arithmetic cannot reach it for this contrast.",
  breakdown: "Check the conductances: none may be negative.",
  "non-finite": "Check the conductances: all must be finite, and within 38 decades of each other.",
  invalid: "Check the conductances: none may be negative.",
  "not-percolating":
    "No path of conducting throats joins inlet and outlet: check the boundary and the network.",
};

/** What to do about a status. */
export function describeRemedy(status: SolveStatus): string {
  return status === "converged" ? "" : REMEDIES[status];
}

/**
 * @throws {ConvergenceError} naming the first system that did not converge
 * @example
 * throwUnlessConverged(result.reports);
 */
export function throwUnlessConverged(reports: readonly SystemReport[]): void {
  reports.forEach(({ status, iterations, relativeResidual }, system) => {
    if (status === "converged") return;
    throw new ConvergenceError(
      `System ${system}: ${status} after ${iterations} iterations at a relative residual of ${relativeResidual.toExponential(2)}.`,
      describeRemedy(status),
    );
  });
}
