// From the coarse level: x += P e. A row that does not interpolate has weights of zero, and reads what is always there.
//! include "multigrid-level.wgsl"
@group(0) @binding(1) var<storage, read> columns: array<vec4u>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> coarse: array<f32>;
@group(0) @binding(4) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var at = firstRow(group) + lane; at < end; at += lanes) {
    let which = min(columns[at], vec4u(level.coarseCount - 1u));
    let values = vec4f(coarse[which.x], coarse[which.y], coarse[which.z], coarse[which.w]);
    x[level.pageRow + at] += dot(weights[at], values);
  }
}
