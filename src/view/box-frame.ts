/** The sample's outline: edges behind the network, edges before it, its length along the flow, an axis cross. */
import type { Axis } from "../network/flow-domain.ts";
import { formatNumber } from "./number-text.ts";
import { AXES, type Extent, listCorners, type Projection, type Vector, type View } from "./projection.ts";
import { drawElement, drawLine, drawText, px } from "./svg.ts";
import { AXIS, GRID, INK, MUTED } from "./theme.ts";

export interface BoxFrame {
  /** To be drawn before the network. */
  readonly behind: string;
  /** To be drawn after it. */
  readonly before: string;
}

export function drawBoxFrame(extent: Extent, projection: Projection, view: View, flow: Axis): BoxFrame {
  const corners = listCorners(extent);
  const depths = corners.map((corner) => projection.depth(...corner));
  const nearest = depths.indexOf(Math.max(...depths));
  const farthest = depths.indexOf(Math.min(...depths));
  let [behind, before] = ["", ""];
  for (const [a, b] of listEdges()) {
    if (view === "oblique" && (a === nearest || b === nearest)) {
      before += drawEdge(projection, corners[a]!, corners[b]!, AXIS, 0.55);
    } else {
      const isHidden = view === "oblique" && (a === farthest || b === farthest);
      behind += drawEdge(projection, corners[a]!, corners[b]!, isHidden ? GRID : AXIS, 0.9);
    }
  }
  return { behind, before: before + drawFlowEdge(extent, projection, view, flow) };
}

/** Three arrows for x, y and z with their feet at (x, y); an axis seen from its end is a dot. */
export function drawAxisCross(x: number, y: number, projection: Projection, length = 24): string {
  const [ox, oy] = [projection.x(0, 0, 0), projection.y(0, 0, 0)];
  return AXES.map((axis, index) => {
    const unit: Vector = [index === 0 ? 1 : 0, index === 1 ? 1 : 0, index === 2 ? 1 : 0];
    const dx = ((projection.x(...unit) - ox) / projection.scale) * length;
    const dy = ((projection.y(...unit) - oy) / projection.scale) * length;
    const size = Math.hypot(dx, dy);
    if (size < 1) return "";
    const label = drawText(x + dx + (dx / size) * 7, y + dy + (dy / size) * 7 + 3.5, axis, {
      anchor: "middle",
      fill: MUTED,
    });
    return drawArrow(x, y, x + dx, y + dy, MUTED, 4) + label;
  }).join("");
}

/** "flow, 2.14 mm" with an arrow along the lowest edge that runs in the direction of flow. */
function drawFlowEdge(extent: Extent, projection: Projection, view: View, flow: Axis): string {
  const index = AXES.indexOf(flow);
  const length = extent.high[index]! - extent.low[index]!;
  if (view === flow || length === 0) return "";
  const starts = listCorners(extent).filter((_, corner) => (corner & (1 << index)) === 0);
  const ends = listCorners(extent).filter((_, corner) => (corner & (1 << index)) !== 0);
  const heights = starts.map((start, k) => projection.y(...start) + projection.y(...ends[k]!));
  const lowest = heights.indexOf(Math.max(...heights));
  const [x1, y1] = [projection.x(...starts[lowest]!), projection.y(...starts[lowest]!)];
  const [x2, y2] = [projection.x(...ends[lowest]!), projection.y(...ends[lowest]!)];
  const angle = Math.atan2(y2 - y1, x2 - x1);
  // Below the edge, at a right angle to it.
  const [downX, downY] = [-Math.sin(angle), Math.cos(angle)];
  const place = (along: number, below: number) =>
    [x1 + (x2 - x1) * along + downX * below, y1 + (y2 - y1) * along + downY * below] as const;
  const [fromX, fromY] = place(0.02, 9);
  const [toX, toY] = place(0.98, 9);
  const [textX, textY] = place(0.5, 23);
  const label = `flow along ${flow}, ${formatLength(length)}`;
  const text = drawText(textX, textY, label, { anchor: "middle", rotate: (angle * 180) / Math.PI });
  return drawArrow(fromX, fromY, toX, toY, INK, 6) + text;
}

/** A length in the unit that people would use. */
export function formatLength(metres: number): string {
  const [factor, unit] =
    metres < 1e-6 ? [1e9, "nm"] : metres < 1e-3 ? [1e6, "µm"] : metres < 1 ? [1e3, "mm"] : [1, "m"];
  return `${formatNumber(metres * factor)} ${unit}`;
}

function drawArrow(x1: number, y1: number, x2: number, y2: number, color: string, head: number): string {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const wing = (turn: number) =>
    `${px(x2 - head * Math.cos(angle + turn))} ${px(y2 - head * Math.sin(angle + turn))}`;
  return (
    drawLine(x1, y1, x2, y2, { stroke: color }) +
    drawElement("path", {
      d: `M${wing(0.45)}L${px(x2)} ${px(y2)}L${wing(-0.45)}`,
      fill: "none",
      stroke: color,
    })
  );
}

function drawEdge(projection: Projection, a: Vector, b: Vector, stroke: string, width: number): string {
  return drawLine(projection.x(...a), projection.y(...a), projection.x(...b), projection.y(...b), {
    stroke,
    "stroke-width": px(width),
  });
}

/** Pairs of corners that differ in one coordinate. */
function listEdges(): [number, number][] {
  const edges: [number, number][] = [];
  for (let corner = 0; corner < 8; corner++) {
    for (const bit of [1, 2, 4]) if ((corner & bit) === 0) edges.push([corner, corner | bit]);
  }
  return edges;
}
