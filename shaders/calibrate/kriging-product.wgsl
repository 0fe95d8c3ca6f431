// A factor times the columns of candidates, four of its rows a lane. A tile's record: its first and last column and
// where its entries begin, which are vec4 of four rows, column by column, in slices where `extended`:
//
//   a = a1 + a2 + a3,  a1 in multiples of 2^-7, a2 of 2^-14;   k = k1 + k2 + k3,  k1 in multiples of 2^-8, k2 of 2^-16
//   a k = a1 k1 + (a1 k2 + a2 k1) + (a1 k3 + a2 (k2 + k3) + a3 k)
//
// Over 64 columns the first two sums are exact in f32 and go on as whole numbers of 2^-23; the third is 2^-15 of the
// first. That leaves the error of 37-bit arithmetic, and no compiler can lose it. Six products an entry.
//! include "kriging.wgsl"
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
