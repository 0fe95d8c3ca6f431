/** What `porenet solve` prints: one JSON object, or lines for people. */
import type { PermeabilityResult } from "../flow/permeability.ts";
import { summarizeResult } from "../flow/result-summary.ts";
import type { TrainedModel } from "../learn/trained-model.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { formatLength, formatPermeability, formatSignificant } from "../network/units.ts";
import { describeModel, summarizeModel } from "./model-folder.ts";
import { alignRows } from "./output.ts";

export interface SolveRun {
  readonly network: PoreNetwork;
  /** At least one. */
  readonly results: readonly PermeabilityResult[];
  readonly device: { readonly name: string; readonly kind: string; readonly source: string };
  /** Time to open the device [s]. */
  readonly opened: number;
}

export interface SolveReport extends SolveRun {
  /** Time to read the network [s]. */
  readonly read: number;
  readonly files: readonly string[];
  readonly warnings: readonly string[];
  /** Where a model gave the conductances. */
  readonly model: TrainedModel | undefined;
}

/** The object of `--json`. The network's counts are those of the first axis. */
export function summarizeRun({
  network,
  results,
  device,
  opened,
  read,
  files,
  warnings,
  model,
}: SolveReport): object {
  const summaries = results.map((result) => summarizeResult(result));
  const { isolatedPores, droppedPores, componentsSolved } = summaries[0]!;
  const { setup, solve } = results[0]!.timings;
  return {
    network: {
      name: network.name,
      pores: network.poreCount,
      throats: network.throatCount,
      isolatedPores,
      droppedPores,
      componentsSolved,
    },
    results: summaries,
    ...(model && { model: summarizeModel(model) }),
    device,
    timings: { read, device: opened, setup, solve },
    files,
    warnings,
  };
}

export function describeRun(report: SolveReport): string[] {
  const { network, results, device, opened, read, files, model } = report;
  const { setup, solve } = results[0]!.timings;
  const lines = [`${network.name}: ${network.poreCount} pores, ${network.throatCount} throats`];
  for (const result of results) lines.push("", `along ${result.axis}`, ...alignRows(describeResult(result)));
  const times = Object.entries({ read, device: opened, setup, solve });
  const rest: [string, string][] = [
    ["device", `${device.name} (${device.source})`],
    ["time", times.map(([name, seconds]) => `${name} ${seconds.toFixed(2)} s`).join(", ")],
  ];
  if (model) rest.unshift(["model", describeModel(model)]);
  for (const file of files) rest.push(["wrote", file]);
  return [...lines, "", ...alignRows(rest, 0)];
}

function describeResult(result: PermeabilityResult): [string, string][] {
  const { permeability, flowRate, balance, formationFactor, solver } = result;
  const { m2, relativeErrorEstimate: error } = permeability;
  return [
    ["permeability", `${formatPermeability(m2, 6)} = ${m2.toExponential(6)} m²${describeError(error, m2)}`],
    ["flow rate", `${flowRate.toExponential(6)} m³/s at ${result.pressureDrop} Pa`],
    ["balance", balance.toExponential(1)],
    ["formation factor", formationFactor === undefined ? "unknown" : formatSignificant(formationFactor, 6)],
    ["pressure held by", `${result.boundary}; ${describeExtent(result)}`],
    ["closure", `${result.closure}, viscosity ${result.viscosity} Pa·s`],
    ["pores", describePores(result)],
    [
      "solver",
      `${solver.status}, ${solver.iterations} iterations, residual ${solver.relativeResidual.toExponential(1)}, ${describePreconditioner(solver)}`,
    ],
  ];
}

function describePreconditioner({
  preconditioner,
  preconditionerFallback,
  hierarchy,
}: PermeabilityResult["solver"]): string {
  if (preconditionerFallback) return `${preconditioner}, for ${preconditionerFallback}`;
  if (!hierarchy) return preconditioner;
  const { levels, operatorComplexity } = hierarchy;
  return `${preconditioner} of ${levels.length} levels, operator complexity ${operatorComplexity.toFixed(2)}`;
}

function describeError(error: number, m2: number): string {
  return m2 > 0 && Number.isFinite(error) ? ` (solved to ${error.toExponential(0)})` : "";
}

function describeExtent({ length, area, extentSource }: PermeabilityResult): string {
  const from = { box: "from the box", options: "as stated", pores: "from the pores' extent" }[extentSource];
  return `length ${formatLength(length)}, area ${area.toExponential(4)} m², ${from}`;
}

function describePores({ domain }: PermeabilityResult): string {
  const solved = domain.solved.reduce((sum, each) => sum + each, 0);
  const parts = domain.componentsSolved === 1 ? "component" : "components";
  const isolated = domain.isolatedPores > 0 ? ` (${domain.isolatedPores} isolated)` : "";
  return `${solved} solved in ${domain.componentsSolved} ${parts}, ${domain.droppedPores} dropped${isolated}`;
}
