/** Models in folders: written and read back, refused when they are not whole, whole whenever the writer is killed. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { FormatError, OptionError } from "../../src/errors.ts";
import type { Checkpoint } from "../../src/learn/checkpoint.ts";
import { layersOf } from "../../src/learn/trained-model.ts";
import { drawWeights } from "../../src/learn/weights.ts";
import {
  hasModel,
  readBaselines,
  readModel,
  removeModel,
  writeBaselines,
  writeModel,
} from "../../src/node/model-files.ts";
import { makeModel } from "../learn/made-model.ts";
import { makePair, makeRandom } from "../learn/networks.ts";

const folder = mkdtempSync(join(tmpdir(), "porenet-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const made = makeModel([{ network: makePair(), voxelSize: 1e-5 }, { network: makeRandom(5) }], {
  members: 2,
  model: { width: 4, rounds: 1 },
});

/** In the middle of the second member, nothing held out. */
function makeUnfinished(): Checkpoint {
  const layers = layersOf(made.config);
  const parts = (seed: number) =>
    [...drawWeights(layers, seed).values()].flatMap(({ matrix, bias }) => [matrix, bias]);
  return {
    ...made,
    members: made.members.slice(0, 1),
    history: [{ member: 1, epoch: 3, loss: 0.1, validation: Number.NaN, seconds: 1 / 3 }],
    state: {
      member: 1,
      epoch: 3,
      weights: drawWeights(layers, 41),
      adam: { step: 17, first: parts(43), second: parts(47) },
      best: { epoch: 2, validation: 1 / 7, weights: drawWeights(layers, 53) },
    },
  };
}

describe("a model in a folder", () => {
  it("comes back as it was, finished or not", async () => {
    const place = join(folder, "deep", "down");
    await writeModel(place, made);
    expect(await readModel(place)).toEqual({ ...made, state: undefined });
    const unfinished = makeUnfinished();
    await writeModel(place, unfinished);
    expect(await readModel(place)).toEqual(unfinished);
    const early = { ...unfinished.state!, best: { ...unfinished.state!.best, validation: Infinity } };
    await writeModel(place, { ...unfinished, state: early });
    expect(await readModel(place)).toEqual({ ...unfinished, state: early });
  });

  it("holds one manifest and the weights that it names, and leaves other files alone", async () => {
    const place = join(folder, "swept");
    await writeModel(place, made);
    writeFileSync(join(place, "notes.txt"), "mine");
    writeFileSync(join(place, ".porenet-1-00000000.tmp"), "cut off");
    await writeModel(place, makeUnfinished());
    const { weights } = JSON.parse(readFileSync(join(place, "manifest.json"), "utf8"));
    expect(readdirSync(place).sort()).toEqual(["manifest.json", "notes.txt", weights]);
    // The same model has the same files.
    const before = readFileSync(join(place, "manifest.json"), "utf8");
    await writeModel(place, await readModel(place));
    expect(readFileSync(join(place, "manifest.json"), "utf8")).toBe(before);
    await removeModel(place);
    expect(readdirSync(place)).toEqual(["notes.txt"]);
    expect(await hasModel(place)).toBe(false);
  });

  it("is refused when it is not whole, by name and with what to do", async () => {
    const place = join(folder, "whole");
    await writeModel(place, made);
    const spoil = async (name: string, change: (copy: string) => void) => {
      const copy = join(folder, name);
      cpSync(place, copy, { recursive: true });
      change(copy);
      const error = await readModel(copy).catch((fault: unknown) => fault);
      expect(error).toBeInstanceOf(FormatError);
      return (error as FormatError).message.replaceAll(copy, "MODEL");
    };
    const manifest = JSON.parse(readFileSync(join(place, "manifest.json"), "utf8"));
    const put = (copy: string, value: unknown) =>
      writeFileSync(join(copy, "manifest.json"), typeof value === "string" ? value : JSON.stringify(value));
    const remedy = "Give a folder that `porenet train` has written.";

    expect(await readModel(join(folder, "nowhere")).catch((error: Error) => error.message)).toBe(
      `${join(folder, "nowhere", "manifest.json")}: expected the manifest of a model, found no such file. ${remedy}`,
    );
    expect(await spoil("a", (copy) => rmSync(join(copy, manifest.weights)))).toBe(
      `MODEL/${manifest.weights}: expected the weights that the manifest names, found no such file. ` +
        "Copy the folder as a whole, or train again.",
    );
    expect(await spoil("b", (copy) => put(copy, "{ cut off"))).toMatch(/found no JSON object/);
    expect(await spoil("c", (copy) => put(copy, { ...manifest, format: "other" }))).toMatch(
      /found format "other"/,
    );
    expect(await spoil("d", (copy) => put(copy, { ...manifest, version: 9 }))).toMatch(
      /expected version 1, found version 9/,
    );
    expect(await spoil("e", (copy) => put(copy, { ...manifest, weights: "../elsewhere.bin" }))).toMatch(
      /a manifest that names its weights/,
    );
    const config = { ...manifest.config, wings: 2 };
    expect(await spoil("f", (copy) => put(copy, { ...manifest, config }))).toMatch(
      /MODEL\/manifest.json: .*no option "wings"/,
    );
    const cut = readFileSync(join(place, manifest.weights)).subarray(0, 100);
    expect(await spoil("g", (copy) => writeFileSync(join(copy, manifest.weights), cut))).toMatch(
      /expected \d+ bytes of weights in weights-\w+.bin, found 100/,
    );
  });

  it("cannot be written where a file is", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(writeModel(join(folder, "file"), made)).rejects.toThrow(OptionError);
    await expect(writeModel(join(folder, "file", "below"), made)).rejects.toThrow(/is not a folder/);
  });
});

