/** How far a solve is: residual and error fall about exponentially, so that the share is one of logarithms. */
import type { SolveProgress } from "porenet";

/** What porenet ends at where nothing else is said. */
const ENERGY_TOLERANCE = 1e-9;

/**
 * @param tolerance the residual asked for
 * @returns from 0 to 1
 */
export function shareOf(
  {
    relativeResidual,
    relativeErrorEstimate,
  }: Pick<SolveProgress, "relativeResidual" | "relativeErrorEstimate">,
  tolerance: number,
): number {
  const share = (now: number, target: number) => Math.log(Math.min(1, now)) / Math.log(Math.min(0.5, target));
  const shares = [share(relativeResidual, tolerance), share(relativeErrorEstimate, ENERGY_TOLERANCE)];
  // No estimate yet says nothing.
  return Math.min(1, Math.max(0, Math.min(...shares.map((each) => (Number.isNaN(each) ? 0 : each)))));
}
