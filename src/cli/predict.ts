/** `porenet predict`: permeabilities of networks by a trained model, with the traditional ones beside them. */
import { type NetworkPrediction, type PredictionInput, predictPermeabilities } from "../learn/evaluate.ts";
import { AXES } from "../network/face-labels.ts";
import type { Axis } from "../network/flow-domain.ts";
import { formatPermeability, toMillidarcy } from "../network/units.ts";
import { requestDevice } from "../node/device.ts";
import { readNetworkFile } from "../node/files.ts";
import { describeRemedy } from "../solve/report.ts";
import type { Command } from "./command.ts";
import { sayFlags } from "./faults.ts";
import { COMMON_OPTIONS } from "./help.ts";
import { interruptible } from "./interruption.ts";
import { checkVoxelSizes, describeModel, openModel } from "./model-folder.ts";
import { NETWORK_NOTE, NETWORK_OPTIONS, readFacts } from "./network-file.ts";
import type { Arguments } from "./options.ts";
import { paint, printJson, printLines, warn } from "./output.ts";
import { createProgressBar } from "./progress.ts";
import { formatTable } from "./table.ts";
import { DEVICE_OPTION } from "./train.ts";

export const predict: Command = {
  name: "predict",
  summary: "Permeabilities of networks by a trained model",
  operands: ["MODEL_DIR", "NETWORK…"],
  options: {
    axis: { value: "x|y|z|all", help: "direction of flow; default x" },
    "voxel-size": NETWORK_OPTIONS["voxel-size"],
    box: NETWORK_OPTIONS.box,
    device: DEVICE_OPTION,
    json: { help: "a JSON list on stdout, an object for each network and axis" },
    quiet: { help: "no progress and no warnings" },
    ...COMMON_OPTIONS,
  },
  notes: [
    "MODEL_DIR is a folder that porenet train has written. Voxel size and box are taken for all networks alike; a model " +
      "that was trained with voxel sizes is at its best where they are known.",
    NETWORK_NOTE,
    "The traditional permeability is that of the analytic conductances which the model corrects.",
  ],
  run: runPredict,
};

interface Job extends PredictionInput {
  readonly axis: Axis;
}

async function runPredict(args: Arguments): Promise<number> {
  const [folder, ...paths] = args.operands as [string, ...string[]];
  const axis = args.choice("axis", [...AXES, "all"]) ?? "x";
  const axes = axis === "all" ? AXES : [axis];
  const facts = readFacts(args);
  const deviceKind = args.choice("device", ["auto", "hardware", "software"]) ?? "auto";
  const say = args.isSet("quiet") ? () => {} : warn;
  const model = await openModel(folder, say);
  const bar = createProgressBar("predicting", args.isSet("quiet"));
  const { jobs, predictions } = await interruptible(async (signal) => {
    const jobs: Job[] = [];
    for (const path of paths) {
      const network = await readNetworkFile(path, facts, { signal });
      for (const each of axes) jobs.push({ network, axis: each });
    }
    using device = await requestDevice({ device: deviceKind });
    const onProgress = (done: number, count: number) => bar.show(done / count, `${done} of ${count}`);
    try {
      return { jobs, predictions: await predictPermeabilities(device, model, jobs, { signal, onProgress }) };
    } finally {
      bar.clear();
    }
  });
  if (args.isSet("json")) printJson(jobs.map((job, k) => summarize(job, predictions[k]!)));
  else printLines([...describeAll(jobs, predictions), "", `model  ${describeModel(model)}`]);
  const networks = jobs.map(({ network }) => network);
  for (const warning of checkVoxelSizes(model, networks)) say(warning);
  return reportFaults(jobs, predictions);
}

function summarize({ network, axis }: Job, { permeability, status, traditional, fault }: NetworkPrediction) {
  const inBoth = (m2: number) => ({ m2, mD: toMillidarcy(m2) });
  return {
    network: network.name,
    axis,
    permeability: inBoth(permeability),
    traditional: {
      ...inBoth(traditional.permeability),
      closure: traditional.closure,
      status: traditional.status,
    },
    status,
    ...(fault && { fault: fault.message }),
  };
}

function describeAll(jobs: readonly Job[], predictions: readonly NetworkPrediction[]): string[] {
  const show = (m2: number, status: string) =>
    Number.isFinite(m2) && status === "converged" ? formatPermeability(m2, 4) : status;
  const rows = jobs.map(({ network, axis }, k) => {
    const { permeability, status, traditional } = predictions[k]!;
    const m2 = status === "converged" ? permeability.toExponential(4) : "";
    const usual = show(traditional.permeability, traditional.status);
    return [network.name, axis, show(permeability, status), m2, usual];
  });
  return formatTable(["network", "axis", "permeability", "m²", "traditional"], rows, 2);
}

/** @returns the exit code: what a network lacks is the caller's fault, what flows not or badly the numbers' */
function reportFaults(jobs: readonly Job[], predictions: readonly NetworkPrediction[]): number {
  let code = 0;
  for (const [k, { status, fault }] of predictions.entries()) {
    if (status === "converged") continue;
    code = fault || code === 2 ? 2 : 1;
    const { network, axis } = jobs[k]!;
    const what =
      fault?.message ??
      (status === "not-percolating"
        ? "nothing flows."
        : `the solve fell short (${status}). ${sayFlags(describeRemedy(status))}`);
    process.stderr.write(`${paint("porenet:", "red")} ${network.name} along ${axis}: ${what}\n`);
  }
  return code;
}
