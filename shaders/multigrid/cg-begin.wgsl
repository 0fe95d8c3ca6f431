// The start of an inner solve A y = s r with y = 0: the residual s r, its first smoothing step x = m s r, and the partial
// sums of its square.
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "system-state.wgsl"
@group(0) @binding(2) var<storage, read> residual: array<vec4f>;
@group(0) @binding(3) var<storage, read> smoother: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> rest: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> smoothed: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> correction: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> partialSquares: array<f32>;
@group(0) @binding(8) var<storage, read> state: array<SystemState>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  let scale = state[chunk.system].scale;
  var squares = 0.0;
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let r = scale * residual[i];
    rest[i] = r;
    smoothed[i] = smoother[i] * r;
    correction[i] = vec4f();
    squares += dot(r, r);
  }
  let total = reduceSum(vec2f(squares, 0.0), lane);
  if (lane == 0u) {
    partialSquares[index] = total.x;
  }
}
