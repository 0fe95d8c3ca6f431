/**
 * Expected improvement on a threshold t where kriging gives the estimate m and standard deviation s:
 *
 *   EI = E[(t − z)⁺] = s (φ(u) + u Φ(u)),   u = (t − m) / s
 *
 * (J. Mockus 1975; D. R. Jones, M. Schonlau and W. J. Welch, J. Glob. Optim. 13 (1998) 455), as its logarithm, which
 * has slopes where EI itself has underflowed (S. Ament et al., NeurIPS 2023). For u below −10, with w = u⁻²,
 * φ + uΦ = φ w (1 − 3w + 15w² − 105w³ + …).
 */

const ROOT_2_PI = Math.sqrt(2 * Math.PI);
const FAR = -10;

/** ln(φ(u) + uΦ(u)) */
export function logImprovement(u: number): number {
  if (u > FAR) return Math.log(density(u) + u * distribution(u));
  const w = 1 / (u * u);
  return -0.5 * u * u - Math.log(ROOT_2_PI) + Math.log(w * (1 - w * (3 - w * (15 - 105 * w))));
}

/** φ and Φ over φ + uΦ: ∂lnEI/∂s and −∂lnEI/∂m, times s. */
export function improvementSlopes(u: number): { byDeviation: number; byEstimate: number } {
  if (u > FAR) {
    const whole = density(u) + u * distribution(u);
    return { byDeviation: density(u) / whole, byEstimate: distribution(u) / whole };
  }
  const w = 1 / (u * u);
  const whole = w * (1 - w * (3 - w * (15 - 105 * w)));
  return { byDeviation: 1 / whole, byEstimate: (1 - w * (1 - w * (3 - 15 * w))) / (-u * whole) };
}

function density(u: number): number {
  return Math.exp(-0.5 * u * u) / ROOT_2_PI;
}

/** Φ(u) by the series of erf near 0 and Laplace's continued fraction of erfc beyond; relative error some 1e-13. */
export function distribution(u: number): number {
  const t = Math.abs(u) / Math.SQRT2;
  const upper = t < 2.5 ? 0.5 * (1 - erfSeries(t)) : 0.5 * erfcFraction(t);
  return u > 0 ? 1 - upper : upper;
}

function erfSeries(t: number): number {
  let term = t;
  let sum = t;
  for (let k = 1; k < 80 && Math.abs(term) > 1e-17 * sum; k++) {
    term *= (-t * t) / k;
    sum += term / (2 * k + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function erfcFraction(t: number): number {
  let tail = 0;
  for (let k = 60; k > 0; k--) tail = k / 2 / (t + tail);
  return Math.exp(-t * t) / Math.sqrt(Math.PI) / (t + tail);
}
