/**
 * The factor L of a symmetric positive definite matrix A = L Lᵀ in float64, to which rows can be appended:
 *
 *   l = L⁻¹ a,   λ² = a₀ − l·l      for the new row [a, a₀]
 *
 * n²/2 products a row, n³/6 for all. Rows are packed one after the other, row i from i(i + 1)/2 on, so that every loop
 * runs along memory.
 */
export class CholeskyFactor {
  #rows: Float64Array;
  #size = 0;

  /** @param capacity rows that there is room for at first */
  constructor(capacity = 16) {
    this.#rows = new Float64Array((capacity * (capacity + 1)) / 2);
  }

  get size(): number {
    return this.#size;
  }

  /** Packed rows; what lies behind the last one is not defined. Valid until a row is appended. */
  get rows(): Float64Array {
    return this.#rows;
  }

  /** L_ii */
  diagonal(i: number): number {
    return this.#rows[(i * (i + 3)) / 2]!;
  }

  /**
   * Appends the matrix's next row.
   *
   * @param row its entries left of the diagonal, `size` of them, then the diagonal
   * @param leastPivot the smallest λ² that is accepted
   * @returns false, and nothing is changed, where λ² falls short
   */
  append(row: ArrayLike<number>, leastPivot = 0): boolean {
    const n = this.#size;
    const start = (n * (n + 1)) / 2;
    this.#reserve(start + n + 1);
    const rows = this.#rows;
    let pivot = row[n]!;
    for (let j = 0, at = 0; j < n; j++) {
      let value = row[j]!;
      for (let k = 0; k < j; k++) value -= rows[at++]! * rows[start + k]!;
      value /= rows[at++]!;
      rows[start + j] = value;
      pivot -= value * value;
    }
    if (!(pivot > leastPivot)) return false;
    rows[start + n] = Math.sqrt(pivot);
    this.#size = n + 1;
    return true;
  }

  /** b becomes L⁻¹ b. */
  solveLower(b: Float64Array): Float64Array {
    const rows = this.#rows;
    for (let i = 0, at = 0; i < this.#size; i++) {
      let value = b[i]!;
      for (let k = 0; k < i; k++) value -= rows[at++]! * b[k]!;
      b[i] = value / rows[at++]!;
    }
    return b;
  }

  /** b becomes L⁻ᵀ b. */
  solveUpper(b: Float64Array): Float64Array {
    const rows = this.#rows;
    for (let i = this.#size - 1; i >= 0; i--) {
      const start = (i * (i + 1)) / 2;
      const value = b[i]! / rows[start + i]!;
      b[i] = value;
      for (let k = 0; k < i; k++) b[k]! -= rows[start + k]! * value;
    }
    return b;
  }

  /**
   * L⁻¹, its rows packed alike.
   * @param known its first rows, which appending leaves as they were
   */
  invertLower(known: Float64Array = new Float64Array()): Float64Array {
    const n = this.#size;
    const rows = this.#rows;
    const inverse = new Float64Array((n * (n + 1)) / 2);
    inverse.set(known);
    const first = Math.round((Math.sqrt(8 * known.length + 1) - 1) / 2);
    for (let i = first; i < n; i++) {
      const start = (i * (i + 1)) / 2;
      const pivot = rows[start + i]!;
      for (let k = 0, at = 0; k < i; k++) {
        const factor = rows[start + k]!;
        for (let j = 0; j <= k; j++) inverse[start + j]! -= factor * inverse[at++]!;
      }
      for (let j = 0; j < i; j++) inverse[start + j]! /= pivot;
      inverse[start + i] = 1 / pivot;
    }
    return inverse;
  }

  /** A⁻¹ = L⁻ᵀ L⁻¹, its lower rows packed alike. */
  invert(): Float64Array {
    const lower = this.invertLower();
    const inverse = new Float64Array(lower.length);
    for (let k = 0, start = 0; k < this.#size; start += ++k) {
      for (let i = 0, at = 0; i <= k; i++) {
        const entry = lower[start + i]!;
        for (let j = 0; j <= i; j++) inverse[at++]! += entry * lower[start + j]!;
      }
    }
    return inverse;
  }

  /** ln det A */
  logDeterminant(): number {
    let sum = 0;
    for (let i = 0; i < this.#size; i++) sum += 2 * Math.log(this.diagonal(i));
    return sum;
  }

  /**
   * The factor of A with `amount` taken from A_ii, which must leave it positive definite: A − amount e eᵀ, by one hyperbolic rotation a column, n²/2 products (Golub and Van Loan, Matrix Computations, 4th ed., 6.5.4).
   */
  decreaseDiagonal(i: number, amount: number): CholeskyFactor {
    const n = this.#size;
    const result = new CholeskyFactor(0);
    result.#size = n;
    result.#rows = this.#rows.slice();
    const rows = result.#rows;
    const x = new Float64Array(n);
    x[i] = Math.sqrt(amount);
    for (let k = i; k < n; k++) {
      const at = (k * (k + 3)) / 2;
      const pivot = rows[at]!;
      const next = Math.sqrt((pivot - x[k]!) * (pivot + x[k]!));
      const cosine = next / pivot;
      const sine = x[k]! / pivot;
      rows[at] = next;
      for (let r = k + 1; r < n; r++) {
        const entry = (r * (r + 1)) / 2 + k;
        rows[entry] = (rows[entry]! - sine * x[r]!) / cosine;
        x[r] = cosine * x[r]! - sine * rows[entry]!;
      }
    }
    return result;
  }

  #reserve(length: number): void {
    if (length <= this.#rows.length) return;
    const grown = new Float64Array(2 * length);
    grown.set(this.#rows);
    this.#rows = grown;
  }
}
