// Values of a grounded graph Laplacian from edge weights, by gather: every row sums its own edges in a fixed
// order, so that no atomics are needed and results repeat bit for bit.
//
//   A = sum over edges (i, j) of w (e_i - e_j)(e_i - e_j)^T, where a grounded end has no unknown
//   d_i = sum of w over the edges of row i
//
// Row i keeps its off-diagonal weights; A p is evaluated as sum w (p_i - p_j), never with the diagonal. What a
// ground's value adds to the right-hand side comes out of the same differences (residual.wgsl).
//
// Where edges lie on several pages, there is a launch a page: it leaves weights of other pages' edges as they are, and
// the last one finds them all in place.
//! include "launch.wgsl"
//! include "two-float.wgsl"
@group(0) @binding(2) var<storage, read> slotEdge: array<vec4u>;
@group(0) @binding(3) var<storage, read> edgeWeight: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> weight: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> weightLow: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> inverseDiagonal: array<vec4f>;

// 1: of the edges, `edgeWeight` holds those of one page only.
override hasEdgePages: u32 = 0u;

// Of four slots, with what they hold where their edges are on other pages.
fn gatherWeights(slot: u32) -> TwoFloat4 {
  let edge = slotEdge[slot] - vec4u(launch.firstEdge);
  let edgeCount = arrayLength(&edgeWeight);
  let at = select(edge, min(edge, vec4u(edgeCount - 1u)), hasEdgePages == 1u);
  let a = edgeWeight[at.x];
  let b = edgeWeight[at.y];
  let c = edgeWeight[at.z];
  let d = edgeWeight[at.w];
  let w = TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
  if (hasEdgePages == 0u) { return w; }
  let isHere = edge < vec4u(edgeCount);
  return TwoFloat4(select(weight[slot], w.high, isHere), select(weightLow[slot], w.low, isHere));
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let chunk = readChunk(chunkIndex(group));
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let slice = i / vectorsPerSlice;
    let layerEnd = batchLayout[launch.sliceTable + slice + 1u];
    var diagonal = TwoFloat4();
    for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
      let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
      let w = gatherWeights(slot);
      weight[slot] = w.high;
      weightLow[slot] = w.low;
      diagonal = addTwoFloat(diagonal, w);
    }
    inverseDiagonal[i] = select(vec4f(), 1.0 / diagonal.high, diagonal.high > vec4f());
  }
}
