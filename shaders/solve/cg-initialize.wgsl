// The start of an inner solve A y = s r with y = 0:  z = D⁻¹ s r,  p = z,  and the partial sums of r·z and r·r.
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "system-state.wgsl"
@group(0) @binding(2) var<storage, read> residual: array<vec4f>;
@group(0) @binding(3) var<storage, read> inverseDiagonal: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> preconditioned: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> direction: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> correction: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> partialNorms: array<vec2f>;
@group(0) @binding(8) var<storage, read> state: array<SystemState>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  let scale = state[chunk.system].scale;
  var norms = vec2f();
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let r = scale * residual[i];
    let z = inverseDiagonal[i] * r;
    preconditioned[i] = z;
    direction[i] = z;
    correction[i] = vec4f();
    norms += vec2f(dot(r, z), dot(r, r));
  }
  let total = reduceSum(norms, lane);
  if (lane == 0u) {
    partialNorms[index] = total;
  }
}
