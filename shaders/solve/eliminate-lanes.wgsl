// Many small systems, each solved directly by one lane: factors in f32 from a plan (src/sparse/elimination-plan.ts),
// then refinements with them, residuals in two-float arithmetic, until the tolerance is met. Lanes wait for nobody, which
// suits drivers that run a workgroup as one SIMD register. Weights are single f32.
//
//   s = leak_k + Σ_j w_kj,   w_ij += w_ki w_kj / s,   leak_i += w_ki leak_k / s       factorize
//   r_j += w_kj r_k / s   forward,   x_k = (r_k + Σ_j w_kj x_j) / s   backward          substitute
//
// An unknown that nothing joins to a ground or to a later one is 0.
//! include "launch.wgsl"
//! include "two-float.wgsl"
//! include "system-state.wgsl"
//! include "refinement-plan.wgsl"
//! include "small-residual.wgsl"
@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
// How many systems; a record for each: its chunk, where its plan and its part of `work` begin; then the plans.
@group(0) @binding(4) var<storage, read> plan: array<u32>;
@group(0) @binding(5) var<storage, read> load: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> solution: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> progress: array<Progress>;
// Of each system: weights of the cells; of each row its leak and then 1 / s; of each row r and then x.
@group(0) @binding(8) var<storage, read_write> work: array<f32>;

override refinements: u32 = 3u;

const recordWords = 3u;
const headerWords = 3u;
const pivotWords = 3u;

struct Elimination {
  pivotCount: u32,
  cellCount: u32,
  // In `plan`.
  pivots: u32,
  rows: u32,
  targets: u32,
  slots: u32,
  firstSlot: u32,
  // In `work`.
  cells: u32,
  leaks: u32,
  values: u32,
}

fn readElimination(chunk: Chunk, begin: u32, cells: u32) -> Elimination {
  let pivotCount = plan[begin];
  let cellCount = plan[begin + 1u];
  let rows = begin + headerWords + pivotWords * (pivotCount + 1u);
  let leaks = cells + cellCount;
  return Elimination(
    pivotCount, cellCount, begin + headerWords, rows, rows + cellCount, begin + plan[begin + 2u],
    32u * batchLayout[launch.sliceTable + chunk.sliceBegin],
    cells, leaks, leaks + 32u * (chunk.sliceEnd - chunk.sliceBegin),
  );
}

fn loadCells(own: Elimination) {
  let list = own.slots + own.cellCount + own.pivotCount + 1u;
  var begin = list;
  for (var c = 0u; c < own.cellCount + own.pivotCount; c++) {
    let end = list + plan[own.slots + c + 1u];
    var sum = 0.0;
    for (var k = begin; k < end; k++) {
      let slot = own.firstSlot + plan[k];
      sum += weight[slot / 4u][slot % 4u];
    }
    begin = end;
    if (c < own.cellCount) {
      work[own.cells + c] = sum;
    } else {
      work[own.leaks + plan[own.pivots + pivotWords * (c - own.cellCount)]] = sum;
    }
  }
}

fn factorize(own: Elimination) {
  for (var k = 0u; k < own.pivotCount; k++) {
    let at = own.pivots + pivotWords * k;
    let row = plan[at];
    let begin = plan[at + 1u];
    let end = plan[at + pivotWords + 1u];
    let leak = work[own.leaks + row];
    var sum = leak;
    for (var c = begin; c < end; c++) {
      sum += work[own.cells + c];
    }
    let inverse = select(0.0, 1.0 / sum, sum > 0.0);
    work[own.leaks + row] = inverse;
    for (var c = begin; c < end; c++) {
      work[own.leaks + plan[own.rows + c]] += work[own.cells + c] * inverse * leak;
    }
    for (var t = plan[at + 2u]; t < plan[at + pivotWords + 2u]; t++) {
      let word = plan[own.targets + t];
      let pivot = own.cells + begin;
      let share = work[pivot + ((word >> 12u) & 0x3ffu)] * inverse;
      work[own.cells + (word & 0xfffu)] += share * work[pivot + (word >> 22u)];
    }
  }
}

fn substitute(own: Elimination) {
  for (var k = 0u; k < own.pivotCount; k++) {
    let at = own.pivots + pivotWords * k;
    let row = plan[at];
    let value = work[own.values + row] * work[own.leaks + row];
    for (var c = plan[at + 1u]; c < plan[at + pivotWords + 1u]; c++) {
      work[own.values + plan[own.rows + c]] += work[own.cells + c] * value;
    }
  }
  for (var k = own.pivotCount; k > 0u; k--) {
    let at = own.pivots + pivotWords * (k - 1u);
    let row = plan[at];
    var sum = work[own.values + row];
    for (var c = plan[at + 1u]; c < plan[at + pivotWords + 1u]; c++) {
      sum += work[own.cells + c] * work[own.values + plan[own.rows + c]];
    }
    work[own.values + row] = sum * work[own.leaks + row];
  }
}

fn measure(chunk: Chunk, own: Elimination) -> f32 {
  var norm2 = 0.0;
  for (var i = chunk.sliceBegin * vectorsPerSlice; i < chunk.sliceEnd * vectorsPerSlice; i++) {
    let r = residualOf(i);
    let at = own.values + 4u * (i - chunk.sliceBegin * vectorsPerSlice);
    work[at] = r.x;
    work[at + 1u] = r.y;
    work[at + 2u] = r.z;
    work[at + 3u] = r.w;
    norm2 += dot(r, r);
  }
  return norm2;
}

fn accumulate(chunk: Chunk, own: Elimination) {
  for (var i = chunk.sliceBegin * vectorsPerSlice; i < chunk.sliceEnd * vectorsPerSlice; i++) {
    let at = own.values + 4u * (i - chunk.sliceBegin * vectorsPerSlice);
    accumulateVector(i, vec4f(work[at], work[at + 1u], work[at + 2u], work[at + 3u]));
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = (group.y * maxGroupsX + group.x) * lanes + lane;
  if (index >= plan[0]) { return; }
  let record = 1u + recordWords * index;
  let chunk = readChunk(plan[record]);
  let own = readElimination(chunk, plan[record + 1u], plan[record + 2u]);
  loadCells(own);
  factorize(own);
  let norm2 = measure(chunk, own);
  var now = Progress(norm2, norm2, 0u, judgeResidual(norm2, norm2));
  for (var round = 0u; round < refinements && now.status == statusRunning; round++) {
    substitute(own);
    accumulate(chunk, own);
    now.norm2 = measure(chunk, own);
    now.iterations++;
    now.status = judgeResidual(now.norm2, now.reference);
  }
  progress[chunk.system] = now;
}
