/**
 * What a picture of spheres and cylinders must show, by casting rays in float64 and in metres. Each surface (sphere, side,
 * two end discs, two planes of the slice) is met by itself, and of the points that lie within the solid and the slice the
 * nearest counts: nothing is shared with the shaders but the scene.
 */
import type { PoreNetwork } from "../../src/network/pore-network.ts";

type Vector = readonly [number, number, number];

export interface CastScene {
  readonly network: PoreNetwork;
  /** Radii as drawn [m], one for each pore and throat. */
  readonly poreRadii: ArrayLike<number>;
  readonly throatRadii: ArrayLike<number>;
  /** In shares of the box. */
  readonly slice?: { readonly axis: number; readonly low: number; readonly high: number };
  readonly box: { readonly low: Vector; readonly high: Vector };
}

export interface CastCamera {
  /** Azimuth and elevation [rad]. */
  readonly angles: readonly [number, number];
  /** In the scene's units from its middle. */
  readonly eye: Vector;
  readonly fieldOfView: number;
}

export interface Hit {
  readonly kind: "pore" | "throat";
  readonly index: number;
  readonly distance: number;
  /** Share of the colour that is seen. */
  readonly shade: number;
  /** Which surface. */
  readonly face: string;
}

/** The view's light, as from above on the right of the viewer; what comes from everywhere. */
const LIGHT: Vector = [0.3244428, 0.4866643, 0.8111071];
const AMBIENT = 0.45;

export function makeCaster(scene: CastScene, camera: CastCamera, width: number, height: number) {
  const { low, high } = scene.box;
  const middle = low.map((value, axis) => (value + high[axis]!) / 2);
  const unit = Math.hypot(high[0] - low[0], high[1] - low[1], high[2] - low[2]) / 2;
  const eye = camera.eye.map((value, axis) => middle[axis]! + unit * value) as unknown as Vector;
  const [sinA, cosA] = [Math.sin(camera.angles[0]), Math.cos(camera.angles[0])];
  const [sinE, cosE] = [Math.sin(camera.angles[1]), Math.cos(camera.angles[1])];
  const right: Vector = [cosA, sinA, 0];
  const toward: Vector = [sinA * cosE, -cosA * cosE, sinE];
  const up: Vector = [-sinA * sinE, cosA * sinE, cosE];
  const tangent = Math.tan(camera.fieldOfView / 2);
  const solids = listSolids(scene);

  /** What is seen at a point of the picture [px]. */
  return (x: number, y: number): Hit | undefined => {
    const across = (2 * x - width) / height;
    const down = 1 - (2 * y) / height;
    const ray = normalize(
      [0, 1, 2].map(
        (axis) => -toward[axis]! + tangent * (across * right[axis]! + down * up[axis]!),
      ) as unknown as Vector,
    );
    let nearest: Hit | undefined;
    for (const solid of solids) {
      for (const { distance, normal, face } of solid.meet(eye, ray)) {
        if (!(distance > 0) || (nearest && distance >= nearest.distance)) continue;
        const point = along(eye, ray, distance);
        if (!solid.holds(point, face) || !isInSlice(scene, point, face)) continue;
        const seen: Vector = dot(normal, ray) > 0 ? (normal.map((v) => -v) as unknown as Vector) : normal;
        const inView: Vector = [dot(seen, right), dot(seen, up), dot(seen, toward)];
        const shade = AMBIENT + (1 - AMBIENT) * Math.max(0, dot(inView, LIGHT));
        nearest = { kind: solid.kind, index: solid.index, distance, shade, face };
      }
    }
    return nearest;
  };
}

interface Meeting {
  readonly distance: number;
  readonly normal: Vector;
  readonly face: string;
}

interface Solid {
  readonly kind: "pore" | "throat";
  readonly index: number;
  meet(eye: Vector, ray: Vector): Meeting[];
  /** But for the surface itself. */
  holds(point: Vector, face: string): boolean;
}

