// Running sums, second of three kernels: one workgroup turns the blocks' sums into their starts, and appends the total.
//! include "scan.wgsl"
@group(0) @binding(1) var<storage, read_write> blockSums: array<u32>;

@compute @workgroup_size(lanes)
fn main(@builtin(local_invocation_index) lane: u32) {
  let share = (scan.blockCount + lanes - 1u) / lanes;
  let begin = min(lane * share, scan.blockCount);
  let end = min(begin + share, scan.blockCount);
  var sum = 0u;
  for (var i = begin; i < end; i++) {
    sum += blockSums[i];
  }
  let found = scanLanes(sum, lane);
  var start = found.x;
  for (var i = begin; i < end; i++) {
    let count = blockSums[i];
    blockSums[i] = start;
    start += count;
  }
  if (lane == 0u) {
    blockSums[scan.blockCount] = found.y;
  }
}
