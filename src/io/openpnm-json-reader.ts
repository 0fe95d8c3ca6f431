/**
 * Reads networks in OpenPNM's and PoreSpy's dictionary form as JSON: `pore.*` and `throat.*` arrays at the
 * top or nested in objects, and networks in JSON Graph Format (jsongraphformat.info).
 */
import { FormatError } from "../errors.ts";
import type { Box, PoreNetwork } from "../network/pore-network.ts";
import type { ByteSource } from "./byte-source.ts";
import { readJsonArray } from "./json-array.ts";
import { readJsonGraph } from "./json-graph-reader.ts";
import { ARRAY_START, END, JsonReader, NUMBER, OBJECT_START, STRING } from "./json-reader.ts";
import { type Column, NetworkColumns, splitPropertyName } from "./network-columns.ts";

/** First byte of a Python pickle of protocol 2 and later. */
const PICKLE = 0x80;

/** How to get a readable file out of OpenPNM. */
export const EXPORT_JSON_REMEDY =
  "In Python: import json, openpnm; net = openpnm.Workspace().load_project('file.pnm').network; " +
  "json.dump({key: net[key].tolist() for key in net.keys()}, open('network.json', 'w')).";

interface Facts {
  name?: string;
  box?: Box;
  voxelSize?: number;
  derived: Set<string>;
}

/**
 * Reads a network from JSON.
 *
 * Numbers become Float64Array, booleans Uint8Array, `throat.conns` Int32Array; arrays of strings and
 * unknown keys are passed over. Beside the properties the top level may hold `name`, `box`
 * (`{ origin, size }` or three lengths) [m] and `voxel_size` [m]. Boundary pores that `writeOpenpnmJson`
 * made become reservoirs again. Where a file holds several objects, the one with `pore.coords` is read.
 *
 * @throws {FormatError} when the file is no JSON, has no network, or its arrays do not fit each other.
 * @example
 * ```ts
 * const network = await readOpenpnmJson({ name: "net.json", bytes: createReadStream("net.json") });
 * ```
 */
export async function readOpenpnmJson(
  source: ByteSource,
  options: { readonly name?: string } = {},
): Promise<PoreNetwork> {
  const json = new JsonReader(source);
  const columns = new NetworkColumns(source.name);
  const facts: Facts = { derived: new Set() };
  let graph: PoreNetwork | undefined;
  try {
    if ((await json.peekByte()) === PICKLE) throw refusePickle(source.name);
    await json.expect(OBJECT_START, "{, an object with pore.* and throat.* arrays");
    await json.eachMember(async (key) => {
      const kind = await json.next();
      if (key === "graph" && kind === OBJECT_START)
        graph = await readJsonGraph(json, networkName(source.name));
      else if (!(await readFact(json, key, kind, facts))) await readValue(json, key, kind, columns);
    });
    await json.expect(END, "the end of the file after }");
  } finally {
    await json.close();
  }
  if (graph) return options.name === undefined ? graph : graph.with([], { name: options.name });
  const name = options.name ?? facts.name ?? networkName(source.name);
  return columns.build({ ...facts, name }, facts.derived);
}

/** A `.pnm` file is a Python pickle: reading one means to run it. */
export function refusePickle(file: string): FormatError {
  return new FormatError(file, undefined, "JSON", "a Python pickle", EXPORT_JSON_REMEDY);
}

function networkName(fileName: string): string {
  return fileName.replace(/^.*[/\\]/, "").replace(/\.json$/i, "");
}

async function readValue(
  json: JsonReader,
  path: string,
  kind: number,
  columns: NetworkColumns,
): Promise<void> {
  const property = splitPropertyName(path);
  if (kind === OBJECT_START) {
    await json.eachMember(async (key) => readValue(json, `${path}.${key}`, await json.next(), columns));
  } else if (kind === ARRAY_START && property) {
    const column = await readJsonArray(json, property.name);
    if (column) columns.add(property.owner, property.name, column);
  } else {
    await json.skip(kind);
  }
}

/** Takes what the file says of itself; false when the key is none of these. */
async function readFact(json: JsonReader, key: string, kind: number, facts: Facts): Promise<boolean> {
  if (key === "name" && kind === STRING) facts.name = json.string;
  else if (key === "voxel_size" && kind === NUMBER) facts.voxelSize = json.number;
  else if (key === "derived" && kind === ARRAY_START) {
    await json.eachElement(async (element) => {
      if (element === STRING) facts.derived.add(json.string);
      else await json.skip(element);
    });
  } else if (key === "box" && (kind === ARRAY_START || kind === OBJECT_START)) {
    facts.box = await readBox(json, kind);
  } else return false;
  return true;
}

async function readBox(json: JsonReader, kind: number): Promise<Box> {
  if (kind === ARRAY_START) return { origin: [0, 0, 0], size: await readTriple(json, "box") };
  let origin: Box["origin"] = [0, 0, 0];
  let size: Box["size"] | undefined;
  await json.eachMember(async (key) => {
    const element = await json.next();
    if (element === ARRAY_START && key === "origin") origin = await readTriple(json, "box.origin");
    else if (element === ARRAY_START && key === "size") size = await readTriple(json, "box.size");
    else await json.skip(element);
  });
  if (size) return { origin, size };
  throw new FormatError(json.name, json.line, "box.size: three lengths [m]", "none");
}

async function readTriple(json: JsonReader, name: string): Promise<[number, number, number]> {
  const column: Column | undefined = await readJsonArray(json, name);
  if (column?.values.length === 3) return [...column.values] as [number, number, number];
  throw new FormatError(json.name, json.line, `three numbers in ${name}`, `${column?.values.length ?? 0}`);
}
