// What the lanes that solve one small system have in common.
var<workgroup> norms: array<vec2f, lanes>;

fn sumNorms() -> vec2f {
  var sum = vec2f();
  for (var l = 0u; l < lanes; l++) {
    sum += norms[l];
  }
  return sum;
}

// Where the slot only fills: it points at its own row, and comes after all that count.
fn isFiller(neighbour: vec4u, row: u32) -> bool {
  return all(neighbour == vec4u(row) + vec4u(0u, 1u, 2u, 3u));
}
