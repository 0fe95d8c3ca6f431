// Annealing chains on a kriged surface, one a lane. A chain at x proposes x', judges it by the kriging alone,
//
//   estimate = mean + Σ k_i a_i,   variance = sill (total − |L⁻¹k|² + (1 − Σ k_i b_i)² / 1ᵀb),   worth = ln EI,
//
// with a and b = K⁻¹1, and moves there with probability min(1, e^(Δworth / T)) at a falling T. What it keeps is the best
// state it has seen. `model` holds the points, a, b, 1/ℓ and weights of each axis, the box's low and high, then the boxes
// to keep out of: center and radius. All of a chain's numbers lie a chain apart from each other.
//! include "hash.wgsl"

struct Annealing {
  pointCount: u32,
  dimension: u32,
  chainCount: u32,
  stepCount: u32,
  seed: u32,
  isAdditive: u32,
  isGaussian: u32,
  closedCount: u32,
  mean: f32,
  sill: f32,
  total: f32,
  unitSum: f32,
  threshold: f32,
  temperature: f32,
  temperatureDecay: f32,
  step: f32,
  stepDecay: f32,
}

@group(0) @binding(0) var<storage, read> annealing: Annealing;
@group(0) @binding(1) var<storage, read> model: array<f32>;
// Rows of L⁻¹, packed.
@group(0) @binding(2) var<storage, read> inverseFactor: array<f32>;
@group(0) @binding(3) var<storage, read_write> covariance: array<f32>;
// Position, proposal, best position, worth, best worth, moves accepted.
@group(0) @binding(4) var<storage, read_write> chainState: array<f32>;

override lanes: u32 = 64;

const closedWorth = -1e6;
// Of the total: what f32 leaves of a variance.
const leastVariance = 1e-7;
const logRootTwoPi = 0.918938533;

// Above 0 and below 1.
fn draw(chain: u32, index: u32) -> f32 {
  let inner = hashIndex(index + annealing.seed * 0x9e3779b9u);
  return (f32(hashIndex(inner ^ ((chain + 1u) * 0x85ebca6bu)) >> 8u) + 0.5) / 16777216.0;
}

fn drawNormal(chain: u32, index: u32) -> f32 {
  return sqrt(-2.0 * log(draw(chain, index))) * cos(6.283185307 * draw(chain, index + 1u));
}

fn place(slot: u32, chain: u32) -> u32 {
  return slot * annealing.chainCount + chain;
}

fn correlation(squared: f32) -> f32 {
  if (annealing.isGaussian == 1u) { return exp(-0.5 * squared); }
  let s = sqrt(5.0 * squared);
  return (1.0 + s + s * s / 3.0) * exp(-s);
}

// Between what lies in `slots` of the chain and point i.
fn covarianceWith(slots: u32, chain: u32, i: u32) -> f32 {
  let d = annealing.dimension;
  let lengths = annealing.pointCount * (d + 2u);
  var sum = 0.0;
  for (var axis = 0u; axis < d; axis++) {
    let h = (chainState[place(slots + axis, chain)] - model[i * d + axis]) * model[lengths + axis];
    if (annealing.isAdditive == 1u) {
      sum += model[lengths + d + axis] * correlation(h * h);
    } else {
      sum += h * h;
    }
  }
  if (annealing.isAdditive == 1u) { return sum; }
  return correlation(sum);
}

fn isClosed(slots: u32, chain: u32) -> bool {
  let d = annealing.dimension;
  let boxes = annealing.pointCount * (d + 2u) + 4u * d;
  for (var k = 0u; k < annealing.closedCount; k++) {
    let at = boxes + k * (d + 1u);
    var most = 0.0;
    for (var axis = 0u; axis < d; axis++) {
      most = max(most, abs(chainState[place(slots + axis, chain)] - model[at + axis]));
    }
    if (most <= model[at + d]) { return true; }
  }
  return false;
}

