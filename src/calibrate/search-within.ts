/**
 * The probability that a number which kriging estimates as m ± s lies within b of 0,
 *
 *   P = Φ((b − m)/s) − Φ((−b − m)/s),
 *
 * as its logarithm, which has slopes where P itself has underflowed.
 */
import { distribution } from "./search-improvement.ts";

const LEAST_WORTH = -700;
/** Below it a probability is taken by its asymptote. */
const LEAST_TAIL = 1e-280;
const ROOT_2_PI = Math.sqrt(2 * Math.PI);

/** ln P; of a number that is known for sure, 0 or very little. */
export function logProbabilityWithin(bound: number, mean: number, deviation: number): number {
  if (!(deviation > 0)) return Math.abs(mean) <= bound ? 0 : LEAST_WORTH;
  return differentiateWithin(bound, mean, deviation).value;
}

/** The same with its derivatives by m and s. */
export function differentiateWithin(bound: number, mean: number, deviation: number) {
  const far = Math.abs(mean);
  const sign = mean < 0 ? -1 : 1;
  const [near, other] = [(bound - far) / deviation, (-bound - far) / deviation];
  const probability = distribution(near) - distribution(other);
  if (probability > LEAST_TAIL) {
    const [high, low] = [density(near), density(other)];
    return {
      value: Math.log(probability),
      byMean: (sign * (low - high)) / (deviation * probability),
      byDeviation: (other * low - near * high) / (deviation * probability),
    };
  }
  // Mills: Φ(−z) is about φ(z)/z, and a lesser distance is still worth more.
  const slope = -near - 1 / near;
  return {
    value: -0.5 * near * near - Math.log(ROOT_2_PI * -near),
    byMean: (-sign * slope) / deviation,
    byDeviation: (-near * slope) / deviation,
  };
}

function density(u: number): number {
  return Math.exp(-0.5 * u * u) / ROOT_2_PI;
}
