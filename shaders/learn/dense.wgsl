// A dense layer over the items (throats, pores) of a batch, features by items:
//   mode 0:  y = act(z),             z_o = bias_o + Σ_i w_io x_i
//   mode 1:  y = upstream · act'(z)
//   mode 2:  y = wᵀ x                (outputs and inputs exchanged, no bias, no activation)
// A lane holds four neighbouring items and eight outputs. `itemVectors` is the number of items over four.
struct Dense {
  itemVectors: u32,
  inputs: u32,
  outputs: u32,
  vectorsPerGroup: u32,
}

@group(0) @binding(0) var<uniform> dense: Dense;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> upstream: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;

override lanes: u32 = 64;
override mode: u32 = 0u;
// 0: none, 1: tanh, 2: relu, 3: silu.
override activation: u32 = 0u;

const outputsPerGroup = 8u;

fn activate(z: vec4f) -> vec4f {
  if (activation == 1u) { return tanh(clamp(z, vec4f(-15.0), vec4f(15.0))); }
  if (activation == 2u) { return max(z, vec4f()); }
  if (activation == 3u) { return z / (1.0 + exp(-z)); }
  return z;
}

fn slope(z: vec4f) -> vec4f {
  if (activation == 1u) {
    let t = tanh(clamp(z, vec4f(-15.0), vec4f(15.0)));
    return 1.0 - t * t;
  }
  if (activation == 2u) { return select(vec4f(), vec4f(1.0), z > vec4f()); }
  if (activation == 3u) {
    let s = 1.0 / (1.0 + exp(-z));
    return s * (1.0 + z * (1.0 - s));
  }
  return vec4f(1.0);
}

fn weightOf(input: u32, output: u32) -> f32 {
  if (mode == 2u) { return weight[output * dense.inputs + input]; }
  return weight[input * dense.outputs + output];
}

fn biasOf(output: u32) -> vec4f {
  if (mode == 2u) { return vec4f(); }
  return vec4f(bias[output]);
}

fn writeResult(output: u32, v: u32, z: vec4f) {
  if (output >= dense.outputs) { return; }
  let at = output * dense.itemVectors + v;
  if (mode == 1u) {
    y[at] = upstream[at] * slope(z);
  } else {
    y[at] = activate(z);
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.y * outputsPerGroup;
  let o = min(first + vec4u(0, 1, 2, 3), vec4u(dense.outputs - 1u));
  let q = min(first + vec4u(4, 5, 6, 7), vec4u(dense.outputs - 1u));
  let end = min((group.x + 1u) * dense.vectorsPerGroup, dense.itemVectors);
  for (var v = group.x * dense.vectorsPerGroup + lane; v < end; v += lanes) {
    var a = biasOf(o.x);
    var b = biasOf(o.y);
    var c = biasOf(o.z);
    var d = biasOf(o.w);
    var e = biasOf(q.x);
    var f = biasOf(q.y);
    var g = biasOf(q.z);
    var h = biasOf(q.w);
    for (var i = 0u; i < dense.inputs; i++) {
      let value = x[i * dense.itemVectors + v];
      a += weightOf(i, o.x) * value;
      b += weightOf(i, o.y) * value;
      c += weightOf(i, o.z) * value;
      d += weightOf(i, o.w) * value;
      e += weightOf(i, q.x) * value;
      f += weightOf(i, q.y) * value;
      g += weightOf(i, q.z) * value;
      h += weightOf(i, q.w) * value;
    }
    writeResult(first, v, a);
    writeResult(first + 1u, v, b);
    writeResult(first + 2u, v, c);
    writeResult(first + 3u, v, d);
    writeResult(first + 4u, v, e);
    writeResult(first + 5u, v, f);
    writeResult(first + 6u, v, g);
    writeResult(first + 7u, v, h);
  }
}
