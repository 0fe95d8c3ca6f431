/** Colours of the 3D scene: those of the figures, as the shaders read them, and the legend that tells them. */
import { OptionError } from "../errors.ts";
import { requireChoice } from "../network/options.ts";
import { makeScale, type ScaleKind } from "./scale.ts";
import { fieldColor } from "./theme.ts";

/** Values that colour elements. */
export interface SceneField {
  /**
   * One number for each element: f32 in a storage buffer, which may be written to at any time and stays the caller's, or
   * an array, which is copied. What is no finite number is grey.
   */
  readonly values: GPUBuffer | Float32Array | Float64Array;
  /** Values of the first and the last colour; what lies beyond has theirs. */
  readonly range: readonly [number, number];
  /** Default `"linear"`; on `"log"` what is not above 0 is grey. */
  readonly scale?: ScaleKind;
}

export interface SceneLegend {
  readonly scale: ScaleKind;
  readonly range: readonly [number, number];
  /** CSS colours, evenly spaced from the first end to the last. */
  readonly colors: readonly string[];
  /** Place of each label along the bar, 0…1. */
  readonly ticks: readonly { readonly place: number; readonly label: string }[];
  /** Labels are to be read times ten to this power. */
  readonly exponent: number;
}

/** Steps of the colours, as `rampSteps` in shaders/include/view.wgsl. */
const STEPS = 128;
/** `plain`, linear, `logarithmic` and `asPores` of shaders/include/view.wgsl. */
const KINDS = { plain: 0, linear: 1, log: 2, asPores: 3 } as const;

/** Four floats a step. */
export function packRamp(): Float32Array {
  const ramp = new Float32Array(4 * STEPS);
  for (let k = 0; k < STEPS; k++) ramp.set(parseColor(fieldColor(k / (STEPS - 1))), 4 * k);
  return ramp;
}

/** Kind, value at `base`, what a unit of (the logarithm of) the value adds, base. */
export type PackedField = readonly [number, number, number, number];

export const PLAIN: PackedField = [KINDS.plain, 0, 0, 0];
export const AS_PORES: PackedField = [KINDS.asPores, 0, 0, 0];

/** @throws {OptionError} for a range that the scale has no place for, or an unknown scale */
export function packField({ range, scale = "linear" }: Omit<SceneField, "values">): PackedField {
  requireChoice("scale", scale, ["linear", "log"]);
  const [low, high] = range;
  if (!(Number.isFinite(low) && Number.isFinite(high)) || (scale === "log" && !(Math.min(low, high) > 0))) {
    throw new OptionError(
      "range",
      `A ${scale} range cannot run from ${low} to ${high}.`,
      scale === "log" ? "Give two numbers above 0." : "Give two finite numbers.",
    );
  }
  const [from, to] = scale === "log" ? [Math.log(low), Math.log(high)] : [low, high];
  // Where all values are one, the middle of the colours.
  return from === to ? [KINDS[scale], from, 0, 0.5] : [KINDS[scale], from, 1 / (to - from), 0];
}

/** Red, green, blue and 1 of `#rgb` or `#rrggbb`, 0…1. */
export function parseColor(color: string): [number, number, number, number] {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color)?.[1];
  if (!hex) throw new OptionError("color", `"${color}" is no colour.`, "Write it as #rrggbb.");
  const wide = hex.length === 6 ? hex : hex.replaceAll(/./g, "$&$&");
  const part = (k: number) => Number.parseInt(wide.slice(2 * k, 2 * k + 2), 16) / 255;
  return [part(0), part(1), part(2), 1];
}

/**
 * The legend of a field, for whoever draws it beside the scene.
 * @param length of the bar [px]: decides how many labels there is room for
 * @example
 * const { colors, ticks } = describeLegend({ range: [0, 1] }, 200);
 */
export function describeLegend(field: Omit<SceneField, "values">, length: number): SceneLegend {
  packField(field);
  const { range, scale: kind = "linear" } = field;
  const scale = makeScale(kind, range[0] <= range[1] ? range : [range[1], range[0]], [0, 1], {
    spacing: 48 / length,
  });
  const turn = (place: number) => (range[0] <= range[1] ? place : 1 - place);
  return {
    scale: kind,
    range,
    colors: Array.from({ length: 16 }, (_, k) => fieldColor(k / 15)),
    ticks: scale.ticks
      .filter(({ label }) => label !== "")
      .map(({ value, label }) => ({ place: turn(scale.at(value)), label: raisePowers(label) })),
    exponent: scale.exponent,
  };
}

/** `10^{−3}` as 10⁻³, for texts without markup. */
export function raisePowers(text: string): string {
  return text.replaceAll(/\^\{([^}]*)\}/g, (_, power: string) =>
    Array.from(power, (digit) => SUPERSCRIPTS[digit] ?? digit).join(""),
  );
}

const SUPERSCRIPTS: Record<string, string> = {
  "-": "⁻",
  "\u2212": "⁻",
  ...Object.fromEntries(Array.from("⁰¹²³⁴⁵⁶⁷⁸⁹", (raised, digit) => [String(digit), raised])),
};
