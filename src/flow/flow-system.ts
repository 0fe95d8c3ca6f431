/**
 * From a domain and its conductances to the linear system: mass balance in every pore that is solved,
 *   Σ_j g_ij (p_i − p_j) = 0,
 * with the inlet at 1 and the outlet at 0. Only throats that conduct and touch a solved pore take part.
 */
import type { NetworkError } from "../errors.ts";
import { type DomainReport, examineDomain } from "../network/components.ts";
import { type FlowDomain, INLET, OUTLET } from "../network/flow-domain.ts";
import { INLET_RESERVOIR, OUTLET_RESERVOIR } from "../network/pore-network.ts";
import { GROUND_ONE, GROUND_ZERO, type GroundedGraph } from "../sparse/graph.ts";

/** One domain with the conductances that it is solved for. */
export interface FlowCase {
  readonly domain: FlowDomain;
  /** m [m³/(Pa·s)], finite and not negative. Kept, not copied. */
  readonly conductance: Float64Array;
}

/** What a system is but for its values: the same for all conductances above 0 on the same throats. */
export interface FlowStructure {
  readonly report: DomainReport;
  readonly graph: GroundedGraph;
  /** The throat of each edge of the graph, ascending. */
  readonly throatOfEdge: Uint32Array;
  /** The pore of each unknown of the graph, ascending. */
  readonly poreOfUnknown: Uint32Array;
  /** m: 1 for the throats that are open and have a conductance above 0. */
  readonly conducts: Uint8Array;
}

export interface FlowSystem extends FlowCase, FlowStructure {
  /** Why the system cannot be solved: a conductance is negative or not finite. `indices` are the throats. */
  readonly fault?: NetworkError;
}

/** No unknown and no ground: an end that carries nothing. */
const NOWHERE = -3;

/** @throws {NetworkError} when a conductance is negative or not finite */
export function buildFlowSystem({ domain, conductance }: FlowCase): FlowSystem {
  return { domain, conductance, ...buildFlowStructure(domain, conductance) };
}

/** @throws {NetworkError} when a conductance is negative or not finite, or their number is wrong */
export function buildFlowStructure(domain: FlowDomain, conductance: Float64Array): FlowStructure {
  const report = examineDomain(domain, conductance);
  const { unknown, poreOfUnknown } = numberUnknowns(domain, report.solved);
  const { throatEnds, throatOpen } = domain;
  const throatCount = throatOpen.length;
  const ends = new Int32Array(throatEnds.length);
  const throats = new Uint32Array(throatCount);
  const conducts = new Uint8Array(throatCount);
  let edgeCount = 0;
  for (let e = 0; e < throatCount; e++) {
    if (throatOpen[e] !== 1 || !(conductance[e]! > 0)) continue;
    conducts[e] = 1;
    const a = unknownOf(throatEnds[2 * e]!, unknown);
    const b = unknownOf(throatEnds[2 * e + 1]!, unknown);
    if (a === NOWHERE || b === NOWHERE || (a < 0 && b < 0)) continue;
    ends[2 * edgeCount] = a;
    ends[2 * edgeCount + 1] = b;
    throats[edgeCount++] = e;
  }
  // Nearly all throats are edges, as a rule: copies would only take memory twice.
  const isFull = 2 * edgeCount >= throatCount;
  return {
    report,
    graph: {
      unknownCount: poreOfUnknown.length,
      ends: isFull ? ends.subarray(0, 2 * edgeCount) : ends.slice(0, 2 * edgeCount),
    },
    throatOfEdge: isFull ? throats.subarray(0, edgeCount) : throats.slice(0, edgeCount),
    poreOfUnknown,
    conducts,
  };
}

/** Of each pore its unknown, the ground that it is, or NOWHERE; and of each unknown its pore. */
function numberUnknowns(
  { poreState }: FlowDomain,
  solved: Uint8Array,
): { unknown: Int32Array; poreOfUnknown: Uint32Array } {
  const unknown = new Int32Array(solved.length);
  let unknownCount = 0;
  for (let i = 0; i < solved.length; i++) {
    const state = poreState[i];
    if (solved[i]) unknown[i] = unknownCount++;
    else unknown[i] = state === INLET ? GROUND_ONE : state === OUTLET ? GROUND_ZERO : NOWHERE;
  }
  const poreOfUnknown = new Uint32Array(unknownCount);
  for (let i = 0; i < solved.length; i++) if (solved[i]) poreOfUnknown[unknown[i]!] = i;
  return { unknown, poreOfUnknown };
}

function unknownOf(end: number, unknown: Int32Array): number {
  if (end >= 0) return unknown[end]!;
  return end === INLET_RESERVOIR ? GROUND_ONE : end === OUTLET_RESERVOIR ? GROUND_ZERO : NOWHERE;
}
