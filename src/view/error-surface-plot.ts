/** The kriged error of a calibration over two of its controls, with its standard deviation beside it. */
import { drawHatchSymbol } from "./field-cells.ts";
import { countOf, formatPlain } from "./number-text.ts";
import { canShow, drawHeading, formatShort } from "./plot-frame.ts";
import type { ScaleKind } from "./scale.ts";
import {
  checkSurface,
  type ErrorSurface,
  type ErrorSurfaceOptions,
  findBest,
  listPoints,
} from "./surface-data.ts";
import {
  chooseMarks,
  drawBest,
  drawOptima,
  drawPoints,
  listMarkEntries,
  type MarkedPoint,
  type MarkStyle,
} from "./surface-marks.ts";
import { drawSurfacePanel, type SurfaceAxis, type SurfacePanel } from "./surface-panel.ts";
import { drawDocument, drawText, fitTextSize } from "./svg.ts";
import { drawLineSymbol, type SymbolEntry } from "./symbol-row.ts";
import { INK, TITLE_SIZE } from "./theme.ts";

const HEADER = 26;

/**
 * Error surface as an SVG file: colours and contours of the estimate, the points that were truly evaluated, the
 * best of them, and the standard deviation in a panel of its own. Cells whose value is not finite, or not positive
 * on a logarithmic scale, are hatched.
 *
 * @throws {OptionError} when lengths do not agree, the grid does not increase, an axis cannot show it, or there is
 *   no value to show
 * @example
 * const svg = renderErrorSurface(
 *   { x: [0.1, 0.2], y: [1, 1.5], estimate: [4, 2, 3, 0.5], evaluated: { x: [0.1, 0.2], y: [1, 1.5], value: [4, 0.5] } },
 *   { xLabel: "r [mm]", yLabel: "d [mm]", valueLabel: "error of Q [-]", valueScale: "log" },
 * );
 */
export function renderErrorSurface(surface: ErrorSurface, options: ErrorSurfaceOptions): string {
  checkSurface(surface, options);
  const { columns, rows } = arrangePanels(surface, options);
  const {
    width = 60 + 430 * columns,
    height = 40 + 390 * rows,
    title = "Error surface",
    note = "",
  } = options;
  const points = listPoints(surface);
  const best = findBest(surface);
  const hidden = countHidden(surface, options);
  // Whether numbers can be read is known from the plot, and its place from the legend: that is laid out with the
  // longer entry.
  const heading = (style: MarkStyle) =>
    drawHeading(
      { x: 10, y: HEADER, width: width - 20 },
      [note],
      listEntries(surface, points, style, best, hidden > 0),
    );
  const top = HEADER + heading("shades").height;
  const area = { x: 8, y: top, width: (width - 16) / columns, height: (height - top - 4) / rows };
  const panels = drawPanels(surface, options, area);
  const { marks = "auto" } = options;
  const style = marks === "auto" ? chooseMarks(points, panels[0]!.x, panels[0]!.y) : marks;
  const body = [
    drawText(10, 18, title, { size: fitTextSize(title, TITLE_SIZE, width - 24), bold: true }),
    heading(style).svg,
    ...panels.map((panel, k) =>
      [panel.svg, drawMarks(surface, panel, points, k === 0 ? style : "dots", best)].join("\n"),
    ),
  ];
  const description = describe(surface, options, points, best, hidden);
  return drawDocument({ width, height, title, description }, body.join("\n"));
}

function arrangePanels({ deviation }: ErrorSurface, { deviationPlace = "beside" }: ErrorSurfaceOptions) {
  if (deviation === undefined) return { columns: 1, rows: 1 };
  return deviationPlace === "beside" ? { columns: 2, rows: 1 } : { columns: 1, rows: 2 };
}

