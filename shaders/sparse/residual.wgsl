// The true residual in two-float arithmetic, rounded to f32 at the end, with the partial sums of |r|² and the energy:
//   r_i = load_i - sum over the edges of row i of w (x_i - x_j),   sum over edges of w (x_i - x_j)².
// The grounds' values are rows of x like any other: `launch.groundRow` and the one after it.
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "two-float.wgsl"
//! include "two-float-solution.wgsl"
@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> weightLow: array<vec4f>;
@group(0) @binding(5) var<storage, read> solution: array<vec2f>;
@group(0) @binding(6) var<storage, read> load: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> residual: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> partialNorms: array<vec2f>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  var norms = vec2f();
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let slice = i / vectorsPerSlice;
    let layerEnd = batchLayout[launch.sliceTable + slice + 1u];
    let row = 4u * i;
    let own = gatherSolution(vec4u(row, row + 1u, row + 2u, row + 3u));
    var rest = readLoad(row);
    var energy = vec4f();
    for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
      let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
      let at = column[slot];
      // What only fills points at its own row, and comes last.
      if (all(at == vec4u(row) + vec4u(0u, 1u, 2u, 3u))) { break; }
      let w = weight[slot];
      let drop = subtractTwoFloat(own, gatherSolution(at));
      rest = subtractTwoFloat(rest, multiplyTwoFloat(TwoFloat4(w, weightLow[slot]), drop));
      // An inner edge is met from both of its ends, a grounded one once.
      energy += select(vec4f(1.0), vec4f(0.5), at < vec4u(launch.groundRow)) * w * drop.high * drop.high;
    }
    residual[i] = rest.high;
    norms += vec2f(dot(rest.high, rest.high), dot(energy, vec4f(1.0)));
  }
  let total = reduceSum(norms, lane);
  if (lane == 0u) {
    partialNorms[index] = total;
  }
}
