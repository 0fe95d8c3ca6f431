/**
 * Covariances of the search's kriging, over the unit box and up to the sill, of two shapes:
 *
 *   product    k(x, y) = ρ(h),  h² = Σ_j ((x_j − y_j) / ℓ_j)²      one surface in all axes
 *   additive   k(x, y) = Σ_j w_j ρ(|x_j − y_j| / ℓ_j)              a sum of curves, one an axis
 *
 * and ρ(h) = e^(−h²/2) (gaussian) or (1 + s + s²/3) e^(−s), s = √5 h (Matérn 5/2). What is additive is learnt curve by
 * curve: each observation tells of every axis at once (N. Durrande, D. Ginsbourger and O. Roustant, Ann. Fac. Sci.
 * Toulouse 21 (2012) 481). Parameters θ are logarithms: lengths, then weights of an additive one, then the nugget.
 */

export interface CovarianceForm {
  readonly shape: "product" | "additive";
  readonly model: "gaussian" | "matern52";
}

/** θ in the form that sums run over. */
export interface Covariance {
  readonly form: CovarianceForm;
  /** 1/ℓ of each axis. */
  readonly inverseLength: Float64Array;
  /** Of each axis; empty for a product. */
  readonly weight: Float64Array;
  readonly nugget: number;
  /** k(x, x) without the nugget. */
  readonly total: number;
}

/** Normal densities of θ, independent of each other. */
export interface Prior {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

const ROOT_5 = Math.sqrt(5);
/** Keeps equal points apart in float64. */
const LEAST_NUGGET = 1e-9;

export function countParameters({ shape }: CovarianceForm, dimension: number): number {
  return (shape === "product" ? dimension : 2 * dimension) + 1;
}

/**
 * Lengths of a product grow with the root of the dimension, as distances do (C. Hvarfner, E. Hellsten and L. Nardi,
 * ICML 2024); the nugget is small unless the data insist.
 */
export function priorOf({ shape, model }: CovarianceForm, dimension: number): Prior {
  const length = shape === "product" ? 0.4 * Math.sqrt(dimension) : 0.35;
  const lengths = new Array(dimension).fill(Math.log(model === "gaussian" ? 0.7 * length : length));
  const weights = shape === "product" ? [] : new Array(dimension).fill(-Math.log(dimension));
  return {
    mean: Float64Array.from([...lengths, ...weights, Math.log(1e-6)]),
    deviation: Float64Array.from([...lengths.map(() => 1.2), ...weights.map(() => 1), 2.5]),
  };
}

export function unpackCovariance(form: CovarianceForm, dimension: number, theta: Float64Array): Covariance {
  const inverseLength = theta.slice(0, dimension).map((each) => Math.exp(-each));
  const weight = form.shape === "product" ? new Float64Array() : theta.slice(dimension, -1).map(Math.exp);
  const total = form.shape === "product" ? 1 : weight.reduce((sum, each) => sum + each, 0);
  return { form, inverseLength, weight, nugget: Math.exp(theta.at(-1)!) + LEAST_NUGGET, total };
}

/** k between row i of `a` and row j of `b`. */
export function covarianceBetween(
  covariance: Covariance,
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
): number {
  const { form, inverseLength, weight } = covariance;
  const size = inverseLength.length;
  const isGaussian = form.model === "gaussian";
  let sum = 0;
  for (let axis = 0, p = i * size, q = j * size; axis < size; axis++, p++, q++) {
    const h = (a[p]! - b[q]!) * inverseLength[axis]!;
    if (form.shape === "product") sum += h * h;
    else sum += weight[axis]! * (isGaussian ? Math.exp(-0.5 * h * h) : matern(ROOT_5 * Math.abs(h)));
  }
  if (form.shape === "additive") return sum;
  return isGaussian ? Math.exp(-0.5 * sum) : matern(Math.sqrt(5 * sum));
}

/**
 * Adds factor · ∂k/∂θ between rows i and j of `points`, the nugget's slope left out.
 * Of ln ℓ_j: (ℓ-scaled distance)² times −ρ'(h)/h of what it enters; of ln w_j: the curve itself.
 */
export function addParameterSlopes(
  covariance: Covariance,
  points: Float64Array,
  i: number,
  j: number,
  factor: number,
  slopes: Float64Array,
): void {
  const { form, inverseLength, weight } = covariance;
  const size = inverseLength.length;
  if (form.shape === "product") {
    const steep = factor * steepness(form, squaredDistance(covariance, points, i, points, j));
    for (let axis = 0, p = i * size, q = j * size; axis < size; axis++, p++, q++) {
      const h = (points[p]! - points[q]!) * inverseLength[axis]!;
      slopes[axis]! += steep * h * h;
    }
    return;
  }
  for (let axis = 0, p = i * size, q = j * size; axis < size; axis++, p++, q++) {
    const h = Math.abs(points[p]! - points[q]!) * inverseLength[axis]!;
    const by = factor * weight[axis]!;
    const s = ROOT_5 * h;
    const decay = form.model === "gaussian" ? Math.exp(-0.5 * h * h) : Math.exp(-s);
    slopes[axis]! += by * (form.model === "gaussian" ? h * h * decay : ((s * s * (1 + s)) / 3) * decay);
    slopes[size + axis]! += by * (form.model === "gaussian" ? decay : (1 + s + (s * s) / 3) * decay);
  }
}

/** Adds first · ∂k/∂x to one gradient and second · ∂k/∂x to another, k between x and row j of `points`. */
export function addPositionSlopes(
  covariance: Covariance,
  x: Float64Array,
  points: Float64Array,
  j: number,
  first: number,
  second: number,
  gradients: readonly [Float64Array, Float64Array],
): void {
  const { form, inverseLength, weight } = covariance;
  const size = inverseLength.length;
  const isProduct = form.shape === "product";
  const shared = isProduct ? steepness(form, squaredDistance(covariance, x, 0, points, j)) : 0;
  for (let axis = 0, q = j * size; axis < size; axis++, q++) {
    const scale = inverseLength[axis]!;
    const h = (x[axis]! - points[q]!) * scale;
    const slope = -(isProduct ? shared : weight[axis]! * steepness(form, h * h)) * h * scale;
    gradients[0][axis]! += first * slope;
    gradients[1][axis]! += second * slope;
  }
}

/** −ρ'(h)/h as a function of h². */
function steepness({ model }: CovarianceForm, squared: number): number {
  if (model === "gaussian") return Math.exp(-0.5 * squared);
  const s = Math.sqrt(5 * squared);
  return (5 / 3) * (1 + s) * Math.exp(-s);
}

function squaredDistance(
  { inverseLength }: Covariance,
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
): number {
  const size = inverseLength.length;
  let sum = 0;
  for (let axis = 0, p = i * size, q = j * size; axis < size; axis++, p++, q++) {
    const h = (a[p]! - b[q]!) * inverseLength[axis]!;
    sum += h * h;
  }
  return sum;
}

function matern(s: number): number {
  return (1 + s + (s * s) / 3) * Math.exp(-s);
}
