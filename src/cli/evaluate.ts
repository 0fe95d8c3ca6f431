/** `porenet evaluate`: how well a model predicts the permeabilities of a data set, beside what it is compared with. */
import { type Dataset, type DatasetRow, type SPLITS, selectRows } from "../learn/dataset.ts";
import { type Evaluation, evaluateRows, type Predictors } from "../learn/evaluate.ts";
import { ALL, type MetricsRow, tabulateMetrics } from "../learn/metrics.ts";
import type { TrainedModel } from "../learn/trained-model.ts";
import { makeFolder } from "../node/atomic-write.ts";
import { readDataset } from "../node/dataset-files.ts";
import { requestDevice } from "../node/device.ts";
import { hasModel, readBaselines, readModel, writeModel } from "../node/model-files.ts";
import type { Command } from "./command.ts";
import { measureSensitivities, writeEvaluationPlots } from "./evaluate-plots.ts";
import { COMMON_OPTIONS } from "./help.ts";
import { interruptible } from "./interruption.ts";
import { describeModel, openModel, poolFolder, summarizeModel } from "./model-folder.ts";
import { type Arguments, UsageError } from "./options.ts";
import { printJson, printLines, warn } from "./output.ts";
import { createProgressBar } from "./progress.ts";
import { formatTable } from "./table.ts";
import { DATASET_NOTE, DEVICE_OPTION, nameDataset } from "./train.ts";

export const evaluate: Command = {
  name: "evaluate",
  summary: "Errors of a model and its baselines on a data set",
  operands: ["MODEL_DIR", "DATASET"],
  options: {
    split: {
      value: "test|validation|train|all",
      help: "which rows; default test, all where no row has a split",
    },
    plot: {
      value: "DIR",
      help: "draw losses, predicted against true permeabilities, and errors against size",
    },
    record: { help: "keep the model's errors in MODEL_DIR, for porenet solve --closure learned to tell" },
    device: DEVICE_OPTION,
    json: { help: "one JSON object on stdout" },
    quiet: { help: "no progress and no warnings" },
    ...COMMON_OPTIONS,
  },
  notes: [
    DATASET_NOTE,
    "Predictors: model; traditional (analytic conductances); kozenyCarman, regression and pooledGnn where porenet train " +
      "has fitted them. A prediction that fails (a network that does not percolate, say) counts as an error of 1 and is " +
      "in failed. Errors are fractions, logarithms decimal; family and size are all or a value of those columns.",
  ],
  run: runEvaluate,
};

async function runEvaluate(args: Arguments): Promise<number> {
  const [folder, place] = args.operands as [string, string];
  const split = args.choice("split", ["test", "validation", "train", "all"] as const);
  const deviceKind = args.choice("device", ["auto", "hardware", "software"]) ?? "auto";
  const say = args.isSet("quiet") ? () => {} : warn;
  const predictors = await openPredictors(folder, say);
  const plots = args.text("plot");
  if (plots !== undefined) await makeFolder(plots);
  const { rows, evaluation, sensitivities } = await interruptible(async (signal) => {
    const bar = createProgressBar("evaluating", args.isSet("quiet"));
    const show = (from: number, what: string) => (done: number, count: number) =>
      bar.show(from + (0.5 * done) / count, `${what} ${done} of ${count} networks`);
    try {
      const dataset = await readDataset(place, { signal, onProgress: show(0, "read") });
      const rows = chooseRows(dataset, split, place);
      using device = await requestDevice({ device: deviceKind });
      const control = { signal, onProgress: show(0.5, "solved") };
      const evaluation = await evaluateRows(device, rows, predictors, control);
      const sensitivities =
        plots === undefined
          ? []
          : await measureSensitivities(device, predictors.model, rows, evaluation, say);
      return { rows, evaluation, sensitivities };
    } finally {
      bar.clear();
    }
  });
  const table = tabulateMetrics(rows, evaluation.predictions);
  const failures = listFailures(rows, evaluation);
  for (const { name, reason } of failures) say(`${name} has no prediction: ${reason}`);
  const files =
    plots === undefined
      ? []
      : await writeEvaluationPlots(plots, predictors.model, rows, evaluation, sensitivities);
  if (args.isSet("record")) await recordErrors(folder, table, `${nameDataset(place)}, ${split ?? "test"}`);
  if (args.isSet("json"))
    printJson({ rows: table, failures, model: summarizeModel(predictors.model), files });
  else
    printLines([
      ...describeTable(table),
      "",
      `model  ${describeModel(predictors.model)}`,
      ...files.map(tellFile),
    ]);
  return 0;
}

