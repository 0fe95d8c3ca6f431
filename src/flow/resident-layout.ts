/**
 * Where throats and pores of a ragged batch stand in its linear systems. Throats of all domains follow one another,
 * so do pores; a throat's ends are rows of the solution, reservoirs and held pores being rows of the grounds.
 */

import { heldBy } from "../network/components.ts";
import { type FlowDomain, INLET, OUTLET } from "../network/flow-domain.ts";
import { INLET_RESERVOIR } from "../network/pore-network.ts";
import { runningSum, type SlicedPattern } from "../sparse/sliced-pattern.ts";
import type { FlowSystem } from "./flow-system.ts";

/** The item takes no part, as `nowhere` in shaders/include/item-chunks.wgsl. */
export const NOWHERE = 0xffffffff;
/** A throat from inlet to outlet: it carries flow, and is no edge of the system. */
export const STRAIGHT = 0xfffffffe;

export interface ResidentLayout {
  /** First throat of each domain among the throats of all, and the end. */
  readonly throatStart: Uint32Array;
  readonly poreStart: Uint32Array;
  /** The edge of each throat, STRAIGHT or NOWHERE. */
  readonly edgeOfThroat: Uint32Array;
  /** Rows of the solution of a throat's two ends; NOWHERE twice where it takes no part. */
  readonly rowsOfThroat: Uint32Array;
  /** Row of the solution of each pore; NOWHERE where it is not solved. */
  readonly rowOfPore: Uint32Array;
  /** The same for pores whose pressure is an unknown; NOWHERE for held ones too. */
  readonly unknownOfPore: Uint32Array;
}

/**
 * @param systems one a domain
 * @param place where each system stands in the pattern; -1 for one without unknowns
 */
export function layOutResident(
  systems: readonly FlowSystem[],
  place: Int32Array,
  pattern: SlicedPattern,
): ResidentLayout {
  const throatStart = runningSum(systems.map(({ domain }) => domain.throatOpen.length));
  const poreStart = runningSum(systems.map(({ domain }) => domain.poreState.length));
  const layout: ResidentLayout = {
    throatStart,
    poreStart,
    edgeOfThroat: new Uint32Array(throatStart.at(-1)!).fill(NOWHERE),
    rowsOfThroat: new Uint32Array(2 * throatStart.at(-1)!).fill(NOWHERE),
    rowOfPore: new Uint32Array(poreStart.at(-1)!).fill(NOWHERE),
    unknownOfPore: new Uint32Array(poreStart.at(-1)!).fill(NOWHERE),
  };
  systems.forEach((system, s) => {
    placePores(system, place[s]!, pattern, layout, poreStart[s]!);
    placeThroats(system, place[s]!, pattern, layout, throatStart[s]!, poreStart[s]!);
  });
  return layout;
}

function placePores(
  { domain, poreOfUnknown }: FlowSystem,
  place: number,
  pattern: SlicedPattern,
  { rowOfPore, unknownOfPore }: ResidentLayout,
  first: number,
): void {
  domain.poreState.forEach((state, i) => {
    if (state === INLET) rowOfPore[first + i] = pattern.rowCount;
    if (state === OUTLET) rowOfPore[first + i] = pattern.rowCount + 1;
  });
  if (place < 0) return;
  for (let u = 0; u < poreOfUnknown.length; u++) {
    const row = pattern.rowOfUnknown[pattern.unknownStart[place]! + u]!;
    rowOfPore[first + poreOfUnknown[u]!] = row;
    unknownOfPore[first + poreOfUnknown[u]!] = row;
  }
}

function placeThroats(
  { domain, throatOfEdge }: FlowSystem,
  place: number,
  pattern: SlicedPattern,
  layout: ResidentLayout,
  first: number,
  firstPore: number,
): void {
  const { edgeOfThroat, rowsOfThroat, rowOfPore } = layout;
  const rowOf = (end: number): number => {
    if (end >= 0) return rowOfPore[firstPore + end]!;
    return pattern.rowCount + (end === INLET_RESERVOIR ? 0 : 1);
  };
  const setRows = (e: number) => {
    rowsOfThroat[2 * (first + e)] = rowOf(domain.throatEnds[2 * e]!);
    rowsOfThroat[2 * (first + e) + 1] = rowOf(domain.throatEnds[2 * e + 1]!);
  };
  throatOfEdge.forEach((e, edge) => {
    edgeOfThroat[first + e] = pattern.edgeStart[place]! + edge;
    setRows(e);
  });
  for (let e = 0; e < domain.throatOpen.length; e++) {
    if (!isStraight(domain, e)) continue;
    edgeOfThroat[first + e] = STRAIGHT;
    setRows(e);
  }
}

/** Whether an open throat leads from one held pressure to the other. */
function isStraight({ poreState, throatEnds, throatOpen }: FlowDomain, e: number): boolean {
  if (throatOpen[e] !== 1) return false;
  return (heldBy(throatEnds[2 * e]!, poreState) | heldBy(throatEnds[2 * e + 1]!, poreState)) === 3;
}
