// The slots of a level's row. The finest level is the batch's sliced pattern: `rowTable` holds the first layer of each
// slice, from `sliceTable` on, entries of a row lie 32 slots apart, and a column from `rowCount` on is a ground. A
// coarse level is stored row by row, each filled up to whole groups of four slots, whose columns are beyond the rows.
@group(0) @binding(1) var<storage, read> rowTable: array<u32>;

struct RowSlots {
  first: u32,
  end: u32,
  stride: u32,
}

fn rowSlots(row: u32) -> RowSlots {
  if (level.isSliced == 1u) {
    let at = level.sliceTable + row / 32u;
    return RowSlots(32u * rowTable[at] + row % 32u, 32u * rowTable[at + 1u], 32u);
  }
  return RowSlots(rowTable[row], rowTable[row + 1u], 1u);
}
