// The start of the independent set: a row weighs as many as depend on it, and a random number decides between equals
// (PMIS; H. De Sterck, U. M. Yang and J. Heys, 2006). Rows that depend on nobody are fine from the start.
//! include "multigrid-level.wgsl"
//! include "multigrid-rows.wgsl"
//! include "hash.wgsl"
//! include "coarsening.wgsl"
@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> threshold: array<f32>;
@group(0) @binding(5) var<storage, read_write> rank: array<u32>;
@group(0) @binding(6) var<storage, read_write> state: array<u32>;
@group(0) @binding(7) var<storage, read_write> isCoarse: array<u32>;

const mostDependents = 2047u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let slots = rowSlots(row);
    var dependents = 0u;
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let w = weight[slot];
      let other = column[slot];
      if (w > 0.0 && other < level.rowCount) {
        dependents += select(0u, 1u, w >= threshold[other]);
      }
    }
    rank[row] = (min(dependents, mostDependents) << 21u) | (hashIndex(row) >> 11u);
    state[row] = select(undecided, fine, threshold[row] == unreachable);
    isCoarse[row] = 0u;
  }
}
