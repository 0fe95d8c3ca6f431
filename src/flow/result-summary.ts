/** A permeability as plain data for JSON: what `porenet solve --json` prints of each axis. */
import type { Axis, FlowDomain } from "../network/flow-domain.ts";
import type { SystemReport } from "../solve/report.ts";
import type { PermeabilityResult } from "./permeability.ts";

export interface PermeabilitySummary {
  readonly axis: Axis;
  readonly permeability: {
    readonly m2: number | null;
    readonly mD: number | null;
    readonly relativeErrorEstimate: number | null;
  };
  /** [m³/s] */
  readonly flowRate: number | null;
  readonly balance: number | null;
  readonly formationFactor: number | null;
  readonly boundary: FlowDomain["boundary"];
  readonly closure: PermeabilityResult["closure"];
  /** [Pa·s] */
  readonly viscosity: number;
  /** [Pa] */
  readonly pressureDrop: number;
  /** [m] */
  readonly length: number;
  /** [m²] */
  readonly area: number;
  readonly extentSource: FlowDomain["extentSource"];
  readonly isolatedPores: number;
  readonly droppedPores: number;
  readonly componentsSolved: number;
  readonly solvedPores: number;
  readonly solver: Pick<
    SystemReport,
    "status" | "iterations" | "refinements" | "preconditioner" | "preconditionerFallback" | "hierarchy"
  > & {
    readonly relativeResidual: number | null;
  };
}

/**
 * The numbers of a result without its arrays; what is not known, or not finite, is `null`.
 * @example JSON.stringify(summarizeResult(await computePermeability(device, network)))
 */
export function summarizeResult(result: PermeabilityResult): PermeabilitySummary {
  const { permeability, domain, solver } = result;
  return {
    axis: result.axis,
    permeability: {
      m2: finiteOrNull(permeability.m2),
      mD: finiteOrNull(permeability.mD),
      relativeErrorEstimate: finiteOrNull(permeability.relativeErrorEstimate),
    },
    flowRate: finiteOrNull(result.flowRate),
    balance: finiteOrNull(result.balance),
    formationFactor: finiteOrNull(result.formationFactor),
    boundary: result.boundary,
    closure: result.closure,
    viscosity: result.viscosity,
    pressureDrop: result.pressureDrop,
    length: result.length,
    area: result.area,
    extentSource: result.extentSource,
    isolatedPores: domain.isolatedPores,
    droppedPores: domain.droppedPores,
    componentsSolved: domain.componentsSolved,
    solvedPores: domain.solved.reduce((sum, each) => sum + each, 0),
    solver: {
      status: solver.status,
      iterations: solver.iterations,
      refinements: solver.refinements,
      relativeResidual: finiteOrNull(solver.relativeResidual),
      preconditioner: solver.preconditioner,
      ...(solver.preconditionerFallback && { preconditionerFallback: solver.preconditionerFallback }),
      ...(solver.hierarchy && { hierarchy: solver.hierarchy }),
    },
  };
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
