/** What `porenet train`, `predict` and `evaluate` refuse before they open a device. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { writeModel } from "../../src/node/model-files.ts";
import { makeModel } from "../learn/made-model.ts";
import { makePair } from "../learn/networks.ts";
import { BEREA, useFolder } from "./run-cli.ts";
import { runHere } from "./run-here.ts";

const ROCKS = fileURLToPath(new URL("../fixtures/rocks", import.meta.url));
const folder = useFolder();
const at = (name: string) => join(folder, name);

const MODEL = at("model");
const FRESH = at("fresh");

/** A configuration file of this text. */
function configure(text: string): string {
  writeFileSync(at("config.json"), text);
  return at("config.json");
}

beforeAll(async () => {
  await writeModel(MODEL, makeModel([{ network: makePair() }], { members: 1, model: { width: 3 } }));
  mkdirSync(at("table"));
  const rows = readFileSync(join(ROCKS, "index.csv"), "utf8").replace(/,train$/gm, ",test");
  writeFileSync(
    at("table/index.csv"),
    rows.replace(/^(?!id)(\w+)/gm, `${ROCKS}/nets/$1`).replace(/^id/, "network"),
  );
});

describe("training is refused", () => {
  const train = (...args: string[]) => ["train", ROCKS, "-o", FRESH, ...args];
  const cases: readonly [string, () => readonly string[], RegExp][] = [
    ["without a folder for the model", () => ["train", ROCKS], /-o is missing.\n {2}Name a folder/],
    ["where a model is", () => ["train", ROCKS, "-o", MODEL], /already holds a model.\n.*--resume.*--force/],
    ["to go on and begin anew", () => train("--resume", "--force"), /--resume and --force are both given/],
    [
      "without its configuration",
      () => train("--config", at("no.json")),
      /no.json: expected a configuration, found no/,
    ],
    [
      "with what is no JSON",
      () => train("--config", configure("{ members: 3 }")),
      /config.json: expected JSON/,
    ],
    [
      "with a list",
      () => train("--config", configure("[]")),
      /config.json: expected an object, found a list/,
    ],
    [
      "with an unknown key",
      () => train("--config", configure('{ "member": 3 }')),
      /config.json: .*no option "member"[\s\S]*members/,
    ],
    [
      "with an unknown key of the model",
      () => train("--config", configure('{ "model": { "heads": 3 } }')),
      /config.json: .*no option "heads"[\s\S]*width/,
    ],
    [
      "with half a model",
      () => train("--config", configure('{ "model": null }')),
      /an object as model, found null/,
    ],
    [
      "with half of the features",
      () => train("--config", configure('{ "features": { "throat": [] } }')),
      /config.json: features has not a list/,
    ],
    [
      "with a word for a number",
      () => train("--config", configure('{ "epochs": "3" }')),
      /config.json: epochs is 3/,
    ],
    [
      "with a word for a switch",
      () => train("--config", configure('{ "model": { "linear": "no" } }')),
      /linear is "no"/,
    ],
    ["for no epoch", () => train("--epochs", "0"), /--epochs is "0"/],
    ["with half a seed", () => train("--seed", "0.5"), /--seed is "0.5"/],
    ["without a data set", () => ["train", at("nowhere"), "-o", FRESH], /nowhere: expected a data set/],
    [
      "without rows to train on",
      () => ["train", at("table"), "-o", FRESH],
      /No row of .*table has the split train/,
    ],
    ["on a device of no kind", () => train("--device", "abacus"), /--device is "abacus"/],
    ["on an adapter that it does not know", () => train("--adapter", "x"), /no option --adapter/],
  ];

  it.each(cases)("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await runHere(args());
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

describe("a model is refused", () => {
  const cases: readonly [string, readonly string[], RegExp][] = [
    [
      "that is not there",
      ["predict", at("none"), BEREA],
      /none\/manifest.json: expected the manifest.*\n.*porenet train/,
    ],
    [
      "that is not there, for a data set",
      ["evaluate", at("none"), ROCKS],
      /none\/manifest.json: expected the manifest/,
    ],
    ["without networks", ["predict", MODEL], /needs NETWORK/],
    ["with a network that is not there", ["predict", MODEL, BEREA, at("gone")], /no file .*gone_link1.dat/],
    ["with a split of no name", ["evaluate", MODEL, ROCKS, "--split", "tset"], /Did you mean test\?/],
    [
      "with rows that are not there",
      ["evaluate", MODEL, at("table"), "--split", "train"],
      /No row of .* the split train/,
    ],
    [
      "where it would not be used",
      ["solve", BEREA, "--model", MODEL],
      /--model is given without --closure learned/,
    ],
    [
      "as a closure, when it is not there",
      ["solve", BEREA, "--closure=learned", "--model", at("none")],
      /the manifest/,
    ],
  ];

  it.each(cases)("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await runHere([...args, ...(args[0] === "solve" ? [] : ["--quiet"])]);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, ""]);
  });

  it("that predicts no conductances", async () => {
    const model = makeModel([{ network: makePair() }], {
      members: 1,
      model: { readout: "network", rounds: 1 },
    });
    await writeModel(at("pooled"), model);
    const { code, stderr } = await runHere(["solve", BEREA, "--closure", "learned", "--model", at("pooled")]);
    expect(stderr).toMatch(/predicts permeabilities of networks, and no conductances/);
    expect(code).toBe(2);
  });
});
