import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FormatError, NetworkError } from "../../src/errors.ts";
import { readStatoil, type StatoilFile } from "../../src/io/statoil-reader.ts";
import { writeStatoil } from "../../src/io/statoil-writer.ts";
import { INLET_RESERVOIR, OUTLET_RESERVOIR, PoreNetwork } from "../../src/network/pore-network.ts";
import { expectSameNetwork, inPieces, makeNetwork, makeRandom, source, toText } from "./helpers.ts";

type Texts = Record<StatoilFile, string>;

const FILES: StatoilFile[] = ["link1", "link2", "node1", "node2"];

// Three pores in a row between the reservoirs and one without links; rows out of order, styles mixed.
const SMALL: Texts = {
  link1: `  4
   2   1   2  2.0E-006  3.0E-002  2.0D-005
   1  -1   1  1.5e-6\t0.031 +1e-05\r
   4   3   0  2.5e-6 0.04 1e-5
   3   3   2  1e-6   0.0625 2.1e-5
`,
  link2: `   1  -1   1  0        4e-6  6e-6  1e-16 0
   2   1   2  5e-6     6e-6  9e-6  2e-16 1e-18
   3   3   2  4e-6     3e-6  1e-5  3e-16 0

   4   3   0  2e-6     0e0   8e-6  4e-16 0
`,
  node1: `4  6e-5  4E-5  5e-005
   1 1e-5 2e-5 2.5e-5  2  -1 2  1 0  1 2
   3 5e-5 2e-5 2.5e-5  2\t2\t0\t0\t1\t3\t4
   2 3e-5 1e-5 2.0e-5  2  1 3  0 0  2 3
   4 1e-6 1e-6 1e-6 0 0 0
`,
  node2: `1 1e-14 3e-6 0.03 0
2 2e-14 4e-6 0.04 1e-17
3 3e-14 5e-6 0.05 0
4 4e-14 6e-6 0.06 0
`,
};

function read(texts: Texts, pieceLength?: number): Promise<PoreNetwork> {
  const open = (file: StatoilFile) => {
    const whole = source(`rock_${file}.dat`, texts[file]);
    return pieceLength ? inPieces(whole, pieceLength) : whole;
  };
  return readStatoil({
    link1: open("link1"),
    link2: open("link2"),
    node1: open("node1"),
    node2: open("node2"),
  });
}

function readBerea(): Promise<PoreNetwork> {
  const open = (file: StatoilFile) => {
    const path = new URL(`../../examples/data/berea_${file}.dat`, import.meta.url);
    return { name: `examples/data/berea_${file}.dat`, bytes: readFileSync(path) };
  };
  return readStatoil({
    link1: open("link1"),
    link2: open("link2"),
    node1: open("node1"),
    node2: open("node2"),
  });
}

function print(network: PoreNetwork): Texts {
  const files = writeStatoil(network);
  return Object.fromEntries(FILES.map((file) => [file, toText(files[file])])) as Texts;
}

test("a small network is read as written, rows in any order, wherever chunks break", async () => {
  for (const pieceLength of [undefined, 1, 7, 64]) {
    const network = await read(SMALL, pieceLength);
    expect(network.name).toBe("rock");
    expect([...network.conns]).toEqual([INLET_RESERVOIR, 0, 0, 1, 2, 1, 2, OUTLET_RESERVOIR]);
    expect([...network.coords.slice(3, 9)]).toEqual([3e-5, 1e-5, 2e-5, 5e-5, 2e-5, 2.5e-5]);
    expect([...network.numbers("throat.conduit_lengths")]).toEqual([
      ...[0, 6e-6, 4e-6],
      ...[5e-6, 9e-6, 6e-6],
      ...[4e-6, 1e-5, 3e-6],
      ...[2e-6, 8e-6, 0],
    ]);
    expect([...network.numbers("throat.radius")]).toEqual([1.5e-6, 2e-6, 1e-6, 2.5e-6]);
    expect([...network.numbers("throat.total_length")]).toEqual([1e-5, 2e-5, 2.1e-5, 1e-5]);
    expect([...network.numbers("throat.clay_volume")]).toEqual([0, 1e-18, 0, 0]);
    expect([...network.numbers("pore.shape_factor")]).toEqual([0.03, 0.04, 0.05, 0.06]);
    expect([...network.numbers("pore.volume")]).toEqual([1e-14, 2e-14, 3e-14, 4e-14]);
    expect(network.get("pore.touches_inlet")).toEqual(Uint8Array.of(1, 0, 0, 0));
    expect(network.get("pore.touches_outlet")).toEqual(Uint8Array.of(0, 0, 1, 0));
    expect(network.box).toEqual({ origin: [0, 0, 0], size: [6e-5, 4e-5, 5e-5] });
  }
});

