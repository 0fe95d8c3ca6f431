/**
 * The file of a calibration, that of `porenet calibrate`: a configuration; or a search under way, which goes on from its
 * state here as there; or the result.
 */
import { FormatError } from "porenet";
import {
  CALIBRATION_FILE,
  type Calibration,
  type CalibrationConfig,
  type CompleteCalibration,
  completeCalibration,
  describeCalibrationResult,
  describeCalibrationSearch,
  type SearchState,
  summarizeCalibration,
} from "porenet/calibrate";
import { findJsonFault } from "./calibrator-json.ts";

/** A calibration, and where it stands. */
export interface Begun {
  readonly config: CompleteCalibration;
  /** Of the last round; absent before the first. */
  readonly state?: SearchState | undefined;
}

const { format: FORMAT, version: VERSION } = CALIBRATION_FILE;
const EXAMPLE = '{ "network": { "preset": "sand" }, "controls": [{ … }], "targets": [{ … }] }';

/**
 * @param file what the text is from, for messages
 * @returns what it asks for, in SI units, and the state where the text is that of a search
 * @throws {FormatError} when the text is no JSON object, or that of another version
 * @throws {OptionError} for a key or value that is not understood
 * @example const { config, state } = parseCalibration("sand.json", text);
 */
export function parseCalibration(file: string, text: string): Begun {
  const found = parseObject(file, text);
  if (found.format === undefined) {
    return { config: completeCalibration(found as unknown as CalibrationConfig) };
  }
  if (found.format !== FORMAT || found.version !== VERSION || !isObject(found.config)) {
    const what = `format ${JSON.stringify(found.format)}, version ${JSON.stringify(found.version ?? null)}`;
    throw new FormatError(file, undefined, `${FORMAT}, version ${VERSION}`, what, "Open another file.");
  }
  // As it was written: complete, and compared to the letter by whoever goes on with it.
  const config = found.config as unknown as CompleteCalibration;
  completeCalibration(config);
  return { config, state: readState(file, found.state, config.controls.length) };
}

/** Only whether it can be shown: what it says of itself is compared when it is gone on with. */
function readState(file: string, found: unknown, controls: number): SearchState | undefined {
  if (found === undefined || found === null) return undefined;
  const { points, values, bounds, residuals = [] } = found as Partial<SearchState>;
  const isShown =
    [points, values, bounds, residuals].every(Array.isArray) &&
    bounds!.length === controls &&
    points!.length === values!.length * controls &&
    residuals.length % Math.max(1, values!.length) === 0;
  if (isShown) return found as SearchState;
  const remedy = "Take an older copy, or begin anew.";
  throw new FormatError(file, undefined, `a state of ${controls} controls`, "a damaged one", remedy);
}

/** The text of a search under way. */
export function writeBegun({ config, state }: Begun): string {
  return toText(describeCalibrationSearch(config, state));
}

/** The text of a result, with its history, and with its state so that more evaluations can be added. */
export function writeResult(
  calibration: Calibration,
  seconds: number,
  state: SearchState | undefined,
): string {
  return toText(describeCalibrationResult(calibration, summarizeCalibration(calibration, seconds), state));
}

function toText(value: object): string {
  const toJson = (_key: string, each: unknown) =>
    typeof each === "number" && !Number.isFinite(each) ? null : each;
  return `${JSON.stringify(value, toJson, 1)}\n`;
}

function parseObject(file: string, text: string): Record<string, unknown> {
  const fault = findJsonFault(text);
  if (fault)
    throw new FormatError(file, fault.line, fault.expected, fault.found, `Write an object, as ${EXAMPLE}.`);
  const value: unknown = JSON.parse(text);
  if (isObject(value)) return value;
  const found = Array.isArray(value) ? "a list" : JSON.stringify(value);
  throw new FormatError(file, undefined, "an object", found, `Write ${EXAMPLE}, say.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
