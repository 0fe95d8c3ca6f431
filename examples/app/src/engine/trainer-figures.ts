/** Figures of a training: losses, and permeabilities of networks that are not trained on. */
import type { TrainedModel } from "porenet/learn";
import { renderLosses, renderParity } from "porenet/view";
import type { Figure } from "./drawn-figure.ts";

/** Of the narrow column that figures stand in [px]. */
const WIDTH = 460;
/** What predictors are called in figures and tables. */
export const LABELS: Record<string, string> = {
  model: "trained model",
  traditional: "Hagen–Poiseuille, untrained",
};

/** None before the first epoch. */
export function drawLosses({ history }: Pick<TrainedModel, "history">): Figure[] {
  if (history.length === 0) return [];
  const best = history.reduce((a, b) => (b.validation <= a.validation ? b : a));
  const svg = renderLosses(
    {
      epoch: history.map(({ epoch }) => epoch),
      train: history.map(({ loss }) => loss),
      validation: history.map(({ validation }) => validation),
      bestEpoch: best.epoch,
    },
    { yLabel: "loss; validation |K/K* − 1|", width: WIDTH, height: 320 },
  );
  return [{ name: "losses", title: "Losses", svg }];
}

export function drawParity(
  truth: readonly number[],
  predictions: readonly { readonly name: string; readonly permeability: ArrayLike<number> }[],
): Figure {
  const predictors = predictions.map(({ name, permeability }) => ({
    name: LABELS[name]!,
    values: permeability,
    note: `mean |K/K* − 1| ${formatPercent(meanError(permeability, truth))}`,
  }));
  const title = `K of ${truth.length} networks not trained on`;
  return {
    name: "parity",
    title: "Parity",
    svg: renderParity({ truth, predictors }, { title, width: WIDTH, height: 320 }),
  };
}

function meanError(values: ArrayLike<number>, truth: readonly number[]): number {
  return truth.reduce((sum, k, i) => sum + Math.abs(values[i]! / k - 1) / truth.length, 0);
}

export function formatPercent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "unknown";
}
