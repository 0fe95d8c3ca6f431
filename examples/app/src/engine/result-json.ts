/** Results as one JSON object, as `porenet solve --json` prints them: what is not known is null, units are SI. */
import {
  type PermeabilityResult,
  type PermeabilitySummary,
  type PoreNetwork,
  summarizeResult,
} from "porenet";
import type { Solution } from "./session.ts";

export interface ResultFile {
  readonly network: { readonly name: string; readonly pores: number; readonly throats: number };
  readonly results: readonly PermeabilitySummary[];
  readonly device: { readonly name: string };
  /** [s] */
  readonly timings: PermeabilityResult["timings"];
}

/** @param solutions at least one */
export function summarizeSolutions(network: PoreNetwork, solutions: readonly Solution[]): ResultFile {
  const { result, adapter } = solutions[0]!;
  return {
    network: { name: network.name, pores: network.poreCount, throats: network.throatCount },
    results: solutions.map((each) => summarizeResult(each.result)),
    device: { name: adapter ?? "unknown" },
    timings: result.timings,
  };
}
