/**
 * Orthographic views of a box: obliquely from the inlet's side, or along one axis.
 *
 * A view is an orthonormal basis (right, up, toward the viewer); a point's picture is its first two
 * components, its depth the third.
 */
import type { Axis } from "../network/flow-domain.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import type { Rectangle } from "./svg.ts";

export type Vector = readonly [number, number, number];
export type View = "oblique" | Axis;

export interface Extent {
  readonly low: Vector;
  readonly high: Vector;
}

export interface Projection {
  /** Pixels a metre. */
  readonly scale: number;
  /** Components of the direction to the viewer. */
  readonly toward: Vector;
  x(x: number, y: number, z: number): number;
  y(x: number, y: number, z: number): number;
  /** Larger is nearer to the viewer. */
  depth(x: number, y: number, z: number): number;
}

export const AXES: readonly Axis[] = ["x", "y", "z"];

const AZIMUTH = (-27 * Math.PI) / 180;
const ELEVATION = (21 * Math.PI) / 180;

/** The network's box, widened to hold every finite pore. */
export function measureExtent(network: PoreNetwork): Extent {
  const { coords, box } = network;
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < coords.length; k++) {
    const value = coords[k]!;
    if (!Number.isFinite(value)) continue;
    const axis = k % 3;
    if (value < low[axis]!) low[axis] = value;
    if (value > high[axis]!) high[axis] = value;
  }
  for (let axis = 0; axis < 3; axis++) {
    if (box !== undefined) {
      low[axis] = Math.min(low[axis]!, box.origin[axis]!);
      high[axis] = Math.max(high[axis]!, box.origin[axis]! + box.size[axis]!);
    }
    if (!(high[axis]! >= low[axis]!)) low[axis] = high[axis] = 0;
  }
  return { low: low as unknown as Vector, high: high as unknown as Vector };
}

/**
 * The view that shows the whole extent in `area`, flow from left to right.
 * @param view `"oblique"`, or the axis to look along
 */
export function makeProjection(extent: Extent, area: Rectangle, view: View, flow: Axis): Projection {
  const { right, up, toward } = view === "oblique" ? orientOblique(flow) : orientAlong(view, flow);
  const corners = listCorners(extent);
  const across = corners.map((corner) => dot(right, corner));
  const along = corners.map((corner) => dot(up, corner));
  const [left, rightmost] = [Math.min(...across), Math.max(...across)];
  const [bottom, top] = [Math.min(...along), Math.max(...along)];
  const fit = Math.min(area.width / (rightmost - left), area.height / (top - bottom));
  const scale = Number.isFinite(fit) ? fit : 1;
  const originX = area.x + area.width / 2 - (scale * (left + rightmost)) / 2;
  const originY = area.y + area.height / 2 + (scale * (bottom + top)) / 2;
  return {
    scale,
    toward,
    x: (x, y, z) => originX + scale * (right[0] * x + right[1] * y + right[2] * z),
    y: (x, y, z) => originY - scale * (up[0] * x + up[1] * y + up[2] * z),
    depth: (x, y, z) => toward[0] * x + toward[1] * y + toward[2] * z,
  };
}

/** The eight corners; bit k of the index tells whether axis k is at its high end. */
export function listCorners({ low, high }: Extent): Vector[] {
  return Array.from(
    { length: 8 },
    (_, corner): Vector => [
      corner & 1 ? high[0] : low[0],
      corner & 2 ? high[1] : low[1],
      corner & 4 ? high[2] : low[2],
    ],
  );
}

/** Typical distance of neighbouring pores [m]: the edge of a cube that holds one; flat dimensions do not count. */
export function measureSpacing({ low, high }: Extent, poreCount: number): number {
  const edges = [0, 1, 2].map((axis) => high[axis]! - low[axis]!).filter((edge) => edge > 0);
  if (edges.length === 0 || poreCount === 0) return 0;
  return (
    edges.reduce((product, edge) => product * (edge / poreCount ** (1 / edges.length)), 1) **
    (1 / edges.length)
  );
}

interface Orientation {
  readonly right: Vector;
  readonly up: Vector;
  readonly toward: Vector;
}

/** The viewer stands before the sample, turned to the inlet, and looks down a little. */
function orientOblique(flow: Axis): Orientation {
  const [cosA, sinA] = [Math.cos(AZIMUTH), Math.sin(AZIMUTH)];
  const [cosE, sinE] = [Math.cos(ELEVATION), Math.sin(ELEVATION)];
  const right = alignToFlow([cosA, sinA, 0], flow);
  const toward = alignToFlow([sinA * cosE, -cosA * cosE, sinE], flow);
  return { right, up: cross(toward, right), toward };
}

/** Along an axis: flow to the right where it can be seen, else the next axis. */
function orientAlong(view: Axis, flow: Axis): Orientation {
  const viewIndex = AXES.indexOf(view);
  const rightIndex = view === flow ? (viewIndex + 1) % 3 : AXES.indexOf(flow);
  const upIndex = 3 - viewIndex - rightIndex;
  const [right, up] = [unit(rightIndex), unit(upIndex)];
  return { right, up, toward: cross(right, up) };
}

/** From (flow, depth, up) to (x, y, z), a cyclic permutation: what is right-handed stays so. */
function alignToFlow(vector: Vector, flow: Axis): Vector {
  const shift = AXES.indexOf(flow);
  const turned = [0, 0, 0];
  for (let axis = 0; axis < 3; axis++) turned[(axis + shift) % 3] = vector[axis]!;
  return turned as unknown as Vector;
}

function unit(axis: number): Vector {
  return [axis === 0 ? 1 : 0, axis === 1 ? 1 : 0, axis === 2 ? 1 : 0];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
