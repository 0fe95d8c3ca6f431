// ∂J/∂g of every throat from the adjoint λ:  -(λ_i - λ_j)(p_i - p_j), grounds included with λ = 0, which is the term
// λᵀ ∂b/∂g. On the device λ is A_s⁻¹ of the scaled load: λ = systemScale / loadScale · solution.
//! include "item-chunks.wgsl"
@group(0) @binding(2) var<storage, read> rowsOfThroat: array<vec2u>;
@group(0) @binding(3) var<storage, read> systemScale: array<vec2f>;
@group(0) @binding(4) var<storage, read> loadScale: array<vec2f>;
@group(0) @binding(5) var<storage, read> solution: array<vec2f>;
@group(0) @binding(6) var<storage, read> drop: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradient: array<f32>;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  let ofMatrix = systemScale[chunk.system];
  let ofLoad = loadScale[chunk.system];
  let isSound = ofMatrix.y == 0.0 && ofLoad.y == 0.0;
  for (var k = chunk.begin + lane; k < chunk.end; k += lanes) {
    let rows = rowsOfThroat[k];
    var value = 0.0;
    if (rows.x != nowhere && isSound) {
      let difference = solution[rows.x] - solution[rows.y];
      value = -((difference.x + difference.y) * drop[k]) * ofMatrix.x / ofLoad.x;
    }
    gradient[k] = value;
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
