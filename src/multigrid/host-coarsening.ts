/** Coarse rows and interpolation on the host: rows in ranges, and the few steps between that are not by rows. */
import { type HostMatrix, type HostMeasure, NOWHERE } from "./host-matrix.ts";
import type { Pacer } from "./pacer.ts";
import { COARSE, UNDECIDED } from "./row-coarsening.ts";
import { type Allocate, allocateOwn } from "./row-memory.ts";

export { NOWHERE } from "./host-matrix.ts";
export { hashIndex } from "./row-coarsening.ts";

/** PMIS: see choose-coarse.ts. Returns the number of each row among the coarse ones, or nowhere. */
export async function chooseCoarseRows(
  matrix: HostMatrix,
  { threshold }: HostMeasure,
  pacer: Pacer,
): Promise<{ coarseOf: Int32Array; coarseCount: number }> {
  const { rowCount } = matrix;
  const state = pacer.allocate(Uint8Array, rowCount);
  const left = pacer.allocate(Int32Array, rowCount);
  const contest = {
    matrix,
    threshold,
    rank: pacer.allocate(Uint32Array, rowCount),
    state,
    wins: pacer.allocate(Uint8Array, rowCount),
    left,
  };
  await pacer.runRows({ kind: "rank", contest }, rowCount);
  let leftCount = 0;
  await pacer.forBlocks(rowCount, (begin, end) => {
    for (let i = begin; i < end; i++) if (state[i] === UNDECIDED) left[leftCount++] = i;
  });
  while (leftCount > 0) {
    await pacer.runRows({ kind: "contest", contest }, leftCount);
    await pacer.runRows({ kind: "settle", contest }, leftCount);
    let kept = 0;
    await pacer.forBlocks(leftCount, (begin, end) => {
      for (let at = begin; at < end; at++) if (state[left[at]!] === UNDECIDED) left[kept++] = left[at]!;
    });
    leftCount = kept;
  }
  const coarseOf = pacer.allocate(Int32Array, rowCount);
  let coarseCount = 0;
  await pacer.forBlocks(rowCount, (begin, end) => {
    for (let i = begin; i < end; i++) coarseOf[i] = state[i] === COARSE ? coarseCount++ : NOWHERE;
  });
  return { coarseOf, coarseCount };
}

/** Four columns for each row, unused ones nowhere. */
export async function chooseColumns(
  matrix: HostMatrix,
  { threshold }: HostMeasure,
  coarseOf: Int32Array,
  pacer: Pacer,
): Promise<Int32Array> {
  const columns = pacer.allocate(Int32Array, 4 * matrix.rowCount);
  const interpolation = { matrix, threshold, coarseOf, columns };
  await pacer.runRows({ kind: "choose", interpolation }, matrix.rowCount);
  return columns;
}

/** By what weights rows interpolate from their columns. */
export async function weighColumns(
  matrix: HostMatrix,
  { threshold }: HostMeasure,
  { coarseOf, columns }: { readonly coarseOf: Int32Array; readonly columns: Int32Array },
  weights: Float32Array,
  pacer: Pacer,
): Promise<void> {
  const interpolation = { matrix, threshold, coarseOf, columns };
  await pacer.runRows({ kind: "weigh", interpolation, weights }, matrix.rowCount);
}

/** For each coarse row the places 4 i + c of `columns` that name it, ascending. */
export function transposeColumns(
  columns: Int32Array,
  coarseCount: number,
  allocate: Allocate = allocateOwn,
): { linkStart: Int32Array; links: Int32Array } {
  const linkStart = allocate(Int32Array, coarseCount + 1);
  for (let at = 0; at < columns.length; at++) if (columns[at]! >= 0) linkStart[columns[at]! + 1]!++;
  for (let c = 0; c < coarseCount; c++) linkStart[c + 1]! += linkStart[c]!;
  const links = allocate(Int32Array, linkStart[coarseCount]!);
  const next = linkStart.slice(0, coarseCount);
  for (let at = 0; at < columns.length; at++) if (columns[at]! >= 0) links[next[columns[at]!]!++] = at;
  return { linkStart, links };
}
