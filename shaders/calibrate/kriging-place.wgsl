// Candidates over the ranges, axis by axis as (high, low) in two rows, and a polynomial drift's functions there with their slopes. An axis's record:
// where its origin goes, 1 / range, and the factor and shift from there to the drift's coordinate t:
//   f = 1, t_a, t_a t_b (a <= b)
//! include "kriging.wgsl"
@group(0) @binding(1) var<storage, read> axes: array<vec4f>;
@group(0) @binding(2) var<storage, read> candidate: array<f32>;
@group(0) @binding(3) var<storage, read_write> place: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> drift: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> driftSlope: array<vec4f>;

fn readCandidates(vector: u32, axis: u32, first: u32) -> vec4f {
  let last = vec4u(launch.candidates - 1u);
  let item = first + min(4u * vector + vec4u(0u, 1u, 2u, 3u), last) * launch.dimension + axis;
  return vec4f(candidate[item.x], candidate[item.y], candidate[item.z], candidate[item.w]);
}

fn driftPlace(axis: u32, vector: u32) -> vec4f {
  return place[2u * axis * launch.stride + vector] * axes[axis].z + axes[axis].w;
}

fn writeSlope(function_: u32, axis: u32, vector: u32, slope: vec4f) {
  driftSlope[(function_ * launch.dimension + axis) * launch.stride + vector] = slope;
}

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let vector = id.x;
  if (vector >= vectorCount()) { return; }
  for (var a = 0u; a < launch.dimension; a++) {
    let x = readCandidates(vector, a, 0u);
    let at = 2u * a * launch.stride + vector;
    if (launch.isScaled == 1u) {
      place[at] = x;
      place[at + launch.stride] = readCandidates(vector, a, 4u * launch.stride * launch.dimension);
    } else {
      place[at] = (x - axes[a].x) * axes[a].y;
      place[at + launch.stride] = vec4f();
    }
  }
  if (launch.degree > 2u) { return; }
  drift[vector] = vec4f(1.0);
  for (var j = 0u; j < launch.drifts; j++) {
    for (var a = 0u; a < launch.dimension; a++) {
      writeSlope(j, a, vector, vec4f());
    }
  }
  if (launch.degree == 0u) { return; }
  var j = 1u;
  for (var a = 0u; a < launch.dimension; a++) {
    drift[j * launch.stride + vector] = driftPlace(a, vector);
    writeSlope(j, a, vector, vec4f(axes[a].z * axes[a].y));
    j++;
  }
  if (launch.degree == 1u) { return; }
  for (var a = 0u; a < launch.dimension; a++) {
    for (var b = a; b < launch.dimension; b++) {
      let ta = driftPlace(a, vector);
      let tb = driftPlace(b, vector);
      drift[j * launch.stride + vector] = ta * tb;
      if (a == b) {
        writeSlope(j, a, vector, 2.0 * ta * axes[a].z * axes[a].y);
      } else {
        writeSlope(j, a, vector, tb * axes[a].z * axes[a].y);
        writeSlope(j, b, vector, ta * axes[b].z * axes[b].y);
      }
      j++;
    }
  }
}
