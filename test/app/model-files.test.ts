import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readModelFiles } from "../../examples/app/src/engine/model-files.ts";
import { readDefaultModel } from "../../src/node.ts";

const FOLDER = new URL("../../src/learn/default-model/", import.meta.url);

function open(names: readonly string[]): File[] {
  return names.map((name) => new File([readFileSync(new URL(name, FOLDER))], name));
}

const weights = readdirSync(FOLDER).find((name) => name.endsWith(".bin"))!;

describe("a trained model out of the files that a person opens", () => {
  it("is the same that Node reads", async () => {
    const { name, model } = await readModelFiles(open([weights, "manifest.json"]));
    const expected = await readDefaultModel();
    expect(name).toBe(expected.trainedOn.name);
    expect(model.members).toEqual(expected.members);
    expect(model.config).toEqual(expected.config);
  });

  it("says what is missing", async () => {
    await expect(readModelFiles(open([weights]))).rejects.toThrow(
      /manifest\.json: expected it among the files/,
    );
    await expect(readModelFiles(open(["manifest.json"]))).rejects.toThrow(
      /expected weights-.* opened with it/,
    );
    const broken = new File(["{"], "manifest.json");
    await expect(readModelFiles([broken, ...open([weights])])).rejects.toThrow(/that names its weights/);
    const short = new File([new Uint8Array(8)], weights);
    await expect(readModelFiles([...open(["manifest.json"]), short])).rejects.toThrow(
      /manifest\.json: expected/,
    );
  });
});
