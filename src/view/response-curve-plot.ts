/** Answers of a model to one of its controls: flow against radius or distance, cost against distance, optima. */
import { OptionError } from "../errors.ts";
import { rejectUnknownKeys, requireChoice } from "../network/options.ts";
import { drawAxes } from "./axes.ts";
import { drawBand, drawCurve, styleCurve } from "./curve-marks.ts";
import { countOf, formatPlain } from "./number-text.ts";
import {
  addMargin,
  canShow,
  drawHeading,
  findRange,
  placePlot,
  requireAllShown,
  requireShown,
} from "./plot-frame.ts";
import { makeScale, type Scale, type ScaleKind } from "./scale.ts";
import type { FigureSize } from "./solve-view.ts";
import { drawDocument, drawElement, drawLine, type Rectangle } from "./svg.ts";
import { drawLineSymbol, type SymbolEntry } from "./symbol-row.ts";
import { MUTED } from "./theme.ts";

export interface ResponseCurve {
  /** For the legend. */
  readonly label?: string;
  readonly x: ArrayLike<number>;
  /** One for each x, joined in their order; what the axis cannot show interrupts the line. */
  readonly y: ArrayLike<number>;
  /** Standard errors of y, in its unit: a band of y ± error, or bars where there is no line. */
  readonly error?: ArrayLike<number>;
  /** `"steps"` keeps each y until the next x; default `"straight"`. */
  readonly line?: "straight" | "steps" | "none";
  /** Draw the points too; always where there is no line. */
  readonly points?: boolean;
}

/** A dashed line across the plot: a target, a threshold. */
export interface Guide {
  readonly axis: "x" | "y";
  readonly value: number;
  readonly label: string;
}

export interface ResponseCurveOptions extends FigureSize {
  /** With their units, as "Q [m³/s]". */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly title?: string;
  readonly note?: string;
  readonly xScale?: ScaleKind;
  readonly yScale?: ScaleKind;
  readonly guides?: readonly Guide[];
}

const OPTIONS = ["xLabel", "yLabel", "title", "note", "xScale", "yScale", "guides", "width", "height"];
const CURVE_KEYS = ["label", "x", "y", "error", "line", "points"];
const GUIDE_DASHES = ["4 3", "1.5 2.5", "9 3 2 3"] as const;

/**
 * Curves y(x) as an SVG file, with bands or bars of ± standard error. Values that the vertical axis cannot show
 * (not finite, or not positive on a logarithmic one) interrupt their line, and a note counts them.
 *
 * @throws {OptionError} when lengths differ, an x cannot stand on its axis, an error is negative, or there is
 *   nothing to show
 * @example
 * const svg = renderResponseCurves(
 *   [{ label: "10 clouds", x: [0.9, 1, 1.1], y: [1e-12, 3e-12, 5e-12], error: [3e-13, 4e-13, 5e-13], line: "steps" }],
 *   { xLabel: "d [mm]", yLabel: "Q [m³/s]", yScale: "log", guides: [{ axis: "y", value: 2e-12, label: "target" }] },
 * );
 */
export function renderResponseCurves(
  curves: readonly ResponseCurve[],
  options: ResponseCurveOptions,
): string {
  checkCurves(curves, options);
  const { width = 640, height = 440, title = `${options.yLabel} against ${options.xLabel}` } = options;
  const { note = "", guides = [], xScale = "linear", yScale = "linear" } = options;
  const [across, along] = [spanAcross(curves, guides, xScale), spanAlong(curves, guides, yScale)];
  const hidden = noteHidden(curves, yScale);
  const panel = { x: 8, y: 6, width: width - 16, height: height - 12 };
  const at = { x: panel.x + 2, y: panel.y + 21, width: panel.width - 12 };
  const heading = drawHeading(at, [note, hidden], listEntries(curves, guides));
  const { plot, y } = placePlot(panel, heading.height, (range) =>
    makeScale(yScale, along, range, { nice: yScale === "linear", spacing: 26 }),
  );
  const x = makeScale(xScale, across, [plot.x, plot.x + plot.width], { spacing: 50 });
  const body = [
    drawAxes(panel, plot, x, y, { title, x: options.xLabel, y: options.yLabel }),
    heading.svg,
    ...guides.map((guide, k) => drawGuide(guide, plot, x, y, k)),
    ...curves.map((curve, k) => drawErrors(curve, x, y, k)),
    ...curves.map((curve, k) => drawResponse(curve, x, y, k)),
  ];
  const description = describe(curves, options, hidden);
  return drawDocument({ width, height, title, description }, body.filter((part) => part !== "").join("\n"));
}

