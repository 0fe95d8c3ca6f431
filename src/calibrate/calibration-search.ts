/**
 * A calibration as a search knows it: controls by their logarithms where they are positive, in which flow rates are
 * nearly linear, and the terms of the misfit, √weight · misfit of each target.
 */
import type { Control } from "./candidate-controls.ts";
import type { Target } from "./targets.ts";
import { computeMisfit, isFurthest } from "./targets-misfit.ts";

export function searchBounds(controls: readonly Control[]): [number, number][] {
  return controls.map((control) => {
    const { low, high } = control;
    return isByLogarithm(control) ? [Math.log(low), Math.log(high)] : [low, high];
  });
}

/** Where a candidate stands in the search. */
export function toSearch(controls: readonly Control[], candidate: ArrayLike<number>): number[] {
  return controls.map((control, k) => (isByLogarithm(control) ? Math.log(candidate[k]!) : candidate[k]!));
}

/** A candidate at a point of the search. */
export function fromSearch(controls: readonly Control[], point: ArrayLike<number>): number[] {
  return controls.map((control, k) => {
    const value = isByLogarithm(control) ? Math.exp(point[k]!) : point[k]!;
    return Math.min(control.high, Math.max(control.low, value));
  });
}

/**
 * √weight · misfit of each target.
 * @param isOpen whether a value that says nothing of how far its target is, since nothing flows, is infinite; else it is
 *   the furthest that counts. That of a solve that fell short is infinite in any case.
 */
export function residualsOf(
  targets: readonly Target[],
  values: ArrayLike<number>,
  isOpen: boolean,
): number[] {
  return targets.map((target, t) => {
    const misfit = computeMisfit(target, values[t]!);
    return Number.isNaN(misfit) || (isOpen && isFurthest(target, misfit))
      ? Number.POSITIVE_INFINITY
      : Math.sqrt(target.weight ?? 1) * misfit;
  });
}

function isByLogarithm({ low }: Control): boolean {
  return low > 0;
}
