/** `porenet bench`: the benchmark networks solved here, and their permeabilities against the published ones. */
import { LimitError } from "../errors.ts";
import { type BenchmarkResult, type BenchmarkStage, runBenchmarkCase } from "../flow/benchmark.ts";
import { type BenchmarkCase, parseBenchmarkCases } from "../flow/benchmark-cases.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { requireWritable, writeFileAtomically } from "../node/atomic-write.ts";
import { requestDevice } from "../node/device.ts";
import { completeOptions, type SolveProgress } from "../solve/options.ts";
import { estimateShare } from "../solve/progress-share.ts";
import { describeRun, listShortfalls, summarizeRun, type UnfitCase } from "./bench-report.ts";
import type { Command } from "./command.ts";
import { COMMON_OPTIONS } from "./help.ts";
import { interruptible } from "./interruption.ts";
import type { Arguments } from "./options.ts";
import { note, paint, printJson, printLines, replaceUnknown } from "./output.ts";
import { createProgressBar, hasBar } from "./progress.ts";
import { DEVICE_OPTION } from "./train.ts";

const DEFAULT_CASES =
  "cubic20:s0,cubic20:s1,cubic20:s2,cubic20:s4,cubic50:s0,cubic50:s1,cubic50:s2,cubic50:s4,knn10k:p,knn100k:p";

export const bench: Command = {
  name: "bench",
  summary: "Solve the benchmark networks and check their permeabilities",
  operands: [],
  options: {
    cases: {
      value: "LIST",
      help: `labels with commas between; default ${DEFAULT_CASES.replaceAll(",", ", ")}`,
    },
    device: DEVICE_OPTION,
    json: {
      value: "[FILE]",
      help: "write the results to FILE as a JSON object; without FILE to stdout, in place of the table",
    },
    quiet: { help: "no progress" },
    ...COMMON_OPTIONS,
  },
  notes: [
    "A case is cubicN:sS, a lattice of N³ pores with ln g normal of standard deviation S, or knnNk:p, N thousand random " +
      "points joined to their 5 nearest (knnNks:p: numbered by place). All machines generate the same networks, to the " +
      "last bit. Permeabilities are published for cubic20, cubic50 and cubic100 (s0, s1, s2, s4), cubic150:s2, cubic200:s2, " +
      "knn10k:p, knn100k:p, knn1000k:p and knn1000ks:p; of others it is only told whether the solve converged.",
    "Setup is from throats and conductances in memory to a solver that is ready, the preconditioner included; the JSON " +
      "object has its parts. The difference is that from the published value, relative to it.",
    "Exit code 1: a permeability is wrong, a solve fell short, or a case does not fit the device.",
  ],
  run: runBench,
};

async function runBench(args: Arguments): Promise<number> {
  const cases = parseBenchmarkCases(args.text("cases") ?? DEFAULT_CASES);
  const deviceKind = args.choice("device", ["auto", "hardware", "software"]) ?? "auto";
  const file = args.text("json");
  if (file !== undefined) await requireWritable(file);
  const run = await interruptible(async (signal) => {
    using device = await requestDevice({ device: deviceKind });
    const { name, kind, source } = device;
    const outcomes = await runCases(device, cases, signal, args.isSet("quiet"));
    return { device: { name, kind, source }, outcomes };
  });
  const summary = summarizeRun(run);
  if (file !== undefined) {
    await writeFileAtomically(file, `${JSON.stringify(summary, replaceUnknown, 2)}\n`);
  }
  if (args.isSet("json") && file === undefined) printJson(summary);
  else printLines([...describeRun(run), ...(file === undefined ? [] : [`wrote ${file}`])]);
  for (const { what, remedy } of listShortfalls(run)) {
    process.stderr.write(`${paint("porenet:", "red")} ${what}\n${remedy ? `  ${remedy}\n` : ""}`);
  }
  return summary.passed ? 0 : 1;
}

/** A case that the device has no room for is told with the reason; the others are still solved. */
async function runCases(
  device: ComputeDevice,
  cases: readonly BenchmarkCase[],
  signal: AbortSignal,
  isQuiet: boolean,
): Promise<(BenchmarkResult | UnfitCase)[]> {
  const bar = createProgressBar("bench", isQuiet);
  const { tolerance, energyTolerance } = completeOptions({});
  const targets = { residual: tolerance, error: energyTolerance };
  const outcomes: (BenchmarkResult | UnfitCase)[] = [];
  try {
    for (const [k, each] of cases.entries()) {
      if (!isQuiet && !hasBar()) note(`${each.label} (${k + 1} of ${cases.length})`);
      const show = (share: number, text: string) =>
        bar.show((k + share) / cases.length, `${each.label}: ${text}`);
      const onStage = (stage: BenchmarkStage) => show(0, stage);
      const onProgress = (progress: SolveProgress) =>
        show(estimateShare(progress, targets), `${progress.iterations} iterations`);
      try {
        outcomes.push(await runBenchmarkCase(device, each, {}, { signal, onStage, onProgress }));
      } catch (error) {
        if (!(error instanceof LimitError)) throw error;
        outcomes.push({ label: each.label, fault: error });
      }
    }
    return outcomes;
  } finally {
    bar.clear();
  }
}
