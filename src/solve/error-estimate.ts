/**
 * How far from the solution conjugate gradients are, in the norm that decides a permeability.
 *
 * Iteration j reduces |x - x_j|²_A by alpha_j r_j·z_j (M. R. Hestenes and E. Stiefel, 1952), so that the sum over
 * the last d iterations is the error d iterations ago less the error now. Where the error has since fallen to
 * between a tenth and a half, that sum bounds today's error from above within a factor of ten. How fast it falls
 * is read off the sums themselves: the delay d is the shortest for which the sum over the last d iterations is at
 * most a third of the sum over the d before them (cf. G. Meurant, J. Papež and P. Tichý, Numer. Algorithms 88
 * (2021) 1337, for delays chosen so).
 */

/** The error now is about half of the sum when a sum is a third of the one before. */
const LARGEST_RATIO = 1 / 3;
/**
 * Single iterations vary too much to tell a rate from. Much longer, and where the error falls fast the sum is
 * many times what is left of it.
 */
const SHORTEST_DELAY = 3;
/** The longer the solve, the longer its plateaus. */
const SHORTEST_SHARE = 0.01;

export class EnergyErrorEstimator {
  #decrements = new Float64Array(256);
  #count = 0;
  #removed = 0;

  get iterations(): number {
    return this.#count;
  }

  /** The energy that all iterations so far have removed. */
  get removed(): number {
    return this.#removed;
  }

  push(decrement: number): void {
    if (this.#count === this.#decrements.length) {
      const longer = new Float64Array(2 * this.#decrements.length);
      longer.set(this.#decrements);
      this.#decrements = longer;
    }
    this.#decrements[this.#count++] = decrement;
    this.#removed += decrement;
  }

  /** Forgets all but the first `count` iterations: what came later has been discarded. */
  truncate(count: number): void {
    this.#count = count;
    this.#removed = this.listDecrements().reduce((sum, decrement) => sum + decrement, 0);
  }

  /** Of |x - x_k|²_A now, from above; NaN while too few iterations have run to tell. */
  estimate(): number {
    const shortest = Math.min(Math.max(SHORTEST_DELAY, this.#count * SHORTEST_SHARE), this.#count >> 1);
    let near = 0;
    let far = 0;
    for (let delay = 1; 2 * delay <= this.#count; delay++) {
      // Two windows of `delay` iterations: the far one gives one to the near one and takes two.
      near += this.#back(delay);
      far += this.#back(2 * delay - 1) + this.#back(2 * delay) - this.#back(delay);
      if (delay >= shortest && near <= LARGEST_RATIO * far) return near;
    }
    return Number.NaN;
  }

  /** What each iteration removed. */
  listDecrements(): Float64Array {
    return this.#decrements.slice(0, this.#count);
  }

  /** The decrement `steps` iterations ago, 1 being the last. */
  #back(steps: number): number {
    return this.#decrements[this.#count - steps]!;
  }
}
