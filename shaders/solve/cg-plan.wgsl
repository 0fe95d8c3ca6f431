// From the true residual of each system, what its next inner solve is asked for, or that there is nothing left to do.
// By the system's first chunk.
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "system-state.wgsl"
//! include "refinement-plan.wgsl"
@group(0) @binding(2) var<storage, read> partialNorms: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> state: array<SystemState>;
@group(0) @binding(4) var<storage, read_write> progress: array<Progress>;

override isFirst: u32 = 0u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  if (index != chunk.chunkBegin) { return; }
  var own = 0.0;
  for (var k = chunk.chunkBegin + lane; k < chunk.chunkEnd; k += lanes) {
    own += partialNorms[k].x;
  }
  let norm2 = reduceSum(vec2f(own, 0.0), lane).x;
  if (lane != 0u) { return; }
  var was = progress[chunk.system];
  if (isFirst == 1u) {
    was = Progress(norm2, norm2, 0u, statusRunning);
  } else if (was.status == statusRunning) {
    was.iterations += state[chunk.system].iteration;
    was.norm2 = norm2;
  }
  if (was.status == statusRunning) {
    was.status = judgeResidual(was.norm2, was.reference);
  }
  progress[chunk.system] = was;
  let goesOn = was.status == statusRunning;
  let scale = scaleOf(was.norm2);
  state[chunk.system].scale = select(0.0, scale, goesOn);
  state[chunk.system].threshold = thresholdOf(was.norm2, was.reference, scale);
  state[chunk.system].budget = select(0u, budget, goesOn);
  // For cg-gate; whether there is anything to iterate on, cg-start decides.
  state[chunk.system].running = array<u32, 2>(select(0u, 1u, goesOn), 0u);
}