function drawPanels(
  surface: ErrorSurface,
  options: ErrorSurfaceOptions,
  area: { x: number; y: number; width: number; height: number },
): SurfacePanel[] {
  const { xScale = "linear", yScale = "linear", valueScale = "linear", deviationScale = "linear" } = options;
  const { valueLabel = "error", deviationLabel = "standard deviation" } = options;
  const across: SurfaceAxis = { label: options.xLabel, kind: xScale, nodes: surface.x };
  const along: SurfaceAxis = { label: options.yLabel, kind: yScale, nodes: surface.y };
  const { estimate, deviation } = surface;
  const left = { option: "estimate", title: "kriged estimate", label: valueLabel };
  const panels = [drawSurfacePanel(area, { ...left, values: estimate, kind: valueScale }, across, along)];
  if (deviation !== undefined) {
    const right = { option: "deviation", title: "kriging standard deviation", label: deviationLabel };
    const isBelow = options.deviationPlace === "below";
    const place = isBelow ? { ...area, y: area.y + area.height } : { ...area, x: area.x + area.width };
    const field = { ...right, values: deviation, kind: deviationScale };
    panels.push(drawSurfacePanel(place, field, across, along));
  }
  return panels;
}

function drawMarks(
  { optima, evaluated }: ErrorSurface,
  { plot, x, y }: SurfacePanel,
  points: readonly MarkedPoint[],
  style: MarkStyle,
  best: number | undefined,
): string {
  const parts = [optima === undefined ? "" : drawOptima(plot, optima.x, optima.y, { x, y })];
  parts.push(drawPoints(points, x, y, style, evaluated?.x.length ?? 0));
  const star = points.find(({ order }) => order === best);
  if (star !== undefined) parts.push(drawBest(x.at(star.x), y.at(star.y)));
  return parts.filter((part) => part !== "").join("\n");
}

function listEntries(
  { evaluated, optima }: ErrorSurface,
  points: readonly MarkedPoint[],
  style: MarkStyle,
  best: number | undefined,
  hasHidden: boolean,
): SymbolEntry[] {
  const entries = listMarkEntries(points, style, evaluated?.x.length ?? 0);
  if (best !== undefined) {
    const value = evaluated?.value?.[best];
    const isOutside = points.every(({ order }) => order !== best);
    const known = value === undefined ? "" : `: ${formatShort(value)}`;
    const label = `best${known}, evaluation ${best + 1}${isOutside ? ", outside" : ""}`;
    entries.push({ label, draw: drawBest });
  }
  if (optima !== undefined) {
    entries.push({ label: "curve of optima", draw: (x, y) => drawLineSymbol(x, y, { color: INK }) });
  }
  if (hasHidden) entries.push({ label: "no value to show", draw: drawHatchSymbol });
  return entries;
}

/** Nodes that their panel cannot show, of both panels. */
function countHidden({ estimate, deviation = [] }: ErrorSurface, options: ErrorSurfaceOptions): number {
  const count = (values: ArrayLike<number>, kind: ScaleKind = "linear") =>
    Array.from(values).filter((value) => !canShow(value, kind)).length;
  return count(estimate, options.valueScale) + count(deviation, options.deviationScale);
}

function describe(
  { x, y, evaluated }: ErrorSurface,
  { xLabel, yLabel, valueLabel = "error", note }: ErrorSurfaceOptions,
  points: readonly MarkedPoint[],
  best: number | undefined,
  hidden: number,
): string {
  const parts = [`${valueLabel} over ${xLabel} and ${yLabel} on ${x.length} × ${y.length} nodes`];
  if (note !== undefined) parts.push(note);
  if (evaluated !== undefined) {
    const outside = evaluated.x.length - points.length;
    parts.push(countOf(evaluated.x.length, "true evaluation") + (outside > 0 ? `, ${outside} outside` : ""));
  }
  if (best !== undefined && evaluated !== undefined) {
    const at = `${formatPlain(evaluated.x[best]!)}, ${formatPlain(evaluated.y[best]!)}`;
    const value = evaluated.value?.[best];
    parts.push(`best${value === undefined ? "" : ` ${formatPlain(value)}`} at (${at})`);
  }
  if (hidden > 0) parts.push(`${countOf(hidden, "cell")} without a value to show`);
  return `${parts.join("; ")}.`;
}
