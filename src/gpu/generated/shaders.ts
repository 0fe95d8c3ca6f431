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

/** A shader that draws. */
export interface RenderShader extends Omit<Shader, "entryPoint"> {
  readonly vertexEntry: string;
  readonly fragmentEntry: string;
}

export const shaders = {
  "calibrate/anneal-chains": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"annealing","kind":"read-only-storage"},
      {"group":0,"binding":1,"name":"model","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"inverseFactor","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"covariance","kind":"storage"},
      {"group":0,"binding":4,"name":"chainState","kind":"storage"},
    ],
    sources: [{"file":"include/hash.wgsl","line":2},{"file":"calibrate/anneal-chains.wgsl","line":12}],
    code: String.raw`

fn hashIndex(index: u32) -> u32 {
  var x = index;
  x ^= x >> 16u;
  x *= 0x7feb352du;
  x ^= x >> 15u;
  x *= 0x846ca68bu;
  x ^= x >> 16u;
  return x;
}









struct Annealing {
  pointCount: u32,
  dimension: u32,
  chainCount: u32,
  stepCount: u32,
  seed: u32,
  isAdditive: u32,
  isGaussian: u32,
  closedCount: u32,
  mean: f32,
  sill: f32,
  total: f32,
  unitSum: f32,
  threshold: f32,
  temperature: f32,
  temperatureDecay: f32,
  step: f32,
  stepDecay: f32,
}

@group(0) @binding(0) var<storage, read> annealing: Annealing;
@group(0) @binding(1) var<storage, read> model: array<f32>;

@group(0) @binding(2) var<storage, read> inverseFactor: array<f32>;
@group(0) @binding(3) var<storage, read_write> covariance: array<f32>;

@group(0) @binding(4) var<storage, read_write> chainState: array<f32>;

override lanes: u32 = 64;

const closedWorth = -1e6;

const leastVariance = 1e-7;
const logRootTwoPi = 0.918938533;


fn draw(chain: u32, index: u32) -> f32 {
  let inner = hashIndex(index + annealing.seed * 0x9e3779b9u);
  return (f32(hashIndex(inner ^ ((chain + 1u) * 0x85ebca6bu)) >> 8u) + 0.5) / 16777216.0;
}

fn drawNormal(chain: u32, index: u32) -> f32 {
  return sqrt(-2.0 * log(draw(chain, index))) * cos(6.283185307 * draw(chain, index + 1u));
}

fn place(slot: u32, chain: u32) -> u32 {
  return slot * annealing.chainCount + chain;
}

fn correlation(squared: f32) -> f32 {
  if (annealing.isGaussian == 1u) { return exp(-0.5 * squared); }
  let s = sqrt(5.0 * squared);
  return (1.0 + s + s * s / 3.0) * exp(-s);
}


fn covarianceWith(slots: u32, chain: u32, i: u32) -> f32 {
  let d = annealing.dimension;
  let lengths = annealing.pointCount * (d + 2u);
  var sum = 0.0;
  for (var axis = 0u; axis < d; axis++) {
    let h = (chainState[place(slots + axis, chain)] - model[i * d + axis]) * model[lengths + axis];
    if (annealing.isAdditive == 1u) {
      sum += model[lengths + d + axis] * correlation(h * h);
    } else {
      sum += h * h;
    }
  }
  if (annealing.isAdditive == 1u) { return sum; }
  return correlation(sum);
}

fn isClosed(slots: u32, chain: u32) -> bool {
  let d = annealing.dimension;
  let boxes = annealing.pointCount * (d + 2u) + 4u * d;
  for (var k = 0u; k < annealing.closedCount; k++) {
    let at = boxes + k * (d + 1u);
    var most = 0.0;
    for (var axis = 0u; axis < d; axis++) {
      most = max(most, abs(chainState[place(slots + axis, chain)] - model[at + axis]));
    }
    if (most <= model[at + d]) { return true; }
  }
  return false;
}



fn logImprovement(u: f32) -> f32 {
  let t = -u;
  let logDensity = -0.5 * u * u - logRootTwoPi;
  if (t > 6.0) {
    let w = 1.0 / (t * t);
    return logDensity + log(w * (1.0 - w * (3.0 - w * (15.0 - 105.0 * w))));
  }
  if (t > 1.5) {
    var tail = 0.0;
    for (var k = 40u; k > 0u; k--) { tail = f32(k) / (t + tail); }
    return logDensity + log(max(1e-9, 1.0 - t / (t + tail)));
  }
  let a = abs(u);
  let r = 1.0 / (1.0 + 0.2316419 * a);
  let density = exp(logDensity);
  let beyond = density * r * (0.31938153 + r * (-0.356563782 + r * (1.781477937 + r * (-1.821255978 + r * 1.330274429))));
  return log(density + u * select(beyond, 1.0 - beyond, u > 0.0));
}

fn judge(slots: u32, chain: u32) -> f32 {
  if (isClosed(slots, chain)) { return closedWorth; }
  let n = annealing.pointCount;
  let duals = n * annealing.dimension;
  var estimate = annealing.mean;
  var unit = 1.0;
  for (var i = 0u; i < n; i++) {
    let k = covarianceWith(slots, chain, i);
    covariance[place(i, chain)] = k;
    estimate += k * model[duals + i];
    unit -= k * model[duals + n + i];
  }
  var explained = 0.0;
  var at = 0u;
  for (var i = 0u; i < n; i++) {
    var v = 0.0;
    for (var j = 0u; j <= i; j++) {
      v += inverseFactor[at] * covariance[place(j, chain)];
      at++;
    }
    explained += v * v;
  }
  let left = annealing.total - explained + unit * unit / annealing.unitSum;
  let deviation = sqrt(annealing.sill * max(left, leastVariance * annealing.total));
  return log(deviation) + logImprovement((annealing.threshold - estimate) / deviation);
}


fn propose(chain: u32, draws: u32, step: f32) {
  let d = annealing.dimension;
  let bounds = annealing.pointCount * (d + 2u) + 2u * d;
  let always = min(d - 1u, u32(draw(chain, draws) * f32(d)));
  for (var axis = 0u; axis < d; axis++) {
    let own = draws + 2u + 3u * axis;
    var x = chainState[place(axis, chain)];
    let low = model[bounds + axis];
    let high = model[bounds + d + axis];
    if (axis == always || draw(chain, own) < 0.5) {
      x = clamp(x + step * (high - low) * drawNormal(chain, own + 1u), low, high);
    }
    chainState[place(d + axis, chain)] = x;
  }
}

fn keep(source: u32, destination: u32, chain: u32) {
  for (var axis = 0u; axis < annealing.dimension; axis++) {
    chainState[place(destination + axis, chain)] = chainState[place(source + axis, chain)];
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let chain = group.x * lanes + lane;
  if (chain >= annealing.chainCount) { return; }
  let d = annealing.dimension;
  var worth = judge(0u, chain);
  var bestWorth = worth;
  var accepted = 0.0;
  keep(0u, 2u * d, chain);
  var temperature = annealing.temperature;
  var step = annealing.step;
  for (var k = 0u; k < annealing.stepCount; k++) {
    let draws = k * (3u * d + 2u);
    propose(chain, draws, step);
    let next = judge(d, chain);
    if (next >= worth || log(draw(chain, draws + 1u)) < (next - worth) / temperature) {
      keep(d, 0u, chain);
      worth = next;
      accepted += 1.0;
    }
    if (next > bestWorth) {
      keep(d, 2u * d, chain);
      bestWorth = next;
    }
    temperature *= annealing.temperatureDecay;
    step *= annealing.stepDecay;
  }
  chainState[place(3u * d, chain)] = worth;
  chainState[place(3u * d + 1u, chain)] = bestWorth;
  chainState[place(3u * d + 2u, chain)] = accepted;
}
`,
  },
  "calibrate/candidate-conductance": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":16,"members":[{"name":"chunkCount","type":"u32","offset":0},{"name":"groundRow","type":"u32","offset":4},{"name":"zero","type":"u32","offset":8},{"name":"chunksPerGroup","type":"u32","offset":12}]},
      {"group":0,"binding":1,"name":"chunks","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"throats","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"candidates","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"factorTable","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"conductance","kind":"storage"},
    ],
    sources: [{"file":"include/item-chunks.wgsl","line":2},{"file":"calibrate/candidate-conductance.wgsl","line":45}],
    code: String.raw`


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

const nowhere = 0xffffffffu;

fn firstChunk(group: vec3u) -> u32 {
  return (group.y * maxGroupsX + group.x) * launch.chunksPerGroup;
}

fn endChunk(group: vec3u) -> u32 {
  return min(firstChunk(group) + launch.chunksPerGroup, launch.chunkCount);
}


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn inversePowerOfTwo(x: f32) -> f32 {
  let exponent = clamp((bitcast<u32>(x) >> 23u) & 0xffu, 1u, 253u);
  return select(1.0, bitcast<f32>((254u - exponent) << 23u), x > 0.0);
}







struct Candidate {
  firstItem: u32,
  firstThroat: u32,
  throatEnd: u32,
  levelEnd: u32,
  tableStart: u32,
  exponent: u32,
}


@group(0) @binding(2) var<storage, read> throats: array<vec4u>;
@group(0) @binding(3) var<storage, read> candidates: array<Candidate>;

@group(0) @binding(4) var<storage, read> factorTable: array<f32>;
@group(0) @binding(5) var<storage, read_write> conductance: array<f32>;


const noTable = 0xffffffffu;

const partBits = 22u;

fn readFactor(start: u32, place: u32) -> f32 {
  let at = start + (place >> partBits);
  let x = f32(place & ((1u << partBits) - 1u)) / f32(1u << partBits);
  let root = -x * (x - 1.0) * (x - 2.0) / 6.0 * factorTable[at - 1u]
    + (x + 1.0) * (x - 1.0) * (x - 2.0) / 2.0 * factorTable[at]
    - (x + 1.0) * x * (x - 2.0) / 2.0 * factorTable[at + 1u]
    + (x + 1.0) * x * (x - 1.0) / 6.0 * factorTable[at + 2u];
  return root * root * root;
}

fn conduct(candidate: Candidate, item: u32) -> f32 {
  let throat = throats[candidate.firstThroat + item];
  if (item >= candidate.throatEnd || throat.w >= candidate.levelEnd) { return 0.0; }
  var s = bitcast<f32>(throat.y);
  if (candidate.tableStart != noTable) {
    s = readFactor(candidate.tableStart, throat.z);
  }
  return bitcast<f32>(throat.x) * select(s * s, s * s * s * s, candidate.exponent == 4u);
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    let chunk = chunks[index];
    let candidate = candidates[chunk.system];
    for (var k = chunk.begin + lane; k < chunk.end; k += lanes) {
      conductance[k] = conduct(candidate, k - candidate.firstItem);
    }
  }
}
`,
  },
  "calibrate/kriging-covariance": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","extended","model","exponentHigh","exponentLow","slopeHigh","slopeLow"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"stride","type":"u32","offset":0},{"name":"candidates","type":"u32","offset":4},{"name":"points","type":"u32","offset":8},{"name":"dimension","type":"u32","offset":12},{"name":"drifts","type":"u32","offset":16},{"name":"degree","type":"u32","offset":20},{"name":"isScaled","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"points","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"place","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"covariance","kind":"storage"},
      {"group":0,"binding":4,"name":"slope","kind":"storage"},
    ],
    sources: [{"file":"include/kriging.wgsl","line":2},{"file":"include/kriging-slices.wgsl","line":31},{"file":"include/two-float.wgsl","line":46},{"file":"calibrate/kriging-covariance.wgsl","line":106}],
    code: String.raw`


struct KrigingLaunch {
  stride: u32,
  candidates: u32,
  points: u32,
  dimension: u32,
  drifts: u32,

  degree: u32,

  isScaled: u32,
  zero: u32,
}

@group(0) @binding(0) var<uniform> launch: KrigingLaunch;

override lanes: u32 = 64;

override extended: u32 = 1u;

fn vectorCount() -> u32 {
  return (launch.candidates + 3u) / 4u;
}


fn paddedPoints() -> u32 {
  return (launch.points + 3u) / 4u * 4u;
}


struct Slices {
  high: vec4f,
  middle: vec4f,
  low: vec4f,
}


fn slice(x: vec4f, rest: vec4f) -> Slices {
  let high = round(x * 256.0) / 256.0;
  let left = x - high;
  let middle = round(left * 65536.0) / 65536.0;
  return Slices(high, middle, (left - middle) + rest);
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





@group(0) @binding(1) var<storage, read> points: array<vec2f>;
@group(0) @binding(2) var<storage, read> place: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> covariance: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> slope: array<vec4f>;


override model: u32 = 4u;

override exponentHigh: f32 = 1.0;
override exponentLow: f32 = 0.0;
override slopeHigh: f32 = 1.0;
override slopeLow: f32 = 0.0;

const pointsPerLane = 16u;


const ln2First = 0.693359375;
const ln2Second = -0.00021219444170128554;
const ln2Third = 1.64659497e-12;

fn wholeTwoFloat(high: f32, low: f32) -> TwoFloat4 {
  return TwoFloat4(vec4f(high), vec4f(low));
}

fn powerOfTwo(exponent: vec4f) -> vec4f {
  return bitcast<vec4f>((vec4i(exponent) + 127) << vec4u(23u));
}


fn exponential(x: TwoFloat4) -> TwoFloat4 {
  let clamped = max(x.high, vec4f(-80.0));
  let whole = round(clamped * 1.4426950408889634);
  var r = addTwoFloat(TwoFloat4(clamped, x.low), TwoFloat4(-whole * ln2First, vec4f()));
  r = subtractTwoFloat(r, twoProduct(whole, vec4f(ln2Second)));
  r = addTwoFloat(r, TwoFloat4(-whole * ln2Third, vec4f()));
  r = TwoFloat4(r.high / 32.0, r.low / 32.0);
  let square = multiplyTwoFloat(r, r);
  let t = r.high;
  let tail = t * square.high * (1.0 / 6.0 + t * (1.0 / 24.0 + t * (1.0 / 120.0)));
  var power = addTwoFloat(r, TwoFloat4(0.5 * square.high, 0.5 * square.low + tail));
  power = addTwoFloat(TwoFloat4(vec4f(1.0), vec4f()), power);
  for (var k = 0u; k < 5u; k++) {
    power = multiplyTwoFloat(power, power);
  }
  let scale = powerOfTwo(whole);
  return TwoFloat4(power.high * scale, power.low * scale);
}

fn squareRoot(q: TwoFloat4) -> TwoFloat4 {
  let root = sqrt(q.high);
  let rest = subtractTwoFloat(q, twoProduct(root, root));
  let correction = rest.high / max(2.0 * root, vec4f(1e-30));
  return quickTwoSum(root, correction);
}

struct Correlation {
  value: TwoFloat4,
  slope: TwoFloat4,
}

fn correlate(q: TwoFloat4) -> Correlation {
  let exponentScale = wholeTwoFloat(exponentHigh, exponentLow);
  let slopeScale = wholeTwoFloat(slopeHigh, slopeLow);
  if (model == 2u) {
    let exponent = multiplyTwoFloat(q, exponentScale);
    let value = exponential(TwoFloat4(-exponent.high, -exponent.low));
    return Correlation(value, multiplyTwoFloat(value, slopeScale));
  }
  let h = squareRoot(q);
  let away = max(h.high, vec4f(1e-18));
  let one = wholeTwoFloat(1.0, 0.0);
  if (model == 1u) {

    let factor = subtractTwoFloat(wholeTwoFloat(1.5, 0.0), TwoFloat4(0.5 * q.high, 0.5 * q.low));
    let value = subtractTwoFloat(one, multiplyTwoFloat(h, factor));
    let inside = q.high < vec4f(1.0);
    let steepness = select(vec4f(), -0.75 * (1.0 - q.high) / away, inside & (h.high > vec4f()));
    let zero = vec4f();
    return Correlation(
      TwoFloat4(select(zero, value.high, inside), select(zero, value.low, inside)),
      TwoFloat4(steepness, zero)
    );
  }
  let s = multiplyTwoFloat(h, exponentScale);
  let decay = exponential(TwoFloat4(-s.high, -s.low));
  if (model == 0u) {
    let steepness = select(vec4f(), -1.5 * decay.high / away, h.high > vec4f());
    return Correlation(decay, TwoFloat4(steepness, vec4f()));
  }
  var polynomial = addTwoFloat(one, s);
  if (model == 3u) {
    return Correlation(multiplyTwoFloat(polynomial, decay), multiplyTwoFloat(decay, slopeScale));
  }
  let steepness = multiplyTwoFloat(multiplyTwoFloat(polynomial, decay), slopeScale);
  let third = wholeTwoFloat(0.3333333432674408, -9.934107e-9);
  polynomial = addTwoFloat(polynomial, multiplyTwoFloat(multiplyTwoFloat(s, s), third));
  return Correlation(multiplyTwoFloat(polynomial, decay), steepness);
}

fn exponentialSingle(x: vec4f) -> vec4f {
  let clamped = max(x, vec4f(-80.0));
  let whole = round(clamped * 1.4426950408889634);
  let r = (clamped - whole * ln2First) - whole * ln2Second;
  let series = 1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r / 5040.0));
  return powerOfTwo(whole) * (1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * series))));
}

struct SingleCorrelation {
  value: vec4f,
  slope: vec4f,
}

fn correlateSingle(q: vec4f) -> SingleCorrelation {
  if (model == 2u) {
    let value = exponentialSingle(-exponentHigh * q);
    return SingleCorrelation(value, slopeHigh * value);
  }
  let h = sqrt(q);
  let away = max(h, vec4f(1e-18));
  if (model == 1u) {
    let inside = q < vec4f(1.0);
    let steepness = select(vec4f(), -0.75 * (1.0 - q) / away, inside & (h > vec4f()));
    return SingleCorrelation(select(vec4f(), 1.0 - h * (1.5 - 0.5 * q), inside), steepness);
  }
  let s = exponentHigh * h;
  let decay = exponentialSingle(-s);
  if (model == 0u) {
    return SingleCorrelation(decay, select(vec4f(), -1.5 * decay / away, h > vec4f()));
  }
  if (model == 3u) { return SingleCorrelation((1.0 + s) * decay, slopeHigh * decay); }
  return SingleCorrelation((1.0 + s + s * s / 3.0) * decay, slopeHigh * (1.0 + s) * decay);
}

fn writeExtended(vector: u32, i: u32) {
  var q = TwoFloat4();
  for (var axis = 0u; axis < launch.dimension; axis++) {
    let x = points[i * (launch.dimension + 1u) + axis];
    let at = 2u * axis * launch.stride + vector;
    let z = TwoFloat4(place[at], place[at + launch.stride]);
    let difference = addTwoFloat(z, TwoFloat4(vec4f(-x.x), vec4f(-x.y)));
    q = addTwoFloat(q, multiplyTwoFloat(difference, difference));
  }
  let found = correlate(q);
  let parts = slice(found.value.high, found.value.low);
  let at = i * launch.stride + vector;
  let next = launch.points * launch.stride;
  covariance[at] = parts.high;
  covariance[at + next] = parts.middle;
  covariance[at + 2u * next] = parts.low;
  slope[at] = found.slope.high;
  slope[at + next] = found.slope.low;
}

fn writeSingle(vector: u32, i: u32) {
  var q = vec4f();
  for (var axis = 0u; axis < launch.dimension; axis++) {
    let x = points[i * (launch.dimension + 1u) + axis];
    let at = 2u * axis * launch.stride + vector;
    let difference = (place[at] - x.x) + (place[at + launch.stride] - x.y);
    q += difference * difference;
  }
  let found = correlateSingle(q);
  covariance[i * launch.stride + vector] = found.value;
  slope[i * launch.stride + vector] = found.slope;
}

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= vectorCount()) { return; }
  let end = min((id.y + 1u) * pointsPerLane, launch.points);
  for (var i = id.y * pointsPerLane; i < end; i++) {
    if (extended == 1u) {
      writeExtended(id.x, i);
    } else {
      writeSingle(id.x, i);
    }
  }
}
`,
  },
  "calibrate/kriging-drift-gradient": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","extended"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"stride","type":"u32","offset":0},{"name":"candidates","type":"u32","offset":4},{"name":"points","type":"u32","offset":8},{"name":"dimension","type":"u32","offset":12},{"name":"drifts","type":"u32","offset":16},{"name":"degree","type":"u32","offset":20},{"name":"isScaled","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"driftSlope","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"driftSystem","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"multipliers","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"gradient","kind":"storage"},
    ],
    sources: [{"file":"include/kriging.wgsl","line":2},{"file":"calibrate/kriging-drift-gradient.wgsl","line":31}],
    code: String.raw`


struct KrigingLaunch {
  stride: u32,
  candidates: u32,
  points: u32,
  dimension: u32,
  drifts: u32,

  degree: u32,

  isScaled: u32,
  zero: u32,
}

@group(0) @binding(0) var<uniform> launch: KrigingLaunch;

override lanes: u32 = 64;

override extended: u32 = 1u;

fn vectorCount() -> u32 {
  return (launch.candidates + 3u) / 4u;
}


fn paddedPoints() -> u32 {
  return (launch.points + 3u) / 4u * 4u;
}


@group(0) @binding(1) var<storage, read> driftSlope: array<vec4f>;
@group(0) @binding(2) var<storage, read> driftSystem: array<f32>;
@group(0) @binding(3) var<storage, read> multipliers: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> gradient: array<vec4f>;

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let vector = id.x;
  let axis = id.y;
  if (vector >= vectorCount()) { return; }
  let size = launch.drifts;
  var estimate = vec4f();
  var variance = vec4f();
  for (var j = 0u; j < size; j++) {
    let slope = driftSlope[(j * launch.dimension + axis) * launch.stride + vector];
    if (launch.isScaled == 0u) { estimate += slope * driftSystem[size * size + j]; }
    variance += 2.0 * slope * multipliers[(size + j) * launch.stride + vector];
  }
  gradient[axis * launch.stride + vector] += estimate;
  gradient[(launch.dimension + axis) * launch.stride + vector] += variance;
}
`,
  },
  "calibrate/kriging-gradient": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","extended"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"stride","type":"u32","offset":0},{"name":"candidates","type":"u32","offset":4},{"name":"points","type":"u32","offset":8},{"name":"dimension","type":"u32","offset":12},{"name":"drifts","type":"u32","offset":16},{"name":"degree","type":"u32","offset":20},{"name":"isScaled","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"points","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"place","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"slope","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"product","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"multipliers","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"axes","kind":"read-only-storage"},
      {"group":0,"binding":7,"name":"gradient","kind":"storage"},
    ],
    sources: [{"file":"include/kriging.wgsl","line":2},{"file":"include/two-float.wgsl","line":31},{"file":"calibrate/kriging-gradient.wgsl","line":91}],
    code: String.raw`


struct KrigingLaunch {
  stride: u32,
  candidates: u32,
  points: u32,
  dimension: u32,
  drifts: u32,

  degree: u32,

  isScaled: u32,
  zero: u32,
}

@group(0) @binding(0) var<uniform> launch: KrigingLaunch;

override lanes: u32 = 64;

override extended: u32 = 1u;

fn vectorCount() -> u32 {
  return (launch.candidates + 3u) / 4u;
}


fn paddedPoints() -> u32 {
  return (launch.points + 3u) / 4u * 4u;
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





@group(0) @binding(1) var<storage, read> points: array<vec2f>;
@group(0) @binding(2) var<storage, read> place: array<vec4f>;
@group(0) @binding(3) var<storage, read> slope: array<vec4f>;
@group(0) @binding(4) var<storage, read> product: array<vec4f>;
@group(0) @binding(5) var<storage, read> multipliers: array<vec4f>;
@group(0) @binding(6) var<storage, read> axes: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> gradient: array<vec4f>;

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let vector = id.x;
  let axis = id.y;
  if (vector >= vectorCount()) { return; }
  let z = TwoFloat4(place[2u * axis * launch.stride + vector], place[(2u * axis + 1u) * launch.stride + vector]);
  let next = launch.points * launch.stride;
  var estimate = TwoFloat4();
  var variance = vec4f();
  for (var i = 0u; i < launch.points; i++) {
    let record = i * (launch.dimension + 1u);
    let x = points[record + axis];
    let alpha = points[record + launch.dimension];
    let at = i * launch.stride + vector;
    if (extended == 1u) {
      let difference = addTwoFloat(z, TwoFloat4(vec4f(-x.x), vec4f(-x.y)));
      let steepness = multiplyTwoFloat(TwoFloat4(slope[at], slope[at + next]), difference);
      estimate = addTwoFloat(estimate, multiplyTwoFloat(steepness, TwoFloat4(vec4f(alpha.x), vec4f(alpha.y))));
      variance += steepness.high * product[at];
    } else {
      let steepness = slope[at] * ((z.high - x.x) + (z.low - x.y));
      estimate.high += steepness * alpha.x;
      variance += steepness * product[at];
    }
  }
  let scale = multipliers[2u * launch.drifts * launch.stride + vector];
  let by = axes[axis].y;
  gradient[axis * launch.stride + vector] = 2.0 * by * (estimate.high + estimate.low);
  gradient[(launch.dimension + axis) * launch.stride + vector] = -4.0 * by * scale * variance;
}
`,
  },
  "calibrate/kriging-place": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","extended"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"stride","type":"u32","offset":0},{"name":"candidates","type":"u32","offset":4},{"name":"points","type":"u32","offset":8},{"name":"dimension","type":"u32","offset":12},{"name":"drifts","type":"u32","offset":16},{"name":"degree","type":"u32","offset":20},{"name":"isScaled","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"axes","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"candidate","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"place","kind":"storage"},
      {"group":0,"binding":4,"name":"drift","kind":"storage"},
      {"group":0,"binding":5,"name":"driftSlope","kind":"storage"},
    ],
    sources: [{"file":"include/kriging.wgsl","line":2},{"file":"calibrate/kriging-place.wgsl","line":31}],
    code: String.raw`


struct KrigingLaunch {
  stride: u32,
  candidates: u32,
  points: u32,
  dimension: u32,
  drifts: u32,

  degree: u32,

  isScaled: u32,
  zero: u32,
}

@group(0) @binding(0) var<uniform> launch: KrigingLaunch;

override lanes: u32 = 64;

override extended: u32 = 1u;

fn vectorCount() -> u32 {
  return (launch.candidates + 3u) / 4u;
}


fn paddedPoints() -> u32 {
  return (launch.points + 3u) / 4u * 4u;
}




@group(0) @binding(1) var<storage, read> axes: array<vec4f>;
@group(0) @binding(2) var<storage, read> candidate: array<f32>;
@group(0) @binding(3) var<storage, read_write> place: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> drift: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> driftSlope: array<vec4f>;

fn readCandidates(vector: u32, axis: u32, first: u32) -> vec4f {
  let last = vec4u(launch.candidates - 1u);
  let item = first + min(4u * vector + vec4u(0u, 1u, 2u, 3u), last) * launch.dimension + axis;
  return vec4f(candidate[item.x], candidate[item.y], candidate[item.z], candidate[item.w]);
}

fn driftPlace(axis: u32, vector: u32) -> vec4f {
  return place[2u * axis * launch.stride + vector] * axes[axis].z + axes[axis].w;
}

fn writeSlope(function_: u32, axis: u32, vector: u32, slope: vec4f) {
  driftSlope[(function_ * launch.dimension + axis) * launch.stride + vector] = slope;
}

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let vector = id.x;
  if (vector >= vectorCount()) { return; }
  for (var a = 0u; a < launch.dimension; a++) {
    let x = readCandidates(vector, a, 0u);
    let at = 2u * a * launch.stride + vector;
    if (launch.isScaled == 1u) {
      place[at] = x;
      place[at + launch.stride] = readCandidates(vector, a, 4u * launch.stride * launch.dimension);
    } else {
      place[at] = (x - axes[a].x) * axes[a].y;
      place[at + launch.stride] = vec4f();
    }
  }
  if (launch.degree > 2u) { return; }
  drift[vector] = vec4f(1.0);
  for (var j = 0u; j < launch.drifts; j++) {
    for (var a = 0u; a < launch.dimension; a++) {
      writeSlope(j, a, vector, vec4f());
    }
  }
  if (launch.degree == 0u) { return; }
  var j = 1u;
  for (var a = 0u; a < launch.dimension; a++) {
    drift[j * launch.stride + vector] = driftPlace(a, vector);
    writeSlope(j, a, vector, vec4f(axes[a].z * axes[a].y));
    j++;
  }
  if (launch.degree == 1u) { return; }
  for (var a = 0u; a < launch.dimension; a++) {
    for (var b = a; b < launch.dimension; b++) {
      let ta = driftPlace(a, vector);
      let tb = driftPlace(b, vector);
      drift[j * launch.stride + vector] = ta * tb;
      if (a == b) {
        writeSlope(j, a, vector, 2.0 * ta * axes[a].z * axes[a].y);
      } else {
        writeSlope(j, a, vector, tb * axes[a].z * axes[a].y);
        writeSlope(j, b, vector, ta * axes[b].z * axes[b].y);
      }
      j++;
    }
  }
}
`,
  },
  "calibrate/kriging-predict": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","extended"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"stride","type":"u32","offset":0},{"name":"candidates","type":"u32","offset":4},{"name":"points","type":"u32","offset":8},{"name":"dimension","type":"u32","offset":12},{"name":"drifts","type":"u32","offset":16},{"name":"degree","type":"u32","offset":20},{"name":"isScaled","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"product","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"drift","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"driftSystem","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"multipliers","kind":"storage"},
      {"group":0,"binding":5,"name":"prediction","kind":"storage"},
      {"group":0,"binding":6,"name":"points","kind":"read-only-storage"},
      {"group":0,"binding":7,"name":"covariance","kind":"read-only-storage"},
    ],
    sources: [{"file":"include/kriging.wgsl","line":2},{"file":"include/two-float.wgsl","line":31},{"file":"calibrate/kriging-predict.wgsl","line":91}],
    code: String.raw`


struct KrigingLaunch {
  stride: u32,
  candidates: u32,
  points: u32,
  dimension: u32,
  drifts: u32,

  degree: u32,

  isScaled: u32,
  zero: u32,
}

@group(0) @binding(0) var<uniform> launch: KrigingLaunch;

override lanes: u32 = 64;

override extended: u32 = 1u;

fn vectorCount() -> u32 {
  return (launch.candidates + 3u) / 4u;
}


fn paddedPoints() -> u32 {
  return (launch.points + 3u) / 4u * 4u;
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







@group(0) @binding(1) var<storage, read> product: array<vec4f>;
@group(0) @binding(2) var<storage, read> drift: array<vec4f>;
@group(0) @binding(3) var<storage, read> driftSystem: array<f32>;
@group(0) @binding(4) var<storage, read_write> multipliers: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> prediction: array<vec4f>;
@group(0) @binding(6) var<storage, read> points: array<vec2f>;
@group(0) @binding(7) var<storage, read> covariance: array<vec4f>;

fn estimateRest(vector: u32) -> vec4f {
  let next = launch.points * launch.stride;
  var sum = TwoFloat4();
  for (var i = 0u; i < launch.points; i++) {
    let alpha = points[(i + 1u) * (launch.dimension + 1u) - 1u];
    let at = i * launch.stride + vector;
    if (extended == 1u) {
      let k = quickTwoSum(covariance[at] + covariance[at + next], covariance[at + 2u * next]);
      sum = addTwoFloat(sum, multiplyTwoFloat(k, TwoFloat4(vec4f(alpha.x), vec4f(alpha.y))));
    } else {
      sum.high += covariance[at] * alpha.x;
    }
  }
  return sum.high + sum.low;
}

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let vector = id.x;
  if (vector >= vectorCount()) { return; }
  let size = launch.drifts;
  var known = vec4f();
  for (var i = 0u; i < launch.points; i++) {
    let v = product[i * launch.stride + vector];
    known += v * v;
  }
  let more = paddedPoints() * launch.stride + vector;
  var estimate = estimateRest(vector);
  var unknown = vec4f();
  for (var j = 0u; j < size; j++) {
    var t = -product[more + j * launch.stride];
    for (var i = 0u; i <= j; i++) {
      t += driftSystem[j * size + i] * drift[i * launch.stride + vector];
    }
    unknown += t * t;
    if (launch.isScaled == 0u) {
      estimate += driftSystem[size * size + j] * drift[j * launch.stride + vector];
    }
    multipliers[j * launch.stride + vector] = t;
  }
  for (var j = 0u; j < size; j++) {
    var m = vec4f();
    for (var i = j; i < size; i++) {
      m += driftSystem[i * size + j] * multipliers[i * launch.stride + vector];
    }
    multipliers[(size + j) * launch.stride + vector] = m;
  }
  let bound = max(sqrt(2.0 * (known + unknown)), vec4f(1e-15));
  let exponent = (bitcast<vec4u>(bound) >> vec4u(23u)) + 1u;
  multipliers[2u * size * launch.stride + vector] = bitcast<vec4f>(exponent << vec4u(23u));
  prediction[vector] = estimate;
  prediction[launch.stride + vector] = max(driftSystem[size * size + size] - known + unknown, vec4f());
}
`,
  },
  "calibrate/kriging-product": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","extended"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"stride","type":"u32","offset":0},{"name":"candidates","type":"u32","offset":4},{"name":"points","type":"u32","offset":8},{"name":"dimension","type":"u32","offset":12},{"name":"drifts","type":"u32","offset":16},{"name":"degree","type":"u32","offset":20},{"name":"isScaled","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"tiles","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"factor","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"rowScale","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"covariance","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"product","kind":"storage"},
    ],
    sources: [{"file":"include/kriging.wgsl","line":2},{"file":"calibrate/kriging-product.wgsl","line":31}],
    code: String.raw`


struct KrigingLaunch {
  stride: u32,
  candidates: u32,
  points: u32,
  dimension: u32,
  drifts: u32,

  degree: u32,

  isScaled: u32,
  zero: u32,
}

@group(0) @binding(0) var<uniform> launch: KrigingLaunch;

override lanes: u32 = 64;

override extended: u32 = 1u;

fn vectorCount() -> u32 {
  return (launch.candidates + 3u) / 4u;
}


fn paddedPoints() -> u32 {
  return (launch.points + 3u) / 4u * 4u;
}









@group(0) @binding(1) var<storage, read> tiles: array<vec4u>;
@group(0) @binding(2) var<storage, read> factor: array<vec4f>;
@group(0) @binding(3) var<storage, read> rowScale: array<vec4f>;
@group(0) @binding(4) var<storage, read> covariance: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> product: array<vec4f>;

const columnsPerBlock = 64u;

fn toWhole(high: vec4f, middle: vec4f) -> vec4i {
  return vec4i(round(high * 32768.0)) * 256 + vec4i(round(middle * 8388608.0));
}

fn writeRows(tile: u32, vector: u32, a: vec4f, b: vec4f, c: vec4f, d: vec4f) {
  let at = 4u * tile * launch.stride + vector;
  let scale = rowScale[tile];
  product[at] = a * scale.x;
  product[at + launch.stride] = b * scale.y;
  product[at + 2u * launch.stride] = c * scale.z;
  product[at + 3u * launch.stride] = d * scale.w;
}

fn multiplySingle(tile: u32, vector: u32) {
  let record = tiles[tile];
  var a = vec4f();
  var b = vec4f();
  var c = vec4f();
  var d = vec4f();
  var at = record.z;
  for (var j = record.x; j < record.y; j++) {
    let entry = factor[at];
    let k = covariance[j * launch.stride + vector];
    a += entry.x * k;
    b += entry.y * k;
    c += entry.z * k;
    d += entry.w * k;
    at++;
  }
  writeRows(tile, vector, a, b, c, d);
}

fn multiplyExtended(tile: u32, vector: u32) {
  let record = tiles[tile];
  let next = launch.points * launch.stride;
  var at = record.z;
  var wholeA = vec4i();
  var wholeB = vec4i();
  var wholeC = vec4i();
  var wholeD = vec4i();
  var lowA = vec4f();
  var lowB = vec4f();
  var lowC = vec4f();
  var lowD = vec4f();
  for (var first = record.x; first < record.y; first += columnsPerBlock) {
    var highA = vec4f();
    var highB = vec4f();
    var highC = vec4f();
    var highD = vec4f();
    var middleA = vec4f();
    var middleB = vec4f();
    var middleC = vec4f();
    var middleD = vec4f();
    let end = min(first + columnsPerBlock, record.y);
    for (var j = first; j < end; j++) {
      let a1 = factor[at];
      let a2 = factor[at + 1u];
      let a3 = factor[at + 2u];
      at += 3u;
      let place = j * launch.stride + vector;
      let k1 = covariance[place];
      let k2 = covariance[place + next];
      let k3 = covariance[place + 2u * next];
      let k23 = k2 + k3;
      let k = k1 + k23;
      highA += a1.x * k1;
      highB += a1.y * k1;
      highC += a1.z * k1;
      highD += a1.w * k1;
      middleA += a1.x * k2 + a2.x * k1;
      middleB += a1.y * k2 + a2.y * k1;
      middleC += a1.z * k2 + a2.z * k1;
      middleD += a1.w * k2 + a2.w * k1;
      lowA += a1.x * k3 + a2.x * k23 + a3.x * k;
      lowB += a1.y * k3 + a2.y * k23 + a3.y * k;
      lowC += a1.z * k3 + a2.z * k23 + a3.z * k;
      lowD += a1.w * k3 + a2.w * k23 + a3.w * k;
    }
    wholeA += toWhole(highA, middleA);
    wholeB += toWhole(highB, middleB);
    wholeC += toWhole(highC, middleC);
    wholeD += toWhole(highD, middleD);
  }
  let unit = 1.0 / 8388608.0;
  let a = vec4f(wholeA) * unit + lowA;
  let b = vec4f(wholeB) * unit + lowB;
  let c = vec4f(wholeC) * unit + lowC;
  let d = vec4f(wholeD) * unit + lowD;
  writeRows(tile, vector, a, b, c, d);
}

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= vectorCount()) { return; }
  if (extended == 1u) {
    multiplyExtended(id.y, id.x);
  } else {
    multiplySingle(id.y, id.x);
  }
}
`,
  },
  "calibrate/kriging-weights": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","extended"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":32,"members":[{"name":"stride","type":"u32","offset":0},{"name":"candidates","type":"u32","offset":4},{"name":"points","type":"u32","offset":8},{"name":"dimension","type":"u32","offset":12},{"name":"drifts","type":"u32","offset":16},{"name":"degree","type":"u32","offset":20},{"name":"isScaled","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"product","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"basis","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"multipliers","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"covariance","kind":"storage"},
    ],
    sources: [{"file":"include/kriging.wgsl","line":2},{"file":"include/kriging-slices.wgsl","line":31},{"file":"calibrate/kriging-weights.wgsl","line":46}],
    code: String.raw`


struct KrigingLaunch {
  stride: u32,
  candidates: u32,
  points: u32,
  dimension: u32,
  drifts: u32,

  degree: u32,

  isScaled: u32,
  zero: u32,
}

@group(0) @binding(0) var<uniform> launch: KrigingLaunch;

override lanes: u32 = 64;

override extended: u32 = 1u;

fn vectorCount() -> u32 {
  return (launch.candidates + 3u) / 4u;
}


fn paddedPoints() -> u32 {
  return (launch.points + 3u) / 4u * 4u;
}


struct Slices {
  high: vec4f,
  middle: vec4f,
  low: vec4f,
}


fn slice(x: vec4f, rest: vec4f) -> Slices {
  let high = round(x * 256.0) / 256.0;
  let left = x - high;
  let middle = round(left * 65536.0) / 65536.0;
  return Slices(high, middle, (left - middle) + rest);
}



@group(0) @binding(1) var<storage, read> product: array<vec4f>;
@group(0) @binding(2) var<storage, read> basis: array<f32>;
@group(0) @binding(3) var<storage, read> multipliers: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> covariance: array<vec4f>;

const pointsPerLane = 16u;

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let vector = id.x;
  if (vector >= vectorCount()) { return; }
  let size = launch.drifts;
  let scale = multipliers[2u * size * launch.stride + vector];
  let next = launch.points * launch.stride;
  let end = min((id.y + 1u) * pointsPerLane, launch.points);
  for (var i = id.y * pointsPerLane; i < end; i++) {
    let at = i * launch.stride + vector;
    var x = product[at];
    for (var j = 0u; j < size; j++) {
      x += basis[i * size + j] * multipliers[j * launch.stride + vector];
    }
    x /= scale;
    if (extended == 1u) {
      let parts = slice(x, vec4f());
      covariance[at] = parts.high;
      covariance[at + next] = parts.middle;
      covariance[at + 2u * next] = parts.low;
    } else {
      covariance[at] = x;
    }
  }
}
`,
  },
  "flow/conductance-gradient": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":16,"members":[{"name":"chunkCount","type":"u32","offset":0},{"name":"groundRow","type":"u32","offset":4},{"name":"zero","type":"u32","offset":8},{"name":"chunksPerGroup","type":"u32","offset":12}]},
      {"group":0,"binding":1,"name":"chunks","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"rowsOfThroat","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"systemScale","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"loadScale","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"solution","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"drop","kind":"read-only-storage"},
      {"group":0,"binding":7,"name":"gradient","kind":"storage"},
    ],
    sources: [{"file":"include/item-chunks.wgsl","line":2},{"file":"flow/conductance-gradient.wgsl","line":45}],
    code: String.raw`


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

const nowhere = 0xffffffffu;

fn firstChunk(group: vec3u) -> u32 {
  return (group.y * maxGroupsX + group.x) * launch.chunksPerGroup;
}

fn endChunk(group: vec3u) -> u32 {
  return min(firstChunk(group) + launch.chunksPerGroup, launch.chunkCount);
}


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn inversePowerOfTwo(x: f32) -> f32 {
  let exponent = clamp((bitcast<u32>(x) >> 23u) & 0xffu, 1u, 253u);
  return select(1.0, bitcast<f32>((254u - exponent) << 23u), x > 0.0);
}



@group(0) @binding(2) var<storage, read> rowsOfThroat: array<vec2u>;
@group(0) @binding(3) var<storage, read> systemScale: array<vec2f>;
@group(0) @binding(4) var<storage, read> loadScale: array<vec2f>;
@group(0) @binding(5) var<storage, read> solution: array<vec2f>;
@group(0) @binding(6) var<storage, read> drop: array<f32>;
@group(0) @binding(7) var<storage, read_write> gradient: array<f32>;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  let ofMatrix = systemScale[chunk.system];
  let ofLoad = loadScale[chunk.system];
  let isSound = ofMatrix.y == 0.0 && ofLoad.y == 0.0;
  for (var k = chunk.begin + lane; k < chunk.end; k += lanes) {
    let rows = rowsOfThroat[k];
    var value = 0.0;
    if (rows.x != nowhere && isSound) {
      let difference = solution[rows.x] - solution[rows.y];
      value = -((difference.x + difference.y) * drop[k]) * ofMatrix.x / ofLoad.x;
    }
    gradient[k] = value;
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
`,
  },
  "flow/gather-pressures": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","unsolved"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":16,"members":[{"name":"chunkCount","type":"u32","offset":0},{"name":"groundRow","type":"u32","offset":4},{"name":"zero","type":"u32","offset":8},{"name":"chunksPerGroup","type":"u32","offset":12}]},
      {"group":0,"binding":1,"name":"chunks","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"rowOfPore","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"solution","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"pressure","kind":"storage"},
    ],
    sources: [{"file":"include/item-chunks.wgsl","line":2},{"file":"flow/gather-pressures.wgsl","line":45}],
    code: String.raw`


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

const nowhere = 0xffffffffu;

fn firstChunk(group: vec3u) -> u32 {
  return (group.y * maxGroupsX + group.x) * launch.chunksPerGroup;
}

fn endChunk(group: vec3u) -> u32 {
  return min(firstChunk(group) + launch.chunksPerGroup, launch.chunkCount);
}


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn inversePowerOfTwo(x: f32) -> f32 {
  let exponent = clamp((bitcast<u32>(x) >> 23u) & 0xffu, 1u, 253u);
  return select(1.0, bitcast<f32>((254u - exponent) << 23u), x > 0.0);
}



@group(0) @binding(2) var<storage, read> rowOfPore: array<u32>;
@group(0) @binding(3) var<storage, read> solution: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> pressure: array<u32>;


override unsolved: u32 = 0u;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  for (var k = chunk.begin + lane; k < chunk.end; k += lanes) {
    let row = rowOfPore[k];
    var bits = unsolved;
    if (row != nowhere) {
      let pair = solution[row];
      bits = bitcast<u32>(pair.x + pair.y);
    }
    pressure[k] = bits;
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
`,
  },
  "flow/load-conductances": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":16,"members":[{"name":"chunkCount","type":"u32","offset":0},{"name":"groundRow","type":"u32","offset":4},{"name":"zero","type":"u32","offset":8},{"name":"chunksPerGroup","type":"u32","offset":12}]},
      {"group":0,"binding":1,"name":"chunks","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"edgeOfThroat","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"conductance","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"partialRange","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"edgeWeight","kind":"storage"},
      {"group":0,"binding":6,"name":"systemScale","kind":"storage"},
    ],
    sources: [{"file":"include/item-chunks.wgsl","line":2},{"file":"flow/load-conductances.wgsl","line":45}],
    code: String.raw`


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

const nowhere = 0xffffffffu;

fn firstChunk(group: vec3u) -> u32 {
  return (group.y * maxGroupsX + group.x) * launch.chunksPerGroup;
}

fn endChunk(group: vec3u) -> u32 {
  return min(firstChunk(group) + launch.chunksPerGroup, launch.chunkCount);
}


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn inversePowerOfTwo(x: f32) -> f32 {
  let exponent = clamp((bitcast<u32>(x) >> 23u) & 0xffu, 1u, 253u);
  return select(1.0, bitcast<f32>((254u - exponent) << 23u), x > 0.0);
}



@group(0) @binding(2) var<storage, read> edgeOfThroat: array<u32>;
@group(0) @binding(3) var<storage, read> conductance: array<f32>;
@group(0) @binding(4) var<storage, read> partialRange: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> edgeWeight: array<vec2f>;

@group(0) @binding(6) var<storage, read_write> systemScale: array<vec2f>;


const straight = 0xfffffffeu;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  var range = vec2f();
  for (var k = chunk.chunkBegin; k < chunk.chunkEnd; k++) {
    range = max(range, partialRange[k]);
  }
  let scale = inversePowerOfTwo(range.x);
  let isSound = range.y == 0.0;
  for (var k = chunk.begin + lane; k < chunk.end; k += lanes) {
    let edge = edgeOfThroat[k];
    if (edge < straight) {
      edgeWeight[edge] = vec2f(select(0.0, conductance[k] * scale, isSound), 0.0);
    }
  }
  if (lane == 0u && index == chunk.chunkBegin) {
    systemScale[chunk.system] = vec2f(scale, range.y);
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
`,
  },
  "flow/measure-range": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","mayBeNegative"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":16,"members":[{"name":"chunkCount","type":"u32","offset":0},{"name":"groundRow","type":"u32","offset":4},{"name":"zero","type":"u32","offset":8},{"name":"chunksPerGroup","type":"u32","offset":12}]},
      {"group":0,"binding":1,"name":"chunks","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"place","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"value","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"partialRange","kind":"storage"},
    ],
    sources: [{"file":"include/item-chunks.wgsl","line":2},{"file":"flow/measure-range.wgsl","line":45}],
    code: String.raw`


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

const nowhere = 0xffffffffu;

fn firstChunk(group: vec3u) -> u32 {
  return (group.y * maxGroupsX + group.x) * launch.chunksPerGroup;
}

fn endChunk(group: vec3u) -> u32 {
  return min(firstChunk(group) + launch.chunksPerGroup, launch.chunkCount);
}


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn inversePowerOfTwo(x: f32) -> f32 {
  let exponent = clamp((bitcast<u32>(x) >> 23u) & 0xffu, 1u, 253u);
  return select(1.0, bitcast<f32>((254u - exponent) << 23u), x > 0.0);
}


@group(0) @binding(2) var<storage, read> place: array<u32>;
@group(0) @binding(3) var<storage, read> value: array<f32>;

@group(0) @binding(4) var<storage, read_write> partialRange: array<vec2f>;

override mayBeNegative: u32 = 0u;

var<workgroup> cells: array<vec2f, lanes>;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  var range = vec2f();
  for (var k = chunk.begin + lane; k < chunk.end; k += lanes) {
    let x = value[k];
    let isWrong = !isFiniteNumber(x) || (mayBeNegative == 0u && x < 0.0);
    if (place[k] != nowhere) {
      range = max(range, select(vec2f(abs(x), 0.0), vec2f(0.0, 1.0), isWrong));
    }
  }
  cells[lane] = range;
  workgroupBarrier();
  if (lane == 0u) {
    for (var k = 1u; k < lanes; k++) {
      range = max(range, cells[k]);
    }
    partialRange[index] = range;
  }
  workgroupBarrier();
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
`,
  },
  "flow/permeability": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":16,"members":[{"name":"chunkCount","type":"u32","offset":0},{"name":"groundRow","type":"u32","offset":4},{"name":"zero","type":"u32","offset":8},{"name":"chunksPerGroup","type":"u32","offset":12}]},
      {"group":0,"binding":1,"name":"chunks","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"factor","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"systemScale","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"partialEnergy","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"permeability","kind":"storage"},
    ],
    sources: [{"file":"include/item-chunks.wgsl","line":2},{"file":"include/reduce.wgsl","line":45},{"file":"flow/permeability.wgsl","line":62}],
    code: String.raw`


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

const nowhere = 0xffffffffu;

fn firstChunk(group: vec3u) -> u32 {
  return (group.y * maxGroupsX + group.x) * launch.chunksPerGroup;
}

fn endChunk(group: vec3u) -> u32 {
  return min(firstChunk(group) + launch.chunksPerGroup, launch.chunkCount);
}


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn inversePowerOfTwo(x: f32) -> f32 {
  let exponent = clamp((bitcast<u32>(x) >> 23u) & 0xffu, 1u, 253u);
  return select(1.0, bitcast<f32>((254u - exponent) << 23u), x > 0.0);
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




@group(0) @binding(2) var<storage, read> factor: array<f32>;
@group(0) @binding(3) var<storage, read> systemScale: array<vec2f>;
@group(0) @binding(4) var<storage, read> partialEnergy: array<f32>;
@group(0) @binding(5) var<storage, read_write> permeability: array<f32>;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  if (index != chunk.chunkBegin) { return; }
  var energy = 0.0;
  for (var k = chunk.chunkBegin + lane; k < chunk.chunkEnd; k += lanes) {
    energy += partialEnergy[k];
  }
  let total = reduceSum(vec2f(energy, 0.0), lane).x;
  if (lane == 0u) {
    let scale = systemScale[chunk.system];

    let notANumber = bitcast<f32>(0x7fc00000u | launch.zero);
    permeability[chunk.system] = select(factor[chunk.system] * (total / scale.x), notANumber, scale.y != 0.0);
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
`,
  },
  "flow/scatter-load": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":16,"members":[{"name":"chunkCount","type":"u32","offset":0},{"name":"groundRow","type":"u32","offset":4},{"name":"zero","type":"u32","offset":8},{"name":"chunksPerGroup","type":"u32","offset":12}]},
      {"group":0,"binding":1,"name":"chunks","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"unknownOfPore","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"pressureGradient","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"partialRange","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"load","kind":"storage"},
      {"group":0,"binding":6,"name":"loadScale","kind":"storage"},
    ],
    sources: [{"file":"include/item-chunks.wgsl","line":2},{"file":"flow/scatter-load.wgsl","line":45}],
    code: String.raw`


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

const nowhere = 0xffffffffu;

fn firstChunk(group: vec3u) -> u32 {
  return (group.y * maxGroupsX + group.x) * launch.chunksPerGroup;
}

fn endChunk(group: vec3u) -> u32 {
  return min(firstChunk(group) + launch.chunksPerGroup, launch.chunkCount);
}


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn inversePowerOfTwo(x: f32) -> f32 {
  let exponent = clamp((bitcast<u32>(x) >> 23u) & 0xffu, 1u, 253u);
  return select(1.0, bitcast<f32>((254u - exponent) << 23u), x > 0.0);
}


@group(0) @binding(2) var<storage, read> unknownOfPore: array<u32>;
@group(0) @binding(3) var<storage, read> pressureGradient: array<f32>;
@group(0) @binding(4) var<storage, read> partialRange: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> load: array<vec2f>;

@group(0) @binding(6) var<storage, read_write> loadScale: array<vec2f>;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  var range = vec2f();
  for (var k = chunk.chunkBegin; k < chunk.chunkEnd; k++) {
    range = max(range, partialRange[k]);
  }
  let scale = inversePowerOfTwo(range.x);
  for (var k = chunk.begin + lane; k < chunk.end; k += lanes) {
    let row = unknownOfPore[k];
    if (row != nowhere) {
      load[row] = vec2f(select(0.0, pressureGradient[k] * scale, range.y == 0.0), 0.0);
    }
  }
  if (lane == 0u && index == chunk.chunkBegin) {
    loadScale[chunk.system] = vec2f(scale, range.y);
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
`,
  },
  "flow/throat-drops": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":16,"members":[{"name":"chunkCount","type":"u32","offset":0},{"name":"groundRow","type":"u32","offset":4},{"name":"zero","type":"u32","offset":8},{"name":"chunksPerGroup","type":"u32","offset":12}]},
      {"group":0,"binding":1,"name":"chunks","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"rowsOfThroat","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"conductance","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"systemScale","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"solution","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"drop","kind":"storage"},
      {"group":0,"binding":7,"name":"partialEnergy","kind":"storage"},
    ],
    sources: [{"file":"include/item-chunks.wgsl","line":2},{"file":"include/reduce.wgsl","line":45},{"file":"flow/throat-drops.wgsl","line":62}],
    code: String.raw`


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

const nowhere = 0xffffffffu;

fn firstChunk(group: vec3u) -> u32 {
  return (group.y * maxGroupsX + group.x) * launch.chunksPerGroup;
}

fn endChunk(group: vec3u) -> u32 {
  return min(firstChunk(group) + launch.chunksPerGroup, launch.chunkCount);
}


fn isFiniteNumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}


fn inversePowerOfTwo(x: f32) -> f32 {
  let exponent = clamp((bitcast<u32>(x) >> 23u) & 0xffu, 1u, 253u);
  return select(1.0, bitcast<f32>((254u - exponent) << 23u), x > 0.0);
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



@group(0) @binding(2) var<storage, read> rowsOfThroat: array<vec2u>;
@group(0) @binding(3) var<storage, read> conductance: array<f32>;
@group(0) @binding(4) var<storage, read> systemScale: array<vec2f>;
@group(0) @binding(5) var<storage, read> solution: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> drop: array<f32>;
@group(0) @binding(7) var<storage, read_write> partialEnergy: array<f32>;

fn visitChunk(index: u32, lane: u32) {
  let chunk = chunks[index];
  let scale = systemScale[chunk.system];
  var energy = 0.0;
  for (var k = chunk.begin + lane; k < chunk.end; k += lanes) {
    let rows = rowsOfThroat[k];
    var fall = 0.0;
    if (rows.x != nowhere && scale.y == 0.0) {
      let difference = solution[rows.x] - solution[rows.y];
      fall = difference.x + difference.y;
      energy += conductance[k] * scale.x * fall * fall;
    }
    drop[k] = fall;
  }
  let total = reduceSum(vec2f(energy, 0.0), lane).x;
  if (lane == 0u) {
    partialEnergy[index] = total;
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var index = firstChunk(group); index < endChunk(group); index++) {
    visitChunk(index, lane);
  }
}
`,
  },
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
  "learn/dense-weight-gradient": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"dense","kind":"uniform","bytes":16,"members":[{"name":"itemVectors","type":"u32","offset":0},{"name":"inputs","type":"u32","offset":4},{"name":"outputs","type":"u32","offset":8},{"name":"vectorsPerGroup","type":"u32","offset":12}]},
      {"group":0,"binding":1,"name":"x","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"gradient","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"parts","kind":"storage"},
    ],
    sources: [{"file":"learn/dense-weight-gradient.wgsl","line":2}],
    code: String.raw`



struct Dense {
  itemVectors: u32,
  inputs: u32,
  outputs: u32,
  vectorsPerGroup: u32,
}

@group(0) @binding(0) var<uniform> dense: Dense;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parts: array<f32>;

override lanes: u32 = 64;

var<workgroup> cells: array<vec4f, 4u * lanes>;

fn readInput(i: u32, v: u32) -> vec4f {
  if (i >= dense.inputs) { return vec4f(1.0); }
  return x[i * dense.itemVectors + v];
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let firstInput = 4u * group.x;
  let firstOutput = 4u * group.y;
  let last = dense.outputs - 1u;
  let o = min(vec4u(firstOutput, firstOutput + 1u, firstOutput + 2u, firstOutput + 3u), vec4u(last));
  let end = min((group.z + 1u) * dense.vectorsPerGroup, dense.itemVectors);

  var sum: array<vec4f, 4>;
  for (var v = group.z * dense.vectorsPerGroup + lane; v < end; v += lanes) {
    let a = gradient[o.x * dense.itemVectors + v];
    let b = gradient[o.y * dense.itemVectors + v];
    let c = gradient[o.z * dense.itemVectors + v];
    let d = gradient[o.w * dense.itemVectors + v];
    for (var i = 0u; i < 4u; i++) {
      let value = readInput(firstInput + i, v);
      sum[i] += vec4f(dot(value, a), dot(value, b), dot(value, c), dot(value, d));
    }
  }
  for (var i = 0u; i < 4u; i++) {
    cells[i * lanes + lane] = sum[i];
  }
  workgroupBarrier();
  for (var i = lane; i < 4u; i += lanes) {
    var total = vec4f();
    for (var k = 0u; k < lanes; k++) {
      total += cells[i * lanes + k];
    }
    if (firstInput + i <= dense.inputs) {
      let at = (group.z * (dense.inputs + 1u) + firstInput + i) * dense.outputs;
      for (var k = 0u; k < min(4u, dense.outputs - firstOutput); k++) {
        parts[at + firstOutput + k] = total[k];
      }
    }
  }
}
`,
  },
  "learn/dense": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","mode","activation"],
    bindings: [
      {"group":0,"binding":0,"name":"dense","kind":"uniform","bytes":16,"members":[{"name":"itemVectors","type":"u32","offset":0},{"name":"inputs","type":"u32","offset":4},{"name":"outputs","type":"u32","offset":8},{"name":"vectorsPerGroup","type":"u32","offset":12}]},
      {"group":0,"binding":1,"name":"x","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"bias","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"upstream","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"y","kind":"storage"},
    ],
    sources: [{"file":"learn/dense.wgsl","line":2}],
    code: String.raw`





struct Dense {
  itemVectors: u32,
  inputs: u32,
  outputs: u32,
  vectorsPerGroup: u32,
}

@group(0) @binding(0) var<uniform> dense: Dense;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> upstream: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;

override lanes: u32 = 64;
override mode: u32 = 0u;

override activation: u32 = 0u;

const outputsPerGroup = 8u;

fn activate(z: vec4f) -> vec4f {
  if (activation == 1u) { return tanh(clamp(z, vec4f(-15.0), vec4f(15.0))); }
  if (activation == 2u) { return max(z, vec4f()); }
  if (activation == 3u) { return z / (1.0 + exp(-z)); }
  return z;
}

fn slope(z: vec4f) -> vec4f {
  if (activation == 1u) {
    let t = tanh(clamp(z, vec4f(-15.0), vec4f(15.0)));
    return 1.0 - t * t;
  }
  if (activation == 2u) { return select(vec4f(), vec4f(1.0), z > vec4f()); }
  if (activation == 3u) {
    let s = 1.0 / (1.0 + exp(-z));
    return s * (1.0 + z * (1.0 - s));
  }
  return vec4f(1.0);
}

fn weightOf(input: u32, output: u32) -> f32 {
  if (mode == 2u) { return weight[output * dense.inputs + input]; }
  return weight[input * dense.outputs + output];
}

fn biasOf(output: u32) -> vec4f {
  if (mode == 2u) { return vec4f(); }
  return vec4f(bias[output]);
}

fn writeResult(output: u32, v: u32, z: vec4f) {
  if (output >= dense.outputs) { return; }
  let at = output * dense.itemVectors + v;
  if (mode == 1u) {
    y[at] = upstream[at] * slope(z);
  } else {
    y[at] = activate(z);
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.y * outputsPerGroup;
  let o = min(first + vec4u(0, 1, 2, 3), vec4u(dense.outputs - 1u));
  let q = min(first + vec4u(4, 5, 6, 7), vec4u(dense.outputs - 1u));
  let end = min((group.x + 1u) * dense.vectorsPerGroup, dense.itemVectors);
  for (var v = group.x * dense.vectorsPerGroup + lane; v < end; v += lanes) {
    var a = biasOf(o.x);
    var b = biasOf(o.y);
    var c = biasOf(o.z);
    var d = biasOf(o.w);
    var e = biasOf(q.x);
    var f = biasOf(q.y);
    var g = biasOf(q.z);
    var h = biasOf(q.w);
    for (var i = 0u; i < dense.inputs; i++) {
      let value = x[i * dense.itemVectors + v];
      a += weightOf(i, o.x) * value;
      b += weightOf(i, o.y) * value;
      c += weightOf(i, o.z) * value;
      d += weightOf(i, o.w) * value;
      e += weightOf(i, q.x) * value;
      f += weightOf(i, q.y) * value;
      g += weightOf(i, q.z) * value;
      h += weightOf(i, q.w) * value;
    }
    writeResult(first, v, a);
    writeResult(first + 1u, v, b);
    writeResult(first + 2u, v, c);
    writeResult(first + 3u, v, d);
    writeResult(first + 4u, v, e);
    writeResult(first + 5u, v, f);
    writeResult(first + 6u, v, g);
    writeResult(first + 7u, v, h);
  }
}
`,
  },
  "learn/sparse-sum": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"shape","kind":"uniform","bytes":12,"members":[{"name":"features","type":"u32","offset":0},{"name":"itemsIn","type":"u32","offset":4},{"name":"itemsOut","type":"u32","offset":8}]},
      {"group":0,"binding":1,"name":"rowStart","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"entries","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"x","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"y","kind":"storage"},
    ],
    sources: [{"file":"learn/sparse-sum.wgsl","line":2}],
    code: String.raw`



struct Sparse {
  features: u32,
  itemsIn: u32,
  itemsOut: u32,
}

@group(0) @binding(0) var<uniform> shape: Sparse;
@group(0) @binding(1) var<storage, read> rowStart: array<u32>;

@group(0) @binding(2) var<storage, read> entries: array<vec2u>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

override lanes: u32 = 64;

const featuresPerGroup = 4u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let first = group.y * featuresPerGroup;
  let last = shape.features - 1u;
  let f = min(vec4u(first, first + 1u, first + 2u, first + 3u), vec4u(last)) * shape.itemsIn;
  for (var i = group.x * lanes + lane; i < shape.itemsOut; i += groups.x * lanes) {
    var sum = vec4f();
    for (var k = rowStart[i]; k < rowStart[i + 1u]; k++) {
      let entry = entries[k];
      let value = vec4f(x[f.x + entry.x], x[f.y + entry.x], x[f.z + entry.x], x[f.w + entry.x]);
      sum += bitcast<f32>(entry.y) * value;
    }
    for (var k = 0u; k < min(featuresPerGroup, shape.features - first); k++) {
      y[(first + k) * shape.itemsOut + i] = sum[k];
    }
  }
}
`,
  },
  "learn/sum-parts": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"shape","kind":"uniform","bytes":8,"members":[{"name":"count","type":"u32","offset":0},{"name":"partCount","type":"u32","offset":4}]},
      {"group":0,"binding":1,"name":"parts","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"sum","kind":"storage"},
    ],
    sources: [{"file":"learn/sum-parts.wgsl","line":2}],
    code: String.raw`

struct Sum {
  count: u32,
  partCount: u32,
}

@group(0) @binding(0) var<uniform> shape: Sum;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> sum: array<f32>;

override lanes: u32 = 64;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = group.x * lanes + lane;
  if (i >= shape.count) { return; }
  var total = 0.0;
  for (var k = 0u; k < shape.partCount; k++) {
    total += parts[k * shape.count + i];
  }
  sum[i] = total;
}
`,
  },
  "multigrid/assign-states": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"rowTable","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"threshold","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"isCoarse","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"state","kind":"storage"},
      {"group":0,"binding":7,"name":"left","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"include/multigrid-rows.wgsl","line":34},{"file":"include/coarsening.wgsl","line":52},{"file":"multigrid/assign-states.wgsl","line":58}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}



@group(0) @binding(1) var<storage, read> rowTable: array<u32>;

struct RowSlots {
  first: u32,
  end: u32,
  stride: u32,
}

fn rowSlots(row: u32) -> RowSlots {
  if (level.isSliced == 1u) {
    let at = level.sliceTable + row / 32u;
    return RowSlots(32u * rowTable[at] + row % 32u, 32u * rowTable[at + 1u], 32u);
  }
  return RowSlots(rowTable[row], rowTable[row + 1u], 1u);
}

const undecided = 0u;
const fine = 1u;
const coarse = 2u;

const unreachable = 3.0e38;





@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> threshold: array<f32>;
@group(0) @binding(5) var<storage, read> isCoarse: array<u32>;
@group(0) @binding(6) var<storage, read_write> state: array<u32>;
@group(0) @binding(7) var<storage, read_write> left: array<atomic<u32>>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  var count = 0u;
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    if (state[row] != undecided) { continue; }
    if (isCoarse[row] == 1u) {
      state[row] = coarse;
      continue;
    }
    let limit = threshold[row];
    let slots = rowSlots(row);
    var depends = false;
    for (var slot = slots.first; slot < slots.end && !depends; slot += slots.stride) {
      let other = column[slot];
      if (other < level.rowCount) {
        depends = weight[slot] >= limit && isCoarse[other] == 1u;
      }
    }
    if (depends) {
      state[row] = fine;
    } else {
      count += 1u;
    }
  }
  if (count > 0u) {
    atomicAdd(&left[0], count);
  }
}
`,
  },
  "multigrid/cg-begin": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"residual","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"smoother","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"rest","kind":"storage"},
      {"group":0,"binding":5,"name":"smoothed","kind":"storage"},
      {"group":0,"binding":6,"name":"correction","kind":"storage"},
      {"group":0,"binding":7,"name":"partialSquares","kind":"storage"},
      {"group":0,"binding":8,"name":"state","kind":"read-only-storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/system-state.wgsl","line":66},{"file":"multigrid/cg-begin.wgsl","line":100}],
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
@group(0) @binding(3) var<storage, read> smoother: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> rest: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> smoothed: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> correction: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> partialSquares: array<f32>;
@group(0) @binding(8) var<storage, read> state: array<SystemState>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  let scale = state[chunk.system].scale;
  var squares = 0.0;
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let r = scale * residual[i];
    rest[i] = r;
    smoothed[i] = smoother[i] * r;
    correction[i] = vec4f();
    squares += dot(r, r);
  }
  let total = reduceSum(vec2f(squares, 0.0), lane);
  if (lane == 0u) {
    partialSquares[index] = total.x;
  }
}
`,
  },
  "multigrid/cg-decide": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","isStart"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"partialSquares","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"state","kind":"storage"},
      {"group":0,"binding":4,"name":"history","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/system-state.wgsl","line":66},{"file":"multigrid/cg-decide.wgsl","line":100}],
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




