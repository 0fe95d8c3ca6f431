// x += y / s in two-float arithmetic: the inner solve's correction joins the solution, unless it has overflowed.
//! include "launch.wgsl"
//! include "two-float.wgsl"
//! include "system-state.wgsl"
@group(0) @binding(2) var<storage, read> correction: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> solution: array<vec2f>;
@group(0) @binding(4) var<storage, read> state: array<SystemState>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let chunk = readChunk(chunkIndex(group));
  let scale = state[chunk.system].scale;
  if (scale == 0.0 || state[chunk.system].outcome == outcomeNonFinite) { return; }
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let row = 4u * i;
    let a = solution[row];
    let b = solution[row + 1u];
    let c = solution[row + 2u];
    let d = solution[row + 3u];
    // The scale is a power of two, so that the division is exact.
    let step = TwoFloat4(correction[i] / scale, vec4f());
    let sum = addTwoFloat(TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y)), step);
    solution[row] = vec2f(sum.high.x, sum.low.x);
    solution[row + 1u] = vec2f(sum.high.y, sum.low.y);
    solution[row + 2u] = vec2f(sum.high.z, sum.low.z);
    solution[row + 3u] = vec2f(sum.high.w, sum.low.w);
  }
}
