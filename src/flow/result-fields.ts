/**
 * Pressures and flows of results by name, as `porenet solve` writes them: for VTP (`writeVtp`) and as columns for CSV
 * (`writeResultCsv`). Where there are several results, names end in their axis.
 */
import type { PoreNetwork } from "../network/pore-network.ts";
import type { PermeabilityResult } from "./permeability.ts";
import { computeDissipationShares, differentiatePermeability } from "./permeability-gradient.ts";

/** Values of the pores, and where pressure is held in reservoirs, those there. */
export interface PoreField {
  readonly values: ArrayLike<number>;
  readonly inlet?: number;
  readonly outlet?: number;
}

export interface ResultFields {
  /** `pressure` [Pa], 0 where `has_pressure` is 0. */
  readonly pointData: Readonly<Record<string, ArrayLike<number> | PoreField>>;
  /** `flow_rate` [m³/s], and `dissipation_share`, ∂lnK/∂ln g. */
  readonly cellData: Readonly<Record<string, ArrayLike<number>>>;
}

/**
 * What a VTP file of a network shows.
 * @param results of one network; none leaves the network alone
 * @example
 * writeVtp(network, collectResultFields(await computePermeabilities(device, network)));
 */
export function collectResultFields(results: readonly PermeabilityResult[]): ResultFields {
  const pointData: Record<string, ArrayLike<number> | PoreField> = {};
  const cellData: Record<string, ArrayLike<number>> = {};
  for (const result of results) {
    const suffix = suffixOf(result, results);
    const values = result.pressures.map((p) => (Number.isFinite(p) ? p : 0));
    const ends = result.boundary === "reservoirs" ? { inlet: result.pressureDrop, outlet: 0 } : {};
    pointData[`pressure${suffix}`] = { values, ...ends };
    pointData[`has_pressure${suffix}`] = Uint8Array.from(result.pressures, (p) =>
      Number.isFinite(p) ? 1 : 0,
    );
    cellData[`flow_rate${suffix}`] = result.throatFlows;
    cellData[`dissipation_share${suffix}`] = computeDissipationShares(result);
  }
  return { pointData, cellData };
}

/** Columns: a pore's row has its index and pressures [Pa], a throat's its index, its two pores and flows [m³/s]. */
export function tabulateFields(
  { poreCount, throatCount, conns }: PoreNetwork,
  results: readonly PermeabilityResult[],
): Record<string, ArrayLike<number>> {
  const columns: Record<string, ArrayLike<number>> = { pore: countUp(poreCount) };
  for (const result of results) columns[`pressure${suffixOf(result, results)}`] = result.pressures;
  columns.throat = countUp(throatCount);
  columns.pore1 = countUp(throatCount).map((e) => conns[2 * e]!);
  columns.pore2 = countUp(throatCount).map((e) => conns[2 * e + 1]!);
  for (const result of results) columns[`flow_rate${suffixOf(result, results)}`] = result.throatFlows;
  return columns;
}

/** Columns: each throat's conductance [m³/(Pa·s)] and ∂K/∂g [Pa·s/m]. */
export function tabulateGradient(result: PermeabilityResult): Record<string, ArrayLike<number>> {
  const { conductance } = result;
  return {
    throat: countUp(conductance.length),
    conductance,
    dK_dg: differentiatePermeability(result),
  };
}

function suffixOf({ axis }: PermeabilityResult, results: readonly PermeabilityResult[]): string {
  return results.length > 1 ? `_${axis}` : "";
}

function countUp(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, k) => k);
}
