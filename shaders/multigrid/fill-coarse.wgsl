// The columns of the coarse matrix, ascending in each row. What fills a row up to whole groups of four is beyond all rows.
//! include "multigrid-level.wgsl"
//! include "multigrid-rows.wgsl"
//! include "coarse-pattern.wgsl"
//! include "heap-sort.wgsl"
@group(0) @binding(7) var<storage, read_write> coarseColumn: array<u32>;

fn readKey(at: u32) -> u32 {
  return coarseColumn[at];
}

fn writeKey(at: u32, key: u32) {
  coarseColumn[at] = key;
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let start = tableStart(group, lane);
  let end = min(firstRow(group) + level.blockRows, level.coarseCount);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let first = links[level.rowStarts + row];
    let last = links[level.rowStarts + row + 1u];
    if (last - first < table.least || last - first > table.most) { continue; }
    if (!gatherColumns(start, row)) { continue; }
    for (var k = 0u; k < taken; k++) {
      coarseColumn[first + k] = takenColumn(start, k);
    }
    for (var at = first + taken; at < last; at++) {
      coarseColumn[at] = level.coarseCount;
    }
    sortKeys(first, first + taken);
    clearTable(start);
  }
}
