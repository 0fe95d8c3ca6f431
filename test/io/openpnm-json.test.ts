import { expect, test } from "vitest";
import { FormatError } from "../../src/errors.ts";
import { readOpenpnmJson } from "../../src/io/openpnm-json-reader.ts";
import { writeOpenpnmJson } from "../../src/io/openpnm-json-writer.ts";
import { PoreNetwork } from "../../src/network/pore-network.ts";
import { expectSameNetwork, inPieces, makeNetwork, source, toText } from "./helpers.ts";

const COORDS = "[[0, 0, 0], [1e-5, 0, 0], [2.5e-5, 1e-6, 0]]";
const CONNS = "[[0, 1], [1, 2]]";
const PLAIN = `{"pore.coords": ${COORDS},
 "throat.conns": ${CONNS},
 "pore.left": [true, false, false], "throat.area": [[1.5], [2.5]],
 "pore.diameter": [1, 2e0, null], "pore.tensor": [[[1, 2], [3, 4]], [[5, 6], [7, 8]], [[9, 10], [11, 12]]]
}`;

const read = (text: string) => readOpenpnmJson(source("net.json", text));

async function faultOf(text: string): Promise<FormatError> {
  const fault = await read(text).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(FormatError);
  return fault as FormatError;
}

test("a flat dictionary is read, wherever chunks break", async () => {
  for (const length of [undefined, 1, 2, 5, 100]) {
    const whole = source("net.json", PLAIN);
    const network = await readOpenpnmJson(length ? inPieces(whole, length) : whole);
    expect(network.name).toBe("net");
    expect([...network.coords]).toEqual([0, 0, 0, 1e-5, 0, 0, 2.5e-5, 1e-6, 0]);
    expect(network.conns).toEqual(Int32Array.of(0, 1, 1, 2));
    expect(network.get("pore.left")).toEqual(Uint8Array.of(1, 0, 0));
    expect(network.get("throat.area")).toEqual(Float64Array.of(1.5, 2.5));
    expect(network.get("pore.diameter")).toEqual(Float64Array.of(1, 2, Number.NaN));
    expect(network.numbers("pore.tensor").length).toBe(12);
  }
});

test("nested exports are read, phases and unknown keys passed over", async () => {
  const byObject = await read(`{
    "phase_01": {"pore.pressure": [1, 2, 3], "pore.all": [true, true, true]},
    "net_01": {"pore.coords": ${COORDS}, "throat.conns": ${CONNS}, "pore.all": [true, true, true],
               "pore.names": ["a", "b", ["c"]], "pore.models": [{"a": [1]}], "settings": {"a": {"b": null}}},
    "version": "3.4", "list": [1, "a", {}], "nothing": null, "flag": false}`);
  expect(byObject.propertyNames).toEqual(["pore.coords", "throat.conns", "pore.all"]);

  const split = await read(`{"network": {"net_01": {
    "properties": {"pore": {"coords": ${COORDS}}, "throat": {"conns": ${CONNS}}},
    "labels": {"pore": {"left": [true, false, false]}}}}}`);
  expect(split.get("pore.left")).toEqual(Uint8Array.of(1, 0, 0));

  const piped = await read(`{"net_01 | pore.coords": ${COORDS}, "net_01 | throat.conns": ${CONNS}}`);
  expect(piped.throatCount).toBe(2);
});

test("name, box and voxel size stand at the top", async () => {
  const facts = `"name": "caf\\u00e9 \\"A\\" ☕", "voxel_size": 2e-6`;
  const network = await read(
    `{${facts}, "box": [1, 2, 3], "pore.coords": ${COORDS}, "throat.conns": ${CONNS}}`,
  );
  expect(network.name).toBe('café "A" ☕');
  expect(network.voxelSize).toBe(2e-6);
  expect(network.box).toEqual({ origin: [0, 0, 0], size: [1, 2, 3] });
});

