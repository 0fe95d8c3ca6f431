/** A Float64Array that numbers can be appended to. */
export class GrowingArray {
  #data: Float64Array;
  #length: number;

  constructor(numbers: Float64Array) {
    this.#data = numbers.slice();
    this.#length = numbers.length;
  }

  get length(): number {
    return this.#length;
  }

  /** The numbers; valid until others are appended. */
  get view(): Float64Array {
    return this.#data.subarray(0, this.#length);
  }

  append(numbers: ArrayLike<number>): void {
    const length = this.#length + numbers.length;
    if (length > this.#data.length) {
      const grown = new Float64Array(2 * length);
      grown.set(this.view);
      this.#data = grown;
    }
    this.#data.set(numbers, this.#length);
    this.#length = length;
  }
}
