/** What training is asked for: a configuration file, and flags over it. */
import { FormatError } from "../errors.ts";
import { completeTrainOptions, type TrainConfig, type TrainOptions } from "../learn/train-options.ts";
import { describeJson, isJsonObject, namingFile, readJsonObject } from "./json-file.ts";
import type { Arguments, OptionSpec } from "./options.ts";

const { model, ...others } = completeTrainOptions();

export const CONFIG_OPTIONS = {
  config: { value: "FILE", help: "JSON of how to train; see below" },
  epochs: { value: "N", help: `of each member at most; default ${others.epochs}` },
  seed: { value: "S", help: `of weights, batches and what is held out; default ${others.seed}` },
} as const satisfies Record<string, OptionSpec>;

export const CONFIG_NOTE =
  `The file of --config holds an object with any of: ${Object.keys(others).join(", ")}, and model, an object with any ` +
  `of: ${Object.keys(model).join(", ")}. What is left out has its default; a value that is not understood is answered ` +
  "with those that are.";

/**
 * Only what is stated, checked.
 * @throws {FormatError} when the file is missing or holds no JSON object
 * @throws {OptionError} for a key or value that is not understood, naming the file
 */
export async function readStatedOptions(args: Arguments): Promise<TrainOptions> {
  const file = args.text("config");
  const configured = file === undefined ? {} : await readConfig(file);
  const epochs = args.integer("epochs", 1);
  const seed = args.integer("seed", 0);
  return { ...configured, ...(epochs !== undefined && { epochs }), ...(seed !== undefined && { seed }) };
}

/** Training that goes on keeps what it began with where nothing else is stated. */
export function mergeOptions(begun: TrainConfig | undefined, stated: TrainOptions): TrainConfig {
  return completeTrainOptions({ ...begun, ...stated, model: { ...begun?.model, ...stated.model } });
}

async function readConfig(file: string): Promise<TrainOptions> {
  const config = await readJsonObject(file, "a configuration", '{ "members": 3 }');
  for (const key of ["model", "features"]) {
    if (config[key] === undefined || isJsonObject(config[key])) continue;
    throw new FormatError(file, undefined, `an object as ${key}`, describeJson(config[key]), "See --help.");
  }
  return namingFile(file, () => {
    completeTrainOptions(config as TrainOptions);
    return config as TrainOptions;
  });
}
