/**
 * Figures of an evaluation: how the training went, predicted against true permeabilities, errors against size, and what
 * the permeability depends on by the model.
 */
import { MissingPackageError } from "../errors.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import type { DatasetRow } from "../learn/dataset.ts";
import type { Evaluation } from "../learn/evaluate.ts";
import { computeMetrics } from "../learn/metrics.ts";
import { averageSensitivities, computeSensitivities, type Sensitivity } from "../learn/sensitivity.ts";
import { prepareFor, type TrainedModel } from "../learn/trained-model.ts";
import { renderErrorBySize } from "../view/error-by-size-plot.ts";
import { renderLosses } from "../view/loss-plot.ts";
import { renderParity } from "../view/parity-plot.ts";
import { renderSensitivities } from "../view/sensitivity-plot.ts";
import { type Figure, writeFigures } from "./figures.ts";
import { formatPercent } from "./train-progress.ts";

/** @returns the paths of the files written */
export async function writeEvaluationPlots(
  folder: string,
  model: TrainedModel,
  rows: readonly DatasetRow[],
  evaluation: Evaluation,
  sensitivities: readonly Sensitivity[],
): Promise<string[]> {
  return writeFigures(folder, [
    ...drawLosses(model),
    ["parity.svg", drawParity(rows, evaluation)],
    ["error-by-size.svg", drawErrors(rows, evaluation)],
    ...drawSensitivities(sensitivities),
  ]);
}

/** Over the networks that flow; none, with a word on it, where tfjs is not installed. */
export async function measureSensitivities(
  device: ComputeDevice,
  model: TrainedModel,
  rows: readonly DatasetRow[],
  { networks }: Evaluation,
  say: (warning: string) => void,
): Promise<Sensitivity[]> {
  const graphs = rows.flatMap(({ network, voxelSize, axis = "x" }, k) =>
    networks[k]!.status === "converged" ? [prepareFor(model, network, { voxelSize, domain: { axis } })] : [],
  );
  if (graphs.length === 0) return [];
  try {
    return averageSensitivities(await computeSensitivities(device, model, graphs));
  } catch (error) {
    if (!(error instanceof MissingPackageError)) throw error;
    say(`There is no figure of sensitivities: ${error.message}`);
    return [];
  }
}

/** Bars are means over the networks, whiskers one standard deviation to either side. */
function drawSensitivities(sensitivities: readonly Sensitivity[]): Figure[] {
  if (sensitivities.length === 0) return [];
  const bars = sensitivities.map(({ label, mean, deviation }) => ({
    name: label,
    value: mean,
    range: [mean - deviation, mean + deviation] as const,
  }));
  return [["sensitivity.svg", renderSensitivities(bars)]];
}

/** One a member: each stops by itself. */
function drawLosses({ history, config }: TrainedModel): Figure[] {
  const members = [...new Set(history.map(({ member }) => member))];
  return members.map((member) => {
    const epochs = history.filter((each) => each.member === member);
    const validation = epochs.map((each) => each.validation);
    const isHeldOut = validation.some(Number.isFinite);
    const best = epochs.reduce((a, b) => (b.validation <= a.validation ? b : a));
    const svg = renderLosses(
      {
        epoch: epochs.map(({ epoch }) => epoch),
        train: epochs.map(({ loss }) => loss),
        ...(isHeldOut && { validation, bestEpoch: best.epoch }),
      },
      {
        title: `Training, member ${member + 1} of ${config.members}`,
        yLabel: isHeldOut ? `loss (${config.loss}); validation |K/K* − 1|` : `loss (${config.loss})`,
      },
    );
    return [`losses-${member + 1}.svg`, svg] as const;
  });
}

function drawParity(rows: readonly DatasetRow[], { predictions }: Evaluation): string {
  const truth = rows.map(({ permeability }) => permeability);
  return renderParity({
    truth,
    ...(rows.every(({ family }) => family !== undefined) && { family: rows.map(({ family }) => family!) }),
    predictors: predictions.map(({ name, permeability }) => ({
      name,
      values: permeability,
      note: `MAPE ${formatPercent(computeMetrics(permeability, truth).mape)}`,
    })),
  });
}

function drawErrors(rows: readonly DatasetRow[], { predictions }: Evaluation): string {
  return renderErrorBySize({
    size: rows.map(({ size }) => size ?? "unnamed"),
    predictors: predictions.map(({ name, permeability }) => ({
      name,
      errors: rows.map(({ permeability: truth }, k) => Math.abs(permeability[k]! / truth - 1)),
    })),
  });
}
