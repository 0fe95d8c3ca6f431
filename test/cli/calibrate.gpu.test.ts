/** `porenet calibrate`: to the targets, to the same result again also after kill -9, and what is answered to bad input. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { computePermeability } from "../../src/flow/permeability.ts";
import { readNetworkFile } from "../../src/node/files.ts";
import { useDevice } from "../support/device.ts";
import { runCli, useFolder } from "./run-cli.ts";
import { runHere } from "./run-here.ts";

const device = await useDevice();
const folder = useFolder();
const at = (name: string) => join(folder, name);

const CONFIG = {
  name: "sand",
  units: { length: "mm", permeability: "D" },
  network: { preset: "sand" },
  controls: [
    { name: "throatRadius", low: 0.05, high: 0.3 },
    { name: "distance", low: 0.7, high: 1.8 },
  ],
  targets: [
    { kind: "permeability", value: 20 },
    { kind: "coordination", value: 2.5 },
  ],
  seed: 13,
};

function writeConfig(name: string, changes: object = {}): string {
  writeFileSync(at(name), JSON.stringify({ ...CONFIG, ...changes }));
  return at(name);
}

const readResult = (name: string) => JSON.parse(readFileSync(at(name), "utf8"));
const calibrate = (config: string, result: string, ...args: string[]) => [
  "calibrate",
  writeConfig(config),
  "-o",
  at(result),
  ...args,
];

describe("porenet calibrate", () => {
  it("makes a network that has what was asked for, as a solve of its file finds", async () => {
    const { code, stdout, stderr } = await runHere(calibrate("sand.json", "whole.json", "--json"));
    expect([code, stderr]).toEqual([0, expect.stringMatching(/calibrating: best J \S+, \d+ evaluations/)]);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ name: "sand", isReached: true, seed: 13, flow: "converged" });
    expect(summary.files).toEqual([at("whole.json"), at("whole.network.json")]);
    const network = await readNetworkFile(at("whole.network.json"));
    const { permeability } = await computePermeability(device, network, { closure: "hagen-poiseuille" });
    expect(Math.abs(permeability.mD / 20_000 - 1)).toBeLessThan(0.01);
    expect(Math.abs((2 * network.throatCount) / network.poreCount / 2.5 - 1)).toBeLessThan(0.01);
    for (const { value, target, relativeError } of summary.targets) {
      expect(value / target - 1).toBeCloseTo(relativeError, 12);
    }
    const { history, status, controls } = readResult("whole.json");
    expect([status, history.length]).toEqual(["finished", summary.evaluations]);
    expect(history.at(-1).x).toEqual([controls.throatRadius, controls.distance]);
  });

  it("comes to the same result again, and by another seed to another", async () => {
    await runHere(calibrate("sand.json", "again.json", "--quiet"));
    expect(readResult("again.json").history).toEqual(readResult("whole.json").history);
    const { stderr } = await runHere(calibrate("sand.json", "other.json", "--quiet", "--seed", "14"));
    expect(stderr).toBe("");
    expect(readResult("other.json").history[0]).not.toEqual(readResult("whole.json").history[0]);
  });

  it("goes on to the same result after kill -9", async () => {
    const resumed = ["calibrate", writeConfig("sand.json"), "--resume", at("killed.json")];
    const when = /best J \S+, ([4-9]|\d\d) evaluations/;
    const killed = await runCli(resumed, { interrupt: { when, signal: "SIGKILL" } });
    expect([killed.code, readResult("killed.json").status]).toEqual([null, "running"]);
    expect(killed.stderr).toMatch(/nothing to resume/);
    expect(await runHere([...resumed, "--json"])).toMatchObject({ code: 0 });
    expect(readResult("killed.json").history).toEqual(readResult("whole.json").history);
    expect(readdirSync(folder).filter((name) => name.startsWith("killed"))).toEqual([
      "killed.json",
      "killed.network.json",
    ]);
  });

  it("writes the network in another format, and figures", async () => {
    const args = ["--network", at("sand.vtp"), "--plot", at("figures"), "--json"];
    const { stdout } = await runHere(calibrate("sand.json", "drawn.json", ...args));
    const { files } = JSON.parse(stdout);
    expect(readFileSync(at("sand.vtp"), "utf8")).toMatch(/^<\?xml|^<VTKFile/);
    const names = ["convergence", "error-surface", "sizes", "permeability-by-distance", "cost-by-distance"];
    for (const name of names) {
      expect(files).toContain(at(`figures/${name}.svg`));
      expect(readFileSync(at(`figures/${name}.svg`), "utf8")).toMatch(/^<svg/);
    }
  }, 120_000);

  it("ends with 1 and keeps the best where the evaluations run out", async () => {
    writeConfig("short.json", { search: { maxEvaluations: 3 } });
    const { code, stdout } = await runHere(["calibrate", at("short.json"), "-o", at("short.result.json")]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/not met/)]);
    expect(readResult("short.result.json").history).toHaveLength(3);
  });

  it("does not replace a result unasked, nor resumes another calibration or a damaged one", async () => {
    const whole = readFileSync(at("whole.json"));
    const run = (...args: string[]) => runHere(["calibrate", writeConfig("sand.json"), ...args]);
    expect(await run("-o", at("whole.json"))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/is there already/),
    });
    expect(await run("--resume", at("whole.json"), "--seed", "15")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/another configuration or seed/),
    });
    writeFileSync(at("torn.json"), whole.subarray(0, whole.length / 2));
    expect(await run("--resume", at("torn.json"))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/torn\.json/),
    });
    const changed = readResult("whole.json");
    changed.state.values[0] *= 2;
    writeFileSync(at("changed.json"), JSON.stringify(changed));
    expect(await run("--resume", at("changed.json"))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/checksum/),
    });
    expect(readFileSync(at("whole.json")).equals(whole)).toBe(true);
  });

  it.each<[string, object, RegExp]>([
    [
      "reversed bounds",
      { controls: [{ name: "distance", low: 2, high: 1 }], network: { preset: "sand" } },
      /distance/,
    ],
    ["a control that is not known", { controls: [{ name: "depth", low: 1, high: 2 }] }, /depth/],
    ["a target that is not known", { targets: [{ kind: "colour", value: 1 }] }, /colour/],
    ["a key that is not known", { target: [] }, /target/],
    [
      "bounds within which nothing flows",
      { controls: [CONFIG.controls[0], { name: "distance", low: 0.1, high: 0.2 }] },
      /Nothing flows/,
    ],
  ])("refuses %s, and writes nothing", async (_, changes, message) => {
    writeConfig("bad.json", changes);
    const { code, stderr } = await runHere(["calibrate", at("bad.json"), "-o", at("bad.result.json")]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(existsSync(at("bad.result.json"))).toBe(false);
  });
});
