/** How a solve converged: relative residual and estimated relative error of K against iterations. */
import { OptionError } from "../errors.ts";
import { drawAxes, drawLegend, insetPlot, type LegendEntry } from "./axes.ts";
import { formatPlain } from "./number-text.ts";
import { makeScale, type Scale } from "./scale.ts";
import type { ConvergenceHistory, FigureSize } from "./solve-view.ts";
import { drawDocument, drawElement, drawLine, px, type Rectangle } from "./svg.ts";
import { BLUE, MUTED, VERMILLION } from "./theme.ts";

export interface ConvergencePlotOptions extends FigureSize {
  readonly name?: string;
}

interface Series {
  readonly values: ArrayLike<number>;
  readonly color: string;
  readonly label: string;
}

/**
 * The convergence history as an SVG file, logarithmic in y. Values that a logarithm cannot show (zero, not
 * finite) interrupt the line.
 *
 * @throws {OptionError} when the arrays differ in length, or hold nothing positive.
 * @example
 * const svg = renderConvergence({ iteration: [0, 10, 20], residual: [1, 1e-4, 1e-9], tolerance: 1e-8 });
 */
export function renderConvergence(history: ConvergenceHistory, options: ConvergencePlotOptions = {}): string {
  const { width = 720, height = 400, name } = options;
  const body = drawConvergence({ x: 8, y: 6, width: width - 16, height: height - 12 }, history);
  const title = name === undefined ? "Convergence" : `${name}: convergence`;
  return drawDocument({ width, height, title, description: describeConvergence(history) }, body);
}

/** One sentence with the last values. */
export function describeConvergence({ iteration, residual, error }: ConvergenceHistory): string {
  const last = iteration.length - 1;
  if (last < 0) return "No iterations.";
  // An estimate lags behind the iteration: the last ones have none yet.
  const known = error === undefined ? undefined : Array.from(error).findLast(Number.isFinite);
  const estimate = known === undefined ? "" : `, estimated relative error of K ${formatPlain(known)}`;
  return `Relative residual ${formatPlain(residual[last]!)} after ${iteration[last]} iterations${estimate}.`;
}

export function drawConvergence(panel: Rectangle, history: ConvergenceHistory): string {
  const series = listSeries(history);
  const entries = series.map(({ label, color }): LegendEntry => ({ label, color, mark: "line" }));
  const { tolerance } = history;
  if (tolerance !== undefined && tolerance > 0) {
    entries.push({ label: "tolerance of the residual", color: MUTED, mark: "dashes" });
  }
  const plot = insetPlot(panel, entries.length);
  const x = makeScale("linear", spanIterations(history.iteration), [plot.x, plot.x + plot.width]);
  const y = makeScale("log", spanValues(series, tolerance), [plot.y + plot.height, plot.y], {
    nice: true,
    spacing: 20,
  });
  const parts = [
    drawAxes(panel, plot, x, y, {
      title: "Convergence",
      x: "iteration",
      y: history.error === undefined ? "relative residual" : "relative residual, error",
    }),
    drawLegend(panel, entries),
  ];
  if (tolerance !== undefined && tolerance > 0) {
    const at = y.at(tolerance);
    parts.push(drawLine(plot.x, at, plot.x + plot.width, at, { stroke: MUTED, "stroke-dasharray": "4 3" }));
  }
  for (const { values, color } of series) parts.push(drawCurve(history.iteration, values, x, y, color));
  return parts.join("\n");
}

function listSeries(history: ConvergenceHistory): Series[] {
  const series: Series[] = [{ values: history.residual, color: BLUE, label: "relative residual" }];
  if (history.error !== undefined) {
    series.push({ values: history.error, color: VERMILLION, label: "relative error of K, estimated" });
  }
  for (const { values, label } of series) {
    if (values.length === history.iteration.length) continue;
    throw new OptionError(
      "history",
      `The history holds ${history.iteration.length} iterations and ${values.length} values of the ${label}.`,
      "Give one value for each iteration.",
    );
  }
  return series;
}

function isShown(value: number): boolean {
  return value > 0 && value < Number.POSITIVE_INFINITY;
}

function spanIterations(iteration: ArrayLike<number>): [number, number] {
  const last = iteration.length === 0 ? 0 : iteration[iteration.length - 1]!;
  return [Math.min(0, last), Math.max(1, last)];
}

function spanValues(series: readonly Series[], tolerance: number | undefined): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const { values } of series) {
    for (let k = 0; k < values.length; k++) {
      if (!isShown(values[k]!)) continue;
      low = Math.min(low, values[k]!);
      high = Math.max(high, values[k]!);
    }
  }
  if (high === 0) {
    throw new OptionError(
      "history",
      "The history holds no positive value.",
      "Give the residuals of at least one iteration.",
    );
  }
  return tolerance !== undefined && tolerance > 0
    ? [Math.min(low, tolerance), Math.max(high, tolerance)]
    : [low, high];
}

/**
 * One line through the values. Within half a pixel of x only the first, lowest, highest and last values are
 * drawn: the picture is the same and a history of 10⁶ iterations stays small.
 */
function drawCurve(
  iteration: ArrayLike<number>,
  values: ArrayLike<number>,
  x: Scale,
  y: Scale,
  color: string,
): string {
  let path = "";
  let isOpen = false;
  for (let from = 0; from < values.length; ) {
    if (!isShown(values[from]!)) {
      isOpen = false;
      from++;
      continue;
    }
    const column = Math.floor(x.at(iteration[from]!) * 2);
    let to = from;
    let [lowest, highest] = [from, from];
    for (
      ;
      to < values.length && isShown(values[to]!) && Math.floor(x.at(iteration[to]!) * 2) === column;
      to++
    ) {
      if (values[to]! < values[lowest]!) lowest = to;
      if (values[to]! > values[highest]!) highest = to;
    }
    for (const k of [...new Set([from, lowest, highest, to - 1])].sort((a, b) => a - b)) {
      path += `${isOpen ? "L" : "M"}${px(x.at(iteration[k]!))} ${px(y.at(values[k]!))}`;
      isOpen = true;
    }
    from = to;
  }
  return drawElement("path", {
    d: path,
    fill: "none",
    stroke: color,
    "stroke-width": px(1.6),
    "stroke-linejoin": "round",
  });
}
