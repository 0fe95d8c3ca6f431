// x = v + Q t over its power of two, in slices where `extended`: L⁻ᵀ x are the kriging weights.
//! include "kriging.wgsl"
//! include "kriging-slices.wgsl"
@group(0) @binding(1) var<storage, read> product: array<vec4f>;
@group(0) @binding(2) var<storage, read> basis: array<f32>;
@group(0) @binding(3) var<storage, read> multipliers: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> covariance: array<vec4f>;

const pointsPerLane = 16u;

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let vector = id.x;
  if (vector >= vectorCount()) { return; }
  let size = launch.drifts;
  let scale = multipliers[2u * size * launch.stride + vector];
  let next = launch.points * launch.stride;
  let end = min((id.y + 1u) * pointsPerLane, launch.points);
  for (var i = id.y * pointsPerLane; i < end; i++) {
    let at = i * launch.stride + vector;
    var x = product[at];
    for (var j = 0u; j < size; j++) {
      x += basis[i * size + j] * multipliers[j * launch.stride + vector];
    }
    x /= scale;
    if (extended == 1u) {
      let parts = slice(x, vec4f());
      covariance[at] = parts.high;
      covariance[at + next] = parts.middle;
      covariance[at + 2u * next] = parts.low;
    } else {
      covariance[at] = x;
    }
  }
}
