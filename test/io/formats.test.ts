import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FormatError } from "../../src/errors.ts";
import {
  detectFormat,
  findStatoilFiles,
  joinChunks,
  NETWORK_FORMATS,
  readNetwork,
  writeNetwork,
} from "../../src/io/index.ts";
import type { PoreNetwork } from "../../src/network/pore-network.ts";
import { expectSameNetwork, makeNetwork } from "./helpers.ts";

test("names tell the format", () => {
  expect(detectFormat("data/berea")).toBe("statoil");
  expect(detectFormat("data/berea_5.345um")).toBe("statoil");
  expect(detectFormat("BEREA_NODE2.DAT")).toBe("statoil");
  expect(detectFormat("a.b/net.JSON")).toBe("openpnm-json");
  expect(detectFormat("net.csv")).toBe("openpnm-csv");
  expect(detectFormat("out.vtp")).toBe("vtp");
  expect(() => detectFormat("net.pnm")).toThrow(/json\.dump/);
  expect(() => detectFormat("net.h5")).toThrow(FormatError);
  expect(NETWORK_FORMATS.map(({ name }) => name)).toEqual(["statoil", "openpnm-json", "openpnm-csv", "vtp"]);
});

test("a prefix or any of the four files leads to all four", () => {
  const expected = {
    link1: "d/berea_link1.dat",
    link2: "d/berea_link2.dat",
    node1: "d/berea_node1.dat",
    node2: "d/berea_node2.dat",
  };
  for (const path of ["d/berea", "d/berea_", ...Object.values(expected)]) {
    expect(findStatoilFiles(path)).toEqual(expected);
  }
  expect(findStatoilFiles("X_LINK1.DAT").node2).toBe("X_NODE2.DAT");
});

async function roundTrip(network: PoreNetwork, path: string): Promise<PoreNetwork> {
  const files = new Map(writeNetwork(network, path).map((file) => [file.path, joinChunks(file.chunks)]));
  return readNetwork(path, (name) => files.get(name)!, network.box ? { box: network.box } : {});
}

test("any format that is read gives back what was written", async () => {
  const made = makeNetwork(53, 4114);
  expectSameNetwork(await roundTrip(made, "out/made"), made);
  expectSameNetwork(await roundTrip(made, "out/made_node1.dat"), made);
  expectSameNetwork(await roundTrip(made, "made.json"), made);
  const fromCsv = await roundTrip(made, "made.csv");
  expect(fromCsv.conns).toEqual(made.conns);
  await expect(roundTrip(made, "made.vtp")).rejects.toThrow("expected a format that is read, found VTP");
});

test("the sample passes from format to format unchanged", async () => {
  const open = (path: string) => readFileSync(new URL(`../../examples/data/${path}`, import.meta.url));
  const berea = await readNetwork("berea", open);
  expectSameNetwork(await roundTrip(await roundTrip(berea, "a.json"), "b"), berea);
});

test("what the caller knows goes before what the file says", async () => {
  const made = makeNetwork(11, 2718);
  const files = new Map(writeNetwork(made, "m").map((file) => [file.path, joinChunks(file.chunks)]));
  const box = { origin: [0, 0, 0], size: [7, 8, 9] } as const;
  const network = await readNetwork("m", async (name) => files.get(name)!, {
    name: "mine",
    box,
    voxelSize: 2e-6,
  });
  expect(network.name).toBe("mine");
  expect(network.box).toEqual(box);
  expect(network.voxelSize).toBe(2e-6);
});
