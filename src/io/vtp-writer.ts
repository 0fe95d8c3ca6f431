/**
 * Writes networks for ParaView: VTK XML PolyData (.vtp), points = pores and boundary pores, lines = throats.
 *
 * Binary arrays stand in an AppendedData section in raw encoding, each after its size in bytes as a
 * little-endian UInt64 (`header_type`); a DataArray's `offset` counts from the byte after the underscore.
 * Source: VTK documentation, XML file formats (docs.vtk.org, vtkxml_file_format).
 */
import { NetworkError } from "../errors.ts";
import { INLET_RESERVOIR, type PoreNetwork } from "../network/pore-network.ts";
import { findRadius } from "./radius.ts";
import { expandReservoirs, findReservoirEnds } from "./reservoirs.ts";
import type { NoteListener } from "./statoil-writer.ts";

/** Values for the pores; where throats open into reservoirs, `inlet` and `outlet` are the values there. */
export interface PoreValues {
  readonly values: ArrayLike<number>;
  /** At the inlet reservoir; without it, the value of the pore that the throat joins. */
  readonly inlet?: number;
  readonly outlet?: number;
}

export interface VtpOptions {
  /** Further arrays a pore by name, as pressures. */
  readonly pointData?: Readonly<Record<string, ArrayLike<number> | PoreValues>>;
  /** Further arrays a throat by name, as flow rates. */
  readonly cellData?: Readonly<Record<string, ArrayLike<number>>>;
  /** Told what was replaced. */
  readonly onNote?: NoteListener;
}

type VtkArray = Float32Array | Uint8Array | Int32Array;

interface DataArray {
  readonly name: string;
  readonly width: number;
  readonly values: VtkArray;
}

const CHUNK_BYTES = 1 << 20;

/**
 * The network as a .vtp file, in chunks of bytes.
 *
 * PointData and CellData hold the network's properties and the arrays given, labels (Uint8Array) as UInt8 and
 * everything else as Float32, and `radius` [m] of pores and of throats: glyphs scale by the points' radius,
 * tubes (Vary Radius: By Absolute Scalar) by it along each throat, or by the throats' own after Cell Data to
 * Point Data. Numbers that are not finite in Float32 are written as 0 and told to `onNote`.
 *
 * @throws {NetworkError} when an array given does not fit the network.
 * @example
 * ```ts
 * const chunks = writeVtp(network, {
 *   pointData: { pressure: { values: pressures, inlet: 1, outlet: 0 } },
 *   cellData: { flow: throatFlows },
 * });
 * ```
 */
export function writeVtp(network: PoreNetwork, options: VtpOptions = {}): Iterable<Uint8Array> {
  const expanded = expandReservoirs(network);
  const onNote = options.onNote ?? (() => {});
  const points: DataArray = {
    name: "Points",
    width: 3,
    values: toFloat32("pore.coords", expanded.coords, onNote),
  };
  const offsets = new Int32Array(expanded.throatCount);
  for (let k = 0; k < offsets.length; k++) offsets[k] = 2 * (k + 1);
  const lines: DataArray[] = [
    { name: "connectivity", width: 1, values: expanded.conns },
    { name: "offsets", width: 1, values: offsets },
  ];
  const pointData = collectProperties(expanded, "pore", onNote);
  const cellData = collectProperties(expanded, "throat", onNote);
  for (const [name, given] of Object.entries(options.pointData ?? {})) {
    const { values, ...ends } =
      "values" in given && !ArrayBuffer.isView(given) && !Array.isArray(given)
        ? (given as PoreValues)
        : { values: given as ArrayLike<number> };
    checkLength(name, values, network.poreCount, "pores");
    replace(pointData, toDataArray(name, addReservoirs(network, values, ends), expanded.poreCount, onNote));
  }
  for (const [name, values] of Object.entries(options.cellData ?? {})) {
    checkLength(name, values, network.throatCount, "throats");
    replace(cellData, toDataArray(name, values, network.throatCount, onNote));
  }
  return printFile(expanded, points, lines, pointData, cellData);
}

function collectProperties(network: PoreNetwork, kind: "pore" | "throat", onNote: NoteListener): DataArray[] {
  const count = kind === "pore" ? network.poreCount : network.throatCount;
  const radius = findRadius(network, kind);
  const arrays = radius ? [toDataArray("radius", radius, count, onNote)] : [];
  if (!radius)
    onNote(`The network has no ${kind}.radius or ${kind}.diameter: there is no radius to draw it by.`);
  for (const name of network.propertyNames.slice(2)) {
    if (name.startsWith(`${kind}.`)) arrays.push(toDataArray(name, network.get(name)!, count, onNote));
  }
  return arrays;
}

