// The weights of the coarse matrix Pᵀ A P: between coarse rows I and J
//   w_IJ = sum over i of P_iI (sum over j of w_ij (P_jJ - P_iJ) - ground_i P_iJ).
// Interpolation over two steps makes few and small ones of them negative; they are left out, so that every level is a
// grounded graph Laplacian, at least as stiff as the product.
//! include "multigrid-level.wgsl"
//! include "multigrid-rows.wgsl"
@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> ground: array<f32>;
@group(0) @binding(5) var<storage, read> columns: array<vec4u>;
@group(0) @binding(6) var<storage, read> weights: array<vec4f>;
@group(0) @binding(7) var<storage, read> links: array<u32>;
@group(0) @binding(8) var<storage, read> coarseColumn: array<u32>;
@group(0) @binding(9) var<storage, read_write> coarseWeight: array<f32>;

// The slot of a column in a row, by halving.
fn findSlot(first: u32, last: u32, which: u32) -> u32 {
  var begin = first;
  var end = last;
  while (end - begin > 1u) {
    let middle = (begin + end) / 2u;
    if (coarseColumn[middle] <= which) {
      begin = middle;
    } else {
      end = middle;
    }
  }
  return begin;
}

fn addAll(first: u32, last: u32, row: u32, which: vec4u, values: vec4f) {
  for (var k = 0u; k < 4u; k++) {
    if (which[k] != nowhere && which[k] != row) {
      coarseWeight[findSlot(first, last, which[k])] += values[k];
    }
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = min(firstRow(group) + level.blockRows, level.coarseCount);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let first = links[level.rowStarts + row];
    let last = links[level.rowStarts + row + 1u];
    for (var at = first; at < last; at++) {
      coarseWeight[at] = 0.0;
    }
    for (var k = links[row]; k < links[row + 1u]; k++) {
      let link = links[level.entries + k];
      let fromRow = link / 4u;
      let part = weights[fromRow][link % 4u];
      var diagonal = ground[fromRow];
      let slots = rowSlots(fromRow);
      for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
        let other = column[slot];
        let w = weight[slot];
        if (other < level.rowCount && w > 0.0) {
          diagonal += w;
          addAll(first, last, row, columns[other], part * w * weights[other]);
        }
      }
      addAll(first, last, row, columns[fromRow], -part * diagonal * weights[fromRow]);
    }
    for (var at = first; at < last; at++) {
      coarseWeight[at] = max(0.0, coarseWeight[at]);
    }
  }
}
