// Solution and load in two-float arithmetic, four rows at once. Needs `solution` and `load`.

// 0: there is no load, and `load` may be bound to anything.
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
