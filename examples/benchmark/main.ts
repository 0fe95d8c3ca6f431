/**
 * `npm run bench`: what an iteration of the solver takes and moves beside the adapter's best copy, and what a solve
 * takes, on the benchmark networks. README.md says how to read it.
 *
 * Each case is measured in a process of its own. Ends with 1 where a permeability is wrong.
 */
import type { AdapterChoice } from "porenet";
import {
  adapterEnvironment,
  listLabels,
  readOptions,
  readPositiveIntegers,
  runCommand,
  tellProgress,
  writeJson,
} from "./command.ts";
import { runBatches, runTraining } from "./learning.ts";
import { describeProvenance, formatProvenance } from "./machine.ts";
import type { CaseMeasurement } from "./measure-case.ts";
import { type CycleMeasurement, formatCycle } from "./measure-cycle.ts";
import { formatIterations, formatOrderings, formatShapes, formatSolves } from "./report.ts";
import { measureCopies, type ProcessOptions, runWorker } from "./run-worker.ts";
import { runScenes } from "./scenes.ts";
import { runSizes } from "./sizes.ts";
import { formatTargets, isRight, judgeCase } from "./targets.ts";

const USAGE = `npm run bench -- [--cases cubic50:s2,cubic100:s2,knn1000k:p] [--adapter hardware|system|swiftshader]
                [--quick] [--json FILE]
npm run bench -- --sizes [--cases cubic22:s2,…,cubic216:s2] [--limit SECONDS] [--adapter …] [--quick] [--json FILE]
npm run bench -- --cycle [--cases cubic100:s2] [--adapter …] [--quick] [--json FILE]
npm run bench -- --scene [--adapter …] [--quick] [--json FILE]
npm run bench -- --shapes [--cases cubic100:s2] [--lanes 4,8,16] [--chunks 16,64] [--quick] [--json FILE]
npm run bench -- --batches [--dataset DIR] [--python PATH] [--adapter …] [--quick] [--json FILE]
npm run bench -- --training [--dataset DIR] [--adapter …] [--quick] [--json FILE]`;

const CASES = "cubic50:s2,cubic100:s2,knn1000k:p";
const QUICK_CASES = "cubic20:s2,knn10k:p";
/** For one case with all its repeats, on the slowest driver [s]. */
const CASE_LIMIT = 1800;

const THOROUGH = { iterations: [4, 24], repeats: 15, seconds: 3, bandwidthSeconds: 3 } as const;
const QUICK = { iterations: [10, 60], repeats: 2, seconds: 0.2, bandwidthSeconds: 0.5 } as const;

await runCommand(async () => {
  const options = readOptions(
    ["cases", "adapter", "json", "lanes", "chunks", "dataset", "python", "limit"],
    ["quick", "sizes", "cycle", "scene", "shapes", "batches", "training"],
  );
  const effort = options.quick ? QUICK : THOROUGH;
  const labels = listLabels(options.cases ?? (options.quick ? QUICK_CASES : CASES));
  const process: ProcessOptions = { env: adapterEnvironment(options.adapter), limit: CASE_LIMIT };
  if (options.sizes) return runSizes(options, process);
  if (options.scene) return runScenes(options, process);
  if (options.batches) return runBatches(options, process);
  if (options.training) return runTraining(options, process);
  const one = options.cases === undefined && !options.quick ? "cubic100:s2" : labels[0]!;
  if (options.cycle) return runCycle(one, effort, process, options.json);
  if (options.shapes) {
    return runShapes(one, options, effort, process);
  }
  return runCases(labels, effort, process, options.json);
}, USAGE);

async function runCases(
  labels: readonly string[],
  effort: typeof QUICK | typeof THOROUGH,
  process: ProcessOptions,
  file: string | undefined,
): Promise<number> {
  const provenance = describeProvenance();
  const cases: CaseMeasurement[] = [];
  const copy = await measureCopies(effort.bandwidthSeconds, process, async () => {
    for (const label of labels) {
      tellProgress(label);
      cases.push(await runWorker({ kind: "case", label, orderings: ["auto", "given"], ...effort }, process));
    }
  });
  const copyBytesPerSecond = 1e9 * copy.gigabytesPerSecond;
  const targets = cases.flatMap((each) => judgeCase(each, copyBytesPerSecond));

  const shape = cases[0]!.shape;
  console.log(
    [
      ...formatHeader(provenance, copy.device),
      `copy      ${copy.gigabytesPerSecond.toFixed(2)} GB/s by the best kernel (${JSON.stringify(copy.shape)}), read and written`,
      `launch    ${shape.lanes} lanes, at most ${shape.maxChunks} chunks`,
      `\nAn iteration of Jacobi-CG, all cores; rows ordered as solves order them\n`,
      formatIterations(cases, copyBytesPerSecond),
      "\nA solve to a relative residual of 1e-8 in float64; memory of the whole process\n",
      formatSolves(cases),
      "\nRows in the network's order and ordered for locality\n",
      formatOrderings(cases),
      `\n${formatTargets(targets)}`,
    ].join("\n"),
  );
  writeJson(file, { ...provenance, device: copy.device, copyBandwidth: copy, cases, targets });
  return cases.every(isRight) ? 0 : 1;
}

async function runCycle(
  label: string,
  effort: typeof QUICK | typeof THOROUGH,
  process: ProcessOptions,
  file: string | undefined,
): Promise<number> {
  const provenance = describeProvenance();
  let measured: CycleMeasurement | undefined;
  const copy = await measureCopies(effort.bandwidthSeconds, process, async () => {
    tellProgress(`an iteration of ${label}`);
    measured = await runWorker({ kind: "cycle", label, repeats: effort.repeats }, process);
  });
  console.log(
    [
      ...formatHeader(provenance, copy.device),
      `\nAn iteration of conjugate gradients with multigrid on ${label}, by level\n`,
      formatCycle(measured!, 1e9 * copy.gigabytesPerSecond),
    ].join("\n"),
  );
  writeJson(file, { ...provenance, copyBandwidth: copy, ...measured! });
  return 0;
}

async function runShapes(
  label: string,
  options: { readonly lanes?: string; readonly chunks?: string; readonly json?: string },
  effort: typeof QUICK | typeof THOROUGH,
  process: ProcessOptions,
): Promise<number> {
  const provenance = describeProvenance();
  tellProgress(`launch shapes on ${label}`);
  const measured = await runWorker(
    {
      kind: "shapes",
      label,
      lanes: readPositiveIntegers("lanes", options.lanes),
      maxChunks: readPositiveIntegers("chunks", options.chunks),
      iterations: [10, 60],
      rounds: effort === QUICK ? 1 : 3,
    },
    process,
  );
  console.log([...formatHeader(provenance, measured.device), "", formatShapes(measured)].join("\n"));
  writeJson(options.json, { ...provenance, ...measured });
  return 0;
}

function formatHeader(provenance: ReturnType<typeof describeProvenance>, device: AdapterChoice): string[] {
  return [...formatProvenance(provenance), `adapter   ${device.name} (${device.kind}, ${device.source})`];
}
