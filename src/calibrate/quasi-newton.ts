/**
 * A minimum inside a box by the BFGS method with projected steps (J. Nocedal and S. J. Wright, Numerical Optimization,
 * 2nd ed., ch. 6 and 16.7): variables that sit on a bound and are drawn beyond it take no part in a step. For a dozen
 * variables and objectives that cost far more than the step.
 */
export interface BoxProblem {
  /** The value at x, with its gradient written into `gradient`; not finite where x will not do. */
  readonly evaluate: (x: Float64Array, gradient: Float64Array) => number;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly maxEvaluations: number;
}

export interface BoxMinimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

export function minimizeInBox(problem: BoxProblem, start: ArrayLike<number>): BoxMinimum {
  const { evaluate, low, high, maxEvaluations } = problem;
  const size = low.length;
  const clamp = (x: Float64Array) => x.map((each, i) => Math.min(high[i]!, Math.max(low[i]!, each)));
  let x = clamp(Float64Array.from(start));
  let gradient = new Float64Array(size);
  let value = evaluate(x, gradient);
  let evaluations = 1;
  let inverse = identity(size);
  let isFresh = true;
  while (evaluations < maxEvaluations && Number.isFinite(value)) {
    const free = findFree(x, gradient, low, high);
    const slope = gradient.map((g, i) => (free[i] ? g : 0));
    if (largest(slope) < GRADIENT_TOLERANCE * Math.max(1, Math.abs(value))) break;
    const direction = descend(inverse, slope, free);
    // A first step has no length of its own: a fraction of the box.
    let step = isFresh
      ? Math.min(1, FIRST_STEP / largest(direction))
      : Math.min(1, MOST_STEP / largest(direction));
    const next = new Float64Array(size);
    let accepted = false;
    let moved = x;
    let nextValue = value;
    while (evaluations < maxEvaluations && step > 1e-10) {
      moved = clamp(x.map((each, i) => each + step * direction[i]!));
      const expected = moved.reduce((sum, each, i) => sum + slope[i]! * (each - x[i]!), 0);
      nextValue = evaluate(moved, next);
      evaluations++;
      if (nextValue <= value + ARMIJO * expected) {
        accepted = true;
        break;
      }
      step *= shrink(value, nextValue, expected);
    }
    if (!accepted) {
      if (isFresh) break;
      inverse = identity(size);
      isFresh = true;
      continue;
    }
    const gain = value - nextValue;
    inverse = updateInverse(inverse, subtract(moved, x), subtract(next, gradient));
    [x, gradient, value] = [moved, next, nextValue];
    isFresh = false;
    if (gain < VALUE_TOLERANCE * Math.max(1, Math.abs(value))) break;
  }
  return { x, value, evaluations };
}

const GRADIENT_TOLERANCE = 1e-6;
const VALUE_TOLERANCE = 1e-9;
const ARMIJO = 1e-4;
/** In units of the variables, which are logarithms. */
const FIRST_STEP = 0.5;
const MOST_STEP = 3;

/** The minimum of the parabola through value, slope and next value, within a tenth and a half. */
function shrink(value: number, next: number, expected: number): number {
  if (!Number.isFinite(next)) return 0.25;
  return Math.min(0.5, Math.max(0.1, -expected / (2 * (next - value - expected))));
}

function findFree(
  x: Float64Array,
  gradient: Float64Array,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
): boolean[] {
  return Array.from(
    x,
    (each, i) => !((each <= low[i]! && gradient[i]! > 0) || (each >= high[i]! && gradient[i]! < 0)),
  );
}

/** −H g over the free variables; −g where that is no descent. */
function descend(inverse: Float64Array, slope: Float64Array, free: readonly boolean[]): Float64Array {
  const size = slope.length;
  const direction = new Float64Array(size);
  let product = 0;
  for (let i = 0; i < size; i++) {
    if (!free[i]) continue;
    for (let j = 0; j < size; j++) direction[i]! -= inverse[i * size + j]! * slope[j]!;
    product += direction[i]! * slope[i]!;
  }
  return product < 0 ? direction : slope.map((g) => -g);
}

function updateInverse(inverse: Float64Array, s: Float64Array, y: Float64Array): Float64Array {
  const size = s.length;
  const curvature = dot(s, y);
  if (!(curvature > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y)))) return inverse;
  const product = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) product[i]! += inverse[i * size + j]! * y[j]!;
  }
  const factor = (1 + dot(y, product) / curvature) / curvature;
  return inverse.map((entry, at) => {
    const i = Math.floor(at / size);
    const j = at % size;
    return entry + factor * s[i]! * s[j]! - (s[i]! * product[j]! + product[i]! * s[j]!) / curvature;
  });
}

function identity(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));
}

function largest(x: Float64Array): number {
  return x.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((each, i) => each - b[i]!);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, each, i) => sum + each * b[i]!, 0);
}
