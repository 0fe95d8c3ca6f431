/**
 * The coarse matrix Pᵀ A P on the host, a range of its rows at a time, as in shaders/multigrid/weigh-coarse.wgsl:
 *
 *   w_IJ = sum over i of P_iI (sum over j of w_ij (P_jJ - P_iJ) - ground_i P_iJ),   ground_I = sum over i of P_iI (A s)_i,
 *
 * s_i being the sum of the row's interpolation weights; what comes out negative is left out.
 */
import type { HostMatrix, HostTransfer } from "./host-matrix.ts";

/** Entries of consecutive rows. */
export interface RowPiece {
  readonly firstRow: number;
  readonly column: Int32Array;
  readonly weight: Float32Array;
}

/** Finds pattern and weights: how many entries each row has goes to `counts`, and the entries to `keep`. */
export function startMultiplying(
  matrix: HostMatrix,
  transfer: HostTransfer,
  counts: Int32Array,
  ground: Float32Array,
  keep: (piece: RowPiece) => void,
): (firstRow: number, endRow: number) => void {
  const product = new RowProduct(matrix, transfer);
  let column = new Int32Array(0);
  let weight = new Float32Array(0);
  return (firstRow, endRow) => {
    let filled = 0;
    for (let row = firstRow; row < endRow; row++) {
      const count = product.multiply(row);
      if (filled + count > column.length) {
        [column, weight] = [lengthen(column, filled + count), lengthen(weight, filled + count)];
      }
      const { met, sums } = product;
      for (let k = 1; k <= count; k++) {
        column[filled] = met[k]!;
        weight[filled++] = Math.max(0, sums[k]!);
      }
      counts[row] = count;
      ground[row] = Math.max(0, product.ground);
    }
    keep({ firstRow, column: column.slice(0, filled), weight: weight.slice(0, filled) });
  };
}

/** Finds the weights anew for the pattern that is there. */
export function startMultiplyingAgain(
  matrix: HostMatrix,
  transfer: HostTransfer,
  { rowStart, column, weight, ground }: HostMatrix,
): (firstRow: number, endRow: number) => void {
  const product = new RowProduct(matrix, transfer);
  return (firstRow, endRow) => {
    for (let row = firstRow; row < endRow; row++) {
      product.multiply(row);
      for (let k = rowStart[row]!; k < rowStart[row + 1]!; k++) {
        weight[k] = Math.max(0, product.sumOf(column[k]!));
      }
      ground[row] = Math.max(0, product.ground);
    }
  };
}

/** One row of the product at a time. */
class RowProduct {
  /** The row's columns in the order in which they were met, from 1 on; the row itself is at 0. */
  readonly met: Int32Array;
  readonly sums: Float64Array;
  ground = 0;
  readonly #matrix: HostMatrix;
  readonly #transfer: HostTransfer;
  /** Of each column its place in `met`, counted on from row to row: below `#base` it is that of another row. */
  readonly #place: Int32Array;
  #base = 0;
  #end = 1;

  constructor(matrix: HostMatrix, transfer: HostTransfer) {
    this.#matrix = matrix;
    this.#transfer = transfer;
    this.met = new Int32Array(transfer.coarseCount + 1);
    this.sums = new Float64Array(transfer.coarseCount + 1);
    this.#place = new Int32Array(transfer.coarseCount);
  }

  sumOf(column: number): number {
    return this.sums[this.#place[column]! - this.#base]!;
  }

  /** Returns how many columns the row has. */
  multiply(row: number): number {
    const { rowStart, column, weight, ground } = this.#matrix;
    const { linkStart, links, weights, columns } = this.#transfer;
    const { met, sums } = this;
    const place = this.#place;
    const base = this.#end;
    let end = base;
    // The row itself is met as any other column, and does not count.
    place[row] = end++;
    sums[0] = 0;
    let groundSum = 0;
    const linkEnd = linkStart[row + 1]!;
    for (let l = linkStart[row]!; l < linkEnd; l++) {
      const link = links[l]!;
      const i = link >> 2;
      const part = weights[link]!;
      const own = weights[4 * i]! + weights[4 * i + 1]! + weights[4 * i + 2]! + weights[4 * i + 3]!;
      let defect = ground[i]! * own;
      let diagonal = ground[i]!;
      const rowEnd = rowStart[i + 1]!;
      // Entry `rowEnd` stands for the diagonal.
      for (let k = rowStart[i]!; k <= rowEnd; k++) {
        const isEntry = k < rowEnd;
        const w = isEntry ? weight[k]! : -diagonal;
        diagonal += w;
        const factor = part * w;
        const first = isEntry ? 4 * column[k]! : 4 * i;
        let other = 0;
        for (let at = first; at < first + 4; at++) {
          const which = columns[at]!;
          if (which < 0) break;
          const share = weights[at]!;
          other += share;
          const known = place[which]!;
          if (known < base) {
            met[end - base] = which;
            sums[end - base] = factor * share;
            place[which] = end++;
          } else sums[known - base]! += factor * share;
        }
        defect += w * (own - other);
      }
      groundSum += part * defect;
    }
    this.ground = groundSum;
    this.#base = base;
    this.#end = end;
    return end - base - 1;
  }
}

function lengthen<T extends Int32Array | Float32Array>(array: T, least: number): T {
  const longer = new (array.constructor as new (length: number) => T)(Math.max(least, 2 * array.length));
  longer.set(array);
  return longer;
}
