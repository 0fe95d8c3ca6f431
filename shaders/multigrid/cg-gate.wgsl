// Where no system goes on, all that is still to be launched becomes empty. `fullGroups` holds the arguments of every
// launch as they would be.
//! include "launch.wgsl"
//! include "reduce.wgsl"
//! include "system-state.wgsl"
@group(0) @binding(2) var<storage, read> state: array<SystemState>;
@group(0) @binding(3) var<storage, read> fullGroups: array<u32>;
@group(0) @binding(4) var<storage, read_write> groups: array<u32>;

@compute @workgroup_size(lanes)
fn main(@builtin(local_invocation_index) lane: u32) {
  var running = 0.0;
  for (var k = lane; k < arrayLength(&state); k += lanes) {
    running += f32(state[k].running[0]);
  }
  let goesOn = reduceSum(vec2f(running, 0.0), lane).x > 0.0;
  for (var k = lane; k < arrayLength(&groups); k += lanes) {
    groups[k] = select(0u, fullGroups[k], goesOn);
  }
}
