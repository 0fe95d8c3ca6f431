/** `porenet train`: a model from a data set, and beside it what it is to be compared with. */
import { basename, resolve } from "node:path";
import type { ComputeDevice } from "../gpu/device.ts";
import { fitBaselines, poolThroats } from "../learn/baselines.ts";
import type { Checkpoint } from "../learn/checkpoint.ts";
import { type DatasetRow, selectRows } from "../learn/dataset.ts";
import { train as trainModel } from "../learn/train.ts";
import type { TrainConfig } from "../learn/train-options.ts";
import { layersOf, type TrainedModel } from "../learn/trained-model.ts";
import { countWeights } from "../learn/weights.ts";
import { readDataset } from "../node/dataset-files.ts";
import { requestDevice } from "../node/device.ts";
import { hasModel, readModel, removeModel, writeBaselines, writeModel } from "../node/model-files.ts";
import type { Command } from "./command.ts";
import { COMMON_OPTIONS } from "./help.ts";
import { Interruption, interruptible } from "./interruption.ts";
import { averageBestValidation, poolFolder } from "./model-folder.ts";
import { type Arguments, UsageError } from "./options.ts";
import { alignRows, printJson, printLines, warn } from "./output.ts";
import { createProgressBar } from "./progress.ts";
import { CONFIG_NOTE, CONFIG_OPTIONS, mergeOptions, readStatedOptions } from "./train-config.ts";
import { createTrainReporter, formatPercent } from "./train-progress.ts";

export const DATASET_NOTE =
  "DATASET is a folder with an index.csv and the networks in nets/, or a CSV file with the columns network and " +
  "permeability [m²] (or permeability_mD). Its columns family, size, region, split, axis, voxel_size, porosity and " +
  "specific_surface are used where they are there.";

export const DEVICE_OPTION = {
  value: "auto|hardware|software",
  help: "what to compute on; default auto: hardware where there is any",
} as const;

export const train: Command = {
  name: "train",
  summary: "Learn conductances from the permeabilities of a data set",
  operands: ["DATASET"],
  options: {
    output: { value: "MODEL_DIR", short: "o", help: "folder for the model; made where there is none" },
    ...CONFIG_OPTIONS,
    resume: { help: "go on with the training in MODEL_DIR, where there is one" },
    force: { help: "replace the model in MODEL_DIR" },
    "no-baselines": { help: "train the model only, and nothing to compare it with" },
    device: DEVICE_OPTION,
    json: { help: "one JSON object on stdout" },
    quiet: { help: "no progress and no warnings" },
    ...COMMON_OPTIONS,
  },
  notes: [
    DATASET_NOTE,
    "The rows whose split is train are learnt from, all where no row has a split. State is kept after every epoch: " +
      "interrupted, even by kill -9, training goes on with --resume to the same result; what is not stated then is as " +
      "it was. Ctrl-C ends after the epoch under way, a second one at once. Results repeat bit for bit on one device.",
    CONFIG_NOTE,
  ],
  run: runTrain,
};

interface Begun {
  readonly model: Checkpoint | undefined;
  readonly pooled: Checkpoint | undefined;
}

async function runTrain(args: Arguments): Promise<number> {
  const folder = args.text("output");
  if (folder === undefined)
    throw new UsageError("-o is missing.", "Name a folder for the model: -o MODEL_DIR.");
  const place = args.operands[0]!;
  const deviceKind = args.choice("device", ["auto", "hardware", "software"]) ?? "auto";
  const stated = await readStatedOptions(args);
  const begun = await findBegun(args, folder);
  const config = mergeOptions(begun.model?.config, stated);
  const say = args.isSet("quiet") ? () => {} : warn;
  const start = performance.now();
  try {
    const summary = await interruptible(async (signal) => {
      signal.addEventListener("abort", () => tell("ending after the epoch under way; again ends at once"));
      const rows = await readRows(place, args.isSet("quiet"), signal);
      using device = await requestDevice({ device: deviceKind });
      if (args.isSet("force")) await removeModels(folder);
      const skipped: string[] = [];
      const onSkip = (row: DatasetRow, { message }: Error) => {
        skipped.push(row.name);
        say(`${row.name} is left out. ${message}`);
      };
      const run = { device, rows, config, name: nameDataset(place), signal, isQuiet: args.isSet("quiet") };
      const model = await trainInto(folder, { ...run, label: "training", resume: begun.model, onSkip });
      const pooled = args.isSet("no-baselines") ? undefined : await trainBaselines(folder, run, begun.pooled);
      const { name, source } = device;
      return {
        ...summarize(model),
        skipped,
        pooledGnn: pooled && summarize(pooled),
        device: { name, source },
      };
    });
    const seconds = (performance.now() - start) / 1000;
    const isResumed = begun.model !== undefined;
    if (args.isSet("json")) printJson({ model: folder, ...summary, isResumed, seconds, config });
    else printLines(describeSummary(folder, summary, seconds));
    return 0;
  } catch (error) {
    if (error instanceof Interruption && (await hasModel(folder)))
      tell(`the training is kept in ${folder}: go on with  porenet train ${place} -o ${folder} --resume`);
    throw error;
  }
}

