/**
 * Networks in JSON Graph Format as OpenPNM and its relatives write them:
 * `graph.nodes[]: { id, metadata: { node_coordinates: { x, y, z }, node_squared_radius } }`,
 * `graph.edges[]: { id, source, target, metadata: { link_length, link_squared_radius } }`.
 * Lengths have the file's unit, which is often the voxel.
 */
import { FormatError } from "../errors.ts";
import { PoreNetwork, type PropertyArray } from "../network/pore-network.ts";
import { ARRAY_START, type JsonReader, NUMBER, OBJECT_START, STRING } from "./json-reader.ts";
import { NumberColumn } from "./number-column.ts";

/** Columns of numbers, one row a node or an edge, NaN where a row has no such field. */
class Rows {
  count = 0;
  readonly columns: NumberColumn[];
  readonly #row: Float64Array;

  constructor(readonly fields: readonly string[]) {
    this.columns = fields.map(() => new NumberColumn());
    this.#row = new Float64Array(fields.length).fill(Number.NaN);
  }

  set(field: string, value: number): void {
    const k = this.fields.indexOf(field);
    if (k >= 0) this.#row[k] = value;
  }

  endRow(): void {
    for (let k = 0; k < this.columns.length; k++) this.columns[k]!.push(this.#row[k]!);
    this.#row.fill(Number.NaN);
    this.count++;
  }
}

/** Reads the value of `graph`, whose `{` was read. */
export async function readJsonGraph(json: JsonReader, name: string): Promise<PoreNetwork> {
  const nodes = new Rows(["id", "x", "y", "z", "node_squared_radius"]);
  const edges = new Rows(["source", "target", "link_length", "link_squared_radius"]);
  await json.eachMember(async (key) => {
    const kind = await json.next();
    if (key === "nodes" || key === "edges") {
      if (kind !== ARRAY_START) throw json.fault(`an array of ${key}`, kind);
      await readRows(json, key === "nodes" ? nodes : edges);
    } else {
      await json.skip(kind);
    }
  });
  return buildNetwork(json.name, name, nodes, edges);
}

async function readRows(json: JsonReader, rows: Rows): Promise<void> {
  const readFields = (): Promise<void> =>
    json.eachMember(async (key) => {
      const kind = await json.next();
      if (kind === OBJECT_START) await readFields();
      else if (kind === NUMBER) rows.set(key, json.number);
      else if (kind === STRING) rows.set(key, json.string.trim() === "" ? Number.NaN : Number(json.string));
      else await json.skip(kind);
    });
  await json.eachElement(async (kind) => {
    if (kind !== OBJECT_START) throw json.fault("{", kind);
    await readFields();
    rows.endRow();
  });
}

function buildNetwork(file: string, name: string, nodes: Rows, edges: Rows): PoreNetwork {
  const [ids, x, y, z, squaredRadius] = nodes.columns.map((column) => column.take(Float64Array)) as Five;
  const [source, target, length, throatSquaredRadius] = edges.columns.map((c) =>
    c.take(Float64Array),
  ) as Five;
  const order = orderById(file, ids);
  const coords = new Float64Array(3 * order.length);
  for (let i = 0; i < order.length; i++) coords.set([x[order[i]!]!, y[order[i]!]!, z[order[i]!]!], 3 * i);
  const missing = coords.findIndex(Number.isNaN);
  if (missing >= 0) {
    throw new FormatError(
      file,
      undefined,
      "node_coordinates x, y, z of every node",
      `none at node ${Math.floor(missing / 3)}`,
    );
  }
  const poreOf = (id: number, edge: number): number => {
    const pore = binarySearch(ids, order, id);
    if (pore < 0)
      throw new FormatError(
        file,
        undefined,
        "edges between nodes of the graph",
        `node ${id} at edge ${edge}`,
      );
    return pore;
  };
  const conns = Int32Array.from({ length: 2 * edges.count }, (_, k) =>
    poreOf((k & 1 ? target : source)[k >> 1]!, k >> 1),
  );
  const properties: [string, PropertyArray][] = [
    ["pore.radius", Float64Array.from(order, (row) => Math.sqrt(squaredRadius[row]!))],
    ["throat.radius", throatSquaredRadius.map(Math.sqrt)],
    ["throat.length", length],
  ];
  // A field that no row has is no property.
  return new PoreNetwork({
    name,
    coords,
    conns,
    properties: properties.filter(([, v]) => !v.every(Number.isNaN)),
  });
}

type Five = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];

/** Rows in the order of their ids, as OpenPNM takes them. */
function orderById(file: string, ids: Float64Array): Int32Array {
  const order = Int32Array.from(ids.keys()).sort((a, b) => ids[a]! - ids[b]!);
  for (let i = 0; i < order.length; i++) {
    const id = ids[order[i]!]!;
    if (Number.isNaN(id) || (i > 0 && id === ids[order[i - 1]!])) {
      throw new FormatError(file, undefined, "numbers as ids, each once", `${id} at node ${order[i]}`);
    }
  }
  return order;
}

/** The place in `order` of the row with this id; -1 when there is none. */
function binarySearch(ids: Float64Array, order: Int32Array, id: number): number {
  let low = 0;
  let high = order.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = ids[order[middle]!]!;
    if (found === id) return middle;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
