/**
 * How a flow answers to a small change of what it comes from: the tangent, one more solve with the same matrix,
 * whichever and however many conductances change.
 *   A p̂' = −Σ_e ġ_e (p̂_i − p̂_j) (e_i − e_j),   ṗ = ṗ_out + Ḋ p̂ + D p̂',
 *   q̇_e = ġ_e (p_i − p_j) + g_e (ṗ_i − ṗ_j),   Q̇ = Ḋ Q̂ + D Σ ġ (p̂_i − p̂_j)²,   K̇ = μ L / A Σ ġ (p̂_i − p̂_j)².
 */
import { INLET_RESERVOIR } from "../network/pore-network.ts";
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
} from "./linearized-flow.ts";

/** A direction in what a flow comes from; what is left out does not change. */
export interface FlowTangent {
  /** m: ġ; only throats that conduct count. */
  readonly conductance?: Float64Array;
  /** ṗ_in */
  readonly inletPressure?: number;
  /** ṗ_out */
  readonly outletPressure?: number;
}

/** The change of what a flow gives; NaN throughout where the system has a fault. */
export interface FlowResponse {
  /** n: ṗ; 0 in pores that are not solved. */
  readonly pressures: Float64Array;
  /** m: q̇; 0 for throats that carry nothing. */
  readonly throatFlows: Float64Array;
  /** Q̇ */
  readonly flowRate: number;
  /** K̇; `undefined` without a viscosity among the options. */
  readonly permeability: number | undefined;
  /** Of the tangent's solve; without iterations where no conductance changes. */
  readonly solver: SystemReport;
}

/**
 * Jv, the Jacobian-vector product, of every system of a solved batch, in one solve for all.
 *
 * @param solutions what `batch.solve()` returned last
 * @param tangents v: one for each system
 * @throws {OptionError} when these do not fit the batch, or options are not understood
 * @throws what `signal` was aborted with
 * @example
 * // What if all throats conducted one percent more?
 * const solutions = await batch.solve();
 * const tangents = solutions.map(({ system }) => ({ conductance: system.conductance.map((g) => 0.01 * g) }));
 * const [response] = await computeJvp(batch, solutions, tangents);
 */
export async function computeJvp(
  batch: FlowBatch,
  solutions: readonly FlowSolution[],
  tangents: readonly FlowTangent[],
  options: FlowDerivativeOptions = {},
  control: SolveControl = {},
): Promise<FlowResponse[]> {
  const scales = readScales("computeJvp", options);
  checkSolutions(batch, solutions, "tangents", tangents);
  tangents.forEach(({ conductance }, k) => {
    checkLength("conductance", conductance, solutions[k]!.throatFlows.length, k);
  });
  const loads = solutions.map((solution, k) => buildLoad(solution, tangents[k]!));
  const answers = await solveLinearized(batch, solutions, loads, options, control);
  return solutions.map((solution, k) => joinResponse(solution, tangents[k]!, answers[k]!, scales));
}

function buildLoad(
  { system, pressures }: FlowSolution,
  { conductance }: FlowTangent,
): Float64Array | undefined {
  if (conductance === undefined) return undefined;
  const load = new Float64Array(pressures.length);
  forEachFlowing(system, pressures, (e, fall, a, b) => {
    const flow = conductance[e]! * fall;
    if (a >= 0) load[a]! -= flow;
    if (b >= 0) load[b]! += flow;
  });
  return load;
}

function joinResponse(
  { system, pressures, throatFlows, flowRate }: FlowSolution,
  { conductance, inletPressure: inlet = 0, outletPressure: outlet = 0 }: FlowTangent,
  { values, solver }: LoadSolution,
  scales: FlowScales,
): FlowResponse {
  const factor = permeabilityFactor(system, scales);
  if (system.fault) {
    const nothing = Number.NaN;
    return {
      pressures: pressures.map(() => nothing),
      throatFlows: throatFlows.map(() => nothing),
      flowRate: nothing,
      permeability: factor && nothing,
      solver,
    };
  }
  const { drop } = scales;
  const own = pressures.map((p, i) =>
    Number.isNaN(p) ? 0 : outlet + (inlet - outlet) * p + drop * values[i]!,
  );
  const at = (end: number) => (end >= 0 ? own[end]! : end === INLET_RESERVOIR ? inlet : outlet);
  const flows = new Float64Array(throatFlows.length);
  let energy = 0;
  forEachFlowing(system, pressures, (e, fall, a, b) => {
    const change = conductance?.[e] ?? 0;
    flows[e] = change * drop * fall + system.conductance[e]! * (at(a) - at(b));
    energy += change * fall * fall;
  });
  return {
    pressures: own,
    throatFlows: flows,
    flowRate: (inlet - outlet) * flowRate + drop * energy,
    permeability: factor === undefined ? undefined : factor * energy,
    solver,
  };
}
