// Many small systems: one workgroup runs a block of iterations of one system, its search direction in workgroup
// memory, everything else of a row in the hands of one lane. The steps are those of apply-dot, cg-step-update and
// cg-step-direction. `vectors` holds p, z and y one after the other, `stride` vec4 each.
//
// Barriers are what a small system costs, on a CPU above all: there are three an iteration. Every lane adds up all
// partial sums itself, and whether to go on, which all lanes must agree on, is asked every few iterations; those in
// between that are not needed change nothing.
//! include "launch.wgsl"
//! include "system-state.wgsl"
@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> inverseDiagonal: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> vectors: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> product: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> state: array<SystemState>;
@group(0) @binding(8) var<storage, read_write> history: array<vec2f>;

// Rows that fit, a ground row in addition.
override capacity: u32 = 2048;

var<workgroup> direction: array<f32, capacity + 4u>;
var<workgroup> isRunning: u32;
// Partial sums of p·q, and of r·z and r·r.
var<workgroup> curvatures: array<f32, lanes>;
var<workgroup> norms: array<vec2f, lanes>;

const iterationsBetweenChecks = 4u;

fn readDirection(i: u32) -> vec4f {
  return vec4f(direction[4u * i], direction[4u * i + 1u], direction[4u * i + 2u], direction[4u * i + 3u]);
}

fn writeDirection(i: u32, p: vec4f) {
  direction[4u * i] = p.x;
  direction[4u * i + 1u] = p.y;
  direction[4u * i + 2u] = p.z;
  direction[4u * i + 3u] = p.w;
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let chunk = readChunk(chunkIndex(group));
  if (lane == 0u) {
    isRunning = state[chunk.system].running[0];
  }
  if (workgroupUniformLoad(&isRunning) == 0u) { return; }

  let begin = chunk.sliceBegin * vectorsPerSlice;
  let count = (chunk.sliceEnd - chunk.sliceBegin) * vectorsPerSlice;
  let firstRow = 4u * begin;
  let rows = 4u * count;
  let stride = arrayLength(&vectors) / 3u;
  for (var i = lane; i < count; i += lanes) {
    writeDirection(i, vectors[begin + i]);
  }
  if (lane == 0u) {
    direction[rows] = 0.0;
  }
  let budget = state[chunk.system].budget;
  let threshold = state[chunk.system].threshold;
  var rho = state[chunk.system].rho[0];
  var outcome = outcomeRunning;
  var iteration = state[chunk.system].iteration;

  for (var step = 0u; step < launch.iterations; step += iterationsBetweenChecks) {
    if (workgroupUniformLoad(&isRunning) == 0u) { break; }
    let last = min(step + iterationsBetweenChecks, launch.iterations);
    for (var k = step; k < last; k++) {
      workgroupBarrier();
      var own = 0.0;
      for (var i = lane; i < count; i += lanes) {
        let slice = chunk.sliceBegin + i / vectorsPerSlice;
        let layerEnd = batchLayout[launch.sliceTable + slice + 1u];
        let p = readDirection(i);
        var sum = vec4f();
        for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
          let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
          let at = min(column[slot] - vec4u(firstRow), vec4u(rows));
          sum += weight[slot] * (p - vec4f(direction[at.x], direction[at.y], direction[at.z], direction[at.w]));
        }
        product[begin + i] = sum;
        own += dot(p, sum);
      }
      curvatures[lane] = own;
      workgroupBarrier();
      var curvature = 0.0;
      for (var l = 0u; l < lanes; l++) {
        curvature += curvatures[l];
      }
      let goesOn = outcome == outcomeRunning;
      let steps = goesOn && isFiniteNumber(curvature) && curvature > 0.0;
      let alpha = select(0.0, rho / curvature, steps);
      var ownNorms = vec2f();
      for (var i = lane; i < count; i += lanes) {
        let inverse = inverseDiagonal[begin + i];
        let z = vectors[stride + begin + i] - alpha * inverse * product[begin + i];
        vectors[stride + begin + i] = z;
        let r = select(vec4f(), z / inverse, inverse > vec4f());
        ownNorms += vec2f(dot(r, z), dot(r, r));
      }
      norms[lane] = ownNorms;
      workgroupBarrier();
      var next = vec2f();
      for (var l = 0u; l < lanes; l++) {
        next += norms[l];
      }
      if (goesOn) {
        let beta = next.x / rho;
        for (var i = lane; i < count; i += lanes) {
          let p = readDirection(i);
          vectors[2u * stride + begin + i] += alpha * p;
          writeDirection(i, vectors[stride + begin + i] + beta * p);
        }
        outcome = judgeStep(curvature, next.x, next.y, threshold, iteration + 1u < budget);
        if (lane == 0u) {
          let at = chunk.system * launch.historyCapacity + iteration % launch.historyCapacity;
          history[at] = vec2f(alpha * rho, next.y);
          isRunning = select(0u, 1u, outcome == outcomeRunning);
        }
        iteration++;
        rho = next.x;
      }
    }
  }

  for (var i = lane; i < count; i += lanes) {
    vectors[begin + i] = readDirection(i);
  }
  if (lane == 0u) {
    state[chunk.system].iteration = iteration;
    state[chunk.system].rho = array<f32, 2>(rho, rho);
    state[chunk.system].outcome = outcome;
    state[chunk.system].running = array<u32, 2>(isRunning, isRunning);
  }
}
