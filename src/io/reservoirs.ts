/**
 * Reservoirs for programs that know none: a throat that opens into a reservoir ends in a boundary pore on
 * the face of the box instead, x = 0 at the inlet and x = Lx at the outlet, labelled `pore.reservoir`,
 * `pore.boundary` and `pore.inlet` or `pore.outlet`.
 *
 * A boundary pore adds no resistance: its part of `throat.conduit_lengths` is 0 and its volume is 0. Its
 * width is that of its throat. What stood in `throat.conduit_lengths` is kept in `throat.reservoir_lengths`
 * (m x 2), so that folding gives back the network that was expanded.
 */
import {
  INLET_RESERVOIR,
  OUTLET_RESERVOIR,
  PoreNetwork,
  type PropertyArray,
} from "../network/pore-network.ts";

const CONDUIT = "throat.conduit_lengths";
const KEPT_LENGTHS = "throat.reservoir_lengths";
/** A boundary pore takes these from its throat, else from the pore at the other end. */
const WIDTHS = /\.(radius|diameter|shape_factor|(inscribed|equivalent|extended)_diameter)$/;

/** Position in `conns` of each end that is a reservoir: 2 throat + side. */
export function findReservoirEnds(conns: Int32Array): Int32Array {
  let count = 0;
  for (let k = 0; k < conns.length; k++) if (conns[k]! < 0) count++;
  const ends = new Int32Array(count);
  for (let k = 0, e = 0; k < conns.length; k++) if (conns[k]! < 0) ends[e++] = k;
  return ends;
}

/**
 * The network with a boundary pore, after all others, for each end of a throat that is a reservoir, in the
 * order of `findReservoirEnds`; the network itself when there are none.
 */
export function expandReservoirs(network: PoreNetwork): PoreNetwork {
  const ends = findReservoirEnds(network.conns);
  if (ends.length === 0) return network;
  const { poreCount } = network;
  const conns = network.conns.slice();
  for (let e = 0; e < ends.length; e++) conns[ends[e]!] = poreCount + e;

  const properties = new Map<string, PropertyArray>();
  for (const name of network.propertyNames.slice(2)) {
    const values = network.get(name)!;
    properties.set(name, name.startsWith("pore.") ? extendProperty(network, name, values, ends) : values);
  }
  labelReservoirs(properties, network, ends);
  const conduits = properties.get(CONDUIT);
  if (conduits instanceof Float64Array && conduits.length === 3 * network.throatCount) {
    const { lengths, kept } = cutReservoirLengths(conduits, ends);
    properties.set(CONDUIT, lengths);
    properties.set(KEPT_LENGTHS, kept);
  }
  return rebuild(network, placeBoundaryPores(network, ends), conns, properties);
}

/**
 * The reverse of `expandReservoirs`: a pore that is labelled `pore.reservoir` and either `pore.inlet` or
 * `pore.outlet`, and has exactly one throat, becomes that throat's reservoir. Other pores stay.
 */
export function foldReservoirs(network: PoreNetwork): PoreNetwork {
  const reservoirOf = findFoldable(network);
  if (reservoirOf === undefined) return network;
  const newIndex = new Int32Array(network.poreCount);
  let kept = 0;
  for (let i = 0; i < newIndex.length; i++) newIndex[i] = reservoirOf[i]! < 0 ? reservoirOf[i]! : kept++;
  const conns = network.conns.map((i) => (i < 0 ? i : newIndex[i]!));

  const properties = new Map<string, PropertyArray>();
  for (const name of network.propertyNames.slice(2)) {
    const values = network.get(name)!;
    const folded = name.startsWith("pore.") ? keepPores(values, newIndex, kept) : values;
    const isEmptyLabel = /^pore\.(reservoir|boundary|inlet|outlet)$/.test(name) && !folded.includes(1);
    if (!isEmptyLabel) properties.set(name, folded);
  }
  const keptLengths = properties.get(KEPT_LENGTHS);
  const conduits = properties.get(CONDUIT);
  if (keptLengths && conduits instanceof Float64Array) {
    properties.set(CONDUIT, restoreReservoirLengths(conduits, keptLengths, conns));
    properties.delete(KEPT_LENGTHS);
  }
  return rebuild(network, keepPores(network.coords, newIndex, kept), conns, properties);
}

function rebuild(
  network: PoreNetwork,
  coords: Float64Array,
  conns: Int32Array,
  properties: Map<string, PropertyArray>,
): PoreNetwork {
  return new PoreNetwork({
    name: network.name,
    coords,
    conns,
    properties,
    ...(network.box && { box: network.box }),
    ...(network.voxelSize !== undefined && { voxelSize: network.voxelSize }),
  });
}

