/** The tables of `npm run bench -- --batches` and `-- --training`. */
import {
  formatCount,
  formatExponent,
  formatMilliseconds,
  formatNumber,
  formatPercent,
  formatTable,
} from "./markdown.ts";
import type { BatchesMeasurement, BatchMethod } from "./measure-batches.ts";
import { solverShare, type TrainingMeasurement } from "./measure-training.ts";
import { speedUp } from "./targets.ts";

const TITLES: Record<BatchMethod, string> = {
  resident: "porenet, ResidentFlow (float32 in and out)",
  batch: "porenet, FlowBatch (float64 in and out)",
  "scipy coo": "SciPy spsolve, one after the other",
  "scipy kept": "SciPy spsolve, patterns kept",
};

export function formatBatches(measured: BatchesMeasurement): string {
  const rows = measured.times.map(({ method, setupSeconds, bestSeconds, medianSeconds, cpuSeconds }) => {
    const difference = measured.differences.find((each) => each.method === method);
    const ratio = (peer: BatchMethod) => formatNumber(speedUp(measured, method, peer) ?? Number.NaN);
    return [
      TITLES[method],
      setupSeconds === undefined ? "–" : formatMilliseconds(setupSeconds),
      formatMilliseconds(bestSeconds),
      formatMilliseconds(medianSeconds),
      formatMilliseconds(cpuSeconds),
      ratio("scipy coo"),
      ratio("scipy kept"),
      formatExponent(difference?.permeability),
      formatExponent(difference?.gradient),
      formatExponent(difference?.share),
    ];
  });
  const times = ["once ms", "ms, best", "ms, median", "CPU ms", "× SciPy", "× SciPy kept"];
  return formatTable(["forward and gradient", ...times, "K", "∂K/∂g", "∂lnK/∂ln g"], rows);
}

export function describeBatches({ source, networks, unknowns, throats }: BatchesMeasurement): string {
  return `networks  ${formatCount(networks)} of ${source}: ${formatCount(unknowns)} unknowns, ${formatCount(throats)} throats`;
}

/** Parts by medians, as shares of the step. */
export function formatTraining(measured: TrainingMeasurement): string {
  const median = (variant: keyof TrainingMeasurement["times"]) => measured.times[variant].median;
  const solver = median("step") - median("model");
  const parts: [string, number][] = [
    ["GNN, forward", median("forward")],
    ["GNN, loss and backward", median("gradients") - median("forward")],
    ["optimiser", median("model") - median("gradients")],
    ["assembly", median("assembly")],
    ["conductances in, residual, drops and K out", median("frame") - median("assembly")],
    ["solve, iterations", median("flow") - median("frame")],
    ["gradient, and the way to the solver and back", solver - median("flow")],
    ["step in all", median("step")],
  ];
  const rows = parts.map(([title, seconds]) => [
    title,
    formatMilliseconds(seconds),
    formatPercent(seconds / median("step")),
  ]);
  return formatTable(["part of an epoch", "ms", "of the step"], rows);
}

export function describeTraining(measured: TrainingMeasurement): string[] {
  const { source, networks, throats, weights, steps, batchSize, times, trainSeconds, made } = measured;
  return [
    `training  ${formatCount(networks)} networks of ${source}, ${formatCount(throats)} throats, ${formatCount(weights)} weights, ${steps} steps of up to ${batchSize} networks`,
    `epoch     ${formatNumber(times.step.best)} s at best, ${formatNumber(times.step.median)} s by the median; ${formatNumber(trainSeconds)} s at best as train() reports it`,
    `solver    ${formatPercent(solverShare(measured))} of a step: assembly, solve and gradient`,
    `buffers   ${formatNumber(made.buffers / steps)} made a step, ${formatNumber(made.bytes / steps)} bytes, when some have gone before; ${made.own} of them porenet's`,
  ];
}
