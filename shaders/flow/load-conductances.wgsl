// Conductances of throats become weights of edges, scaled by a power of two for each system so that the largest lies
// between 1 and 2. A system with a conductance that makes no sense gets weights of 0 and a fault.
//! include "item-chunks.wgsl"
@group(0) @binding(2) var<storage, read> edgeOfThroat: array<u32>;
@group(0) @binding(3) var<storage, read> conductance: array<f32>;
@group(0) @binding(4) var<storage, read> partialRange: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> edgeWeight: array<vec2f>;
// Of each system: (scale, fault).
@group(0) @binding(6) var<storage, read_write> systemScale: array<vec2f>;

// In `edgeOfThroat`: from one ground to another, no edge of the system.
const straight = 0xfffffffeu;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  var range = vec2f();
  for (var k = chunk.chunkBegin; k < chunk.chunkEnd; k++) {
    range = max(range, partialRange[k]);
  }
  let scale = inversePowerOfTwo(range.x);
  let isSound = range.y == 0.0;
  for (var k = chunk.begin + lane; k < chunk.end; k += lanes) {
    let edge = edgeOfThroat[k];
    if (edge < straight) {
      edgeWeight[edge] = vec2f(select(0.0, conductance[k] * scale, isSound), 0.0);
    }
  }
  if (lane == 0u && index == chunk.chunkBegin) {
    systemScale[chunk.system] = vec2f(scale, range.y);
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
