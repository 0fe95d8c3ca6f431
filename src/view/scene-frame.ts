/** What changes from picture to picture, as the uniform `frame` of shaders/include/view.wgsl. */
import { renderShaders } from "../gpu/generated/shaders.ts";
import type { OrbitCamera } from "./orbit-camera.ts";
import { AXES, type Vector } from "./projection.ts";
import type { PackedField } from "./scene-colors.ts";
import type { SceneSpace } from "./scene-geometry.ts";

/** A slab of the box: what lies outside of it is cut away. */
export interface SceneSlice {
  readonly axis: "x" | "y" | "z";
  /** Shares of the box's edge, 0…1; at 0 and 1 nothing is cut off. */
  readonly low: number;
  readonly high: number;
}

export type Color = readonly [red: number, green: number, blue: number, alpha: number];

/** How elements are drawn. */
export interface SceneStyle {
  poreColor: Color;
  throatColor: Color;
  unsolvedColor: Color;
  poreField: PackedField;
  throatField: PackedField;
  poreScale: number;
  throatScale: number;
  slice: SceneSlice | undefined;
  isHighlighting: boolean;
}

/** Of what is not highlighted, its share of its radius. */
const FADED_SIZE = 0.5;
/** Thinner throats and smaller pores would be dots here and there [px]. */
const LEAST_RADIUS = 0.5;
const NEAR = 1e-4;
/** Beyond any cut, in units of the scene. */
const EVERYWHERE = 1e9;

const FRAME = renderShaders["view/pores"].bindings[0];
export const FRAME_BYTES = FRAME.bytes;
const START = Object.fromEntries(FRAME.members.map(({ name, offset }) => [name, offset / 4])) as Record<
  (typeof FRAME.members)[number]["name"],
  number
>;

/** The uniform's words. */
export function packFrame(
  style: SceneStyle,
  space: SceneSpace,
  camera: OrbitCamera,
  picture: { readonly width: number; readonly height: number; readonly background: Color },
): Float32Array {
  const { width, height, background } = picture;
  const view = camera.viewMatrix();
  const half = Math.tan(camera.fieldOfView / 2);
  const far = camera.distance + Math.hypot(...camera.target) + 2;
  const { low, high } = space.extent;
  const words = new Float32Array(FRAME.bytes / 4);
  words.set(view, START.view);
  words.set([(half * width) / height, half, NEAR, far], START.lens);
  words.set([width, height, (2 * half) / height, style.isHighlighting ? 1 : 0], START.picture);
  words.set(background, START.background);
  words.set(style.poreColor, START.poreColor);
  words.set(style.throatColor, START.throatColor);
  words.set(style.unsolvedColor, START.unsolvedColor);
  words.set(style.poreField, START.poreField);
  words.set(style.throatField, START.throatField);
  words.set([style.poreScale, style.throatScale, FADED_SIZE, LEAST_RADIUS], START.size);
  // Statoil networks, the ones with reservoirs, have them at the ends of x.
  const face = (x: number) => (x - space.middle[0]) / space.unit;
  words.set([face(low[0]), face(high[0])], START.faces);
  if (style.slice) setSlice(words, style.slice, space.half, view);
  return words;
}

/** The slab's planes in view space: there the origin is the eye, and the scene's is where the view matrix puts it. */
function setSlice(
  words: Float32Array,
  { axis, low, high }: SceneSlice,
  half: Vector,
  view: Float64Array,
): void {
  const index = AXES.indexOf(axis);
  const normal = [view[4 * index]!, view[4 * index + 1]!, view[4 * index + 2]!];
  const origin = normal[0]! * view[12]! + normal[1]! * view[13]! + normal[2]! * view[14]!;
  const place = (share: number) => origin + (2 * share - 1) * half[index]!;
  words.set([...normal, 1], START.slice);
  words.set([low <= 0 ? -EVERYWHERE : place(low), high >= 1 ? EVERYWHERE : place(high)], START.sliceRange);
}
