// The largest magnitude among the items of each chunk that take part, and whether any of them makes no sense.
//! include "item-chunks.wgsl"
@group(0) @binding(2) var<storage, read> place: array<u32>;
@group(0) @binding(3) var<storage, read> value: array<f32>;
// (largest magnitude, 1 where a value is not finite, or negative and must not be).
@group(0) @binding(4) var<storage, read_write> partialRange: array<vec2f>;

override mayBeNegative: u32 = 0u;

var<workgroup> cells: array<vec2f, lanes>;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  var range = vec2f();
  for (var k = chunk.begin + lane; k < chunk.end; k += lanes) {
    let x = value[k];
    let isWrong = !isFiniteNumber(x) || (mayBeNegative == 0u && x < 0.0);
    if (place[k] != nowhere) {
      range = max(range, select(vec2f(abs(x), 0.0), vec2f(0.0, 1.0), isWrong));
    }
  }
  cells[lane] = range;
  workgroupBarrier();
  if (lane == 0u) {
    for (var k = 1u; k < lanes; k++) {
      range = max(range, cells[k]);
    }
    partialRange[index] = range;
  }
  workgroupBarrier();
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
