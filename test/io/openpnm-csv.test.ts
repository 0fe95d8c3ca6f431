import { expect, test } from "vitest";
import { FormatError } from "../../src/errors.ts";
import { readOpenpnmCsv } from "../../src/io/csv-reader.ts";
import { writeOpenpnmCsv, writeResultCsv } from "../../src/io/csv-writer.ts";
import { PoreNetwork } from "../../src/network/pore-network.ts";
import { expectSameNetwork, inPieces, makeNetwork, source, toText } from "./helpers.ts";

// As pandas prints it: throats first, an index column without a name, a column of words.
const PANDAS = `,throat.conns[0],throat.conns[1],throat.open,pore.coords[0],pore.coords[1],pore.coords[2],pore.size,note,pore.left
0,0,1,True,0.0,0.5,0.25,1e-05,"a, b",TRUE
1,1,2,False,1.0,0.5,0.25,,c,f
2,2,3,True,2.0,0.5,0.25,3e-05,,False
3,3,0,True,3.0,0.5,0.25,,,T
4,0,2,False,,,,,,
`;

const read = (text: string) => readOpenpnmCsv(source("net.csv", text));

test("what pandas writes is read, wherever chunks break", async () => {
  for (const length of [undefined, 1, 13, 64]) {
    const whole = source("dir/net.csv", PANDAS.replaceAll("\n", "\r\n"));
    const network = await readOpenpnmCsv(length ? inPieces(whole, length) : whole);
    expect(network.name).toBe("net");
    expect([...network.conns]).toEqual([0, 1, 1, 2, 2, 3, 3, 0, 0, 2]);
    expect([...network.coords.slice(6)]).toEqual([2, 0.5, 0.25, 3, 0.5, 0.25]);
    expect(network.get("throat.open")).toEqual(Uint8Array.of(1, 0, 1, 1, 0));
    expect(network.get("pore.left")).toEqual(Uint8Array.of(1, 0, 0, 1));
    expect(network.get("pore.size")).toEqual(Float64Array.of(1e-5, Number.NaN, 3e-5, Number.NaN));
    expect(network.has("note")).toBe(false);
  }
});

test("a project's columns carry its objects' names; the network's are read", async () => {
  const names = "net_01.pore.coords[0],net_01.pore.coords[1],net_01.pore.coords[2]";
  const network = await read(`${names},phase_01.pore.pressure,net_01.throat.conns[0],net_01.throat.conns[1]
0,0,0,101325,0,1
1,0,0,101325,,
`);
  expect(network.propertyNames).toEqual(["pore.coords", "throat.conns"]);
});

test("write, then read, gives the network and OpenPNM's names beside", async () => {
  const made = makeNetwork().with([
    ["pore.left", Uint8Array.from({ length: 37 }, (_, i) => i % 2)],
    [
      "pore.odd",
      Float64Array.from({ length: 37 }, (_, i) => [Number.NaN, 1 / 0, -1 / 0, -0, 5e-324][i % 5]!),
    ],
  ]);
  const text = toText(writeOpenpnmCsv(made));
  const facts = { name: "again", box: made.box };
  const again = await readOpenpnmCsv(inPieces(source("a.csv", text), 777), facts);
  const twice = (radius: Float64Array) => radius.map((r) => 2 * r);
  const length = made.numbers("throat.conduit_lengths").filter((_, k) => k % 3 === 1);
  const expected = made.with([
    ["pore.diameter", twice(made.numbers("pore.radius"))],
    ["throat.diameter", twice(made.numbers("throat.radius"))],
    ["throat.length", length],
  ]);
  expectSameNetwork(again, expected);
  expect(again.name).toBe("again");
  // Once the names are there, nothing is added.
  expectSameNetwork(await readOpenpnmCsv(source("b.csv", toText(writeOpenpnmCsv(again))), facts), expected);
});

