/**
 * Quantiles of the gamma distribution, by the odds of its two tails:
 *   ln P(a, x) − ln Q(a, x) = t,   t = ln u − ln(1 − u),
 * which as a function of ln x is close to a line at both ends, so that Newton's method needs a few steps and no tail
 * loses its digits. P and Q are the regularised incomplete gamma functions: the power series of P below x = a + 1,
 * the continued fraction of Q above (NIST Digital Library of Mathematical Functions, 8.7.1 and 8.9.2).
 */
import { OptionError } from "../errors.ts";
import { requirePositive } from "./options.ts";

const MOST_TERMS = 10_000;
const MOST_STEPS = 200;
const EPSILON = 2 ** -53;
/** Of ln x: digits double with each step, so that one as short as this leaves no error behind. */
const LAST_STEP = 1e-8;
/** Stirling's series is used from here on. */
const LARGE = 12;
/** Of Stirling's series, B₂ₖ / (2k (2k − 1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/** ln Γ(x) for x above 0. */
export function logGamma(x: number): number {
  let shift = 0;
  let large = x;
  for (; large < LARGE; large++) shift += Math.log(large);
  let sum = 0;
  const inverseSquare = 1 / (large * large);
  for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * inverseSquare + STIRLING[k]!;
  return (large - 0.5) * Math.log(large) - large + 0.5 * Math.log(2 * Math.PI) + sum / large - shift;
}

/**
 * The two regularised incomplete gamma functions; the smaller one has all its digits.
 * @param front ln Γ of the shape
 */
export function incompleteGamma(
  shape: number,
  x: number,
  front = logGamma(shape),
): { readonly lower: number; readonly upper: number } {
  if (!(x > 0)) return { lower: 0, upper: 1 };
  const density = Math.exp(shape * Math.log(x) - x - front);
  if (x < shape + 1) {
    const lower = density * sumSeries(shape, x);
    return { lower, upper: 1 - lower };
  }
  const upper = density * continueFraction(shape, x);
  return { lower: 1 - upper, upper };
}

/** Σ xᵏ / (a (a + 1) … (a + k)) */
function sumSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let k = 1; k < MOST_TERMS && term > EPSILON * sum; k++) {
    term *= x / (shape + k);
    sum += term;
  }
  return sum;
}

/** 1 / (x + 1 − a − 1 (1 − a) / (x + 3 − a − 2 (2 − a) / (x + 5 − a − …))), from the front as products of ratios. */
function continueFraction(shape: number, x: number): number {
  let b = x + 1 - shape;
  let c = Number.MAX_VALUE;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < MOST_TERMS; k++) {
    const a = k * (shape - k);
    b += 2;
    d = 1 / (b + a * d);
    c = b + a / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < EPSILON) break;
  }
  return value;
}

/**
 * The x below which a gamma number of this shape and scale 1 lies with the odds exp(t).
 * @param guess of x, from a neighbouring t
 */
export function gammaQuantileOfLogit(shape: number, t: number, guess = shape): number {
  const front = logGamma(shape);
  let low = -Infinity;
  let high = Infinity;
  let y = Math.log(guess);
  for (let step = 0; step < MOST_STEPS; step++) {
    const x = Math.exp(y);
    const { lower, upper } = incompleteGamma(shape, x, front);
    const error = Math.log(lower) - Math.log(upper) - t;
    if (error > 0) high = y;
    else low = y;
    const slope = Math.exp(shape * y - x - front) / (lower * upper);
    const next = y - error / slope;
    if (Math.abs(next - y) <= LAST_STEP) return Math.exp(next);
    y = next > low && next < high ? next : bisect(low, high, y);
  }
  return Math.exp(y);
}

function bisect(low: number, high: number, y: number): number {
  if (low === -Infinity) return y - Math.max(1, Math.abs(y));
  return high === Infinity ? y + 1 : (low + high) / 2;
}

/**
 * The x below which a share u of the gamma distribution of this shape and scale 1 lies.
 * @throws {OptionError} unless the shape is above 0 and u between 0 and 1
 * @example 2 * gammaQuantile(0.5, 0.95) // 3.841458820694124, of chi-square with one degree of freedom
 */
export function gammaQuantile(shape: number, u: number): number {
  requirePositive("shape", shape);
  if (!(u > 0 && u < 1)) throw new OptionError("u", `u is ${u}.`, "Give a share between 0 and 1.");
  return gammaQuantileOfLogit(shape, Math.log(u) - Math.log1p(-u));
}