@group(0) @binding(2) var<storage, read> partialSquares: array<f32>;
@group(0) @binding(3) var<storage, read_write> state: array<SystemState>;
@group(0) @binding(4) var<storage, read_write> history: array<vec2f>;


override isStart: u32 = 0u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  if (index != chunk.chunkBegin) { return; }
  var own = 0.0;
  for (var k = chunk.chunkBegin + lane; k < chunk.chunkEnd; k += lanes) {
    own += partialSquares[k];
  }
  let norm2 = reduceSum(vec2f(own, 0.0), lane).x;
  if (lane != 0u || (isStart == 0u && state[chunk.system].running[launch.parity] == 0u)) { return; }
  var runs = state[chunk.system].budget > 0u && norm2 > 0.0;
  if (isStart == 1u) {
    state[chunk.system].iteration = 0u;
    state[chunk.system].outcome = outcomeRunning;
  } else {
    let iteration = state[chunk.system].iteration;
    let alpha = state[chunk.system].alpha;
    let rho = state[chunk.system].rho[1u - launch.parity];
    history[chunk.system * launch.historyCapacity + iteration % launch.historyCapacity] = vec2f(alpha * rho, norm2);
    let left = iteration + 1u < state[chunk.system].budget;
    if (state[chunk.system].outcome == outcomeRunning) {
      state[chunk.system].outcome = judgeStep(alpha, rho, norm2, state[chunk.system].threshold, left);
    }
    state[chunk.system].iteration = iteration + 1u;
    runs = state[chunk.system].outcome == outcomeRunning;
  }
  let word = select(0u, 1u, runs);
  state[chunk.system].running = array<u32, 2>(word, word);
}
`,
  },
  "multigrid/cg-direction": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"preconditioned","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"direction","kind":"storage"},
      {"group":0,"binding":4,"name":"partialProduct","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"state","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/system-state.wgsl","line":66},{"file":"multigrid/cg-direction.wgsl","line":100}],
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




@group(0) @binding(2) var<storage, read> preconditioned: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> direction: array<vec4f>;
@group(0) @binding(4) var<storage, read> partialProduct: array<f32>;
@group(0) @binding(5) var<storage, read_write> state: array<SystemState>;

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
    own += partialProduct[k];
  }
  let rho = reduceSum(vec2f(own, 0.0), lane).x;
  let isFirst = state[chunk.system].iteration == 0u;
  let beta = select(rho / state[chunk.system].rho[launch.parity], 0.0, isFirst);
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let before = select(direction[i], vec4f(), isFirst);
    direction[i] = preconditioned[i] + beta * before;
  }
  if (lane == 0u && index == chunk.chunkBegin) {
    state[chunk.system].rho[1u - launch.parity] = rho;
  }
}
`,
  },
  "multigrid/cg-gate": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":2,"name":"state","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"fullGroups","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"groups","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/system-state.wgsl","line":66},{"file":"multigrid/cg-gate.wgsl","line":100}],
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
@group(0) @binding(3) var<storage, read> fullGroups: array<u32>;
@group(0) @binding(4) var<storage, read_write> groups: array<u32>;

