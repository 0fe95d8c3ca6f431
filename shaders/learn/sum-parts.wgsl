// sum_i = Σ_parts part_i, in a fixed order.
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
