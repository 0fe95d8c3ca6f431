/** `porenet solve --json` in processes of their own: the numbers, on whichever adapter there is. */
import { beforeEach, describe, expect, it } from "vitest";
import { useDevice } from "../support/device.ts";
import { writeRow } from "./row.ts";
import { BEREA, runCli, useFolder } from "./run-cli.ts";

// Skips where there is no adapter; the processes open their own.
await useDevice();
const folder = useFolder();
const inFolder = { cwd: folder };

/** Reference values of a float64 direct solve. */
const BEREA_MD = 1491.9401458;
const BEREA_CALC_BOX_MD = 1478.819994;
const BEREA_FORMATION_FACTOR = 21.467211;

beforeEach(() => writeRow(folder));

describe("porenet solve --json", () => {
  it("gives the sample's permeability, and everything that is promised", async () => {
    const { code, stdout, stderr } = await runCli(["solve", BEREA, "--json"], inFolder);
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/solving|\r/);
    const run = JSON.parse(stdout);
    expect(run.network).toEqual({
      name: "berea",
      pores: 4659,
      throats: 7896,
      isolatedPores: 831,
      droppedPores: 1001,
      componentsSolved: 1,
    });
    const [result] = run.results;
    expect(run.results).toHaveLength(1);
    expect(Math.abs(result.permeability.mD / BEREA_MD - 1)).toBeLessThan(1e-8);
    expect(Math.abs(result.permeability.m2 / 1.472430492099183e-12 - 1)).toBeLessThan(1e-8);
    expect(result.permeability.relativeErrorEstimate).toBeLessThan(1e-9);
    expect(Math.abs(result.formationFactor / BEREA_FORMATION_FACTOR - 1)).toBeLessThan(1e-7);
    expect(result.solvedPores).toBe(3658);
    expect(result.balance).toBeLessThan(1e-6);
    expect(result).toMatchObject({
      axis: "x",
      boundary: "reservoirs",
      closure: "shape-factor",
      viscosity: 1e-3,
      pressureDrop: 1,
      length: 2.138e-3,
      extentSource: "box",
      droppedPores: 1001,
      solver: { status: "converged", preconditioner: "jacobi" },
    });
    expect(
      Math.abs((result.flowRate * 1e-3 * 2.138e-3) / 2.138e-3 ** 2 / result.permeability.m2 - 1),
    ).toBeLessThan(1e-12);
    expect(result.solver.iterations).toBeGreaterThan(50);
    expect(result.solver.relativeResidual).toBeLessThanOrEqual(1e-10);
    expect(run.device.name).toBeTruthy();
    expect(["hardware", "software"]).toContain(run.device.kind);
    for (const phase of ["read", "setup", "solve"]) expect(run.timings[phase]).toBeGreaterThan(0);
  });

  it("solves between two planes, under another pressure and without a formation factor", async () => {
    const flags = ["--calc-box", "0.1,0.9", "--pressure-drop", "250", "--viscosity", "2e-3"];
    const args = [
      "solve",
      `${BEREA}_link2.dat`,
      ...flags,
      "--no-formation-factor",
      "--device",
      "auto",
      "--json",
    ];
    const { results } = JSON.parse((await runCli(args)).stdout);
    const [{ permeability, formationFactor, flowRate, boundary, length, area }] = results;
    expect(Math.abs(permeability.mD / BEREA_CALC_BOX_MD - 1)).toBeLessThan(1e-8);
    expect(formationFactor).toBeNull();
    expect(boundary).toBe("calc-box");
    expect(length).toBeCloseTo(0.8 * 2.138e-3, 12);
    expect(Math.abs((flowRate * 2e-3 * length) / (area * 250) / permeability.m2 - 1)).toBeLessThan(1e-12);
  });

  it("gives the same permeability from every format, and names the closure that was asked for", async () => {
    const box = ["--box", "0.002138,0.002138,0.002138"];
    await runCli(["convert", BEREA, "same.json"], inFolder);
    await runCli(["convert", "same.json", "same.csv"], inFolder);
    await runCli(["convert", "same.csv", "same", ...box], inFolder);
    const flags = ["--quiet", "--json", "--device=software"];
    const runs = await Promise.all([
      runCli(["solve", "same.json", ...flags], inFolder),
      runCli(["solve", "same.csv", ...box, ...flags], inFolder),
      runCli(["solve", "same_node2.dat", ...flags], inFolder),
      runCli(["solve", "same", "--closure", "hagen-poiseuille", ...flags], inFolder),
    ]);
    const results = runs.map(({ stdout }) => JSON.parse(stdout).results[0]);
    for (const { permeability, formationFactor } of results.slice(0, 3)) {
      expect(Math.abs(permeability.mD / BEREA_MD - 1)).toBeLessThan(1e-8);
      expect(Math.abs(formationFactor / BEREA_FORMATION_FACTOR - 1)).toBeLessThan(1e-7);
    }
    expect(results.map(({ closure }) => closure)).toEqual([
      ...["shape-factor", "shape-factor", "shape-factor"],
      "hagen-poiseuille",
    ]);
    expect(results[3].permeability.mD).toBeLessThan(0.6 * BEREA_MD);
  });

  it("stops on the permeability where that is asked for", async () => {
    const args = ["solve", BEREA, "--permeability-tolerance", "1e-3", "--no-formation-factor", "--json"];
    const { results } = JSON.parse((await runCli(args)).stdout);
    const [{ permeability, solver }] = results;
    expect(solver.status).toBe("converged");
    expect(solver.relativeResidual).toBeGreaterThan(1e-9);
    expect(permeability.relativeErrorEstimate).toBeLessThan(1e-3);
    expect(Math.abs(permeability.mD / BEREA_MD - 1)).toBeLessThan(1e-2);
  });

  it("takes labels, length and area from the caller", async () => {
    const args = [
      "solve",
      "row.json",
      "--inlet",
      "right",
      "--outlet",
      "left",
      "--length=3e-4",
      "--area=1e-8",
    ];
    const run = JSON.parse((await runCli([...args, "--json"], inFolder)).stdout);
    const [result] = run.results;
    expect(result).toMatchObject({
      boundary: "labels",
      closure: "given",
      extentSource: "options",
      viscosity: 1,
    });
    expect(run.network).toMatchObject({ name: "row", pores: 5, isolatedPores: 1, droppedPores: 1 });
    expect(Math.abs(result.permeability.m2 / (((2e-15 / 3) * 3e-4) / 1e-8) - 1)).toBeLessThan(1e-12);
    expect(result.formationFactor).toBeNull();
  });

  it("says with exit code 1 what fell short, and still gives one object without NaN", async () => {
    const limited = ["solve", BEREA, "--max-iterations", "5", "--no-formation-factor", "--json"];
    const across = ["solve", "row.json", "--axis", "y", "--length=3e-4", "--area=1e-8", "--json"];
    const few = await runCli(limited);
    expect(few.code).toBe(1);
    expect(few.stderr).toMatch(
      /along x fell short \(max-iterations\) after 5 iterations[\s\S]*Raise --max-iterations/,
    );
    expect(JSON.parse(few.stdout).results[0].solver).toMatchObject({
      status: "max-iterations",
      iterations: 5,
    });
    expect(few.stdout).not.toMatch(/NaN|Infinity/);
    const none = await runCli(across, inFolder);
    expect(none.code).toBe(1);
    expect(none.stderr).toMatch(/nothing flows along y/);
    expect(JSON.parse(none.stdout).results[0]).toMatchObject({
      permeability: { m2: 0, mD: 0 },
      solver: { status: "not-percolating", iterations: 0 },
    });
  });

  it("ends with 2 where the network lacks what is asked for, or no such device can be asked for", async () => {
    const label = await runCli(["solve", "row.json", "--inlet", "top", "--outlet", "left"], inFolder);
    expect(label.stderr).toMatch(/no label pore.top.\n {2}Its labels: pore.left, pore.right/);
    expect([label.code, label.stdout]).toEqual([2, ""]);
    const extent = await runCli(["solve", "row.json"], inFolder);
    expect(extent.stderr).toMatch(/no cross-section[\s\S]*State --length \[m\] and --area \[m²\]\./);
    expect(extent.code).toBe(2);
    const device = await runCli(["solve", "row.json"], { ...inFolder, env: { PORENET_ADAPTER: "abacus" } });
    expect(device.stderr).toMatch(/PORENET_ADAPTER is "abacus"/);
    expect(device.code).toBe(2);
  });
});
