// What every kernel over a ragged batch knows of its launch, and the part of the batch it works on.
//
// Rows come in slices of 32, a lane holds four neighbouring rows (a vec4), and a workgroup works on one chunk:
// consecutive slices of one system. `batchLayout` holds a record a chunk and then, from `sliceTable` on, the first
// layer of each slice and the end of the last; layer k of a slice holds the k-th entry of each of its 32 rows. Slots come
// in pages (src/sparse/paged-slots.ts): a launch that reads them has the `sliceTable` of the page that is bound.
struct Launch {
  firstChunk: u32,
  chunkCount: u32,
  sliceTable: u32,
  parity: u32,
  iterations: u32,
  historyCapacity: u32,
  groundRow: u32,
  zero: u32,
  // Of the edge page that is bound.
  firstEdge: u32,
}
struct Chunk {
  system: u32,
  sliceBegin: u32,
  sliceEnd: u32,
  chunkBegin: u32,
  chunkEnd: u32,
}

@group(0) @binding(0) var<uniform> launch: Launch;
@group(0) @binding(1) var<storage, read> batchLayout: array<u32>;

override lanes: u32 = 64;

const vectorsPerSlice = 8u;
const chunkWords = 8u;
const maxGroupsX = 65535u;

fn chunkIndex(group: vec3u) -> u32 {
  return launch.firstChunk + group.y * maxGroupsX + group.x;
}

fn hasChunk(group: vec3u) -> bool {
  return group.y * maxGroupsX + group.x < launch.chunkCount;
}

fn readChunk(index: u32) -> Chunk {
  let at = index * chunkWords;
  return Chunk(batchLayout[at], batchLayout[at + 1u], batchLayout[at + 2u], batchLayout[at + 3u], batchLayout[at + 4u]);
}
