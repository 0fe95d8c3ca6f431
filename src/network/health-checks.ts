/** The single checks of a health report. Each gives at most one finding for each kind of fault. */

import { countThroats, type NetworkStatistics, type Quantiles } from "./health-statistics.ts";
import type { PoreNetwork } from "./pore-network.ts";
import { formatLength } from "./units.ts";

/** Indices listed in a finding, at most. */
const LISTED = 20;
/** Radii of the pores and throats of rocks, soils and porous layers [m]. */
const PLAUSIBLE_RADIUS = { min: 1e-9, max: 1e-2 } as const;
/** Distances of neighbouring pores [m]. */
const PLAUSIBLE_LENGTH = { min: 1e-9, max: 0.1 } as const;
/** What can be nothing but 0 or more. */
const NOT_NEGATIVE = /radius|diameter|length|volume|area|perimeter|shape_factor|conductance|spacing/;

export interface Finding {
  /** "error": a solve would fail or be false; "warning": probably a mistake; "note": worth knowing. */
  readonly severity: "error" | "warning" | "note";
  readonly message: string;
  readonly remedy: string;
  /** Pores or throats concerned, at most 20 of them. */
  readonly indices: readonly number[];
  /** How many are concerned in all. */
  readonly count: number;
}

/** Values that are not finite, or negative where they cannot be. */
export function checkProperties(network: PoreNetwork): Finding[] {
  const findings: Finding[] = [];
  for (const name of network.propertyNames) {
    const values = network.get(name)!;
    if (!(values instanceof Float64Array)) continue;
    const isPore = name.startsWith("pore.");
    const width = values.length / (isPore ? network.poreCount : network.throatCount);
    const element = isPore ? "pore" : "throat";
    const notFinite = collectRows(values, width, (v) => !Number.isFinite(v));
    if (notFinite.count > 0) {
      findings.push({
        severity: "error",
        message: `${name} is not a finite number for ${countOf(notFinite.count, element)}.`,
        remedy: "Repair the data or trim these away.",
        ...notFinite,
      });
    }
    const negative = NOT_NEGATIVE.test(name)
      ? collectRows(values, width, (v) => v < 0)
      : { indices: [], count: 0 };
    if (negative.count > 0) {
      findings.push({
        severity: "error",
        message: `${name} is negative for ${countOf(negative.count, element)}.`,
        remedy: "Repair the data or trim these away.",
        ...negative,
      });
    }
  }
  return findings;
}

/** Pores without throats, throats from a pore to itself, throats that join the same pores. */
export function checkConnections(network: PoreNetwork): Finding[] {
  const { conns, throatCount } = network;
  const degree = countThroats(network);
  const isolated = collect(network.poreCount, (i) => degree[i] === 0);
  const loops = collect(throatCount, (e) => conns[2 * e] === conns[2 * e + 1]);
  const duplicates = findDuplicates(network);
  const findings: Finding[] = [];
  if (isolated.count > 0) {
    findings.push({
      severity: "note",
      message: `${countOf(isolated.count, "pore")} without any throat.`,
      remedy: "They carry no flow and are left out of a solve.",
      ...isolated,
    });
  }
  if (loops.count > 0) {
    findings.push({
      severity: "warning",
      message: `${countOf(loops.count, "throat")} from a pore or reservoir to itself.`,
      remedy: "They carry no flow; remove them if they are a mistake.",
      ...loops,
    });
  }
  if (duplicates.count > 0) {
    findings.push({
      severity: "warning",
      message: `${countOf(duplicates.count, "throat")} between pores that another throat joins already.`,
      remedy: "Parallel throats add up; merge them if they are a mistake.",
      ...duplicates,
    });
  }
  return findings;
}

/** Sizes that no rock has: mostly a voxel size that was never given, or millimetres taken for metres. */
export function checkUnits(statistics: NetworkStatistics): Finding[] {
  const findings: Finding[] = [];
  const check = (what: string, sizes: Quantiles | undefined, range: { min: number; max: number }) => {
    const median = sizes?.median;
    if (median === undefined || (median >= range.min && median <= range.max)) return;
    findings.push({
      severity: "warning",
      message: `The median ${what} is ${formatLength(median, 2)}.`,
      remedy:
        median > range.max
          ? "Was the voxel size given? Lengths are in metres."
          : "Was the voxel size applied twice? Lengths are in metres.",
      indices: [],
      count: 0,
    });
  };
  check("pore radius", statistics.poreRadius, PLAUSIBLE_RADIUS);
  check("throat radius", statistics.throatRadius, PLAUSIBLE_RADIUS);
  check("distance of joined pores", statistics.throatLength, PLAUSIBLE_LENGTH);
  return findings;
}

/** Throats that join the same two pores as one before them. */
export function findDuplicates(network: PoreNetwork): { indices: number[]; count: number } {
  const { conns, throatCount, poreCount } = network;
  // Reservoirs -1 and -2 become indices after the pores'.
  const place = (end: number) => (end >= 0 ? end : poreCount - 1 - end);
  const rowStart = new Int32Array(poreCount + 3);
  const lower = (e: number) => Math.min(place(conns[2 * e]!), place(conns[2 * e + 1]!));
  const higher = (e: number) => Math.max(place(conns[2 * e]!), place(conns[2 * e + 1]!));
  for (let e = 0; e < throatCount; e++) rowStart[lower(e) + 1]!++;
  for (let i = 0; i < poreCount + 2; i++) rowStart[i + 1]! += rowStart[i]!;
  const next = rowStart.slice();
  const row = new Int32Array(throatCount);
  for (let e = 0; e < throatCount; e++) row[next[lower(e)]!++] = e;
  const isDuplicate = new Uint8Array(throatCount);
  const lastFrom = new Int32Array(poreCount + 2).fill(-1);
  for (let i = 0; i < poreCount + 2; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const other = higher(row[k]!);
      // Several throats of one pore into a reservoir are its share of the face, not a mistake.
      if (lastFrom[other] === i && other < poreCount) isDuplicate[row[k]!] = 1;
      lastFrom[other] = i;
    }
  }
  return collect(throatCount, (e) => isDuplicate[e] === 1);
}

/** "1 pore", "2 pores". */
export function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function collect(
  count: number,
  isConcerned: (index: number) => boolean,
): { indices: number[]; count: number } {
  const indices: number[] = [];
  let found = 0;
  for (let i = 0; i < count; i++) {
    if (!isConcerned(i)) continue;
    if (found < LISTED) indices.push(i);
    found++;
  }
  return { indices, count: found };
}

function collectRows(
  values: Float64Array,
  width: number,
  isConcerned: (value: number) => boolean,
): { indices: number[]; count: number } {
  return collect(width > 0 ? values.length / width : 0, (i) => {
    for (let w = 0; w < width; w++) if (isConcerned(values[i * width + w]!)) return true;
    return false;
  });
}
