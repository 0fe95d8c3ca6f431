/** What a person has set, as one value: what links restore. */
import { signal } from "@preact/signals";
import type { SolveSettings } from "../engine/solver.ts";
import type { Source } from "../sources.ts";

export interface SliceSettings {
  readonly axis: "x" | "y" | "z";
  /** Fractions of the box, from 0 to 1. */
  readonly low: number;
  readonly high: number;
}

export const COLOR_KINDS = ["pressure", "flow", "sensitivity", "radius"] as const;
export type ColorKind = (typeof COLOR_KINDS)[number];

export interface Settings extends SolveSettings {
  /** Undefined before anything was opened. */
  readonly source: Source | undefined;
  readonly colorBy: ColorKind;
  readonly slice: SliceSettings | undefined;
}

export const DEFAULT_SETTINGS: Settings = {
  source: undefined,
  axis: "x",
  closure: "auto",
  preconditioner: "auto",
  tolerance: 1e-10,
  viscosity: undefined,
  pressureDrop: 1,
  colorBy: "pressure",
  slice: undefined,
};

export const settings = signal<Settings>(DEFAULT_SETTINGS);

export function change(changes: Partial<Settings>): void {
  settings.value = { ...settings.peek(), ...changes };
}

/** What the engine is given of them. */
export function solveSettings(): SolveSettings {
  const { axis, closure, preconditioner, tolerance, viscosity, pressureDrop } = settings.peek();
  return { axis, closure, preconditioner, tolerance, viscosity, pressureDrop };
}