// ln(φ(u) + uΦ(u)). With t = −u and Mills' ratio M it is ln φ + ln(1 − t M): by Laplace's continued fraction of M, or far
// out by the series in t⁻²; near and above 0 by the rational approximation of Φ that is 26.2.17 of Abramowitz and Stegun.
fn logImprovement(u: f32) -> f32 {
  let t = -u;
  let logDensity = -0.5 * u * u - logRootTwoPi;
  if (t > 6.0) {
    let w = 1.0 / (t * t);
    return logDensity + log(w * (1.0 - w * (3.0 - w * (15.0 - 105.0 * w))));
  }
  if (t > 1.5) {
    var tail = 0.0;
    for (var k = 40u; k > 0u; k--) { tail = f32(k) / (t + tail); }
    return logDensity + log(max(1e-9, 1.0 - t / (t + tail)));
  }
  let a = abs(u);
  let r = 1.0 / (1.0 + 0.2316419 * a);
  let density = exp(logDensity);
  let beyond = density * r * (0.31938153 + r * (-0.356563782 + r * (1.781477937 + r * (-1.821255978 + r * 1.330274429))));
  return log(density + u * select(beyond, 1.0 - beyond, u > 0.0));
}

fn judge(slots: u32, chain: u32) -> f32 {
  if (isClosed(slots, chain)) { return closedWorth; }
  let n = annealing.pointCount;
  let duals = n * annealing.dimension;
  var estimate = annealing.mean;
  var unit = 1.0;
  for (var i = 0u; i < n; i++) {
    let k = covarianceWith(slots, chain, i);
    covariance[place(i, chain)] = k;
    estimate += k * model[duals + i];
    unit -= k * model[duals + n + i];
  }
  var explained = 0.0;
  var at = 0u;
  for (var i = 0u; i < n; i++) {
    var v = 0.0;
    for (var j = 0u; j <= i; j++) {
      v += inverseFactor[at] * covariance[place(j, chain)];
      at++;
    }
    explained += v * v;
  }
  let left = annealing.total - explained + unit * unit / annealing.unitSum;
  let deviation = sqrt(annealing.sill * max(left, leastVariance * annealing.total));
  return log(deviation) + logImprovement((annealing.threshold - estimate) / deviation);
}

// A normal step along one axis in any case, along each other with a chance of one half.
fn propose(chain: u32, draws: u32, step: f32) {
  let d = annealing.dimension;
  let bounds = annealing.pointCount * (d + 2u) + 2u * d;
  let always = min(d - 1u, u32(draw(chain, draws) * f32(d)));
  for (var axis = 0u; axis < d; axis++) {
    let own = draws + 2u + 3u * axis;
    var x = chainState[place(axis, chain)];
    let low = model[bounds + axis];
    let high = model[bounds + d + axis];
    if (axis == always || draw(chain, own) < 0.5) {
      x = clamp(x + step * (high - low) * drawNormal(chain, own + 1u), low, high);
    }
    chainState[place(d + axis, chain)] = x;
  }
}

fn keep(source: u32, destination: u32, chain: u32) {
  for (var axis = 0u; axis < annealing.dimension; axis++) {
    chainState[place(destination + axis, chain)] = chainState[place(source + axis, chain)];
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let chain = group.x * lanes + lane;
  if (chain >= annealing.chainCount) { return; }
  let d = annealing.dimension;
  var worth = judge(0u, chain);
  var bestWorth = worth;
  var accepted = 0.0;
  keep(0u, 2u * d, chain);
  var temperature = annealing.temperature;
  var step = annealing.step;
  for (var k = 0u; k < annealing.stepCount; k++) {
    let draws = k * (3u * d + 2u);
    propose(chain, draws, step);
    let next = judge(d, chain);
    if (next >= worth || log(draw(chain, draws + 1u)) < (next - worth) / temperature) {
      keep(d, 0u, chain);
      worth = next;
      accepted += 1.0;
    }
    if (next > bestWorth) {
      keep(d, 2u * d, chain);
      bestWorth = next;
    }
    temperature *= annealing.temperatureDecay;
    step *= annealing.stepDecay;
  }
  chainState[place(3u * d, chain)] = worth;
  chainState[place(3u * d + 1u, chain)] = bestWorth;
  chainState[place(3u * d + 2u, chain)] = accepted;
}
