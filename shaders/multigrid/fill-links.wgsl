// The transpose of the interpolation: for each coarse row the places 4 i + k of `columns` that name it, as they come.
//! include "multigrid-level.wgsl"
@group(0) @binding(1) var<storage, read> columns: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> filled: array<atomic<u32>>;
@group(0) @binding(3) var<storage, read_write> links: array<u32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let own = columns[row];
    for (var k = 0u; k < 4u; k++) {
      if (own[k] != nowhere) {
        let at = links[own[k]] + atomicAdd(&filled[own[k]], 1u);
        links[level.entries + at] = 4u * row + k;
      }
    }
  }
}
