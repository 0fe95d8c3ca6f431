// A coarse level's residual or smoothing step, one lane a row:
//   smooths = 0:  out = b - A x          smooths = 1:  out = x + m (b - A x)
//! include "multigrid-level.wgsl"
@group(0) @binding(1) var<storage, read> rowTable: array<u32>;
@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> ground: array<f32>;
@group(0) @binding(5) var<storage, read> smoother: array<f32>;
@group(0) @binding(6) var<storage, read> load: array<f32>;
@group(0) @binding(7) var<storage, read> x: array<f32>;
@group(0) @binding(8) var<storage, read_write> result: array<f32>;

override smooths: u32 = 0u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let own = x[row];
    var sums = vec4f();
    for (var k = rowTable[row] / 4u; k < rowTable[row + 1u] / 4u; k++) {
      let at = column[k];
      sums += weight[k] * (own - vec4f(x[at.x], x[at.y], x[at.z], x[at.w]));
    }
    let rest = load[row] - ground[row] * own - dot(sums, vec4f(1.0));
    result[row] = select(rest, own + smoother[row] * rest, smooths == 1u);
  }
}
