/** Checks of plain option objects: a key that is not known is an error, never silently ignored. */
import { OptionError } from "../errors.ts";

/** @throws {OptionError} when `options` holds a key that is not in `known`. */
export function rejectUnknownKeys(caller: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new OptionError(key, `${caller} has no option "${key}".`, `It knows: ${known.join(", ")}.`);
    }
  }
}

/** @throws {OptionError} unless `value` is a finite number above 0. */
export function requirePositive(option: string, value: number): number {
  if (!(Number.isFinite(value) && value > 0)) {
    throw new OptionError(option, `${option} is ${value}.`, "Give a finite number above 0.");
  }
  return value;
}

/** @throws {OptionError} unless `value` is a whole number of at least `least`. */
export function requireInteger(option: string, value: number, least: number, most = 2 ** 31 - 1): number {
  if (!(Number.isInteger(value) && value >= least && value <= most)) {
    throw new OptionError(option, `${option} is ${value}.`, `Give a whole number from ${least} to ${most}.`);
  }
  return value;
}

/** @throws {OptionError} unless `value` is one of `choices`. */
export function requireChoice<T extends string>(option: string, value: T, choices: readonly T[]): T {
  if (!choices.includes(value)) {
    throw new OptionError(
      option,
      `${option} is "${String(value)}".`,
      `Choose one of: ${choices.join(", ")}.`,
    );
  }
  return value;
}