test("files without clay columns give networks without clay", async () => {
  const cut = (text: string) => text.replace(/[ \t]+\S+[ \t]*$/gm, "");
  const network = await read({ ...SMALL, link2: cut(SMALL.link2), node2: cut(SMALL.node2) });
  expect(network.has("throat.clay_volume")).toBe(false);
  expect(network.has("pore.clay_volume")).toBe(false);
  expect([...network.numbers("throat.volume")]).toEqual([1e-16, 2e-16, 3e-16, 4e-16]);
  expectSameNetwork(await read(print(network)), network);
});

test("the Berea sample holds what its files hold", async () => {
  const network = await readBerea();
  expect(network.poreCount).toBe(4659);
  expect(network.throatCount).toBe(7896);
  expect(network.name).toBe("berea");
  expect(network.box!.size).toEqual([2.138e-3, 2.138e-3, 2.138e-3]);

  const rows = (file: StatoilFile) =>
    readFileSync(new URL(`../../examples/data/berea_${file}.dat`, import.meta.url), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number));
  const toEnd = (pore: number) => (pore > 0 ? pore - 1 : pore === 0 ? OUTLET_RESERVOIR : INLET_RESERVOIR);
  const [link1, link2, node1, node2] = [
    rows("link1").slice(1),
    rows("link2"),
    rows("node1").slice(1),
    rows("node2"),
  ];
  expect([...network.conns]).toEqual(link1.flatMap((row) => [toEnd(row[1]!), toEnd(row[2]!)]));
  expect([...network.numbers("throat.radius")]).toEqual(link1.map((row) => row[3]));
  expect([...network.numbers("throat.shape_factor")]).toEqual(link1.map((row) => row[4]));
  expect([...network.numbers("throat.conduit_lengths")]).toEqual(link2.flatMap((r) => [r[3], r[5], r[4]]));
  expect([...network.numbers("throat.volume")]).toEqual(link2.map((row) => row[6]));
  expect([...network.coords]).toEqual(node1.flatMap((row) => row.slice(1, 4)));
  expect([...network.numbers("pore.volume")]).toEqual(node2.map((row) => row[1]));
  expect([...network.numbers("pore.radius")]).toEqual(node2.map((row) => row[2]));
});

test("write, then read, is the identity to the last bit", async () => {
  const berea = await readBerea();
  expectSameNetwork(await read(print(berea)), berea);
  const made = makeNetwork();
  expectSameNetwork(await read(print(made), 50), made);
});

test("what is missing is assumed, and said", async () => {
  const random = makeRandom(515);
  const coords = Float64Array.from({ length: 9 }, () => 2 + random());
  const bare = new PoreNetwork({
    coords,
    conns: Int32Array.of(0, 1, 1, 2),
    properties: [
      ["pore.diameter", Float64Array.of(2, 4, 6)],
      ["throat.inscribed_diameter", Float64Array.of(1, 3)],
      ["throat.hydraulic_conductance", Float64Array.of(1, 1)],
    ],
  });
  const notes: string[] = [];
  const files = writeStatoil(bare, { onNote: (note) => notes.push(note) });
  const texts = Object.fromEntries(FILES.map((file) => [file, toText(files[file])])) as Texts;
  const network = await read(texts);
  expect([...network.numbers("pore.radius")]).toEqual([1, 2, 3]);
  expect([...network.numbers("throat.radius")]).toEqual([0.5, 1.5]);
  expect(network.numbers("throat.shape_factor")[1]).toBeCloseTo(1 / (4 * Math.PI), 15);
  expect(network.numbers("throat.total_length")[0]).toBeCloseTo(
    Math.hypot(coords[3]! - coords[0]!, coords[4]! - coords[1]!, coords[5]! - coords[2]!),
    12,
  );
  // No box was given: it is the extent of the pores, from its own origin.
  expect(network.coords.reduce((a, b) => Math.min(a, b))).toBe(0);
  const said = notes.join(" ");
  for (const word of ["throat.shape_factor", "pore.volume", "box", "reservoir", "hydraulic_conductance"]) {
    expect(said).toContain(word);
  }
  const noRadius = new PoreNetwork({ coords, conns: Int32Array.of(0, 1) });
  expect(() => writeStatoil(noRadius)).toThrow(NetworkError);
});

