/** `porenet calibrate`: a representative network that has the permeability, porosity, … asked for. */
import { basename, extname } from "node:path";
import { type Calibration, calibrate as calibrateNetwork } from "../calibrate/calibration.ts";
import {
  type CompleteCalibration,
  LENGTH_UNITS,
  PERMEABILITY_UNITS,
} from "../calibrate/calibration-config.ts";
import { summarizeCalibration } from "../calibrate/calibration-file.ts";
import { type ControlResponse, measureResponses } from "../calibrate/calibration-survey.ts";
import { CONTROLS } from "../calibrate/candidate-controls.ts";
import { MINIMIZE_METHODS, type SearchProgress, type SearchState } from "../calibrate/minimize.ts";
import { formatSignificant } from "../network/units.ts";
import { makeFolder, requireWritable } from "../node/atomic-write.ts";
import { requestDevice } from "../node/device.ts";
import { requireWritableNetwork, writeNetworkFile } from "../node/files.ts";
import { exists, readBegun, readCalibrationConfig, writeResult, writeState } from "./calibrate-file.ts";
import { writeCalibrationPlots } from "./calibrate-plots.ts";
import type { Command } from "./command.ts";
import { COMMON_OPTIONS } from "./help.ts";
import { Interruption, interruptible } from "./interruption.ts";
import { type Arguments, UsageError } from "./options.ts";
import { alignRows, note, printJson, printLines, warn } from "./output.ts";
import { createProgressBar, hasBar } from "./progress.ts";
import { DEVICE_OPTION } from "./train.ts";

export const calibrate: Command = {
  name: "calibrate",
  summary: "A representative network with the permeability, porosity, … asked for",
  operands: ["CONFIG"],
  options: {
    output: { value: "FILE", short: "o", help: "the result; default: CONFIG's name with .result.json" },
    network: {
      value: "FILE",
      help: "the calibrated network, in the format its name tells; default: RESULT's name with .network.json",
    },
    seed: { value: "S", help: "of the pores and of the search, over CONFIG's" },
    resume: {
      value: "FILE",
      help: "go on with the calibration in FILE, where there is one; FILE is the result, too",
    },
    plot: { value: "DIR", help: "figures as SVG: error surface, convergence, responses, sizes" },
    force: { help: "replace a result that is there" },
    device: DEVICE_OPTION,
    json: { help: "one JSON object on stdout" },
    quiet: { help: "no progress and no warnings" },
    ...COMMON_OPTIONS,
  },
  notes: [
    `CONFIG is a JSON object. network: size, count or totalVolume, poreVolume or poreRadius, distance, neighbours, ` +
      `throatRadius, throatRadiusSpread, slabThickness, flowAxis, or preset "sand" and what differs from it. ` +
      `controls: [{ name, low, high }], a name being one of ${CONTROLS.join(", ")}. targets: [{ kind, value, weight, … }], ` +
      "a kind being one of permeability, flow-rate, formation-factor (each with axis), porosity, coordination, saturation " +
      "(with pressure), capillary-pressure (with saturation).",
    `Further keys: units { length: ${Object.keys(LENGTH_UNITS).join("|")}, permeability: ` +
      `${Object.keys(PERMEABILITY_UNITS).join("|")} } (SI where nothing is declared), soil { kind: retention|grain-sizes, … }, ` +
      `clouds, seed, name, search { method: ${MINIMIZE_METHODS.join("|")}, maxEvaluations, tolerance, batchSize }.`,
    "State is kept in the result's file after every round: interrupted, even by kill -9, --resume FILE goes on to the same " +
      "result. Exit code 1: the targets were not met.",
  ],
  run: runCalibrate,
};

interface Place {
  readonly result: string;
  readonly network: string;
}

async function runCalibrate(args: Arguments): Promise<number> {
  const file = args.operands[0]!;
  const isQuiet = args.isSet("quiet");
  const place = choosePlace(args, file);
  const config = await readCalibrationConfig(file, args.integer("seed", 0));
  const deviceKind = args.choice("device", ["auto", "hardware", "software"]) ?? "auto";
  const begun = await findBegun(args, place, config);
  const folder = args.text("plot");
  if (folder !== undefined) await makeFolder(folder);
  const start = performance.now();
  const hasPlots = folder !== undefined;
  const { calibration, state, responses } = await search(place, config, begun, {
    isQuiet,
    deviceKind,
    hasPlots,
  }).catch((error) => {
    if (error instanceof Interruption) {
      note(
        `the search is kept in ${place.result}: go on with  porenet calibrate ${file} --resume ${place.result}`,
      );
    }
    throw error;
  });
  const seconds = (performance.now() - start) / 1000;
  const networkFiles = await writeNetworkFile(calibration.network, place.network, {
    onNote: (what) => {
      if (!isQuiet) warn(what);
    },
  });
  const summary = summarizeCalibration(calibration, seconds, networkFiles);
  await writeResult(place.result, calibration, summary, state);
  const figures = folder === undefined ? [] : await writeCalibrationPlots(folder, calibration, responses);
  const files = [place.result, ...networkFiles, ...figures];
  if (args.isSet("json")) printJson({ ...summary, files });
  else printLines([...describeCalibration(calibration, seconds), ...files.map((each) => `wrote ${each}`)]);
  return calibration.isReached ? 0 : 1;
}

