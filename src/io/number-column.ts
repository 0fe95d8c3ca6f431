/** A column of unknown length that grows by blocks: at most twice its final size in memory, for a moment. */

const BLOCK = 1 << 16;

export class NumberColumn {
  length = 0;
  readonly #full: Float64Array[] = [];
  #block = new Float64Array(1024);
  #used = 0;

  push(value: number): void {
    if (this.#used === this.#block.length) this.#grow();
    this.#block[this.#used++] = value;
    this.length++;
  }

  /** Empties the column into an array of the given kind. */
  take<A extends Float64Array | Int32Array | Uint8Array>(Kind: new (length: number) => A): A {
    const values = new Kind(this.length);
    let offset = 0;
    for (const block of [...this.#full, this.#block.subarray(0, this.#used)]) {
      values.set(block, offset);
      offset += block.length;
    }
    this.#full.length = 0;
    this.#used = this.length = 0;
    return values;
  }

  #grow(): void {
    this.#full.push(this.#block);
    this.#block = new Float64Array(BLOCK);
    this.#used = 0;
  }
}
