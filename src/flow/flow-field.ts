/**
 * The flow in a network from its pore pressures, in float64: throat flows, what enters and leaves, and the flow
 * rate in its energy form
 *   Q ΔP = Σ_e g_e (p_i − p_j)²,
 * whose error is quadratic in that of the pressures, while that of a boundary flux is linear.
 */
import { heldBy } from "../network/components.ts";
import { type FlowDomain, INLET, OUTLET } from "../network/flow-domain.ts";
import { INLET_RESERVOIR } from "../network/pore-network.ts";
import type { FlowSystem } from "./flow-system.ts";

export interface FlowField {
  /** n, 1 at the inlet and 0 at the outlet; NaN in pores that are not solved. */
  readonly pressures: Float64Array;
  /** m, from the throat's first pore to its second, per unit pressure drop [m³/(Pa·s)]. */
  readonly throatFlows: Float64Array;
  /** Through the domain, in the energy form, per unit pressure drop [m³/(Pa·s)]. */
  readonly flowRate: number;
  readonly inflow: number;
  readonly outflow: number;
  /** |Q_in − Q_out| / Q; 0 where nothing flows. */
  readonly balance: number;
}

/**
 * The field of a system with a fault is NaN throughout.
 * @param x pressure of each unknown of the system's graph
 */
export function computeFlowField(system: FlowSystem, x: Float64Array): FlowField {
  const { domain, conductance } = system;
  if (system.fault) return unknownField(domain);
  const pressures = fillPressures(system, x);
  const { poreState, throatEnds } = domain;
  const { conducts } = system;
  const throatFlows = new Float64Array(conducts.length);
  let flowRate = 0;
  let inflow = 0;
  let outflow = 0;
  // Not by `forEachFlowing`: sums that a closure holds become objects, one for each throat.
  for (let e = 0; e < conducts.length; e++) {
    if (conducts[e] !== 1) continue;
    const a = throatEnds[2 * e]!;
    const b = throatEnds[2 * e + 1]!;
    const first = pressureAt(a, pressures);
    const second = pressureAt(b, pressures);
    const drop = first - second;
    if (Number.isNaN(drop)) continue;
    const flow = conductance[e]! * drop;
    throatFlows[e] = flow;
    flowRate += flow * drop;
    // Looking up who is held costs more than all the rest, and few pressures are those of a held pore.
    const heldFirst = first === 1 || first === 0 ? heldBy(a, poreState) : 0;
    const heldSecond = second === 1 || second === 0 ? heldBy(b, poreState) : 0;
    if (heldFirst === heldSecond) continue;
    if (heldFirst === 1) inflow += flow;
    if (heldSecond === 1) inflow -= flow;
    if (heldFirst === 2) outflow -= flow;
    if (heldSecond === 2) outflow += flow;
  }
  const balance = flowRate > 0 ? Math.abs(inflow - outflow) / flowRate : 0;
  return { pressures, throatFlows, flowRate, inflow, outflow, balance };
}

/**
 * Visits the throats that conduct between pores whose pressures are known, in their order.
 * @param visit told the throat, the drop from its first end to its second, and its ends
 */
export function forEachFlowing(
  { domain: { throatEnds }, conducts }: FlowSystem,
  pressures: Float64Array,
  visit: (throat: number, drop: number, first: number, second: number) => void,
): void {
  for (let e = 0; e < conducts.length; e++) {
    if (conducts[e] !== 1) continue;
    const a = throatEnds[2 * e]!;
    const b = throatEnds[2 * e + 1]!;
    const drop = pressureAt(a, pressures) - pressureAt(b, pressures);
    if (!Number.isNaN(drop)) visit(e, drop, a, b);
  }
}

function fillPressures({ domain, poreOfUnknown }: FlowSystem, x: Float64Array): Float64Array {
  const pressures = new Float64Array(domain.poreState.length).fill(Number.NaN);
  const { poreState } = domain;
  for (let i = 0; i < poreState.length; i++) {
    if (poreState[i] === INLET) pressures[i] = 1;
    else if (poreState[i] === OUTLET) pressures[i] = 0;
  }
  for (let u = 0; u < poreOfUnknown.length; u++) pressures[poreOfUnknown[u]!] = x[u]!;
  return pressures;
}

function unknownField({ poreState, throatOpen }: FlowDomain): FlowField {
  const nothing = Number.NaN;
  const pressures = new Float64Array(poreState.length).fill(nothing);
  const throatFlows = new Float64Array(throatOpen.length).fill(nothing);
  return { pressures, throatFlows, flowRate: nothing, inflow: nothing, outflow: nothing, balance: nothing };
}

function pressureAt(end: number, pressures: Float64Array): number {
  if (end >= 0) return pressures[end]!;
  return end === INLET_RESERVOIR ? 1 : 0;
}
