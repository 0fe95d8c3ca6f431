// Adds the drift's part of the gradients: ∂f·beta, unless the host does, and 2 ∂f·m.
//! include "kriging.wgsl"
@group(0) @binding(1) var<storage, read> driftSlope: array<vec4f>;
@group(0) @binding(2) var<storage, read> driftSystem: array<f32>;
@group(0) @binding(3) var<storage, read> multipliers: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> gradient: array<vec4f>;

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let vector = id.x;
  let axis = id.y;
  if (vector >= vectorCount()) { return; }
  let size = launch.drifts;
  var estimate = vec4f();
  var variance = vec4f();
  for (var j = 0u; j < size; j++) {
    let slope = driftSlope[(j * launch.dimension + axis) * launch.stride + vector];
    if (launch.isScaled == 0u) { estimate += slope * driftSystem[size * size + j]; }
    variance += 2.0 * slope * multipliers[(size + j) * launch.stride + vector];
  }
  gradient[axis * launch.stride + vector] += estimate;
  gradient[(launch.dimension + axis) * launch.stride + vector] += variance;
}