test.each<[string, StatoilFile, string | RegExp, string, string]>([
  [
    "cut in the middle",
    "link1",
    /\n {3}3 .*\n/,
    "\n",
    "rock_link1.dat:5: expected 4 links, found 3, link 3 is missing",
  ],
  [
    "a wrong count",
    "link1",
    "  4\n",
    "  3\n",
    "rock_link1.dat:4: expected a link index from 1 to 3, found 4",
  ],
  [
    "a row twice",
    "link1",
    "   4   3   0",
    "   2   3   0",
    "rock_link1.dat:4: expected each link once, found link 2 again",
  ],
  ["a word", "link1", "2.5e-6", "wide", 'rock_link1.dat:4: expected the link\'s radius [m], found "wide"'],
  [
    "a pore out of range",
    "link1",
    "   3   2  1e-6",
    "   3   5  1e-6",
    "rock_link1.dat:5: expected a pore from 1 to 4",
  ],
  ["a fractional pore", "link1", "   3   2  1e-6", "   3   2.5  1e-6", "found 2.5"],
  [
    "a line too short",
    "link1",
    "0.0625 2.1e-5",
    "0.0625",
    "rock_link1.dat:5: expected the link's total length [m], found the end",
  ],
  [
    "a line too long",
    "link1",
    "2.1e-5",
    "2.1e-5 7",
    'rock_link1.dat:5: expected six columns, found a further "7"',
  ],
  [
    "an empty file",
    "link1",
    /[\s\S]*/,
    "",
    "rock_link1.dat:1: expected the number of links, found the end of the file",
  ],
  [
    "other ends",
    "link2",
    "3   3   2 ",
    "3   2   3 ",
    "rock_link2.dat:3: expected pore 3, as link 3 has in link1, found pore 2",
  ],
  [
    "other reservoir",
    "link2",
    "4   3   0",
    "4   3  -1",
    "rock_link2.dat:5: expected pore 0, as link 4 has in link1, found pore -1",
  ],
  ["a missing link", "link2", /\n {3}4 .*\n/, "\n", "expected 4 links, found 3, link 4 is missing"],
  [
    "clay on some rows",
    "link2",
    "1e-18",
    "",
    "rock_link2.dat:2: expected the clay volume [m³], as on the rows above",
  ],
  [
    "no box",
    "node1",
    "4  6e-5  4E-5  5e-005",
    "4 6e-5",
    "rock_node1.dat:1: expected the box's length Ly [m]",
  ],
  ["a flat box", "node1", "4E-5", "0", "rock_node1.dat:1: expected a positive length Ly [m], found 0"],
  [
    "another coordination",
    "node1",
    "2.0e-5  2  1 3",
    "2.0e-5  1  1",
    "rock_node1.dat:4: expected coordination 2 of pore 2",
  ],
  ["a flag of 2", "node1", "  -1 2  1 0", "  -1 2  2 0", "rock_node1.dat:2: expected 0 or 1"],
  [
    "another's link",
    "node1",
    "0 0  2 3",
    "0 0  2 4",
    "rock_node1.dat:4: expected links of pore 2, found link 4",
  ],
  [
    "a neighbour too many",
    "node1",
    "1 0  1 2",
    "1 0  1 2 3",
    "rock_node1.dat:2: expected 2 neighbours, two flags and 2 links",
  ],
  ["no pore row", "node1", "   4 1e-6 1e-6 1e-6 0 0 0\n", "", "expected 4 pores, found 3, pore 4 is missing"],
  [
    "a size row too many",
    "node2",
    "4 4e-14",
    "4 4e-14 6e-6 0.06 0\n5 4e-14",
    "rock_node2.dat:5: expected no more than the 4 pores",
  ],
  [
    "an index from 0",
    "node2",
    "1 1e-14",
    "0 1e-14",
    "rock_node2.dat:1: expected a pore index from 1 to 4, found 0",
  ],
  [
    "a size cut short",
    "node2",
    "6e-6 0.06 0\n",
    "6e",
    'rock_node2.dat:4: expected the pore\'s radius [m], found "6e"',
  ],
])("malformed: %s in %s", async (_, file, from, to, message) => {
  const broken = { ...SMALL, [file]: SMALL[file].replace(from, to) };
  expect(broken[file]).not.toBe(SMALL[file]);
  const fault = await read(broken).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(FormatError);
  expect((fault as FormatError).message).toContain(message);
  expect((fault as FormatError).file).toBe(`rock_${file}.dat`);
});

test("a count beyond memory is a fault of the file", async () => {
  const boast = { ...SMALL, node1: SMALL.node1.replace("4  6e-5", "1000000000  6e-5") };
  await expect(read(boast)).rejects.toThrow(FormatError);
  await expect(read({ ...SMALL, link1: SMALL.link1.replace("  4\n", "  9e15\n") })).rejects.toThrow(
    FormatError,
  );
});

test("streams are closed when a file is malformed", async () => {
  const closed: string[] = [];
  const open = (file: StatoilFile) => ({
    name: file,
    bytes: (async function* () {
      try {
        for (;;) yield new TextEncoder().encode(file === "link1" ? "word\n" : SMALL[file]);
      } finally {
        closed.push(file);
      }
    })(),
  });
  const files = { link1: open("link1"), link2: open("link2"), node1: open("node1"), node2: open("node2") };
  await expect(readStatoil(files)).rejects.toThrow(FormatError);
  // A generator that never ran has nothing to close.
  expect(closed.sort()).toEqual(["link1", "node1"]);
});
