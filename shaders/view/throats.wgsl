// Throats as cylinders with flat ends. With the unit axis u from the first end a, a point o of the ray near the throat,
// p = o - a, the unit ray d, and ⊥ for the part across u,
//   |p⊥ + t d⊥| = r   at   t = -p⊥·d⊥ / |d⊥|² -+ sqrt(r² - q·q) / |d⊥|,   q = p⊥ - d⊥ (p⊥·d⊥) / |d⊥|²,
// and between the ends 0 < (p + t d)·u < L.
//! include "view.wgsl"
struct Throat {
  first: i32,
  second: i32,
  radius: f32,
}

@group(0) @binding(4) var<storage, read> throats: array<Throat>;
@group(0) @binding(5) var<storage, read> throatValue: array<u32>;
@group(0) @binding(6) var<storage, read> throatMark: array<u32>;

struct Cylinder {
  @builtin(position) position: vec4f,
  @location(0) @interpolate(flat) first: vec3f,
  @location(1) @interpolate(flat) axis: vec3f,
  @location(2) @interpolate(flat) span: vec2f,
  @location(3) @interpolate(flat) color: vec3f,
  @location(4) @interpolate(flat) element: u32,
}

fn hideThroat() -> Cylinder {
  return Cylinder(hidden, vec3f(), vec3f(), vec2f(), vec3f(), 0u);
}

// A pore, or the point of a reservoir's face straight before the other end's pore.
fn locateEnd(end: i32, other: i32) -> vec3f {
  if (end >= 0) { return pores[end].xyz; }
  let place = pores[other].xyz;
  return vec3f(select(frame.faces.y, frame.faces.x, end == -1), place.yz);
}

fn colorThroat(index: u32, first: i32, second: i32) -> vec3f {
  if (frame.throatField.x == plain) { return frame.throatColor.rgb; }
  if (frame.throatField.x != asPores) {
    let bits = throatValue[index];
    if (!isSolved(bits)) { return frame.unsolvedColor.rgb; }
    return mapColor(frame.throatField, bitcast<f32>(bits));
  }
  if (frame.poreField.x == plain) { return frame.poreColor.rgb; }
  let one = poreValue[select(first, second, first < 0)];
  let other = poreValue[select(second, first, second < 0)];
  if (!isSolved(one) || !isSolved(other)) { return frame.unsolvedColor.rgb; }
  return mapColor(frame.poreField, 0.5 * bitcast<f32>(one) + 0.5 * bitcast<f32>(other));
}

// Seen from the eye, spheres about the two ends lie within angles of tangent `spread` about them, and the throat in their
// hull: between two lines across the plane through eye and axis, one beyond each end.
@vertex
fn coverThroat(@builtin(vertex_index) corner: u32, @builtin(instance_index) index: u32) -> Cylinder {
  let throat = throats[index];
  if (throat.first < 0 && throat.second < 0) { return hideThroat(); }
  let a = toView(locateEnd(throat.first, throat.second));
  let b = toView(locateEnd(throat.second, throat.first));
  let distances = vec2f(length(a), length(b));
  let span = length(b - a);
  let isFaded = frame.picture.w != 0.0 && !isHighlighted(throatMark[index >> 5u], index);
  let scaled = throat.radius * frame.size.y * select(1.0, frame.size.z, isFaded);
  let radius = max(scaled, frame.size.w * frame.picture.z * 0.5 * (distances.x + distances.y));
  let isHidden = !(scaled > 0.0) || !(span > tiny) || min(distances.x, distances.y) <= 1.001 * radius;
  if (isHidden || isOutsideSlice(0.5 * (a + b), radius + 0.5 * span)) { return hideThroat(); }
  let toA = a / distances.x;
  let toB = b / distances.y;
  let spreads = radius / sqrt(distances * distances - radius * radius);
  let spread = 1.001 * max(spreads.x, spreads.y);
  let normal = cross(toA, toB);
  // Seen end-on any direction will do.
  let across = select(findAcross(toA), normalize(normal), dot(normal, normal) > 1e-12);
  let isSecond = (corner & 1u) != 0u;
  let toward = select(toA, toB, isSecond);
  let beyond = select(-1.0, 1.0, isSecond) * cross(across, toward);
  let side = select(-1.0, 1.0, (corner & 2u) != 0u) * across;
  let place = select(distances.x, distances.y, isSecond) * (toward + spread * (side + beyond));
  let color = fade(colorThroat(index, throat.first, throat.second), isFaded);
  return Cylinder(toClip(place), a, (b - a) / span, vec2f(radius, span), color, 2u * index + 2u);
}

@fragment
fn meetThroat(throat: Cylinder) -> Picture {
  let ray = castRay(throat.position.xy);
  let axis = throat.axis;
  let radius = throat.span.x;
  let start = dot(throat.first + 0.5 * throat.span.y * axis, ray);
  let offset = start * ray - throat.first;
  let along = dot(offset, axis);
  let speed = dot(ray, axis);
  let offsetAcross = offset - along * axis;
  let rayAcross = ray - speed * axis;
  let speed2 = max(dot(rayAcross, rayAcross), 1e-12);
  let nearest = -dot(offsetAcross, rayAcross) / speed2;
  let miss = offsetAcross + nearest * rayAcross;
  let half2 = (radius * radius - dot(miss, miss)) / speed2;
  let half = sqrt(max(half2, 0.0));
  let ends = crossPlanes(along, speed, 0.0, throat.span.y);
  let cut = crossSlice(ray);
  let onSide = nearest - half;
  let enter = max(onSide, ends.enter);
  let isCut = cut.enter - start > enter;
  let distance = select(start + enter, cut.enter, isCut);
  let leave = min(nearest + half, min(ends.leave, cut.leave - start));
  if (half2 < 0.0 || distance - start >= leave || distance < frame.lens.z) { discard; }
  var normal = (miss - half * rayAcross) / radius;
  if (ends.enter > onSide) { normal = -sign(speed) * axis; }
  if (isCut) { normal = -sign(dot(frame.slice.xyz, ray)) * frame.slice.xyz; }
  let depth = scaleDepth(-distance * ray.z);
  return Picture(shade(throat.color, normal), throat.element, depth);
}