@compute @workgroup_size(lanes)
fn main(@builtin(local_invocation_index) lane: u32) {
  var running = 0.0;
  for (var k = lane; k < arrayLength(&state); k += lanes) {
    running += f32(state[k].running[0]);
  }
  let goesOn = reduceSum(vec2f(running, 0.0), lane).x > 0.0;
  for (var k = lane; k < arrayLength(&groups); k += lanes) {
    groups[k] = select(0u, fullGroups[k], goesOn);
  }
}
`,
  },
  "multigrid/cg-update": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"direction","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"product","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"smoother","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"partialCurvature","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"correction","kind":"storage"},
      {"group":0,"binding":7,"name":"rest","kind":"storage"},
      {"group":0,"binding":8,"name":"smoothed","kind":"storage"},
      {"group":0,"binding":9,"name":"partialSquares","kind":"storage"},
      {"group":0,"binding":10,"name":"state","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/system-state.wgsl","line":66},{"file":"multigrid/cg-update.wgsl","line":100}],
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




@group(0) @binding(2) var<storage, read> direction: array<vec4f>;
@group(0) @binding(3) var<storage, read> product: array<vec4f>;
@group(0) @binding(4) var<storage, read> smoother: array<vec4f>;
@group(0) @binding(5) var<storage, read> partialCurvature: array<f32>;
@group(0) @binding(6) var<storage, read_write> correction: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> rest: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> smoothed: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> partialSquares: array<f32>;
@group(0) @binding(10) var<storage, read_write> state: array<SystemState>;

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
  let rho = state[chunk.system].rho[1u - launch.parity];
  let isNumber = isFiniteNumber(curvature) && isFiniteNumber(rho);
  let steps = isNumber && curvature > 0.0 && rho > 0.0;
  let alpha = select(0.0, rho / curvature, steps);
  var squares = 0.0;
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    correction[i] += alpha * direction[i];
    let r = rest[i] - alpha * product[i];
    rest[i] = r;
    smoothed[i] = smoother[i] * r;
    squares += dot(r, r);
  }
  let total = reduceSum(vec2f(squares, 0.0), lane);
  if (lane == 0u) {
    partialSquares[index] = total.x;
    if (index == chunk.chunkBegin) {
      state[chunk.system].alpha = alpha;
      if (!steps) {
        state[chunk.system].outcome = select(outcomeNonFinite, outcomeBreakdown, isNumber);
      }
    }
  }
}
`,
  },
  "multigrid/choose-columns": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","smallestShare"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"rowTable","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"threshold","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"coarseOf","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"columns","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"include/multigrid-rows.wgsl","line":34},{"file":"multigrid/choose-columns.wgsl","line":52}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}



