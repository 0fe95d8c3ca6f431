/** A factor's rows as shaders/calibrate/kriging-product.wgsl reads them: four to a tile, entries whole or in slices. */
export interface Factor {
  /** First and last column and first entry of each tile, and 0. */
  readonly tiles: Uint32Array;
  /** Per tile and column, 1 or 3 slices of four rows. */
  readonly entries: Float32Array;
  /** Of each row. */
  readonly scales: Float32Array;
}

export class TilePacker {
  readonly #slices: number;
  readonly #tiles: number[] = [];
  readonly #scales: number[] = [];
  readonly #parts: Float32Array[] = [];
  #vectors = 0;

  constructor(extended: boolean) {
    this.#slices = extended ? 3 : 1;
  }

  add(begin: number, end: number, entry: (row: number, column: number) => number): void {
    const slices = this.#slices;
    const part = new Float32Array(4 * slices * (end - begin));
    for (let row = 0; row < 4; row++) {
      const scale = slices === 1 ? 1 : this.#chooseScale(begin, end, (column) => entry(row, column));
      this.#scales.push(scale);
      for (let column = begin; column < end; column++) {
        const at = 4 * slices * (column - begin) + row;
        const value = entry(row, column) / scale;
        if (slices === 1) {
          part[at] = value;
          continue;
        }
        const high = Math.round(value * 128) / 128;
        const middle = Math.round((value - high) * 16384) / 16384;
        part[at] = high;
        part[at + 4] = middle;
        part[at + 8] = value - high - middle;
      }
    }
    this.#tiles.push(begin, end, this.#vectors, 0);
    this.#vectors += slices * (end - begin);
    this.#parts.push(part);
  }

  finish(): Factor {
    const entries = new Float32Array(4 * this.#vectors);
    this.#parts.forEach((part, tile) => {
      entries.set(part, 4 * this.#tiles[4 * tile + 2]!);
    });
    return { tiles: Uint32Array.from(this.#tiles), entries, scales: Float32Array.from(this.#scales) };
  }

  /** A power of two that leaves entries at most 1 and their sum at most 64, so that whole numbers of 2⁻²³ hold it. */
  #chooseScale(begin: number, end: number, entry: (column: number) => number): number {
    let [largest, sum] = [0, 0];
    for (let column = begin; column < end; column++) {
      const size = Math.abs(entry(column));
      largest = Math.max(largest, size);
      sum += size;
    }
    return largest === 0 ? 1 : 2 ** Math.ceil(Math.log2(Math.max(largest, sum / 64)));
  }
}
