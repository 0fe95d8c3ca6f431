/** Writes the four files of a Statoil/ICL network; `statoil-reader.ts` says what they hold. */
import { NetworkError } from "../errors.ts";
import { INLET_RESERVOIR, OUTLET_RESERVOIR, type PoreNetwork } from "../network/pore-network.ts";
import { findRadius } from "./radius.ts";
import type { StatoilFile } from "./statoil-reader.ts";
import { countLinks } from "./statoil-rows.ts";
import { encodeChunks } from "./text-chunks.ts";

const CIRCLE_SHAPE_FACTOR = 1 / (4 * Math.PI);

/** Called with one sentence for everything a writer had to assume, replace or leave out. */
export type NoteListener = (note: string) => void;

const WRITTEN = new Set([
  ...["pore.coords", "pore.radius", "pore.volume", "pore.shape_factor", "pore.clay_volume"],
  ...["pore.touches_inlet", "pore.touches_outlet", "throat.conns", "throat.radius", "throat.shape_factor"],
  ...["throat.total_length", "throat.conduit_lengths", "throat.volume", "throat.clay_volume"],
]);

interface Columns {
  readonly coords: Float64Array;
  readonly conns: Int32Array;
  readonly size: readonly [number, number, number];
  readonly poreRadius: Float64Array;
  readonly poreVolume: Float64Array;
  readonly poreShapeFactor: Float64Array;
  readonly poreClay: Float64Array | undefined;
  readonly throatRadius: Float64Array;
  readonly throatVolume: Float64Array;
  readonly throatShapeFactor: Float64Array;
  readonly throatClay: Float64Array | undefined;
  readonly conduitLengths: Float64Array;
  readonly totalLength: Float64Array;
  readonly touchesInlet: ArrayLike<number>;
  readonly touchesOutlet: ArrayLike<number>;
}

/**
 * The four files of a Statoil/ICL network as chunks of bytes. Numbers read back bit for bit.
 *
 * A radius is needed (`pore.radius`, or half of a diameter) and so for throats. What else is missing is
 * assumed and told to `onNote`: shape factors of circles, volumes of zero, conduit lengths of zero in the
 * pores, a box around the pores. Coordinates are written relative to the box's origin.
 *
 * @throws {NetworkError} when there is no radius.
 * @example
 * ```ts
 * const files = writeStatoil(network, { onNote: console.warn });
 * for (const [file, chunks] of Object.entries(files)) {
 *   await pipeline(chunks, createWriteStream(`rock_${file}.dat`));
 * }
 * ```
 */
export function writeStatoil(
  network: PoreNetwork,
  options: { readonly onNote?: NoteListener } = {},
): Record<StatoilFile, Iterable<Uint8Array>> {
  const columns = collectColumns(network, options.onNote ?? (() => {}));
  return {
    link1: encodeChunks(printLink1(columns)),
    link2: encodeChunks(printLink2(columns)),
    node1: encodeChunks(printNode1(columns)),
    node2: encodeChunks(printNode2(columns)),
  };
}

function collectColumns(network: PoreNetwork, onNote: NoteListener): Columns {
  const { conns, poreCount, throatCount } = network;
  const assume = (name: string, count: number, value: number, meaning: string) => {
    if (network.has(name)) return network.numbers(name);
    onNote(`The network has no ${name}: ${meaning} is written.`);
    return new Float64Array(count).fill(value);
  };
  const optional = (name: string) => (network.has(name) ? network.numbers(name) : undefined);

  const left = network.propertyNames.filter((name) => !WRITTEN.has(name) && !/diameter$/.test(name));
  if (left.length > 0) onNote(`Statoil files have no place for ${left.join(", ")}.`);
  if (!conns.some((end) => end < 0)) {
    onNote("No throat opens into a reservoir: the Statoil files will have neither inlet nor outlet.");
  }
  const { coords, size } = fitBox(network, onNote);
  const totalLength = optional("throat.total_length");
  const conduitLengths = optional("throat.conduit_lengths");
  const total = totalLength ?? (conduitLengths ? sumRows(conduitLengths) : measureThroats(network));
  if (!conduitLengths)
    onNote("The network has no throat.conduit_lengths: the throat is given all of the length.");
  return {
    coords,
    size,
    conns,
    poreRadius: requireRadius(network, "pore"),
    throatRadius: requireRadius(network, "throat"),
    poreShapeFactor: assume("pore.shape_factor", poreCount, CIRCLE_SHAPE_FACTOR, "that of circles"),
    throatShapeFactor: assume("throat.shape_factor", throatCount, CIRCLE_SHAPE_FACTOR, "that of circles"),
    poreVolume: assume("pore.volume", poreCount, 0, "zero"),
    throatVolume: assume("throat.volume", throatCount, 0, "zero"),
    poreClay: optional("pore.clay_volume"),
    throatClay: optional("throat.clay_volume"),
    conduitLengths: conduitLengths ?? giveAllToThroat(total),
    totalLength: total,
    touchesInlet: network.get("pore.touches_inlet") ?? markEnds(network, INLET_RESERVOIR),
    touchesOutlet: network.get("pore.touches_outlet") ?? markEnds(network, OUTLET_RESERVOIR),
  };
}

function* printLink1(c: Columns): Generator<string> {
  const count = c.conns.length / 2;
  yield `${count}\n`;
  for (let k = 0; k < count; k++) {
    yield `${printEnds(c, k)} ${c.throatRadius[k]} ${c.throatShapeFactor[k]} ${c.totalLength[k]}\n`;
  }
}