@group(0) @binding(1) var<storage, read> rowTable: array<u32>;

struct RowSlots {
  first: u32,
  end: u32,
  stride: u32,
}

fn rowSlots(row: u32) -> RowSlots {
  if (level.isSliced == 1u) {
    let at = level.sliceTable + row / 32u;
    return RowSlots(32u * rowTable[at] + row % 32u, 32u * rowTable[at + 1u], 32u);
  }
  return RowSlots(rowTable[row], rowTable[row + 1u], 1u);
}







@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> threshold: array<f32>;
@group(0) @binding(5) var<storage, read> coarseOf: array<u32>;
@group(0) @binding(6) var<storage, read_write> columns: array<vec4u>;

override smallestShare: f32 = 0.2;

const mostCandidates = 16u;
var<private> candidates: array<u32, mostCandidates>;
var<private> values: array<f32, mostCandidates>;
var<private> candidateCount: u32;

fn addCandidate(which: u32, value: f32) {
  for (var k = 0u; k < candidateCount; k++) {
    if (candidates[k] == which) {
      values[k] += value;
      return;
    }
  }
  if (candidateCount < mostCandidates) {
    candidates[candidateCount] = which;
    values[candidateCount] = value;
    candidateCount += 1u;
  }
}


fn addThrough(neighbour: u32, row: u32, w: f32) {
  let slots = rowSlots(neighbour);
  let limit = threshold[neighbour];
  var sum = 0.0;
  for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
    let other = column[slot];
    if (other < level.rowCount) {
      let its = weight[slot];
      sum += select(0.0, its, other == row || (its >= limit && coarseOf[other] != nowhere));
    }
  }
  for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
    let other = column[slot];
    if (other < level.rowCount) {
      let its = weight[slot];
      if (its >= limit && coarseOf[other] != nowhere) {
        addCandidate(coarseOf[other], w * its / sum);
      }
    }
  }
}

fn takeLargest() -> vec4u {
  var found = vec4u(nowhere);
  var least = 0.0;
  for (var place = 0u; place < 4u; place++) {
    var best = 0u;
    var largest = 0.0;
    for (var k = 0u; k < candidateCount; k++) {
      if (values[k] > largest) {
        largest = values[k];
        best = k;
      }
    }
    if (place == 0u) {
      least = smallestShare * largest;
    }
    if (largest <= 0.0 || largest < least) { break; }
    found[place] = candidates[best];
    values[best] = 0.0;
  }
  return found;
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    if (coarseOf[row] != nowhere) {
      columns[row] = vec4u(coarseOf[row], nowhere, nowhere, nowhere);
      continue;
    }
    let limit = threshold[row];
    let slots = rowSlots(row);
    candidateCount = 0u;
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let other = column[slot];
      if (other < level.rowCount) {
        if (weight[slot] >= limit && coarseOf[other] != nowhere) {
          addCandidate(coarseOf[other], weight[slot]);
        }
      }
    }
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let other = column[slot];
      if (other < level.rowCount) {
        if (weight[slot] >= limit && coarseOf[other] == nowhere) {
          addThrough(other, row, weight[slot]);
        }
      }
    }
    columns[row] = takeLargest();
  }
}
`,
  },
  "multigrid/count-coarse": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"rowTable","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"columns","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"links","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"scratch","kind":"storage"},
      {"group":0,"binding":6,"name":"table","kind":"uniform","bytes":16,"members":[{"name":"capacity","type":"u32","offset":0},{"name":"least","type":"u32","offset":4},{"name":"most","type":"u32","offset":8},{"name":"isFirst","type":"u32","offset":12}]},
      {"group":0,"binding":7,"name":"counts","kind":"storage"},
      {"group":0,"binding":8,"name":"left","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"include/multigrid-rows.wgsl","line":34},{"file":"include/coarse-pattern.wgsl","line":52},{"file":"multigrid/count-coarse.wgsl","line":124}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}



@group(0) @binding(1) var<storage, read> rowTable: array<u32>;

struct RowSlots {
  first: u32,
  end: u32,
  stride: u32,
}

fn rowSlots(row: u32) -> RowSlots {
  if (level.isSliced == 1u) {
    let at = level.sliceTable + row / 32u;
    return RowSlots(32u * rowTable[at] + row % 32u, 32u * rowTable[at + 1u], 32u);
  }
  return RowSlots(rowTable[row], rowTable[row + 1u], 1u);
}



struct Table {
  capacity: u32,

  least: u32,
  most: u32,
  isFirst: u32,
}
@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> columns: array<vec4u>;
@group(0) @binding(4) var<storage, read> links: array<u32>;
@group(0) @binding(5) var<storage, read_write> scratch: array<u32>;
@group(0) @binding(6) var<uniform> table: Table;

var<private> taken: u32;

fn tableStart(group: vec3u, lane: u32) -> u32 {
  return (groupIndex(group) * lanes + lane) * (table.capacity + table.capacity / 2u);
}


fn addColumn(start: u32, which: u32) -> bool {
  let key = which + 1u;
  var place = (which * 2654435761u) & (table.capacity - 1u);
  while (scratch[start + place] != 0u) {
    if (scratch[start + place] == key) { return true; }
    place = (place + 1u) & (table.capacity - 1u);
  }
  if (taken == table.capacity / 2u) { return false; }
  scratch[start + place] = key;
  scratch[start + table.capacity + taken] = place;
  taken += 1u;
  return true;
}

fn addColumns(start: u32, which: vec4u, row: u32) -> bool {
  for (var k = 0u; k < 4u; k++) {
    if (which[k] != nowhere && which[k] != row) {
      if (!addColumn(start, which[k])) { return false; }
    }
  }
  return true;
}


fn gatherColumns(start: u32, row: u32) -> bool {
  taken = 0u;
  for (var k = links[row]; k < links[row + 1u]; k++) {
    let fromRow = links[level.entries + k] / 4u;
    if (!addColumns(start, columns[fromRow], row)) { return false; }
    let slots = rowSlots(fromRow);
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let other = column[slot];
      if (other < level.rowCount && other != fromRow) {
        if (!addColumns(start, columns[other], row)) { return false; }
      }
    }
  }
  return true;
}

fn takenColumn(start: u32, index: u32) -> u32 {
  return scratch[start + scratch[start + table.capacity + index]] - 1u;
}

fn clearTable(start: u32) {
  for (var k = 0u; k < taken; k++) {
    scratch[start + scratch[start + table.capacity + k]] = 0u;
  }
}





@group(0) @binding(7) var<storage, read_write> counts: array<u32>;
@group(0) @binding(8) var<storage, read_write> left: array<atomic<u32>>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var entries = 0u;
  let start = tableStart(group, lane);
  let end = min(firstRow(group) + level.blockRows, level.coarseCount);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    if (table.isFirst == 0u && counts[row] != nowhere) { continue; }
    if (gatherColumns(start, row)) {
      counts[row] = taken;
      entries += taken;
    } else {
      counts[row] = nowhere;
      atomicAdd(&left[0], 1u);
    }
    clearTable(start);
  }
  if (entries > 0u) {
    atomicAdd(&left[1], entries);
  }
}
`,
  },
  "multigrid/count-links": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"columns","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"counts","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"multigrid/count-links.wgsl","line":34}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}


