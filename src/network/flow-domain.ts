/**
 * One network, one direction: who holds which pressure, which throats are open and how well they conduct.
 * This is all that the flow solver needs of a network.
 */
import type { PoreNetwork } from "./pore-network.ts";

/** The pore's pressure is an unknown. */
export const FREE = 0;
/** The pore is held at the inlet pressure. */
export const INLET = 1;
/** The pore is held at the outlet pressure. */
export const OUTLET = 2;
/** The pore lies outside of the domain: none of its throats is open, but those cut at a plane. */
export const OUTSIDE = 3;

export type Axis = "x" | "y" | "z";

export interface FlowDomain {
  readonly network: PoreNetwork;
  readonly axis: Axis;
  /** What holds the pressures, for people. */
  readonly boundary: "reservoirs" | "labels" | "faces" | "calc-box";
  /** n: FREE, INLET, OUTLET or OUTSIDE. */
  readonly poreState: Uint8Array;
  /** m x 2: a pore index from 0, or INLET_RESERVOIR or OUTLET_RESERVOIR. */
  readonly throatEnds: Int32Array;
  /** m: 1 where the throat takes part. A closed throat conducts nothing. */
  readonly throatOpen: Uint8Array;
  /** m x 3: lengths of first pore's part, throat, second pore's part [m], cut at the planes of a calc box. */
  readonly conduitLengths: Float64Array | undefined;
  /** Between the planes where pressure is held [m]. */
  readonly length: number;
  /** Cross-section of the sample [m²]. */
  readonly area: number;
  /** Where length and area come from. */
  readonly extentSource: "box" | "options" | "pores";
}
