/** `porenet solve` for people, its files and its end, and `porenet devices`, in processes of their own. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { useDevice } from "../support/device.ts";
import { writeRow } from "./row.ts";
import { BEREA, runCli, useFolder } from "./run-cli.ts";

// Skips where there is no adapter; the processes open their own.
await useDevice();
const folder = useFolder();
const inFolder = { cwd: folder };
const read = (name: string) => readFileSync(join(folder, name));

beforeEach(() => writeRow(folder));

describe("porenet solve", () => {
  it("prints results for people, along all axes, and writes what was asked for", async () => {
    const files = ["--vtp", "b.vtp", "--csv", "b.csv", "--plot", "b.svg"];
    const args = [
      "solve",
      BEREA,
      "--axis",
      "all",
      "--no-formation-factor",
      "--permeability-tolerance",
      "1e-6",
    ];
    const { code, stdout, stderr } = await runCli([...args, ...files], inFolder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/along x\n {2}permeability +1491.9\d mD = 1.472\d+e-12 m²/);
    expect(stdout).toMatch(/along z[\s\S]*\ndevice +\S/);
    expect(stdout).toMatch(/3658 solved in 1 component, 1001 dropped \(831 isolated\)/);
    expect(stdout + stderr).not.toContain("\u001b");
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith("b"))
        .sort(),
    ).toEqual(["b-x.svg", "b-y.svg", "b-z.svg", "b.csv", "b.vtp"]);
    expect(read("b-y.svg").toString()).toMatch(/^<svg[\s\S]*K along y/);
    const vtp = read("b.vtp").toString("latin1");
    for (const name of ["pressure_x", "has_pressure_z", "flow_rate_y", "radius"])
      expect(vtp).toContain(`Name="${name}"`);
  });

  it("writes pressures and flows that balance in every pore", async () => {
    const files = ["--csv", "one.csv", "--vtp", "one.vtp", "--plot", "one.png"];
    const args = [
      "solve",
      BEREA,
      "--no-formation-factor",
      "--pressure-drop",
      "3",
      "--quiet",
      ...files,
      "--json",
    ];
    const { stdout } = await runCli(args, inFolder);
    const { results, files: written } = JSON.parse(stdout);
    expect(written).toEqual(["one.vtp", "one.csv", "one.png"]);
    expect([...read("one.png").subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    const [header, ...lines] = read("one.csv").toString().trimEnd().split("\n");
    expect(header).toBe("pore,pressure,throat,pore1,pore2,flow_rate");
    const rows = lines.map((line) => line.split(","));
    const pressures = rows.slice(0, 4659).map((row) => Number(row[1]!.replace("nan", "NaN")));
    expect(pressures.filter((p) => p > 0 && p < 3)).toHaveLength(3658);
    expect(pressures.filter(Number.isNaN)).toHaveLength(1001);
    const net = new Float64Array(4661);
    for (const row of rows) {
      net[2 + Number(row[3])]! -= Number(row[5]);
      net[2 + Number(row[4])]! += Number(row[5]);
    }
    const { flowRate } = results[0];
    expect(Math.abs(net[1]! / flowRate + 1)).toBeLessThan(1e-6);
    expect(Math.abs(net[0]! / flowRate - 1)).toBeLessThan(1e-6);
    expect(Math.max(...net.subarray(2).map(Math.abs)) / flowRate).toBeLessThan(1e-6);
  });

  it("writes gradients that sum to the permeability, for every throat in the file's order", async () => {
    const args = ["solve", BEREA, "--axis", "all", "--no-formation-factor", "--pressure-drop", "7", "--json"];
    const { code, stdout } = await runCli(
      [...args, "--gradient", "g.csv", "--vtp", "g.vtp", "--quiet"],
      inFolder,
    );
    expect(code).toBe(0);
    const { results, files } = JSON.parse(stdout);
    expect(files).toEqual(["g.vtp", "g-x.csv", "g-y.csv", "g-z.csv"]);
    expect(existsSync(join(folder, "g.csv"))).toBe(false);
    for (const { axis, permeability, solver } of results) {
      const [header, ...lines] = read(`g-${axis}.csv`).toString().trimEnd().split("\n");
      const rows = lines.map((line) => line.split(",").map(Number));
      expect(header).toBe("throat,conductance,dK_dg");
      expect(rows.map(([throat]) => throat)).toEqual(rows.map((_, k) => k));
      expect(rows).toHaveLength(7896);
      const sum = rows.reduce((all, [, conductance, slope]) => all + conductance! * slope!, 0);
      expect(Math.abs(sum / permeability.m2 - 1)).toBeLessThan(1e-9);
      expect(rows.every(([, conductance, slope]) => conductance! > 0 && slope! >= 0)).toBe(true);
      // Throats that end in pores which are cut off have no part.
      expect(rows.filter(([, , slope]) => slope === 0).length).toBeGreaterThan(100);
      expect(solver.relativeResidual).toBeLessThanOrEqual(1e-12);
      expect(read("g.vtp").toString("latin1")).toContain(`Name="dissipation_share_${axis}"`);
    }
  });

  it("writes what a throat's conductance changes the permeability by", async () => {
    const shape = ["--length=3e-4", "--area=1e-8", "--viscosity=1e-3"];
    const args = ["solve", "row.json", ...shape, "--json", "--gradient", "row-g.csv"];
    const { stdout } = await runCli(args, inFolder);
    const { results, files } = JSON.parse(stdout);
    expect(files).toEqual(["row-g.csv"]);
    // Three alike in series: K = μ L/A g/3, and each has a third of the drop.
    const rows = read("row-g.csv").toString().trimEnd().split("\n").slice(1);
    for (const [k, row] of rows.entries()) {
      const [throat, conductance, slope] = row.split(",").map(Number);
      expect([throat, conductance]).toEqual([k, 2e-15]);
      expect(slope! / ((1e-3 * 3e-4) / 1e-8 / 9)).toBeCloseTo(1, 9);
    }
    expect(rows).toHaveLength(3);
    expect(results[0].permeability.m2 / ((1e-3 * 3e-4 * 2e-15) / 1e-8 / 3)).toBeCloseTo(1, 9);
  });

  it("does not lose what was solved when a file cannot be written", async () => {
    if (!existsSync("/dev/full")) return;
    const files = ["--csv", "/dev/full", "--plot", "kept.svg"];
    const shape = ["--length=3e-4", "--area=1e-8"];
    const { code, stdout, stderr } = await runCli(
      ["solve", "row.json", ...shape, ...files, "--json"],
      inFolder,
    );
    expect(JSON.parse(stdout)).toMatchObject({ files: ["kept.svg"], results: [{ axis: "x" }] });
    expect(stderr).toMatch(/porenet: There is no space left for \/dev\/full\.\n {2}Make room/);
    expect(code).toBe(2);
  });

  it("draws shares of the drop, and pascals where a drop is stated", async () => {
    const args = ["solve", "row.json", "--length=3e-4", "--area=1e-8", "--plot"];
    await Promise.all([
      runCli([...args, "share.svg"], inFolder),
      runCli([...args, "pascal.svg", "--pressure-drop=5"], inFolder),
    ]);
    expect(read("share.svg").toString()).toContain("pressure, relative to the drop");
    expect(read("pascal.svg").toString()).toContain("pressure [Pa]");
  });

  it.each([
    ["SIGINT", /solving on/, 130],
    ["SIGHUP", /solving on/, 129],
    ["SIGTERM", /reading/, 143],
  ] as const)("stops on %s and leaves no file behind", async (signal, when, expected) => {
    await runCli(["generate", "benchmark", "cubic40", "--sigma", "4", "-o", "hard.csv"], inFolder);
    const args = ["solve", "hard.csv", "--tolerance", "1e-13", "--vtp", "hard.vtp", "--json", "--debug"];
    const { code, stdout, stderr } = await runCli(args, { ...inFolder, interrupt: { when, signal } });
    expect(stderr).toMatch(/porenet: interrupted\n$/);
    expect([code, stdout]).toEqual([expected, ""]);
    expect(existsSync(join(folder, "hard.vtp"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("porenet devices", () => {
  it("lists all places, and measures those that are there", async () => {
    const [json, text] = [
      await runCli(["devices", "--seconds", "0.2", "--json"]),
      await runCli(["devices", "--no-measure"]),
    ];
    expect([json.code, text.code]).toEqual([0, 0]);
    const { devices } = JSON.parse(json.stdout);
    expect(devices.map(({ source }: { source: string }) => source)).toEqual([
      "hardware",
      "system-software",
      "embedded-swiftshader",
    ]);
    for (const { name, reason, bandwidth } of devices) {
      expect(name === null).toBe(bandwidth === null);
      expect(name === null).toBe(reason !== null);
      if (bandwidth) expect(bandwidth.gigabytesPerSecond).toBeGreaterThan(0.05);
    }
    expect(text.stdout).toMatch(/^hardware +\S.*\nsystem software +\S.*\nembedded SwiftShader +\S/);
  });
});
