// y = x Mᵀ for a sparse matrix M of weights, features by items: y_fi = Σ_k m_ik x_f,k over the entries of row i, in a
// fixed order. Gathers from pores to throats and sums from throats to pores or networks are such matrices, each
// other's transposes and so each other's gradients.
struct Sparse {
  features: u32,
  itemsIn: u32,
  itemsOut: u32,
}

@group(0) @binding(0) var<uniform> shape: Sparse;
@group(0) @binding(1) var<storage, read> rowStart: array<u32>;
// Column, and the weight's bits.
@group(0) @binding(2) var<storage, read> entries: array<vec2u>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

override lanes: u32 = 64;

const featuresPerGroup = 4u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.y * featuresPerGroup;
  let last = shape.features - 1u;
  let f = min(vec4u(first, first + 1u, first + 2u, first + 3u), vec4u(last)) * shape.itemsIn;
  for (var i = group.x * lanes + lane; i < shape.itemsOut; i += groups.x * lanes) {
    var sum = vec4f();
    for (var k = rowStart[i]; k < rowStart[i + 1u]; k++) {
      let entry = entries[k];
      let value = vec4f(x[f.x + entry.x], x[f.y + entry.x], x[f.z + entry.x], x[f.w + entry.x]);
      sum += bitcast<f32>(entry.y) * value;
    }
    for (var k = 0u; k < min(featuresPerGroup, shape.features - first); k++) {
      y[(first + k) * shape.itemsOut + i] = sum[k];
    }
  }
}