@group(0) @binding(1) var<storage, read> columns: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> counts: array<atomic<u32>>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let own = columns[row];
    for (var k = 0u; k < 4u; k++) {
      if (own[k] != nowhere) {
        atomicAdd(&counts[own[k]], 1u);
      }
    }
  }
}
`,
  },
  "multigrid/fill-coarse": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"rowTable","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"columns","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"links","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"scratch","kind":"storage"},
      {"group":0,"binding":6,"name":"table","kind":"uniform","bytes":16,"members":[{"name":"capacity","type":"u32","offset":0},{"name":"least","type":"u32","offset":4},{"name":"most","type":"u32","offset":8},{"name":"isFirst","type":"u32","offset":12}]},
      {"group":0,"binding":7,"name":"coarseColumn","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"include/multigrid-rows.wgsl","line":34},{"file":"include/coarse-pattern.wgsl","line":52},{"file":"include/heap-sort.wgsl","line":124},{"file":"multigrid/fill-coarse.wgsl","line":167}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}



@group(0) @binding(1) var<storage, read> rowTable: array<u32>;

struct RowSlots {
  first: u32,
  end: u32,
  stride: u32,
}

fn rowSlots(row: u32) -> RowSlots {
  if (level.isSliced == 1u) {
    let at = level.sliceTable + row / 32u;
    return RowSlots(32u * rowTable[at] + row % 32u, 32u * rowTable[at + 1u], 32u);
  }
  return RowSlots(rowTable[row], rowTable[row + 1u], 1u);
}



struct Table {
  capacity: u32,

  least: u32,
  most: u32,
  isFirst: u32,
}
@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> columns: array<vec4u>;
@group(0) @binding(4) var<storage, read> links: array<u32>;
@group(0) @binding(5) var<storage, read_write> scratch: array<u32>;
@group(0) @binding(6) var<uniform> table: Table;

var<private> taken: u32;

fn tableStart(group: vec3u, lane: u32) -> u32 {
  return (groupIndex(group) * lanes + lane) * (table.capacity + table.capacity / 2u);
}


fn addColumn(start: u32, which: u32) -> bool {
  let key = which + 1u;
  var place = (which * 2654435761u) & (table.capacity - 1u);
  while (scratch[start + place] != 0u) {
    if (scratch[start + place] == key) { return true; }
    place = (place + 1u) & (table.capacity - 1u);
  }
  if (taken == table.capacity / 2u) { return false; }
  scratch[start + place] = key;
  scratch[start + table.capacity + taken] = place;
  taken += 1u;
  return true;
}

fn addColumns(start: u32, which: vec4u, row: u32) -> bool {
  for (var k = 0u; k < 4u; k++) {
    if (which[k] != nowhere && which[k] != row) {
      if (!addColumn(start, which[k])) { return false; }
    }
  }
  return true;
}


fn gatherColumns(start: u32, row: u32) -> bool {
  taken = 0u;
  for (var k = links[row]; k < links[row + 1u]; k++) {
    let fromRow = links[level.entries + k] / 4u;
    if (!addColumns(start, columns[fromRow], row)) { return false; }
    let slots = rowSlots(fromRow);
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let other = column[slot];
      if (other < level.rowCount && other != fromRow) {
        if (!addColumns(start, columns[other], row)) { return false; }
      }
    }
  }
  return true;
}

fn takenColumn(start: u32, index: u32) -> u32 {
  return scratch[start + scratch[start + table.capacity + index]] - 1u;
}

fn clearTable(start: u32) {
  for (var k = 0u; k < taken; k++) {
    scratch[start + scratch[start + table.capacity + k]] = 0u;
  }
}


fn sortKeys(begin: u32, end: u32) {
  if (end - begin <= 32u) {
    for (var i = begin + 1u; i < end; i++) {
      let key = readKey(i);
      var at = i;
      while (at > begin) {
        let before = readKey(at - 1u);
        if (before <= key) { break; }
        writeKey(at, before);
        at -= 1u;
      }
      writeKey(at, key);
    }
    return;
  }
  let count = end - begin;
  for (var root = count / 2u; root > 0u; root--) {
    sink(begin, root - 1u, count);
  }
  for (var last = count - 1u; last > 0u; last--) {
    let largest = readKey(begin);
    writeKey(begin, readKey(begin + last));
    writeKey(begin + last, largest);
    sink(begin, 0u, last);
  }
}

fn sink(begin: u32, root: u32, count: u32) {
  let key = readKey(begin + root);
  var at = root;
  while (2u * at + 1u < count) {
    var child = 2u * at + 1u;
    if (child + 1u < count) {
      child += select(0u, 1u, readKey(begin + child + 1u) > readKey(begin + child));
    }
    if (readKey(begin + child) <= key) { break; }
    writeKey(begin + at, readKey(begin + child));
    at = child;
  }
  writeKey(begin + at, key);
}





@group(0) @binding(7) var<storage, read_write> coarseColumn: array<u32>;

fn readKey(at: u32) -> u32 {
  return coarseColumn[at];
}

fn writeKey(at: u32, key: u32) {
  coarseColumn[at] = key;
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let start = tableStart(group, lane);
  let end = min(firstRow(group) + level.blockRows, level.coarseCount);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let first = links[level.rowStarts + row];
    let last = links[level.rowStarts + row + 1u];
    if (last - first < table.least || last - first > table.most) { continue; }
    if (!gatherColumns(start, row)) { continue; }
    for (var k = 0u; k < taken; k++) {
      coarseColumn[first + k] = takenColumn(start, k);
    }
    for (var at = first + taken; at < last; at++) {
      coarseColumn[at] = level.coarseCount;
    }
    sortKeys(first, first + taken);
    clearTable(start);
  }
}
`,
  },
  "multigrid/fill-links": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"columns","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"filled","kind":"storage"},
      {"group":0,"binding":3,"name":"links","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"multigrid/fill-links.wgsl","line":34}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}


@group(0) @binding(1) var<storage, read> columns: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> filled: array<atomic<u32>>;
@group(0) @binding(3) var<storage, read_write> links: array<u32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let own = columns[row];
    for (var k = 0u; k < 4u; k++) {
      if (own[k] != nowhere) {
        let at = links[own[k]] + atomicAdd(&filled[own[k]], 1u);
        links[level.entries + at] = 4u * row + k;
      }
    }
  }
}
`,
  },
  "multigrid/ground-coarse": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"links","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"linkWeights","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"defect","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"ground","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"multigrid/ground-coarse.wgsl","line":34}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}


@group(0) @binding(1) var<storage, read> links: array<u32>;
@group(0) @binding(2) var<storage, read> linkWeights: array<f32>;
@group(0) @binding(3) var<storage, read> defect: array<f32>;
@group(0) @binding(4) var<storage, read_write> ground: array<f32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    var sum = 0.0;
    for (var k = links[row]; k < links[row + 1u]; k++) {
      sum += linkWeights[k] * defect[links[level.entries + k] / 4u];
    }
    ground[row] = max(0.0, sum);
  }
}
`,
  },
  "multigrid/measure-defect": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"rowTable","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"ground","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"weights","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"defect","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"include/multigrid-rows.wgsl","line":34},{"file":"multigrid/measure-defect.wgsl","line":52}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}



@group(0) @binding(1) var<storage, read> rowTable: array<u32>;

struct RowSlots {
  first: u32,
  end: u32,
  stride: u32,
}

fn rowSlots(row: u32) -> RowSlots {
  if (level.isSliced == 1u) {
    let at = level.sliceTable + row / 32u;
    return RowSlots(32u * rowTable[at] + row % 32u, 32u * rowTable[at + 1u], 32u);
  }
  return RowSlots(rowTable[row], rowTable[row + 1u], 1u);
}



@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> ground: array<f32>;
@group(0) @binding(5) var<storage, read> weights: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> defect: array<f32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let own = dot(weights[row], vec4f(1.0));
    var sum = ground[row] * own;
    let slots = rowSlots(row);
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let other = column[slot];
      if (other < level.rowCount) {
        sum += weight[slot] * (own - dot(weights[other], vec4f(1.0)));
      }
    }
    defect[row] = sum;
  }
}
`,
  },
  "multigrid/measure-rows": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","theta"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"rowTable","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"ground","kind":"storage"},
      {"group":0,"binding":5,"name":"threshold","kind":"storage"},
      {"group":0,"binding":6,"name":"smoother","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"include/multigrid-rows.wgsl","line":34},{"file":"include/coarsening.wgsl","line":52},{"file":"multigrid/measure-rows.wgsl","line":58}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}



@group(0) @binding(1) var<storage, read> rowTable: array<u32>;

struct RowSlots {
  first: u32,
  end: u32,
  stride: u32,
}

fn rowSlots(row: u32) -> RowSlots {
  if (level.isSliced == 1u) {
    let at = level.sliceTable + row / 32u;
    return RowSlots(32u * rowTable[at] + row % 32u, 32u * rowTable[at + 1u], 32u);
  }
  return RowSlots(rowTable[row], rowTable[row + 1u], 1u);
}

const undecided = 0u;
const fine = 1u;
const coarse = 2u;

const unreachable = 3.0e38;







@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read_write> ground: array<f32>;
@group(0) @binding(5) var<storage, read_write> threshold: array<f32>;
@group(0) @binding(6) var<storage, read_write> smoother: array<f32>;

override theta: f32;

const settledShare = 9.0;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let slots = rowSlots(row);
    var toGround = select(ground[row], 0.0, level.isSliced == 1u);
    var sum = 0.0;
    var strongest = 0.0;
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let w = weight[slot];
      if (level.isSliced == 1u && column[slot] >= level.rowCount) {
        toGround += w;
      } else {
        sum += w;
        strongest = max(strongest, w);
      }
    }
    let diagonal = sum + toGround;
    var squares = 0.0;
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let part = weight[slot] / diagonal;
      squares += select(part * part, 0.0, level.isSliced == 1u && column[slot] >= level.rowCount);
    }
    if (level.isSliced == 1u) {
      ground[row] = toGround;
    }
    threshold[row] = select(unreachable, theta * strongest, strongest > 0.0 && toGround <= settledShare * sum);
    smoother[row] = select(0.0, 1.0 / (diagonal * (1.0 + squares)), diagonal > 0.0);
  }
}
`,
  },
  "multigrid/prolong": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"columns","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"weights","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"coarse","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"x","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"multigrid/prolong.wgsl","line":34}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}


