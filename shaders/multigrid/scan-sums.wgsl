// Running sums, first of three kernels: what each block of `blockRows` counts adds up to.
//! include "scan.wgsl"
@group(0) @binding(1) var<storage, read> counts: array<u32>;
@group(0) @binding(2) var<storage, read_write> blockSums: array<u32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let range = laneRange(group, lane);
  var sum = 0u;
  for (var i = range.x; i < range.y; i++) {
    sum += roundUp(counts[i]);
  }
  let total = scanLanes(sum, lane).y;
  if (lane == 0u && blockIndex(group) < scan.blockCount) {
    blockSums[blockIndex(group)] = total;
  }
}
