// Residual and solution of a small system in two-float arithmetic, four rows at once. Needs `column`, `weight`, `load`
// and `solution`.
//! include "small-system.wgsl"

// 0: there is no load, and `load` may be bound to anything.
override hasLoad: u32 = 0u;

fn gather(at: vec4u) -> TwoFloat4 {
  let a = solution[at.x];
  let b = solution[at.y];
  let c = solution[at.z];
  let d = solution[at.w];
  return TwoFloat4(vec4f(a.x, b.x, c.x, d.x), vec4f(a.y, b.y, c.y, d.y));
}

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
  let own = gather(vec4u(row, row + 1u, row + 2u, row + 3u));
  var rest = TwoFloat4();
  if (hasLoad == 1u) {
    rest.high = vec4f(load[row].x, load[row + 1u].x, load[row + 2u].x, load[row + 3u].x);
    rest.low = vec4f(load[row].y, load[row + 1u].y, load[row + 2u].y, load[row + 3u].y);
  }
  for (var layer = batchLayout[launch.sliceTable + slice]; layer < layerEnd; layer++) {
    let slot = layer * vectorsPerSlice + i % vectorsPerSlice;
    let at = column[slot];
    if (isFiller(at, row)) { break; }
    let drop = subtractTwoFloat(own, gather(at));
    rest = subtractTwoFloat(rest, multiplyTwoFloat(TwoFloat4(weight[slot], vec4f()), drop));
  }
  return rest.high;
}

// x += y, four rows.
fn accumulateVector(i: u32, y: vec4f) {
  let row = 4u * i;
  let x = gather(vec4u(row, row + 1u, row + 2u, row + 3u));
  scatter(row, addTwoFloat(x, TwoFloat4(y, vec4f())));
}
