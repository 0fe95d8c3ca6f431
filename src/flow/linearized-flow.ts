/**
 * What the two directions of a flow's derivative have in common. With p̂ the pressures at unit drop and
 * D = p_in − p_out,
 *   p = p_out + D p̂,   q_e = g_e (p_i − p_j),   Q = D Q̂,   K = μ L / A · Q̂,   A(g) p̂ = b(g),
 * and both directions solve with A, which is its own transpose: tangent.ts and adjoint.ts.
 */
import { OptionError } from "../errors.ts";
import { rejectUnknownKeys, requirePositive } from "../network/options.ts";
import type { SolveControl, SolverOptions } from "../solve/options.ts";
import type { FlowBatch, FlowSolution, LoadSolution } from "./flow-batch.ts";
import { forEachFlowing } from "./flow-field.ts";
import { reportUnsolved } from "./unsolved.ts";

export interface FlowDerivativeOptions {
  /** Held at the inlet [Pa]; default 1. */
  readonly inletPressure?: number;
  /** Held at the outlet [Pa]; default 0. */
  readonly outletPressure?: number;
  /** [Pa·s]; where a permeability is asked for. */
  readonly viscosity?: number;
  /**
   * Of the tangent's or adjoint's solve; default `{ tolerance: 1e-12, energyTolerance: null }`, or as near to it as
   * 48 bits come: what is then left of the residual is no more than the rounding of the terms that cancel in it.
   */
  readonly solver?: SolverOptions;
}

/** Numbers that the formulas above are evaluated with. */
export interface FlowScales {
  /** D [Pa] */
  readonly drop: number;
  readonly viscosity: number | undefined;
}

/**
 * ⟨Jv, w⟩ and ⟨v, Jᵀw⟩ differ by the residuals of the two solves times their solutions, whatever the condition
 * of the matrix: this leaves some three decades to 1e-9.
 */
const SOLVER: SolverOptions = { tolerance: 1e-12, energyTolerance: null };
/** Of a solution that is held in two float32. */
const UNIT_ROUNDOFF = 2 ** -46;
const KEYS = ["inletPressure", "outletPressure", "viscosity", "solver"] as const;

/** @throws {OptionError} for options that are not understood */
export function readScales(what: string, options: FlowDerivativeOptions): FlowScales {
  rejectUnknownKeys(what, options, KEYS satisfies readonly (keyof FlowDerivativeOptions)[]);
  const { inletPressure = 1, outletPressure = 0, viscosity } = options;
  const drop = inletPressure - outletPressure;
  if (!Number.isFinite(drop)) {
    throw new OptionError(
      "inletPressure",
      `The pressures held are ${inletPressure} and ${outletPressure}.`,
      "Give finite numbers [Pa].",
    );
  }
  if (viscosity !== undefined) requirePositive("viscosity", viscosity);
  return { drop, viscosity };
}

/** K / Q̂ [Pa·s/m]. */
export function permeabilityFactor(
  { domain: { length, area } }: FlowSolution["system"],
  { viscosity }: FlowScales,
): number | undefined {
  return viscosity === undefined ? undefined : (viscosity * length) / area;
}

/** @throws {OptionError} unless the solutions are the batch's last, and there is one item for each */
export function checkSolutions(
  batch: FlowBatch,
  solutions: readonly FlowSolution[],
  what: string,
  items: readonly unknown[],
): void {
  const { systems } = batch;
  if (items.length !== systems.length) {
    throw new OptionError(
      what,
      `There are ${items.length} ${what} for ${systems.length} systems.`,
      "Give one for each system of the batch.",
    );
  }
  if (solutions.length !== systems.length || solutions.some(({ system }, k) => system !== systems[k])) {
    throw new OptionError(
      "solutions",
      "The solutions are not those of the batch as it is.",
      "Give what its solve() returned since the last setConductances().",
    );
  }
}

/** @throws {OptionError} when a vector has not one number for each of `count` */
export function checkLength(
  name: string,
  values: Float64Array | undefined,
  count: number,
  system: number,
): void {
  if (values === undefined || values.length === count) return;
  throw new OptionError(
    name,
    `${name} of system ${system} holds ${values.length} numbers instead of ${count}.`,
    "Give one for each pore or throat of the network.",
  );
}

/** Answers of all systems in one solve; without any load there is none. */
export async function solveLinearized(
  batch: FlowBatch,
  solutions: readonly FlowSolution[],
  loads: readonly (Float64Array | undefined)[],
  options: FlowDerivativeOptions,
  control: SolveControl,
): Promise<LoadSolution[]> {
  if (loads.every((load) => load === undefined)) {
    return batch.systems.map((system) => ({
      values: new Float64Array(system.domain.poreState.length),
      solver: reportUnsolved(system),
    }));
  }
  const answers = await batch.solveLoads(loads, { ...SOLVER, ...options.solver }, control);
  if (options.solver?.tolerance !== undefined) return answers;
  return answers.map((answer, k) => {
    const isExact = answer.solver.status === "stagnated" && isRounded(solutions[k]!, loads[k]!, answer);
    return isExact ? { ...answer, solver: { ...answer.solver, status: "converged" } } : answer;
  });
}

/** Whether |load − A x| is at most what rounding x leaves of it, u ||A| |x||: a smooth load makes x large. */
function isRounded(
  { system, pressures }: FlowSolution,
  load: Float64Array,
  { values, solver }: LoadSolution,
): boolean {
  const terms = new Float64Array(values.length);
  forEachFlowing(system, pressures, (e, _drop, a, b) => {
    const size = system.conductance[e]! * (Math.abs(valueAt(a, values)) + Math.abs(valueAt(b, values)));
    if (a >= 0) terms[a]! += size;
    if (b >= 0) terms[b]! += size;
  });
  let [rounding, norm] = [0, 0];
  for (const pore of system.poreOfUnknown) {
    rounding = Math.hypot(rounding, terms[pore]!);
    norm = Math.hypot(norm, load[pore]!);
  }
  return solver.relativeResidual * norm <= UNIT_ROUNDOFF * rounding;
}

/** Of a pore; reservoirs are held, and do not move. */
export function valueAt(end: number, values: Float64Array): number {
  return end >= 0 ? values[end]! : 0;
}
