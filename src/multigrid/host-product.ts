/**
 * The coarse matrix Pᵀ A P on the host, as in shaders/multigrid/weigh-coarse.wgsl:
 *
 *   w_IJ = sum over i of P_iI (sum over j of w_ij (P_jJ - P_iJ) - ground_i P_iJ),   ground_I = sum over i of P_iI (A s)_i,
 *
 * s_i being the sum of the row's interpolation weights; what comes out negative is left out.
 */
import { NOWHERE } from "./host-coarsening.ts";
import type { HostMatrix } from "./host-matrix.ts";
import type { Pacer } from "./pacer.ts";

export interface HostTransfer {
  readonly coarseCount: number;
  readonly coarseOf: Uint32Array;
  /** 4 n. */
  readonly columns: Uint32Array;
  readonly weights: Float32Array;
  readonly linkStart: Uint32Array;
  readonly links: Uint32Array;
}

/** Finds the pattern and its weights. */
export async function multiplyCoarse(
  matrix: HostMatrix,
  transfer: HostTransfer,
  pacer: Pacer,
): Promise<HostMatrix> {
  const { coarseCount } = transfer;
  const rowStart = new Uint32Array(coarseCount + 1);
  let column = new Uint32Array(16 * coarseCount);
  let weight = new Float32Array(16 * coarseCount);
  const sums = new RowSums(matrix, transfer);
  let filled = 0;
  await pacer.forBlocks(coarseCount, (begin, end) => {
    for (let row = begin; row < end; row++) {
      const count = sums.add(row);
      if (filled + count > column.length) {
        [column, weight] = [lengthen(column, filled + count), lengthen(weight, filled + count)];
      }
      for (let k = 0; k < count; k++) {
        column[filled] = sums.taken[k]!;
        weight[filled++] = Math.max(0, sums.values[sums.taken[k]!]!);
      }
      rowStart[row + 1] = filled;
    }
  });
  return {
    rowCount: coarseCount,
    rowStart,
    column: column.slice(0, filled),
    weight: weight.slice(0, filled),
    ground: await groundCoarse(matrix, transfer, pacer),
  };
}

/** Finds the weights anew for the pattern that is there. */
export async function updateCoarse(
  matrix: HostMatrix,
  transfer: HostTransfer,
  coarse: HostMatrix,
  pacer: Pacer,
): Promise<void> {
  const sums = new RowSums(matrix, transfer);
  const { rowStart, column, weight } = coarse;
  await pacer.forBlocks(transfer.coarseCount, (begin, end) => {
    for (let row = begin; row < end; row++) {
      sums.add(row);
      for (let k = rowStart[row]!; k < rowStart[row + 1]!; k++) {
        weight[k] = Math.max(0, sums.values[column[k]!]!);
      }
    }
  });
  coarse.ground.set(await groundCoarse(matrix, transfer, pacer));
}

/** One row of the product at a time, in a table of all columns. */
class RowSums {
  readonly values: Float64Array;
  /** The row's columns in the order in which they were met. */
  readonly taken: Uint32Array;
  readonly #matrix: HostMatrix;
  readonly #transfer: HostTransfer;
  readonly #rowOf: Uint32Array;
  #count = 0;

  constructor(matrix: HostMatrix, transfer: HostTransfer) {
    this.#matrix = matrix;
    this.#transfer = transfer;
    this.values = new Float64Array(transfer.coarseCount);
    this.taken = new Uint32Array(transfer.coarseCount);
    this.#rowOf = new Uint32Array(transfer.coarseCount).fill(NOWHERE);
  }

  /** Returns how many columns the row has. */
  add(row: number): number {
    const { rowStart, column, weight, ground } = this.#matrix;
    const { linkStart, links, weights } = this.#transfer;
    this.#count = 0;
    for (let l = linkStart[row]!; l < linkStart[row + 1]!; l++) {
      const i = links[l]! >> 2;
      const part = weights[links[l]!]!;
      let diagonal = ground[i]!;
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
        const w = weight[k]!;
        diagonal += w;
        this.#addRow(row, column[k]!, part * w);
      }
      this.#addRow(row, i, -part * diagonal);
    }
    return this.#count;
  }

  /** Adds `factor` times row i of the interpolation. */
  #addRow(row: number, i: number, factor: number): void {
    const { columns, weights } = this.#transfer;
    const { values, taken } = this;
    const rowOf = this.#rowOf;
    for (let at = 4 * i; at < 4 * i + 4; at++) {
      const which = columns[at]!;
      if (which === NOWHERE) return;
      if (which === row) continue;
      if (rowOf[which] !== row) {
        rowOf[which] = row;
        values[which] = 0;
        taken[this.#count++] = which;
      }
      values[which]! += factor * weights[at]!;
    }
  }
}

async function groundCoarse(
  { rowCount, rowStart, column, weight, ground }: HostMatrix,
  { coarseCount, weights, columns }: HostTransfer,
  pacer: Pacer,
): Promise<Float32Array> {
  const sum = new Float64Array(rowCount);
  for (let at = 0; at < weights.length; at++) sum[at >> 2]! += weights[at]!;
  const coarse = new Float64Array(coarseCount);
  await pacer.forBlocks(rowCount, (begin, end) => {
    for (let i = begin; i < end; i++) {
      let defect = ground[i]! * sum[i]!;
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
        defect += weight[k]! * (sum[i]! - sum[column[k]!]!);
      }
      for (let at = 4 * i; at < 4 * i + 4 && columns[at] !== NOWHERE; at++) {
        coarse[columns[at]!]! += weights[at]! * defect;
      }
    }
  });
  return Float32Array.from(coarse, (value) => Math.max(0, value));
}

function lengthen<T extends Uint32Array | Float32Array>(array: T, least: number): T {
  const longer = new (array.constructor as new (length: number) => T)(Math.max(least, 1.5 * array.length));
  longer.set(array);
  return longer;
}
