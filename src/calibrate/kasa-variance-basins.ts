/**
 * Minima that have been followed to their end. A search that goes on elsewhere keeps out of them, and of what leads
 * into them: a point belongs to the basin in which the descent of the kriging estimate from it ends.
 */
import { minimizeInBox } from "./quasi-newton.ts";
import type { ClosedBox } from "./search-chains.ts";
import { distanceBetween } from "./search-random.ts";
import type { Surrogate } from "./search-surrogate.ts";

const DESCENT_EVALUATIONS = 25;
/** The estimate's minimum may lie so far off the true one. */
const CATCH_RADIUS = 0.02;
/** Steps of a descent are in units of this. */
const UNIT = 0.04;

export class FinishedBasins {
  readonly boxes: ClosedBox[] = [];

  add(center: Float64Array, radius: number): void {
    this.boxes.push({ center, radius });
  }

  has(x: Float64Array): boolean {
    return this.boxes.some(({ center, radius }) => distanceBetween(center, x) <= radius);
  }

  /** Whether the estimate falls from x into a finished basin. */
  attracts(surrogate: Surrogate, x: Float64Array): boolean {
    if (this.boxes.length === 0) return false;
    if (this.has(x)) return true;
    const end = descend(surrogate, x);
    return this.boxes.some(
      ({ center, radius }) => distanceBetween(center, end) <= Math.max(radius, CATCH_RADIUS),
    );
  }
}

function descend(surrogate: Surrogate, start: Float64Array): Float64Array {
  const judgement = surrogate.createJudgement();
  const evaluate = (t: Float64Array, gradient: Float64Array) => {
    surrogate.predictGradient(
      t.map((each) => UNIT * each),
      judgement,
    );
    for (let axis = 0; axis < t.length; axis++) gradient[axis] = UNIT * judgement.estimateGradient[axis]!;
    return judgement.estimate;
  };
  const low = new Float64Array(start.length);
  const high = start.map(() => 1 / UNIT);
  const from = start.map((each) => each / UNIT);
  const { x } = minimizeInBox({ evaluate, low, high, maxEvaluations: DESCENT_EVALUATIONS }, from);
  return x.map((each) => UNIT * each);
}
