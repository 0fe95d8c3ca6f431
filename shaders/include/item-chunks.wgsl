// Kernels over the throats or pores of a ragged batch: items of one system are contiguous and come in chunks, of which a
// workgroup takes some, one after the other. `chunks` holds a record a chunk.
struct ItemLaunch {
  chunkCount: u32,
  groundRow: u32,
  zero: u32,
  chunksPerGroup: u32,
}
struct ItemChunk {
  system: u32,
  begin: u32,
  end: u32,
  chunkBegin: u32,
  chunkEnd: u32,
}

@group(0) @binding(0) var<uniform> launch: ItemLaunch;
@group(0) @binding(1) var<storage, read> chunks: array<ItemChunk>;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
// In maps from items: the item takes no part.
const nowhere = 0xffffffffu;

fn firstChunk(group: vec3u) -> u32 {
  return (group.y * maxGroupsX + group.x) * launch.chunksPerGroup;
}

fn endChunk(group: vec3u) -> u32 {
  return min(firstChunk(group) + launch.chunksPerGroup, launch.chunkCount);
}

// Compilers may assume that NaN never occurs, so that x != x is no test.
fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

// The power of two that brings x between 1 and 2; 1 where x is 0.
fn inversePowerOfTwo(x: f32) -> f32 {
  let exponent = clamp((bitcast<u32>(x) >> 23u) & 0xffu, 1u, 253u);
  return select(1.0, bitcast<f32>((254u - exponent) << 23u), x > 0.0);
}
