/**
 * Linear and logarithmic axes: from data to pixels, with ticks at round numbers (d3-scale).
 *
 * A logarithmic axis of less than two decades is labelled at 1, 2, 5; a longer one at powers of ten, and
 * at every second or third of them where they would touch. A linear axis far from 1 takes a power of ten
 * out of its labels (`exponent`), written once at its end.
 */
import { scaleLinear, scaleLog } from "d3-scale";
import { OptionError } from "../errors.ts";
import { formatPowerOfTen, groupDigits } from "./number-text.ts";

export type ScaleKind = "linear" | "log";

export interface Tick {
  readonly value: number;
  /** Empty for a minor tick. */
  readonly label: string;
}

export interface Scale {
  readonly kind: ScaleKind;
  readonly domain: readonly [number, number];
  readonly ticks: readonly Tick[];
  /** Labels are to be read times ten to this power. */
  readonly exponent: number;
  /** Pixel of a value. */
  at(value: number): number;
}

export interface ScaleOptions {
  /** Widen the domain to round numbers. */
  readonly nice?: boolean;
  /** Pixels between labels, at least. */
  readonly spacing?: number;
}

/**
 * @param domain smallest and largest value; equal ones are widened
 * @param range their pixels
 * @throws {OptionError} when the domain is not finite, or not positive on a logarithmic axis
 */
export function makeScale(
  kind: ScaleKind,
  domain: readonly [number, number],
  range: readonly [number, number],
  options: ScaleOptions = {},
): Scale {
  if (!domain.every(Number.isFinite) || (kind === "log" && Math.min(...domain) <= 0)) {
    throw new OptionError(
      "domain",
      `A ${kind} axis cannot run from ${domain[0]} to ${domain[1]}.`,
      kind === "log"
        ? "Leave out values that are not positive, or use a linear axis."
        : "Leave out values that are not finite.",
    );
  }
  const labels = Math.max(2, Math.floor(Math.abs(range[1] - range[0]) / (options.spacing ?? 44)));
  const wide = widenDomain(kind, domain);
  return kind === "log"
    ? makeLogScale(wide, range, labels, options.nice ?? false)
    : makeLinearScale(wide, range, labels, options.nice ?? false);
}

function widenDomain(kind: ScaleKind, [low, high]: readonly [number, number]): [number, number] {
  if (high > low) return [low, high];
  if (kind === "log") return [low / 1.25, low * 1.25];
  return low === 0 ? [-1, 1] : [low - Math.abs(low) * 0.1, low + Math.abs(low) * 0.1];
}

function makeLinearScale(
  domain: [number, number],
  range: readonly [number, number],
  labels: number,
  nice: boolean,
): Scale {
  const scale = scaleLinear(domain, range);
  if (nice) scale.nice(labels);
  const [low, high] = scale.domain() as [number, number];
  const magnitude = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high))));
  const exponent = magnitude >= 5 || magnitude <= -4 ? magnitude : 0;
  const format = scaleLinear([low / 10 ** exponent, high / 10 ** exponent], range).tickFormat(labels);
  const ticks = scale.ticks(labels).map((value) => ({
    value,
    label: groupDigits(
      format(value / 10 ** exponent)
        .replaceAll(",", "")
        .replace("\u2212", "-"),
    ),
  }));
  return { kind: "linear", domain: [low, high], ticks, exponent, at: (value) => scale(value) };
}

function makeLogScale(
  domain: [number, number],
  range: readonly [number, number],
  labels: number,
  nice: boolean,
): Scale {
  const scale = scaleLog(domain, range);
  if (nice) scale.nice();
  const [low, high] = scale.domain() as [number, number];
  const ticks =
    Math.log10(high / low) < 2 ? makeShortLogTicks(low, high, labels) : makeDecadeTicks(low, high, labels);
  return { kind: "log", domain: [low, high], ticks, exponent: 0, at: (value) => scale(value) };
}

/** Labels at 1, 2, 5 of each decade, minor ticks between; at evenly spaced numbers where those are fewer than two. */
function makeShortLogTicks(low: number, high: number, labels: number): Tick[] {
  const multiples = listMultiples(low, high);
  const labelled = multiples.filter(({ multiple }) => multiple === 1 || multiple === 2 || multiple === 5);
  if (labelled.length < 2) {
    return scaleLinear([low, high], [0, 1])
      .ticks(Math.min(labels, 4))
      .map((value) => ({ value, label: formatLogLabel(value, low, high) }));
  }
  return multiples.map(({ value, multiple }) => ({
    value,
    label: multiple === 1 || multiple === 2 || multiple === 5 ? formatLogLabel(value, low, high) : "",
  }));
}

function makeDecadeTicks(low: number, high: number, labels: number): Tick[] {
  const decades = Math.log10(high / low);
  const stride = Math.ceil(decades / labels);
  return listMultiples(low, high)
    .filter(({ multiple }) => multiple === 1 || decades <= 4)
    .map(({ value, multiple, exponent }) => ({
      value,
      label: multiple === 1 && exponent % stride === 0 ? formatLogLabel(value, low, high) : "",
    }));
}

function listMultiples(low: number, high: number): { value: number; multiple: number; exponent: number }[] {
  const list = [];
  const slack = 1 + 1e-12;
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent++) {
    for (let multiple = 1; multiple < 10; multiple++) {
      // Read from text: 3 * 10 ** -7 is not the double nearest to 3e-7.
      const value = Number(`${multiple}e${exponent}`);
      if (value * slack >= low && value <= high * slack) list.push({ value, multiple, exponent });
    }
  }
  return list;
}

function formatLogLabel(value: number, low: number, high: number): string {
  if (low >= 1e-3 && high <= 1e5) return groupDigits(String(Number(value.toPrecision(6))));
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const mantissa = Number((value / 10 ** exponent).toPrecision(6));
  return mantissa === 1 ? formatPowerOfTen(exponent) : `${mantissa}·${formatPowerOfTen(exponent)}`;
}
