/**
 * How the flow rate and the permeability depend on each conductance, in closed form and without a second solve:
 *   ∂Q/∂g_e = (p_i − p_j)² / ΔP,   ∂K/∂g_e = μ L / A · ∂Q/∂g_e / ΔP,
 * since pressures minimise the energy Q ΔP = Σ g (p_i − p_j)², whose derivative through them is 0. Q and K are
 * homogeneous of degree 1 in the conductances: Σ g ∂K/∂g = K.
 *
 * They are as accurate as the single pressures, which are worse than the permeability: where throats of little
 * influence matter, solve with `{ tolerance: 1e-12 }`. On a Berea sample this leaves relative errors of 1e-6 in all
 * throats with at least 1e-9 of the dissipation, the default tolerance 3e-4.
 *
 * A throat that carries nothing has the derivative 0: closed ones, those cut off from the flow, and those whose
 * conductance is 0, although a pressure may lie across them.
 */
import type { FlowSolution } from "./flow-batch.ts";
import type { PermeabilityResult } from "./permeability.ts";

/**
 * ∂Q/∂g of every throat, Q being the flow rate at unit pressure drop: m [-]. NaN throughout where the system has
 * a fault.
 * @example
 * const [solution] = await batch.solve();
 * const gradient = differentiateFlowRate(solution);
 */
export function differentiateFlowRate({ system, throatFlows }: FlowSolution): Float64Array {
  return squareDrops(system.conductance, throatFlows, 1);
}

/**
 * ∂K/∂g of every throat at fixed length and area of the sample: m [m²/(m³/(Pa·s))], that is [Pa·s/m].
 * @example
 * const result = await computePermeability(device, network);
 * const gradient = differentiatePermeability(result);
 * // Σ conductance · gradient is result.permeability.m2
 */
export function differentiatePermeability(result: PermeabilityResult): Float64Array {
  const { conductance, throatFlows, viscosity, length, area, pressureDrop } = result;
  return squareDrops(conductance, throatFlows, (viscosity * length) / (area * pressureDrop ** 2));
}

/** Conductances with the flows that they let through, whatever the pressure drop. */
export interface ThroatFlows {
  /** m [m³/(Pa·s)] */
  readonly conductance: Float64Array;
  /** m [m³/s] */
  readonly throatFlows: Float64Array;
}

/**
 * The share that each throat has in the dissipation: ∂lnK/∂ln g = g (p_i − p_j)² / (Q ΔP), m [-]. They sum to 1;
 * where nothing flows all are 0.
 * @param flow a `PermeabilityResult`, or `{ conductance, throatFlows }` of a `FlowSolution` and its system
 * @example
 * const shares = computeDissipationShares(await computePermeability(device, network));
 */
export function computeDissipationShares({ conductance, throatFlows }: ThroatFlows): Float64Array {
  const shares = new Float64Array(throatFlows.length);
  let sum = 0;
  for (let e = 0; e < shares.length; e++) {
    const flow = throatFlows[e]!;
    if (flow !== 0) shares[e] = flow * (flow / conductance[e]!);
    sum += shares[e]!;
  }
  if (sum === 0) return shares;
  for (let e = 0; e < shares.length; e++) shares[e]! /= sum;
  return shares;
}

/** (q/g)² times a factor: the drop is what the flow tells, so that a throat without flow has none. */
function squareDrops(conductance: Float64Array, throatFlows: Float64Array, factor: number): Float64Array {
  const squares = new Float64Array(throatFlows.length);
  for (let e = 0; e < squares.length; e++) {
    const flow = throatFlows[e]!;
    if (flow !== 0) squares[e] = factor * (flow / conductance[e]!) ** 2;
  }
  return squares;
}
