/** What training is asked for: a configuration file, and flags over it. */
import { readFile } from "node:fs/promises";
import { FormatError, OptionError } from "../errors.ts";
import { completeTrainOptions, type TrainConfig, type TrainOptions } from "../learn/train-options.ts";
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
  const options = parseConfig(file, await readText(file));
  try {
    completeTrainOptions(options);
    return options;
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    const what = error.message.slice(0, -error.remedy.length).trim();
    throw new OptionError(error.option, `${file}: ${what}`, error.remedy);
  }
}

async function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    const found = error.code === "ENOENT" ? "no such file" : (error.code ?? error.message);
    throw new FormatError(file, undefined, "a configuration", found, "Check the path.");
  });
}

function parseConfig(file: string, text: string): TrainOptions {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const found = (error as Error).message.replace(/\.$/, "");
    throw new FormatError(file, undefined, "JSON", found, 'Write an object, as { "members": 3 }.');
  }
  const isObject = (each: unknown) => typeof each === "object" && each !== null && !Array.isArray(each);
  const config = value as Record<string, unknown>;
  if (!isObject(config)) {
    throw new FormatError(file, undefined, "an object", describe(value), 'Write { "members": 3 }, say.');
  }
  for (const key of ["model", "features"]) {
    if (config[key] === undefined || isObject(config[key])) continue;
    throw new FormatError(file, undefined, `an object as ${key}`, describe(config[key]), "See --help.");
  }
  return config as TrainOptions;
}

function describe(value: unknown): string {
  return Array.isArray(value) ? "a list" : `${JSON.stringify(value)}`;
}
