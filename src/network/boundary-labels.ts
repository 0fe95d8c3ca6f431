/** Which labels of a network name its inlet and outlet along an axis. */
import { NetworkError } from "../errors.ts";
import { type Axis, FREE, INLET, OUTLET } from "./flow-domain.ts";
import type { PoreNetwork } from "./pore-network.ts";

/** Pairs of labels at opposite faces: porenet's and snow2's, and those of OpenPNM's lattices. */
const PAIRS: Readonly<Record<Axis, readonly (readonly [string, string])[]>> = {
  x: [
    ["xmin", "xmax"],
    ["left", "right"],
  ],
  y: [
    ["ymin", "ymax"],
    ["front", "back"],
  ],
  z: [
    ["zmin", "zmax"],
    ["bottom", "top"],
  ],
};

const AXIS_INDEX: Readonly<Record<Axis, number>> = { x: 0, y: 1, z: 2 };

/** `pore.` is put before a label's name where it is missing. */
function fullName(label: string): string {
  return label.startsWith("pore.") ? label : `pore.${label}`;
}

/**
 * States of the pores by two labels. A pore with both is held at the inlet's pressure.
 * @throws {NetworkError} when the network has no such label, or one is not a label of 0 and 1.
 */
export function statesByLabels(network: PoreNetwork, inlet: string, outlet: string): Uint8Array {
  const atInlet = requireLabel(network, inlet);
  const atOutlet = requireLabel(network, outlet);
  const state = new Uint8Array(network.poreCount);
  for (let i = 0; i < state.length; i++) state[i] = atInlet[i] ? INLET : atOutlet[i] ? OUTLET : FREE;
  return state;
}

function requireLabel(network: PoreNetwork, label: string): ArrayLike<number> {
  const name = fullName(label);
  const values = network.get(name);
  if (values !== undefined && values.length === network.poreCount) return values;
  const known = network.propertyNames.filter(
    (p) => p.startsWith("pore.") && network.get(p) instanceof Uint8Array,
  );
  throw new NetworkError(
    `The network "${network.name}" has no label ${name}.`,
    known.length > 0 ? `Its labels: ${known.join(", ")}.` : "It has no labels at all.",
  );
}

/**
 * The labels to use along an axis when the caller names none: `pore.inlet` and `pore.outlet` where they face
 * each other along it, else the pair of opposite faces of that axis, the lower face first.
 */
export function findLabels(network: PoreNetwork, axis: Axis): readonly [string, string] | undefined {
  const isLabel = (name: string) => network.get(fullName(name))?.length === network.poreCount;
  const axisIndex = AXIS_INDEX[axis];
  if (isLabel("inlet") && isLabel("outlet")) {
    const apart = separation(network, "inlet", "outlet").map(Math.abs);
    const most = Math.max(...apart);
    if (apart[axisIndex]! >= 0.5 * most && (axis === "x" || apart[axisIndex] === most))
      return ["inlet", "outlet"];
  }
  const pair = PAIRS[axis].find(([low, high]) => isLabel(low) && isLabel(high));
  if (pair === undefined) return undefined;
  return separation(network, pair[0], pair[1])[axisIndex]! >= 0 ? pair : [pair[1], pair[0]];
}

/** From the mean place of the pores of one label to that of the other [m]; 0 where a label marks none. */
function separation(network: PoreNetwork, from: string, to: string): [number, number, number] {
  const a = meanPlace(network, from);
  const b = meanPlace(network, to);
  const along = (k: number) => (Number.isFinite(b[k]! - a[k]!) ? b[k]! - a[k]! : 0);
  return [along(0), along(1), along(2)];
}

function meanPlace(network: PoreNetwork, label: string): number[] {
  const marked = network.get(fullName(label))!;
  const sum = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < network.poreCount; i++) {
    if (!marked[i]) continue;
    count++;
    for (let k = 0; k < 3; k++) sum[k]! += network.coords[3 * i + k]!;
  }
  return sum.map((s) => s / count);
}
