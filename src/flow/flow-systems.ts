/**
 * The systems of a batch. Cases of one domain whose conductances are above 0 on the same throats share their
 * structure, which is found once; a case whose conductances make no sense keeps its fault to itself.
 */
import { NetworkError } from "../errors.ts";
import { type FlowDomain, FREE } from "../network/flow-domain.ts";
import { buildFlowStructure, type FlowCase, type FlowStructure, type FlowSystem } from "./flow-system.ts";

/**
 * @param known systems whose structure may be taken over
 * @throws {NetworkError} when a case has not one conductance for each throat
 */
export function buildFlowSystems(
  cases: readonly FlowCase[],
  known: readonly FlowSystem[] = [],
): FlowSystem[] {
  const structures = new Map<FlowDomain, Set<FlowStructure>>();
  const keep = (domain: FlowDomain, structure: FlowStructure): void => {
    const own = structures.get(domain);
    if (own) own.add(structure);
    else structures.set(domain, new Set([structure]));
  };
  for (const { domain, fault, ...system } of known) if (!fault) keep(domain, structureOf(system));
  return cases.map(({ domain, conductance }) => {
    const fault = findFault(domain, conductance);
    if (fault) return { domain, conductance, ...nothingSolved(domain), fault };
    for (const structure of structures.get(domain) ?? []) {
      if (isSameStructure(structure, domain, conductance)) return { domain, conductance, ...structure };
    }
    const structure = buildFlowStructure(domain, conductance);
    keep(domain, structure);
    return { domain, conductance, ...structure };
  });
}

/** Whether two systems solve for the same pores over the same throats. */
export function haveSameStructure(one: FlowStructure, other: FlowStructure): boolean {
  return one.graph === other.graph;
}

function structureOf(system: FlowStructure): FlowStructure {
  const { report, graph, throatOfEdge, poreOfUnknown, conducts } = system;
  return { report, graph, throatOfEdge, poreOfUnknown, conducts };
}

function isSameStructure(
  { conducts }: FlowStructure,
  { throatOpen }: FlowDomain,
  conductance: Float64Array,
): boolean {
  for (let e = 0; e < conducts.length; e++) {
    if (conducts[e] !== (throatOpen[e] === 1 && conductance[e]! > 0 ? 1 : 0)) return false;
  }
  return true;
}

function findFault(domain: FlowDomain, conductance: Float64Array): NetworkError | undefined {
  const { throatOpen } = domain;
  // A wrong number of conductances is the caller's fault, not the case's: no catching that.
  if (conductance.length !== throatOpen.length) buildFlowStructure(domain, conductance);
  for (let e = 0; e < throatOpen.length; e++) {
    if (throatOpen[e] !== 1 || (conductance[e]! >= 0 && conductance[e]! < Number.POSITIVE_INFINITY)) continue;
    try {
      buildFlowStructure(domain, conductance);
    } catch (error) {
      if (error instanceof NetworkError) return error;
      throw error;
    }
  }
  return undefined;
}

function nothingSolved({ poreState, throatOpen }: FlowDomain): FlowStructure {
  const solved = new Uint8Array(poreState.length);
  const droppedPores = poreState.reduce((count, state) => count + (state === FREE ? 1 : 0), 0);
  const counts = { componentsSolved: 0, componentCount: 0, isolatedPores: 0 };
  return {
    report: { solved, ...counts, droppedPores, percolates: false },
    graph: { unknownCount: 0, ends: new Int32Array() },
    throatOfEdge: new Uint32Array(),
    poreOfUnknown: new Uint32Array(),
    conducts: new Uint8Array(throatOpen.length),
  };
}
