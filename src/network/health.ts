/** Is a network fit to be solved, and what is odd about it? A report of plain data, ready for JSON. */
import { type FlowDomainOptions, resolveFlowDomain } from "./boundary.ts";
import { type DomainReport, examineDomain, labelComponents } from "./components.ts";
import { type FlowDomain, FREE } from "./flow-domain.ts";
import { checkConnections, checkProperties, checkUnits, countOf, type Finding } from "./health-checks.ts";
import { countThroats, describeNetwork, type NetworkStatistics } from "./health-statistics.ts";
import type { PoreNetwork } from "./pore-network.ts";

/** Components whose size is listed, at most. */
const LISTED_COMPONENTS = 20;
/** Pores listed in a finding, at most. */
const LISTED_PORES = 20;

export interface HealthReport {
  readonly name: string;
  readonly pores: number;
  readonly throats: number;
  /** Throats that open into a reservoir. */
  readonly reservoirThroats: number;
  /** Pores without any throat. */
  readonly isolatedPores: number;
  /** Pores that vanish when pores with a single throat are removed again and again; held pores stay. */
  readonly deadEndPores: number;
  readonly components: {
    /** Connected parts of at least two pores, or of one that opens into a reservoir. */
    readonly count: number;
    /** Pores of the largest ones, largest first, at most 20. */
    readonly largest: readonly number[];
  };
  /** What flow along the axis asked for would find, every throat taken as conducting. */
  readonly flow: {
    readonly axis: string;
    readonly boundary: FlowDomain["boundary"];
    readonly spans: boolean;
    readonly solvedPores: number;
    readonly droppedPores: number;
    readonly componentsSolved: number;
  };
  readonly box: PoreNetwork["box"];
  readonly voxelSize: number | undefined;
  readonly properties: readonly string[];
  readonly statistics: NetworkStatistics;
  /** Errors first, then warnings, then notes. */
  readonly findings: readonly Finding[];
}

/**
 * Examines a network.
 * @param options which axis and boundary the question of flow is about; default along x.
 * @throws {OptionError | NetworkError} when the boundary asked for does not exist.
 * @example examineNetwork(network).findings.map((finding) => finding.message)
 */
export function examineNetwork(network: PoreNetwork, options: FlowDomainOptions = {}): HealthReport {
  // What the axis' extent is does not matter here, and a network without one is still examined.
  const domain = resolveFlowDomain(network, {
    ...options,
    length: options.length ?? 1,
    area: options.area ?? 1,
  });
  const flow = examineDomain(domain, new Uint8Array(network.throatCount).fill(1));
  const degree = countThroats(network);
  const statistics = describeNetwork(network);
  const solvedPores = flow.solved.reduce((sum, s) => sum + s, 0);
  return {
    name: network.name,
    pores: network.poreCount,
    throats: network.throatCount,
    reservoirThroats: network.conns.reduce((sum, end) => sum + (end < 0 ? 1 : 0), 0),
    isolatedPores: degree.reduce((sum, d) => sum + (d === 0 ? 1 : 0), 0),
    deadEndPores: countDeadEnds(network, domain),
    components: describeComponents(network, degree),
    flow: {
      axis: domain.axis,
      boundary: domain.boundary,
      spans: flow.percolates,
      solvedPores,
      droppedPores: flow.droppedPores,
      componentsSolved: flow.componentsSolved,
    },
    box: network.box,
    voxelSize: network.voxelSize,
    properties: network.propertyNames,
    statistics,
    findings: [
      ...checkProperties(network),
      ...checkFlow(domain, flow, degree),
      ...checkUnits(statistics),
      ...checkConnections(network),
    ].sort((a, b) => RANK[a.severity] - RANK[b.severity]),
  };
}

const RANK = { error: 0, warning: 1, note: 2 } as const;

function checkFlow(domain: FlowDomain, flow: DomainReport, degree: Int32Array): Finding[] {
  if (!flow.percolates) {
    return [
      {
        severity: "error",
        message: `Nothing joins inlet and outlet along ${domain.axis}.`,
        remedy: "Choose another axis or other labels; otherwise the sample lets nothing through.",
        indices: [],
        count: 0,
      },
    ];
  }
  const clusters = flow.droppedPores - flow.isolatedPores;
  if (clusters === 0) return [];
  const isDropped = (i: number) => domain.poreState[i] === FREE && flow.solved[i] === 0 && degree[i]! > 0;
  const indices: number[] = [];
  for (let i = 0; i < degree.length && indices.length < LISTED_PORES; i++) if (isDropped(i)) indices.push(i);
  return [
    {
      severity: "note",
      message: `${countOf(clusters, "pore")} in clusters that do not join inlet and outlet along ${domain.axis}.`,
      remedy: "They carry no flow and are left out of a solve.",
      indices,
      count: clusters,
    },
  ];
}

function describeComponents(network: PoreNetwork, degree: Int32Array): HealthReport["components"] {
  const { label, sizes } = labelComponents(network.conns, network.poreCount);
  const isLinked = new Uint8Array(sizes.length);
  for (let i = 0; i < network.poreCount; i++) if (degree[i]! > 0) isLinked[label[i]!] = 1;
  const linked = sizes.filter((_, c) => isLinked[c] === 1).sort();
  return { count: linked.length, largest: [...linked.slice(-LISTED_COMPONENTS).reverse()] };
}

/** Prunes pores with a single throat, again and again, from a list of those that became so. */
function countDeadEnds(network: PoreNetwork, domain: FlowDomain): number {
  const { conns, poreCount } = network;
  const degree = countThroats(network);
  const start = new Int32Array(poreCount + 1);
  for (let i = 0; i < poreCount; i++) start[i + 1] = start[i]! + degree[i]!;
  const next = start.slice();
  const neighbours = new Int32Array(start[poreCount]!);
  for (let k = 0; k < conns.length; k++) if (conns[k]! >= 0) neighbours[next[conns[k]!]!++] = conns[k ^ 1]!;
  const isPrunable = (i: number) => degree[i] === 1 && domain.poreState[i] === FREE;
  const ends: number[] = [];
  for (let i = 0; i < poreCount; i++) if (isPrunable(i)) ends.push(i);
  let pruned = 0;
  while (ends.length > 0) {
    const end = ends.pop()!;
    if (degree[end] !== 1) continue;
    degree[end] = 0;
    pruned++;
    for (let k = start[end]!; k < start[end + 1]!; k++) {
      const other = neighbours[k]!;
      if (other < 0 || degree[other] === 0) continue;
      degree[other]!--;
      if (isPrunable(other)) ends.push(other);
    }
  }
  return pruned;
}
