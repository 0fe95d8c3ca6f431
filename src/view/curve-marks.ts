/** Curves and bands through pixels; what is not finite interrupts them. */
import { drawElement, px } from "./svg.ts";
import { SERIES_COLORS } from "./theme.ts";

/** Pixels of a curve, one y for each x; `isStepped` holds each y until the next x. */
export interface PixelCurve {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly isStepped?: boolean;
}

export interface CurveStyle {
  readonly color: string;
  readonly dash?: string | undefined;
}

const DASHES = [undefined, "7 3", "2 2.5"] as const;

/** Colours first, dashes where they are used up. */
export function styleCurve(index: number): CurveStyle {
  const round = Math.floor(index / SERIES_COLORS.length) % DASHES.length;
  return { color: SERIES_COLORS[index % SERIES_COLORS.length]!, dash: DASHES[round] };
}

export function drawCurve(curve: PixelCurve, { color, dash }: CurveStyle, width = 1.6): string {
  const runs = splitRuns(curve.x, curve.y).map(([from, to]) => listCorners(curve, from, to));
  const round = { fill: "none", stroke: color, "stroke-linejoin": "round", "stroke-linecap": "round" };
  const lines = runs.filter((corners) => corners.length > 1).map((corners) => `M${corners.join("L")}`);
  // A value between two gaps has no length: the cap of a wider line makes a dot of it.
  const dots = runs.filter((corners) => corners.length === 1).map(([corner]) => `M${corner}h0`);
  const line = { d: lines.join(""), ...round, "stroke-width": px(width), "stroke-dasharray": dash };
  const dot = { d: dots.join(""), ...round, "stroke-width": px(width * 2.6) };
  return (
    (lines.length > 0 ? drawElement("path", line) : "") + (dots.length > 0 ? drawElement("path", dot) : "")
  );
}

/** The area between two curves of the same x, where both are known. */
export function drawBand(lower: PixelCurve, upper: ArrayLike<number>, color: string): string {
  const { x, y, isStepped = false } = lower;
  const both = Array.from(y, (value, k) => value + upper[k]!);
  const d = splitRuns(x, both)
    .map(([from, to]) => ({
      there: listCorners({ x, y: upper, isStepped }, from, to),
      back: listCorners(lower, from, to).reverse(),
    }))
    .filter(({ there, back }) => there.length + back.length > 2)
    .map(({ there, back }) => `M${[...there, ...back].join("L")}Z`)
    .join("");
  return d === "" ? "" : drawElement("path", { d, fill: color, "fill-opacity": "0.2", stroke: "none" });
}

function listCorners({ x, y, isStepped = false }: PixelCurve, from: number, to: number): string[] {
  const corners: string[] = [];
  const add = (atX: number, atY: number) => {
    const corner = `${px(atX)} ${px(atY)}`;
    if (corner !== corners.at(-1)) corners.push(corner);
  };
  for (let k = from; k < to; k++) {
    add(x[k]!, y[k]!);
    // The last step before a gap is held as well.
    if (isStepped && Number.isFinite(x[k + 1] ?? Number.NaN)) add(x[k + 1]!, y[k]!);
  }
  return corners;
}

/** Stretches [from, to) in which both coordinates are finite. */
function splitRuns(x: ArrayLike<number>, y: ArrayLike<number>): [number, number][] {
  const runs: [number, number][] = [];
  for (let k = 0; k < y.length; k++) {
    if (!Number.isFinite(x[k]!) || !Number.isFinite(y[k]!)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === k) last[1] = k + 1;
    else runs.push([k, k + 1]);
  }
  return runs;
}
