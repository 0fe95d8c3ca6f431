/**
 * The part of a sample between two planes across the flow, pnflow's CALC_BOX: pores between the planes are
 * solved, links that cross a plane are cut there, and the plane holds the pressure. It keeps the ends' effect
 * out of a permeability.
 */
import { NetworkError, OptionError } from "../errors.ts";
import { FREE, INLET, OUTLET, OUTSIDE } from "./flow-domain.ts";
import { conduitLengthsOf } from "./geometry.ts";
import { type Box, INLET_RESERVOIR, OUTLET_RESERVOIR, type PoreNetwork } from "./pore-network.ts";

/** @throws {OptionError} unless 0 ≤ a < b ≤ 1. */
export function checkCalcBox(calcBox: readonly [number, number]): readonly [number, number] {
  const [a, b] = calcBox;
  if (calcBox.length !== 2 || !(a >= 0 && a < b && b <= 1)) {
    throw new OptionError(
      "calcBox",
      `calcBox is ${calcBox.join(", ")}.`,
      "Give two fractions of the length, 0 ≤ a < b ≤ 1.",
    );
  }
  return calcBox;
}

export interface CutDomain {
  readonly poreState: Uint8Array;
  readonly throatEnds: Int32Array;
  readonly throatOpen: Uint8Array;
  readonly conduitLengths: Float64Array;
}

/**
 * Cuts a domain at the planes at fractions a and b of axis `k`.
 *
 * A link from inside pore i to outside pore o is followed with the step s = (x_o − x_i)/(L_i + Lₜ + L_o): its
 * throat runs from ts = x_i + L_i s to te = ts + Lₜ s. If te is still inside, o's part is cut at the plane; else
 * if ts is inside, the throat is; else only i's part is left. The link's far end becomes a reservoir. A link
 * from inside to one of the network's own reservoirs is kept whole, wherever the plane is.
 *
 * @param held states of the pores and open throats as they are without planes: they stay at a plane that is
 *   the sample's own face.
 */
export function cutAtPlanes(
  network: PoreNetwork,
  sample: Box,
  k: number,
  [a, b]: readonly [number, number],
  held: { readonly poreState: Uint8Array; readonly throatOpen: Uint8Array },
): CutDomain {
  const low = sample.origin[k]! + a * sample.size[k]!;
  const high = sample.origin[k]! + b * sample.size[k]!;
  const poreState = held.poreState.map((state, i) => {
    const x = network.coords[3 * i + k]!;
    if (state === INLET && a === 0) return INLET;
    if (state === OUTLET && b === 1) return OUTLET;
    return x >= low && x <= high ? FREE : OUTSIDE;
  });
  const throatEnds = Int32Array.from(network.conns);
  const throatOpen = Uint8Array.from(held.throatOpen);
  const conduitLengths = Float64Array.from(conduitLengthsOf(network));
  const place = (pore: number) => network.coords[3 * pore + k]!;
  const isOutside = (end: number) => end >= 0 && poreState[end] === OUTSIDE;
  const uncut: number[] = [];
  for (let e = 0; e < network.throatCount; e++) {
    const first = network.conns[2 * e]!;
    const second = network.conns[2 * e + 1]!;
    if (throatOpen[e] === 0 || (!isOutside(first) && !isOutside(second))) continue;
    const far = isOutside(first) ? 0 : 1;
    const inner = far === 0 ? second : first;
    const outer = far === 0 ? first : second;
    if (inner < 0 || isOutside(inner)) {
      throatOpen[e] = 0;
      continue;
    }
    const isBelow = place(outer) < low;
    throatEnds[2 * e + far] = isBelow ? INLET_RESERVOIR : OUTLET_RESERVOIR;
    if (!cutLink(conduitLengths, e, far, place(inner), place(outer), isBelow ? low : high)) uncut.push(e);
  }
  if (uncut.length > 0) {
    throw new NetworkError(
      `Throat ${uncut[0]} crosses a plane of the calc box, but its lengths are not known.`,
      "Give throat.conduit_lengths or throat.total_length [m].",
      uncut.slice(0, 20),
    );
  }
  return { poreState, throatEnds, throatOpen, conduitLengths };
}

/** Shortens throat e from its `far` end (0 or 1) to the plane. @returns whether its lengths were numbers. */
function cutLink(
  lengths: Float64Array,
  e: number,
  far: number,
  inner: number,
  outer: number,
  plane: number,
): boolean {
  const innerSlot = 3 * e + (far === 0 ? 2 : 0);
  const throatSlot = 3 * e + 1;
  const outerSlot = 3 * e + (far === 0 ? 0 : 2);
  const whole = lengths[innerSlot]! + lengths[throatSlot]! + lengths[outerSlot]!;
  if (!Number.isFinite(whole)) return false;
  if (whole <= 0) return true;
  const step = (outer - inner) / whole;
  const isInside = (x: number) => (step > 0 ? x <= plane : x >= plane);
  const throatStart = inner + lengths[innerSlot]! * step;
  const throatEnd = throatStart + lengths[throatSlot]! * step;
  if (isInside(throatEnd)) {
    lengths[outerSlot] = (plane - throatEnd) / step;
  } else if (isInside(throatStart)) {
    lengths[throatSlot] = (plane - throatStart) / step;
    lengths[outerSlot] = 0;
  } else {
    lengths[throatSlot] = 0;
    lengths[outerSlot] = 0;
  }
  return true;
}
