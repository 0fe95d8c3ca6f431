/** Points of two numbers each: permeability against porosity, computed against measured. */
import { OptionError } from "../errors.ts";
import { drawAxes, drawLegend, insetPlot, type LegendEntry } from "./axes.ts";
import { makeScale, type Scale, type ScaleKind } from "./scale.ts";
import type { FigureSize } from "./solve-view.ts";
import { drawDocument, drawElement, drawLine, type Rectangle } from "./svg.ts";
import { MUTED, SERIES_COLORS } from "./theme.ts";

export interface ScatterSeries {
  /** For the legend; needed when there is more than one series. */
  readonly label?: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface ScatterOptions extends FigureSize {
  readonly title?: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xScale?: ScaleKind;
  readonly yScale?: ScaleKind;
  /** Draw y = x and give both axes one domain, as for a parity plot. */
  readonly parity?: boolean;
}

/**
 * A scatter plot as an SVG file. Points that an axis cannot show (not finite, or not positive on a
 * logarithmic axis) are left out, and the description says how many.
 *
 * @throws {OptionError} when x and y of a series differ in length, or no point can be shown.
 * @example
 * const svg = renderScatter([{ x: porosities, y: permeabilities }], {
 *   xLabel: "porosity [-]", yLabel: "permeability [mD]", yScale: "log",
 * });
 */
export function renderScatter(series: readonly ScatterSeries[], options: ScatterOptions): string {
  const { width = 720, height = 480, title = `${options.yLabel} against ${options.xLabel}` } = options;
  const kinds = [options.xScale ?? "linear", options.yScale ?? "linear"] as const;
  const points = series.map((one, index) => listPoints(one, index, kinds));
  const shown = points.reduce((sum, list) => sum + list.length, 0);
  const given = series.reduce((sum, { x }) => sum + x.length, 0);
  if (shown === 0) {
    throw new OptionError(
      "series",
      `None of ${given} points can be shown.`,
      "Give finite points, positive ones on logarithmic axes.",
    );
  }
  const leftOut =
    shown < given ? ` ${given - shown} left out: not finite, or not positive on a logarithmic axis.` : "";
  const description = `${shown} points, ${options.yLabel} against ${options.xLabel}.${leftOut}`;
  const panel = { x: 8, y: 6, width: width - 16, height: height - 12 };
  return drawDocument(
    { width, height, title, description },
    drawScatter(panel, series, points, title, options),
  );
}

type Point = readonly [number, number];

function drawScatter(
  panel: Rectangle,
  series: readonly ScatterSeries[],
  points: readonly Point[][],
  title: string,
  options: ScatterOptions,
): string {
  const entries = series.flatMap(({ label }, index): LegendEntry[] =>
    label === undefined ? [] : [{ label, color: colorOf(index), mark: "circle" }],
  );
  if (options.parity) entries.push({ label: "y = x", color: MUTED, mark: "dashes" });
  const plot = insetPlot(panel, entries.length);
  const all = points.flat();
  const both = options.parity ? all.flat() : undefined;
  const across = span(both ?? all.map(([x]) => x), options.xScale);
  const along = span(both ?? all.map(([, y]) => y), options.yScale);
  const x = makeScale(options.xScale ?? "linear", across, [plot.x, plot.x + plot.width], { nice: true });
  const y = makeScale(options.yScale ?? "linear", along, [plot.y + plot.height, plot.y], {
    nice: true,
    spacing: 30,
  });
  const parts = [drawAxes(panel, plot, x, y, { title, x: options.xLabel, y: options.yLabel })];
  parts.push(drawLegend(panel, entries));
  if (options.parity) parts.push(drawParity(x, y));
  points.forEach((list, index) => {
    const circles = list.map(([px, py]) => drawElement("circle", { cx: x.at(px), cy: y.at(py), r: 3 }));
    const color = colorOf(index);
    parts.push(
      `<g fill="${color}" fill-opacity="0.55" stroke="${color}" stroke-width="0.8">${circles.join("")}</g>`,
    );
  });
  return parts.join("\n");
}

function drawParity(x: Scale, y: Scale): string {
  const low = Math.max(x.domain[0], y.domain[0]);
  const high = Math.min(x.domain[1], y.domain[1]);
  return drawLine(x.at(low), y.at(low), x.at(high), y.at(high), { stroke: MUTED, "stroke-dasharray": "4 3" });
}

function colorOf(index: number): string {
  return SERIES_COLORS[index % SERIES_COLORS.length]!;
}

function listPoints({ x, y }: ScatterSeries, index: number, kinds: readonly [ScaleKind, ScaleKind]): Point[] {
  if (x.length !== y.length) {
    throw new OptionError(
      "series",
      `Series ${index} has ${x.length} x and ${y.length} y.`,
      "Give one y for each x.",
    );
  }
  const points: Point[] = [];
  for (let k = 0; k < x.length; k++) {
    if (canShow(x[k]!, kinds[0]) && canShow(y[k]!, kinds[1])) points.push([x[k]!, y[k]!]);
  }
  return points;
}

function canShow(value: number, kind: ScaleKind): boolean {
  return Number.isFinite(value) && (kind === "linear" || value > 0);
}

/** The values' range and a little more: a point on the axis itself is easily missed. */
function span(values: readonly number[], kind: ScaleKind = "linear"): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (kind === "log") return [low / 1.1, high * 1.1];
  const margin = (high - low) * 0.02;
  // Of quantities that cannot be negative the axis must not be either.
  return [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
}
