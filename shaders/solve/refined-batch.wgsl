// Those small systems that elimination leaves (eliminate-batch.wgsl), each solved from x = 0 to its tolerance by one workgroup in one dispatch: residuals in two-float
// arithmetic, inner solves in f32 (small-cg.wgsl), as many refinements as are needed. Weights are single f32.
//! include "launch.wgsl"
//! include "two-float.wgsl"
//! include "system-state.wgsl"
//! include "refinement-plan.wgsl"
//! include "small-residual.wgsl"
//! include "small-cg.wgsl"
@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> inverseDiagonal: array<vec4f>;
@group(0) @binding(5) var<storage, read> load: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> vectors: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> solution: array<vec2f>;
@group(0) @binding(8) var<storage, read_write> progress: array<Progress>;

override refinements: u32 = 3u;

var<workgroup> goesOn: u32;

// r = load - A x into q; returns |r|².
fn measureResidual(chunk: Chunk, lane: u32) -> f32 {
  let end = chunk.sliceEnd * vectorsPerSlice;
  var norm2 = 0.0;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let r = residualOf(i);
    vectors[i] = r;
    norm2 += dot(r, r);
  }
  norms[lane] = vec2f(norm2, 0.0);
  workgroupBarrier();
  let sum = sumNorms().x;
  workgroupBarrier();
  return sum;
}

// z = D⁻¹ s r,  p = z,  y = 0; returns r·z.
fn beginInner(chunk: Chunk, lane: u32, scale: f32) -> f32 {
  let begin = chunk.sliceBegin * vectorsPerSlice;
  let count = (chunk.sliceEnd - chunk.sliceBegin) * vectorsPerSlice;
  let stride = arrayLength(&vectors) / 3u;
  var rho = 0.0;
  for (var i = lane; i < count; i += lanes) {
    let r = scale * vectors[begin + i];
    let z = inverseDiagonal[begin + i] * r;
    vectors[stride + begin + i] = z;
    vectors[2u * stride + begin + i] = vec4f();
    writeDirection(i, z);
    rho += dot(r, z);
  }
  if (lane == 0u) {
    direction[4u * count] = 0.0;
  }
  norms[lane] = vec2f(rho, 0.0);
  workgroupBarrier();
  let sum = sumNorms().x;
  workgroupBarrier();
  return sum;
}

// x += y / s.
fn accumulate(chunk: Chunk, lane: u32, scale: f32) {
  let stride = arrayLength(&vectors) / 3u;
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    accumulateVector(i, vectors[2u * stride + i] / scale);
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let chunk = readChunk(chunkIndex(group));
  if (lane == 0u) {
    let before = progress[chunk.system];
    goesOn = select(1u, 0u, before.status != statusRunning || before.reference > 0.0);
  }
  if (workgroupUniformLoad(&goesOn) == 0u) { return; }
  let norm2 = measureResidual(chunk, lane);
  var now = Progress(norm2, norm2, 0u, judgeResidual(norm2, norm2));
  for (var round = 0u; round < refinements; round++) {
    if (lane == 0u) {
      goesOn = select(0u, 1u, now.status == statusRunning);
    }
    if (workgroupUniformLoad(&goesOn) == 0u) { break; }
    let scale = scaleOf(now.norm2);
    let rho = beginInner(chunk, lane, scale);
    let threshold = thresholdOf(now.norm2, now.reference, scale);
    var cg = SmallCg(rho, select(outcomeReduced, outcomeRunning, rho > 0.0), 0u, budget, threshold, 0.0, 0.0);
    for (var step = 0u; step < budget; step += iterationsBetweenChecks) {
      if (lane == 0u) {
        goesOn = select(0u, 1u, cg.outcome == outcomeRunning);
      }
      if (workgroupUniformLoad(&goesOn) == 0u) { break; }
      for (var k = 0u; k < iterationsBetweenChecks; k++) {
        iterateSmall(chunk, lane, &cg);
      }
    }
    // An overflowed correction is worthless, and so would be the next.
    if (cg.outcome != outcomeNonFinite) {
      accumulate(chunk, lane, scale);
    }
    storageBarrier();
    workgroupBarrier();
    now.norm2 = measureResidual(chunk, lane);
    now.iterations += cg.iteration;
    now.status = judgeResidual(now.norm2, now.reference);
  }
  if (lane == 0u) {
    progress[chunk.system] = now;
  }
}
