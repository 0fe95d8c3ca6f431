// Pores as spheres. With the centre c, the unit ray d and q = c - (c·d) d, the part of c across the ray,
//   enter, leave = c·d -+ sqrt(r² - q·q),
// which keeps its accuracy where r is small beside the distance; b² - (c·c - r²) does not.
//! include "view.wgsl"
@group(0) @binding(4) var<storage, read> poreMark: array<u32>;

struct Sphere {
  @builtin(position) position: vec4f,
  @location(0) @interpolate(flat) center: vec3f,
  @location(1) @interpolate(flat) radius: f32,
  @location(2) @interpolate(flat) color: vec3f,
  @location(3) @interpolate(flat) element: u32,
}

fn hidePore() -> Sphere {
  return Sphere(hidden, vec3f(), 0.0, vec3f(), 0u);
}

fn colorPore(index: u32) -> vec3f {
  if (frame.poreField.x == plain) { return frame.poreColor.rgb; }
  let bits = poreValue[index];
  if (!isSolved(bits)) { return frame.unsolvedColor.rgb; }
  return mapColor(frame.poreField, bitcast<f32>(bits));
}

// A square about the circle in which the cone from the eye touches the sphere.
@vertex
fn coverPore(@builtin(vertex_index) corner: u32, @builtin(instance_index) index: u32) -> Sphere {
  let pore = pores[index];
  let center = toView(pore.xyz);
  let distance = length(center);
  let isFaded = frame.picture.w != 0.0 && !isHighlighted(poreMark[index >> 5u], index);
  let scaled = pore.w * frame.size.x * select(1.0, frame.size.z, isFaded);
  let radius = max(scaled, frame.size.w * frame.picture.z * distance);
  if (!(scaled > 0.0) || distance <= 1.001 * radius || isOutsideSlice(center, radius)) { return hidePore(); }
  let toward = center / distance;
  let right = findAcross(toward);
  let up = cross(right, toward);
  // A hair more, for rounding.
  let half = 1.001 * radius * distance / sqrt(distance * distance - radius * radius);
  let x = select(-half, half, (corner & 1u) != 0u);
  let y = select(-half, half, (corner & 2u) != 0u);
  let color = fade(colorPore(index), isFaded);
  return Sphere(toClip(center + x * right + y * up), center, radius, color, 2u * index + 1u);
}

@fragment
fn meetPore(pore: Sphere) -> Picture {
  let ray = castRay(pore.position.xy);
  let nearest = dot(pore.center, ray);
  let across = pore.center - nearest * ray;
  let half2 = pore.radius * pore.radius - dot(across, across);
  let half = sqrt(max(half2, 0.0));
  let cut = crossSlice(ray);
  // Counted from the point nearest to the centre.
  let isCut = cut.enter - nearest > -half;
  let distance = select(nearest - half, cut.enter, isCut);
  let isPast = distance - nearest >= min(half, cut.leave - nearest);
  if (half2 < 0.0 || isPast || distance < frame.lens.z) { discard; }
  let onSphere = -(half * ray + across) / pore.radius;
  let onCut = -sign(dot(frame.slice.xyz, ray)) * frame.slice.xyz;
  let normal = select(onSphere, onCut, isCut);
  let depth = scaleDepth(-distance * ray.z);
  return Picture(shade(pore.color, normal), pore.element, depth);
}
