/**
 * How far from the solution conjugate gradients are, in the norm that decides a permeability.
 *
 * Iteration j reduces e_j = |x - x_j|²_A by alpha_j r_j·z_j (M. R. Hestenes and E. Stiefel, 1952). The sum over the
 * last d iterations is therefore e_{k-d} - e_k, and nearly e_{k-d} once the error has fallen to a third. How fast
 * it falls is read off the sums themselves: d is the shortest delay for which the last sum is at most a quarter
 * of the sum over the d iterations before (cf. G. Meurant, J. Papež and P. Tichý, Numer. Algorithms 88 (2021)
 * 1337, for delays chosen so).
 *
 * How far the error has fallen since, the residual tells: e_j / |r_j|² varies far less than e_j. With
 * c = max e_j / |r_j|² over delays from d to 2 d, the estimate is
 *
 *   e_k ≈ 1.2 c |r_k|²,   but at least a tenth of e_{k-d}, for a fall may end in a plateau;
 *
 * |r|² oscillates and is averaged geometrically over a few iterations. How near it comes, test/solve holds.
 */

/** The error now is about a third of the sum when a sum is a quarter of the one before. */
const LARGEST_RATIO = 1 / 4;
/** Single iterations vary too much to tell a rate from. */
const SHORTEST_DELAY = 3;
/** The longer the solve, the longer its plateaus. */
const SHORTEST_SHARE = 0.03;
/** Residuals are averaged over this share of all iterations, and no more than so many. */
const AVERAGED_SHARE = 0.02;
const MOST_AVERAGED = 20;
/** Delays at which e_j / |r_j|² is looked at. */
const SAMPLES = 8;
const SAFETY = 1.2;
const LEAST_SHARE = 0.1;

export class EnergyErrorEstimator {
  readonly #decrements = new GrowingArray();
  readonly #residuals = new GrowingArray();
  #removed = 0;

  get iterations(): number {
    return this.#decrements.length;
  }

  /** The energy that all iterations so far have removed. */
  get removed(): number {
    return this.#removed;
  }

  /** @param residual |r|² after the iteration */
  push(decrement: number, residual: number): void {
    this.#decrements.push(decrement);
    this.#residuals.push(residual);
    this.#removed += decrement;
  }

  /** Forgets all but the first `count` iterations: what came later has been discarded. */
  truncate(count: number): void {
    this.#decrements.length = count;
    this.#residuals.length = count;
    this.#removed = this.listDecrements().reduce((sum, decrement) => sum + decrement, 0);
  }

  /** Of |x - x_k|²_A now; NaN while too few iterations have run to tell. */
  estimate(): number {
    const { delay, sum } = this.#findDelay();
    if (delay === 0) return Number.NaN;
    const stride = Math.max(1, Math.floor(delay / SAMPLES));
    let error = sum;
    let ratio = 0;
    for (let steps = delay; steps < Math.min(2 * delay, this.iterations - 1); steps++) {
      if ((steps - delay) % stride === 0) ratio = Math.max(ratio, error / this.#averageResidual(steps));
      error += this.#decrements.back(steps + 1);
    }
    return Math.max(SAFETY * ratio * this.#averageResidual(0), LEAST_SHARE * sum);
  }

  /** What each iteration removed. */
  listDecrements(): Float64Array {
    return this.#decrements.toArray();
  }

  /** |r|² after each iteration. */
  listResiduals(): Float64Array {
    return this.#residuals.toArray();
  }

  /** |r|² after the last iteration; `undefined` before the first. */
  get lastResidual(): number | undefined {
    return this.iterations > 0 ? this.#residuals.back(1) : undefined;
  }

  /** The shortest delay that tells, and what has been removed in it; zero where none does. */
  #findDelay(): { delay: number; sum: number } {
    const count = this.iterations;
    const shortest = Math.min(Math.max(SHORTEST_DELAY, count * SHORTEST_SHARE), count >> 1);
    let near = 0;
    let far = 0;
    for (let delay = 1; 2 * delay <= count; delay++) {
      // Two windows of `delay` iterations: the far one gives one to the near one and takes two.
      const own = this.#decrements.back(delay);
      near += own;
      far += this.#decrements.back(2 * delay - 1) + this.#decrements.back(2 * delay) - own;
      if (delay >= shortest && near <= LARGEST_RATIO * far) return { delay, sum: near };
    }
    return { delay: 0, sum: 0 };
  }

  /** The geometric mean of |r|² around `steps` iterations ago. */
  #averageResidual(steps: number): number {
    const most = Math.min(MOST_AVERAGED, Math.floor(this.iterations * AVERAGED_SHARE));
    const width = Math.min(most, this.iterations - 1 - steps);
    let sum = 0;
    for (let k = 0; k <= width; k++) {
      sum += Math.log(Math.max(Number.MIN_VALUE, this.#residuals.back(steps + 1 + k)));
    }
    return Math.exp(sum / (width + 1));
  }
}

class GrowingArray {
  #values = new Float64Array(256);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const longer = new Float64Array(2 * this.#values.length);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.length++] = value;
  }

  /** The value `steps` ago, 1 being the last. */
  back(steps: number): number {
    return this.#values[this.length - steps]!;
  }

  toArray(): Float64Array {
    return this.#values.slice(0, this.length);
  }
}