function drawResponse(curve: ResponseCurve, x: Scale, y: Scale, index: number): string {
  const { line = "straight", points = line === "none" } = curve;
  const style = styleCurve(index);
  const pixels = { x: Array.from(curve.x, x.at), y: placeValues(curve.y, y), isStepped: line === "steps" };
  const parts = [line === "none" ? "" : drawCurve(pixels, style, 1.8)];
  if (points) {
    const circles = pixels.y.map((cy, k) =>
      Number.isFinite(cy) ? drawElement("circle", { cx: pixels.x[k]!, cy, r: 3 }) : "",
    );
    parts.push(
      drawElement("g", { fill: style.color, stroke: "#fff", "stroke-width": "0.7" }, circles.join("")),
    );
  }
  return parts.join("");
}

/** A band about a line, bars about points. */
function drawErrors(
  { x: across, y: values, error, line }: ResponseCurve,
  x: Scale,
  y: Scale,
  index: number,
): string {
  if (error === undefined) return "";
  const { color } = styleCurve(index);
  const at = Array.from(across, x.at);
  const heights = placeValues(values, y);
  // Where the lower end has no place on a logarithmic axis, the band leaves through its bottom.
  const placeEnd = (sign: number) =>
    heights.map((height, k) => {
      const end = values[k]! + sign * error[k]!;
      if (!Number.isFinite(height) || !Number.isFinite(end)) return Number.NaN;
      return y.at(Math.min(y.domain[1], Math.max(y.domain[0], end)));
    });
  const [low, high] = [placeEnd(-1), placeEnd(1)];
  if (line !== "none") return drawBand({ x: at, y: low, isStepped: line === "steps" }, high, color);
  const bars = at.map((px, k) =>
    Number.isFinite(low[k]!)
      ? drawLine(px, low[k]!, px, high[k]!, { stroke: color, "stroke-width": "1.2" })
      : "",
  );
  return bars.join("");
}

function drawGuide({ axis, value }: Guide, plot: Rectangle, x: Scale, y: Scale, index: number): string {
  const style = { stroke: MUTED, "stroke-width": "1.4", "stroke-dasharray": guideDash(index) };
  return axis === "x"
    ? drawLine(x.at(value), plot.y, x.at(value), plot.y + plot.height, style)
    : drawLine(plot.x, y.at(value), plot.x + plot.width, y.at(value), style);
}

function guideDash(index: number): string {
  return GUIDE_DASHES[index % GUIDE_DASHES.length]!;
}

function listEntries(curves: readonly ResponseCurve[], guides: readonly Guide[]): SymbolEntry[] {
  const entries = curves.flatMap(({ label, error, line }, k): SymbolEntry[] => {
    if (label === undefined) return [];
    const style = styleCurve(k);
    const draw = (x: number, y: number) =>
      line === "none"
        ? drawElement("circle", { cx: x, cy: y, r: 3.5, fill: style.color })
        : drawLineSymbol(x, y, { ...style, isBand: error !== undefined });
    return [{ label: error === undefined ? label : `${label} ± standard error`, draw }];
  });
  const lines = guides.map(({ label }, k): SymbolEntry => {
    return { label, draw: (x, y) => drawLineSymbol(x, y, { color: MUTED, dash: guideDash(k) }) };
  });
  return [...entries, ...lines];
}

function placeValues(values: ArrayLike<number>, y: Scale): number[] {
  return Array.from(values, (value) => (canShow(value, y.kind) ? y.at(value) : Number.NaN));
}

