/** What stands on an error surface: the points that were truly evaluated, the best of them, the curve of optima. */
import { drawCurve } from "./curve-marks.ts";
import type { Scale } from "./scale.ts";
import { drawElement, drawText, type Rectangle } from "./svg.ts";
import { drawCross, drawStar, type SymbolEntry } from "./symbol-row.ts";
import { INK, VERMILLION } from "./theme.ts";

/** A point that lies on the shown plane; `order` counts from 0 over all evaluations. */
export interface MarkedPoint {
  readonly order: number;
  readonly x: number;
  readonly y: number;
  /** The model gave no number there. */
  readonly hasFailed: boolean;
}

export type MarkStyle = "numbers" | "shades" | "dots";

/** Numbers are for few points that do not cover one another. */
const MOST_NUMBERS = 30;
const NUMBER_RADIUS = 7;

/** Numbers where they can be read, shades of the order otherwise. */
export function chooseMarks(points: readonly MarkedPoint[], x: Scale, y: Scale): "numbers" | "shades" {
  if (points.length > MOST_NUMBERS) return "shades";
  const near = (a: MarkedPoint, b: MarkedPoint) =>
    Math.hypot(x.at(a.x) - x.at(b.x), y.at(a.y) - y.at(b.y)) < 1.7 * NUMBER_RADIUS;
  const isCovered = points.some((a, k) => points.slice(k + 1).some((b) => near(a, b)));
  return isCovered ? "shades" : "numbers";
}

/** @param total how many evaluations the shades run over */
export function drawPoints(
  points: readonly MarkedPoint[],
  x: Scale,
  y: Scale,
  style: MarkStyle,
  total: number,
): string {
  return points.map((point) => drawPoint(point, x.at(point.x), y.at(point.y), style, total)).join("");
}

function drawPoint(point: MarkedPoint, x: number, y: number, style: MarkStyle, total: number): string {
  if (point.hasFailed) return drawCross(x, y, 3.5);
  if (style === "dots") return drawDisc(x, y, 1.6, "#fff", INK);
  if (style === "numbers") return drawNumbered(x, y, String(point.order + 1));
  return drawShaded(x, y, total > 1 ? point.order / (total - 1) : 1);
}

/** The curve where it lies within the plot, dark over white. */
export function drawOptima(
  plot: Rectangle,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  scales: { x: Scale; y: Scale },
): string {
  const within = (value: number, from: number, length: number) =>
    value >= from - 0.5 && value <= from + length + 0.5 ? value : Number.NaN;
  const curve = {
    x: Array.from(x, (value) => within(scales.x.at(value), plot.x, plot.width)),
    y: Array.from(y, (value) => within(scales.y.at(value), plot.y, plot.height)),
  };
  return drawCurve(curve, { color: "#fff" }, 4) + drawCurve(curve, { color: INK }, 1.8);
}

export function drawBest(x: number, y: number): string {
  return drawStar(x, y, 8.5, VERMILLION);
}

/** Entries of the legend for the marks that are there. */
export function listMarkEntries(
  points: readonly MarkedPoint[],
  style: MarkStyle,
  total: number,
): SymbolEntry[] {
  const known = points.filter(({ hasFailed }) => !hasFailed);
  const entries: SymbolEntry[] = [];
  const outside = total - points.length;
  const where = outside > 0 ? ` (${outside} of ${total} outside)` : "";
  if (known.length > 0 && style === "numbers") {
    const label = `true evaluations, in order${where}`;
    entries.push({ label, draw: (x, y) => drawNumbered(x, y, "1") });
  } else if (known.length > 0) {
    const label = `true evaluations, first to last of ${total}${where}`;
    const draw = (x: number, y: number) =>
      drawShaded(x - 6, y, 0) + drawShaded(x, y, 0.5) + drawShaded(x + 6, y, 1);
    entries.push({ label, draw });
  }
  if (known.length < points.length) {
    entries.push({ label: "evaluation without a value", draw: (x, y) => drawCross(x, y, 3.5) });
  }
  return entries;
}

function drawNumbered(x: number, y: number, number: string): string {
  return (
    drawDisc(x, y, NUMBER_RADIUS, "#fff", INK) +
    drawText(x, y + 2.9, number, { size: 8, anchor: "middle", fill: INK })
  );
}

/** White first, black last, each in a ring of the other. */
function drawShaded(x: number, y: number, share: number): string {
  const level = Math.round(255 * (1 - share));
  return drawDisc(x, y, 3.7, `rgb(${level},${level},${level})`, share > 0.5 ? "#fff" : INK);
}

function drawDisc(cx: number, cy: number, r: number, fill: string, stroke: string): string {
  return drawElement("circle", { cx, cy, r, fill, stroke, "stroke-width": "0.8" });
}