@group(0) @binding(1) var<storage, read> columns: array<vec4u>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> coarse: array<f32>;
@group(0) @binding(4) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var at = firstRow(group) + lane; at < end; at += lanes) {
    let which = min(columns[at], vec4u(level.coarseCount - 1u));
    let values = vec4f(coarse[which.x], coarse[which.y], coarse[which.z], coarse[which.w]);
    x[level.pageRow + at] += dot(weights[at], values);
  }
}
`,
  },
  "multigrid/relax-fine": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","near","smooths"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"x","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"xRows","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"load","kind":"read-only-storage"},
      {"group":0,"binding":7,"name":"smoother","kind":"read-only-storage"},
      {"group":0,"binding":8,"name":"result","kind":"storage"},
      {"group":0,"binding":9,"name":"partialProduct","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/near-columns.wgsl","line":66},{"file":"multigrid/relax-fine.wgsl","line":83}],
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

@group(0) @binding(2) var<storage, read> column: array<vec2u>;


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





@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> x: array<f32>;
@group(0) @binding(5) var<storage, read> xRows: array<vec4f>;
@group(0) @binding(6) var<storage, read> load: array<vec4f>;
@group(0) @binding(7) var<storage, read> smoother: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> result: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> partialProduct: array<f32>;

override smooths: u32 = 0u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let index = chunkIndex(group);
  let chunk = readChunk(index);
  var product = 0.0;
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let slice = i / vectorsPerSlice;
    let layerEnd = batchLayout[launch.sliceTable + slice + 1u];
    let own = xRows[i];
    var sum = vec4f();
    for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
      let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
      let at = readColumns(slot, 4u * i);
      sum += weight[slot] * (own - vec4f(x[at.x], x[at.y], x[at.z], x[at.w]));
    }
    let b = load[i];
    if (smooths == 0u) {
      result[i] = b - sum;
    } else {
      let smoothed = own + smoother[i] * (b - sum);
      result[i] = smoothed;
      product += dot(b, smoothed);
    }
  }
  if (smooths == 1u) {
    let total = reduceSum(vec2f(product, 0.0), lane);
    if (lane == 0u) {
      partialProduct[index] = total.x;
    }
  }
}
`,
  },
  "multigrid/relax-rows": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","smooths"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"rowTable","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"ground","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"smoother","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"load","kind":"read-only-storage"},
      {"group":0,"binding":7,"name":"x","kind":"read-only-storage"},
      {"group":0,"binding":8,"name":"result","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"multigrid/relax-rows.wgsl","line":34}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}



@group(0) @binding(1) var<storage, read> rowTable: array<u32>;
@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> ground: array<f32>;
@group(0) @binding(5) var<storage, read> smoother: array<f32>;
@group(0) @binding(6) var<storage, read> load: array<f32>;
@group(0) @binding(7) var<storage, read> x: array<f32>;
@group(0) @binding(8) var<storage, read_write> result: array<f32>;

override smooths: u32 = 0u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let own = x[row];
    var sums = vec4f();
    for (var k = rowTable[row] / 4u; k < rowTable[row + 1u] / 4u; k++) {
      let at = column[k];
      sums += weight[k] * (own - vec4f(x[at.x], x[at.y], x[at.z], x[at.w]));
    }
    let rest = load[row] - ground[row] * own - dot(sums, vec4f(1.0));
    result[row] = select(rest, own + smoother[row] * rest, smooths == 1u);
  }
}
`,
  },
  "multigrid/relax-slices": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","smooths"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"layerStart","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"order","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"ground","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"smoother","kind":"read-only-storage"},
      {"group":0,"binding":7,"name":"load","kind":"read-only-storage"},
      {"group":0,"binding":8,"name":"x","kind":"read-only-storage"},
      {"group":0,"binding":9,"name":"result","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"include/multigrid-slices.wgsl","line":34},{"file":"multigrid/relax-slices.wgsl","line":40}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}


@group(0) @binding(1) var<storage, read> layerStart: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<vec4u>;
@group(0) @binding(3) var<storage, read> column: array<vec4u>;
@group(0) @binding(4) var<storage, read> weight: array<vec4f>;




@group(0) @binding(5) var<storage, read> ground: array<f32>;
@group(0) @binding(6) var<storage, read> smoother: array<f32>;
@group(0) @binding(7) var<storage, read> load: array<f32>;
@group(0) @binding(8) var<storage, read> x: array<f32>;
@group(0) @binding(9) var<storage, read_write> result: array<f32>;

override smooths: u32 = 0u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var i = firstRow(group) + lane; i < end; i += lanes) {
    let rows = order[i];
    let own = vec4f(x[rows.x], x[rows.y], x[rows.z], x[rows.w]);
    var sum = vec4f();
    for (var layer = layerStart[i / 8u]; layer < layerStart[i / 8u + 1u]; layer++) {
      let slot = 8u * layer + i % 8u;
      let at = column[slot];
      sum += weight[slot] * (own - vec4f(x[at.x], x[at.y], x[at.z], x[at.w]));
    }
    let grounds = vec4f(ground[rows.x], ground[rows.y], ground[rows.z], ground[rows.w]);
    let rest = vec4f(load[rows.x], load[rows.y], load[rows.z], load[rows.w]) - grounds * own - sum;
    var out = rest;
    if (smooths == 1u) {
      out = own + vec4f(smoother[rows.x], smoother[rows.y], smoother[rows.z], smoother[rows.w]) * rest;
    }
    result[rows.x] = out.x;
    result[rows.y] = out.y;
    result[rows.z] = out.z;
    result[rows.w] = out.w;
  }
}
`,
  },
  "multigrid/restrict-links": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"links","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"linkWeights","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"residual","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"smoother","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"load","kind":"storage"},
      {"group":0,"binding":6,"name":"x","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"multigrid/restrict-links.wgsl","line":34}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}


@group(0) @binding(1) var<storage, read> links: array<u32>;
@group(0) @binding(2) var<storage, read> linkWeights: array<f32>;
@group(0) @binding(3) var<storage, read> residual: array<f32>;
@group(0) @binding(4) var<storage, read> smoother: array<f32>;
@group(0) @binding(5) var<storage, read_write> load: array<f32>;
@group(0) @binding(6) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    var sum = 0.0;
    for (var k = links[row]; k < links[row + 1u]; k++) {
      sum += linkWeights[k] * residual[links[level.entries + k] / 4u];
    }
    load[row] = sum;
    x[row] = smoother[row] * sum;
  }
}
`,
  },
  "multigrid/restrict-slices": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"layerStart","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"order","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"residual","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"smoother","kind":"read-only-storage"},
      {"group":0,"binding":7,"name":"load","kind":"storage"},
      {"group":0,"binding":8,"name":"x","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"include/multigrid-slices.wgsl","line":34},{"file":"multigrid/restrict-slices.wgsl","line":40}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}


@group(0) @binding(1) var<storage, read> layerStart: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<vec4u>;
@group(0) @binding(3) var<storage, read> column: array<vec4u>;
@group(0) @binding(4) var<storage, read> weight: array<vec4f>;



@group(0) @binding(5) var<storage, read> residual: array<f32>;
@group(0) @binding(6) var<storage, read> smoother: array<f32>;
@group(0) @binding(7) var<storage, read_write> load: array<f32>;
@group(0) @binding(8) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var i = firstRow(group) + lane; i < end; i += lanes) {
    var sum = vec4f();
    for (var layer = layerStart[i / 8u]; layer < layerStart[i / 8u + 1u]; layer++) {
      let slot = 8u * layer + i % 8u;
      let at = column[slot];
      sum += weight[slot] * vec4f(residual[at.x], residual[at.y], residual[at.z], residual[at.w]);
    }
    let rows = order[i];
    let smoothed = sum * vec4f(smoother[rows.x], smoother[rows.y], smoother[rows.z], smoother[rows.w]);
    for (var k = 0u; k < 4u; k++) {
      load[rows[k]] = sum[k];
      x[rows[k]] = smoothed[k];
    }
  }
}
`,
  },
  "multigrid/scan-blocks": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"scan","kind":"uniform","bytes":16,"members":[{"name":"count","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"blockCount","type":"u32","offset":8},{"name":"granule","type":"u32","offset":12}]},
      {"group":0,"binding":1,"name":"blockSums","kind":"storage"},
    ],
    sources: [{"file":"include/scan.wgsl","line":2},{"file":"multigrid/scan-blocks.wgsl","line":44}],
    code: String.raw`


struct Scan {
  count: u32,
  blockRows: u32,
  blockCount: u32,
  granule: u32,
}
@group(0) @binding(0) var<uniform> scan: Scan;

override lanes: u32 = 64;

var<workgroup> laneSums: array<u32, lanes>;

fn blockIndex(group: vec3u) -> u32 {
  return group.y * 65535u + group.x;
}

fn roundUp(count: u32) -> u32 {
  return (count + scan.granule - 1u) / scan.granule * scan.granule;
}

fn laneRange(group: vec3u, lane: u32) -> vec2u {
  let first = min(blockIndex(group) * scan.blockRows, scan.count);
  let last = min(first + scan.blockRows, scan.count);
  let share = (last - first + lanes - 1u) / lanes;
  let begin = min(first + lane * share, last);
  return vec2u(begin, min(begin + share, last));
}


fn scanLanes(value: u32, lane: u32) -> vec2u {
  laneSums[lane] = value;
  workgroupBarrier();
  var before = 0u;
  var all = 0u;
  for (var other = 0u; other < lanes; other++) {
    before += select(0u, laneSums[other], other < lane);
    all += laneSums[other];
  }
  return vec2u(before, all);
}


@group(0) @binding(1) var<storage, read_write> blockSums: array<u32>;

@compute @workgroup_size(lanes)
fn main(@builtin(local_invocation_index) lane: u32) {
  let share = (scan.blockCount + lanes - 1u) / lanes;
  let begin = min(lane * share, scan.blockCount);
  let end = min(begin + share, scan.blockCount);
  var sum = 0u;
  for (var i = begin; i < end; i++) {
    sum += blockSums[i];
  }
  let found = scanLanes(sum, lane);
  var start = found.x;
  for (var i = begin; i < end; i++) {
    let count = blockSums[i];
    blockSums[i] = start;
    start += count;
  }
  if (lane == 0u) {
    blockSums[scan.blockCount] = found.y;
  }
}
`,
  },
  "multigrid/scan-starts": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","numbers"],
    bindings: [
      {"group":0,"binding":0,"name":"scan","kind":"uniform","bytes":16,"members":[{"name":"count","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"blockCount","type":"u32","offset":8},{"name":"granule","type":"u32","offset":12}]},
      {"group":0,"binding":1,"name":"counts","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"blockSums","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"starts","kind":"storage"},
    ],
    sources: [{"file":"include/scan.wgsl","line":2},{"file":"multigrid/scan-starts.wgsl","line":44}],
    code: String.raw`


struct Scan {
  count: u32,
  blockRows: u32,
  blockCount: u32,
  granule: u32,
}
@group(0) @binding(0) var<uniform> scan: Scan;

override lanes: u32 = 64;

var<workgroup> laneSums: array<u32, lanes>;

fn blockIndex(group: vec3u) -> u32 {
  return group.y * 65535u + group.x;
}

fn roundUp(count: u32) -> u32 {
  return (count + scan.granule - 1u) / scan.granule * scan.granule;
}

fn laneRange(group: vec3u, lane: u32) -> vec2u {
  let first = min(blockIndex(group) * scan.blockRows, scan.count);
  let last = min(first + scan.blockRows, scan.count);
  let share = (last - first + lanes - 1u) / lanes;
  let begin = min(first + lane * share, last);
  return vec2u(begin, min(begin + share, last));
}


fn scanLanes(value: u32, lane: u32) -> vec2u {
  laneSums[lane] = value;
  workgroupBarrier();
  var before = 0u;
  var all = 0u;
  for (var other = 0u; other < lanes; other++) {
    before += select(0u, laneSums[other], other < lane);
    all += laneSums[other];
  }
  return vec2u(before, all);
}



@group(0) @binding(1) var<storage, read> counts: array<u32>;
@group(0) @binding(2) var<storage, read> blockSums: array<u32>;
@group(0) @binding(3) var<storage, read_write> starts: array<u32>;

override numbers: u32 = 0u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (blockIndex(group) >= scan.blockCount) { return; }
  let range = laneRange(group, lane);
  var sum = 0u;
  for (var i = range.x; i < range.y; i++) {
    sum += roundUp(counts[i]);
  }
  var start = blockSums[blockIndex(group)] + scanLanes(sum, lane).x;
  for (var i = range.x; i < range.y; i++) {
    let count = roundUp(counts[i]);
    starts[i] = select(start, 0xffffffffu, numbers == 1u && count == 0u);
    start += count;
  }
  if (lane == 0u && blockIndex(group) == 0u) {
    starts[scan.count] = blockSums[scan.blockCount];
  }
}
`,
  },
  "multigrid/scan-sums": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"scan","kind":"uniform","bytes":16,"members":[{"name":"count","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"blockCount","type":"u32","offset":8},{"name":"granule","type":"u32","offset":12}]},
      {"group":0,"binding":1,"name":"counts","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"blockSums","kind":"storage"},
    ],
    sources: [{"file":"include/scan.wgsl","line":2},{"file":"multigrid/scan-sums.wgsl","line":44}],
    code: String.raw`


struct Scan {
  count: u32,
  blockRows: u32,
  blockCount: u32,
  granule: u32,
}
@group(0) @binding(0) var<uniform> scan: Scan;

override lanes: u32 = 64;

var<workgroup> laneSums: array<u32, lanes>;

fn blockIndex(group: vec3u) -> u32 {
  return group.y * 65535u + group.x;
}

fn roundUp(count: u32) -> u32 {
  return (count + scan.granule - 1u) / scan.granule * scan.granule;
}

fn laneRange(group: vec3u, lane: u32) -> vec2u {
  let first = min(blockIndex(group) * scan.blockRows, scan.count);
  let last = min(first + scan.blockRows, scan.count);
  let share = (last - first + lanes - 1u) / lanes;
  let begin = min(first + lane * share, last);
  return vec2u(begin, min(begin + share, last));
}


fn scanLanes(value: u32, lane: u32) -> vec2u {
  laneSums[lane] = value;
  workgroupBarrier();
  var before = 0u;
  var all = 0u;
  for (var other = 0u; other < lanes; other++) {
    before += select(0u, laneSums[other], other < lane);
    all += laneSums[other];
  }
  return vec2u(before, all);
}


@group(0) @binding(1) var<storage, read> counts: array<u32>;
@group(0) @binding(2) var<storage, read_write> blockSums: array<u32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let range = laneRange(group, lane);
  var sum = 0u;
  for (var i = range.x; i < range.y; i++) {
    sum += roundUp(counts[i]);
  }
  let total = scanLanes(sum, lane).y;
  if (lane == 0u && blockIndex(group) < scan.blockCount) {
    blockSums[blockIndex(group)] = total;
  }
}
`,
  },
  "multigrid/select-coarse": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"rowTable","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"threshold","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"rank","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"state","kind":"read-only-storage"},
      {"group":0,"binding":7,"name":"isCoarse","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"include/multigrid-rows.wgsl","line":34},{"file":"include/coarsening.wgsl","line":52},{"file":"multigrid/select-coarse.wgsl","line":58}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}



@group(0) @binding(1) var<storage, read> rowTable: array<u32>;

struct RowSlots {
  first: u32,
  end: u32,
  stride: u32,
}

fn rowSlots(row: u32) -> RowSlots {
  if (level.isSliced == 1u) {
    let at = level.sliceTable + row / 32u;
    return RowSlots(32u * rowTable[at] + row % 32u, 32u * rowTable[at + 1u], 32u);
  }
  return RowSlots(rowTable[row], rowTable[row + 1u], 1u);
}

const undecided = 0u;
const fine = 1u;
const coarse = 2u;

const unreachable = 3.0e38;





@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> threshold: array<f32>;
@group(0) @binding(5) var<storage, read> rank: array<u32>;
@group(0) @binding(6) var<storage, read> state: array<u32>;
@group(0) @binding(7) var<storage, read_write> isCoarse: array<u32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    if (state[row] != undecided) { continue; }
    let own = rank[row];
    let limit = threshold[row];
    let slots = rowSlots(row);
    var wins = true;
    for (var slot = slots.first; slot < slots.end && wins; slot += slots.stride) {
      let other = column[slot];
      let w = weight[slot];
      if (w > 0.0 && other < level.rowCount) {
        if (w >= min(limit, threshold[other]) && state[other] == undecided) {
          let its = rank[other];
          wins = own > its || (own == its && row > other);
        }
      }
    }
    isCoarse[row] = select(0u, 1u, wins);
  }
}
`,
  },
  "multigrid/solve-bottom": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"inverse","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"load","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"x","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"multigrid/solve-bottom.wgsl","line":34}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}



@group(0) @binding(1) var<storage, read> inverse: array<f32>;
@group(0) @binding(2) var<storage, read> load: array<f32>;
@group(0) @binding(3) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    var sum = 0.0;
    for (var k = 0u; k < level.rowCount; k++) {
      let share = inverse[k * level.rowCount + row];
      if (share != 0.0) {
        sum += share * load[k];
      }
    }
    x[row] = sum;
  }
}
`,
  },
  "multigrid/sort-links": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"links","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"include/heap-sort.wgsl","line":34},{"file":"multigrid/sort-links.wgsl","line":77}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}


fn sortKeys(begin: u32, end: u32) {
  if (end - begin <= 32u) {
    for (var i = begin + 1u; i < end; i++) {
      let key = readKey(i);
      var at = i;
      while (at > begin) {
        let before = readKey(at - 1u);
        if (before <= key) { break; }
        writeKey(at, before);
        at -= 1u;
      }
      writeKey(at, key);
    }
    return;
  }
  let count = end - begin;
  for (var root = count / 2u; root > 0u; root--) {
    sink(begin, root - 1u, count);
  }
  for (var last = count - 1u; last > 0u; last--) {
    let largest = readKey(begin);
    writeKey(begin, readKey(begin + last));
    writeKey(begin + last, largest);
    sink(begin, 0u, last);
  }
}

fn sink(begin: u32, root: u32, count: u32) {
  let key = readKey(begin + root);
  var at = root;
  while (2u * at + 1u < count) {
    var child = 2u * at + 1u;
    if (child + 1u < count) {
      child += select(0u, 1u, readKey(begin + child + 1u) > readKey(begin + child));
    }
    if (readKey(begin + child) <= key) { break; }
    writeKey(begin + at, readKey(begin + child));
    at = child;
  }
  writeKey(begin + at, key);
}




@group(0) @binding(1) var<storage, read_write> links: array<u32>;

fn readKey(at: u32) -> u32 {
  return links[at];
}

fn writeKey(at: u32, key: u32) {
  links[at] = key;
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    sortKeys(level.entries + links[row], level.entries + links[row + 1u]);
  }
}
`,
  },
  "multigrid/weigh-coarse": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"rowTable","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"ground","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"columns","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"weights","kind":"read-only-storage"},
      {"group":0,"binding":7,"name":"links","kind":"read-only-storage"},
      {"group":0,"binding":8,"name":"coarseColumn","kind":"read-only-storage"},
      {"group":0,"binding":9,"name":"coarseWeight","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"include/multigrid-rows.wgsl","line":34},{"file":"multigrid/weigh-coarse.wgsl","line":52}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}



@group(0) @binding(1) var<storage, read> rowTable: array<u32>;

struct RowSlots {
  first: u32,
  end: u32,
  stride: u32,
}

fn rowSlots(row: u32) -> RowSlots {
  if (level.isSliced == 1u) {
    let at = level.sliceTable + row / 32u;
    return RowSlots(32u * rowTable[at] + row % 32u, 32u * rowTable[at + 1u], 32u);
  }
  return RowSlots(rowTable[row], rowTable[row + 1u], 1u);
}






@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> ground: array<f32>;
@group(0) @binding(5) var<storage, read> columns: array<vec4u>;
@group(0) @binding(6) var<storage, read> weights: array<vec4f>;
@group(0) @binding(7) var<storage, read> links: array<u32>;
@group(0) @binding(8) var<storage, read> coarseColumn: array<u32>;
@group(0) @binding(9) var<storage, read_write> coarseWeight: array<f32>;


fn findSlot(first: u32, last: u32, which: u32) -> u32 {
  var begin = first;
  var end = last;
  while (end - begin > 1u) {
    let middle = (begin + end) / 2u;
    if (coarseColumn[middle] <= which) {
      begin = middle;
    } else {
      end = middle;
    }
  }
  return begin;
}

fn addAll(first: u32, last: u32, row: u32, which: vec4u, values: vec4f) {
  for (var k = 0u; k < 4u; k++) {
    if (which[k] != nowhere && which[k] != row) {
      coarseWeight[findSlot(first, last, which[k])] += values[k];
    }
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = min(firstRow(group) + level.blockRows, level.coarseCount);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let first = links[level.rowStarts + row];
    let last = links[level.rowStarts + row + 1u];
    for (var at = first; at < last; at++) {
      coarseWeight[at] = 0.0;
    }
    for (var k = links[row]; k < links[row + 1u]; k++) {
      let link = links[level.entries + k];
      let fromRow = link / 4u;
      let part = weights[fromRow][link % 4u];
      var diagonal = ground[fromRow];
      let slots = rowSlots(fromRow);
      for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
        let other = column[slot];
        let w = weight[slot];
        if (other < level.rowCount && w > 0.0) {
          diagonal += w;
          addAll(first, last, row, columns[other], part * w * weights[other]);
        }
      }
      addAll(first, last, row, columns[fromRow], -part * diagonal * weights[fromRow]);
    }
    for (var at = first; at < last; at++) {
      coarseWeight[at] = max(0.0, coarseWeight[at]);
    }
  }
}
`,
  },
  "multigrid/weigh-columns": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"rowTable","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"threshold","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"coarseOf","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"ground","kind":"read-only-storage"},
      {"group":0,"binding":7,"name":"columns","kind":"read-only-storage"},
      {"group":0,"binding":8,"name":"weights","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"include/multigrid-rows.wgsl","line":34},{"file":"multigrid/weigh-columns.wgsl","line":52}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}



@group(0) @binding(1) var<storage, read> rowTable: array<u32>;

struct RowSlots {
  first: u32,
  end: u32,
  stride: u32,
}

fn rowSlots(row: u32) -> RowSlots {
  if (level.isSliced == 1u) {
    let at = level.sliceTable + row / 32u;
    return RowSlots(32u * rowTable[at] + row % 32u, 32u * rowTable[at + 1u], 32u);
  }
  return RowSlots(rowTable[row], rowTable[row + 1u], 1u);
}






@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> threshold: array<f32>;
@group(0) @binding(5) var<storage, read> coarseOf: array<u32>;
@group(0) @binding(6) var<storage, read> ground: array<f32>;
@group(0) @binding(7) var<storage, read> columns: array<vec4u>;
@group(0) @binding(8) var<storage, read_write> weights: array<vec4f>;

fn atColumns(which: u32, own: vec4u, w: f32) -> vec4f {
  return select(vec4f(), vec4f(w), vec4u(which) == own);
}

fn throughNeighbour(neighbour: u32, row: u32, own: vec4u) -> vec4f {
  let slots = rowSlots(neighbour);
  var found = vec4f();
  var back = 0.0;
  for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
    let other = column[slot];
    if (other < level.rowCount) {
      let its = weight[slot];
      let which = coarseOf[other];
      if (which != nowhere) {
        found += atColumns(which, own, its);
      }
      back += select(0.0, its, other == row);
    }
  }
  let sum = back + dot(found, vec4f(1.0));
  return select(vec4f(), found / sum, sum > 0.0);
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    if (coarseOf[row] != nowhere) {
      weights[row] = vec4f(1.0, 0.0, 0.0, 0.0);
      continue;
    }
    let own = columns[row];
    var sums = vec4f();
    if (own.x != nowhere) {
      let limit = threshold[row];
      let slots = rowSlots(row);
      for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
        let other = column[slot];
        if (other < level.rowCount) {
          let w = weight[slot];
          let which = coarseOf[other];
          if (which != nowhere) {
            sums += atColumns(which, own, w);
          } else if (w >= limit) {
            sums += w * throughNeighbour(other, row, own);
          }
        }
      }
    }
    let total = dot(sums, vec4f(1.0));
    weights[row] = select(vec4f(), sums / (total + ground[row]), total > 0.0);
  }
}
`,
  },
  "multigrid/weigh-links": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"weights","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"links","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"linkWeights","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"multigrid/weigh-links.wgsl","line":34}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}


@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> links: array<u32>;
@group(0) @binding(3) var<storage, read_write> linkWeights: array<f32>;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    for (var k = links[row]; k < links[row + 1u]; k++) {
      linkWeights[k] = weights[links[level.entries + k]];
    }
  }
}
`,
  },
  "multigrid/weigh-rows": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"level","kind":"uniform","bytes":32,"members":[{"name":"rowCount","type":"u32","offset":0},{"name":"blockRows","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"coarseCount","type":"u32","offset":12},{"name":"rowStarts","type":"u32","offset":16},{"name":"entries","type":"u32","offset":20},{"name":"pageRow","type":"u32","offset":24},{"name":"isSliced","type":"u32","offset":28}]},
      {"group":0,"binding":1,"name":"rowTable","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"threshold","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"rank","kind":"storage"},
      {"group":0,"binding":6,"name":"state","kind":"storage"},
      {"group":0,"binding":7,"name":"isCoarse","kind":"storage"},
    ],
    sources: [{"file":"include/multigrid-level.wgsl","line":2},{"file":"include/multigrid-rows.wgsl","line":34},{"file":"include/hash.wgsl","line":52},{"file":"include/coarsening.wgsl","line":62},{"file":"multigrid/weigh-rows.wgsl","line":68}],
    code: String.raw`

struct Level {
  rowCount: u32,
  blockRows: u32,
  sliceTable: u32,
  coarseCount: u32,

  rowStarts: u32,
  entries: u32,

  pageRow: u32,

  isSliced: u32,
}
@group(0) @binding(0) var<uniform> level: Level;

override lanes: u32 = 64;

const maxGroupsX = 65535u;
const nowhere = 0xffffffffu;

fn groupIndex(group: vec3u) -> u32 {
  return group.y * maxGroupsX + group.x;
}

fn firstRow(group: vec3u) -> u32 {
  return groupIndex(group) * level.blockRows;
}

fn endRow(group: vec3u) -> u32 {
  return min(firstRow(group) + level.blockRows, level.rowCount);
}



@group(0) @binding(1) var<storage, read> rowTable: array<u32>;

struct RowSlots {
  first: u32,
  end: u32,
  stride: u32,
}

fn rowSlots(row: u32) -> RowSlots {
  if (level.isSliced == 1u) {
    let at = level.sliceTable + row / 32u;
    return RowSlots(32u * rowTable[at] + row % 32u, 32u * rowTable[at + 1u], 32u);
  }
  return RowSlots(rowTable[row], rowTable[row + 1u], 1u);
}

fn hashIndex(index: u32) -> u32 {
  var x = index;
  x ^= x >> 16u;
  x *= 0x7feb352du;
  x ^= x >> 15u;
  x *= 0x846ca68bu;
  x ^= x >> 16u;
  return x;
}

const undecided = 0u;
const fine = 1u;
const coarse = 2u;

const unreachable = 3.0e38;






@group(0) @binding(2) var<storage, read> column: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> threshold: array<f32>;
@group(0) @binding(5) var<storage, read_write> rank: array<u32>;
@group(0) @binding(6) var<storage, read_write> state: array<u32>;
@group(0) @binding(7) var<storage, read_write> isCoarse: array<u32>;

const mostDependents = 2047u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let end = endRow(group);
  for (var row = firstRow(group) + lane; row < end; row += lanes) {
    let slots = rowSlots(row);
    var dependents = 0u;
    for (var slot = slots.first; slot < slots.end; slot += slots.stride) {
      let w = weight[slot];
      let other = column[slot];
      if (w > 0.0 && other < level.rowCount) {
        dependents += select(0u, 1u, w >= threshold[other]);
      }
    }
    rank[row] = (min(dependents, mostDependents) << 21u) | (hashIndex(row) >> 11u);
    state[row] = select(undecided, fine, threshold[row] == unreachable);
    isCoarse[row] = 0u;
  }
}
`,
  },
  "solve/cg-accumulate": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"correction","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"solution","kind":"storage"},
      {"group":0,"binding":4,"name":"state","kind":"read-only-storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/two-float.wgsl","line":49},{"file":"include/system-state.wgsl","line":109},{"file":"solve/cg-accumulate.wgsl","line":143}],
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
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"inverseDiagonal","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"vectors","kind":"storage"},
      {"group":0,"binding":6,"name":"state","kind":"storage"},
      {"group":0,"binding":7,"name":"history","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/system-state.wgsl","line":49},{"file":"include/small-system.wgsl","line":83},{"file":"include/small-cg.wgsl","line":98},{"file":"solve/cg-batch.wgsl","line":192}],
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

