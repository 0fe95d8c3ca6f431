/** Batches of different networks on a device, and the vectors that kernels read and write there. */

import type { ComputeDevice } from "../../src/gpu/device.ts";
import { type BoundKernel, dispatchGroups } from "../../src/gpu/kernel.ts";
import { RaggedLaplacian, type RaggedLaplacianOptions } from "../../src/sparse/ragged-laplacian.ts";
import { drawGraph, GRAPH_KINDS, type WeightedGraph } from "./graphs.ts";

/**
 * Unknown counts at which launches change: around a slice of 32 rows, around what the lanes of a workgroup hold
 * at four rows each, and many.
 */
export function criticalCounts(lanes: number): number[] {
  return [...new Set([1, 31, 32, 33, 4 * lanes - 1, 4 * lanes, 4 * lanes + 1, 1000])];
}

/** Different networks: kinds, sizes and weights vary from one to the next. */
export function drawBatch(systemCount: number, counts: readonly number[], seed: number): WeightedGraph[] {
  return Array.from({ length: systemCount }, (_, s) => {
    const count = counts[s % counts.length]!;
    const kinds = count > 200 ? GRAPH_KINDS.filter((kind) => kind !== "clique") : GRAPH_KINDS;
    return drawGraph(kinds[s % kinds.length]!, count, seed + s, 2 + (s % 5));
  });
}

export function joinWeights(batch: readonly WeightedGraph[]): Float64Array {
  return Float64Array.from(batch.flatMap(({ weights }) => [...weights]));
}

export async function createMatrix(
  device: ComputeDevice,
  batch: readonly WeightedGraph[],
  options: RaggedLaplacianOptions = {},
): Promise<RaggedLaplacian> {
  const matrix = await RaggedLaplacian.create(
    device,
    batch.map(({ graph }) => graph),
    options,
  );
  matrix.setWeights(joinWeights(batch));
  return matrix;
}

/** The part of a vector over all unknowns that belongs to one system. */
export function unknownsOf<T extends Float64Array | Float32Array>(
  matrix: RaggedLaplacian,
  system: number,
  x: T,
): T {
  const { unknownStart } = matrix.pattern;
  return x.subarray(unknownStart[system]!, unknownStart[system + 1]!) as T;
}

/** A vector over unknowns as the device keeps it, by rows; the grounds follow the rows. */
export function packRows(matrix: RaggedLaplacian, x: ArrayLike<number>, groundAtOne = 0): Float32Array {
  const { rowOfUnknown, vectorLength, rowCount } = matrix.pattern;
  const rows = new Float32Array(vectorLength);
  for (let i = 0; i < rowOfUnknown.length; i++) rows[rowOfUnknown[i]!] = x[i]!;
  rows[rowCount] = groundAtOne;
  return rows;
}

/** The same as two f32 a row. */
export function packPairs(matrix: RaggedLaplacian, x: ArrayLike<number>, groundAtOne = 0): Float32Array {
  const high = packRows(matrix, x, groundAtOne);
  const low = packRows(
    matrix,
    Array.from(x, (value) => value - Math.fround(value)),
  );
  return Float32Array.from({ length: 2 * high.length }, (_, k) => (k % 2 ? low : high)[k >> 1]!);
}

export function unpackRows(matrix: RaggedLaplacian, rows: ArrayLike<number>): Float64Array {
  return Float64Array.from(matrix.pattern.rowOfUnknown, (row) => rows[row]!);
}

/** Sum of the chunks' partial sums of one system; `width` numbers a chunk. */
export function sumPartials(
  matrix: RaggedLaplacian,
  system: number,
  partials: Float32Array,
  width = 1,
  at = 0,
) {
  const { chunkOfSystem, chunkEndOfSystem } = matrix.pattern;
  let sum = 0;
  for (let k = chunkOfSystem[system]!; k < chunkEndOfSystem[system]!; k++) sum += partials[width * k + at]!;
  return sum;
}

export function runOnce(device: ComputeDevice, kernel: BoundKernel, chunkCount: number): void {
  const encoder = device.gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  dispatchGroups(pass, kernel, chunkCount);
  pass.end();
  device.gpu.queue.submit([encoder.finish()]);
}