function choosePlace(args: Arguments, file: string): Place {
  const [output, resume] = [args.text("output"), args.text("resume")];
  if (output !== undefined && resume !== undefined && output !== resume) {
    throw new UsageError(
      `--resume ${resume} and -o ${output} name two files.`,
      "A calibration goes on in the file that it resumes from: leave -o out.",
    );
  }
  const stem = basename(file, extname(file));
  const result = resume ?? output ?? `${stem}.result.json`;
  const own = result.replace(/(\.result)?\.json$/, "");
  return { result, network: args.text("network") ?? `${own}.network.json` };
}

/** @throws {UsageError} when there is a result that would be lost */
async function findBegun(
  args: Arguments,
  { result, network }: Place,
  config: CompleteCalibration,
): Promise<SearchState | undefined> {
  await requireWritable(result);
  await requireWritableNetwork(network);
  if (args.text("resume") !== undefined) {
    const begun = await readBegun(result, config);
    if (!begun && !args.isSet("quiet")) note(`there is nothing to resume in ${result}: the search begins`);
    return begun;
  }
  if (args.isSet("force") || !(await exists(result))) return undefined;
  throw new UsageError(
    `${result} is there already.`,
    `Go on with it by --resume ${result}, replace it by --force, or name another by -o.`,
  );
}

interface SearchSetting {
  readonly isQuiet: boolean;
  readonly deviceKind: "auto" | "hardware" | "software";
  readonly hasPlots: boolean;
}

interface Found {
  readonly calibration: Calibration;
  readonly state: SearchState | undefined;
  readonly responses: readonly ControlResponse[];
}

async function search(
  place: Place,
  config: CompleteCalibration,
  begun: SearchState | undefined,
  { isQuiet, deviceKind, hasPlots }: SearchSetting,
): Promise<Found> {
  const bar = createProgressBar("calibrating", isQuiet);
  let state = begun;
  let best = Number.POSITIVE_INFINITY;
  try {
    return await interruptible(async (signal) => {
      using device = await requestDevice({ device: deviceKind });
      const calibration = await calibrateNetwork(device, config, {
        signal,
        ...(begun && { state: begun }),
        onProgress: (progress) => {
          bar.show(progress.evaluations / config.search.maxEvaluations, describeProgress(progress));
          if (!hasBar() && !isQuiet && progress.value < best)
            note(`calibrating: ${describeProgress(progress)}`);
          best = Math.min(best, progress.value);
        },
        onState: async (next) => {
          state = next;
          await writeState(place.result, config, next);
        },
      });
      const onProgress = (done: number, all: number) => bar.show(1, `surveying, ${done} of ${all}`);
      const responses = hasPlots ? await measureResponses(device, calibration, { signal, onProgress }) : [];
      return { calibration, state, responses };
    });
  } finally {
    bar.clear();
  }
}

function describeProgress({ value, evaluations, acceptance, temperature }: SearchProgress): string {
  const parts = [`best J ${formatSignificant(value, 3)}`, `${evaluations} evaluations`];
  if (acceptance !== undefined) parts.push(`${Math.round(100 * acceptance)} % accepted`);
  if (temperature !== undefined) parts.push(`T ${formatSignificant(temperature, 2)}`);
  return parts.join(", ");
}

function describeCalibration(calibration: Calibration, seconds: number): string[] {
  const { isReached, controls, targets, evaluations, solves, network } = calibration;
  const rows: [string, string][] = targets.map(({ target, value, standardError, relativeError }) => {
    const spread = Number.isNaN(standardError) ? "" : ` ± ${formatSignificant(standardError, 2)}`;
    const percent = `${(100 * relativeError).toFixed(2)} %`;
    return [
      target.kind,
      `${formatSignificant(value)}${spread} for ${formatSignificant(target.value)} (${percent})`,
    ];
  });
  return [
    ...alignRows(
      [
        ["targets", isReached ? "met" : "not met within the evaluations allowed"],
        ...rows,
        ...Object.entries(controls).map(([name, value]): [string, string] => [
          name,
          formatSignificant(value, 6),
        ]),
        ["network", `${network.name}: ${network.poreCount} pores, ${network.throatCount} throats`],
        ["search", `${evaluations} evaluations, ${solves} linear systems, ${seconds.toFixed(1)} s`],
      ],
      0,
    ),
  ];
}
