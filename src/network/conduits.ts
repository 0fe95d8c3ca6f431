/**
 * A throat and the halves of its two pores in series: L/c = L₁/g₁ + Lₜ/gₜ + L₂/g₂ with each part's conductance
 * times length g. A reservoir's part is dropped, for a reservoir has no resistance.
 */
import type { PoreNetwork } from "./pore-network.ts";

/** A conduit without any length would conduct without bound: it gets this much of its throat's radius [choice]. */
export const LEAST_LENGTH = 1e-3;

export interface ConduitSections {
  /** n: conductance times length of each pore's section, or `undefined` when only throats resist. */
  readonly pore: Float64Array | undefined;
  /** m: the same of each throat's section. */
  readonly throat: Float64Array;
  /** m: factor of the sections of a throat's two pores, where they take the throat's shape. */
  readonly poreByThroat?: ((pore: number, throat: number) => number) | undefined;
  /** m: radii of throats [m]. */
  readonly throatRadius: Float64Array;
}

/**
 * Conductances of all conduits.
 * @param lengths m x 3: first pore's part, throat, second pore's part [m].
 */
export function combineConduits(
  network: PoreNetwork,
  sections: ConduitSections,
  lengths: Float64Array,
): Float64Array {
  const { conns, throatCount } = network;
  const { pore, throat, poreByThroat, throatRadius } = sections;
  const poreSection = (i: number, e: number) =>
    poreByThroat !== undefined ? poreByThroat(i, e) : pore !== undefined ? pore[i]! : throat[e]!;
  const values = new Float64Array(throatCount);
  for (let e = 0; e < throatCount; e++) {
    const a = conns[2 * e]!;
    const b = conns[2 * e + 1]!;
    const first = lengths[3 * e]!;
    const middle = lengths[3 * e + 1]!;
    const second = lengths[3 * e + 2]!;
    let resistance = 0;
    // A part of no length resists nothing, whatever its section.
    if (a >= 0 && first !== 0) resistance += first / poreSection(a, e);
    if (middle !== 0) resistance += middle / throat[e]!;
    if (b >= 0 && second !== 0) resistance += second / poreSection(b, e);
    if (resistance === 0 && throat[e] !== 0) resistance = (LEAST_LENGTH * throatRadius[e]!) / throat[e]!;
    values[e] = resistance === 0 ? 0 : 1 / resistance;
  }
  return values;
}
