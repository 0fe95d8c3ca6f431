// The weights of the transpose, in its order.
//! include "multigrid-level.wgsl"
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> links: array<u32>;
@group(0) @binding(3) var<storage, read_write> linkWeights: array<f32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    for (var k = links[row]; k < links[row + 1u]; k++) {
      linkWeights[k] = weights[links[level.entries + k]];
    }
  }
}
