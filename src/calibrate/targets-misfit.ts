/**
 * One number for how far a candidate is from its targets:
 *   J = Σ w m²,   m = ln(value / target),   for saturations m = value − target.
 * A value that is 0, infinite or further away counts as `FURTHEST_DECADES` decades, so that networks nothing flows
 * through have a large and finite misfit, that of their other targets still among it; a value that is not a number, of
 * a solve that fell short, makes J infinite.
 */
import type { Target } from "./targets.ts";

/** No value counts as more decades away from its target. */
export const FURTHEST_DECADES = 6;

/** |ln value/target| counts no further. */
const FURTHEST = FURTHEST_DECADES * Math.LN10;

/** m of one target. */
export function computeMisfit(target: Target, value: number): number {
  if (target.kind === "saturation") return value - target.value;
  return Math.max(-FURTHEST, Math.min(FURTHEST, Math.log(value / target.value)));
}

/** Whether a misfit says no more than that the value is nowhere near. */
export function isFurthest(target: Target, misfit: number): boolean {
  return target.kind !== "saturation" && Math.abs(misfit) === FURTHEST;
}

/** J of one candidate: Infinity where a value is not a number. */
export function sumMisfits(targets: readonly Target[], values: ArrayLike<number>): number {
  let sum = 0;
  targets.forEach((target, t) => {
    sum += (target.weight ?? 1) * computeMisfit(target, values[t]!) ** 2;
  });
  return Number.isNaN(sum) ? Infinity : sum;
}

/** Standard error of J from those of the values, to first order, values taken as independent; NaN where unknown. */
export function propagateError(
  targets: readonly Target[],
  values: ArrayLike<number>,
  standardErrors: ArrayLike<number>,
): number {
  let variance = 0;
  targets.forEach((target, t) => {
    const misfit = computeMisfit(target, values[t]!);
    const slope = target.kind === "saturation" ? 1 : isFurthest(target, misfit) ? 0 : 1 / values[t]!;
    if (slope !== 0) variance += (2 * (target.weight ?? 1) * misfit * slope * standardErrors[t]!) ** 2;
  });
  return Math.sqrt(variance);
}
