// Residual and solution of a small system in two-float arithmetic, four rows at once. Needs `column`, `weight`, `load`
// and `solution`.
//! include "small-system.wgsl"
//! include "two-float-solution.wgsl"

fn scatter(row: u32, x: TwoFloat4) {
  solution[row] = vec2f(x.high.x, x.low.x);
  solution[row + 1u] = vec2f(x.high.y, x.low.y);
  solution[row + 2u] = vec2f(x.high.z, x.low.z);
  solution[row + 3u] = vec2f(x.high.w, x.low.w);
}

// r = load - A x, four rows.
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

// x += y, four rows.
fn accumulateVector(i: u32, y: vec4f) {
  let row = 4u * i;
  let x = gatherSolution(vec4u(row, row + 1u, row + 2u, row + 3u));
  scatter(row, addTwoFloat(x, TwoFloat4(y, vec4f())));
}
