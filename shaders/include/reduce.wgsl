// Sums over a workgroup in a fixed order, so that results are bit-for-bit repeatable. Needs `lanes`.
var<workgroup> reduceCells: array<vec2f, lanes>;

fn reduceSum(value: vec2f, lane: u32) -> vec2f {
  reduceCells[lane] = value;
  var width = lanes;
  while (width > 1u) {
    workgroupBarrier();
    let half = (width + 1u) / 2u;
    if (lane < width - half) {
      reduceCells[lane] += reduceCells[lane + half];
    }
    width = half;
  }
  let sum = workgroupUniformLoad(&reduceCells[0]);
  return sum;
}