var<workgroup> norms: array<vec2f, lanes>;

fn sumNorms() -> vec2f {
  var sum = vec2f();
  for (var l = 0u; l < lanes; l++) {
    sum += norms[l];
  }
  return sum;
}


fn isFiller(neighbour: vec4u, row: u32) -> bool {
  return all(neighbour == vec4u(row) + vec4u(0u, 1u, 2u, 3u));
}






struct SmallCg {
  rho: f32,
  outcome: u32,
  iteration: u32,
  budget: u32,
  threshold: f32,

  decrement: f32,
  norm2: f32,
}


override capacity: u32 = 2048;

var<workgroup> direction: array<f32, capacity + 4u>;

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






@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> inverseDiagonal: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> vectors: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> state: array<SystemState>;
@group(0) @binding(7) var<storage, read_write> history: array<vec2f>;

var<workgroup> isRunning: u32;

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
  for (var i = lane; i < count; i += lanes) {
    writeDirection(i, vectors[begin + i]);
  }
  if (lane == 0u) {
    direction[4u * count] = 0.0;
  }
  let before = state[chunk.system];
  var cg = SmallCg(before.rho[0], outcomeRunning, before.iteration, before.budget, before.threshold, 0.0, 0.0);
  for (var step = 0u; step < launch.iterations; step += iterationsBetweenChecks) {
    if (workgroupUniformLoad(&isRunning) == 0u) { break; }
    let last = min(step + iterationsBetweenChecks, launch.iterations);
    for (var k = step; k < last; k++) {
      let iteration = cg.iteration;
      iterateSmall(chunk, lane, &cg);
      if (lane == 0u && cg.iteration > iteration) {
        history[chunk.system * launch.historyCapacity + iteration % launch.historyCapacity] = vec2f(cg.decrement, cg.norm2);
        isRunning = select(0u, 1u, cg.outcome == outcomeRunning);
      }
    }
  }

  for (var i = lane; i < count; i += lanes) {
    vectors[begin + i] = readDirection(i);
  }
  if (lane == 0u) {
    state[chunk.system].iteration = cg.iteration;
    state[chunk.system].rho = array<f32, 2>(cg.rho, cg.rho);
    state[chunk.system].outcome = cg.outcome;
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
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"state","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"groups","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/system-state.wgsl","line":66},{"file":"solve/cg-gate.wgsl","line":100}],
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
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"residual","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"inverseDiagonal","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"preconditioned","kind":"storage"},
      {"group":0,"binding":5,"name":"direction","kind":"storage"},
      {"group":0,"binding":6,"name":"correction","kind":"storage"},
      {"group":0,"binding":7,"name":"partialNorms","kind":"storage"},
      {"group":0,"binding":8,"name":"state","kind":"read-only-storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/system-state.wgsl","line":66},{"file":"solve/cg-initialize.wgsl","line":100}],
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
  "solve/cg-plan": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","tolerance","innerReduction","budget","isFirst"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"partialNorms","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"state","kind":"storage"},
      {"group":0,"binding":4,"name":"progress","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/system-state.wgsl","line":66},{"file":"include/refinement-plan.wgsl","line":100},{"file":"solve/cg-plan.wgsl","line":136}],
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

struct Progress {
  reference: f32,
  norm2: f32,
  iterations: u32,
  status: u32,
}

const statusRunning = 0u;
const statusConverged = 1u;
const statusNonFinite = 2u;

override tolerance: f32 = 1e-6;
override innerReduction: f32 = 1e-5;
override budget: u32 = 2000u;


const margin = 0.9;

fn judgeResidual(norm2: f32, reference: f32) -> u32 {
  if (!isFiniteNumber(norm2)) { return statusNonFinite; }
  return select(statusRunning, statusConverged, norm2 <= tolerance * tolerance * reference);
}


fn scaleOf(norm2: f32) -> f32 {
  let exponent = clamp((bitcast<u32>(sqrt(norm2)) >> 23u) & 0xffu, 1u, 253u);
  return bitcast<f32>((254u - exponent) << 23u);
}


fn thresholdOf(norm2: f32, reference: f32, scale: f32) -> f32 {
  let wanted = max(innerReduction, margin * tolerance * sqrt(reference / norm2));
  let aim = scale * sqrt(norm2) * wanted;
  return aim * aim;
}






@group(0) @binding(2) var<storage, read> partialNorms: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> state: array<SystemState>;
@group(0) @binding(4) var<storage, read_write> progress: array<Progress>;

override isFirst: u32 = 0u;

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
    was = Progress(norm2, norm2, 0u, statusRunning);
  } else if (was.status == statusRunning) {
    was.iterations += state[chunk.system].iteration;
    was.norm2 = norm2;
  }
  if (was.status == statusRunning) {
    was.status = judgeResidual(was.norm2, was.reference);
  }
  progress[chunk.system] = was;
  let goesOn = was.status == statusRunning;
  let scale = scaleOf(was.norm2);
  state[chunk.system].scale = select(0.0, scale, goesOn);
  state[chunk.system].threshold = thresholdOf(was.norm2, was.reference, scale);
  state[chunk.system].budget = select(0u, budget, goesOn);

  state[chunk.system].running = array<u32, 2>(select(0u, 1u, goesOn), 0u);
}
`,
  },
  "solve/cg-start": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"partialNorms","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"state","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/system-state.wgsl","line":66},{"file":"solve/cg-start.wgsl","line":100}],
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
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"preconditioned","kind":"storage"},
      {"group":0,"binding":3,"name":"direction","kind":"storage"},
      {"group":0,"binding":4,"name":"correction","kind":"storage"},
      {"group":0,"binding":5,"name":"partialNorms","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"state","kind":"storage"},
      {"group":0,"binding":7,"name":"history","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/system-state.wgsl","line":66},{"file":"solve/cg-step-direction.wgsl","line":100}],
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
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"product","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"inverseDiagonal","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"preconditioned","kind":"storage"},
      {"group":0,"binding":5,"name":"partialCurvature","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"partialNorms","kind":"storage"},
      {"group":0,"binding":7,"name":"state","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/system-state.wgsl","line":66},{"file":"solve/cg-step-update.wgsl","line":100}],
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
  "solve/eliminate-lanes": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","tolerance","innerReduction","budget","hasLoad","refinements"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"plan","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"load","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"solution","kind":"storage"},
      {"group":0,"binding":7,"name":"progress","kind":"storage"},
      {"group":0,"binding":8,"name":"work","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/two-float.wgsl","line":49},{"file":"include/system-state.wgsl","line":109},{"file":"include/refinement-plan.wgsl","line":143},{"file":"include/small-system.wgsl","line":179},{"file":"include/two-float-solution.wgsl","line":194},{"file":"include/small-residual.wgsl","line":215},{"file":"solve/eliminate-lanes.wgsl","line":250}],
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

struct Progress {
  reference: f32,
  norm2: f32,
  iterations: u32,
  status: u32,
}

const statusRunning = 0u;
const statusConverged = 1u;
const statusNonFinite = 2u;

override tolerance: f32 = 1e-6;
override innerReduction: f32 = 1e-5;
override budget: u32 = 2000u;


const margin = 0.9;

fn judgeResidual(norm2: f32, reference: f32) -> u32 {
  if (!isFiniteNumber(norm2)) { return statusNonFinite; }
  return select(statusRunning, statusConverged, norm2 <= tolerance * tolerance * reference);
}


fn scaleOf(norm2: f32) -> f32 {
  let exponent = clamp((bitcast<u32>(sqrt(norm2)) >> 23u) & 0xffu, 1u, 253u);
  return bitcast<f32>((254u - exponent) << 23u);
}


fn thresholdOf(norm2: f32, reference: f32, scale: f32) -> f32 {
  let wanted = max(innerReduction, margin * tolerance * sqrt(reference / norm2));
  let aim = scale * sqrt(norm2) * wanted;
  return aim * aim;
}

var<workgroup> norms: array<vec2f, lanes>;

fn sumNorms() -> vec2f {
  var sum = vec2f();
  for (var l = 0u; l < lanes; l++) {
    sum += norms[l];
  }
  return sum;
}


fn isFiller(neighbour: vec4u, row: u32) -> bool {
  return all(neighbour == vec4u(row) + vec4u(0u, 1u, 2u, 3u));
}



override hasLoad: u32 = 0u;

fn gatherSolution(at: vec4u) -> TwoFloat4 {
  let a = solution[at.x];
  let b = solution[at.y];
  let c = solution[at.z];
  let d = solution[at.w];
  return TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
}

fn readLoad(row: u32) -> TwoFloat4 {
  if (hasLoad == 0u) { return TwoFloat4(); }
  let a = load[row];
  let b = load[row + 1u];
  let c = load[row + 2u];
  let d = load[row + 3u];
  return TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
}





fn scatter(row: u32, x: TwoFloat4) {
  solution[row] = vec2f(x.high.x, x.low.x);
  solution[row + 1u] = vec2f(x.high.y, x.low.y);
  solution[row + 2u] = vec2f(x.high.z, x.low.z);
  solution[row + 3u] = vec2f(x.high.w, x.low.w);
}


fn residualOf(i: u32) -> vec4f {
  let slice = i / vectorsPerSlice;
  let layerEnd = batchLayout[launch.sliceTable + slice + 1u];
  let row = 4u * i;
  let own = gatherSolution(vec4u(row, row + 1u, row + 2u, row + 3u));
  var rest = readLoad(row);
  for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
    let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
    let at = column[slot];
    if (isFiller(at, row)) { break; }
    let drop = subtractTwoFloat(own, gatherSolution(at));
    rest = subtractTwoFloat(rest, multiplyTwoFloat(TwoFloat4(weight[slot], vec4f()), drop));
  }
  return rest.high;
}


fn accumulateVector(i: u32, y: vec4f) {
  let row = 4u * i;
  let x = gatherSolution(vec4u(row, row + 1u, row + 2u, row + 3u));
  scatter(row, addTwoFloat(x, TwoFloat4(y, vec4f())));
}













@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;

@group(0) @binding(4) var<storage, read> plan: array<u32>;
@group(0) @binding(5) var<storage, read> load: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> solution: array<vec2f>;
@group(0) @binding(7) var<storage, read_write> progress: array<Progress>;

@group(0) @binding(8) var<storage, read_write> work: array<f32>;

override refinements: u32 = 3u;

const recordWords = 3u;
const headerWords = 3u;
const pivotWords = 3u;

struct Elimination {
  pivotCount: u32,
  cellCount: u32,

  pivots: u32,
  rows: u32,
  targets: u32,
  slots: u32,
  firstSlot: u32,

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
`,
  },
  "solve/refined-batch": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","tolerance","innerReduction","budget","hasLoad","capacity","refinements"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"inverseDiagonal","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"load","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"vectors","kind":"storage"},
      {"group":0,"binding":7,"name":"solution","kind":"storage"},
      {"group":0,"binding":8,"name":"progress","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/two-float.wgsl","line":49},{"file":"include/system-state.wgsl","line":109},{"file":"include/refinement-plan.wgsl","line":143},{"file":"include/small-system.wgsl","line":179},{"file":"include/two-float-solution.wgsl","line":194},{"file":"include/small-residual.wgsl","line":215},{"file":"include/small-cg.wgsl","line":250},{"file":"solve/refined-batch.wgsl","line":344}],
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

struct Progress {
  reference: f32,
  norm2: f32,
  iterations: u32,
  status: u32,
}

const statusRunning = 0u;
const statusConverged = 1u;
const statusNonFinite = 2u;

override tolerance: f32 = 1e-6;
override innerReduction: f32 = 1e-5;
override budget: u32 = 2000u;


const margin = 0.9;

fn judgeResidual(norm2: f32, reference: f32) -> u32 {
  if (!isFiniteNumber(norm2)) { return statusNonFinite; }
  return select(statusRunning, statusConverged, norm2 <= tolerance * tolerance * reference);
}


fn scaleOf(norm2: f32) -> f32 {
  let exponent = clamp((bitcast<u32>(sqrt(norm2)) >> 23u) & 0xffu, 1u, 253u);
  return bitcast<f32>((254u - exponent) << 23u);
}


fn thresholdOf(norm2: f32, reference: f32, scale: f32) -> f32 {
  let wanted = max(innerReduction, margin * tolerance * sqrt(reference / norm2));
  let aim = scale * sqrt(norm2) * wanted;
  return aim * aim;
}

var<workgroup> norms: array<vec2f, lanes>;

fn sumNorms() -> vec2f {
  var sum = vec2f();
  for (var l = 0u; l < lanes; l++) {
    sum += norms[l];
  }
  return sum;
}


fn isFiller(neighbour: vec4u, row: u32) -> bool {
  return all(neighbour == vec4u(row) + vec4u(0u, 1u, 2u, 3u));
}



override hasLoad: u32 = 0u;

fn gatherSolution(at: vec4u) -> TwoFloat4 {
  let a = solution[at.x];
  let b = solution[at.y];
  let c = solution[at.z];
  let d = solution[at.w];
  return TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
}

fn readLoad(row: u32) -> TwoFloat4 {
  if (hasLoad == 0u) { return TwoFloat4(); }
  let a = load[row];
  let b = load[row + 1u];
  let c = load[row + 2u];
  let d = load[row + 3u];
  return TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
}





fn scatter(row: u32, x: TwoFloat4) {
  solution[row] = vec2f(x.high.x, x.low.x);
  solution[row + 1u] = vec2f(x.high.y, x.low.y);
  solution[row + 2u] = vec2f(x.high.z, x.low.z);
  solution[row + 3u] = vec2f(x.high.w, x.low.w);
}


fn residualOf(i: u32) -> vec4f {
  let slice = i / vectorsPerSlice;
  let layerEnd = batchLayout[launch.sliceTable + slice + 1u];
  let row = 4u * i;
  let own = gatherSolution(vec4u(row, row + 1u, row + 2u, row + 3u));
  var rest = readLoad(row);
  for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
    let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
    let at = column[slot];
    if (isFiller(at, row)) { break; }
    let drop = subtractTwoFloat(own, gatherSolution(at));
    rest = subtractTwoFloat(rest, multiplyTwoFloat(TwoFloat4(weight[slot], vec4f()), drop));
  }
  return rest.high;
}


fn accumulateVector(i: u32, y: vec4f) {
  let row = 4u * i;
  let x = gatherSolution(vec4u(row, row + 1u, row + 2u, row + 3u));
  scatter(row, addTwoFloat(x, TwoFloat4(y, vec4f())));
}






struct SmallCg {
  rho: f32,
  outcome: u32,
  iteration: u32,
  budget: u32,
  threshold: f32,

  decrement: f32,
  norm2: f32,
}


override capacity: u32 = 2048;

var<workgroup> direction: array<f32, capacity + 4u>;

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








@group(0) @binding(2) var<storage, read> column: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> inverseDiagonal: array<vec4f>;
@group(0) @binding(5) var<storage, read> load: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> vectors: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> solution: array<vec2f>;
@group(0) @binding(8) var<storage, read_write> progress: array<Progress>;

override refinements: u32 = 3u;

var<workgroup> goesOn: u32;


fn measureResidual(chunk: Chunk, lane: u32) -> f32 {
  let end = chunk.sliceEnd * vectorsPerSlice;
  var norm2 = 0.0;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    let r = residualOf(i);
    vectors[i] = r;
    norm2 += dot(r, r);
  }
  norms[lane] = vec2f(norm2, 0.0);
  workgroupBarrier();
  let sum = sumNorms().x;
  workgroupBarrier();
  return sum;
}


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


fn accumulate(chunk: Chunk, lane: u32, scale: f32) {
  let stride = arrayLength(&vectors) / 3u;
  let end = chunk.sliceEnd * vectorsPerSlice;
  for (var i = chunk.sliceBegin * vectorsPerSlice + lane; i < end; i += lanes) {
    accumulateVector(i, vectors[2u * stride + i] / scale);
  }
}

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  if (!hasChunk(group)) { return; }
  let chunk = readChunk(chunkIndex(group));
  if (lane == 0u) {
    let before = progress[chunk.system];
    goesOn = select(1u, 0u, before.status != statusRunning || before.reference > 0.0);
  }
  if (workgroupUniformLoad(&goesOn) == 0u) { return; }
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
`,
  },
  "sparse/apply-dot": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","near"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"direction","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"directionRows","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"product","kind":"storage"},
      {"group":0,"binding":7,"name":"partialCurvature","kind":"storage"},
      {"group":0,"binding":8,"name":"state","kind":"read-only-storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/system-state.wgsl","line":66},{"file":"include/near-columns.wgsl","line":100},{"file":"sparse/apply-dot.wgsl","line":117}],
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






@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(4) var<storage, read> direction: array<f32>;
@group(0) @binding(5) var<storage, read> directionRows: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> product: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> partialCurvature: array<f32>;
@group(0) @binding(8) var<storage, read> state: array<SystemState>;

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
    overrides: ["lanes","hasEdgePages"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"slotEdge","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"edgeWeight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"weight","kind":"storage"},
      {"group":0,"binding":5,"name":"weightLow","kind":"storage"},
      {"group":0,"binding":6,"name":"inverseDiagonal","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/two-float.wgsl","line":49},{"file":"sparse/assemble.wgsl","line":109}],
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













@group(0) @binding(2) var<storage, read> slotEdge: array<vec4u>;
@group(0) @binding(3) var<storage, read> edgeWeight: array<vec2f>;
@group(0) @binding(4) var<storage, read_write> weight: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> weightLow: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> inverseDiagonal: array<vec4f>;


override hasEdgePages: u32 = 0u;


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
`,
  },
  "sparse/residual": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes","hasLoad"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":1,"name":"batchLayout","kind":"read-only-storage"},
      {"group":0,"binding":2,"name":"column","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"weight","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"weightLow","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"solution","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"load","kind":"read-only-storage"},
      {"group":0,"binding":7,"name":"residual","kind":"storage"},
      {"group":0,"binding":8,"name":"partialNorms","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/reduce.wgsl","line":49},{"file":"include/two-float.wgsl","line":66},{"file":"include/two-float-solution.wgsl","line":126},{"file":"sparse/residual.wgsl","line":147}],
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



override hasLoad: u32 = 0u;

fn gatherSolution(at: vec4u) -> TwoFloat4 {
  let a = solution[at.x];
  let b = solution[at.y];
  let c = solution[at.z];
  let d = solution[at.w];
  return TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
}