function placeBoundaryPores(network: PoreNetwork, ends: Int32Array): Float64Array {
  const { coords, poreCount, conns } = network;
  const [low, high] = findFaces(network);
  const extended = extend(coords, 3 * ends.length);
  for (let e = 0; e < ends.length; e++) {
    const at = 3 * (poreCount + e);
    const joined = conns[ends[e]! ^ 1]!;
    extended[at] = conns[ends[e]!] === INLET_RESERVOIR ? low : high;
    for (const axis of [1, 2]) {
      if (joined >= 0) extended[at + axis] = coords[3 * joined + axis]!;
      else extended[at + axis] = (network.box?.origin[axis] ?? 0) + (network.box?.size[axis] ?? 0) / 2;
    }
  }
  return extended;
}

/** x of the inlet and outlet face: the box's, else the outermost pores'. */
function findFaces({ box, coords }: PoreNetwork): [number, number] {
  if (box) return [box.origin[0], box.origin[0] + box.size[0]];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < coords.length; k += 3) {
    low = Math.min(low, coords[k]!);
    high = Math.max(high, coords[k]!);
  }
  return low <= high ? [low, high] : [0, 0];
}

function extendProperty(
  network: PoreNetwork,
  name: string,
  values: PropertyArray,
  ends: Int32Array,
): PropertyArray {
  const { poreCount, conns } = network;
  const width = poreCount === 0 ? 1 : values.length / poreCount;
  const extended = extend(values, width * ends.length);
  if (!WIDTHS.test(name) || width !== 1) return extended;
  const ofThroat = network.get(name.replace(/^pore/, "throat"));
  for (let e = 0; e < ends.length; e++) {
    const joined = conns[ends[e]! ^ 1]!;
    extended[poreCount + e] = ofThroat ? ofThroat[ends[e]! >> 1]! : joined >= 0 ? values[joined]! : 0;
  }
  return extended;
}

function extend<A extends PropertyArray>(values: A, more: number): A {
  const extended = new (values.constructor as new (length: number) => A)(values.length + more);
  extended.set(values);
  return extended;
}

function labelReservoirs(
  properties: Map<string, PropertyArray>,
  network: PoreNetwork,
  ends: Int32Array,
): void {
  const { poreCount, conns } = network;
  for (const name of ["pore.reservoir", "pore.boundary", "pore.inlet", "pore.outlet"]) {
    const label = properties.get(name) ?? new Uint8Array(poreCount + ends.length);
    const reservoir = name === "pore.inlet" ? INLET_RESERVOIR : name === "pore.outlet" ? OUTLET_RESERVOIR : 0;
    for (let e = 0; e < ends.length; e++) {
      if (reservoir === 0 || conns[ends[e]!] === reservoir) label[poreCount + e] = 1;
    }
    properties.set(name, label);
  }
}

function cutReservoirLengths(
  conduits: Float64Array,
  ends: Int32Array,
): { lengths: Float64Array; kept: Float64Array } {
  const lengths = conduits.slice();
  const kept = new Float64Array((conduits.length / 3) * 2);
  for (const end of ends) {
    const at = conduitIndex(end);
    kept[end] = lengths[at]!;
    lengths[at] = 0;
  }
  return { lengths, kept };
}

function restoreReservoirLengths(
  conduits: Float64Array,
  kept: PropertyArray,
  conns: Int32Array,
): Float64Array {
  const lengths = conduits.slice();
  for (let end = 0; end < conns.length; end++) if (conns[end]! < 0) lengths[conduitIndex(end)] = kept[end]!;
  return lengths;
}

/** Where the part of `conns[end]` stands in rows of first pore, throat, second pore. */
function conduitIndex(end: number): number {
  return 3 * (end >> 1) + 2 * (end & 1);
}

/** The reservoir that a pore stands for, else 0; undefined when no pore stands for one. */
function findFoldable(network: PoreNetwork): Int32Array | undefined {
  const { conns, poreCount } = network;
  const reservoir = network.get("pore.reservoir");
  const inlet = network.get("pore.inlet");
  const outlet = network.get("pore.outlet");
  if (!reservoir || reservoir.length !== poreCount) return undefined;
  const degrees = new Int32Array(poreCount);
  for (const end of conns) if (end >= 0) degrees[end]!++;
  const reservoirOf = new Int32Array(poreCount);
  let found = false;
  for (let i = 0; i < poreCount; i++) {
    const atInlet = inlet?.[i] === 1;
    if (reservoir[i] !== 1 || degrees[i] !== 1 || atInlet === (outlet?.[i] === 1)) continue;
    reservoirOf[i] = atInlet ? INLET_RESERVOIR : OUTLET_RESERVOIR;
    found = true;
  }
  return found ? reservoirOf : undefined;
}

function keepPores<A extends PropertyArray>(values: A, newIndex: Int32Array, kept: number): A {
  const width = values.length / newIndex.length;
  const remaining = new (values.constructor as new (length: number) => A)(kept * width);
  for (let i = 0; i < newIndex.length; i++) {
    if (newIndex[i]! < 0) continue;
    for (let w = 0; w < width; w++) remaining[newIndex[i]! * width + w] = values[i * width + w]!;
  }
  return remaining;
}
