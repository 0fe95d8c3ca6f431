// destination = source, to measure what memory gives: each workgroup copies one contiguous block of vec4s, its lanes
// side by side.
struct Copy {
  vectorCount: u32,
  vectorsPerGroup: u32,
}

@group(0) @binding(0) var<uniform> copy: Copy;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> destination: array<vec4f>;

override lanes: u32 = 64;

const maxGroupsX = 65535u;

@compute @workgroup_size(lanes)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let begin = (group.y * maxGroupsX + group.x) * copy.vectorsPerGroup;
  let end = min(begin + copy.vectorsPerGroup, copy.vectorCount);
  for (var i = begin + lane; i < end; i += lanes) {
    destination[i] = source[i];
  }
}
