/**
 * The bytes that an iteration of Jacobi-CG moves, float32 values and 32-bit indices.
 *
 * What must move is counted for rows in CSR and three fused kernels: 8 bytes an entry of the matrix, its diagonal
 * included, and 56 bytes of vectors an unknown: 112 bytes an unknown at 7 entries a row. What porenet moves is
 * counted for its own layout (src/solve/cg-kernels.ts): 6 bytes a slot, filling included, or 8 where a neighbour is
 * too far away for 16 bits, and 44 bytes a row; the diagonal of a Laplacian needs no entry.
 */
import type { GroundedGraph, RaggedLaplacian } from "porenet";

const ENTRY_BYTES = 8;
const NEAR_ENTRY_BYTES = 6;
const VECTOR_BYTES = 56;
const OWN_VECTOR_BYTES = 44;

/** Entries of the matrix, its diagonal included. */
export function countNonzeros({ unknownCount, ends }: GroundedGraph): number {
  let entries = unknownCount;
  for (let k = 0; k < ends.length; k += 2) {
    if (ends[k]! >= 0 && ends[k + 1]! >= 0 && ends[k] !== ends[k + 1]) entries += 2;
  }
  return entries;
}

export function requiredBytes(unknowns: number, nonzeros: number): number {
  return ENTRY_BYTES * nonzeros + VECTOR_BYTES * unknowns;
}

export function movedBytes({ pattern, buffers }: RaggedLaplacian): number {
  const bytesOf = ({ nearColumn, slotCount }: (typeof buffers.pages)[number]) =>
    (nearColumn ? NEAR_ENTRY_BYTES : ENTRY_BYTES) * slotCount;
  return buffers.pages.reduce((sum, page) => sum + bytesOf(page), OWN_VECTOR_BYTES * pattern.rowCount);
}
