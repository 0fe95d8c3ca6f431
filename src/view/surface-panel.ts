/** One field over two controls: coloured cells, contours at the labels of its colour bar, axes. */
import { drawAxes } from "./axes.ts";
import { traceContour } from "./contour-lines.ts";
import { drawFieldCells, type PixelGrid } from "./field-cells.ts";
import { drawFieldBar, makeBarScale, makeFieldScale, measureBar } from "./field-scale.ts";
import { placePlot } from "./plot-frame.ts";
import { makeScale, type Scale, type ScaleKind } from "./scale.ts";
import { drawElement, type Rectangle } from "./svg.ts";
import { AXIS } from "./theme.ts";

export interface SurfaceField {
  /** The name of the caller's array, for errors. */
  readonly option: string;
  readonly title: string;
  /** At the colour bar. */
  readonly label: string;
  readonly values: ArrayLike<number>;
  readonly kind: ScaleKind;
}

export interface SurfaceAxis {
  readonly label: string;
  readonly kind: ScaleKind;
  /** Positions of the grid, increasing. */
  readonly nodes: ArrayLike<number>;
}

export interface SurfacePanel {
  readonly svg: string;
  readonly plot: Rectangle;
  readonly x: Scale;
  readonly y: Scale;
}

/** @throws {OptionError} when no value can be shown, or the panel is too small */
export function drawSurfacePanel(
  panel: Rectangle,
  field: SurfaceField,
  across: SurfaceAxis,
  along: SurfaceAxis,
): SurfacePanel {
  const scale = makeFieldScale(field.option, field.values, field.kind);
  const { plot, y } = placePlot(
    panel,
    0,
    (range) => makeScale(along.kind, boundsOf(along), range, { spacing: 30 }),
    (range) => measureBar(makeBarScale(scale, range)),
  );
  const x = makeScale(across.kind, boundsOf(across), [plot.x, plot.x + plot.width], { spacing: 50 });
  const grid: PixelGrid = { x: Array.from(across.nodes, x.at), y: Array.from(along.nodes, y.at) };
  const cells = drawFieldCells(grid, field.values, scale.color);
  const bar = makeBarScale(scale, [plot.y + plot.height, plot.y]);
  const labels = { title: field.title, x: across.label, y: along.label };
  // A contour is linear in what the colours are linear in.
  const toHeight = field.kind === "log" ? Math.log : (value: number) => value;
  const heights = Float64Array.from(field.values, toHeight);
  const contours = bar.ticks
    .filter(({ value, label }) => label !== "" && value > scale.domain[0] && value < scale.domain[1])
    .map(({ value }) => drawContour(grid, heights, toHeight(value), scale.lineColor(value)));
  const svg = [
    drawAxes(panel, plot, x, y, labels),
    cells,
    ...contours,
    drawElement("rect", { ...plot, fill: "none", stroke: AXIS, "stroke-width": "0.8" }),
    drawFieldBar(plot, scale, bar, field.label),
  ];
  return { svg: svg.filter((part) => part !== "").join("\n"), plot, x, y };
}

function drawContour(grid: PixelGrid, heights: Float64Array, level: number, stroke: string): string {
  const d = traceContour(grid, heights, level);
  if (d === "") return "";
  const line = { fill: "none", stroke, "stroke-width": "0.9", "stroke-opacity": "0.75" };
  return drawElement("path", { d, ...line, "stroke-linecap": "round" });
}

function boundsOf({ nodes }: SurfaceAxis): [number, number] {
  return [nodes[0]!, nodes[nodes.length - 1]!];
}