function tell(what: string): void {
  process.stderr.write(`porenet: ${what}\n`);
}

/** @throws {UsageError} when there is a model that would be lost */
async function findBegun(args: Arguments, folder: string): Promise<Begun> {
  const [isResumed, isForced] = [args.isSet("resume"), args.isSet("force")];
  if (isResumed && isForced)
    throw new UsageError("--resume and --force are both given.", "Leave one of them out.");
  const isThere = await hasModel(folder);
  if (isThere && !isResumed && !isForced) {
    throw new UsageError(
      `${folder} already holds a model.`,
      "Go on with it by --resume, replace it by --force, or name another folder.",
    );
  }
  if (!isResumed) return { model: undefined, pooled: undefined };
  if (!isThere && !args.isSet("quiet")) tell(`there is nothing to resume in ${folder}: training begins`);
  const pool = poolFolder(folder);
  const model = isThere ? await readModel(folder) : undefined;
  const pooled = isThere && (await hasModel(pool)) ? await readModel(pool) : undefined;
  return { model, pooled };
}

async function readRows(
  place: string,
  isQuiet: boolean,
  signal: AbortSignal,
): Promise<readonly DatasetRow[]> {
  const bar = createProgressBar("reading", isQuiet);
  const onProgress = (done: number, count: number) => bar.show(done / count, `${done} of ${count} networks`);
  try {
    const rows = selectRows(await readDataset(place, { signal, onProgress }), "train");
    if (rows.length > 0) return rows;
  } finally {
    bar.clear();
  }
  throw new UsageError(
    `No row of ${place} has the split train.`,
    "Name another data set, or correct its splits.",
  );
}

async function removeModels(folder: string): Promise<void> {
  await removeModel(folder);
  await removeModel(poolFolder(folder));
}

/** The folder's or file's own name: where it lies is nobody's business. */
export function nameDataset(place: string): string {
  return basename(resolve(place)).replace(/\.csv$/i, "");
}

interface TrainRun {
  readonly device: ComputeDevice;
  readonly rows: readonly DatasetRow[];
  readonly config: TrainConfig;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly isQuiet: boolean;
}

interface OneTraining extends TrainRun {
  readonly label: string;
  readonly resume: Checkpoint | undefined;
  readonly onSkip?: (row: DatasetRow, reason: Error) => void;
}

async function trainInto(
  folder: string,
  { device, rows, config, name, signal, isQuiet, label, resume, onSkip }: OneTraining,
): Promise<TrainedModel> {
  const isFinished = resume !== undefined && resume.members.length === resume.config.members;
  const { onProgress, clear } = createTrainReporter(label, isQuiet);
  const onCheckpoint = (checkpoint: Checkpoint) => writeModel(folder, checkpoint);
  try {
    const control = { signal, onProgress, onCheckpoint, onSkip, resume };
    const model = await trainModel(device, rows, config, control, name);
    if (isFinished && !isQuiet) tell(`the training in ${folder} was finished already`);
    return model;
  } finally {
    clear();
  }
}

async function trainBaselines(
  folder: string,
  run: TrainRun,
  resume: Checkpoint | undefined,
): Promise<TrainedModel> {
  const { rows, config } = run;
  await writeBaselines(folder, fitBaselines(rows, config));
  const pooled = { ...run, config: poolThroats(config), label: "training the baseline that pools", resume };
  return trainInto(poolFolder(folder), pooled);
}

interface Summary {
  readonly members: number;
  /** Of all members together. */
  readonly epochs: number;
  readonly networks: number;
  /** Mean |K/K* − 1| of held-out networks in each member's best epoch, averaged. */
  readonly bestValidation: number;
  /** Of each member. */
  readonly weights: number;
}

function summarize(model: TrainedModel): Summary {
  const { members, history, trainedOn, config } = model;
  return {
    members: members.length,
    epochs: history.length,
    networks: trainedOn.networks,
    bestValidation: averageBestValidation(model),
    weights: countWeights(layersOf(config)),
  };
}

function describeSummary(
  folder: string,
  summary: Summary & { readonly pooledGnn: Summary | undefined; readonly skipped: readonly string[] },
  seconds: number,
): string[] {
  const { members, epochs, networks, weights, bestValidation, pooledGnn, skipped } = summary;
  const rows: [string, string][] = [
    ["networks", `${networks}${skipped.length > 0 ? `, ${skipped.length} left out` : ""}`],
    ["members", `${members} of ${weights} weights, ${epochs} epochs in all`],
    ["validation error", `${formatPercent(bestValidation)} of permeabilities held out`],
  ];
  if (pooledGnn) rows.push(["the baseline that pools", formatPercent(pooledGnn.bestValidation)]);
  rows.push(["time", `${seconds.toFixed(1)} s`], ["wrote", folder]);
  return alignRows(rows, 0);
}
