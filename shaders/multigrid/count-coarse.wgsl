// How many entries each row of the coarse matrix has. Rows that the table is too small for are counted by `left`, and
// are nowhere until a launch with a larger one; the entries of the others add up behind them.
//! include "multigrid-level.wgsl"
//! include "multigrid-rows.wgsl"
//! include "coarse-pattern.wgsl"
@group(0) @binding(7) var<storage, read_write> counts: array<u32>;
@group(0) @binding(8) var<storage, read_write> left: array<atomic<u32>>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var entries = 0u;
  let start = tableStart(group, lane);
  let end = min(firstRow(group) + level.blockRows, level.coarseCount);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    if (table.isFirst == 0u && counts[row] != nowhere) { continue; }
    if (gatherColumns(start, row)) {
      counts[row] = taken;
      entries += taken;
    } else {
      counts[row] = nowhere;
      atomicAdd(&left[0], 1u);
    }
    clearTable(start);
  }
  if (entries > 0u) {
    atomicAdd(&left[1], entries);
  }
}
