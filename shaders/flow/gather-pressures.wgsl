// The pressure of every pore from its row of the solution. Pressures are written as bits: what stands in pores that are
// not solved may be NaN, and WGSL knows no such constant.
//! include "item-chunks.wgsl"
@group(0) @binding(2) var<storage, read> rowOfPore: array<u32>;
@group(0) @binding(3) var<storage, read> solution: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> pressure: array<u32>;

// Of pores that are not solved.
override unsolved: u32 = 0u;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  for (var k = chunk.begin + lane; k < chunk.end; k += lanes) {
    let row = rowOfPore[k];
    var bits = unsolved;
    if (row != nowhere) {
      let pair = solution[row];
      bits = bitcast<u32>(pair.x + pair.y);
    }
    pressure[k] = bits;
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