function spanAcross(
  curves: readonly ResponseCurve[],
  guides: readonly Guide[],
  kind: ScaleKind,
): [number, number] {
  const given = guides.filter(({ axis }) => axis === "x").map(({ value }) => value);
  const [low, high] = findRange([...curves.flatMap(({ x }) => Array.from(x)), ...given], kind);
  return low > high ? [low, high] : addMargin([low, high], kind);
}

/** Values, guides and ends of errors; but a band that nears 0 does not stretch a logarithmic axis. */
function spanAlong(
  curves: readonly ResponseCurve[],
  guides: readonly Guide[],
  kind: ScaleKind,
): [number, number] {
  const values = curves.flatMap(({ y }) => Array.from(y)).filter((value) => canShow(value, kind));
  if (values.length === 0) {
    throw new OptionError(
      "curves",
      `No value of y can be shown on a ${kind} axis.`,
      kind === "log" ? "Give values above 0, or use a linear axis." : "Give finite values.",
    );
  }
  const given = guides.filter(({ axis }) => axis === "y").map(({ value }) => value);
  const floor = kind === "log" ? findRange(values, kind)[0] / 10 : Number.NEGATIVE_INFINITY;
  const ends = curves.flatMap(({ y, error }) =>
    error === undefined
      ? []
      : Array.from(y).flatMap((value, k) =>
          canShow(value, kind) ? [Math.max(floor, value - error[k]!), value + error[k]!] : [],
        ),
  );
  return addMargin(findRange([...values, ...given, ...ends], kind), kind);
}

function noteHidden(curves: readonly ResponseCurve[], kind: ScaleKind): string {
  const values = curves.flatMap(({ y }) => Array.from(y));
  const hidden = values.filter((value) => !canShow(value, kind)).length;
  if (hidden === 0) return "";
  return `${hidden} of ${countOf(values.length, "value")} not shown: not finite${kind === "log" ? " or ≤ 0" : ""}`;
}

function describe(curves: readonly ResponseCurve[], options: ResponseCurveOptions, hidden: string): string {
  const parts = curves.map(({ label, y }) => {
    const [low, high] = findRange(y, "linear");
    const name = label === undefined ? "" : `${label}: `;
    const range = low > high ? "" : ` from ${formatPlain(low)} to ${formatPlain(high)}`;
    return `${name}${countOf(y.length, "value")}${range}`;
  });
  for (const { label, value } of options.guides ?? []) parts.push(`${label}: ${formatPlain(value)}`);
  if (hidden !== "") parts.push(hidden);
  return `${options.yLabel} against ${options.xLabel}. ${parts.join("; ")}.`;
}

function checkCurves(curves: readonly ResponseCurve[], options: ResponseCurveOptions): void {
  rejectUnknownKeys("renderResponseCurves", options, OPTIONS);
  const { xScale = "linear", yScale = "linear", guides = [] } = options;
  for (const { axis, value, label } of guides) {
    requireChoice("guides", axis, ["x", "y"]);
    requireShown(`guide "${label}"`, value, axis === "x" ? xScale : yScale);
  }
  for (const [place, curve] of curves.entries()) {
    const where = `curves[${place}]`;
    rejectUnknownKeys(where, curve, CURVE_KEYS);
    requireChoice(`${where}.line`, curve.line ?? "straight", ["straight", "steps", "none"]);
    requireAllShown(`${where}.x`, curve.x, xScale);
    for (const key of ["y", "error"] as const) checkLength(`${where}.${key}`, curve[key], curve.x.length);
    const negative = Array.from(curve.error ?? []).findIndex((error) => error < 0);
    if (negative < 0) continue;
    const message = `${where}.error[${negative}] is ${curve.error![negative]}.`;
    throw new OptionError(`${where}.error`, message, "Give errors of 0 and above.");
  }
}

function checkLength(option: string, values: ArrayLike<number> | undefined, wanted: number): void {
  if (values === undefined || values.length === wanted) return;
  const message = `${option} has ${values.length} values for ${wanted} of x.`;
  throw new OptionError(option, message, "Give one for each x.");
}
