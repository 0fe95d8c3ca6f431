/**
 * Sparse matrices of a batch of networks as ops: from pores to throats (what stands at a throat's ends), from throats
 * to pores, from either to networks. y = x Mᵀ, features by items; the gradient is the transposed matrix's product,
 * itself a gather, so that sums need no atomics and repeat bit for bit.
 */
import { BufferSet } from "../gpu/buffers.ts";
import { createKernel, type Kernel } from "../gpu/kernel.ts";
import { lanesOf } from "./dense.ts";
import type { Tensor, Tensor2D, Tensors } from "./tensors.ts";

/** The entries of a matrix in any order: row, column, weight. */
export interface SparseEntries {
  readonly rows: ArrayLike<number>;
  readonly columns: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

interface Compressed {
  readonly rowStart: GPUBuffer;
  readonly entries: GPUBuffer;
}

export class SparseSum implements Disposable {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly #tensors: Tensors;
  readonly #set: BufferSet;
  readonly #forward: Compressed;
  readonly #transposed: Compressed;
  readonly #kernel: Kernel<"learn/sparse-sum">;
  readonly #op: (x: Tensor2D) => Tensor2D;
  readonly #transposedOp: (x: Tensor2D) => Tensor2D;

  /**
   * @param rowCount items of the result
   * @param columnCount items of what it is applied to
   */
  static async create(
    tensors: Tensors,
    rowCount: number,
    columnCount: number,
    entries: SparseEntries,
  ): Promise<SparseSum> {
    const kernel = await createKernel(tensors.device, "learn/sparse-sum", { lanes: lanesOf(tensors) });
    return new SparseSum(tensors, rowCount, columnCount, entries, kernel);
  }

  private constructor(
    tensors: Tensors,
    rowCount: number,
    columnCount: number,
    { rows, columns, weights }: SparseEntries,
    kernel: Kernel<"learn/sparse-sum">,
  ) {
    this.#tensors = tensors;
    this.rowCount = rowCount;
    this.columnCount = columnCount;
    this.#kernel = kernel;
    this.#set = new BufferSet(tensors.device);
    this.#forward = upload(this.#set, compressRows(rowCount, rows, columns, weights));
    this.#transposed = upload(this.#set, compressRows(columnCount, columns, rows, weights));
    this.#op = this.#createOp(this.#forward, rowCount, this.#transposed, columnCount);
    this.#transposedOp = this.#createOp(this.#transposed, columnCount, this.#forward, rowCount);
  }

  /** x Mᵀ. @param x features by `columnCount` items; returns features by `rowCount` items */
  apply(x: Tensor2D): Tensor2D {
    return this.#op(x);
  }

  /** x M. @param x features by `rowCount` items; returns features by `columnCount` items */
  applyTransposed(x: Tensor2D): Tensor2D {
    return this.#transposedOp(x);
  }

  destroy(): void {
    this.#set.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  #createOp(forward: Compressed, itemsOut: number, backward: Compressed, itemsIn: number) {
    const { tf } = this.#tensors;
    return tf.customGrad(((x: Tensor2D) => ({
      value: this.#run(forward, x, itemsOut),
      gradFunc: (upstream: Tensor) => this.#run(backward, upstream as Tensor2D, itemsIn),
    })) as unknown as Parameters<typeof tf.customGrad>[0]) as (x: Tensor2D) => Tensor2D;
  }

  #run({ rowStart, entries }: Compressed, x: Tensor2D, itemsOut: number): Tensor2D {
    const tensors = this.#tensors;
    const [features, itemsIn] = x.shape;
    const y = tensors.allocate([features, itemsOut]) as Tensor2D;
    const bound = this.#kernel.bind({
      shape: tensors.uniform([features, itemsIn, itemsOut]),
      rowStart,
      entries,
      x: tensors.bufferOf(x),
      y: tensors.bufferOf(y),
    });
    const items = tensors.device.kind === "hardware" ? lanesOf(tensors) : ITEMS_PER_GROUP;
    tensors.dispatch(bound, [Math.ceil(itemsOut / items), Math.ceil(features / FEATURES_PER_GROUP), 1]);
    return y;
  }
}

// As in shaders/learn/sparse-sum.wgsl.
const FEATURES_PER_GROUP = 4;
/** On software drivers; a GPU has one item a lane. */
const ITEMS_PER_GROUP = 1024;

/** Row by row, entries in the order given: (column, bits of the weight). */
function compressRows(
  count: number,
  rows: ArrayLike<number>,
  columns: ArrayLike<number>,
  weights: ArrayLike<number>,
): { rowStart: Uint32Array; entries: Uint32Array } {
  const rowStart = new Uint32Array(count + 1);
  for (let k = 0; k < rows.length; k++) rowStart[rows[k]! + 1]!++;
  for (let i = 0; i < count; i++) rowStart[i + 1]! += rowStart[i]!;
  const next = rowStart.slice(0, count);
  const entries = new Uint32Array(2 * rows.length);
  const bits = new Float32Array(entries.buffer);
  for (let k = 0; k < rows.length; k++) {
    const at = 2 * next[rows[k]!]!++;
    entries[at] = columns[k]!;
    bits[at + 1] = weights[k]!;
  }
  return { rowStart, entries };
}

function upload(set: BufferSet, data: { rowStart: Uint32Array; entries: Uint32Array }): Compressed {
  return { rowStart: set.upload("row start", data.rowStart), entries: set.upload("entries", data.entries) };
}