test("write, then read, is the identity to the last bit", async () => {
  const made = makeNetwork().with(
    [
      ["pore.inlet", Uint8Array.from({ length: 37 }, (_, i) => i % 2)],
      [
        "pore.odd",
        Float64Array.from({ length: 37 }, (_, i) => [Number.NaN, 1 / 0, -1 / 0, -0, 5e-324][i % 5]!),
      ],
    ],
    { voxelSize: 5.345e-6 },
  );
  const text = toText(writeOpenpnmJson(made));
  expectSameNetwork(await readOpenpnmJson(inPieces(source("a.json", text), 999)), made);
  expect((await read(text)).name).toBe("made in the test");
});

test("what is written is JSON by the letter, under OpenPNM's names", () => {
  const made = makeNetwork();
  const written = JSON.parse(toText(writeOpenpnmJson(made))) as Record<string, unknown[]>;
  const ends = made.conns.filter((end) => end < 0).length;
  expect(ends).toBe(4);
  expect(written["pore.coords"]).toHaveLength(made.poreCount + ends);
  expect(written["throat.conns"]).toHaveLength(made.throatCount);
  expect((written["throat.conns"]!.flat() as number[]).every((end) => end >= 0)).toBe(true);
  const radius = written["pore.radius"] as number[];
  expect(written["pore.diameter"]).toEqual(radius.map((r) => 2 * r));
  const conduits = written["throat.conduit_lengths"] as number[][];
  expect(conduits.every((row) => row.length === 3)).toBe(true);
  expect(written["throat.length"]).toEqual(conduits.map((row) => row[1]));
  expect(written["pore.reservoir"]!.filter(Boolean)).toHaveLength(ends);
  expect(written.derived).toEqual(["pore.diameter", "throat.diameter", "throat.length"]);
});

test("a network without throats, and one without pores", async () => {
  const lonely = new PoreNetwork({ coords: Float64Array.of(1, 2, 3), conns: new Int32Array(0) });
  expectSameNetwork(await read(toText(writeOpenpnmJson(lonely))), lonely);
  const empty = new PoreNetwork({ coords: new Float64Array(0), conns: new Int32Array(0) });
  expectSameNetwork(await read(toText(writeOpenpnmJson(empty))), empty);
});

test("JSON Graph Format is read, nodes in the order of their ids", async () => {
  const node = (id: number, x: number, squaredRadius: number) =>
    `{"id": "${id}", "metadata": {"node_squared_radius": ${squaredRadius}, "node_coordinates": {"x": ${x}, "y": 1, "z": 2}}}`;
  const graph = await read(`{"graph": {"metadata": {"number_of_nodes": 3, "number_of_links": 1},
    "edges": [{"id": "0", "source": "9", "target": "4", "metadata": {"link_length": 7.5, "link_squared_radius": 2.25}}],
    "nodes": [${node(9, 30, 16)}, ${node(4, 10, 9)}, ${node(5, 20, 4)}]}}`);
  expect([...graph.coords]).toEqual([10, 1, 2, 20, 1, 2, 30, 1, 2]);
  expect([...graph.conns]).toEqual([2, 0]);
  expect([...graph.numbers("pore.radius")]).toEqual([3, 2, 4]);
  expect([...graph.numbers("throat.radius")]).toEqual([1.5]);
  expect([...graph.numbers("throat.length")]).toEqual([7.5]);

  const nodes = `"nodes": [${node(1, 0, 1)}]`;
  expect((await faultOf(`{"graph": {${nodes}, "edges": [{"source": 1, "target": 2}]}}`)).message).toContain(
    "node 2",
  );
  expect((await faultOf(`{"graph": {"nodes": [${node(1, 0, 1)}, ${node(1, 0, 1)}]}}`)).expected).toContain(
    "once",
  );
  expect((await faultOf(`{"graph": {"nodes": [{"id": 3}]}}`)).expected).toContain("node_coordinates");
  expect((await faultOf(`{"graph": {"nodes": {"3": {}}}}`)).expected).toContain("an array of nodes");
});