function toDataArray(
  name: string,
  values: ArrayLike<number>,
  count: number,
  onNote: NoteListener,
): DataArray {
  const width = count === 0 ? 1 : values.length / count;
  return { name, width, values: values instanceof Uint8Array ? values : toFloat32(name, values, onNote) };
}

function toFloat32(name: string, values: ArrayLike<number>, onNote: NoteListener): Float32Array {
  const single = new Float32Array(values);
  let replaced = 0;
  for (let k = 0; k < single.length; k++) {
    if (Number.isFinite(single[k])) continue;
    single[k] = 0;
    replaced++;
  }
  if (replaced > 0) onNote(`${replaced} values of ${name} are not finite in float32: 0 is written.`);
  return single;
}

/** The values of the pores, then those of the boundary pores. */
function addReservoirs(
  network: PoreNetwork,
  values: ArrayLike<number>,
  at: { readonly inlet?: number; readonly outlet?: number },
): ArrayLike<number> {
  const ends = findReservoirEnds(network.conns);
  if (ends.length === 0) return values;
  const { poreCount, conns } = network;
  const width = values.length / poreCount;
  const Kind = values instanceof Uint8Array ? Uint8Array : Float64Array;
  const extended = new Kind(width * (poreCount + ends.length));
  extended.set(values);
  for (let e = 0; e < ends.length; e++) {
    const joined = conns[ends[e]! ^ 1]!;
    const held = conns[ends[e]!] === INLET_RESERVOIR ? at.inlet : at.outlet;
    for (let w = 0; w < width; w++) {
      extended[(poreCount + e) * width + w] = held ?? (joined >= 0 ? values[joined * width + w]! : 0);
    }
  }
  return extended;
}

function checkLength(name: string, values: ArrayLike<number>, count: number, things: string): void {
  const width = count === 0 ? 1 : values.length / count;
  if (Number.isInteger(width) && (width >= 1 || values.length === count)) return;
  throw new NetworkError(
    `${name} holds ${values.length} values for ${count} ${things}.`,
    "Give one value for each.",
  );
}

/** An array given takes the place of a property of its name. */
function replace(arrays: DataArray[], array: DataArray): void {
  const at = arrays.findIndex(({ name }) => name === array.name);
  if (at < 0) arrays.push(array);
  else arrays[at] = array;
}

function* printFile(
  network: PoreNetwork,
  points: DataArray,
  lines: DataArray[],
  pointData: DataArray[],
  cellData: DataArray[],
): Generator<Uint8Array, void, undefined> {
  let offset = 0;
  const print = (array: DataArray): string => {
    const type =
      array.values instanceof Float32Array
        ? "Float32"
        : array.values instanceof Int32Array
          ? "Int32"
          : "UInt8";
    const at = offset;
    offset += 8 + array.values.byteLength;
    return `<DataArray type="${type}" Name="${escapeXml(array.name)}" NumberOfComponents="${array.width}" format="appended" offset="${at}"/>`;
  };
  const section = (tag: string, arrays: DataArray[], attributes = "") =>
    [`<${tag}${attributes}>`, ...arrays.map(print), `</${tag}>`].join("\n");
  const scalars = (arrays: DataArray[]) =>
    arrays.some(({ name }) => name === "radius") ? ' Scalars="radius"' : "";
  const text = [
    '<?xml version="1.0"?>',
    '<VTKFile type="PolyData" version="1.0" byte_order="LittleEndian" header_type="UInt64">',
    "<PolyData>",
    `<Piece NumberOfPoints="${network.poreCount}" NumberOfVerts="0" NumberOfLines="${network.throatCount}" NumberOfStrips="0" NumberOfPolys="0">`,
    section("Points", [points]),
    section("Lines", lines),
    section("PointData", pointData, scalars(pointData)),
    section("CellData", cellData, scalars(cellData)),
    "</Piece>",
    "</PolyData>",
    '<AppendedData encoding="raw">\n_',
  ].join("\n");
  yield new TextEncoder().encode(text);
  for (const array of [points, ...lines, ...pointData, ...cellData]) yield* printArray(array.values);
  yield new TextEncoder().encode("\n</AppendedData>\n</VTKFile>\n");
}

/** Size and bytes of an array, in slices; all machines that run WebGPU are little-endian. */
function* printArray(values: VtkArray): Generator<Uint8Array, void, undefined> {
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(values.byteLength), true);
  yield size;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let k = 0; k < bytes.length; k += CHUNK_BYTES) yield bytes.slice(k, k + CHUNK_BYTES);
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
