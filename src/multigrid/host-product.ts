/** The coarse matrix Pᵀ A P on the host: rows in ranges (row-product.ts), then joined. */
import type { HostMatrix, HostTransfer } from "./host-matrix.ts";
import type { Pacer } from "./pacer.ts";

/** Finds the pattern and its weights. */
export async function multiplyCoarse(
  matrix: HostMatrix,
  transfer: HostTransfer,
  pacer: Pacer,
): Promise<HostMatrix> {
  const { coarseCount } = transfer;
  const rowStart = pacer.allocate(Int32Array, coarseCount + 1);
  const ground = pacer.allocate(Float32Array, coarseCount);
  const counts = rowStart.subarray(1);
  const pieces = await pacer.runRows({ kind: "multiply", matrix, transfer, counts, ground }, coarseCount);
  for (let row = 0; row < coarseCount; row++) rowStart[row + 1]! += rowStart[row]!;
  const column = pacer.allocate(Int32Array, rowStart[coarseCount]!);
  const weight = pacer.allocate(Float32Array, rowStart[coarseCount]!);
  let filled = 0;
  for (const piece of pieces) {
    column.set(piece.column, filled);
    weight.set(piece.weight, filled);
    filled += piece.column.length;
  }
  return { rowCount: coarseCount, rowStart, column, weight, ground };
}

/** Finds the weights anew for the pattern that is there. */
export async function updateCoarse(
  matrix: HostMatrix,
  transfer: HostTransfer,
  coarse: HostMatrix,
  pacer: Pacer,
): Promise<void> {
  await pacer.runRows({ kind: "multiply-again", matrix, transfer, coarse }, transfer.coarseCount);
}
