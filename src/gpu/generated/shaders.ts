// Written by .ci/pack-shaders.js from shaders/: change those and run npm run shaders.

export interface ShaderBinding {
  readonly group: number;
  readonly binding: number;
  readonly name: string;
  readonly kind: "read-only-storage" | "storage" | "uniform";
  /** Of a uniform: its size, and where its members lie. */
  readonly bytes?: number;
  readonly members?: readonly { readonly name: string; readonly type: string; readonly offset: number }[];
}

export interface Shader {
  readonly entryPoint: string;
  /** The extensions that the code enables, as WGSL names them. */
  readonly features: readonly string[];
  readonly overrides: readonly string[];
  readonly bindings: readonly ShaderBinding[];
  /** The files that the code is made of, each with the line of the code at which it begins. */
  readonly sources: readonly { readonly file: string; readonly line: number }[];
  readonly code: string;
}

export const shaders = {
  "gpu/copy": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"copy","kind":"uniform","bytes":8,"members":[{"name":"vectorCount","type":"u32","offset":0},{"name":"vectorsPerGroup","type":"u32","offset":4}]},
      {"group":0,"binding":1,"name":"source","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"destination","kind":"storage"},
    ],
    sources: [{"file":"gpu/copy.wgsl","line":2}],
    code: String.raw`


struct Copy {
  vectorCount: u32,
  vectorsPerGroup: u32,
}

@group(0) @binding(0) var<uniform> copy: Copy;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> destination: array<vec4f>;

override lanes: u32 = 64;

const maxGroupsX = 65535u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let begin = (group.y * maxGroupsX + group.x) * copy.vectorsPerGroup;
  let end = min(begin + copy.vectorsPerGroup, copy.vectorCount);
  for (var i = begin + lane; i < end; i += lanes) {
    destination[i] = source[i];
  }
}
`,
  },
  "solve/cg-accumulate": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"correction","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"solution","kind":"storage"},
      {"group":0,"binding":4,"name":"state","kind":"read-only-storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/two-float.wgsl","line":46},{"file":"include/system-state.wgsl","line":106},{"file":"solve/cg-accumulate.wgsl","line":140}],
    code: String.raw`





struct Launch {
  firstChunk: u32,
  chunkCount: u32,
  sliceTable: u32,
  parity: u32,
  iterations: u32,
  historyCapacity: u32,
  groundRow: u32,
  zero: u32,
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






struct TwoFloat4 {
  high: vec4f,
  low: vec4f,
}

fn opaque4(x: vec4f) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4u>(x) ^ vec4u(launch.zero));
}


fn twoSum(a: vec4f, b: vec4f) -> TwoFloat4 {
  let sum = opaque4(a + b);
  let bRounded = opaque4(sum - a);
  let aRounded = opaque4(sum - bRounded);
  return TwoFloat4(sum, opaque4(opaque4(a - aRounded) + opaque4(b - bRounded)));
}


fn quickTwoSum(a: vec4f, b: vec4f) -> TwoFloat4 {
  let sum = opaque4(a + b);
  return TwoFloat4(sum, opaque4(b - opaque4(sum - a)));
}

fn splitHalves(a: vec4f) -> TwoFloat4 {
  let scaled = opaque4(a * 4097.0);
  let high = opaque4(scaled - opaque4(scaled - a));
  return TwoFloat4(high, opaque4(a - high));
}


fn twoProduct(a: vec4f, b: vec4f) -> TwoFloat4 {
  let product = opaque4(a * b);
  let x = splitHalves(a);
  let y = splitHalves(b);
  let rest = opaque4(opaque4(x.high * y.high) - product);
  let cross = opaque4(opaque4(rest + opaque4(x.high * y.low)) + opaque4(x.low * y.high));
  return TwoFloat4(product, opaque4(cross + opaque4(x.low * y.low)));
}

fn addTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  let sum = twoSum(a.high, b.high);
  let low = opaque4(sum.low + opaque4(a.low + b.low));
  return quickTwoSum(sum.high, low);
}

fn subtractTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  return addTwoFloat(a, TwoFloat4(-b.high, -b.low));
}

fn multiplyTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  let product = twoProduct(a.high, b.high);
  let cross = opaque4(opaque4(a.high * b.low) + opaque4(a.low * b.high));
  return quickTwoSum(product.high, opaque4(product.low + cross));
}


struct SystemState {
  running: array<u32, 2>,
  rho: array<f32, 2>,
  alpha: f32,
  threshold: f32,
  iteration: u32,
  budget: u32,
  outcome: u32,
  scale: f32,
  rhoUnused: u32,
  unused: u32,
}

const outcomeRunning = 0u;
const outcomeReduced = 1u;
const outcomeBudget = 2u;
const outcomeBreakdown = 3u;
const outcomeNonFinite = 4u;


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn judgeStep(curvature: f32, rho: f32, norm2: f32, threshold: f32, iterationsLeft: bool) -> u32 {
  if (!isFiniteNumber(curvature) || !isFiniteNumber(rho) || !isFiniteNumber(norm2)) { return outcomeNonFinite; }
  if (curvature <= 0.0) { return outcomeBreakdown; }
  if (norm2 <= threshold || rho <= 0.0) { return outcomeReduced; }
  if (!iterationsLeft) { return outcomeBudget; }
  return outcomeRunning;
}




@group(0) @binding(2) var<storage, read> correction: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> solution: array<vec2f>;
@group(0) @binding(4) var<storage, read> state: array<SystemState>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let chunk = readChunk(chunkIndex(group));
  let scale = state[chunk.system].scale;
  if (scale == 0.0 || state[chunk.system].outcome == outcomeNonFinite) { return; }
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let row = 4u * i;
    let a = solution[row];
    let b = solution[row + 1u];
    let c = solution[row + 2u];
    let d = solution[row + 3u];

    let step = TwoFloat4(correction[i] / scale, vec4f());
    let sum = addTwoFloat(TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y)), step);
    solution[row] = vec2f(sum.high.x, sum.low.x);
    solution[row + 1u] = vec2f(sum.high.y, sum.low.y);
    solution[row + 2u] = vec2f(sum.high.z, sum.low.z);
    solution[row + 3u] = vec2f(sum.high.w, sum.low.w);
  }
}
`,
  },
  "solve/cg-batch": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","capacity"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"inverseDiagonal","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"vectors","kind":"storage"},
      {"group":0,"binding":6,"name":"product","kind":"storage"},
      {"group":0,"binding":7,"name":"state","kind":"storage"},
      {"group":0,"binding":8,"name":"history","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":46},{"file":"include/system-state.wgsl","line":63},{"file":"solve/cg-batch.wgsl","line":97}],
    code: String.raw`





struct Launch {
  firstChunk: u32,
  chunkCount: u32,
  sliceTable: u32,
  parity: u32,
  iterations: u32,
  historyCapacity: u32,
  groundRow: u32,
  zero: u32,
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

var<workgroup> reduceCells: array<vec2f, lanes>;

fn reduceSum(value: vec2f, lane: u32) -> vec2f {
  reduceCells[lane] = value;
  var width = lanes;
  while (width > 1u) {
    workgroupBarrier();
    let half = (width + 1u) / 2u;
    if (lane < width - half) {
      reduceCells[lane] += reduceCells[lane + half];
    }
    width = half;
  }
  let sum = workgroupUniformLoad(&reduceCells[0]);
  return sum;
}


struct SystemState {
  running: array<u32, 2>,
  rho: array<f32, 2>,
  alpha: f32,
  threshold: f32,
  iteration: u32,
  budget: u32,
  outcome: u32,
  scale: f32,
  rhoUnused: u32,
  unused: u32,
}

const outcomeRunning = 0u;
const outcomeReduced = 1u;
const outcomeBudget = 2u;
const outcomeBreakdown = 3u;
const outcomeNonFinite = 4u;


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn judgeStep(curvature: f32, rho: f32, norm2: f32, threshold: f32, iterationsLeft: bool) -> u32 {
  if (!isFiniteNumber(curvature) || !isFiniteNumber(rho) || !isFiniteNumber(norm2)) { return outcomeNonFinite; }
  if (curvature <= 0.0) { return outcomeBreakdown; }
  if (norm2 <= threshold || rho <= 0.0) { return outcomeReduced; }
  if (!iterationsLeft) { return outcomeBudget; }
  return outcomeRunning;
}






@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> inverseDiagonal: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> vectors: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> product: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> state: array<SystemState>;
@group(0) @binding(8) var<storage, read_write> history: array<vec2f>;


override capacity: u32 = 2048;

var<workgroup> direction: array<f32, capacity + 4u>;
var<workgroup> isRunning: u32;

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
  let iterationAtStart = state[chunk.system].iteration;
  var rho = state[chunk.system].rho[0];
  var outcome = outcomeRunning;
  var iteration = iterationAtStart;
  workgroupBarrier();

  for (var step = 0u; step < launch.iterations; step++) {
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
    let curvature = reduceSum(vec2f(own, 0.0), lane).x;
    let steps = isFiniteNumber(curvature) && curvature > 0.0;
    let alpha = select(0.0, rho / curvature, steps);
    var ownNorms = vec2f();
    for (var i = lane; i < count; i += lanes) {
      let inverse = inverseDiagonal[begin + i];
      let z = vectors[stride + begin + i] - alpha * inverse * product[begin + i];
      vectors[stride + begin + i] = z;
      let r = select(vec4f(), z / inverse, inverse > vec4f());
      ownNorms += vec2f(dot(r, z), dot(r, r));
    }
    let norms = reduceSum(ownNorms, lane);
    let beta = norms.x / rho;
    for (var i = lane; i < count; i += lanes) {
      let p = readDirection(i);
      vectors[2u * stride + begin + i] += alpha * p;
      writeDirection(i, vectors[stride + begin + i] + beta * p);
    }
    if (lane == 0u) {
      history[chunk.system * launch.historyCapacity + iteration % launch.historyCapacity] = vec2f(alpha * rho, norms.y);
      outcome = judgeStep(curvature, norms.x, norms.y, threshold, iteration + 1u < budget);
      isRunning = select(0u, 1u, outcome == outcomeRunning);
    }
    iteration++;
    rho = norms.x;
    if (workgroupUniformLoad(&isRunning) == 0u) { break; }
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
`,
  },
  "solve/cg-gate": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"state","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"groups","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":46},{"file":"include/system-state.wgsl","line":63},{"file":"solve/cg-gate.wgsl","line":97}],
    code: String.raw`





struct Launch {
  firstChunk: u32,
  chunkCount: u32,
  sliceTable: u32,
  parity: u32,
  iterations: u32,
  historyCapacity: u32,
  groundRow: u32,
  zero: u32,
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

var<workgroup> reduceCells: array<vec2f, lanes>;

fn reduceSum(value: vec2f, lane: u32) -> vec2f {
  reduceCells[lane] = value;
  var width = lanes;
  while (width > 1u) {
    workgroupBarrier();
    let half = (width + 1u) / 2u;
    if (lane < width - half) {
      reduceCells[lane] += reduceCells[lane + half];
    }
    width = half;
  }
  let sum = workgroupUniformLoad(&reduceCells[0]);
  return sum;
}


struct SystemState {
  running: array<u32, 2>,
  rho: array<f32, 2>,
  alpha: f32,
  threshold: f32,
  iteration: u32,
  budget: u32,
  outcome: u32,
  scale: f32,
  rhoUnused: u32,
  unused: u32,
}

const outcomeRunning = 0u;
const outcomeReduced = 1u;
const outcomeBudget = 2u;
const outcomeBreakdown = 3u;
const outcomeNonFinite = 4u;


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn judgeStep(curvature: f32, rho: f32, norm2: f32, threshold: f32, iterationsLeft: bool) -> u32 {
  if (!isFiniteNumber(curvature) || !isFiniteNumber(rho) || !isFiniteNumber(norm2)) { return outcomeNonFinite; }
  if (curvature <= 0.0) { return outcomeBreakdown; }
  if (norm2 <= threshold || rho <= 0.0) { return outcomeReduced; }
  if (!iterationsLeft) { return outcomeBudget; }
  return outcomeRunning;
}




@group(0) @binding(2) var<storage, read> state: array<SystemState>;
@group(0) @binding(3) var<storage, read_write> groups: array<u32>;

@compute @workgroup_size(lanes)
fn main(@builtin(local_invocation_index) lane: u32) {
  var running = 0.0;
  for (var k = lane; k < launch.chunkCount; k += lanes) {
    running += f32(state[batchLayout[(launch.firstChunk + k) * chunkWords]].running[0]);
  }
  let total = reduceSum(vec2f(running, 0.0), lane).x;
  if (lane == 0u) {
    let count = select(0u, launch.chunkCount, total > 0.0);
    groups[0] = min(count, maxGroupsX);
    groups[1] = (count + maxGroupsX - 1u) / maxGroupsX;
    groups[2] = 1u;
  }
}
`,
  },
  "solve/cg-initialize": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"residual","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"inverseDiagonal","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"preconditioned","kind":"storage"},
      {"group":0,"binding":5,"name":"direction","kind":"storage"},
      {"group":0,"binding":6,"name":"correction","kind":"storage"},
      {"group":0,"binding":7,"name":"partialNorms","kind":"storage"},
      {"group":0,"binding":8,"name":"state","kind":"read-only-storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":46},{"file":"include/system-state.wgsl","line":63},{"file":"solve/cg-initialize.wgsl","line":97}],
    code: String.raw`





struct Launch {
  firstChunk: u32,
  chunkCount: u32,
  sliceTable: u32,
  parity: u32,
  iterations: u32,
  historyCapacity: u32,
  groundRow: u32,
  zero: u32,
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

var<workgroup> reduceCells: array<vec2f, lanes>;

fn reduceSum(value: vec2f, lane: u32) -> vec2f {
  reduceCells[lane] = value;
  var width = lanes;
  while (width > 1u) {
    workgroupBarrier();
    let half = (width + 1u) / 2u;
    if (lane < width - half) {
      reduceCells[lane] += reduceCells[lane + half];
    }
    width = half;
  }
  let sum = workgroupUniformLoad(&reduceCells[0]);
  return sum;
}


struct SystemState {
  running: array<u32, 2>,
  rho: array<f32, 2>,
  alpha: f32,
  threshold: f32,
  iteration: u32,
  budget: u32,
  outcome: u32,
  scale: f32,
  rhoUnused: u32,
  unused: u32,
}

const outcomeRunning = 0u;
const outcomeReduced = 1u;
const outcomeBudget = 2u;
const outcomeBreakdown = 3u;
const outcomeNonFinite = 4u;


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn judgeStep(curvature: f32, rho: f32, norm2: f32, threshold: f32, iterationsLeft: bool) -> u32 {
  if (!isFiniteNumber(curvature) || !isFiniteNumber(rho) || !isFiniteNumber(norm2)) { return outcomeNonFinite; }
  if (curvature <= 0.0) { return outcomeBreakdown; }
  if (norm2 <= threshold || rho <= 0.0) { return outcomeReduced; }
  if (!iterationsLeft) { return outcomeBudget; }
  return outcomeRunning;
}




@group(0) @binding(2) var<storage, read> residual: array<vec4f>;
@group(0) @binding(3) var<storage, read> inverseDiagonal: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> preconditioned: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> direction: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> correction: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> partialNorms: array<vec2f>;
@group(0) @binding(8) var<storage, read> state: array<SystemState>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  let scale = state[chunk.system].scale;
  var norms = vec2f();
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let r = scale * residual[i];
    let z = inverseDiagonal[i] * r;
    preconditioned[i] = z;
    direction[i] = z;
    correction[i] = vec4f();
    norms += vec2f(dot(r, z), dot(r, r));
  }
  let total = reduceSum(norms, lane);
  if (lane == 0u) {
    partialNorms[index] = total;
  }
}
`,
  },
  "solve/cg-start": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"partialNorms","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"state","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":46},{"file":"include/system-state.wgsl","line":63},{"file":"solve/cg-start.wgsl","line":97}],
    code: String.raw`





struct Launch {
  firstChunk: u32,
  chunkCount: u32,
  sliceTable: u32,
  parity: u32,
  iterations: u32,
  historyCapacity: u32,
  groundRow: u32,
  zero: u32,
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

var<workgroup> reduceCells: array<vec2f, lanes>;

fn reduceSum(value: vec2f, lane: u32) -> vec2f {
  reduceCells[lane] = value;
  var width = lanes;
  while (width > 1u) {
    workgroupBarrier();
    let half = (width + 1u) / 2u;
    if (lane < width - half) {
      reduceCells[lane] += reduceCells[lane + half];
    }
    width = half;
  }
  let sum = workgroupUniformLoad(&reduceCells[0]);
  return sum;
}


struct SystemState {
  running: array<u32, 2>,
  rho: array<f32, 2>,
  alpha: f32,
  threshold: f32,
  iteration: u32,
  budget: u32,
  outcome: u32,
  scale: f32,
  rhoUnused: u32,
  unused: u32,
}

const outcomeRunning = 0u;
const outcomeReduced = 1u;
const outcomeBudget = 2u;
const outcomeBreakdown = 3u;
const outcomeNonFinite = 4u;


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn judgeStep(curvature: f32, rho: f32, norm2: f32, threshold: f32, iterationsLeft: bool) -> u32 {
  if (!isFiniteNumber(curvature) || !isFiniteNumber(rho) || !isFiniteNumber(norm2)) { return outcomeNonFinite; }
  if (curvature <= 0.0) { return outcomeBreakdown; }
  if (norm2 <= threshold || rho <= 0.0) { return outcomeReduced; }
  if (!iterationsLeft) { return outcomeBudget; }
  return outcomeRunning;
}




@group(0) @binding(2) var<storage, read> partialNorms: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> state: array<SystemState>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  if (index != chunk.chunkBegin) { return; }
  var norms = vec2f();
  for (var k = chunk.chunkBegin + lane; k < chunk.chunkEnd; k += lanes) {
    norms += partialNorms[k];
  }
  let total = reduceSum(norms, lane);
  if (lane == 0u) {
    let runs = select(0u, 1u, state[chunk.system].budget > 0u && total.x > 0.0);
    state[chunk.system].running = array<u32, 2>(runs, runs);
    state[chunk.system].rho = array<f32, 2>(total.x, total.x);
    state[chunk.system].iteration = 0u;
    state[chunk.system].outcome = outcomeRunning;
  }
}
`,
  },
  "solve/cg-step-direction": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"preconditioned","kind":"storage"},
      {"group":0,"binding":3,"name":"direction","kind":"storage"},
      {"group":0,"binding":4,"name":"correction","kind":"storage"},
      {"group":0,"binding":5,"name":"partialNorms","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"state","kind":"storage"},
      {"group":0,"binding":7,"name":"history","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":46},{"file":"include/system-state.wgsl","line":63},{"file":"solve/cg-step-direction.wgsl","line":97}],
    code: String.raw`





struct Launch {
  firstChunk: u32,
  chunkCount: u32,
  sliceTable: u32,
  parity: u32,
  iterations: u32,
  historyCapacity: u32,
  groundRow: u32,
  zero: u32,
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

var<workgroup> reduceCells: array<vec2f, lanes>;

fn reduceSum(value: vec2f, lane: u32) -> vec2f {
  reduceCells[lane] = value;
  var width = lanes;
  while (width > 1u) {
    workgroupBarrier();
    let half = (width + 1u) / 2u;
    if (lane < width - half) {
      reduceCells[lane] += reduceCells[lane + half];
    }
    width = half;
  }
  let sum = workgroupUniformLoad(&reduceCells[0]);
  return sum;
}


struct SystemState {
  running: array<u32, 2>,
  rho: array<f32, 2>,
  alpha: f32,
  threshold: f32,
  iteration: u32,
  budget: u32,
  outcome: u32,
  scale: f32,
  rhoUnused: u32,
  unused: u32,
}

const outcomeRunning = 0u;
const outcomeReduced = 1u;
const outcomeBudget = 2u;
const outcomeBreakdown = 3u;
const outcomeNonFinite = 4u;


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn judgeStep(curvature: f32, rho: f32, norm2: f32, threshold: f32, iterationsLeft: bool) -> u32 {
  if (!isFiniteNumber(curvature) || !isFiniteNumber(rho) || !isFiniteNumber(norm2)) { return outcomeNonFinite; }
  if (curvature <= 0.0) { return outcomeBreakdown; }
  if (norm2 <= threshold || rho <= 0.0) { return outcomeReduced; }
  if (!iterationsLeft) { return outcomeBudget; }
  return outcomeRunning;
}





@group(0) @binding(2) var<storage, read_write> preconditioned: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> direction: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> correction: array<vec4f>;
@group(0) @binding(5) var<storage, read> partialNorms: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> state: array<SystemState>;
@group(0) @binding(7) var<storage, read_write> history: array<vec2f>;

var<workgroup> isRunning: u32;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  let isFirst = index == chunk.chunkBegin;
  let next = 1u - launch.parity;
  if (lane == 0u) {
    isRunning = state[chunk.system].running[launch.parity];
    if (isRunning == 0u && isFirst) {
      state[chunk.system].running[next] = 0u;
    }
  }
  if (workgroupUniformLoad(&isRunning) == 0u) { return; }

  var own = vec2f();
  for (var k = chunk.chunkBegin + lane; k < chunk.chunkEnd; k += lanes) {
    own += partialNorms[k];
  }
  let norms = reduceSum(own, lane);
  let alpha = state[chunk.system].alpha;
  let rho = state[chunk.system].rho[launch.parity];
  let beta = norms.x / rho;

  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let p = direction[i];
    correction[i] += alpha * p;
    direction[i] = preconditioned[i] + beta * p;
  }
  if (lane == 0u && isFirst) {
    let iteration = state[chunk.system].iteration;
    history[chunk.system * launch.historyCapacity + iteration % launch.historyCapacity] = vec2f(alpha * rho, norms.y);
    let left = iteration + 1u < state[chunk.system].budget;
    let outcome = judgeStep(alpha, norms.x, norms.y, state[chunk.system].threshold, left);
    state[chunk.system].iteration = iteration + 1u;
    state[chunk.system].rho[next] = norms.x;
    if (state[chunk.system].outcome == outcomeRunning) {
      state[chunk.system].outcome = outcome;
    }
    state[chunk.system].running[next] = select(0u, 1u, outcome == outcomeRunning);
  }
}
`,
  },
  "solve/cg-step-update": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"product","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"inverseDiagonal","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"preconditioned","kind":"storage"},
      {"group":0,"binding":5,"name":"partialCurvature","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"partialNorms","kind":"storage"},
      {"group":0,"binding":7,"name":"state","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":46},{"file":"include/system-state.wgsl","line":63},{"file":"solve/cg-step-update.wgsl","line":97}],
    code: String.raw`





struct Launch {
  firstChunk: u32,
  chunkCount: u32,
  sliceTable: u32,
  parity: u32,
  iterations: u32,
  historyCapacity: u32,
  groundRow: u32,
  zero: u32,
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

var<workgroup> reduceCells: array<vec2f, lanes>;

fn reduceSum(value: vec2f, lane: u32) -> vec2f {
  reduceCells[lane] = value;
  var width = lanes;
  while (width > 1u) {
    workgroupBarrier();
    let half = (width + 1u) / 2u;
    if (lane < width - half) {
      reduceCells[lane] += reduceCells[lane + half];
    }
    width = half;
  }
  let sum = workgroupUniformLoad(&reduceCells[0]);
  return sum;
}


struct SystemState {
  running: array<u32, 2>,
  rho: array<f32, 2>,
  alpha: f32,
  threshold: f32,
  iteration: u32,
  budget: u32,
  outcome: u32,
  scale: f32,
  rhoUnused: u32,
  unused: u32,
}

const outcomeRunning = 0u;
const outcomeReduced = 1u;
const outcomeBudget = 2u;
const outcomeBreakdown = 3u;
const outcomeNonFinite = 4u;


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn judgeStep(curvature: f32, rho: f32, norm2: f32, threshold: f32, iterationsLeft: bool) -> u32 {
  if (!isFiniteNumber(curvature) || !isFiniteNumber(rho) || !isFiniteNumber(norm2)) { return outcomeNonFinite; }
  if (curvature <= 0.0) { return outcomeBreakdown; }
  if (norm2 <= threshold || rho <= 0.0) { return outcomeReduced; }
  if (!iterationsLeft) { return outcomeBudget; }
  return outcomeRunning;
}




@group(0) @binding(2) var<storage, read> product: array<vec4f>;
@group(0) @binding(3) var<storage, read> inverseDiagonal: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> preconditioned: array<vec4f>;
@group(0) @binding(5) var<storage, read> partialCurvature: array<f32>;
@group(0) @binding(6) var<storage, read_write> partialNorms: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> state: array<SystemState>;

var<workgroup> isRunning: u32;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  if (lane == 0u) {
    isRunning = state[chunk.system].running[launch.parity];
  }
  if (workgroupUniformLoad(&isRunning) == 0u) { return; }

  var own = 0.0;
  for (var k = chunk.chunkBegin + lane; k < chunk.chunkEnd; k += lanes) {
    own += partialCurvature[k];
  }
  let curvature = reduceSum(vec2f(own, 0.0), lane).x;
  let steps = isFiniteNumber(curvature) && curvature > 0.0;
  let alpha = select(0.0, state[chunk.system].rho[launch.parity] / curvature, steps);

  var norms = vec2f();
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let inverse = inverseDiagonal[i];
    let z = preconditioned[i] - alpha * inverse * product[i];
    preconditioned[i] = z;
    let r = select(vec4f(), z / inverse, inverse > vec4f());
    norms += vec2f(dot(r, z), dot(r, r));
  }
  let total = reduceSum(norms, lane);
  if (lane == 0u) {
    partialNorms[index] = total;
    if (index == chunk.chunkBegin) {
      state[chunk.system].alpha = alpha;
      if (!steps) {
        state[chunk.system].outcome = select(outcomeBreakdown, outcomeNonFinite, !isFiniteNumber(curvature));
      }
    }
  }
}
`,
  },
  "sparse/apply-dot": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","near"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"direction","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"directionRows","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"product","kind":"storage"},
      {"group":0,"binding":7,"name":"partialCurvature","kind":"storage"},
      {"group":0,"binding":8,"name":"state","kind":"read-only-storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":46},{"file":"include/system-state.wgsl","line":63},{"file":"sparse/apply-dot.wgsl","line":97}],
    code: String.raw`





struct Launch {
  firstChunk: u32,
  chunkCount: u32,
  sliceTable: u32,
  parity: u32,
  iterations: u32,
  historyCapacity: u32,
  groundRow: u32,
  zero: u32,
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

var<workgroup> reduceCells: array<vec2f, lanes>;

fn reduceSum(value: vec2f, lane: u32) -> vec2f {
  reduceCells[lane] = value;
  var width = lanes;
  while (width > 1u) {
    workgroupBarrier();
    let half = (width + 1u) / 2u;
    if (lane < width - half) {
      reduceCells[lane] += reduceCells[lane + half];
    }
    width = half;
  }
  let sum = workgroupUniformLoad(&reduceCells[0]);
  return sum;
}


struct SystemState {
  running: array<u32, 2>,
  rho: array<f32, 2>,
  alpha: f32,
  threshold: f32,
  iteration: u32,
  budget: u32,
  outcome: u32,
  scale: f32,
  rhoUnused: u32,
  unused: u32,
}

const outcomeRunning = 0u;
const outcomeReduced = 1u;
const outcomeBudget = 2u;
const outcomeBreakdown = 3u;
const outcomeNonFinite = 4u;


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn judgeStep(curvature: f32, rho: f32, norm2: f32, threshold: f32, iterationsLeft: bool) -> u32 {
  if (!isFiniteNumber(curvature) || !isFiniteNumber(rho) || !isFiniteNumber(norm2)) { return outcomeNonFinite; }
  if (curvature <= 0.0) { return outcomeBreakdown; }
  if (norm2 <= threshold || rho <= 0.0) { return outcomeReduced; }
  if (!iterationsLeft) { return outcomeBudget; }
  return outcomeRunning;
}





@group(0) @binding(2) var<storage, read> column: array<vec2u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> direction: array<f32>;
@group(0) @binding(5) var<storage, read> directionRows: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> product: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> partialCurvature: array<f32>;
@group(0) @binding(8) var<storage, read> state: array<SystemState>;


override near: u32 = 0u;

const groundDistance = -0x8000;

fn readColumns(slot: u32, row: u32) -> vec4u {
  if (near == 0u) {
    return vec4u(column[2u * slot], column[2u * slot + 1u]);
  }
  let pairs = vec2i(column[slot]);
  let distance = vec4i(pairs.x << 16u, pairs.x, pairs.y << 16u, pairs.y) >> vec4u(16u);
  let at = vec4u(vec4i(distance) + i32(row) + vec4i(0, 1, 2, 3));
  return select(at, vec4u(launch.groundRow), distance == vec4i(groundDistance));
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  if (state[chunk.system].running[launch.parity] == 0u) { return; }
  var curvature = 0.0;
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let slice = i / vectorsPerSlice;
    let layerEnd = batchLayout[launch.sliceTable + slice + 1u];
    let own = directionRows[i];
    var sum = vec4f();
    for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
      let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
      let at = readColumns(slot, 4u * i);
      sum += weight[slot] * (own - vec4f(direction[at.x], direction[at.y], direction[at.z], direction[at.w]));
    }
    product[i] = sum;
    curvature += dot(own, sum);
  }
  let total = reduceSum(vec2f(curvature, 0.0), lane);
  if (lane == 0u) {
    partialCurvature[index] = total.x;
  }
}
`,
  },
  "sparse/assemble": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"slotEdge","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"edgeWeight","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"weight","kind":"storage"},
      {"group":0,"binding":6,"name":"weightLow","kind":"storage"},
      {"group":0,"binding":7,"name":"inverseDiagonal","kind":"storage"},
      {"group":0,"binding":8,"name":"rightHandSide","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/two-float.wgsl","line":46},{"file":"sparse/assemble.wgsl","line":106}],
    code: String.raw`





struct Launch {
  firstChunk: u32,
  chunkCount: u32,
  sliceTable: u32,
  parity: u32,
  iterations: u32,
  historyCapacity: u32,
  groundRow: u32,
  zero: u32,
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






struct TwoFloat4 {
  high: vec4f,
  low: vec4f,
}

fn opaque4(x: vec4f) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4u>(x) ^ vec4u(launch.zero));
}


fn twoSum(a: vec4f, b: vec4f) -> TwoFloat4 {
  let sum = opaque4(a + b);
  let bRounded = opaque4(sum - a);
  let aRounded = opaque4(sum - bRounded);
  return TwoFloat4(sum, opaque4(opaque4(a - aRounded) + opaque4(b - bRounded)));
}


fn quickTwoSum(a: vec4f, b: vec4f) -> TwoFloat4 {
  let sum = opaque4(a + b);
  return TwoFloat4(sum, opaque4(b - opaque4(sum - a)));
}

fn splitHalves(a: vec4f) -> TwoFloat4 {
  let scaled = opaque4(a * 4097.0);
  let high = opaque4(scaled - opaque4(scaled - a));
  return TwoFloat4(high, opaque4(a - high));
}


fn twoProduct(a: vec4f, b: vec4f) -> TwoFloat4 {
  let product = opaque4(a * b);
  let x = splitHalves(a);
  let y = splitHalves(b);
  let rest = opaque4(opaque4(x.high * y.high) - product);
  let cross = opaque4(opaque4(rest + opaque4(x.high * y.low)) + opaque4(x.low * y.high));
  return TwoFloat4(product, opaque4(cross + opaque4(x.low * y.low)));
}

fn addTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  let sum = twoSum(a.high, b.high);
  let low = opaque4(sum.low + opaque4(a.low + b.low));
  return quickTwoSum(sum.high, low);
}

fn subtractTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  return addTwoFloat(a, TwoFloat4(-b.high, -b.low));
}

fn multiplyTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  let product = twoProduct(a.high, b.high);
  let cross = opaque4(opaque4(a.high * b.low) + opaque4(a.low * b.high));
  return quickTwoSum(product.high, opaque4(product.low + cross));
}









@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> slotEdge: array<vec4u>;
@group(0) @binding(4) var<storage, read> edgeWeight: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> weight: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> weightLow: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> inverseDiagonal: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> rightHandSide: array<vec2f>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let chunk = readChunk(chunkIndex(group));
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let slice = i / vectorsPerSlice;
    let layerEnd = batchLayout[launch.sliceTable + slice + 1u];
    var diagonal = TwoFloat4();
    var inflow = TwoFloat4();
    for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
      let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
      let edge = slotEdge[slot];
      let a = edgeWeight[edge.x];
      let b = edgeWeight[edge.y];
      let c = edgeWeight[edge.z];
      let d = edgeWeight[edge.w];
      let w = TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
      weight[slot] = w.high;
      weightLow[slot] = w.low;
      diagonal = addTwoFloat(diagonal, w);
      let atOne = column[slot] == vec4u(launch.groundRow);
      inflow = addTwoFloat(inflow, TwoFloat4(select(vec4f(), w.high, atOne), select(vec4f(), w.low, atOne)));
    }
    inverseDiagonal[i] = select(vec4f(), 1.0 / diagonal.high, diagonal.high > vec4f());
    let row = 4u * i;
    rightHandSide[row] = vec2f(inflow.high.x, inflow.low.x);
    rightHandSide[row + 1u] = vec2f(inflow.high.y, inflow.low.y);
    rightHandSide[row + 2u] = vec2f(inflow.high.z, inflow.low.z);
    rightHandSide[row + 3u] = vec2f(inflow.high.w, inflow.low.w);
  }
}
`,
  },
  "sparse/residual": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"weightLow","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"solution","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"rightHandSide","kind":"read-only-storage"},
      {"group":0,"binding":7,"name":"residual","kind":"storage"},
      {"group":0,"binding":8,"name":"partialNorms","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":46},{"file":"include/two-float.wgsl","line":63},{"file":"sparse/residual.wgsl","line":123}],
    code: String.raw`





struct Launch {
  firstChunk: u32,
  chunkCount: u32,
  sliceTable: u32,
  parity: u32,
  iterations: u32,
  historyCapacity: u32,
  groundRow: u32,
  zero: u32,
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

var<workgroup> reduceCells: array<vec2f, lanes>;

fn reduceSum(value: vec2f, lane: u32) -> vec2f {
  reduceCells[lane] = value;
  var width = lanes;
  while (width > 1u) {
    workgroupBarrier();
    let half = (width + 1u) / 2u;
    if (lane < width - half) {
      reduceCells[lane] += reduceCells[lane + half];
    }
    width = half;
  }
  let sum = workgroupUniformLoad(&reduceCells[0]);
  return sum;
}






struct TwoFloat4 {
  high: vec4f,
  low: vec4f,
}

fn opaque4(x: vec4f) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4u>(x) ^ vec4u(launch.zero));
}


fn twoSum(a: vec4f, b: vec4f) -> TwoFloat4 {
  let sum = opaque4(a + b);
  let bRounded = opaque4(sum - a);
  let aRounded = opaque4(sum - bRounded);
  return TwoFloat4(sum, opaque4(opaque4(a - aRounded) + opaque4(b - bRounded)));
}


fn quickTwoSum(a: vec4f, b: vec4f) -> TwoFloat4 {
  let sum = opaque4(a + b);
  return TwoFloat4(sum, opaque4(b - opaque4(sum - a)));
}

fn splitHalves(a: vec4f) -> TwoFloat4 {
  let scaled = opaque4(a * 4097.0);
  let high = opaque4(scaled - opaque4(scaled - a));
  return TwoFloat4(high, opaque4(a - high));
}


fn twoProduct(a: vec4f, b: vec4f) -> TwoFloat4 {
  let product = opaque4(a * b);
  let x = splitHalves(a);
  let y = splitHalves(b);
  let rest = opaque4(opaque4(x.high * y.high) - product);
  let cross = opaque4(opaque4(rest + opaque4(x.high * y.low)) + opaque4(x.low * y.high));
  return TwoFloat4(product, opaque4(cross + opaque4(x.low * y.low)));
}

fn addTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  let sum = twoSum(a.high, b.high);
  let low = opaque4(sum.low + opaque4(a.low + b.low));
  return quickTwoSum(sum.high, low);
}

fn subtractTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  return addTwoFloat(a, TwoFloat4(-b.high, -b.low));
}

fn multiplyTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  let product = twoProduct(a.high, b.high);
  let cross = opaque4(opaque4(a.high * b.low) + opaque4(a.low * b.high));
  return quickTwoSum(product.high, opaque4(product.low + cross));
}





@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> weightLow: array<vec4f>;
@group(0) @binding(5) var<storage, read> solution: array<vec2f>;
@group(0) @binding(6) var<storage, read> rightHandSide: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> residual: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> partialNorms: array<vec2f>;

fn gatherSolution(at: vec4u) -> TwoFloat4 {
  let a = solution[at.x];
  let b = solution[at.y];
  let c = solution[at.z];
  let d = solution[at.w];
  return TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
}

fn gatherRightHandSide(row: u32) -> TwoFloat4 {
  let a = rightHandSide[row];
  let b = rightHandSide[row + 1u];
  let c = rightHandSide[row + 2u];
  let d = rightHandSide[row + 3u];
  return TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
}

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
    var rest = gatherRightHandSide(row);
    var energy = vec4f();
    for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
      let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
      let at = column[slot];
      let w = weight[slot];
      let drop = subtractTwoFloat(own, gatherSolution(at));
      rest = subtractTwoFloat(rest, multiplyTwoFloat(TwoFloat4(w, weightLow[slot]), drop));

      let fall = drop.high - select(vec4f(), vec4f(1.0), at == vec4u(launch.groundRow));
      energy += select(vec4f(1.0), vec4f(0.5), at < vec4u(launch.groundRow)) * w * fall * fall;
    }
    residual[i] = rest.high;
    norms += vec2f(dot(rest.high, rest.high), dot(energy, vec4f(1.0)));
  }
  let total = reduceSum(norms, lane);
  if (lane == 0u) {
    partialNorms[index] = total;
  }
}
`,
  },
  "sparse/two-float-probe": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":2,"name":"left","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"right","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"sums","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/two-float.wgsl","line":46},{"file":"sparse/two-float-probe.wgsl","line":106}],
    code: String.raw`





struct Launch {
  firstChunk: u32,
  chunkCount: u32,
  sliceTable: u32,
  parity: u32,
  iterations: u32,
  historyCapacity: u32,
  groundRow: u32,
  zero: u32,
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






struct TwoFloat4 {
  high: vec4f,
  low: vec4f,
}

fn opaque4(x: vec4f) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4u>(x) ^ vec4u(launch.zero));
}


fn twoSum(a: vec4f, b: vec4f) -> TwoFloat4 {
  let sum = opaque4(a + b);
  let bRounded = opaque4(sum - a);
  let aRounded = opaque4(sum - bRounded);
  return TwoFloat4(sum, opaque4(opaque4(a - aRounded) + opaque4(b - bRounded)));
}


fn quickTwoSum(a: vec4f, b: vec4f) -> TwoFloat4 {
  let sum = opaque4(a + b);
  return TwoFloat4(sum, opaque4(b - opaque4(sum - a)));
}

fn splitHalves(a: vec4f) -> TwoFloat4 {
  let scaled = opaque4(a * 4097.0);
  let high = opaque4(scaled - opaque4(scaled - a));
  return TwoFloat4(high, opaque4(a - high));
}


fn twoProduct(a: vec4f, b: vec4f) -> TwoFloat4 {
  let product = opaque4(a * b);
  let x = splitHalves(a);
  let y = splitHalves(b);
  let rest = opaque4(opaque4(x.high * y.high) - product);
  let cross = opaque4(opaque4(rest + opaque4(x.high * y.low)) + opaque4(x.low * y.high));
  return TwoFloat4(product, opaque4(cross + opaque4(x.low * y.low)));
}

fn addTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  let sum = twoSum(a.high, b.high);
  let low = opaque4(sum.low + opaque4(a.low + b.low));
  return quickTwoSum(sum.high, low);
}

fn subtractTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  return addTwoFloat(a, TwoFloat4(-b.high, -b.low));
}

fn multiplyTwoFloat(a: TwoFloat4, b: TwoFloat4) -> TwoFloat4 {
  let product = twoProduct(a.high, b.high);
  let cross = opaque4(opaque4(a.high * b.low) + opaque4(a.low * b.high));
  return quickTwoSum(product.high, opaque4(product.low + cross));
}



@group(0) @binding(2) var<storage, read> left: array<vec4f>;
@group(0) @binding(3) var<storage, read> right: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(1)
fn main() {
  var sum = TwoFloat4();
  for (var i = 0u; i < arrayLength(&left); i++) {
    sum = addTwoFloat(sum, twoProduct(left[i], right[i]));
  }
  sums[0] = sum.high;
  sums[1] = sum.low;
}
`,
  },
} as const satisfies Record<string, Shader>;

export type ShaderName = keyof typeof shaders;

/** The names of a kernel's bindings. */
export type BindingName<Name extends ShaderName> = (typeof shaders)[Name] extends {
  readonly bindings: readonly { readonly name: infer Binding extends string }[];
}
  ? Binding
  : never;

/** The names of a kernel's override constants. */
export type OverrideName<Name extends ShaderName> = (typeof shaders)[Name] extends {
  readonly overrides: readonly (infer Override extends string)[];
}
  ? Override
  : never;
