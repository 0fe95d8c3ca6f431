// By what weights a fine row interpolates from its columns C: those of a walk that leaves the row along its throats and
// goes on from fine rows k on which it depends,
//   v_C = w_iC + sum over k of w_ik w_kC / (w_ki + sum over the row's columns of w_k),   P_iC = v_C / (sum of v + ground),
// so that what the ground takes away is missing from the row's sum.
//! include "multigrid-level.wgsl"
//! include "multigrid-rows.wgsl"
@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> threshold: array<f32>;
@group(0) @binding(5) var<storage, read> coarseOf: array<u32>;
@group(0) @binding(6) var<storage, read> ground: array<f32>;
@group(0) @binding(7) var<storage, read> columns: array<vec4u>;
@group(0) @binding(8) var<storage, read_write> weights: array<vec4f>;

fn atColumns(which: u32, own: vec4u, w: f32) -> vec4f {
  return select(vec4f(), vec4f(w), vec4u(which) == own);
}

fn throughNeighbour(neighbour: u32, row: u32, own: vec4u) -> vec4f {
  let slots = rowSlots(neighbour);
  var found = vec4f();
  var back = 0.0;
  for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
    let other = column[slot];
    if (other < level.rowCount) {
      let its = weight[slot];
      let which = coarseOf[other];
      if (which != nowhere) {
        found += atColumns(which, own, its);
      }
      back += select(0.0, its, other == row);
    }
  }
  let sum = back + dot(found, vec4f(1.0));
  return select(vec4f(), found / sum, sum > 0.0);
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    if (coarseOf[row] != nowhere) {
      weights[row] = vec4f(1.0, 0.0, 0.0, 0.0);
      continue;
    }
    let own = columns[row];
    var sums = vec4f();
    if (own.x != nowhere) {
      let limit = threshold[row];
      let slots = rowSlots(row);
      for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
        let other = column[slot];
        if (other < level.rowCount) {
          let w = weight[slot];
          let which = coarseOf[other];
          if (which != nowhere) {
            sums += atColumns(which, own, w);
          } else if (w >= limit) {
            sums += w * throughNeighbour(other, row, own);
          }
        }
      }
    }
    let total = dot(sums, vec4f(1.0));
    weights[row] = select(vec4f(), sums / (total + ground[row]), total > 0.0);
  }
}
