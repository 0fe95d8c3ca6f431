// The coarsest level by its inverse, a dense matrix: x = A⁻¹ load, one lane a row. Between systems the inverse is 0, which
// also keeps a load that is not finite from the others.
//! include "multigrid-level.wgsl"
@group(0) @binding(1) var<storage, read> inverse: array<f32>;
@group(0) @binding(2) var<storage, read> load: array<f32>;
@group(0) @binding(3) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    var sum = 0.0;
    for (var k = 0u; k < level.rowCount; k++) {
      let share = inverse[k * level.rowCount + row];
      if (share != 0.0) {
        sum += share * load[k];
      }
    }
    x[row] = sum;
  }
}
