/**
 * A system in a matrix whose pattern was built for earlier conductances. Throats that have been closed since are
 * edges of weight 0 there, and pores that they cut off are rows without weights, whose unknowns stay 0.
 */

import type { FlowStructure, FlowSystem } from "./flow-system.ts";
import { haveSameStructure } from "./flow-systems.ts";

/** Whether every edge of `now` is one of `built`, the structure that the pattern was built for. */
export function fitsPattern(now: FlowStructure, built: FlowStructure): boolean {
  if (haveSameStructure(now, built)) return true;
  let at = 0;
  for (const throat of now.throatOfEdge) {
    while (at < built.throatOfEdge.length && built.throatOfEdge[at]! < throat) at++;
    if (built.throatOfEdge[at] !== throat) return false;
  }
  return true;
}

/** The weights of the pattern's edges. */
export function fillWeights(now: FlowSystem, built: FlowStructure, weights: Float64Array): void {
  const { conductance, throatOfEdge } = now;
  const isSame = haveSameStructure(now, built);
  let at = 0;
  for (let edge = 0; edge < built.throatOfEdge.length; edge++) {
    const throat = built.throatOfEdge[edge]!;
    const isEdge = isSame || throatOfEdge[at] === throat;
    weights[edge] = isEdge ? conductance[throat]! : 0;
    if (isEdge) at++;
  }
}

/** From the pattern's unknowns to the system's own. */
export function takeUnknowns(now: FlowStructure, built: FlowStructure, x: Float64Array): Float64Array {
  if (haveSameStructure(now, built)) return x;
  const own = new Float64Array(now.poreOfUnknown.length);
  let at = 0;
  for (let u = 0; u < own.length; u++) {
    while (built.poreOfUnknown[at] !== now.poreOfUnknown[u]) at++;
    own[u] = x[at]!;
  }
  return own;
}

/** From values of all pores to the pattern's unknowns; 0 where the system does not solve. */
export function putPores(
  now: FlowStructure,
  built: FlowStructure,
  pores: Float64Array,
  x: Float64Array,
): void {
  const { solved } = now.report;
  for (let u = 0; u < x.length; u++) {
    const pore = built.poreOfUnknown[u]!;
    x[u] = solved[pore] ? pores[pore]! : 0;
  }
}
