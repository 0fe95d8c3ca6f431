// Many small systems: one workgroup runs a block of iterations of one system (small-cg.wgsl). `vectors` holds p, z and y
// between blocks. Whether to go on, which all lanes must agree on, is asked every few iterations; those in between that
// are not needed change nothing.
//! include "launch.wgsl"
//! include "system-state.wgsl"
//! include "small-cg.wgsl"
@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> inverseDiagonal: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> vectors: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> state: array<SystemState>;
@group(0) @binding(7) var<storage, read_write> history: array<vec2f>;

var<workgroup> isRunning: u32;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let chunk = readChunk(chunkIndex(group));
  if (lane == 0u) {
    isRunning = state[chunk.system].running[0];
  }
  if (workgroupUniformLoad(&isRunning) == 0u) { return; }

  let begin = chunk.sliceBegin * vectorsPerSlice;
  let count = (chunk.sliceEnd - chunk.sliceBegin) * vectorsPerSlice;
  for (var i = lane; i < count; i += lanes) {
    writeDirection(i, vectors[begin + i]);
  }
  if (lane == 0u) {
    direction[4u * count] = 0.0;
  }
  let before = state[chunk.system];
  var cg = SmallCg(before.rho[0], outcomeRunning, before.iteration, before.budget, before.threshold, 0.0, 0.0);
  for (var step = 0u; step < launch.iterations; step += iterationsBetweenChecks) {
    if (workgroupUniformLoad(&isRunning) == 0u) { break; }
    let last = min(step + iterationsBetweenChecks, launch.iterations);
    for (var k = step; k < last; k++) {
      let iteration = cg.iteration;
      iterateSmall(chunk, lane, &cg);
      if (lane == 0u && cg.iteration > iteration) {
        history[chunk.system * launch.historyCapacity + iteration % launch.historyCapacity] = vec2f(cg.decrement, cg.norm2);
        isRunning = select(0u, 1u, cg.outcome == outcomeRunning);
      }
    }
  }

  for (var i = lane; i < count; i += lanes) {
    vectors[begin + i] = readDirection(i);
  }
  if (lane == 0u) {
    state[chunk.system].iteration = cg.iteration;
    state[chunk.system].rho = array<f32, 2>(cg.rho, cg.rho);
    state[chunk.system].outcome = cg.outcome;
    state[chunk.system].running = array<u32, 2>(isRunning, isRunning);
  }
}
