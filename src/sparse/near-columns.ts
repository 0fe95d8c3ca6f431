/**
 * Columns as distances from their own row, 16 bits each: half of the bytes, and of the loads, of 32-bit columns in
 * the kernel that takes most of the time. Rows ordered for locality are near their neighbours.
 */
import type { PatternPage } from "./paged-slots.ts";
import { ROWS_PER_SLICE, type SlicedPattern } from "./sliced-pattern.ts";

const FARTHEST = 0x7fff;
/** Stands for a ground, whose rows are far from all; as in shaders/sparse/apply-dot.wgsl. */
const GROUND = 0x8000;

/**
 * Those of one page, two distances a word, or `undefined` where a neighbour is too far away.
 * @param column of the page's slots
 */
export function packNearColumns(
  { batchLayout, rowCount }: SlicedPattern,
  { firstSlice, endSlice, sliceTable }: PatternPage,
  column: Uint32Array,
): Uint32Array | undefined {
  const near = new Uint16Array(column.length);
  for (let slice = firstSlice; slice < endSlice; slice++) {
    const layerEnd = batchLayout[sliceTable + slice + 1]!;
    for (let layer = batchLayout[sliceTable + slice]!; layer < layerEnd; layer++) {
      for (let lane = 0; lane < ROWS_PER_SLICE; lane++) {
        const slot = ROWS_PER_SLICE * layer + lane;
        const distance = column[slot]! - (ROWS_PER_SLICE * slice + lane);
        if (column[slot]! >= rowCount) near[slot] = GROUND;
        else if (Math.abs(distance) <= FARTHEST) near[slot] = distance;
        else return undefined;
      }
    }
  }
  return new Uint32Array(near.buffer);
}
