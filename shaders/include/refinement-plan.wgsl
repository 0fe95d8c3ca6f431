// Where no host decides: when a system is done, and what its next inner solve is asked for.
struct Progress {
  reference: f32,     // |b|²
  norm2: f32,         // |b - A x|²
  iterations: u32,
  status: u32,
}

const statusRunning = 0u;
const statusConverged = 1u;
const statusNonFinite = 2u;

override tolerance: f32 = 1e-6;
override innerReduction: f32 = 1e-5;
override budget: u32 = 2000u;

// An inner solve aims a little below what is asked for: its recurrence and the true residual differ a little.
const margin = 0.9;

fn judgeResidual(norm2: f32, reference: f32) -> u32 {
  if (!isFiniteNumber(norm2)) { return statusNonFinite; }
  return select(statusRunning, statusConverged, norm2 <= tolerance * tolerance * reference);
}

// The power of two that brings the residual's norm near 1.
fn scaleOf(norm2: f32) -> f32 {
  let exponent = clamp((bitcast<u32>(sqrt(norm2)) >> 23u) & 0xffu, 1u, 253u);
  return bitcast<f32>((254u - exponent) << 23u);
}

// Of (s |r|)², where the inner solve ends.
fn thresholdOf(norm2: f32, reference: f32, scale: f32) -> f32 {
  let wanted = max(innerReduction, margin * tolerance * sqrt(reference / norm2));
  let aim = scale * sqrt(norm2) * wanted;
  return aim * aim;
}