function* printLink2(c: Columns): Generator<string> {
  for (let k = 0; k < c.conns.length / 2; k++) {
    const lengths = `${c.conduitLengths[3 * k]} ${c.conduitLengths[3 * k + 2]} ${c.conduitLengths[3 * k + 1]}`;
    const clay = c.throatClay ? ` ${c.throatClay[k]}` : "";
    yield `${printEnds(c, k)} ${lengths} ${c.throatVolume[k]}${clay}\n`;
  }
}

function* printNode1(c: Columns): Generator<string> {
  const poreCount = c.coords.length / 3;
  const { starts, links } = listLinks(c.conns, poreCount);
  yield `${poreCount} ${c.size.join(" ")}\n`;
  for (let i = 0; i < poreCount; i++) {
    let neighbours = "";
    let ownLinks = "";
    for (let k = starts[i]!; k < starts[i + 1]!; k++) {
      const link = links[k]!;
      const other = c.conns[2 * link] === i ? c.conns[2 * link + 1]! : c.conns[2 * link]!;
      neighbours += ` ${printEnd(other)}`;
      ownLinks += ` ${link + 1}`;
    }
    const place = `${c.coords[3 * i]} ${c.coords[3 * i + 1]} ${c.coords[3 * i + 2]}`;
    const flags = `${c.touchesInlet[i]} ${c.touchesOutlet[i]}`;
    yield `${i + 1} ${place} ${starts[i + 1]! - starts[i]!}${neighbours} ${flags}${ownLinks}\n`;
  }
}

function* printNode2(c: Columns): Generator<string> {
  for (let i = 0; i < c.poreVolume.length; i++) {
    const clay = c.poreClay ? ` ${c.poreClay[i]}` : "";
    yield `${i + 1} ${c.poreVolume[i]} ${c.poreRadius[i]} ${c.poreShapeFactor[i]}${clay}\n`;
  }
}

function printEnds(c: Columns, link: number): string {
  return `${link + 1} ${printEnd(c.conns[2 * link]!)} ${printEnd(c.conns[2 * link + 1]!)}`;
}

function printEnd(end: number): string {
  if (end === INLET_RESERVOIR) return "-1";
  return end === OUTLET_RESERVOIR ? "0" : String(end + 1);
}

function requireRadius(network: PoreNetwork, kind: "pore" | "throat"): Float64Array {
  const radius = findRadius(network, kind);
  if (radius) return radius;
  throw new NetworkError(
    `The network "${network.name}" has no ${kind}.radius, which Statoil files need.`,
    `Set ${kind}.radius or ${kind}.diameter, or write JSON or CSV.`,
  );
}

function fitBox(network: PoreNetwork, onNote: NoteListener): Pick<Columns, "coords" | "size"> {
  const { coords, box } = network;
  const origin: [number, number, number] = [0, 0, 0];
  let size: [number, number, number] = [1, 1, 1];
  if (box) {
    origin.splice(0, 3, ...box.origin);
    size = [...box.size];
  } else {
    onNote("The network has no box: the extent of the pores is written.");
    for (let axis = 0; axis < 3; axis++) {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (let k = axis; k < coords.length; k += 3) {
        low = Math.min(low, coords[k]!);
        high = Math.max(high, coords[k]!);
      }
      if (low < high) {
        origin[axis] = low;
        size[axis] = high - low;
      }
    }
  }
  if (origin.every((x) => x === 0)) return { coords, size };
  return { coords: coords.map((x, k) => x - origin[k % 3]!), size };
}

/** Distance between pore centres [m]; zero at a reservoir. */
function measureThroats({ coords, conns, throatCount }: PoreNetwork): Float64Array {
  const lengths = new Float64Array(throatCount);
  for (let e = 0; e < throatCount; e++) {
    const i = 3 * conns[2 * e]!;
    const j = 3 * conns[2 * e + 1]!;
    if (i < 0 || j < 0) continue;
    lengths[e] = Math.hypot(
      coords[j]! - coords[i]!,
      coords[j + 1]! - coords[i + 1]!,
      coords[j + 2]! - coords[i + 2]!,
    );
  }
  return lengths;
}

function sumRows(rows: Float64Array): Float64Array {
  const sums = new Float64Array(rows.length / 3);
  for (let k = 0; k < sums.length; k++) sums[k] = rows[3 * k]! + rows[3 * k + 1]! + rows[3 * k + 2]!;
  return sums;
}

function giveAllToThroat(total: Float64Array): Float64Array {
  const lengths = new Float64Array(3 * total.length);
  for (let k = 0; k < total.length; k++) lengths[3 * k + 1] = total[k]!;
  return lengths;
}

/** Pores with a throat into the reservoir. */
function markEnds({ conns, poreCount }: PoreNetwork, reservoir: number): Uint8Array {
  const marked = new Uint8Array(poreCount);
  for (let k = 0; k < conns.length; k++) {
    if (conns[k] === reservoir && conns[k ^ 1]! >= 0) marked[conns[k ^ 1]!] = 1;
  }
  return marked;
}

/** The links of pore i are `links[starts[i] .. starts[i + 1])`. */
function listLinks(conns: Int32Array, poreCount: number): { starts: Int32Array; links: Int32Array } {
  const degrees = countLinks(conns, poreCount);
  const starts = new Int32Array(poreCount + 1);
  for (let i = 0; i < poreCount; i++) starts[i + 1] = starts[i]! + degrees[i]!;
  const next = starts.slice();
  const links = new Int32Array(starts[poreCount]!);
  for (let k = 0; k < conns.length; k++) {
    const pore = conns[k]!;
    const repeated = (k & 1) === 1 && conns[k - 1] === pore;
    if (pore >= 0 && !repeated) links[next[pore]!++] = k >> 1;
  }
  return { starts, links };
}
