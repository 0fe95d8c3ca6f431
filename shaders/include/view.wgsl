// A picture of spheres and cylinders by ray casting: the vertex stage draws, for each solid, a quadrilateral that covers it,
// the fragment stage meets the pixel's ray with the solid. View space: the eye at the origin, looking along -z.
//
// Every solid is convex, and so is a slice: a ray meets their common part from the last entry to the first exit.
struct Frame {
  view: mat4x4f,
  // Half the width and height of what is seen at distance 1; nearest and farthest depth.
  lens: vec4f,
  // Pixels across and down; height of a pixel at distance 1; 1 where elements are highlighted.
  picture: vec4f,
  // The slice: normal of its two planes, and 1 where there is one.
  slice: vec4f,
  // Between these distances along the normal.
  sliceRange: vec4f,
  background: vec4f,
  // Without a field.
  poreColor: vec4f,
  throatColor: vec4f,
  unsolvedColor: vec4f,
  // Kind, value at `base`, what a unit of (the logarithm of) the value adds, base.
  poreField: vec4f,
  throatField: vec4f,
  // Factors of the radii of pores, throats and of what is not highlighted; least radius [pixels].
  size: vec4f,
  // x of the reservoirs' faces.
  faces: vec4f,
}

struct Picture {
  @location(0) color: vec4f,
  // 0 for nothing, odd for pores, even for throats.
  @location(1) element: u32,
  @builtin(frag_depth) depth: f32,
}

struct Span {
  enter: f32,
  leave: f32,
}

@group(0) @binding(0) var<uniform> frame: Frame;
@group(0) @binding(1) var<uniform> ramp: array<vec4f, rampSteps>;
// Centre and radius.
@group(0) @binding(2) var<storage, read> pores: array<vec4f>;
// Bits of f32.
@group(0) @binding(3) var<storage, read> poreValue: array<u32>;

const rampSteps = 128u;
const plain = 0.0;
const logarithmic = 2.0;
const asPores = 3.0;
const hidden = vec4f(0.0, 0.0, -1.0, 1.0);
// Of the light's share that comes from everywhere, and where the rest comes from.
const ambient = 0.45;
const light = vec3f(0.3244428, 0.4866643, 0.8111071);
// How much of its colour what is not highlighted loses to the background.
const fading = 0.75;
const tiny = 1e-9;

fn toView(position: vec3f) -> vec3f {
  return (frame.view * vec4f(position, 1.0)).xyz;
}

// Depth is the fragment's business: in the middle nothing is cut off but what lies behind the eye.
fn toClip(position: vec3f) -> vec4f {
  let w = -position.z;
  return vec4f(position.xy / frame.lens.xy, 0.5 * w, w);
}

// A direction across `direction`.
fn findAcross(direction: vec3f) -> vec3f {
  let other = select(vec3f(0.0, 1.0, 0.0), vec3f(1.0, 0.0, 0.0), abs(direction.y) > 0.7);
  return normalize(cross(direction, other));
}

fn isSolved(bits: u32) -> bool {
  return (bits & 0x7f800000u) != 0x7f800000u;
}

fn mapColor(field: vec4f, value: f32) -> vec3f {
  if (field.x == logarithmic && value <= 0.0) { return frame.unsolvedColor.rgb; }
  let scaled = select(value, log(max(value, 1.2e-38)), field.x == logarithmic);
  let fraction = clamp(field.w + (scaled - field.y) * field.z, 0.0, 1.0);
  return ramp[u32(fraction * f32(rampSteps - 1u) + 0.5)].rgb;
}

fn fade(color: vec3f, isFaded: bool) -> vec3f {
  return select(color, mix(color, frame.background.rgb, fading), isFaded);
}

fn isHighlighted(words: u32, index: u32) -> bool {
  return ((words >> (index & 31u)) & 1u) != 0u;
}

// Unit direction of a pixel's ray.
fn castRay(pixel: vec2f) -> vec3f {
  let place = pixel / frame.picture.xy;
  return normalize(vec3f((2.0 * place.x - 1.0) * frame.lens.x, (1.0 - 2.0 * place.y) * frame.lens.y, -1.0));
}

// Where a line is between two parallel planes: `start` is its distance along their normal, `speed` what a step adds.
fn crossPlanes(start: f32, speed: f32, low: f32, high: f32) -> Span {
  let slow = select(speed, select(tiny, -tiny, speed < 0.0), abs(speed) < tiny);
  let one = (low - start) / slow;
  let other = (high - start) / slow;
  return Span(min(one, other), max(one, other));
}

// Counted from the eye, by the same operations for all solids: where two are cut at once, they are equally near.
fn crossSlice(ray: vec3f) -> Span {
  let found = crossPlanes(0.0, dot(frame.slice.xyz, ray), frame.sliceRange.x, frame.sliceRange.y);
  if (frame.slice.w == 0.0) { return Span(-1e9, 1e9); }
  return found;
}

fn isOutsideSlice(center: vec3f, radius: f32) -> bool {
  let along = dot(frame.slice.xyz, center);
  return frame.slice.w != 0.0 && (along + radius < frame.sliceRange.x || along - radius > frame.sliceRange.y);
}

fn shade(color: vec3f, normal: vec3f) -> vec4f {
  return vec4f(color * (ambient + (1.0 - ambient) * max(dot(normal, light), 0.0)), 1.0);
}

fn scaleDepth(distance: f32) -> f32 {
  return clamp((distance - frame.lens.z) / (frame.lens.w - frame.lens.z), 0.0, 1.0);
}
