/**
 * Gradients of any objective J of pressures, throat flows, flow rate and permeability: the discrete adjoint, one
 * more solve with the same matrix however many conductances there are.
 *   A λ = ∂J/∂p + Σ_e g_e ∂J/∂q_e (e_i − e_j),   λ = 0 where pressures are held,
 *   dJ/dg_e = (∂J/∂q_e − (λ_i − λ_j)) (p_i − p_j) + (D ∂J/∂Q + μ L / A ∂J/∂K) (p̂_i − p̂_j)².
 * The differences run over held ends too, which is the term λᵀ ∂b/∂g of eliminated pressures (M. B. Giles and
 * N. A. Pierce, Flow Turbul. Combust. 65 (2000) 393, for the method).
 */
import { OptionError } from "../errors.ts";
import type { SolveControl } from "../solve/options.ts";
import type { SystemReport } from "../solve/report.ts";
import type { FlowBatch, FlowSolution, LoadSolution } from "./flow-batch.ts";
import { forEachFlowing } from "./flow-field.ts";
import {
  checkLength,
  checkSolutions,
  type FlowDerivativeOptions,
  type FlowScales,
  permeabilityFactor,
  readScales,
  solveLinearized,
  valueAt,
} from "./linearized-flow.ts";

/** Derivatives of an objective J with respect to what a flow gives; what is left out is 0. */
export interface FlowCotangent {
  /** n: ∂J/∂p; only solved and held pores count. */
  readonly pressures?: Float64Array;
  /** m: ∂J/∂q, q from the throat's first end to its second; only throats that conduct count. */
  readonly throatFlows?: Float64Array;
  /** ∂J/∂Q */
  readonly flowRate?: number;
  /** ∂J/∂K; needs `viscosity` among the options. */
  readonly permeability?: number;
}

/** Derivatives of J with respect to what a flow comes from; NaN throughout where the system has a fault. */
export interface FlowGradient {
  /** m: dJ/dg; 0 for throats that are closed, cut off from the flow or of conductance 0. */
  readonly conductance: Float64Array;
  /** dJ/dp_in */
  readonly inletPressure: number;
  /** dJ/dp_out */
  readonly outletPressure: number;
  /** Of the adjoint's solve; without iterations where J is of Q and K only. */
  readonly solver: SystemReport;
}

/**
 * Jᵀw, the vector-Jacobian product, of every system of a solved batch, in one solve for all.
 *
 * @param solutions what `batch.solve()` returned last
 * @param cotangents w: one for each system
 * @throws {OptionError} when these do not fit the batch, or options are not understood
 * @throws what `signal` was aborted with
 * @example
 * // J = ½ (p_7 − 0.4)²
 * const [solution] = await batch.solve();
 * const pressures = new Float64Array(solution.pressures.length);
 * pressures[7] = solution.pressures[7] - 0.4;
 * const [gradient] = await computeVjp(batch, [solution], [{ pressures }]);
 */
export async function computeVjp(
  batch: FlowBatch,
  solutions: readonly FlowSolution[],
  cotangents: readonly FlowCotangent[],
  options: FlowDerivativeOptions = {},
  control: SolveControl = {},
): Promise<FlowGradient[]> {
  const scales = readScales("computeVjp", options);
  checkSolutions(batch, solutions, "cotangents", cotangents);
  cotangents.forEach((cotangent, k) => {
    checkCotangent(solutions[k]!, cotangent, scales, k);
  });
  const loads = solutions.map((solution, k) => buildLoad(solution, cotangents[k]!));
  const adjoints = await solveLinearized(batch, solutions, loads, options, control);
  return solutions.map((solution, k) => joinGradient(solution, cotangents[k]!, adjoints[k]!, scales));
}

function checkCotangent(
  { pressures, throatFlows }: FlowSolution,
  cotangent: FlowCotangent,
  { viscosity }: FlowScales,
  k: number,
): void {
  checkLength("pressures", cotangent.pressures, pressures.length, k);
  checkLength("throatFlows", cotangent.throatFlows, throatFlows.length, k);
  if (cotangent.permeability === undefined || viscosity !== undefined) return;
  throw new OptionError(
    "viscosity",
    "A derivative with respect to a permeability is given, but no viscosity.",
    "Give the viscosity [Pa·s] that the conductances hold for.",
  );
}

/** The adjoint's right-hand side; `undefined` where J does not depend on single pressures or flows. */
function buildLoad(
  { system, pressures }: FlowSolution,
  { pressures: byPressure, throatFlows: byFlow }: FlowCotangent,
): Float64Array | undefined {
  if (byFlow === undefined) return byPressure;
  const load = byPressure?.slice() ?? new Float64Array(pressures.length);
  forEachFlowing(system, pressures, (e, _drop, a, b) => {
    const part = system.conductance[e]! * byFlow[e]!;
    if (a >= 0) load[a]! += part;
    if (b >= 0) load[b]! -= part;
  });
  return load;
}

function joinGradient(
  { system, pressures, flowRate, throatFlows }: FlowSolution,
  cotangent: FlowCotangent,
  { values, solver }: LoadSolution,
  scales: FlowScales,
): FlowGradient {
  const { throatFlows: byFlow, flowRate: byRate = 0, permeability: byPermeability = 0 } = cotangent;
  const { drop } = scales;
  if (system.fault) {
    const conductance = new Float64Array(throatFlows.length).fill(Number.NaN);
    return { conductance, inletPressure: Number.NaN, outletPressure: Number.NaN, solver };
  }
  const byEnergy = drop * byRate + (permeabilityFactor(system, scales) ?? 0) * byPermeability;
  const conductance = new Float64Array(throatFlows.length);
  let inletPressure = byRate * flowRate;
  forEachFlowing(system, pressures, (e, fall, a, b) => {
    const slope = (byFlow?.[e] ?? 0) - (valueAt(a, values) - valueAt(b, values));
    conductance[e] = slope * drop * fall + byEnergy * fall * fall;
    inletPressure += (byFlow?.[e] ?? 0) * throatFlows[e]!;
  });
  let outletPressure = -inletPressure;
  cotangent.pressures?.forEach((w, i) => {
    const p = pressures[i]!;
    if (Number.isNaN(p)) return;
    inletPressure += w * p;
    outletPressure += w * (1 - p);
  });
  return { conductance, inletPressure, outletPressure, solver };
}
