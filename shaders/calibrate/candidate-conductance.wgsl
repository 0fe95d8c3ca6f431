// Conductances of all candidates of a batch from their controls: tubes of radius s (over the mean) and length L,
//   g = s^p / L,   p = 4 for flow (Hagen-Poiseuille without π r⁴ / (8 μ)), 2 for current (without π r²),
// 0 for throats that the candidate does not have. s is the throat's own, or the gamma quantile of its uniform number for
// the candidate's spread (src/calibrate/radius-factor.ts).
//
// Throats of a cloud stand in the order of their lengths, so that a connecting distance is a number of throats.
//! include "item-chunks.wgsl"
struct Candidate {
  firstItem: u32,
  firstThroat: u32,
  throatEnd: u32,
  levelEnd: u32,
  tableStart: u32,
  exponent: u32,
}

// Of each throat of each cloud: 1/L and s as f32, its place in a table, and the rank of its level.
@group(0) @binding(2) var<storage, read> throats: array<vec4u>;
@group(0) @binding(3) var<storage, read> candidates: array<Candidate>;
// Cube roots of quantiles, `nodes` a spread.
@group(0) @binding(4) var<storage, read> factorTable: array<f32>;
@group(0) @binding(5) var<storage, read_write> conductance: array<f32>;

// In `tableStart`: radii are the throats' own.
const noTable = 0xffffffffu;
// A place is a node and a part of the way to the next, in fixed point: float32 would lose the part.
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
