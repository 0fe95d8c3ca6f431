// The rows that interpolate from each coarse row in ascending order, whoever came first when they were filled in: sums
// over them then repeat bit for bit. Here `rowCount` counts the coarse rows.
//! include "multigrid-level.wgsl"
//! include "heap-sort.wgsl"
@group(0) @binding(1) var<storage, read_write> links: array<u32>;

fn readKey(at: u32) -> u32 {
  return links[at];
}

fn writeKey(at: u32, key: u32) {
  links[at] = key;
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    sortKeys(level.entries + links[row], level.entries + links[row + 1u]);
  }
}
