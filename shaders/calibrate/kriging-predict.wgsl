// Estimate and variance from the covariances k, the whitened ones v, and g = Qᵀ v:
//   t = R⁻¹ f - g,   estimate = k·alpha + f·beta,   variance = C(0) - |v|² + |t|²
// and what their gradients need: t, m = R⁻ᵀ t, and a power of two above |v + Q t|. `driftSystem` holds R⁻¹ by rows, beta
// and C(0).
// Of candidates that come from the host, the host adds f·beta. Where the matrix is nearly singular, k·alpha cancels: it is summed in two-float arithmetic then.
//! include "kriging.wgsl"
//! include "two-float.wgsl"
@group(0) @binding(1) var<storage, read> product: array<vec4f>;
@group(0) @binding(2) var<storage, read> drift: array<vec4f>;
@group(0) @binding(3) var<storage, read> driftSystem: array<f32>;
@group(0) @binding(4) var<storage, read_write> multipliers: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> prediction: array<vec4f>;
@group(0) @binding(6) var<storage, read> points: array<vec2f>;
@group(0) @binding(7) var<storage, read> covariance: array<vec4f>;

fn estimateRest(vector: u32) -> vec4f {
  let next = launch.points * launch.stride;
  var sum = TwoFloat4();
  for (var i = 0u; i < launch.points; i++) {
    let alpha = points[(i + 1u) * (launch.dimension + 1u) - 1u];
    let at = i * launch.stride + vector;
    if (extended == 1u) {
      let k = quickTwoSum(covariance[at] + covariance[at + next], covariance[at + 2u * next]);
      sum = addTwoFloat(sum, multiplyTwoFloat(k, TwoFloat4(vec4f(alpha.x), vec4f(alpha.y))));
    } else {
      sum.high += covariance[at] * alpha.x;
    }
  }
  return sum.high + sum.low;
}

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let vector = id.x;
  if (vector >= vectorCount()) { return; }
  let size = launch.drifts;
  var known = vec4f();
  for (var i = 0u; i < launch.points; i++) {
    let v = product[i * launch.stride + vector];
    known += v * v;
  }
  let more = paddedPoints() * launch.stride + vector;
  var estimate = estimateRest(vector);
  var unknown = vec4f();
  for (var j = 0u; j < size; j++) {
    var t = -product[more + j * launch.stride];
    for (var i = 0u; i <= j; i++) {
      t += driftSystem[j * size + i] * drift[i * launch.stride + vector];
    }
    unknown += t * t;
    if (launch.isScaled == 0u) {
      estimate += driftSystem[size * size + j] * drift[j * launch.stride + vector];
    }
    multipliers[j * launch.stride + vector] = t;
  }
  for (var j = 0u; j < size; j++) {
    var m = vec4f();
    for (var i = j; i < size; i++) {
      m += driftSystem[i * size + j] * multipliers[i * launch.stride + vector];
    }
    multipliers[(size + j) * launch.stride + vector] = m;
  }
  let bound = max(sqrt(2.0 * (known + unknown)), vec4f(1e-15));
  let exponent = (bitcast<vec4u>(bound) >> vec4u(23u)) + 1u;
  multipliers[2u * size * launch.stride + vector] = bitcast<vec4f>(exponent << vec4u(23u));
  prediction[vector] = estimate;
  prediction[launch.stride + vector] = max(driftSystem[size * size + size] - known + unknown, vec4f());
}
