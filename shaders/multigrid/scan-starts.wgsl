// Running sums, last of three kernels: starts[i] = sum of the counts before i, the total behind them. Where only those
// that count are to be numbered (`numbers` = 1), the others are nowhere.
//! include "scan.wgsl"
@group(0) @binding(1) var<storage, read> counts: array<u32>;
@group(0) @binding(2) var<storage, read> blockSums: array<u32>;
@group(0) @binding(3) var<storage, read_write> starts: array<u32>;

override numbers: u32 = 0u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (blockIndex(group) >= scan.blockCount) { return; }
  let range = laneRange(group, lane);
  var sum = 0u;
  for (var i = range.x; i < range.y; i++) {
    sum += roundUp(counts[i]);
  }
  var start = blockSums[blockIndex(group)] + scanLanes(sum, lane).x;
  for (var i = range.x; i < range.y; i++) {
    let count = roundUp(counts[i]);
    starts[i] = select(start, 0xffffffffu, numbers == 1u && count == 0u);
    start += count;
  }
  if (lane == 0u && blockIndex(group) == 0u) {
    starts[scan.count] = blockSums[scan.blockCount];
  }
}