async function openPredictors(
  folder: string,
  say: (warning: string) => void,
): Promise<Predictors & { readonly model: TrainedModel }> {
  const model = await openModel(folder, say);
  const pool = poolFolder(folder);
  const pooled = (await hasModel(pool)) ? await openModel(pool, say) : undefined;
  const baselines = await readBaselines(folder);
  if (!baselines || !pooled)
    say(
      `${folder} lacks baselines to compare with. Train with --resume and without --no-baselines to have them.`,
    );
  return { model, baselines, pooled };
}

type Choice = Exclude<(typeof SPLITS)[number], "skip"> | "all" | undefined;

function chooseRows(dataset: Dataset, split: Choice, place: string): readonly DatasetRow[] {
  const rows = split === "all" ? dataset.rows : selectRows(dataset, split ?? "test");
  if (rows.length > 0) return rows;
  throw new UsageError(
    `No row of ${place} has the split ${split ?? "test"}.`,
    "Choose other rows by --split.",
  );
}

function listFailures(rows: readonly DatasetRow[], { networks }: Evaluation) {
  return networks.flatMap(({ status, fault }, k) => {
    if (status === "converged") return [];
    const reason =
      fault?.message ?? (status === "not-percolating" ? "nothing flows." : `the solve: ${status}.`);
    return [{ name: rows[k]!.name, status, reason }];
  });
}

/** The model's errors over all rows, or by size where there are several. */
async function recordErrors(folder: string, table: readonly MetricsRow[], what: string): Promise<void> {
  const own = table.filter(({ name, family }) => name === "model" && family === ALL);
  const sizes = own.filter(({ size }) => size !== ALL);
  const errors = (sizes.length > 1 ? sizes : own.slice(0, 1)).map(({ size, count, mape, r2Log10 }) => ({
    of: size === ALL ? what : `${what} (${size})`,
    count,
    mape,
    r2Log10: Number.isFinite(r2Log10) ? r2Log10 : null,
  }));
  const checkpoint = await readModel(folder);
  await writeModel(folder, { ...checkpoint, trainedOn: { ...checkpoint.trainedOn, errors } });
}

/** Groups one below the other; families by size are left to the JSON. */
function describeTable(table: readonly MetricsRow[]): string[] {
  const shown = table.filter(({ family, size }) => family === ALL || size === ALL);
  const groups = [...new Set(shown.map(({ family, size }) => `${family}\n${size}`))];
  const fixed = (value: number, digits: number) => (Number.isFinite(value) ? value.toFixed(digits) : "-");
  const percent = (share: number) => fixed(100 * share, 1);
  const rows = groups.flatMap((group) =>
    shown
      .filter(({ family, size }) => `${family}\n${size}` === group)
      .map((row) => [
        row.family,
        row.size,
        row.name,
        `${row.count}${row.failed > 0 ? ` (${row.failed} failed)` : ""}`,
        fixed(row.r2Log10, 3),
        fixed(row.rmseLog10, 3),
        fixed(row.biasLog10, 3),
        percent(row.mape),
        percent(row.medianApe),
        percent(row.withinFactor2),
      ]),
  );
  const head = [
    "family",
    "size",
    "predictor",
    "count",
    "R² log",
    "RMSE log",
    "bias log",
    "MAPE %",
    "median %",
    "in 2x %",
  ];
  return formatTable(head, rows, 3);
}

function tellFile(file: string): string {
  return `wrote  ${file}`;
}
