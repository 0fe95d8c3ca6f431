// Once a block of iterations: when no large system is running any more, the block's indirect dispatches become empty.
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "system-state.wgsl"
@group(0) @binding(2) var<storage, read> state: array<SystemState>;
@group(0) @binding(3) var<storage, read_write> groups: array<u32>;

@compute @workgroup_size(lanes)
fn main(@builtin(local_invocation_index) lane: u32) {
  var running = 0.0;
  for (var k = lane; k < launch.chunkCount; k += lanes) {
    running += f32(state[batchLayout[(launch.firstChunk + k) * chunkWords]].running[0]);
  }
  let total = reduceSum(vec2f(running, 0.0), lane).x;
  if (lane == 0u) {
    let count = select(0u, launch.chunkCount, total > 0.0);
    groups[0] = min(count, maxGroupsX);
    groups[1] = (count + maxGroupsX - 1u) / maxGroupsX;
    groups[2] = 1u;
  }
}
