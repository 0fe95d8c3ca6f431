/** How the throats and pores of one or many networks hang together, in one numbering: what messages pass along. */
import type { FlowDomain } from "../network/flow-domain.ts";

export interface Topology {
  readonly throatCount: number;
  readonly poreCount: number;
  /** m x 2: a pore from 0, or below 0 for a reservoir. */
  readonly ends: Int32Array;
  /** n: throats at each pore. */
  readonly coordination: Uint32Array;
  /** First throat of each network, and the end. */
  readonly throatStart: Uint32Array;
}

/** The domains one after the other. Closed throats pass messages too: they are part of the rock. */
export function joinTopology(domains: readonly Pick<FlowDomain, "throatEnds" | "poreState">[]): Topology {
  const throatCount = domains.reduce((sum, { throatEnds }) => sum + throatEnds.length / 2, 0);
  const poreCount = domains.reduce((sum, { poreState }) => sum + poreState.length, 0);
  const ends = new Int32Array(2 * throatCount);
  const coordination = new Uint32Array(poreCount);
  const throatStart = new Uint32Array(domains.length + 1);
  let firstPore = 0;
  domains.forEach(({ throatEnds, poreState }, s) => {
    const first = 2 * throatStart[s]!;
    throatEnds.forEach((end, k) => {
      ends[first + k] = end < 0 ? end : firstPore + end;
      if (end >= 0) coordination[firstPore + end]!++;
    });
    firstPore += poreState.length;
    throatStart[s + 1] = throatStart[s]! + throatEnds.length / 2;
  });
  return { throatCount, poreCount, ends, coordination, throatStart };
}
