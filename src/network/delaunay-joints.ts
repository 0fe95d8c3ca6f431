/** Bookkeeping of a Delaunay insertion: which two new tetrahedra share an edge of the rim. */

/** A hash table from edges to faces, emptied by stamping. */
export class JointTable {
  #stamp = new Int32Array(1024);
  #low = new Int32Array(1024);
  #high = new Int32Array(1024);
  #face = new Int32Array(1024);
  #current = 0;
  #filled = 0;

  begin(stamp: number): void {
    this.#current = stamp;
    this.#filled = 0;
  }

  /** The face that was entered for this edge before, or -1 after entering this one. */
  match(low: number, high: number, face: number): number {
    if (2 * this.#filled > this.#stamp.length) this.#enlarge();
    const mask = this.#stamp.length - 1;
    let slot = (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77)) & mask;
    while (this.#stamp[slot] === this.#current) {
      if (this.#low[slot] === low && this.#high[slot] === high) return this.#face[slot]!;
      slot = (slot + 1) & mask;
    }
    this.#stamp[slot] = this.#current;
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#face[slot] = face;
    this.#filled++;
    return -1;
  }

  #enlarge(): void {
    const [stamp, low, high, face] = [this.#stamp, this.#low, this.#high, this.#face];
    const size = 2 * stamp.length;
    this.#stamp = new Int32Array(size);
    this.#low = new Int32Array(size);
    this.#high = new Int32Array(size);
    this.#face = new Int32Array(size);
    this.#filled = 0;
    for (let s = 0; s < stamp.length; s++) {
      if (stamp[s] === this.#current) this.match(low[s]!, high[s]!, face[s]!);
    }
  }
}
