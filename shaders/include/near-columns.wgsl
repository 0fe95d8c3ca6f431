// Columns of four neighbouring rows, in either of two forms (src/sparse/near-columns.ts).
@group(0) @binding(2) var<storage, read> column: array<vec2u>;

// 1: `column` holds distances from the own row, 16 bits each; 0: rows, 32 bits each.
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
