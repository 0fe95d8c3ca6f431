// q = A p and the partial sums of p·q:  q_i = sum over the edges of row i of w (p_i - p_j).
// In this form A stays a Laplacian whatever the rounding of w, and p_i - p_j loses nothing where both are close.
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "system-state.wgsl"
//! include "near-columns.wgsl"
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> direction: array<f32>;
@group(0) @binding(5) var<storage, read> directionRows: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> product: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> partialCurvature: array<f32>;
@group(0) @binding(8) var<storage, read> state: array<SystemState>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  if (state[chunk.system].running[launch.parity] == 0u) { return; }
  var curvature = 0.0;
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let slice = i / vectorsPerSlice;
    let layerEnd = batchLayout[launch.sliceTable + slice + 1u];
    let own = directionRows[i];
    var sum = vec4f();
    for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
      let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
      let at = readColumns(slot, 4u * i);
      sum += weight[slot] * (own - vec4f(direction[at.x], direction[at.y], direction[at.z], direction[at.w]));
    }
    product[i] = sum;
    curvature += dot(own, sum);
  }
  let total = reduceSum(vec2f(curvature, 0.0), lane);
  if (lane == 0u) {
    partialCurvature[index] = total.x;
  }
}
