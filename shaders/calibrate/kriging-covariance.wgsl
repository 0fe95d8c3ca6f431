// Correlations of candidates with points and their slopes, rho(q) and d rho / dq at the squared lag q, in two-float
// arithmetic where `extended`. A point's record: its coordinates over the ranges as (high, low), then its weight.
//! include "kriging.wgsl"
//! include "kriging-slices.wgsl"
//! include "two-float.wgsl"
@group(0) @binding(1) var<storage, read> points: array<vec2f>;
@group(0) @binding(2) var<storage, read> place: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> covariance: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> slope: array<vec4f>;

// 0: exponential, 1: spherical, 2: gaussian, 3: matern32, 4: matern52.
override model: u32 = 4u;
// The factor of h or, for the gaussian model, of h² in the exponent, and that of the slope.
override exponentHigh: f32 = 1.0;
override exponentLow: f32 = 0.0;
override slopeHigh: f32 = 1.0;
override slopeLow: f32 = 0.0;

const pointsPerLane = 16u;

// ln 2 in parts: the first times a whole number below 2^15 is exact.
const ln2First = 0.693359375;
const ln2Second = -0.00021219444170128554;
const ln2Third = 1.64659497e-12;

fn wholeTwoFloat(high: f32, low: f32) -> TwoFloat4 {
  return TwoFloat4(vec4f(high), vec4f(low));
}

fn powerOfTwo(exponent: vec4f) -> vec4f {
  return bitcast<vec4f>((vec4i(exponent) + 127) << vec4u(23u));
}

// e^x for x <= 0: the Taylor series at r/32, squared five times.
fn exponential(x: TwoFloat4) -> TwoFloat4 {
  let clamped = max(x.high, vec4f(-80.0));
  let whole = round(clamped * 1.4426950408889634);
  var r = addTwoFloat(TwoFloat4(clamped, x.low), TwoFloat4(-whole * ln2First, vec4f()));
  r = subtractTwoFloat(r, twoProduct(whole, vec4f(ln2Second)));
  r = addTwoFloat(r, TwoFloat4(-whole * ln2Third, vec4f()));
  r = TwoFloat4(r.high / 32.0, r.low / 32.0);
  let square = multiplyTwoFloat(r, r);
  let t = r.high;
  let tail = t * square.high * (1.0 / 6.0 + t * (1.0 / 24.0 + t * (1.0 / 120.0)));
  var power = addTwoFloat(r, TwoFloat4(0.5 * square.high, 0.5 * square.low + tail));
  power = addTwoFloat(TwoFloat4(vec4f(1.0), vec4f()), power);
  for (var k = 0u; k < 5u; k++) {
    power = multiplyTwoFloat(power, power);
  }
  let scale = powerOfTwo(whole);
  return TwoFloat4(power.high * scale, power.low * scale);
}

fn squareRoot(q: TwoFloat4) -> TwoFloat4 {
  let root = sqrt(q.high);
  let rest = subtractTwoFloat(q, twoProduct(root, root));
  let correction = rest.high / max(2.0 * root, vec4f(1e-30));
  return quickTwoSum(root, correction);
}

struct Correlation {
  value: TwoFloat4,
  slope: TwoFloat4,
}

fn correlate(q: TwoFloat4) -> Correlation {
  let exponentScale = wholeTwoFloat(exponentHigh, exponentLow);
  let slopeScale = wholeTwoFloat(slopeHigh, slopeLow);
  if (model == 2u) {
    let exponent = multiplyTwoFloat(q, exponentScale);
    let value = exponential(TwoFloat4(-exponent.high, -exponent.low));
    return Correlation(value, multiplyTwoFloat(value, slopeScale));
  }
  let h = squareRoot(q);
  let away = max(h.high, vec4f(1e-18));
  let one = wholeTwoFloat(1.0, 0.0);
  if (model == 1u) {
    // 1 - h (3 - q) / 2
    let factor = subtractTwoFloat(wholeTwoFloat(1.5, 0.0), TwoFloat4(0.5 * q.high, 0.5 * q.low));
    let value = subtractTwoFloat(one, multiplyTwoFloat(h, factor));
    let inside = q.high < vec4f(1.0);
    let steepness = select(vec4f(), -0.75 * (1.0 - q.high) / away, inside & (h.high > vec4f()));
    let zero = vec4f();
    return Correlation(
      TwoFloat4(select(zero, value.high, inside), select(zero, value.low, inside)),
      TwoFloat4(steepness, zero)
    );
  }
  let s = multiplyTwoFloat(h, exponentScale);
  let decay = exponential(TwoFloat4(-s.high, -s.low));
  if (model == 0u) {
    let steepness = select(vec4f(), -1.5 * decay.high / away, h.high > vec4f());
    return Correlation(decay, TwoFloat4(steepness, vec4f()));
  }
  var polynomial = addTwoFloat(one, s);
  if (model == 3u) {
    return Correlation(multiplyTwoFloat(polynomial, decay), multiplyTwoFloat(decay, slopeScale));
  }
  let steepness = multiplyTwoFloat(multiplyTwoFloat(polynomial, decay), slopeScale);
  let third = wholeTwoFloat(0.3333333432674408, -9.934107e-9);
  polynomial = addTwoFloat(polynomial, multiplyTwoFloat(multiplyTwoFloat(s, s), third));
  return Correlation(multiplyTwoFloat(polynomial, decay), steepness);
}

