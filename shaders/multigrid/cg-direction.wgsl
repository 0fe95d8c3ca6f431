// beta = r·z new / old;  p = z + beta p, and p = z to begin with. The system's first chunk keeps the new r·z.
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "system-state.wgsl"
@group(0) @binding(2) var<storage, read> preconditioned: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> direction: array<vec4f>;
@group(0) @binding(4) var<storage, read> partialProduct: array<f32>;
@group(0) @binding(5) var<storage, read_write> state: array<SystemState>;

var<workgroup> isRunning: u32;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  if (lane == 0u) {
    isRunning = state[chunk.system].running[launch.parity];
  }
  if (workgroupUniformLoad(&isRunning) == 0u) { return; }
  var own = 0.0;
  for (var k = chunk.chunkBegin + lane; k < chunk.chunkEnd; k += lanes) {
    own += partialProduct[k];
  }
  let rho = reduceSum(vec2f(own, 0.0), lane).x;
  let isFirst = state[chunk.system].iteration == 0u;
  let beta = select(rho / state[chunk.system].rho[launch.parity], 0.0, isFirst);
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let before = select(direction[i], vec4f(), isFirst);
    direction[i] = preconditioned[i] + beta * before;
  }
  if (lane == 0u && index == chunk.chunkBegin) {
    state[chunk.system].rho[1u - launch.parity] = rho;
  }
}
