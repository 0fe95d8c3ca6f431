// What a row says of itself, with d = sum of w + ground:
//   threshold   the weight from which on the row depends strongly on a neighbour, theta max w (J. Ruge and K. Stüben, 1987)
//   smoother    1 / (d (1 + sum of (w/d)²)), the diagonal nearest to the inverse (SPAI-0; O. Bröker and M. Grote, 2002)
// A row that hangs on the ground by nearly all of its weight is solved by smoothing, and depends on nobody.
//! include "multigrid-level.wgsl"
//! include "multigrid-rows.wgsl"
//! include "coarsening.wgsl"
@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read_write> ground: array<f32>;
@group(0) @binding(5) var<storage, read_write> threshold: array<f32>;
@group(0) @binding(6) var<storage, read_write> smoother: array<f32>;

override theta: f32;

const settledShare = 9.0;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let slots = rowSlots(row);
    var toGround = select(ground[row], 0.0, level.isSliced == 1u);
    var sum = 0.0;
    var strongest = 0.0;
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let w = weight[slot];
      if (level.isSliced == 1u && column[slot] >= level.rowCount) {
        toGround += w;
      } else {
        sum += w;
        strongest = max(strongest, w);
      }
    }
    let diagonal = sum + toGround;
    var squares = 0.0;
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let part = weight[slot] / diagonal;
      squares += select(part * part, 0.0, level.isSliced == 1u && column[slot] >= level.rowCount);
    }
    if (level.isSliced == 1u) {
      ground[row] = toGround;
    }
    threshold[row] = select(unreachable, theta * strongest, strongest > 0.0 && toGround <= settledShare * sum);
    smoother[row] = select(0.0, 1.0 / (diagonal * (1.0 + squares)), diagonal > 0.0);
  }
}