fn exponentialSingle(x: vec4f) -> vec4f {
  let clamped = max(x, vec4f(-80.0));
  let whole = round(clamped * 1.4426950408889634);
  let r = (clamped - whole * ln2First) - whole * ln2Second;
  let series = 1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r / 5040.0));
  return powerOfTwo(whole) * (1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * series))));
}

struct SingleCorrelation {
  value: vec4f,
  slope: vec4f,
}

fn correlateSingle(q: vec4f) -> SingleCorrelation {
  if (model == 2u) {
    let value = exponentialSingle(-exponentHigh * q);
    return SingleCorrelation(value, slopeHigh * value);
  }
  let h = sqrt(q);
  let away = max(h, vec4f(1e-18));
  if (model == 1u) {
    let inside = q < vec4f(1.0);
    let steepness = select(vec4f(), -0.75 * (1.0 - q) / away, inside & (h > vec4f()));
    return SingleCorrelation(select(vec4f(), 1.0 - h * (1.5 - 0.5 * q), inside), steepness);
  }
  let s = exponentHigh * h;
  let decay = exponentialSingle(-s);
  if (model == 0u) {
    return SingleCorrelation(decay, select(vec4f(), -1.5 * decay / away, h > vec4f()));
  }
  if (model == 3u) { return SingleCorrelation((1.0 + s) * decay, slopeHigh * decay); }
  return SingleCorrelation((1.0 + s + s * s / 3.0) * decay, slopeHigh * (1.0 + s) * decay);
}

fn writeExtended(vector: u32, i: u32) {
  var q = TwoFloat4();
  for (var axis = 0u; axis < launch.dimension; axis++) {
    let x = points[i * (launch.dimension + 1u) + axis];
    let at = 2u * axis * launch.stride + vector;
    let z = TwoFloat4(place[at], place[at + launch.stride]);
    let difference = addTwoFloat(z, TwoFloat4(vec4f(-x.x), vec4f(-x.y)));
    q = addTwoFloat(q, multiplyTwoFloat(difference, difference));
  }
  let found = correlate(q);
  let parts = slice(found.value.high, found.value.low);
  let at = i * launch.stride + vector;
  let next = launch.points * launch.stride;
  covariance[at] = parts.high;
  covariance[at + next] = parts.middle;
  covariance[at + 2u * next] = parts.low;
  slope[at] = found.slope.high;
  slope[at + next] = found.slope.low;
}

fn writeSingle(vector: u32, i: u32) {
  var q = vec4f();
  for (var axis = 0u; axis < launch.dimension; axis++) {
    let x = points[i * (launch.dimension + 1u) + axis];
    let at = 2u * axis * launch.stride + vector;
    let difference = (place[at] - x.x) + (place[at + launch.stride] - x.y);
    q += difference * difference;
  }
  let found = correlateSingle(q);
  covariance[i * launch.stride + vector] = found.value;
  slope[i * launch.stride + vector] = found.slope;
}

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= vectorCount()) { return; }
  let end = min((id.y + 1u) * pointsPerLane, launch.points);
  for (var i = id.y * pointsPerLane; i < end; i++) {
    if (extended == 1u) {
      writeExtended(id.x, i);
    } else {
      writeSingle(id.x, i);
    }
  }
}
