/**
 * Monotone maps of the objective's values, so that steep walls or a narrow pit do not spoil the kriging:
 *
 *   identity      z = y
 *   from below    z = ln(1 + (y − y_min) / c)     opens the lower end, flattens walls and outliers
 *   from above    z = −ln(1 + (y_max − y) / c)    opens the upper end: a sum of bumps becomes near to a bowl
 *
 * c is a multiple of the distance from that end to the median, then z is standardised. Which one it is, the likelihood
 * says, with ln dz/dy of the observed values added (G. E. P. Box and D. R. Cox, J. R. Stat. Soc. B 26 (1964) 211).
 */

export interface Warp {
  readonly end: "none" | "lower" | "upper";
  /** c over the distance from the end to the median. */
  readonly share: number;
}

/** Values warped, and the map itself. */
export interface Warped {
  readonly values: Float64Array;
  /** Σ ln dz/dy over the feasible values; −Infinity where the map will not do. */
  readonly logJacobian: number;
  readonly map: (y: number) => number;
  /** ln dz/dy */
  readonly logSlope: (y: number) => number;
}

/** Opening the upper end by more costs the lower one, which the search is about. */
export const WARPS: readonly Warp[] = [
  { end: "none", share: 1 },
  ...[3, 1, 0.3, 0.1, 0.03, 0.01].map((share) => ({ end: "lower" as const, share })),
  ...[3, 1, 0.3, 0.1].map((share) => ({ end: "upper" as const, share })),
];

/** What a warp has to gain in ln L before it is taken. */
export function warpPenalty({ end, share }: Warp): number {
  return end === "none" ? 0 : 1 + 0.5 * (Math.log(share) / 2.5) ** 2;
}

/** Where a value says no more than that the point will not do. */
export const INFEASIBLE = 1e100;

/** Of all values: with fewer feasible ones these stand out below the others, or there would be nothing to follow. */
const FEW = 1 / 3;

/** @param values with at least one below `INFEASIBLE`; the others become as bad as the worst of these, or worse */
export function warpValues(values: readonly number[], warp: Warp): Warped {
  const feasible = values.filter((y) => y < INFEASIBLE).sort((a, b) => a - b);
  const [low, high, median] = [feasible[0]!, feasible.at(-1)!, feasible[feasible.length >> 1]!];
  const { bend, logBend } = bendOf(warp, low, high, median);
  const bent = feasible.map(bend);
  const mean = bent.reduce((sum, z) => sum + z, 0) / bent.length;
  const deviation = Math.sqrt(bent.reduce((sum, z) => sum + (z - mean) ** 2, 0) / bent.length) || 1;
  const map = (y: number) => (bend(Math.min(y, high)) - mean) / deviation;
  const logSlope = (y: number) => logBend(Math.min(y, high)) - Math.log(deviation);
  const penalty = feasible.length < FEW * values.length ? 1 : 0;
  const logJacobian = feasible.reduce((sum, y) => sum + logSlope(y), 0);
  const isUsable = Number.isFinite(deviation) && Number.isFinite(logJacobian);
  return {
    values: Float64Array.from(values, (y) => map(y) + (y < INFEASIBLE ? 0 : penalty)),
    logJacobian: isUsable ? logJacobian : Number.NEGATIVE_INFINITY,
    map,
    logSlope,
  };
}

function bendOf({ end, share }: Warp, low: number, high: number, median: number) {
  const distance = end === "upper" ? high - median : median - low;
  const unit = distance > 0 ? distance : high > low ? high - low : 1;
  const c = share * unit;
  if (end === "lower") {
    return { bend: (y: number) => Math.log1p((y - low) / c), logBend: (y: number) => -Math.log(y - low + c) };
  }
  if (end === "upper") {
    return {
      bend: (y: number) => -Math.log1p((high - y) / c),
      logBend: (y: number) => -Math.log(high - y + c),
    };
  }
  return { bend: (y: number) => (y - low) / unit, logBend: () => -Math.log(unit) };
}
