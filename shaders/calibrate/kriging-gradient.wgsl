// The points' part of the gradients along one axis a, with weights lambda and alpha:
//   estimate:  2 Σ_i rho'_i (z_a - z_ia) alpha_i / range_a      variance:  -4 Σ_i rho'_i (z_a - z_ia) lambda_i / range_a
// The first sum cancels where the matrix is nearly singular, and is in two-float arithmetic where `extended`.
//! include "kriging.wgsl"
//! include "two-float.wgsl"
@group(0) @binding(1) var<storage, read> points: array<vec2f>;
@group(0) @binding(2) var<storage, read> place: array<vec4f>;
@group(0) @binding(3) var<storage, read> slope: array<vec4f>;
@group(0) @binding(4) var<storage, read> product: array<vec4f>;
@group(0) @binding(5) var<storage, read> multipliers: array<vec4f>;
@group(0) @binding(6) var<storage, read> axes: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> gradient: array<vec4f>;

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let vector = id.x;
  let axis = id.y;
  if (vector >= vectorCount()) { return; }
  let z = TwoFloat4(place[2u * axis * launch.stride + vector], place[(2u * axis + 1u) * launch.stride + vector]);
  let next = launch.points * launch.stride;
  var estimate = TwoFloat4();
  var variance = vec4f();
  for (var i = 0u; i < launch.points; i++) {
    let record = i * (launch.dimension + 1u);
    let x = points[record + axis];
    let alpha = points[record + launch.dimension];
    let at = i * launch.stride + vector;
    if (extended == 1u) {
      let difference = addTwoFloat(z, TwoFloat4(vec4f(-x.x), vec4f(-x.y)));
      let steepness = multiplyTwoFloat(TwoFloat4(slope[at], slope[at + next]), difference);
      estimate = addTwoFloat(estimate, multiplyTwoFloat(steepness, TwoFloat4(vec4f(alpha.x), vec4f(alpha.y))));
      variance += steepness.high * product[at];
    } else {
      let steepness = slope[at] * ((z.high - x.x) + (z.low - x.y));
      estimate.high += steepness * alpha.x;
      variance += steepness * product[at];
    }
  }
  let scale = multipliers[2u * launch.drifts * launch.stride + vector];
  let by = axes[axis].y;
  gradient[axis * launch.stride + vector] = 2.0 * by * (estimate.high + estimate.low);
  gradient[(launch.dimension + axis) * launch.stride + vector] = -4.0 * by * scale * variance;
}
