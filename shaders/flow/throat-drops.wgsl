// The pressure drop of every throat, p_i - p_j of its two ends, and partial sums of the energy  g (p_i - p_j)².
//! include "item-chunks.wgsl"
//! include "reduce.wgsl"
@group(0) @binding(2) var<storage, read> rowsOfThroat: array<vec2u>;
@group(0) @binding(3) var<storage, read> conductance: array<f32>;
@group(0) @binding(4) var<storage, read> systemScale: array<vec2f>;
@group(0) @binding(5) var<storage, read> solution: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> drop: array<f32>;
@group(0) @binding(7) var<storage, read_write> partialEnergy: array<f32>;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  let scale = systemScale[chunk.system];
  var energy = 0.0;
  for (var k = chunk.begin + lane; k < chunk.end; k += lanes) {
    let rows = rowsOfThroat[k];
    var fall = 0.0;
    if (rows.x != nowhere && scale.y == 0.0) {
      let difference = solution[rows.x] - solution[rows.y];
      fall = difference.x + difference.y;
      energy += conductance[k] * scale.x * fall * fall;
    }
    drop[k] = fall;
  }
  let total = reduceSum(vec2f(energy, 0.0), lane).x;
  if (lane == 0u) {
    partialEnergy[index] = total;
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
