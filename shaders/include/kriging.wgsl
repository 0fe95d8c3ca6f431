// What the kernels of a kriging batch share. Candidates come four to a vec4, `stride` vec4 a row; item j of a quantity
// with many items is at j * stride + vector. Covariances are in units of the sill, coordinates in units of the ranges.
struct KrigingLaunch {
  stride: u32,
  candidates: u32,
  points: u32,
  dimension: u32,
  drifts: u32,
  // Of a polynomial drift; 3: the drift's values are given.
  degree: u32,
  // 1: candidates come from the host, over the ranges already.
  isScaled: u32,
  zero: u32,
}

@group(0) @binding(0) var<uniform> launch: KrigingLaunch;

override lanes: u32 = 64;
// 1: numbers are held as slices that keep some 37 bits, 0: as f32.
override extended: u32 = 1u;

fn vectorCount() -> u32 {
  return (launch.candidates + 3u) / 4u;
}

// Rows of the triangular factor, filled up to whole tiles.
fn paddedPoints() -> u32 {
  return (launch.points + 3u) / 4u * 4u;
}
