/**
 * A field on a rectangular grid as coloured cells: each is the part of the plot that is nearest to its node.
 * Cells of one colour are one path, neighbours in a row one rectangle of it, so that fine grids stay small.
 */
import { drawElement, px } from "./svg.ts";
import { MUTED } from "./theme.ts";

/** Nodes of the grid [px]: increasing to the right, and from bottom to top. */
export interface PixelGrid {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Between two lines of the hatching, along an axis [px]. */
const HATCH = 6;

/**
 * @param values row by row, that at (x[i], y[j]) is `values[j * x.length + i]`
 * @param colorOf undefined for what is to be hatched
 */
export function drawFieldCells(
  { x, y }: PixelGrid,
  values: ArrayLike<number>,
  colorOf: (value: number) => string | undefined,
): string {
  const [columns, rows] = [findEdges(x), findEdges(y)];
  const boxes = new Map<string, string[]>();
  const hatches: string[] = [];
  for (let j = 0; j < y.length; j++) {
    for (let from = 0, to = 0; from < x.length; from = to) {
      const color = colorOf(values[j * x.length + from]!);
      for (to = from + 1; to < x.length && colorOf(values[j * x.length + to]!) === color; to++);
      const box = { left: columns[from]!, right: columns[to]!, top: rows[j + 1]!, bottom: rows[j]! };
      if (color !== undefined) {
        if (!boxes.has(color)) boxes.set(color, []);
        boxes.get(color)!.push(traceBox(box));
      } else {
        hatches.push(traceHatch(box));
      }
    }
  }
  const parts = [...boxes].map(([fill, list]) => drawElement("path", { d: list.join(""), fill }));
  const hatching = { d: hatches.join(""), fill: "none", stroke: MUTED, "stroke-width": "0.7" };
  const cells = `<g shape-rendering="crispEdges">${parts.join("")}</g>`;
  return hatches.length === 0 ? cells : `${cells}\n${drawElement("path", hatching)}`;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Lines up to the right, on one lattice for all boxes: those of neighbours join. */
export function traceHatch({ left, right, top, bottom }: Box): string {
  let path = "";
  for (let sum = Math.ceil((left + top) / HATCH) * HATCH; sum < right + bottom; sum += HATCH) {
    const [from, to] = [Math.max(left, sum - bottom), Math.min(right, sum - top)];
    if (to > from) path += `M${px(from)} ${px(sum - from)}L${px(to)} ${px(sum - to)}`;
  }
  return path;
}

/** The hatching for a legend. */
export function drawHatchSymbol(x: number, y: number): string {
  const d = traceHatch({ left: x - 8, right: x + 8, top: y - 5, bottom: y + 5 });
  const frame = { x: x - 8, y: y - 5, width: 16, height: 10, fill: "#fff" };
  const line = { stroke: MUTED, "stroke-width": "0.7" };
  return drawElement("rect", { ...frame, ...line }) + drawElement("path", { d, fill: "none", ...line });
}

function traceBox({ left, right, top, bottom }: Box): string {
  return `M${px(left)} ${px(top)}H${px(right)}V${px(bottom)}H${px(left)}Z`;
}

/** Half-way between nodes; the outermost cells end at their nodes, where the axes end. */
function findEdges(nodes: readonly number[]): number[] {
  const between = nodes.slice(1).map((node, k) => (node + nodes[k]!) / 2);
  return [nodes[0]!, ...between, nodes.at(-1)!];
}
