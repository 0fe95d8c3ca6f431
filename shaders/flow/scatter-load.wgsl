// The adjoint's right-hand side: ∂J/∂p of every unknown pore goes to its row, scaled by a power of two for each system.
//! include "item-chunks.wgsl"
@group(0) @binding(2) var<storage, read> unknownOfPore: array<u32>;
@group(0) @binding(3) var<storage, read> pressureGradient: array<f32>;
@group(0) @binding(4) var<storage, read> partialRange: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> load: array<vec2f>;
// Of each system: (scale, fault).
@group(0) @binding(6) var<storage, read_write> loadScale: array<vec2f>;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  var range = vec2f();
  for (var k = chunk.chunkBegin; k < chunk.chunkEnd; k++) {
    range = max(range, partialRange[k]);
  }
  let scale = inversePowerOfTwo(range.x);
  for (var k = chunk.begin + lane; k < chunk.end; k += lanes) {
    let row = unknownOfPore[k];
    if (row != nowhere) {
      load[row] = vec2f(select(0.0, pressureGradient[k] * scale, range.y == 0.0), 0.0);
    }
  }
  if (lane == 0u && index == chunk.chunkBegin) {
    loadScale[chunk.system] = vec2f(scale, range.y);
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
