/**
 * Best value against evaluations, over repeated runs of a search: the median and the quartiles at every evaluation.
 *
 * A run counts as infinitely bad before its first value, and keeps its best after its end: one that reached its
 * target and stopped has it for good. Quantiles by linear interpolation of the sorted values (definition 7 of
 * Hyndman and Fan, "Sample quantiles in statistical packages", 1996).
 */

export interface SearchRun {
  /** Number of true evaluations made when each value was known, not decreasing; 1, 2, 3 … when left out. */
  readonly evaluations?: ArrayLike<number>;
  /** Values found, or the best of them so far; what is not finite counts as an evaluation without a value. */
  readonly values: ArrayLike<number>;
}

/** Steps: from `evaluation[k]` on the quantiles are those at k. */
export interface BestSoFar {
  readonly evaluation: number[];
  readonly lower: number[];
  readonly median: number[];
  readonly upper: number[];
  /** The last evaluation of the longest run. */
  readonly last: number;
}

/** Best of each run so far at each evaluation at which any of them improves, as quartiles. */
export function summarizeRuns(runs: readonly SearchRun[]): BestSoFar {
  const steps = runs.flatMap((run, place) => listImprovements(run).map((step) => ({ ...step, place })));
  steps.sort((a, b) => a.evaluation - b.evaluation);
  const best = new Float64Array(runs.length).fill(Number.POSITIVE_INFINITY);
  const result = { evaluation: [], lower: [], median: [], upper: [] } as Omit<BestSoFar, "last">;
  for (const [k, { evaluation, value, place }] of steps.entries()) {
    best[place] = value;
    if (steps[k + 1]?.evaluation === evaluation) continue;
    const sorted = best.slice().sort();
    result.evaluation.push(evaluation);
    result.lower.push(interpolateQuantile(sorted, 0.25));
    result.median.push(interpolateQuantile(sorted, 0.5));
    result.upper.push(interpolateQuantile(sorted, 0.75));
  }
  const lengths = runs.map((run) => evaluationAt(run, run.values.length - 1));
  return { ...result, last: Math.max(...lengths) };
}

export interface TargetReached {
  /** Runs that reached it. */
  readonly count: number;
  /** Median over all runs of the evaluations needed, infinite where half of them or more never reached it. */
  readonly median: number;
}

/** How many evaluations until the best is at or below `target`. */
export function measureTarget(runs: readonly SearchRun[], target: number): TargetReached {
  const needed = Float64Array.from(runs, (run) => {
    const reached = listImprovements(run).find(({ value }) => value <= target);
    return reached?.evaluation ?? Number.POSITIVE_INFINITY;
  }).sort();
  return { count: needed.filter(Number.isFinite).length, median: interpolateQuantile(needed, 0.5) };
}

export function evaluationAt({ evaluations }: SearchRun, k: number): number {
  return evaluations === undefined ? k + 1 : evaluations[k]!;
}

function listImprovements(run: SearchRun): { evaluation: number; value: number }[] {
  const list: { evaluation: number; value: number }[] = [];
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0; k < run.values.length; k++) {
    const value = run.values[k]!;
    if (!Number.isFinite(value) || value >= best) continue;
    best = value;
    list.push({ evaluation: evaluationAt(run, k), value });
  }
  return list;
}

function interpolateQuantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  // Infinity times nothing is not a number.
  return low === high ? low : low + (high - low) * (place - Math.floor(place));
}
