/** What an error surface is drawn from: a grid of estimates over two controls, the points truly evaluated. */
import { OptionError } from "../errors.ts";
import { rejectUnknownKeys, requireChoice, requireInteger } from "../network/options.ts";
import { countOf } from "./number-text.ts";
import { requireAllShown } from "./plot-frame.ts";
import type { ScaleKind } from "./scale.ts";
import type { FigureSize } from "./solve-view.ts";
import type { MarkedPoint } from "./surface-marks.ts";

/** Points of the plane of two controls, arrays of one length. */
export interface PlanePoints {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface EvaluatedPoints extends PlanePoints {
  /** True values, one a point in the order of evaluation; what is not finite is marked as failed. */
  readonly value?: ArrayLike<number>;
}

export interface ErrorSurface {
  /** nx positions of the first control, increasing. */
  readonly x: ArrayLike<number>;
  /** ny positions of the second control, increasing. */
  readonly y: ArrayLike<number>;
  /** ny rows of nx values: that at (x[i], y[j]) is `estimate[j * nx + i]`. */
  readonly estimate: ArrayLike<number>;
  /** Standard deviations of the estimates, in the same order: a second panel. */
  readonly deviation?: ArrayLike<number>;
  readonly evaluated?: EvaluatedPoints;
  /** Index of the best of the evaluated points; by default that of the lowest value. */
  readonly best?: number;
  /** A curve on the plane, as that of all exact optima. */
  readonly optima?: PlanePoints;
}

export interface ErrorSurfaceOptions extends FigureSize {
  /** Names of the controls with their units, as "r [mm]". */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly title?: string;
  /** A line below the title: of more than two controls, where the others are held. */
  readonly note?: string;
  readonly xScale?: ScaleKind;
  readonly yScale?: ScaleKind;
  /** What the estimates are, with their unit, default "error". */
  readonly valueLabel?: string;
  readonly valueScale?: ScaleKind;
  readonly deviationLabel?: string;
  readonly deviationScale?: ScaleKind;
  /** Where its panel is, seen from that of the estimates: for a wide place or a narrow one. Default "beside". */
  readonly deviationPlace?: "beside" | "below";
  /** The evaluated points carry numbers where these can be read, else shades, white first and black last. */
  readonly marks?: "auto" | "numbers" | "shades";
}

const OPTIONS = [
  ...["xLabel", "yLabel", "title", "note", "xScale", "yScale", "valueLabel", "valueScale", "width", "height"],
  ...["deviationLabel", "deviationScale", "deviationPlace", "marks"],
];

/** @throws {OptionError} when lengths do not agree, the grid does not increase, or an axis cannot show it */
export function checkSurface(surface: ErrorSurface, options: ErrorSurfaceOptions): void {
  rejectUnknownKeys("renderErrorSurface", options, OPTIONS);
  const { x, y, estimate, deviation, evaluated, best, optima } = surface;
  const { xScale = "linear", yScale = "linear", marks = "auto", deviationPlace = "beside" } = options;
  requireChoice("marks", marks, ["auto", "numbers", "shades"]);
  requireChoice("deviationPlace", deviationPlace, ["beside", "below"]);
  for (const [name, nodes, kind] of [["x", x, xScale] as const, ["y", y, yScale] as const]) {
    requireAllShown(name, nodes, kind);
    requireIncreasing(name, nodes);
  }
  const nodes = x.length * y.length;
  requireLength("estimate", estimate.length, nodes, `one for each of the ${x.length} × ${y.length} nodes`);
  if (deviation !== undefined) requireLength("deviation", deviation.length, nodes, "one for each estimate");
  for (const [name, points] of Object.entries({ evaluated, optima })) {
    if (points === undefined) continue;
    requireLength(`${name}.y`, points.y.length, points.x.length, `one for each of ${name}.x`);
  }
  const value = evaluated?.value;
  if (value !== undefined) {
    requireLength("evaluated.value", value.length, evaluated!.x.length, "one for each evaluated point");
  }
  if (best !== undefined) requireInteger("best", best, 0, (evaluated?.x.length ?? 0) - 1);
}

function requireIncreasing(name: string, nodes: ArrayLike<number>): void {
  const isIncreasing = Array.from(nodes).every((node, k) => k === 0 || node > nodes[k - 1]!);
  if (nodes.length >= 2 && isIncreasing) return;
  throw new OptionError(
    name,
    nodes.length < 2
      ? `The grid has ${countOf(nodes.length, "position")} in ${name}.`
      : `The positions ${name} do not increase.`,
    "Give at least two positions in increasing order.",
  );
}

function requireLength(option: string, length: number, wanted: number, what: string): void {
  if (length === wanted) return;
  throw new OptionError(option, `${option} has ${length} values.`, `Give ${wanted}, ${what}.`);
}

/** Evaluated points within the axes. */
export function listPoints({ x, y, evaluated }: ErrorSurface): MarkedPoint[] {
  if (evaluated === undefined) return [];
  const isWithin = (nodes: ArrayLike<number>, at: number) => {
    const [low, high] = [nodes[0]!, nodes[nodes.length - 1]!];
    const slack = (high - low) * 1e-9;
    return at >= low - slack && at <= high + slack;
  };
  return Array.from(evaluated.x, (_, order): MarkedPoint => {
    const value = evaluated.value?.[order];
    const hasFailed = value !== undefined && !Number.isFinite(value);
    return { order, x: evaluated.x[order]!, y: evaluated.y[order]!, hasFailed };
  }).filter((point) => isWithin(x, point.x) && isWithin(y, point.y));
}

/** Index of the best evaluated point, where one is known. */
export function findBest({ evaluated, best }: ErrorSurface): number | undefined {
  if (best !== undefined) return best;
  let lowest: number | undefined;
  const values = evaluated?.value ?? [];
  for (let k = 0; k < values.length; k++) {
    if (Number.isFinite(values[k]!) && (lowest === undefined || values[k]! < values[lowest]!)) lowest = k;
  }
  return lowest;
}
