/** Commands that work on networks without a device: info, convert, generate. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BEREA, runCli, useFolder } from "./run-cli.ts";

const folder = useFolder();
const inFolder = { cwd: folder };
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const FILES = ["link1", "link2", "node1", "node2"];

describe("info", () => {
  it("tells what the sample has, for people and for programs", async () => {
    const [text, json] = await Promise.all([runCli(["info", BEREA]), runCli(["info", BEREA, "--json"])]);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/pores +4659, 831 isolated/);
    expect(text.stdout).toMatch(/flow along x +3658 pores in 1 component carry flow, 1001 do not/);
    expect(text.stdout).toMatch(/box +2.138 mm x 2.138 mm x 2.138 mm/);
    const report = JSON.parse(json.stdout);
    expect(report).toMatchObject({ name: "berea", pores: 4659, throats: 7896, isolatedPores: 831 });
    expect(report.flow).toMatchObject({ axis: "x", boundary: "reservoirs", droppedPores: 1001 });
    expect(report.voxelSize).toBeNull();
  });

  it("asks about another axis, and warns of units", async () => {
    const network = {
      "pore.coords": [
        [0, 0, 0],
        [1, 3, 0],
        [2, 9, 1],
      ],
      "throat.conns": [
        [0, 1],
        [1, 2],
      ],
    };
    writeFileSync(join(folder, "big.json"), JSON.stringify({ ...network, "throat.radius": [3, 3.1] }));
    const { stdout, code } = await runCli(["info", "big.json", "--axis", "y", "--json"], inFolder);
    const report = JSON.parse(stdout);
    expect(report.flow).toMatchObject({ axis: "y", spans: true, boundary: "faces" });
    expect(report.findings.map((finding: { message: string }) => finding.message).join()).toMatch(
      /throat radius/,
    );
    expect(code).toBe(0);
  });
});

describe("convert", () => {
  it("goes from Statoil through JSON and back to the same files", async () => {
    const there = await runCli(["convert", BEREA, "berea.json"], inFolder);
    expect(there).toMatchObject({ code: 0, stderr: "" });
    expect(there.stdout).toMatch(/wrote berea.json/);
    const back = await runCli(["convert", "berea.json", "back", "--json"], inFolder);
    expect(JSON.parse(back.stdout)).toMatchObject({
      network: { name: "berea", pores: 4659, throats: 7896 },
      files: FILES.map((file) => `back_${file}.dat`),
    });
    const again = await runCli(["convert", "back_node2.dat", "again.json", "--name", "berea"], inFolder);
    expect(again.code).toBe(0);
    expect(read("again.json")).toBe(read("berea.json"));
  });

  it("goes through CSV with the box that CSV has no place for", async () => {
    await runCli(["convert", BEREA, "flat.csv"], inFolder);
    const box = ["--box", "0.002138,0.002138,0.002138"];
    const back = await runCli(["convert", "flat.csv", "flat.json", ...box, "--name", "berea"], inFolder);
    expect(back.code).toBe(0);
    const [flat, direct] = await Promise.all([
      runCli(["info", "flat.json", "--json"], inFolder),
      runCli(["info", BEREA, "--json"]),
    ]);
    const { properties: _, ...found } = JSON.parse(flat.stdout);
    const { properties: __, ...expected } = JSON.parse(direct.stdout);
    expect(found).toEqual(expected);
  });

  it("writes for ParaView, and tells what a format cannot take", async () => {
    expect(await runCli(["convert", BEREA, "berea.vtp"], inFolder)).toMatchObject({ code: 0 });
    expect(read("berea.vtp").slice(0, 200)).toContain('<VTKFile type="PolyData"');
    const { code, stderr } = await runCli(["convert", BEREA, "none/berea.json"], inFolder);
    expect(stderr).toMatch(/no folder none/);
    expect(code).toBe(2);
  });

  it("replaces a file whole and leaves nothing aside", () => {
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    expect(statSync(join(folder, "berea.json")).size).toBeGreaterThan(1e5);
  });
});

describe("generate", () => {
  it("gives the same file for the same seed, another for another", async () => {
    const random = ["generate", "random", "--count", "200", "--connect", "nearest:4"];
    const cubic = ["generate", "cubic", "--size", "5,4,3", "--sigma", "1.5", "--spacing", "1e-4"];
    const runs = await Promise.all([
      runCli([...random, "--seed", "7", "-o", "a.json"], inFolder),
      runCli([...random, "--seed", "7", "--output", "b.json"], inFolder),
      runCli([...random, "--seed", "8", "-o", "c.json"], inFolder),
      runCli([...cubic, "--seed", "7", "-o", "d.json"], inFolder),
      runCli([...cubic, "--seed=7", "--output=e.json"], inFolder),
      runCli(
        [...random.slice(0, 4), "--connect", "delaunay:2", "--seed", "9", "-o", "f.csv", "--json"],
        inFolder,
      ),
    ]);
    expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual(runs.map(() => [0, ""]));
    expect(read("a.json")).toBe(read("b.json"));
    expect(read("a.json")).not.toBe(read("c.json"));
    expect(read("d.json")).toBe(read("e.json"));
    expect(runs[3]!.stdout).toMatch(/60 pores, 133 throats/);
    expect(JSON.parse(runs[5]!.stdout)).toMatchObject({ network: { pores: 200 }, files: ["f.csv"] });
  });

  it("makes the benchmark networks with their own conductances", async () => {
    const { code } = await runCli(
      ["generate", "benchmark", "cubic6", "--sigma=2", "-o", "cubic6.json"],
      inFolder,
    );
    expect(code).toBe(0);
    const { "throat.hydraulic_conductance": g } = JSON.parse(read("cubic6.json"));
    // exp(2 z) with z of the counter-based hash: lowbias32 written once more, from its definition.
    const mix = (x: number) => {
      let y = x >>> 0;
      y = Math.imul(y ^ (y >>> 16), 0x7feb352d);
      y = Math.imul(y ^ (y >>> 15), 0x846ca68b);
      return (y ^ (y >>> 16)) >>> 0;
    };
    const u = (stream: number, i: number) =>
      (mix(mix(i + Math.imul(6, 0x9e3779b9)) ^ Math.imul(stream, 0x85ebca6b)) + 0.5) / 2 ** 32;
    const z = (i: number) => Math.sqrt(-2 * Math.log(u(1, i))) * Math.cos(2 * Math.PI * u(2, i));
    expect(g).toHaveLength(3 * 5 * 36);
    for (const e of [0, 77, 539]) expect(g[e] / Math.exp(2 * z(e))).toBeCloseTo(1, 12);
  });
});
