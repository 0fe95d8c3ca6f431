/** `porenet train` on small networks of rocks: to the same weights again, also after kill -9 at several moments. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { useDevice } from "../support/device.ts";
import { writeRow } from "./row.ts";
import { runCli, useFolder } from "./run-cli.ts";
import { runHere } from "./run-here.ts";

// Skips where there is no adapter; training opens its own.
const device = await useDevice();
const ROCKS = fileURLToPath(new URL("../fixtures/rocks", import.meta.url));
const folder = useFolder();
const at = (name: string) => join(folder, name);
// Nothing held out: the last weights are the ones that are kept.
const CONFIG = {
  members: 1,
  epochs: 4,
  model: { width: 8, depth: 1, rounds: 0 },
  features: {
    throat: ["radiusOverVoxel", "lengthOverRadius", "shapeFactor", "radiusMean", "radiusDistance"],
    pore: ["radiusOverVoxel", "coordination"],
  },
  validationShare: 0,
  seed: 11,
};

const train = (model: string, ...args: string[]) => [
  "train",
  ROCKS,
  "-o",
  at(model),
  "--config",
  at("config.json"),
  ...args,
];
const readManifest = (model: string) => JSON.parse(readFileSync(join(at(model), "manifest.json"), "utf8"));
const readWeights = (model: string) => readFileSync(join(at(model), readManifest(model).weights));
const readHistory = (model: string) =>
  readManifest(model).history.map(({ seconds: _, ...epoch }: { seconds: number }) => epoch);

let whole: Awaited<ReturnType<typeof runCli>>;

beforeAll(async () => {
  writeFileSync(at("config.json"), JSON.stringify(CONFIG));
  if (device) whole = await runCli(train("whole", "--json"));
});

describe("porenet train", () => {
  it("says how it goes, line by line where there is no terminal, and what came of it", () => {
    const { code, stdout, stderr } = whole;
    expect(code).toBe(0);
    for (let epoch = 1; epoch <= 4; epoch++) {
      const line = `member 1/1, epoch ${epoch}/4, loss \\S+, \\S+ s, at most \\d+ s left`;
      expect(stderr).toMatch(new RegExp(`^training: ${line}$`, "m"));
      expect(stderr).toMatch(new RegExp(`^training the baseline that pools: ${line}$`, "m"));
    }
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ model: at("whole"), networks: 4, members: 1, epochs: 4, skipped: [] });
    expect(summary).toMatchObject({ isResumed: false, config: CONFIG, pooledGnn: { members: 1, epochs: 4 } });
    // 5 features: a layer to 8, one of 8 to 8, the last, and the linear part.
    expect(summary.weights).toBe(6 * 8 + 9 * 8 + 9 + 6);
    expect(readWeights("whole")).toHaveLength(4 * summary.weights);
    expect(summary.bestValidation).toBeNull();
    expect(summary.seconds).toBeGreaterThan(0);
  });

  it("keeps with the model what it was trained on, and what it is to be compared with", () => {
    expect(readManifest("whole").trainedOn).toEqual({
      name: "rocks",
      networks: 4,
      families: ["berea", "grain", "overlap"],
    });
    const baselines = JSON.parse(readFileSync(join(at("whole"), "baselines.json"), "utf8"));
    expect(baselines.kozenyCarman.factor).toBeGreaterThan(0);
    expect(baselines.regression.columns).toContain("throat.radiusOverVoxel");
    expect(readManifest("whole/pooled").config.model).toMatchObject({
      readout: "network",
      rounds: 1,
      width: 8,
    });
    // The linear part begins at 0, and learns.
    const linear = new Float32Array(Uint8Array.from(readWeights("whole")).buffer).slice(-6);
    expect(linear.every((weight) => weight !== 0)).toBe(true);
  });

  it("comes to the same weights again, and by another seed to others", async () => {
    const again = await runHere(train("again", "--no-baselines"));
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toMatch(/members +1 of 135 weights, 4 epochs in all/);
    expect(readWeights("again").equals(readWeights("whole"))).toBe(true);
    expect(readHistory("again")).toEqual(readHistory("whole"));
    expect((await runHere(train("other", "--no-baselines", "--seed", "12", "--quiet"))).stderr).toBe("");
    expect(readWeights("other").equals(readWeights("whole"))).toBe(false);
  });

  it("goes on to the same weights after kill -9, between epochs and in the middle of one", async () => {
    const kill = (when: RegExp, after: number) => ({
      interrupt: { when, after, signal: "SIGKILL" as const },
    });
    const first = await runCli(train("killed"), kill(/training: .*epoch 1\/4/, 0));
    const second = await runCli(train("killed", "--resume"), kill(/training: .*epoch 3\/4/, 3));
    expect([first.code, second.code]).toEqual([null, null]);
    expect(second.stderr).not.toMatch(/epoch 1\/4/);
    const third = await runCli(train("killed", "--resume"), kill(/pools: .*epoch 1\/4/, 5));
    expect(third.code).toBeNull();
    const last = await runHere(train("killed", "--resume", "--json"));
    expect(last.code).toBe(0);
    expect(last.stderr).toMatch(/killed was finished already/);
    expect(JSON.parse(last.stdout)).toMatchObject({ isResumed: true, epochs: 4, pooledGnn: { epochs: 4 } });
    for (const model of ["", "/pooled"]) {
      expect(readHistory(`killed${model}`)).toEqual(readHistory(`whole${model}`));
      expect(readWeights(`killed${model}`).equals(readWeights(`whole${model}`))).toBe(true);
    }
    const text = (model: string) => readFileSync(join(at(model), "baselines.json"), "utf8");
    expect(text("killed")).toBe(text("whole"));
  });

  it("ends after the epoch at Ctrl-C, says how to go on, and does so without being told the rest", async () => {
    const interrupt = { when: /training: .*epoch 1\/4/, signal: "SIGINT" as const };
    const { code, stdout, stderr } = await runCli(train("stopped", "--no-baselines"), { interrupt });
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr).toMatch(/ending after the epoch under way/);
    expect(stderr).toMatch(`the training is kept in ${at("stopped")}: go on with  porenet train ${ROCKS}`);
    expect(readManifest("stopped").state.epoch).toBeGreaterThanOrEqual(1);
    const rest = await runHere(["train", ROCKS, "-o", at("stopped"), "--resume", "--no-baselines"]);
    expect(rest.code).toBe(0);
    expect(readWeights("stopped").equals(readWeights("whole"))).toBe(true);
  });

  it("does not go on otherwise than it began, nor loses a model unasked", async () => {
    const more = await runHere(train("whole", "--resume", "--epochs", "9"));
    expect(more).toMatchObject({ code: 2, stdout: "" });
    expect(more.stderr).toMatch(/trained with other values of: epochs/);
    writeFileSync(at("few.csv"), `network,permeability,split\n${ROCKS}/nets/blobs_s_d074,1e-14,train\n`);
    const few = await runHere(["train", at("few.csv"), "-o", at("whole"), "--resume"]);
    expect(few.stderr).toMatch(/trained on other networks or labels/);
    const before = readManifest("whole").weights;
    expect((await runHere(train("whole"))).code).toBe(2);
    expect(readManifest("whole").weights).toBe(before);
    const forced = await runHere(train("again", "--force", "--epochs", "1", "--no-baselines"));
    expect([forced.code, readManifest("again").config.epochs]).toEqual([0, 1]);
  });

  it("takes a list of networks and permeabilities, and leaves out what nothing flows through", async () => {
    writeRow(folder);
    const names = ["grain_e_d013", "overlap_e_d004", "berea_sy_064_320_192"];
    const rows = names.map((name, k) => `${ROCKS}/nets/${name},${k + 1}e-13`);
    writeFileSync(at("list.csv"), ["network,permeability", ...rows, "row.json,1e-13", ""].join("\n"));
    writeFileSync(at("held-out.json"), JSON.stringify({ ...CONFIG, epochs: 2, validationShare: 0.3 }));
    const args = ["--config", at("held-out.json"), "--json", "--resume"];
    const { code, stdout, stderr } = await runHere(["train", at("list.csv"), "-o", at("list"), ...args]);
    expect(stderr).toMatch(/nothing to resume in .*list: training begins/);
    expect(stderr).toMatch(/row.json is left out. /);
    expect(stderr).toMatch(/^training: .*epoch 2\/2, loss \S+, validation error \S+ %, /m);
    expect(code).toBe(0);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ networks: 3, skipped: ["row.json"] });
    const errors = readHistory("list").map((each: { validation: number }) => each.validation);
    expect(summary.bestValidation).toBe(Math.min(...errors));
    expect(readManifest("list").trainedOn).toEqual({ name: "list", networks: 3, families: [] });
  });
});
