// The finest level's residual or smoothing step, over the batch's own pattern:
//   smooths = 0:  out = b - A x          smooths = 1:  out = x + m (b - A x), and the partial sums of b·out
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "near-columns.wgsl"
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> x: array<f32>;
@group(0) @binding(5) var<storage, read> xRows: array<vec4f>;
@group(0) @binding(6) var<storage, read> load: array<vec4f>;
@group(0) @binding(7) var<storage, read> smoother: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> result: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> partialProduct: array<f32>;

override smooths: u32 = 0u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  var product = 0.0;
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let slice = i / vectorsPerSlice;
    let layerEnd = batchLayout[launch.sliceTable + slice + 1u];
    let own = xRows[i];
    var sum = vec4f();
    for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
      let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
      let at = readColumns(slot, 4u * i);
      sum += weight[slot] * (own - vec4f(x[at.x], x[at.y], x[at.z], x[at.w]));
    }
    let b = load[i];
    if (smooths == 0u) {
      result[i] = b - sum;
    } else {
      let smoothed = own + smoother[i] * (b - sum);
      result[i] = smoothed;
      product += dot(b, smoothed);
    }
  }
  if (smooths == 1u) {
    let total = reduceSum(vec2f(product, 0.0), lane);
    if (lane == 0u) {
      partialProduct[index] = total.x;
    }
  }
}
