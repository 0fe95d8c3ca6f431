// A round of the independent set: an undecided row becomes coarse where it outranks all undecided rows that depend on it
// or on which it depends. States change in the next kernel only, so that the choice does not depend on who comes first.
//! include "multigrid-level.wgsl"
//! include "multigrid-rows.wgsl"
//! include "coarsening.wgsl"
@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> threshold: array<f32>;
@group(0) @binding(5) var<storage, read> rank: array<u32>;
@group(0) @binding(6) var<storage, read> state: array<u32>;
@group(0) @binding(7) var<storage, read_write> isCoarse: array<u32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    if (state[row] != undecided) { continue; }
    let own = rank[row];
    let limit = threshold[row];
    let slots = rowSlots(row);
    var wins = true;
    for (var slot = slots.first; slot < slots.end && wins; slot += slots.stride) {
      let other = column[slot];
      let w = weight[slot];
      if (w > 0.0 && other < level.rowCount) {
        if (w >= min(limit, threshold[other]) && state[other] == undecided) {
          let its = rank[other];
          wins = own > its || (own == its && row > other);
        }
      }
    }
    isCoarse[row] = select(0u, 1u, wins);
  }
}
