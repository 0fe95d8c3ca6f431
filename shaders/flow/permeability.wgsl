// K of each system from its energy:  K = factor · Σ g (p_i - p_j)²,  by its first chunk; NaN where the system has a
// fault.
//! include "item-chunks.wgsl"
//! include "reduce.wgsl"
@group(0) @binding(2) var<storage, read> factor: array<f32>;
@group(0) @binding(3) var<storage, read> systemScale: array<vec2f>;
@group(0) @binding(4) var<storage, read> partialEnergy: array<f32>;
@group(0) @binding(5) var<storage, read_write> permeability: array<f32>;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  if (index != chunk.chunkBegin) { return; }
  var energy = 0.0;
  for (var k = chunk.chunkBegin + lane; k < chunk.chunkEnd; k += lanes) {
    energy += partialEnergy[k];
  }
  let total = reduceSum(vec2f(energy, 0.0), lane).x;
  if (lane == 0u) {
    let scale = systemScale[chunk.system];
    // A constant NaN would not compile.
    let notANumber = bitcast<f32>(0x7fc00000u | launch.zero);
    permeability[chunk.system] = select(factor[chunk.system] * (total / scale.x), notANumber, scale.y != 0.0);
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
