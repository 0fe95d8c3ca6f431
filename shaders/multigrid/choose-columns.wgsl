// From which coarse rows a fine row interpolates: the four of the largest weight among those it depends on and those that
// its fine neighbours depend on (the reach of extended+i interpolation; H. De Sterck, R. Falgout, J. Nolting and
// U. M. Yang, 2008),
//   v_C = w_iC + sum over strong fine k of w_ik w_kC / (sum of w_k over its strong coarse rows and i),
// but none below a fifth of the largest.
//! include "multigrid-level.wgsl"
//! include "multigrid-rows.wgsl"
@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> threshold: array<f32>;
@group(0) @binding(5) var<storage, read> coarseOf: array<u32>;
@group(0) @binding(6) var<storage, read_write> columns: array<vec4u>;

override smallestShare: f32 = 0.2;

const mostCandidates = 16u;
var<private> candidates: array<u32, mostCandidates>;
var<private> values: array<f32, mostCandidates>;
var<private> candidateCount: u32;

fn addCandidate(which: u32, value: f32) {
  for (var k = 0u; k < candidateCount; k++) {
    if (candidates[k] == which) {
      values[k] += value;
      return;
    }
  }
  if (candidateCount < mostCandidates) {
    candidates[candidateCount] = which;
    values[candidateCount] = value;
    candidateCount += 1u;
  }
}

// By way of a fine neighbour, joined to the row by `w`.
fn addThrough(neighbour: u32, row: u32, w: f32) {
  let slots = rowSlots(neighbour);
  let limit = threshold[neighbour];
  var sum = 0.0;
  for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
    let other = column[slot];
    if (other < level.rowCount) {
      let its = weight[slot];
      sum += select(0.0, its, other == row || (its >= limit && coarseOf[other] != nowhere));
    }
  }
  for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
    let other = column[slot];
    if (other < level.rowCount) {
      let its = weight[slot];
      if (its >= limit && coarseOf[other] != nowhere) {
        addCandidate(coarseOf[other], w * its / sum);
      }
    }
  }
}

fn takeLargest() -> vec4u {
  var found = vec4u(nowhere);
  var least = 0.0;
  for (var place = 0u; place < 4u; place++) {
    var best = 0u;
    var largest = 0.0;
    for (var k = 0u; k < candidateCount; k++) {
      if (values[k] > largest) {
        largest = values[k];
        best = k;
      }
    }
    if (place == 0u) {
      least = smallestShare * largest;
    }
    if (largest <= 0.0 || largest < least) { break; }
    found[place] = candidates[best];
    values[best] = 0.0;
  }
  return found;
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    if (coarseOf[row] != nowhere) {
      columns[row] = vec4u(coarseOf[row], nowhere, nowhere, nowhere);
      continue;
    }
    let limit = threshold[row];
    let slots = rowSlots(row);
    candidateCount = 0u;
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let other = column[slot];
      if (other < level.rowCount) {
        if (weight[slot] >= limit && coarseOf[other] != nowhere) {
          addCandidate(coarseOf[other], weight[slot]);
        }
      }
    }
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let other = column[slot];
      if (other < level.rowCount) {
        if (weight[slot] >= limit && coarseOf[other] == nowhere) {
          addThrough(other, row, weight[slot]);
        }
      }
    }
    columns[row] = takeLargest();
  }
}
