/**
 * Distributions of radii and conductances for generated networks. Item `index` of a stream is drawn from the
 * counter-based hash alone: the same seed gives the same item whatever else is drawn.
 */
import { OptionError } from "../errors.ts";
import { rejectUnknownKeys, requireChoice, requirePositive } from "./options.ts";
import { normal, uniform } from "./random.ts";

/** A number means: all the same. Values are in the unit of the quantity drawn. */
export type Distribution =
  | number
  | { readonly kind: "fixed"; readonly value: number }
  | { readonly kind: "uniform"; readonly min: number; readonly max: number }
  /** exp(ln median + sigma·z). */
  | { readonly kind: "lognormal"; readonly median: number; readonly sigma: number }
  /** Mean shape·scale, variance shape·scale². */
  | { readonly kind: "gamma"; readonly shape: number; readonly scale: number }
  /** scale·(−ln u)^(1/shape). */
  | { readonly kind: "weibull"; readonly shape: number; readonly scale: number }
  /** Measured: the share of numbers below each value, straight lines between; ascending, from 0 to 1. */
  | { readonly kind: "table"; readonly values: readonly number[]; readonly shares: readonly number[] };

/** Gamma numbers of whole shape up to this are sums of logarithms, one stream each. */
const LARGEST_SUMMED_SHAPE = 16;
/** Rejection draws take their streams from here, so that they meet no other stream. */
const REJECTION_STREAM = 1000;
const REJECTION_ATTEMPTS = 300;

const KEYS = {
  fixed: ["value"],
  uniform: ["min", "max"],
  lognormal: ["median", "sigma"],
  gamma: ["shape", "scale"],
  weibull: ["shape", "scale"],
  table: ["values", "shares"],
} as const;

/**
 * `count` numbers of a distribution.
 * @throws {OptionError} when a parameter is missing, unknown or out of range; `option` names it in the message.
 * @example drawValues("throatRadius", { kind: "gamma", shape: 4, scale: 1e-6 }, 100, 7, 20)
 */
export function drawValues(
  option: string,
  distribution: Distribution,
  count: number,
  seed: number,
  stream: number,
): Float64Array {
  const draw = createSampler(option, distribution, seed, stream);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = draw(i);
  return values;
}

/**
 * What draws item `index` of a distribution, for items that are not numbered from 0.
 * @throws {OptionError} as `drawValues`
 */
export function createSampler(
  option: string,
  distribution: Distribution,
  seed: number,
  stream: number,
): (index: number) => number {
  const d = typeof distribution === "number" ? { kind: "fixed" as const, value: distribution } : distribution;
  requireChoice(`${option}.kind`, d.kind, Object.keys(KEYS) as (typeof d.kind)[]);
  rejectUnknownKeys(option, d, ["kind", ...KEYS[d.kind]]);
  switch (d.kind) {
    case "fixed": {
      const value = requirePositive(option, d.value);
      return () => value;
    }
    case "uniform": {
      requirePositive(`${option}.min`, d.min);
      requirePositive(`${option}.max`, d.max);
      if (d.max < d.min) {
        throw new OptionError(option, `${option} has min ${d.min} above max ${d.max}.`, "Swap them.");
      }
      return (i) => d.min + (d.max - d.min) * uniform(seed, stream, i);
    }
    case "lognormal": {
      requirePositive(`${option}.median`, d.median);
      if (!(d.sigma >= 0 && Number.isFinite(d.sigma))) {
        throw new OptionError(`${option}.sigma`, `${option}.sigma is ${d.sigma}.`, "Give 0 or more.");
      }
      return (i) => d.median * Math.exp(d.sigma * normal(seed, stream, i));
    }
    case "weibull": {
      const exponent = 1 / requirePositive(`${option}.shape`, d.shape);
      requirePositive(`${option}.scale`, d.scale);
      return (i) => d.scale * (-Math.log(uniform(seed, stream, i))) ** exponent;
    }
    case "gamma": {
      requirePositive(`${option}.shape`, d.shape);
      requirePositive(`${option}.scale`, d.scale);
      return Number.isInteger(d.shape) && d.shape <= LARGEST_SUMMED_SHAPE
        ? (i) => d.scale * gammaBySum(d.shape, seed, stream, i)
        : (i) => d.scale * gammaByRejection(d.shape, seed, stream, i);
    }
    case "table": {
      checkTable(option, d.values, d.shares);
      return (i) => interpolateShare(d.values, d.shares, uniform(seed, stream, i));
    }
  }
}

function checkTable(option: string, values: readonly number[], shares: readonly number[]): void {
  const isAscending = (list: readonly number[]) => list.every((x, k) => k === 0 || x >= list[k - 1]!);
  const isSound =
    Array.isArray(values) &&
    Array.isArray(shares) &&
    values.length === shares.length &&
    values.length >= 2 &&
    values.every((x) => Number.isFinite(x) && x > 0) &&
    isAscending(values) &&
    isAscending(shares) &&
    shares[0] === 0 &&
    shares.at(-1) === 1;
  if (isSound) return;
  throw new OptionError(
    option,
    `${option} is a table that makes no sense.`,
    "Give two or more values above 0, ascending, and as many shares, ascending from 0 to 1.",
  );
}

function interpolateShare(values: readonly number[], shares: readonly number[], share: number): number {
  let low = 0;
  let high = shares.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (shares[middle]! <= share) low = middle;
    else high = middle;
  }
  const width = shares[high]! - shares[low]!;
  const part = width > 0 ? (share - shares[low]!) / width : 0;
  return values[low]! + part * (values[high]! - values[low]!);
}

/** A gamma number of whole shape k is the sum of k exponential ones. */
function gammaBySum(shape: number, seed: number, stream: number, index: number): number {
  let sum = 0;
  for (let k = 0; k < shape; k++) sum += Math.log(uniform(seed, stream + k, index));
  return -sum;
}

/** Marsaglia and Tsang 2000 (ACM TOMS 26:363): at least 95 % of the attempts are accepted. */
function gammaByRejection(shape: number, seed: number, stream: number, index: number): number {
  const base = stream * REJECTION_STREAM;
  const boost = shape < 1 ? uniform(seed, base, index) ** (1 / shape) : 1;
  const d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (let attempt = 0; attempt < REJECTION_ATTEMPTS; attempt++) {
    const x = normal(seed, base + 1 + 3 * attempt, index);
    const v = (1 + c * x) ** 3;
    const u = uniform(seed, base + 3 + 3 * attempt, index);
    if (v > 0 && Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return boost * d * v;
  }
  return boost * d;
}
