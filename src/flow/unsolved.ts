/** What is said of a system that goes to no solver. */
import type { SolveStatus, SystemReport } from "../solve/report.ts";
import type { FlowSystem } from "./flow-system.ts";

/** Flow straight from inlet to outlet, or none, or conductances that make no sense. */
export function reportUnsolved(system: FlowSystem): SystemReport {
  const value = system.fault ? Number.NaN : 0;
  return {
    status: statusOf(system),
    iterations: 0,
    refinements: 0,
    relativeResidual: value,
    energyErrorEstimate: value,
    relativeErrorEstimate: value,
    preconditioner: "jacobi",
    preconditionerSeconds: 0,
    history: { relativeResidual: new Float64Array(), energyDecrement: new Float64Array() },
  };
}

function statusOf({ fault, conductance, report }: FlowSystem): SolveStatus {
  if (!fault) return report.percolates ? "converged" : "not-percolating";
  return fault.indices.every((throat) => Number.isFinite(conductance[throat])) ? "invalid" : "non-finite";
}
