// Kernels over the rows of one level of a hierarchy: one lane a row, a block of rows a workgroup.
struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,
  // Where in `links` the coarse rows' first slots begin, and the rows that interpolate from each.
  rowStarts: u32,
  entries: u32,
  // Of the page that is bound: its arrays begin with this row.
  pageRow: u32,
  // 1: the finest level.
  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}
