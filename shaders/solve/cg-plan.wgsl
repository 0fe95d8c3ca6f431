// Where no host decides: from the true residual, what the next inner solve of each system is asked for, or that there
// is nothing left to do. By the system's first chunk.
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "system-state.wgsl"
struct Progress {
  reference: f32,     // |b|²
  norm2: f32,         // |b - A x|²
  iterations: u32,
  status: u32,        // 0: goes on, 1: converged, 2: not finite
}

@group(0) @binding(2) var<storage, read> partialNorms: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> state: array<SystemState>;
@group(0) @binding(4) var<storage, read_write> progress: array<Progress>;

override isFirst: u32 = 0u;
override tolerance: f32 = 1e-6;
override innerReduction: f32 = 1e-5;
override budget: u32 = 2000u;

// An inner solve aims a little below what is asked for: its recurrence and the true residual differ a little.
const margin = 0.9;

fn judge(norm2: f32, reference: f32) -> u32 {
  if (!isFiniteNumber(norm2)) { return 2u; }
  return select(0u, 1u, norm2 <= tolerance * tolerance * reference);
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  if (index != chunk.chunkBegin) { return; }
  var own = 0.0;
  for (var k = chunk.chunkBegin + lane; k < chunk.chunkEnd; k += lanes) {
    own += partialNorms[k].x;
  }
  let norm2 = reduceSum(vec2f(own, 0.0), lane).x;
  if (lane != 0u) { return; }
  var was = progress[chunk.system];
  if (isFirst == 1u) {
    was = Progress(norm2, norm2, 0u, 0u);
  } else if (was.status == 0u) {
    was.iterations += state[chunk.system].iteration;
    was.norm2 = norm2;
  }
  if (was.status == 0u) {
    was.status = judge(was.norm2, was.reference);
  }
  progress[chunk.system] = was;
  let goesOn = was.status == 0u;
  let exponent = clamp(((bitcast<u32>(sqrt(was.norm2)) >> 23u) & 0xffu), 1u, 253u);
  let scale = bitcast<f32>((254u - exponent) << 23u);
  let wanted = max(innerReduction, margin * tolerance * sqrt(was.reference / was.norm2));
  let aim = scale * sqrt(was.norm2) * wanted;
  state[chunk.system].scale = select(0.0, scale, goesOn);
  state[chunk.system].threshold = aim * aim;
  state[chunk.system].budget = select(0u, budget, goesOn);
  // For cg-gate; whether there is anything to iterate on, cg-start decides.
  state[chunk.system].running = array<u32, 2>(select(0u, 1u, goesOn), 0u);
}
