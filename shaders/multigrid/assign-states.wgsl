// The end of a round: rows that were selected are coarse, rows that depend on one of them are fine. `left` counts the
// rows that are still undecided.
//! include "multigrid-level.wgsl"
//! include "multigrid-rows.wgsl"
//! include "coarsening.wgsl"
@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> threshold: array<f32>;
@group(0) @binding(5) var<storage, read> isCoarse: array<u32>;
@group(0) @binding(6) var<storage, read_write> state: array<u32>;
@group(0) @binding(7) var<storage, read_write> left: array<atomic<u32>>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  var count = 0u;
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    if (state[row] != undecided) { continue; }
    if (isCoarse[row] == 1u) {
      state[row] = coarse;
      continue;
    }
    let limit = threshold[row];
    let slots = rowSlots(row);
    var depends = false;
    for (var slot = slots.first; slot < slots.end && !depends; slot += slots.stride) {
      let other = column[slot];
      if (other < level.rowCount) {
        depends = weight[slot] >= limit && isCoarse[other] == 1u;
      }
    }
    if (depends) {
      state[row] = fine;
    } else {
      count += 1u;
    }
  }
  if (count > 0u) {
    atomicAdd(&left[0], count);
  }
}
