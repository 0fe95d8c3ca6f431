// The first r·z of each system, by its first chunk, and whether there is anything to solve.
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "system-state.wgsl"
@group(0) @binding(2) var<storage, read> partialNorms: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> state: array<SystemState>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  if (index != chunk.chunkBegin) { return; }
  var norms = vec2f();
  for (var k = chunk.chunkBegin + lane; k < chunk.chunkEnd; k += lanes) {
    norms += partialNorms[k];
  }
  let total = reduceSum(norms, lane);
  if (lane == 0u) {
    let runs = select(0u, 1u, state[chunk.system].budget > 0u && total.x > 0.0);
    state[chunk.system].running = array<u32, 2>(runs, runs);
    state[chunk.system].rho = array<f32, 2>(total.x, total.x);
    state[chunk.system].iteration = 0u;
    state[chunk.system].outcome = outcomeRunning;
  }
}
