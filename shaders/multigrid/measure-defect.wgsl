// A s, where s_i is the sum of the row's interpolation weights: what the coarse level's constant leaves to the ground.
//! include "multigrid-level.wgsl"
//! include "multigrid-rows.wgsl"
@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> ground: array<f32>;
@group(0) @binding(5) var<storage, read> weights: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> defect: array<f32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let own = dot(weights[row], vec4f(1.0));
    var sum = ground[row] * own;
    let slots = rowSlots(row);
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let other = column[slot];
      if (other < level.rowCount) {
        sum += weight[slot] * (own - dot(weights[other], vec4f(1.0)));
      }
    }
    defect[row] = sum;
  }
}