fn readLoad(row: u32) -> TwoFloat4 {
  if (hasLoad == 0u) { return TwoFloat4(); }
  let a = load[row];
  let b = load[row + 1u];
  let c = load[row + 2u];
  let d = load[row + 3u];
  return TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
}







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

      if (all(at == vec4u(row) + vec4u(0u, 1u, 2u, 3u))) { break; }
      let w = weight[slot];
      let drop = subtractTwoFloat(own, gatherSolution(at));
      rest = subtractTwoFloat(rest, multiplyTwoFloat(TwoFloat4(w, weightLow[slot]), drop));

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
`,
  },
  "sparse/two-float-probe": {
    entryPoint: "main",
    features: [],
    overrides: ["lanes"],
    bindings: [
      {"group":0,"binding":0,"name":"launch","kind":"uniform","bytes":36,"members":[{"name":"firstChunk","type":"u32","offset":0},{"name":"chunkCount","type":"u32","offset":4},{"name":"sliceTable","type":"u32","offset":8},{"name":"parity","type":"u32","offset":12},{"name":"iterations","type":"u32","offset":16},{"name":"historyCapacity","type":"u32","offset":20},{"name":"groundRow","type":"u32","offset":24},{"name":"zero","type":"u32","offset":28},{"name":"firstEdge","type":"u32","offset":32}]},
      {"group":0,"binding":2,"name":"left","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"right","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"sums","kind":"storage"},
    ],
    sources: [{"file":"include/launch.wgsl","line":2},{"file":"include/two-float.wgsl","line":49},{"file":"sparse/two-float-probe.wgsl","line":109}],
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

export const renderShaders = {
  "view/pores": {
    vertexEntry: "coverPore",
    fragmentEntry: "meetPore",
    features: [],
    overrides: [],
    bindings: [
      {"group":0,"binding":0,"name":"frame","kind":"uniform","bytes":256,"members":[{"name":"view","type":"mat4x4f","offset":0},{"name":"lens","type":"vec4f","offset":64},{"name":"picture","type":"vec4f","offset":80},{"name":"slice","type":"vec4f","offset":96},{"name":"sliceRange","type":"vec4f","offset":112},{"name":"background","type":"vec4f","offset":128},{"name":"poreColor","type":"vec4f","offset":144},{"name":"throatColor","type":"vec4f","offset":160},{"name":"unsolvedColor","type":"vec4f","offset":176},{"name":"poreField","type":"vec4f","offset":192},{"name":"throatField","type":"vec4f","offset":208},{"name":"size","type":"vec4f","offset":224},{"name":"faces","type":"vec4f","offset":240}]},
      {"group":0,"binding":1,"name":"ramp","kind":"uniform","bytes":2048,"members":[]},
      {"group":0,"binding":2,"name":"pores","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"poreValue","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"poreMark","kind":"read-only-storage"},
    ],
    sources: [{"file":"include/view.wgsl","line":2},{"file":"view/pores.wgsl","line":129}],
    code: String.raw`




struct Frame {
  view: mat4x4f,

  lens: vec4f,

  picture: vec4f,

  slice: vec4f,

  sliceRange: vec4f,
  background: vec4f,

  poreColor: vec4f,
  throatColor: vec4f,
  unsolvedColor: vec4f,

  poreField: vec4f,
  throatField: vec4f,

  size: vec4f,

  faces: vec4f,
}

struct Picture {
  @location(0) color: vec4f,

  @location(1) element: u32,
  @builtin(frag_depth) depth: f32,
}

struct Span {
  enter: f32,
  leave: f32,
}

@group(0) @binding(0) var<uniform> frame: Frame;
@group(0) @binding(1) var<uniform> ramp: array<vec4f, rampSteps>;

@group(0) @binding(2) var<storage, read> pores: array<vec4f>;

@group(0) @binding(3) var<storage, read> poreValue: array<u32>;

const rampSteps = 128u;
const plain = 0.0;
const logarithmic = 2.0;
const asPores = 3.0;
const hidden = vec4f(0.0, 0.0, -1.0, 1.0);

const ambient = 0.45;
const light = vec3f(0.3244428, 0.4866643, 0.8111071);

const fading = 0.75;
const tiny = 1e-9;

fn toView(position: vec3f) -> vec3f {
  return (frame.view * vec4f(position, 1.0)).xyz;
}


fn toClip(position: vec3f) -> vec4f {
  let w = -position.z;
  return vec4f(position.xy / frame.lens.xy, 0.5 * w, w);
}


fn findAcross(direction: vec3f) -> vec3f {
  let other = select(vec3f(0.0, 1.0, 0.0), vec3f(1.0, 0.0, 0.0), abs(direction.y) > 0.7);
  return normalize(cross(direction, other));
}

fn isSolved(bits: u32) -> bool {
  return (bits & 0x7f800000u) != 0x7f800000u;
}

fn mapColor(field: vec4f, value: f32) -> vec3f {
  if (field.x == logarithmic && value <= 0.0) { return frame.unsolvedColor.rgb; }
  let scaled = select(value, log(max(value, 1.2e-38)), field.x == logarithmic);
  let fraction = clamp(field.w + (scaled - field.y) * field.z, 0.0, 1.0);
  return ramp[u32(fraction * f32(rampSteps - 1u) + 0.5)].rgb;
}

fn fade(color: vec3f, isFaded: bool) -> vec3f {
  return select(color, mix(color, frame.background.rgb, fading), isFaded);
}

fn isHighlighted(words: u32, index: u32) -> bool {
  return ((words >> (index & 31u)) & 1u) != 0u;
}


fn castRay(pixel: vec2f) -> vec3f {
  let place = pixel / frame.picture.xy;
  return normalize(vec3f((2.0 * place.x - 1.0) * frame.lens.x, (1.0 - 2.0 * place.y) * frame.lens.y, -1.0));
}


fn crossPlanes(start: f32, speed: f32, low: f32, high: f32) -> Span {
  let slow = select(speed, select(tiny, -tiny, speed < 0.0), abs(speed) < tiny);
  let one = (low - start) / slow;
  let other = (high - start) / slow;
  return Span(min(one, other), max(one, other));
}


fn crossSlice(ray: vec3f) -> Span {
  let found = crossPlanes(0.0, dot(frame.slice.xyz, ray), frame.sliceRange.x, frame.sliceRange.y);
  if (frame.slice.w == 0.0) { return Span(-1e9, 1e9); }
  return found;
}

fn isOutsideSlice(center: vec3f, radius: f32) -> bool {
  let along = dot(frame.slice.xyz, center);
  return frame.slice.w != 0.0 && (along + radius < frame.sliceRange.x || along - radius > frame.sliceRange.y);
}

fn shade(color: vec3f, normal: vec3f) -> vec4f {
  return vec4f(color * (ambient + (1.0 - ambient) * max(dot(normal, light), 0.0)), 1.0);
}

fn scaleDepth(distance: f32) -> f32 {
  return clamp((distance - frame.lens.z) / (frame.lens.w - frame.lens.z), 0.0, 1.0);
}




@group(0) @binding(4) var<storage, read> poreMark: array<u32>;

struct Sphere {
  @builtin(position) position: vec4f,
  @location(0) @interpolate(flat) center: vec3f,
  @location(1) @interpolate(flat) radius: f32,
  @location(2) @interpolate(flat) color: vec3f,
  @location(3) @interpolate(flat) element: u32,
}

fn hidePore() -> Sphere {
  return Sphere(hidden, vec3f(), 0.0, vec3f(), 0u);
}

fn colorPore(index: u32) -> vec3f {
  if (frame.poreField.x == plain) { return frame.poreColor.rgb; }
  let bits = poreValue[index];
  if (!isSolved(bits)) { return frame.unsolvedColor.rgb; }
  return mapColor(frame.poreField, bitcast<f32>(bits));
}


@vertex
fn coverPore(@builtin(vertex_index) corner: u32, @builtin(instance_index) index: u32) -> Sphere {
  let pore = pores[index];
  let center = toView(pore.xyz);
  let distance = length(center);
  let isFaded = frame.picture.w != 0.0 && !isHighlighted(poreMark[index >> 5u], index);
  let scaled = pore.w * frame.size.x * select(1.0, frame.size.z, isFaded);
  let radius = max(scaled, frame.size.w * frame.picture.z * distance);
  if (!(scaled > 0.0) || distance <= 1.001 * radius || isOutsideSlice(center, radius)) { return hidePore(); }
  let toward = center / distance;
  let right = findAcross(toward);
  let up = cross(right, toward);

  let half = 1.001 * radius * distance / sqrt(distance * distance - radius * radius);
  let x = select(-half, half, (corner & 1u) != 0u);
  let y = select(-half, half, (corner & 2u) != 0u);
  let color = fade(colorPore(index), isFaded);
  return Sphere(toClip(center + x * right + y * up), center, radius, color, 2u * index + 1u);
}

@fragment
fn meetPore(pore: Sphere) -> Picture {
  let ray = castRay(pore.position.xy);
  let nearest = dot(pore.center, ray);
  let across = pore.center - nearest * ray;
  let half2 = pore.radius * pore.radius - dot(across, across);
  let half = sqrt(max(half2, 0.0));
  let cut = crossSlice(ray);

  let isCut = cut.enter - nearest > -half;
  let distance = select(nearest - half, cut.enter, isCut);
  let isPast = distance - nearest >= min(half, cut.leave - nearest);
  if (half2 < 0.0 || isPast || distance < frame.lens.z) { discard; }
  let onSphere = -(half * ray + across) / pore.radius;
  let onCut = -sign(dot(frame.slice.xyz, ray)) * frame.slice.xyz;
  let normal = select(onSphere, onCut, isCut);
  let depth = scaleDepth(-distance * ray.z);
  return Picture(shade(pore.color, normal), pore.element, depth);
}
`,
  },
  "view/throats": {
    vertexEntry: "coverThroat",
    fragmentEntry: "meetThroat",
    features: [],
    overrides: [],
    bindings: [
      {"group":0,"binding":0,"name":"frame","kind":"uniform","bytes":256,"members":[{"name":"view","type":"mat4x4f","offset":0},{"name":"lens","type":"vec4f","offset":64},{"name":"picture","type":"vec4f","offset":80},{"name":"slice","type":"vec4f","offset":96},{"name":"sliceRange","type":"vec4f","offset":112},{"name":"background","type":"vec4f","offset":128},{"name":"poreColor","type":"vec4f","offset":144},{"name":"throatColor","type":"vec4f","offset":160},{"name":"unsolvedColor","type":"vec4f","offset":176},{"name":"poreField","type":"vec4f","offset":192},{"name":"throatField","type":"vec4f","offset":208},{"name":"size","type":"vec4f","offset":224},{"name":"faces","type":"vec4f","offset":240}]},
      {"group":0,"binding":1,"name":"ramp","kind":"uniform","bytes":2048,"members":[]},
      {"group":0,"binding":2,"name":"pores","kind":"read-only-storage"},
      {"group":0,"binding":3,"name":"poreValue","kind":"read-only-storage"},
      {"group":0,"binding":4,"name":"throats","kind":"read-only-storage"},
      {"group":0,"binding":5,"name":"throatValue","kind":"read-only-storage"},
      {"group":0,"binding":6,"name":"throatMark","kind":"read-only-storage"},
    ],
    sources: [{"file":"include/view.wgsl","line":2},{"file":"view/throats.wgsl","line":129}],
    code: String.raw`




struct Frame {
  view: mat4x4f,

  lens: vec4f,

  picture: vec4f,

  slice: vec4f,

  sliceRange: vec4f,
  background: vec4f,

  poreColor: vec4f,
  throatColor: vec4f,
  unsolvedColor: vec4f,

  poreField: vec4f,
  throatField: vec4f,

  size: vec4f,

  faces: vec4f,
}

struct Picture {
  @location(0) color: vec4f,

  @location(1) element: u32,
  @builtin(frag_depth) depth: f32,
}

struct Span {
  enter: f32,
  leave: f32,
}

@group(0) @binding(0) var<uniform> frame: Frame;
@group(0) @binding(1) var<uniform> ramp: array<vec4f, rampSteps>;

@group(0) @binding(2) var<storage, read> pores: array<vec4f>;

@group(0) @binding(3) var<storage, read> poreValue: array<u32>;

const rampSteps = 128u;
const plain = 0.0;
const logarithmic = 2.0;
const asPores = 3.0;
const hidden = vec4f(0.0, 0.0, -1.0, 1.0);

const ambient = 0.45;
const light = vec3f(0.3244428, 0.4866643, 0.8111071);

const fading = 0.75;
const tiny = 1e-9;

fn toView(position: vec3f) -> vec3f {
  return (frame.view * vec4f(position, 1.0)).xyz;
}


fn toClip(position: vec3f) -> vec4f {
  let w = -position.z;
  return vec4f(position.xy / frame.lens.xy, 0.5 * w, w);
}


fn findAcross(direction: vec3f) -> vec3f {
  let other = select(vec3f(0.0, 1.0, 0.0), vec3f(1.0, 0.0, 0.0), abs(direction.y) > 0.7);
  return normalize(cross(direction, other));
}

fn isSolved(bits: u32) -> bool {
  return (bits & 0x7f800000u) != 0x7f800000u;
}

fn mapColor(field: vec4f, value: f32) -> vec3f {
  if (field.x == logarithmic && value <= 0.0) { return frame.unsolvedColor.rgb; }
  let scaled = select(value, log(max(value, 1.2e-38)), field.x == logarithmic);
  let fraction = clamp(field.w + (scaled - field.y) * field.z, 0.0, 1.0);
  return ramp[u32(fraction * f32(rampSteps - 1u) + 0.5)].rgb;
}

fn fade(color: vec3f, isFaded: bool) -> vec3f {
  return select(color, mix(color, frame.background.rgb, fading), isFaded);
}

fn isHighlighted(words: u32, index: u32) -> bool {
  return ((words >> (index & 31u)) & 1u) != 0u;
}


fn castRay(pixel: vec2f) -> vec3f {
  let place = pixel / frame.picture.xy;
  return normalize(vec3f((2.0 * place.x - 1.0) * frame.lens.x, (1.0 - 2.0 * place.y) * frame.lens.y, -1.0));
}


fn crossPlanes(start: f32, speed: f32, low: f32, high: f32) -> Span {
  let slow = select(speed, select(tiny, -tiny, speed < 0.0), abs(speed) < tiny);
  let one = (low - start) / slow;
  let other = (high - start) / slow;
  return Span(min(one, other), max(one, other));
}


fn crossSlice(ray: vec3f) -> Span {
  let found = crossPlanes(0.0, dot(frame.slice.xyz, ray), frame.sliceRange.x, frame.sliceRange.y);
  if (frame.slice.w == 0.0) { return Span(-1e9, 1e9); }
  return found;
}

fn isOutsideSlice(center: vec3f, radius: f32) -> bool {
  let along = dot(frame.slice.xyz, center);
  return frame.slice.w != 0.0 && (along + radius < frame.sliceRange.x || along - radius > frame.sliceRange.y);
}

fn shade(color: vec3f, normal: vec3f) -> vec4f {
  return vec4f(color * (ambient + (1.0 - ambient) * max(dot(normal, light), 0.0)), 1.0);
}

fn scaleDepth(distance: f32) -> f32 {
  return clamp((distance - frame.lens.z) / (frame.lens.w - frame.lens.z), 0.0, 1.0);
}





struct Throat {
  first: i32,
  second: i32,
  radius: f32,
}

@group(0) @binding(4) var<storage, read> throats: array<Throat>;
@group(0) @binding(5) var<storage, read> throatValue: array<u32>;
@group(0) @binding(6) var<storage, read> throatMark: array<u32>;

struct Cylinder {
  @builtin(position) position: vec4f,
  @location(0) @interpolate(flat) first: vec3f,
  @location(1) @interpolate(flat) axis: vec3f,
  @location(2) @interpolate(flat) span: vec2f,
  @location(3) @interpolate(flat) color: vec3f,
  @location(4) @interpolate(flat) element: u32,
}

fn hideThroat() -> Cylinder {
  return Cylinder(hidden, vec3f(), vec3f(), vec2f(), vec3f(), 0u);
}


fn locateEnd(end: i32, other: i32) -> vec3f {
  if (end >= 0) { return pores[end].xyz; }
  let place = pores[other].xyz;
  return vec3f(select(frame.faces.y, frame.faces.x, end == -1), place.yz);
}

fn colorThroat(index: u32, first: i32, second: i32) -> vec3f {
  if (frame.throatField.x == plain) { return frame.throatColor.rgb; }
  if (frame.throatField.x != asPores) {
    let bits = throatValue[index];
    if (!isSolved(bits)) { return frame.unsolvedColor.rgb; }
    return mapColor(frame.throatField, bitcast<f32>(bits));
  }
  if (frame.poreField.x == plain) { return frame.poreColor.rgb; }
  let one = poreValue[select(first, second, first < 0)];
  let other = poreValue[select(second, first, second < 0)];
  if (!isSolved(one) || !isSolved(other)) { return frame.unsolvedColor.rgb; }
  return mapColor(frame.poreField, 0.5 * bitcast<f32>(one) + 0.5 * bitcast<f32>(other));
}



@vertex
fn coverThroat(@builtin(vertex_index) corner: u32, @builtin(instance_index) index: u32) -> Cylinder {
  let throat = throats[index];
  if (throat.first < 0 && throat.second < 0) { return hideThroat(); }
  let a = toView(locateEnd(throat.first, throat.second));
  let b = toView(locateEnd(throat.second, throat.first));
  let distances = vec2f(length(a), length(b));
  let span = length(b - a);
  let isFaded = frame.picture.w != 0.0 && !isHighlighted(throatMark[index >> 5u], index);
  let scaled = throat.radius * frame.size.y * select(1.0, frame.size.z, isFaded);
  let radius = max(scaled, frame.size.w * frame.picture.z * 0.5 * (distances.x + distances.y));
  let isHidden = !(scaled > 0.0) || !(span > tiny) || min(distances.x, distances.y) <= 1.001 * radius;
  if (isHidden || isOutsideSlice(0.5 * (a + b), radius + 0.5 * span)) { return hideThroat(); }
  let toA = a / distances.x;
  let toB = b / distances.y;
  let spreads = radius / sqrt(distances * distances - radius * radius);
  let spread = 1.001 * max(spreads.x, spreads.y);
  let normal = cross(toA, toB);

  let across = select(findAcross(toA), normalize(normal), dot(normal, normal) > 1e-12);
  let isSecond = (corner & 1u) != 0u;
  let toward = select(toA, toB, isSecond);
  let beyond = select(-1.0, 1.0, isSecond) * cross(across, toward);
  let side = select(-1.0, 1.0, (corner & 2u) != 0u) * across;
  let place = select(distances.x, distances.y, isSecond) * (toward + spread * (side + beyond));
  let color = fade(colorThroat(index, throat.first, throat.second), isFaded);
  return Cylinder(toClip(place), a, (b - a) / span, vec2f(radius, span), color, 2u * index + 2u);
}

@fragment
fn meetThroat(throat: Cylinder) -> Picture {
  let ray = castRay(throat.position.xy);
  let axis = throat.axis;
  let radius = throat.span.x;
  let start = dot(throat.first + 0.5 * throat.span.y * axis, ray);
  let offset = start * ray - throat.first;
  let along = dot(offset, axis);
  let speed = dot(ray, axis);
  let offsetAcross = offset - along * axis;
  let rayAcross = ray - speed * axis;
  let speed2 = max(dot(rayAcross, rayAcross), 1e-12);
  let nearest = -dot(offsetAcross, rayAcross) / speed2;
  let miss = offsetAcross + nearest * rayAcross;
  let half2 = (radius * radius - dot(miss, miss)) / speed2;
  let half = sqrt(max(half2, 0.0));
  let ends = crossPlanes(along, speed, 0.0, throat.span.y);
  let cut = crossSlice(ray);
  let onSide = nearest - half;
  let enter = max(onSide, ends.enter);
  let isCut = cut.enter - start > enter;
  let distance = select(start + enter, cut.enter, isCut);
  let leave = min(nearest + half, min(ends.leave, cut.leave - start));
  if (half2 < 0.0 || distance - start >= leave || distance < frame.lens.z) { discard; }
  var normal = (miss - half * rayAcross) / radius;
  if (ends.enter > onSide) { normal = -sign(speed) * axis; }
  if (isCut) { normal = -sign(dot(frame.slice.xyz, ray)) * frame.slice.xyz; }
  let depth = scaleDepth(-distance * ray.z);
  return Picture(shade(throat.color, normal), throat.element, depth);
}
`,
  },
} as const satisfies Record<string, RenderShader>;

export type RenderShaderName = keyof typeof renderShaders;

/** The names of a drawing shader's bindings. */
export type RenderBindingName<Name extends RenderShaderName> = (typeof renderShaders)[Name] extends {
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
