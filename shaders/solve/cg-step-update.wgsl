// alpha = r·z / p·q;  z -= alpha D⁻¹ q;  partial sums of r·z = sum z²/D⁻¹ and r·r = sum (z/D⁻¹)².
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "system-state.wgsl"
@group(0) @binding(2) var<storage, read> product: array<vec4f>;
@group(0) @binding(3) var<storage, read> inverseDiagonal: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> preconditioned: array<vec4f>;
@group(0) @binding(5) var<storage, read> partialCurvature: array<f32>;
@group(0) @binding(6) var<storage, read_write> partialNorms: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> state: array<SystemState>;

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
  let steps = isFiniteNumber(curvature) && curvature > 0.0;
  let alpha = select(0.0, state[chunk.system].rho[launch.parity] / curvature, steps);

  var norms = vec2f();
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let inverse = inverseDiagonal[i];
    let z = preconditioned[i] - alpha * inverse * product[i];
    preconditioned[i] = z;
    let r = select(vec4f(), z / inverse, inverse > vec4f());
    norms += vec2f(dot(r, z), dot(r, r));
  }
  let total = reduceSum(norms, lane);
  if (lane == 0u) {
    partialNorms[index] = total;
    if (index == chunk.chunkBegin) {
      state[chunk.system].alpha = alpha;
      if (!steps) {
        state[chunk.system].outcome = select(outcomeBreakdown, outcomeNonFinite, !isFiniteNumber(curvature));
      }
    }
  }
}
