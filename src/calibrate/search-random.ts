/** Random numbers of a search and its first points: everything follows from the seed and the order of the draws. */
import { normal, uniform } from "../network/random.ts";

const UNIFORM_STREAM = 811;
const NORMAL_STREAM = 821;

/** One sequence of draws from the counter-based hash. */
export class RandomStream {
  readonly #seed: number;
  #index = 0;

  /** @param branch sequences of one seed, independent of each other */
  constructor(seed: number, branch = 0) {
    this.#seed = (seed + Math.imul(branch, 0x632be5ab)) | 0;
  }

  /** Above 0 and below 1. */
  uniform(): number {
    return uniform(this.#seed, UNIFORM_STREAM, this.#index++);
  }

  normal(): number {
    return normal(this.#seed, NORMAL_STREAM, this.#index++);
  }

  /** 0 … count − 1 */
  below(count: number): number {
    return Math.floor(count * this.uniform());
  }

  /** 32 bits, the seed of what draws elsewhere. */
  bits(): number {
    return Math.floor(4294967296 * this.uniform()) >>> 0;
  }
}

const DESIGN_TRIALS = 50;
/** Of a Latin square's cell, how much a point may lie off its middle. */
const JITTER = 0.8;

/**
 * A Latin hypercube in the unit box: of each axis's `count` cells every one holds one point. Of some drawn, the one is
 * taken whose least distance, also to `others`, is largest (M. D. McKay, R. J. Beckman and W. J. Conover,
 * Technometrics 21 (1979) 239; M. D. Morris and T. J. Mitchell, J. Stat. Plan. Inference 43 (1995) 381).
 */
export function drawDesign(
  random: RandomStream,
  count: number,
  dimension: number,
  others: readonly Float64Array[] = [],
): Float64Array[] {
  let best: Float64Array[] = [];
  let bestGap = -1;
  for (let trial = 0; trial < DESIGN_TRIALS; trial++) {
    const design = drawHypercube(random, count, dimension);
    let gap = Number.POSITIVE_INFINITY;
    design.forEach((point, i) => {
      for (let k = 0; k < i; k++) gap = Math.min(gap, squaredGap(point, design[k]!));
      for (const other of others) gap = Math.min(gap, squaredGap(point, other));
    });
    if (gap > bestGap) [best, bestGap] = [design, gap];
  }
  return best;
}

function drawHypercube(random: RandomStream, count: number, dimension: number): Float64Array[] {
  const design = Array.from({ length: count }, () => new Float64Array(dimension));
  for (let axis = 0; axis < dimension; axis++) {
    const cells = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const k = random.below(i + 1);
      [cells[i], cells[k]] = [cells[k]!, cells[i]!];
    }
    for (let i = 0; i < count; i++) {
      design[i]![axis] = (cells[i]! + 0.5 + JITTER * (random.uniform() - 0.5)) / count;
    }
  }
  return design;
}

function squaredGap(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let axis = 0; axis < a.length; axis++) sum += (a[axis]! - b[axis]!) ** 2;
  return sum;
}

/** Largest distance along an axis. */
export function distanceBetween(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let axis = 0; axis < a.length; axis++) most = Math.max(most, Math.abs(a[axis]! - b[axis]!));
  return most;
}
