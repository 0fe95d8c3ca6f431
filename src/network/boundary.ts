/** Who holds the pressures of a network along one axis: reservoirs, labels, faces, or the planes of a calc box. */
import { OptionError } from "../errors.ts";
import { statesByFaces } from "./boundary-faces.ts";
import { findLabels, statesByLabels } from "./boundary-labels.ts";
import { checkCalcBox, cutAtPlanes } from "./calc-box.ts";
import { resolveExtent, sampleOf } from "./extent.ts";
import { AXES } from "./face-labels.ts";
import type { Axis, FlowDomain } from "./flow-domain.ts";
import { rejectUnknownKeys, requireChoice, requirePositive } from "./options.ts";
import type { PoreNetwork } from "./pore-network.ts";

/** Statoil networks have their reservoirs at the two faces of this axis. */
const RESERVOIR_AXIS: Axis = "x";

export interface FlowDomainOptions {
  /** Default x. */
  readonly axis?: Axis;
  /** Label of the pores at the inlet's pressure, with or without `pore.`; give both labels or none. */
  readonly inlet?: string | undefined;
  readonly outlet?: string | undefined;
  /** Between the planes where pressure is held [m]; wins over the network's box. */
  readonly length?: number | undefined;
  /** Cross-section of the sample [m²]; wins over the network's box. */
  readonly area?: number | undefined;
  /** Two fractions of the sample's length: solve what lies between these planes. */
  readonly calcBox?: readonly [number, number] | undefined;
  /** Pores less than this from a face are held [m]; makes faces the boundary. */
  readonly faceThickness?: number | undefined;
}

/** What `FlowDomainOptions` may hold. */
export const FLOW_DOMAIN_OPTIONS = [
  "axis",
  "inlet",
  "outlet",
  "length",
  "area",
  "calcBox",
  "faceThickness",
] as const satisfies readonly (keyof FlowDomainOptions)[];

/**
 * Chooses what holds the pressures, in this order: the labels named; faces of a thickness given; the
 * reservoirs of a Statoil network (along x); labels `pore.inlet` and `pore.outlet` that face each other along
 * the axis, or the pair for it (`xmin`/`xmax`, `left`/`right`, `front`/`back`, `bottom`/`top`, …); the pores at the
 * sample's faces. Reservoirs that do not hold the pressure are closed.
 *
 * With `calcBox`, planes hold it, save where a plane is the sample's own face: there it is held as without.
 * Its length is then that between the planes.
 *
 * A domain that nothing flows through is no error here: see `examineDomain`.
 *
 * @throws {OptionError} on an unknown key, one label without the other, or a value out of range.
 * @throws {NetworkError} when a label does not exist, or neither options, box nor pores tell length and area.
 * @example resolveFlowDomain(network, { axis: "z", inlet: "bottom", outlet: "top" })
 */
export function resolveFlowDomain(network: PoreNetwork, options: FlowDomainOptions = {}): FlowDomain {
  rejectUnknownKeys("resolveFlowDomain", options, FLOW_DOMAIN_OPTIONS);
  const axis = requireChoice("axis", options.axis ?? "x", AXES);
  const k = AXES.indexOf(axis);
  const held = resolveHeld(network, axis, options);
  const common = { network, axis };
  if (options.calcBox === undefined) {
    const extent = resolveExtent(network, k, options);
    return { ...common, ...held, throatEnds: network.conns, conduitLengths: undefined, ...extent };
  }
  const planes = checkCalcBox(options.calcBox);
  const extent = resolveExtent(network, k, options, planes[1] - planes[0]);
  const cut = cutAtPlanes(network, sampleOf(network), k, planes, held);
  return { ...common, boundary: "calc-box", ...cut, ...extent };
}

type Held = Pick<FlowDomain, "boundary" | "poreState" | "throatOpen">;

function resolveHeld(network: PoreNetwork, axis: Axis, options: FlowDomainOptions): Held {
  const { inlet, outlet, faceThickness } = options;
  if ((inlet === undefined) !== (outlet === undefined)) {
    throw new OptionError(
      inlet === undefined ? "inlet" : "outlet",
      "Only one of inlet and outlet is given.",
      "Name the labels of both.",
    );
  }
  if (inlet !== undefined && outlet !== undefined && faceThickness !== undefined) {
    throw new OptionError(
      "faceThickness",
      "Labels and faceThickness are both given.",
      "Leave one of them out.",
    );
  }
  if (faceThickness !== undefined) requirePositive("faceThickness", faceThickness);
  const closed = closeReservoirs(network);
  const hasReservoirs = closed.includes(0);
  if (hasReservoirs && axis === RESERVOIR_AXIS && inlet === undefined && faceThickness === undefined) {
    return {
      boundary: "reservoirs",
      poreState: new Uint8Array(network.poreCount),
      throatOpen: new Uint8Array(network.throatCount).fill(1),
    };
  }
  const labels =
    inlet !== undefined && outlet !== undefined
      ? ([inlet, outlet] as const)
      : faceThickness === undefined
        ? findLabels(network, axis)
        : undefined;
  const poreState =
    labels !== undefined
      ? statesByLabels(network, labels[0], labels[1])
      : statesByFaces(network, sampleOf(network), AXES.indexOf(axis), faceThickness);
  return { boundary: labels !== undefined ? "labels" : "faces", poreState, throatOpen: closed };
}

/** m: 1, but 0 for throats into a reservoir. */
function closeReservoirs(network: PoreNetwork): Uint8Array {
  const open = new Uint8Array(network.throatCount);
  for (let e = 0; e < open.length; e++) {
    open[e] = network.conns[2 * e]! >= 0 && network.conns[2 * e + 1]! >= 0 ? 1 : 0;
  }
  return open;
}
