// beta = r·z new / old;  y += alpha p;  p = z + beta p.  The system's first chunk writes the history and decides
// whether the system goes on.
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "system-state.wgsl"
@group(0) @binding(2) var<storage, read_write> preconditioned: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> direction: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> correction: array<vec4f>;
@group(0) @binding(5) var<storage, read> partialNorms: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> state: array<SystemState>;
@group(0) @binding(7) var<storage, read_write> history: array<vec2f>;

var<workgroup> isRunning: u32;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  let isFirst = index == chunk.chunkBegin;
  let next = 1u - launch.parity;
  if (lane == 0u) {
    isRunning = state[chunk.system].running[launch.parity];
    if (isRunning == 0u && isFirst) {
      state[chunk.system].running[next] = 0u;
    }
  }
  if (workgroupUniformLoad(&isRunning) == 0u) { return; }

  var own = vec2f();
  for (var k = chunk.chunkBegin + lane; k < chunk.chunkEnd; k += lanes) {
    own += partialNorms[k];
  }
  let norms = reduceSum(own, lane);
  let alpha = state[chunk.system].alpha;
  let rho = state[chunk.system].rho[launch.parity];
  let beta = norms.x / rho;

  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let p = direction[i];
    correction[i] += alpha * p;
    direction[i] = preconditioned[i] + beta * p;
  }
  if (lane == 0u && isFirst) {
    let iteration = state[chunk.system].iteration;
    history[chunk.system * launch.historyCapacity + iteration % launch.historyCapacity] = vec2f(alpha * rho, norms.y);
    let left = iteration + 1u < state[chunk.system].budget;
    let outcome = judgeStep(alpha, norms.x, norms.y, state[chunk.system].threshold, left);
    state[chunk.system].iteration = iteration + 1u;
    state[chunk.system].rho[next] = norms.x;
    if (state[chunk.system].outcome == outcomeRunning) {
      state[chunk.system].outcome = outcome;
    }
    state[chunk.system].running[next] = select(0u, 1u, outcome == outcomeRunning);
  }
}
