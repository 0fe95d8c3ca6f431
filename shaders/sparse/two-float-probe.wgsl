// Whether this driver keeps two-float arithmetic: a dot product whose terms cancel almost wholly.
//! include "launch.wgsl"
//! include "two-float.wgsl"
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
