// Conjugate gradients of a system that one workgroup solves: its search direction in workgroup memory, everything else
// of a row in the hands of one lane. The steps are those of apply-dot, cg-step-update and cg-step-direction. `vectors`
// holds q, z and y one after the other, `stride` vec4 each. Needs `column`, `weight`, `inverseDiagonal`, `vectors`.
//
// Three barriers an iteration: every lane adds up all partial sums itself.
//! include "small-system.wgsl"
struct SmallCg {
  rho: f32,
  outcome: u32,
  iteration: u32,
  budget: u32,
  threshold: f32,
  // Of the last iteration: alpha r·z and r·r.
  decrement: f32,
  norm2: f32,
}

// Rows that fit, a ground row in addition.
override capacity: u32 = 2048;

var<workgroup> direction: array<f32, capacity + 4u>;
// Partial sums of p·q, and of r·z and r·r.
var<workgroup> curvatures: array<f32, lanes>;

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

// One iteration, after the direction was written; changes nothing where the outcome is known.
fn iterateSmall(chunk: Chunk, lane: u32, cg: ptr<function, SmallCg>) {
  let begin = chunk.sliceBegin * vectorsPerSlice;
  let count = (chunk.sliceEnd - chunk.sliceBegin) * vectorsPerSlice;
  let firstRow = 4u * begin;
  let rows = 4u * count;
  let stride = arrayLength(&vectors) / 3u;
  workgroupBarrier();
  var own = 0.0;
  for (var i = lane; i < count; i += lanes) {
    let slice = chunk.sliceBegin + i / vectorsPerSlice;
    let layerEnd = batchLayout[launch.sliceTable + slice + 1u];
    let p = readDirection(i);
    var sum = vec4f();
    for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
      let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
      let neighbour = column[slot];
      if (isFiller(neighbour, firstRow + 4u * i)) { break; }
      let at = min(neighbour - vec4u(firstRow), vec4u(rows));
      sum += weight[slot] * (p - vec4f(direction[at.x], direction[at.y], direction[at.z], direction[at.w]));
    }
    vectors[begin + i] = sum;
    own += dot(p, sum);
  }
  curvatures[lane] = own;
  workgroupBarrier();
  var curvature = 0.0;
  for (var l = 0u; l < lanes; l++) {
    curvature += curvatures[l];
  }
  let goesOn = (*cg).outcome == outcomeRunning;
  let steps = goesOn && isFiniteNumber(curvature) && curvature > 0.0;
  let alpha = select(0.0, (*cg).rho / curvature, steps);
  var ownNorms = vec2f();
  for (var i = lane; i < count; i += lanes) {
    let inverse = inverseDiagonal[begin + i];
    let z = vectors[stride + begin + i] - alpha * inverse * vectors[begin + i];
    vectors[stride + begin + i] = z;
    let r = select(vec4f(), z / inverse, inverse > vec4f());
    ownNorms += vec2f(dot(r, z), dot(r, r));
  }
  norms[lane] = ownNorms;
  workgroupBarrier();
  let next = sumNorms();
  if (!goesOn) { return; }
  let beta = next.x / (*cg).rho;
  for (var i = lane; i < count; i += lanes) {
    let p = readDirection(i);
    vectors[2u * stride + begin + i] += alpha * p;
    writeDirection(i, vectors[stride + begin + i] + beta * p);
  }
  (*cg).outcome = judgeStep(curvature, next.x, next.y, (*cg).threshold, (*cg).iteration + 1u < (*cg).budget);
  (*cg).decrement = alpha * (*cg).rho;
  (*cg).norm2 = next.y;
  (*cg).rho = next.x;
  (*cg).iteration++;
}
