/** Calls of the caller's objective: checked, and left when the caller aborts. */
import { OptionError } from "../errors.ts";

/**
 * Values at points, one each; +Infinity where a point will not do. Of a sum of squares the list of its terms, as many
 * at every point; ±Infinity where a point will not do.
 * @param points q points of d coordinates, the caller's to keep
 */
export type Objective = (
  points: number[][],
) => ArrayLike<number | ArrayLike<number>> | Promise<ArrayLike<number | ArrayLike<number>>>;

/**
 * @throws {OptionError} when the objective returns anything but one number a point, NaN or −Infinity
 * @throws what the objective throws, or what `signal` was aborted with
 */
export async function evaluateObjective(
  objective: Objective,
  points: readonly (readonly number[])[],
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const answer = await ask(objective, points, signal);
  return points.map((point, i) => requireValue(answer[i], point));
}

/**
 * The terms of a sum of squares.
 * @param count of terms, once it is known
 * @throws as `evaluateObjective`, also where there is no list for a point, one of another length, or one with NaN
 */
export async function evaluateTerms(
  objective: Objective,
  points: readonly (readonly number[])[],
  signal: AbortSignal | undefined,
  count?: number,
): Promise<number[][]> {
  const answer = await ask(objective, points, signal);
  const first = requireTerms(answer[0], points[0]!);
  return points.map((point, i) => requireTerms(answer[i], point, count ?? first.length));
}

async function ask(
  objective: Objective,
  points: readonly (readonly number[])[],
  signal: AbortSignal | undefined,
): Promise<ArrayLike<unknown>> {
  const answer = await abortable(Promise.resolve(objective(points.map((point) => [...point]))), signal);
  const count = typeof answer === "object" && answer !== null ? answer.length : undefined;
  if (count === points.length) return answer;
  throw new OptionError(
    "objective",
    `The objective was asked for ${points.length} values and returned ${count ?? typeof answer}.`,
    "Return a list with one number for each point, in their order.",
  );
}

/** +Infinity where one of them is not finite. */
export function sumSquares(terms: readonly number[]): number {
  return terms.reduce((sum, each) => sum + each * each, 0);
}

function requireValue(value: unknown, point: readonly number[]): number {
  if (typeof value === "number" && !Number.isNaN(value) && value !== Number.NEGATIVE_INFINITY) return value;
  throw new OptionError(
    "objective",
    `The objective is ${typeof value === "number" ? value : typeof value} at [${point.join(", ")}].`,
    "Return +Infinity where a point will not do, and a number everywhere else.",
  );
}

function requireTerms(answer: unknown, point: readonly number[], count?: number): number[] {
  const isList = typeof answer === "object" && answer !== null && "length" in answer;
  const terms = isList ? Array.from(answer as ArrayLike<number>) : [];
  const isNumber = (each: unknown) => typeof each === "number" && !Number.isNaN(each);
  if (terms.length > 0 && terms.length === (count ?? terms.length) && terms.every(isNumber)) return terms;
  throw new OptionError(
    "objective",
    `The objective's terms are ${isList ? `[${terms.join(", ")}]` : typeof answer} at [${point.join(", ")}].`,
    "Return a list of numbers for each point, as many everywhere, ±Infinity among them where it will not do.",
  );
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  // What the objective does afterwards is nobody's any more.
  work.catch(() => {});
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
