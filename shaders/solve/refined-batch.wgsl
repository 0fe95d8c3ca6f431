// Many small systems, each solved from x = 0 to its tolerance by one workgroup in one dispatch: residuals in two-float
// arithmetic, inner solves in f32 (small-cg.wgsl), as many refinements as are needed. Weights are single f32.
//! include "launch.wgsl"
//! include "two-float.wgsl"
//! include "system-state.wgsl"
//! include "small-cg.wgsl"
//! include "refinement-plan.wgsl"
@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> inverseDiagonal: array<vec4f>;
@group(0) @binding(5) var<storage, read> load: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> vectors: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> solution: array<vec2f>;
@group(0) @binding(8) var<storage, read_write> progress: array<Progress>;

// 0: there is no load, and `load` may be bound to anything.
override hasLoad: u32 = 0u;
override refinements: u32 = 3u;

var<workgroup> goesOn: u32;

fn gather(at: vec4u) -> TwoFloat4 {
  let a = solution[at.x];
  let b = solution[at.y];
  let c = solution[at.z];
  let d = solution[at.w];
  return TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
}

fn scatter(row: u32, x: TwoFloat4) {
  solution[row] = vec2f(x.high.x, x.low.x);
  solution[row + 1u] = vec2f(x.high.y, x.low.y);
  solution[row + 2u] = vec2f(x.high.z, x.low.z);
  solution[row + 3u] = vec2f(x.high.w, x.low.w);
}

// r = load - A x into q; returns |r|².
fn measureResidual(chunk: Chunk, lane: u32) -> f32 {
  let begin = chunk.sliceBegin * vectorsPerSlice;
  let end = chunk.sliceEnd * vectorsPerSlice;
  var norm2 = 0.0;
  for (var i = begin + lane; i < end; i += lanes) {
    let slice = i / vectorsPerSlice;
    let layerEnd = batchLayout[launch.sliceTable + slice + 1u];
    let row = 4u * i;
    let own = gather(vec4u(row, row + 1u, row + 2u, row + 3u));
    var rest = TwoFloat4();
    if (hasLoad == 1u) {
      rest.high = vec4f(load[row].x, load[row + 1u].x, load[row + 2u].x, load[row + 3u].x);
      rest.low = vec4f(load[row].y, load[row + 1u].y, load[row + 2u].y, load[row + 3u].y);
    }
    for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
      let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
      let at = column[slot];
      if (isFiller(at, row)) { break; }
      let drop = subtractTwoFloat(own, gather(at));
      rest = subtractTwoFloat(rest, multiplyTwoFloat(TwoFloat4(weight[slot], vec4f()), drop));
    }
    vectors[i] = rest.high;
    norm2 += dot(rest.high, rest.high);
  }
  norms[lane] = vec2f(norm2, 0.0);
  workgroupBarrier();
  let sum = sumNorms().x;
  workgroupBarrier();
  return sum;
}

// z = D⁻¹ s r,  p = z,  y = 0; returns r·z.
fn beginInner(chunk: Chunk, lane: u32, scale: f32) -> f32 {
  let begin = chunk.sliceBegin * vectorsPerSlice;
  let count = (chunk.sliceEnd - chunk.sliceBegin) * vectorsPerSlice;
  let stride = arrayLength(&vectors) / 3u;
  var rho = 0.0;
  for (var i = lane; i < count; i += lanes) {
    let r = scale * vectors[begin + i];
    let z = inverseDiagonal[begin + i] * r;
    vectors[stride + begin + i] = z;
    vectors[2u * stride + begin + i] = vec4f();
    writeDirection(i, z);
    rho += dot(r, z);
  }
  if (lane == 0u) {
    direction[4u * count] = 0.0;
  }
  norms[lane] = vec2f(rho, 0.0);
  workgroupBarrier();
  let sum = sumNorms().x;
  workgroupBarrier();
  return sum;
}

// x += y / s.
fn accumulate(chunk: Chunk, lane: u32, scale: f32) {
  let stride = arrayLength(&vectors) / 3u;
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let row = 4u * i;
    let x = gather(vec4u(row, row + 1u, row + 2u, row + 3u));
    scatter(row, addTwoFloat(x, TwoFloat4(vectors[2u * stride + i] / scale, vec4f())));
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let chunk = readChunk(chunkIndex(group));
  let norm2 = measureResidual(chunk, lane);
  var now = Progress(norm2, norm2, 0u, judgeResidual(norm2, norm2));
  for (var round = 0u; round < refinements; round++) {
    if (lane == 0u) {
      goesOn = select(0u, 1u, now.status == statusRunning);
    }
    if (workgroupUniformLoad(&goesOn) == 0u) { break; }
    let scale = scaleOf(now.norm2);
    let rho = beginInner(chunk, lane, scale);
    let threshold = thresholdOf(now.norm2, now.reference, scale);
    var cg = SmallCg(rho, select(outcomeReduced, outcomeRunning, rho > 0.0), 0u, budget, threshold, 0.0, 0.0);
    for (var step = 0u; step < budget; step += iterationsBetweenChecks) {
      if (lane == 0u) {
        goesOn = select(0u, 1u, cg.outcome == outcomeRunning);
      }
      if (workgroupUniformLoad(&goesOn) == 0u) { break; }
      for (var k = 0u; k < iterationsBetweenChecks; k++) {
        iterateSmall(chunk, lane, &cg);
      }
    }
    // An overflowed correction is worthless, and so would be the next.
    if (cg.outcome != outcomeNonFinite) {
      accumulate(chunk, lane, scale);
    }
    storageBarrier();
    workgroupBarrier();
    now.norm2 = measureResidual(chunk, lane);
    now.iterations += cg.iteration;
    now.status = judgeResidual(now.norm2, now.reference);
  }
  if (lane == 0u) {
    progress[chunk.system] = now;
  }
}
