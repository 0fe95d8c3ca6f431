// To the coarse level: load = Pᵀ r, and its first smoothing step from zero, x = m load. Here `rowCount` counts the coarse rows.
//! include "multigrid-level.wgsl"
@group(0) @binding(1) var<storage, read> links: array<u32>;
@group(0) @binding(2) var<storage, read> linkWeights: array<f32>;
@group(0) @binding(3) var<storage, read> residual: array<f32>;
@group(0) @binding(4) var<storage, read> smoother: array<f32>;
@group(0) @binding(5) var<storage, read_write> load: array<f32>;
@group(0) @binding(6) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    var sum = 0.0;
    for (var k = links[row]; k < links[row + 1u]; k++) {
      sum += linkWeights[k] * residual[links[level.entries + k] / 4u];
    }
    load[row] = sum;
    x[row] = smoother[row] * sum;
  }
}