test("a pickle is refused with the way to export JSON", async () => {
  const bytes = Uint8Array.of(0x80, 4, 0x95, 0, 0);
  await expect(readOpenpnmJson({ name: "net.pnm", bytes })).rejects.toThrow(
    /net.pnm: expected JSON.*json\.dump/,
  );
});

test.each<[string, string | RegExp, string, string]>([
  [
    "cut in a number",
    /\[2.5e-5[\s\S]*/,
    "[2.5",
    "net.json:1: expected , or ] in pore.coords, found the end of the file",
  ],
  ["cut in a key", /"throat.conns[\s\S]*/, '"throat.co', "net.json:2: expected the end of a string"],
  ["cut before the end", /\}\s*$/, "", "expected , or }, found the end of the file"],
  [
    "a word in place of a number",
    "2e0",
    '"wide"',
    'net.json:4: expected a number in pore.diameter, found "wide"',
  ],
  ["a bare word", "2e0", "wide", 'expected a JSON value, found "wide"'],
  ["booleans among numbers", "2e0", "true", "expected a number in pore.diameter, found true"],
  [
    "a number among booleans",
    "true, false",
    "true, 0",
    "net.json:3: expected true or false in pore.left, found 0",
  ],
  [
    "a pore too many",
    CONNS,
    "[[0, 1], [1, 3]]",
    "net.json:2: expected pores from 0 to 2 in throat.conns, found 3 at throat 1",
  ],
  ["a reservoir's index", CONNS, "[[0, 1], [1, -1]]", "found -1 at throat 1"],
  ["half a pore", CONNS, "[[0, 1], [1, 1.5]]", "found 1.5 at throat 1"],
  [
    "rows of two coordinates",
    COORDS,
    "[[0, 0], [1, 0], [2, 0]]",
    "expected pore.coords in rows of 3, found rows of 2",
  ],
  ["a ragged row", "[1e-5, 0, 0]", "[1e-5, 0]", "expected 3 values in each row of pore.coords, found 2"],
  ["a value among rows", "[1e-5, 0, 0]", "7", "expected a row of 3 in pore.coords, found 7"],
  ["a row among values", "[1, 2e0", "[1, [2]", "expected a number in pore.diameter, as before, found ["],
  [
    "too few values",
    "[1, 2e0, null]",
    "[1, 2]",
    "net.json:4: expected pore.diameter for 3 pores, found 2 values",
  ],
  ["a missing comma", "1, 2e0", "1 2e0", "expected , or ] in pore.diameter, found 2"],
  ["a comma too many", "2e0, null]", "2e0,]", "expected a value of pore.diameter, found ]"],
  ["the same key twice", '"pore.left"', '"pore.diameter"', "expected pore.diameter once, found it again"],
  ["no throats", '"throat.conns"', '"throat.links"', "expected throat.conns, found none"],
  ["no pores", '"pore.coords"', '"pore.places"', "expected pore.coords, found only pore.places"],
  ["something after the end", /$/, " {}", "expected the end of the file after }, found {"],
  ["a list", /^/, "[", "expected {, an object with pore.* and throat.* arrays, found ["],
  ["a bad escape", '"pore.left"', '"pore\\x"', "expected a string"],
])("malformed: %s", async (_, from, to, message) => {
  const broken = PLAIN.replace(from, to);
  expect(broken).not.toBe(PLAIN);
  expect((await faultOf(broken)).message).toContain(message);
});

test("two networks in one file are refused by name", async () => {
  const net = `{"pore.coords": ${COORDS}, "throat.conns": ${CONNS}}`;
  expect((await faultOf(`{"a": ${net}, "b": ${net}}`)).message).toContain('pore.coords of "a" and "b"');
});
