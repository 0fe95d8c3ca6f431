/** Controls: the options of a NET-PFS network that a calibration moves, by their names, each with its bounds. */
import { OptionError } from "../errors.ts";
import { rejectUnknownKeys, requireChoice, requirePositive } from "../network/options.ts";
import { checkNetPfsOptions, type NetPfsOptions } from "./net-pfs-options.ts";
import { LARGEST_SPREAD } from "./radius-factor.ts";

export const CONTROLS = [
  "throatRadius",
  "throatRadiusSpread",
  "distance",
  "neighbours",
  "count",
  "totalVolume",
  "poreSizeFactor",
] as const satisfies readonly (keyof NetPfsOptions)[];

export type ControlName = (typeof CONTROLS)[number];

export interface Control {
  readonly name: ControlName;
  readonly low: number;
  readonly high: number;
}

/** What controls say nothing of; `seed` is the forward model's own. */
export type NetworkBase = Partial<Omit<NetPfsOptions, "seed">> & Pick<NetPfsOptions, "size">;

/**
 * @throws {OptionError} when a control is unknown, comes twice, or has bounds that are reversed or out of range, and
 * when a network at the bounds is refused
 */
export function checkControls(controls: readonly Control[], base: NetworkBase): void {
  if (!Array.isArray(controls) || controls.length === 0) {
    throw new OptionError(
      "controls",
      "There are no controls.",
      `Give one or more of ${CONTROLS.join(", ")}.`,
    );
  }
  const names = new Set<string>();
  for (const control of controls) {
    rejectUnknownKeys("a control", control, ["name", "low", "high"]);
    const { name, low, high } = control;
    requireChoice("name", name, CONTROLS);
    if (names.has(name)) throw new OptionError(name, `The control ${name} comes twice.`, "Leave one out.");
    names.add(name);
    if (!(low < high)) {
      throw new OptionError(
        name,
        `${name} is to lie between ${low} and ${high}.`,
        "Give a lower bound below the upper.",
      );
    }
    if (name === "throatRadiusSpread") {
      if (low < 0 || high > LARGEST_SPREAD) {
        throw new OptionError(
          name,
          `${name} is to lie between ${low} and ${high}.`,
          `Stay from 0 to ${LARGEST_SPREAD}.`,
        );
      }
    } else requirePositive(name, low);
    requireFinite(name, high);
  }
  if (names.has("throatRadius") && typeof base.throatRadius === "object") {
    throw new OptionError(
      "throatRadius",
      "throatRadius is a control, and a distribution as well.",
      "Leave the distribution out, or the control.",
    );
  }
  const corner = (end: "low" | "high") => controls.map((control) => control[end]);
  for (const end of ["low", "high"] as const)
    checkNetPfsOptions(applyControls(base, controls, corner(end), 0));
}

function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value))
    throw new OptionError(name, `A bound of ${name} is ${value}.`, "Give a finite number.");
}

/** The network of a candidate: a count is rounded. */
export function applyControls(
  base: NetworkBase,
  controls: readonly Control[],
  candidate: ArrayLike<number>,
  seed: number,
): NetPfsOptions {
  const options: Record<string, unknown> = { ...base, seed };
  controls.forEach(({ name }, k) => {
    options[name] = name === "count" ? Math.round(candidate[k]!) : candidate[k]!;
  });
  return options as unknown as NetPfsOptions;
}

/** @throws {OptionError} naming the first candidate and control that make no sense */
export function checkCandidates(
  controls: readonly Control[],
  candidates: readonly ArrayLike<number>[],
): void {
  candidates.forEach((candidate, c) => {
    if (candidate.length !== controls.length) {
      throw new OptionError(
        "candidates",
        `Candidate ${c} holds ${candidate.length} numbers for ${controls.length} controls.`,
        `Give one number for each of ${controls.map(({ name }) => name).join(", ")}.`,
      );
    }
    controls.forEach(({ name }, k) => {
      const value = candidate[k]!;
      const isSound =
        name === "throatRadiusSpread" ? value >= 0 && value <= LARGEST_SPREAD : value > 0 && value < Infinity;
      if (isSound && (name !== "count" || value >= 0.5)) return;
      throw new OptionError(
        name,
        `${name} of candidate ${c} is ${value}.`,
        "Keep candidates within the bounds.",
      );
    });
  });
}
