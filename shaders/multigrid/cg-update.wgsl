// alpha = r·z / p·q;  y += alpha p;  r -= alpha q;  the first smoothing step of the next cycle, x = m r;  partial sums of r·r.
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "system-state.wgsl"
@group(0) @binding(2) var<storage, read> direction: array<vec4f>;
@group(0) @binding(3) var<storage, read> product: array<vec4f>;
@group(0) @binding(4) var<storage, read> smoother: array<vec4f>;
@group(0) @binding(5) var<storage, read> partialCurvature: array<f32>;
@group(0) @binding(6) var<storage, read_write> correction: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> rest: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> smoothed: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> partialSquares: array<f32>;
@group(0) @binding(10) var<storage, read_write> state: array<SystemState>;

var<workgroup> isRunning: u32;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  if (lane == 0u) {
    isRunning = state[chunk.system].running[launch.parity];
  }
  if (workgroupUniformLoad(&isRunning) == 0u) { return; }
  var own = 0.0;
  for (var k = chunk.chunkBegin + lane; k < chunk.chunkEnd; k += lanes) {
    own += partialCurvature[k];
  }
  let curvature = reduceSum(vec2f(own, 0.0), lane).x;
  let rho = state[chunk.system].rho[1u - launch.parity];
  let isNumber = isFiniteNumber(curvature) && isFiniteNumber(rho);
  let steps = isNumber && curvature > 0.0 && rho > 0.0;
  let alpha = select(0.0, rho / curvature, steps);
  var squares = 0.0;
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    correction[i] += alpha * direction[i];
    let r = rest[i] - alpha * product[i];
    rest[i] = r;
    smoothed[i] = smoother[i] * r;
    squares += dot(r, r);
  }
  let total = reduceSum(vec2f(squares, 0.0), lane);
  if (lane == 0u) {
    partialSquares[index] = total.x;
    if (index == chunk.chunkBegin) {
      state[chunk.system].alpha = alpha;
      if (!steps) {
        state[chunk.system].outcome = select(outcomeNonFinite, outcomeBreakdown, isNumber);
      }
    }
  }
}
