// From r·r, by the system's first chunk: whether the system goes on, and what the history keeps of the iteration.
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "system-state.wgsl"
@group(0) @binding(2) var<storage, read> partialSquares: array<f32>;
@group(0) @binding(3) var<storage, read_write> state: array<SystemState>;
@group(0) @binding(4) var<storage, read_write> history: array<vec2f>;

// 1: nothing has been iterated yet.
override isStart: u32 = 0u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  if (index != chunk.chunkBegin) { return; }
  var own = 0.0;
  for (var k = chunk.chunkBegin + lane; k < chunk.chunkEnd; k += lanes) {
    own += partialSquares[k];
  }
  let norm2 = reduceSum(vec2f(own, 0.0), lane).x;
  if (lane != 0u || (isStart == 0u && state[chunk.system].running[launch.parity] == 0u)) { return; }
  var runs = state[chunk.system].budget > 0u && norm2 > 0.0;
  if (isStart == 1u) {
    state[chunk.system].iteration = 0u;
    state[chunk.system].outcome = outcomeRunning;
  } else {
    let iteration = state[chunk.system].iteration;
    let alpha = state[chunk.system].alpha;
    let rho = state[chunk.system].rho[1u - launch.parity];
    history[chunk.system * launch.historyCapacity + iteration % launch.historyCapacity] = vec2f(alpha * rho, norm2);
    let left = iteration + 1u < state[chunk.system].budget;
    if (state[chunk.system].outcome == outcomeRunning) {
      state[chunk.system].outcome = judgeStep(alpha, rho, norm2, state[chunk.system].threshold, left);
    }
    state[chunk.system].iteration = iteration + 1u;
    runs = state[chunk.system].outcome == outcomeRunning;
  }
  let word = select(0u, 1u, runs);
  state[chunk.system].running = array<u32, 2>(word, word);
}
