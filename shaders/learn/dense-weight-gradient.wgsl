// The gradient of a dense layer's weights, a part for each block of items:
//   dw_io = Σ_items x_i dz_o,  and in the row after the last input the bias's, Σ_items dz_o.
// A workgroup has four inputs and four outputs of one block; parts are added by sum-parts.wgsl.
struct Dense {
  itemVectors: u32,
  inputs: u32,
  outputs: u32,
  vectorsPerGroup: u32,
}

@group(0) @binding(0) var<uniform> dense: Dense;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;

override lanes: u32 = 64;

var<workgroup> cells: array<vec4f, 4u * lanes>;

fn readInput(i: u32, v: u32) -> vec4f {
  if (i >= dense.inputs) { return vec4f(1.0); }
  return x[i * dense.itemVectors + v];
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let firstInput = 4u * group.x;
  let firstOutput = 4u * group.y;
  let last = dense.outputs - 1u;
  let o = min(vec4u(firstOutput, firstOutput + 1u, firstOutput + 2u, firstOutput + 3u), vec4u(last));
  let end = min((group.z + 1u) * dense.vectorsPerGroup, dense.itemVectors);
  // sum[i]: of input firstInput + i with each of the four outputs.
  var sum: array<vec4f, 4>;
  for (var v = group.z * dense.vectorsPerGroup + lane; v < end; v += lanes) {
    let a = gradient[o.x * dense.itemVectors + v];
    let b = gradient[o.y * dense.itemVectors + v];
    let c = gradient[o.z * dense.itemVectors + v];
    let d = gradient[o.w * dense.itemVectors + v];
    for (var i = 0u; i < 4u; i++) {
      let value = readInput(firstInput + i, v);
      sum[i] += vec4f(dot(value, a), dot(value, b), dot(value, c), dot(value, d));
    }
  }
  for (var i = 0u; i < 4u; i++) {
    cells[i * lanes + lane] = sum[i];
  }
  workgroupBarrier();
  for (var i = lane; i < 4u; i += lanes) {
    var total = vec4f();
    for (var k = 0u; k < lanes; k++) {
      total += cells[i * lanes + k];
    }
    if (firstInput + i <= dense.inputs) {
      let at = (group.z * (dense.inputs + 1u) + firstInput + i) * dense.outputs;
      for (var k = 0u; k < min(4u, dense.outputs - firstOutput); k++) {
        parts[at + firstOutput + k] = total[k];
      }
    }
  }
}
