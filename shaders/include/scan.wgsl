// Running sums of many counts: a block a workgroup, of which each lane has a contiguous part. Counts are rounded up to a
// multiple of `granule`.
struct Scan {
  count: u32,
  blockRows: u32,
  blockCount: u32,
  granule: u32,
}
@group(0) @binding(0) var<uniform> scan: Scan;

override lanes: u32 = 64;

var<workgroup> laneSums: array<u32, lanes>;

fn blockIndex(group: vec3u) -> u32 {
  return group.y * 65535u + group.x;
}

fn roundUp(count: u32) -> u32 {
  return (count + scan.granule - 1u) / scan.granule * scan.granule;
}

fn laneRange(group: vec3u, lane: u32) -> vec2u {
  let first = min(blockIndex(group) * scan.blockRows, scan.count);
  let last = min(first + scan.blockRows, scan.count);
  let share = (last - first + lanes - 1u) / lanes;
  let begin = min(first + lane * share, last);
  return vec2u(begin, min(begin + share, last));
}

// The sum of the lanes before, and that of all.
fn scanLanes(value: u32, lane: u32) -> vec2u {
  laneSums[lane] = value;
  workgroupBarrier();
  var before = 0u;
  var all = 0u;
  for (var other = 0u; other < lanes; other++) {
    before += select(0u, laneSums[other], other < lane);
    all += laneSums[other];
  }
  return vec2u(before, all);
}
