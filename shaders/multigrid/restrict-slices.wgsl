// The same as restrict-links.wgsl for rows in slices: load = Pᵀ r, x = m load, four neighbouring places of the order a lane.
//! include "multigrid-level.wgsl"
//! include "multigrid-slices.wgsl"
@group(0) @binding(5) var<storage, read> residual: array<f32>;
@group(0) @binding(6) var<storage, read> smoother: array<f32>;
@group(0) @binding(7) var<storage, read_write> load: array<f32>;
@group(0) @binding(8) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var i = firstRow(group) + lane; i < end; i += lanes) {
    var sum = vec4f();
    for (var layer = layerStart[i / 8u]; layer < layerStart[i / 8u + 1u]; layer++) {
      let slot = 8u * layer + i % 8u;
      let at = column[slot];
      sum += weight[slot] * vec4f(residual[at.x], residual[at.y], residual[at.z], residual[at.w]);
    }
    let rows = order[i];
    let smoothed = sum * vec4f(smoother[rows.x], smoother[rows.y], smoother[rows.z], smoother[rows.w]);
    for (var k = 0u; k < 4u; k++) {
      load[rows[k]] = sum[k];
      x[rows[k]] = smoothed[k];
    }
  }
}
