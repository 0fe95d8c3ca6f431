// The same as relax-rows.wgsl for rows in slices, four neighbouring places of the order a lane:
//   smooths = 0:  out = b - A x          smooths = 1:  out = x + m (b - A x)
//! include "multigrid-level.wgsl"
//! include "multigrid-slices.wgsl"
@group(0) @binding(5) var<storage, read> ground: array<f32>;
@group(0) @binding(6) var<storage, read> smoother: array<f32>;
@group(0) @binding(7) var<storage, read> load: array<f32>;
@group(0) @binding(8) var<storage, read> x: array<f32>;
@group(0) @binding(9) var<storage, read_write> result: array<f32>;

override smooths: u32 = 0u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var i = firstRow(group) + lane; i < end; i += lanes) {
    let rows = order[i];
    let own = vec4f(x[rows.x], x[rows.y], x[rows.z], x[rows.w]);
    var sum = vec4f();
    for (var layer = layerStart[i / 8u]; layer < layerStart[i / 8u + 1u]; layer++) {
      let slot = 8u * layer + i % 8u;
      let at = column[slot];
      sum += weight[slot] * (own - vec4f(x[at.x], x[at.y], x[at.z], x[at.w]));
    }
    let grounds = vec4f(ground[rows.x], ground[rows.y], ground[rows.z], ground[rows.w]);
    let rest = vec4f(load[rows.x], load[rows.y], load[rows.z], load[rows.w]) - grounds * own - sum;
    var out = rest;
    if (smooths == 1u) {
      out = own + vec4f(smoother[rows.x], smoother[rows.y], smoother[rows.z], smoother[rows.w]) * rest;
    }
    result[rows.x] = out.x;
    result[rows.y] = out.y;
    result[rows.z] = out.z;
    result[rows.w] = out.w;
  }
}
