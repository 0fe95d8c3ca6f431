// What the device keeps of each system while conjugate gradients run. What one dispatch reads and the same
// dispatch replaces is held twice, by parity of the iteration.
struct SystemState {
  running: array<u32, 2>,
  rho: array<f32, 2>,        // r·z
  alpha: f32,                // step length of this iteration
  threshold: f32,            // stop when r·r is at or below
  iteration: u32,
  budget: u32,
  outcome: u32,
  scale: f32,                // the inner system's right-hand side is the residual times this
  rhoUnused: u32,
  unused: u32,
}

const outcomeRunning = 0u;
const outcomeReduced = 1u;
const outcomeBudget = 2u;
const outcomeBreakdown = 3u;
const outcomeNonFinite = 4u;

// Compilers may assume that NaN never occurs, so that x != x is no test.
fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

// How the iteration ends, from p·Ap, r·z and r·r.
fn judgeStep(curvature: f32, rho: f32, norm2: f32, threshold: f32, iterationsLeft: bool) -> u32 {
  if (!isFiniteNumber(curvature) || !isFiniteNumber(rho) || !isFiniteNumber(norm2)) { return outcomeNonFinite; }
  if (curvature <= 0.0) { return outcomeBreakdown; }
  if (norm2 <= threshold || rho <= 0.0) { return outcomeReduced; }
  if (!iterationsLeft) { return outcomeBudget; }
  return outcomeRunning;
}