describe("baselines beside a model", () => {
  const regression = { columns: ["a", "b"], means: [0.1, 0.2], fit: { intercept: 0.3, slopes: [1 / 3, 0] } };

  it("come back, with and without a law", async () => {
    const place = join(folder, "baselines");
    expect(await readBaselines(place)).toBeUndefined();
    for (const kozenyCarman of [{ factor: 0.2, exponent: 1.1 }, null]) {
      await writeBaselines(place, { kozenyCarman, regression });
      expect(await readBaselines(place)).toEqual({ kozenyCarman, regression });
    }
  });

  it("are refused when they are something else", async () => {
    const place = join(folder, "no-baselines");
    await writeBaselines(place, { kozenyCarman: null, regression });
    const file = join(place, "baselines.json");
    const whole = JSON.parse(readFileSync(file, "utf8"));
    for (const other of [
      "",
      "[]",
      { ...whole, version: 2 },
      { ...whole, regression: { ...regression, means: [] } },
    ]) {
      writeFileSync(file, typeof other === "string" ? other : JSON.stringify(other));
      await expect(readBaselines(place)).rejects.toThrow(/baselines.json: expected baselines/);
    }
  });
});

describe("a writer that is killed", () => {
  it("leaves a whole model, whenever it is", async () => {
    const place = join(folder, "killed");
    const script = fileURLToPath(new URL("children/write-models.ts", import.meta.url));
    const numbers: number[] = [];
    for (let round = 0; round < 6; round++) {
      const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), script, place]);
      await new Promise((resolve) => child.stdout.once("data", resolve));
      await new Promise((resolve) => setTimeout(resolve, 40 + 7.3 * round));
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await ended;
      const { members, history } = await readModel(place);
      const values = [...members[0]!.values()].flatMap(({ matrix, bias }) => [...matrix, ...bias]);
      const number = history[0]!.epoch;
      expect(new Set(values)).toEqual(new Set([number]));
      numbers.push(number);
    }
    expect(Math.max(...numbers)).toBeGreaterThan(2);
    await writeModel(place, made);
    expect(readdirSync(place)).toHaveLength(2);
  }, 60_000);
});
