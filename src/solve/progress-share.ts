/** How far a solve is: residual and error fall about exponentially, so that the share is one of logarithms. */
import type { SolveProgress } from "./options.ts";

/** What ends a solve; infinite where it is left free. */
export interface SolveTargets {
  readonly residual: number;
  /** Of the energy, and with it of the permeability, relative to it. */
  readonly error: number;
}

/**
 * @returns from 0 to 1
 * @example
 * onProgress: (progress) => bar.show(estimateShare(progress, { residual: 1e-10, error: 1e-9 })),
 */
export function estimateShare(
  {
    relativeResidual,
    relativeErrorEstimate,
  }: Pick<SolveProgress, "relativeResidual" | "relativeErrorEstimate">,
  { residual, error }: SolveTargets,
): number {
  // A target near 1 has no logarithm to divide by.
  const share = (now: number, target: number) =>
    target === Number.POSITIVE_INFINITY ? 1 : Math.log(Math.min(1, now)) / Math.log(Math.min(0.5, target));
  const shares = [share(relativeResidual, residual), share(relativeErrorEstimate, error)];
  // No estimate yet says nothing.
  return Math.min(1, Math.max(0, Math.min(...shares.map((each) => (Number.isNaN(each) ? 0 : each)))));
}
