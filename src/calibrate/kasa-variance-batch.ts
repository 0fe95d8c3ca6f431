/**
 * Several points a round, so that a batch of the model is full: each is the worthiest as if those before it had the
 * values that kriging estimates, which the surrogate takes for observed with θ unchanged (the kriging believer of
 * D. Ginsbourger, R. Le Riche and L. Carraro, in: Computational Intelligence in Expensive Optimization Problems, 2010).
 */
import type { Quest, State } from "./search-chains.ts";
import { distanceBetween } from "./search-random.ts";
import { Surrogate } from "./search-surrogate.ts";

/** Nearer points are one point. */
const LEAST_DISTANCE = 1e-7;
const MOST_ATTEMPTS = 8;

/** @param first what was found for the quest itself */
export async function completeBatch(
  quest: Quest,
  first: State,
  count: number,
  find: (quest: Quest) => Promise<State>,
): Promise<Float64Array[]> {
  const points = [first.x];
  let now = quest;
  while (points.length < count) {
    now = believe(now, points.at(-1)!);
    points.push((await find(now)).x);
  }
  return points;
}

function believe(quest: Quest, x: Float64Array): Quest {
  const { surrogate } = quest;
  const judgement = surrogate.createJudgement();
  surrogate.predict(x, judgement);
  const points = Float64Array.from([...surrogate.points, ...x]);
  const values = Float64Array.from([...surrogate.values, judgement.estimate]);
  const next = Surrogate.create(surrogate.covariance.form, points, values, surrogate.theta);
  // A point on top of another teaches nothing: then a small box around it is closed instead.
  if (!next) return { ...quest, closed: [...quest.closed, { center: x, radius: LEAST_DISTANCE }] };
  return { ...quest, surrogate: next, threshold: Math.min(quest.threshold, judgement.estimate) };
}

/** Points that are there already are replaced by drawn ones. */
export function separatePoints(
  points: readonly Float64Array[],
  others: readonly Float64Array[],
  draw: () => Float64Array,
): Float64Array[] {
  const taken = [...others];
  return points.map((point) => {
    let x = point;
    const isTaken = () => taken.some((y) => distanceBetween(x, y) < LEAST_DISTANCE);
    for (let attempt = 0; attempt < MOST_ATTEMPTS && isTaken(); attempt++) x = draw();
    taken.push(x);
    return x;
  });
}
