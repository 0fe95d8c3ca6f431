/** A calibration's numbers as text with units, for tables. */
import { formatPermeability, formatSignificant } from "porenet";
import type { CompleteCalibration, ReachedTarget } from "porenet/calibrate";
import { unitOf } from "./calibrator-figures.ts";

/** A line of a table: what it is, with unit, as text. */
export interface ControlRow {
  readonly name: string;
  readonly value: string;
}

export interface TargetRow {
  readonly name: string;
  readonly wanted: string;
  readonly reached: string;
  readonly error: string;
}

export function describeControls({ controls }: CompleteCalibration, x: readonly number[]): ControlRow[] {
  return controls.map((control, k) => {
    const { label, unit, factor } = unitOf(control);
    const value = control.name === "count" ? Math.round(x[k]!) : x[k]! * factor;
    return { name: label, value: `${formatSignificant(value)}${unit === "-" ? "" : ` ${unit}`}` };
  });
}

const TARGET_UNITS: Record<ReachedTarget["target"]["kind"], string> = {
  permeability: "",
  "flow-rate": " m³/s",
  "formation-factor": "",
  porosity: "",
  coordination: "",
  saturation: "",
  "capillary-pressure": " Pa",
};

export function describeTarget({ target, value, standardError, relativeError }: ReachedTarget): TargetRow {
  const show = (each: number) =>
    target.kind === "permeability"
      ? formatPermeability(each)
      : `${formatSignificant(each)}${TARGET_UNITS[target.kind]}`;
  const spread = Number.isNaN(standardError) ? "" : ` ± ${show(standardError)}`;
  const axis = "axis" in target && target.axis !== undefined ? ` along ${target.axis}` : "";
  return {
    name: `${target.kind.replace("-", " ")}${axis}`,
    wanted: show(target.value),
    reached: `${show(value)}${spread}`,
    error: `${(100 * relativeError).toFixed(2)} %`,
  };
}
