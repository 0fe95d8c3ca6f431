/**
 * The file of a calibration: while it runs what it resumes from, in the end its result. Replaced after every round by a
 * whole new one.
 */
import { access } from "node:fs/promises";
import type { Calibration } from "../calibrate/calibration.ts";
import type { CalibrationConfig } from "../calibrate/calibration-config.ts";
import { type CompleteCalibration, completeCalibration } from "../calibrate/calibration-config.ts";
import {
  CALIBRATION_FILE,
  describeCalibrationResult,
  describeCalibrationSearch,
} from "../calibrate/calibration-file.ts";
import type { SearchState } from "../calibrate/minimize.ts";
import { FormatError } from "../errors.ts";
import { writeFileAtomically } from "../node/atomic-write.ts";
import { isJsonObject, namingFile, readJsonObject } from "./json-file.ts";
import { UsageError } from "./options.ts";
import { replaceUnknown } from "./output.ts";

const { format: FORMAT, version: VERSION } = CALIBRATION_FILE;

/** @throws {FormatError} @throws {OptionError} as `completeCalibration`, naming the file */
export async function readCalibrationConfig(
  file: string,
  seed: number | undefined,
): Promise<CompleteCalibration> {
  const config = await readJsonObject(file, "a calibration", '{ "controls": […], "targets": […] }');
  return namingFile(file, () =>
    completeCalibration({ ...(config as unknown as CalibrationConfig), ...(seed !== undefined && { seed }) }),
  );
}

/**
 * @returns `undefined` where there is no file yet
 * @throws {FormatError} when the file is no calibration, or a damaged one
 * @throws {UsageError} when it is that of another calibration
 */
export async function readBegun(file: string, config: CompleteCalibration): Promise<SearchState | undefined> {
  if (!(await exists(file))) return undefined;
  const begun = await readJsonObject(file, "a calibration", `{ "format": "${FORMAT}", … }`);
  const remedy = "Name another file, or begin anew without --resume.";
  if (begun.format !== FORMAT || begun.version !== VERSION || !isJsonObject(begun.state)) {
    throw new FormatError(file, undefined, `a ${FORMAT}, version ${VERSION}`, describeFormat(begun), remedy);
  }
  if (JSON.stringify(begun.config) !== JSON.stringify(config)) {
    throw new UsageError(
      `${file} was begun with another configuration or seed.`,
      "Resume with the configuration and seed that it was begun with, or name another file.",
    );
  }
  return begun.state as unknown as SearchState;
}

function describeFormat({ format, version }: Record<string, unknown>): string {
  if (format !== FORMAT) return format === undefined ? "something else" : JSON.stringify(format);
  return version === VERSION ? "no state" : `version ${JSON.stringify(version)}`;
}

export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

export async function writeState(
  file: string,
  config: CompleteCalibration,
  state: SearchState,
): Promise<void> {
  await writeJson(file, describeCalibrationSearch(config, state));
}

/** The result with its history; what it would be resumed from is kept, so that more evaluations can be added. */
export async function writeResult(
  file: string,
  calibration: Calibration,
  summary: object,
  state: SearchState | undefined,
): Promise<void> {
  await writeJson(file, describeCalibrationResult(calibration, summary, state));
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFileAtomically(file, `${JSON.stringify(value, replaceUnknown, 1)}\n`);
}
