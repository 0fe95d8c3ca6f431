/**
 * Rows of very different lengths as software drivers want them: sorted by length within windows, in slices of 32, layer by
 * layer (sliced ELLPACK; A. Monakov et al., HiPEAC 2010), so that the lanes of a SIMD register have work of the same
 * length. Rows keep their numbers; `order` says which row stands where.
 */

export const SLICE_ROWS = 32;
const WINDOW = 256;

export interface SlicedRows {
  /** The row at each place, whole slices; `rowCount` where there is none. */
  readonly order: Int32Array;
  /** The first layer of each slice, and the end. */
  readonly layerStart: Int32Array;
}

/** @param rowStart n + 1 */
export function sliceRows(rowStart: Int32Array): SlicedRows {
  const rowCount = rowStart.length - 1;
  const sliceCount = Math.ceil(rowCount / SLICE_ROWS);
  const order = new Int32Array(sliceCount * SLICE_ROWS).fill(rowCount);
  const layerStart = new Int32Array(sliceCount + 1);
  const keys = new Float64Array(WINDOW);
  for (let first = 0; first < rowCount; first += WINDOW) {
    const count = Math.min(WINDOW, rowCount - first);
    // Longest first; rows of one length keep their order.
    for (let r = 0; r < count; r++) keys[r] = (rowStart[first + r]! - rowStart[first + r + 1]!) * WINDOW + r;
    const sorted = keys.subarray(0, count).sort();
    for (let r = 0; r < count; r++) order[first + r] = first + (((sorted[r]! % WINDOW) + WINDOW) % WINDOW);
  }
  for (let slice = 0; slice < sliceCount; slice++) {
    const longest = order[slice * SLICE_ROWS]!;
    layerStart[slice + 1] = layerStart[slice]! + rowStart[longest + 1]! - rowStart[longest]!;
  }
  return { order, layerStart };
}

/** Consecutive slices whose slots fit a buffer of so many words; a slice that fits none has one of its own. */
export function cutSlices({ layerStart }: SlicedRows, mostWords: number): [first: number, end: number][] {
  const cuts: [number, number][] = [];
  const sliceCount = layerStart.length - 1;
  let first = 0;
  for (let slice = 0; slice < sliceCount; slice++) {
    const words = SLICE_ROWS * (layerStart[slice + 1]! - layerStart[first]!);
    if (words <= mostWords || slice === first) continue;
    cuts.push([first, slice]);
    first = slice;
  }
  cuts.push([first, sliceCount]);
  return cuts;
}

/** The slots of some slices; those without an entry hold `filler`. */
export function fillSlots<T extends Int32Array | Float32Array>(
  { order, layerStart }: SlicedRows,
  [firstSlice, endSlice]: readonly [number, number],
  rowStart: Int32Array,
  values: T,
  filler: number,
): T {
  const firstLayer = layerStart[firstSlice]!;
  const count = SLICE_ROWS * (layerStart[endSlice]! - firstLayer);
  const slots = new (values.constructor as new (length: number) => T)(count);
  if (filler !== 0) slots.fill(filler);
  for (let place = firstSlice * SLICE_ROWS; place < endSlice * SLICE_ROWS; place++) {
    const row = order[place]!;
    if (row + 1 >= rowStart.length) continue;
    let slot = (layerStart[(place / SLICE_ROWS) | 0]! - firstLayer) * SLICE_ROWS + (place % SLICE_ROWS);
    for (let k = rowStart[row]!; k < rowStart[row + 1]!; k++) {
      slots[slot] = values[k]!;
      slot += SLICE_ROWS;
    }
  }
  return slots;
}