function listSolids(scene: CastScene): Solid[] {
  const { network, poreRadii, throatRadii, box } = scene;
  const placeOf = (end: number, other: number): Vector => {
    const at = (pore: number): Vector => [0, 1, 2].map((axis) => network.coords[3 * pore + axis]!) as never;
    if (end >= 0) return at(end);
    return [end === -1 ? box.low[0] : box.high[0], at(other)[1], at(other)[2]];
  };
  const solids: Solid[] = [];
  for (let i = 0; i < network.poreCount; i++) {
    if (poreRadii[i]! > 0) solids.push(makeSphere(scene, i, placeOf(i, i), poreRadii[i]!));
  }
  for (let e = 0; e < network.throatCount; e++) {
    const [a, b] = [network.conns[2 * e]!, network.conns[2 * e + 1]!];
    if (throatRadii[e]! > 0) {
      solids.push(makeCylinder(scene, e, placeOf(a, b), placeOf(b, a), throatRadii[e]!));
    }
  }
  return solids;
}

function makeSphere(scene: CastScene, index: number, center: Vector, radius: number): Solid {
  return {
    kind: "pore",
    index,
    meet: (eye, ray) => {
      const from = subtract(eye, center);
      const roots = solveQuadratic(1, dot(from, ray), dot(from, from) - radius ** 2);
      const hits = roots.map((distance) => ({
        distance,
        normal: normalize(subtract(along(eye, ray, distance), center)),
        face: "sphere",
      }));
      return [...hits, ...meetSlice(scene, eye, ray)];
    },
    holds: (point, face) => face === "sphere" || length(subtract(point, center)) < radius,
  };
}

function makeCylinder(scene: CastScene, index: number, a: Vector, b: Vector, radius: number): Solid {
  const axis = normalize(subtract(b, a));
  const span = length(subtract(b, a));
  const offAxis = (v: Vector) => subtract(v, axis.map((part) => part * dot(v, axis)) as unknown as Vector);
  return {
    kind: "throat",
    index,
    meet: (eye, ray) => {
      const [from, aside] = [offAxis(subtract(eye, a)), offAxis(ray)];
      const roots = solveQuadratic(dot(aside, aside), dot(from, aside), dot(from, from) - radius ** 2);
      const side = roots.map((distance) => ({
        distance,
        normal: normalize(offAxis(subtract(along(eye, ray, distance), a))),
        face: "side",
      }));
      const discs = [a, b].map((end) => ({
        distance: dot(subtract(end, eye), axis) / dot(ray, axis),
        normal: axis,
        face: "disc",
      }));
      return [...side, ...discs, ...meetSlice(scene, eye, ray)];
    },
    holds: (point, face) => {
      const place = dot(subtract(point, a), axis);
      const isBetween = face === "disc" || (place > 0 && place < span);
      return isBetween && (face === "side" || length(offAxis(subtract(point, a))) < radius);
    },
  };
}

function meetSlice({ slice, box }: CastScene, eye: Vector, ray: Vector): Meeting[] {
  if (!slice) return [];
  const normal = [0, 0, 0];
  normal[slice.axis] = 1;
  return [slice.low, slice.high]
    .filter((share) => share > 0 && share < 1)
    .map((share) => {
      const place = box.low[slice.axis]! + share * (box.high[slice.axis]! - box.low[slice.axis]!);
      const distance = (place - eye[slice.axis]!) / ray[slice.axis]!;
      return { distance, normal: normal as unknown as Vector, face: `slice ${share}` };
    });
}

function isInSlice({ slice, box }: CastScene, point: Vector, face: string): boolean {
  if (!slice) return true;
  const edge = box.high[slice.axis]! - box.low[slice.axis]!;
  const share = (point[slice.axis]! - box.low[slice.axis]!) / edge;
  const isAbove = slice.low <= 0 || face === `slice ${slice.low}` || share > slice.low;
  return isAbove && (slice.high >= 1 || face === `slice ${slice.high}` || share < slice.high);
}

/** Real roots of a x² + 2 b x + c. */
function solveQuadratic(a: number, b: number, c: number): number[] {
  const square = b * b - a * c;
  if (!(square > 0) || a < 1e-14) return [];
  return [(-b - Math.sqrt(square)) / a, (-b + Math.sqrt(square)) / a];
}

function along(from: Vector, ray: Vector, distance: number): Vector {
  return [from[0] + distance * ray[0], from[1] + distance * ray[1], from[2] + distance * ray[2]];
}

function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function length(a: Vector): number {
  return Math.hypot(...a);
}

function normalize(a: Vector): Vector {
  const size = length(a);
  return [a[0] / size, a[1] / size, a[2] / size];
}
