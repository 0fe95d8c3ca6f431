/** `porenet solve`: the permeability of a network along one axis or all. */
import { computePermeabilities, type PermeabilityOptions } from "../flow/permeability.ts";
import { useModel } from "../learn/learned-closure.ts";
import type { Axis } from "../network/flow-domain.ts";
import { checkProperties, checkUnits } from "../network/health-checks.ts";
import { describeNetwork } from "../network/health-statistics.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { requestDevice } from "../node/device.ts";
import { readNetworkFile } from "../node/files.ts";
import { completeOptions, type SolveProgress } from "../solve/options.ts";
import { estimateShare } from "../solve/progress-share.ts";
import { describeRemedy } from "../solve/report.ts";
import type { Command } from "./command.ts";
import { sayFlags } from "./faults.ts";
import { COMMON_OPTIONS } from "./help.ts";
import { interruptible } from "./interruption.ts";
import { checkVoxelSizes, openClosureModel } from "./model-folder.ts";
import { NETWORK_NOTE, NETWORK_OPTIONS, readFacts } from "./network-file.ts";
import type { Arguments } from "./options.ts";
import { note, paint, printJson, printLines, warn } from "./output.ts";
import { createProgressBar } from "./progress.ts";
import { checkOutputs, OUTPUT_NOTE, OUTPUT_OPTIONS, writeOutputs } from "./solve-files.ts";
import { FLOW_OPTIONS, readAxes, readOptions, readsModel } from "./solve-options.ts";
import { describeRun, type SolveRun, summarizeRun } from "./solve-report.ts";

export const solve: Command = {
  name: "solve",
  summary: "Permeability, flow and formation factor of a network",
  operands: ["NETWORK"],
  options: {
    ...FLOW_OPTIONS,
    ...OUTPUT_OPTIONS,
    ...NETWORK_OPTIONS,
    json: { help: "one JSON object on stdout" },
    quiet: { help: "no progress and no warnings" },
    ...COMMON_OPTIONS,
  },
  notes: [
    NETWORK_NOTE,
    OUTPUT_NOTE,
    "With --closure learned a graph neural network, trained on permeabilities, corrects the analytic conductances; the " +
      "model's training data and errors are told with the result. It reads the voxel size where it is known: give it.",
    "In the JSON object, what is not known or not finite is null; units are SI, times in seconds. The network's " +
      "counts are those of the first axis, and every result has its own.",
    "Statoil networks flow from reservoir to reservoir along x; others between the pores labelled for the axis, else " +
      "between the pores at the faces of the sample.",
  ],
  run: runSolve,
};

async function runSolve(args: Arguments): Promise<number> {
  const axes = readAxes(args);
  const formulas = readOptions(args);
  const deviceKind = args.choice("device", ["auto", "hardware", "software"]) ?? "auto";
  const isQuiet = args.isSet("quiet");
  const outputs = await checkOutputs(args, axes);
  const facts = readFacts(args);
  const trace = args.isSet("debug") ? note : () => {};
  const model = readsModel(args)
    ? await openClosureModel(args.text("model"), isQuiet ? () => {} : warn)
    : undefined;
  const options = model ? { ...formulas, closure: useModel(model) } : formulas;

  const { run, read, files, fault } = await interruptible(async (signal) => {
    const start = performance.now();
    trace("reading");
    const network = await readNetworkFile(args.operands[0]!, facts, { signal });
    const read = secondsSince(start);
    const run = await solveNetwork(network, axes, options, { deviceKind, isQuiet, signal, trace });
    return { run, read, ...(await writeOutputs(outputs, run, signal)) };
  });
  const warnings = listWarnings(run.network);
  if (model) warnings.push(...checkVoxelSizes(model, [run.network]));
  const report = { ...run, read, files, warnings, model };
  if (args.isSet("json")) printJson(summarizeRun(report));
  else printLines(describeRun(report));
  if (!isQuiet) for (const each of warnings) warn(each);
  const code = reportShortfalls(run);
  if (fault !== undefined) throw fault;
  return code;
}

async function solveNetwork(
  network: PoreNetwork,
  axes: readonly Axis[],
  options: PermeabilityOptions,
  how: {
    deviceKind: "auto" | "hardware" | "software";
    isQuiet: boolean;
    signal: AbortSignal;
    trace(what: string): void;
  },
): Promise<SolveRun> {
  const start = performance.now();
  using device = await requestDevice({ device: how.deviceKind });
  const opened = secondsSince(start);
  how.trace(`solving on ${device.name}`);
  const bar = createProgressBar("solving", how.isQuiet);
  const { tolerance, energyTolerance } = completeOptions(options.solver ?? {});
  const targets = { residual: targetOf(tolerance), error: targetOf(energyTolerance) };
  const onProgress = (progress: SolveProgress) =>
    bar.show(
      estimateShare(progress, targets),
      `residual ${progress.relativeResidual.toExponential(1)}, iteration ${progress.iterations}`,
    );
  try {
    const results = await computePermeabilities(device, network, axes, options, {
      signal: how.signal,
      onProgress,
    });
    const { name, kind, source } = device;
    return { network, results, device: { name, kind, source }, opened };
  } finally {
    bar.clear();
  }
}

/** A share needs a target below 1; what is left free stays infinite. */
function targetOf(limit: number): number {
  return limit === Number.POSITIVE_INFINITY ? limit : Math.min(0.5, limit);
}

/** Of the network's health only what makes a permeability false. */
function listWarnings(network: PoreNetwork): string[] {
  const findings = [...checkProperties(network), ...checkUnits(describeNetwork(network))];
  return findings.map(({ message, remedy }) => `${message} ${remedy}`);
}

function reportShortfalls({ results }: SolveRun): number {
  const short = results.filter(({ solver }) => solver.status !== "converged");
  for (const { axis, solver } of short) {
    const { status, iterations, relativeResidual } = solver;
    const what =
      status === "not-percolating"
        ? `nothing flows along ${axis}.`
        : `the solve along ${axis} fell short (${status}) after ${iterations} iterations, at a relative residual of ${relativeResidual.toExponential(1)}.`;
    process.stderr.write(`${paint("porenet:", "red")} ${what}\n  ${sayFlags(describeRemedy(status))}\n`);
  }
  return short.length > 0 ? 1 : 0;
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