test("the table is rectangular, vectors are split, labels are words", () => {
  const lines = toText(writeOpenpnmCsv(makeNetwork())).trim().split("\n");
  const header = lines[0]!.split(",");
  expect(header.slice(0, 5)).toEqual([
    "pore.coords[0]",
    "pore.coords[1]",
    "pore.coords[2]",
    "throat.conns[0]",
    "throat.conns[1]",
  ]);
  expect(header).toContain("throat.conduit_lengths[2]");
  for (const line of lines) expect(line.split(",").length).toBe(header.length);
  expect(lines[1]!.split(",")[header.indexOf("pore.touches_inlet")]).toBe("True");
  expect(lines.at(-1)!.startsWith(",,,")).toBe(true);
});

test("a network without throats", async () => {
  const lonely = new PoreNetwork({ coords: Float64Array.of(1, 2, 3), conns: new Int32Array(0) });
  expectSameNetwork(await read(toText(writeOpenpnmCsv(lonely))), lonely);
});

test.each<[string, string | RegExp, string, string]>([
  [
    "cut in a line",
    /0.25,3e-05[\s\S]*/,
    "0.25",
    "net.csv:4: expected 10 columns, as the header has, found 7",
  ],
  ["a cell too many", "TRUE\n", "TRUE,7\n", "net.csv:2: expected 10 columns, as the header has, found more"],
  ["a word", "3e-05", "wide", 'net.csv:4: expected a number in column pore.size, found "wide"'],
  [
    "a number among labels",
    "2,False,1.0",
    "2,0,1.0",
    'net.csv:3: expected True or False in column throat.open, found "0"',
  ],
  [
    "a pore too many",
    "\n3,3,0",
    "\n3,4,0",
    "expected pores from 0 to 3 in throat.conns, found 4 at throat 3",
  ],
  [
    "a coordinate lost",
    "2,2,3,True,2.0",
    "2,2,3,True,",
    "net.csv:5: expected column pore.coords[0] without gaps",
  ],
  [
    "a short column",
    "\n3,3,0,True,3.0",
    "\n3,3,0,True,",
    "pore.coords[2] of one length, found lengths 3, 4, 4",
  ],
  ["no throats", /throat/g, "edge", "expected throat.conns, found none"],
  ["no pores", /pore\.coords/g, "pore.places", "expected pore.coords"],
  ["a component lost", "pore.coords[2]", "pore.height", "expected pore.coords in rows of 3, found rows of 2"],
  [
    "a column twice",
    "pore.coords[2]",
    "pore.coords[1]",
    "net.csv:1: expected each column once, found pore.coords[1] again",
  ],
  [
    "a wrong component",
    "pore.coords[2]",
    "pore.coords[3]",
    "expected columns [0] to [2] of pore.coords, found pore.coords[3]",
  ],
  ["semicolons", /,/g, ";", "Separate the columns by commas."],
  ["nothing", /[\s\S]*/, "", "net.csv:1: expected a header"],
  ["a label lost", ",FALSE\n", ",\n", "net.csv:5: expected column pore.left without gaps"],
  [
    "values past the last pore",
    "4,0,2,False,,,,,,",
    "4,0,2,False,,,,7,,",
    "expected 4 values in column pore.size, found 5",
  ],
])("malformed: %s", async (_, from, to, message) => {
  const text = PANDAS.replace(",False\n3", ",FALSE\n3");
  const broken = text.replace(from, to);
  expect(broken).not.toBe(text);
  const fault = await read(broken).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(FormatError);
  expect((fault as FormatError).message).toContain(message);
});

test("results are columns of numbers", () => {
  const text = toText(
    writeResultCsv({
      pore: Int32Array.of(0, 1, 2),
      "pressure [Pa]": Float64Array.of(1 / 3, Number.NaN, -1 / 0),
      'flow, "total"': [0.1],
    }),
  );
  expect(text).toBe('pore,pressure [Pa],"flow, ""total"""\n0,0.3333333333333333,0.1\n1,nan,\n2,-inf,\n');
  expect(toText(writeResultCsv({ empty: [] }))).toBe("empty\n");
});
