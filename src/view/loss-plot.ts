/** How a training went: losses of training and validation against epochs, the best epoch marked. */
import { OptionError } from "../errors.ts";
import { drawAxes, drawLegend, insetPlot, type LegendEntry } from "./axes.ts";
import { formatPlain } from "./number-text.ts";
import { makeScale, type Scale } from "./scale.ts";
import type { FigureSize } from "./solve-view.ts";
import { drawDocument, drawElement, drawLine, px } from "./svg.ts";
import { BLUE, MUTED, VERMILLION } from "./theme.ts";

/** Arrays of one length, one value an epoch; what is not positive and finite is left out. */
export interface LossHistory {
  readonly epoch: ArrayLike<number>;
  readonly train: ArrayLike<number>;
  readonly validation?: ArrayLike<number>;
  /** The epoch whose weights were kept. */
  readonly bestEpoch?: number;
}

export interface LossPlotOptions extends FigureSize {
  readonly title?: string;
  /** What the values are, default "loss". */
  readonly yLabel?: string;
}

/**
 * Loss curves as an SVG file, logarithmic in y.
 *
 * @throws {OptionError} when the arrays differ in length, or hold nothing positive
 * @example
 * const svg = renderLosses({ epoch: [1, 2, 3], train: [0.2, 0.1, 0.05], validation: [0.2, 0.12, 0.13], bestEpoch: 2 });
 */
export function renderLosses(history: LossHistory, options: LossPlotOptions = {}): string {
  const { width = 720, height = 400, title = "Training", yLabel = "loss" } = options;
  const curves = listCurves(history);
  const panel = { x: 8, y: 6, width: width - 16, height: height - 12 };
  const entries = curves.map(({ label, color }): LegendEntry => ({ label, color, mark: "line" }));
  const { epoch, bestEpoch } = history;
  if (bestEpoch !== undefined) {
    entries.push({ label: `kept: epoch ${bestEpoch}`, color: MUTED, mark: "dashes" });
  }
  const plot = insetPlot(panel, entries.length);
  const shown = curves.flatMap(({ values }) => Array.from(values).filter(isShown));
  if (shown.length === 0) {
    throw new OptionError("history", "The history holds no positive value.", "Give the losses of an epoch.");
  }
  const epochs = Array.from(epoch);
  const across: [number, number] = [Math.min(0, ...epochs.slice(0, 1)), Math.max(1, epochs.at(-1) ?? 1)];
  const x = makeScale("linear", across, [plot.x, plot.x + plot.width]);
  const y = makeScale("log", rangeOf(shown), [plot.y + plot.height, plot.y], { spacing: 24 });
  const body = [
    drawAxes(panel, plot, x, y, { title, x: "epoch", y: yLabel }),
    drawLegend(panel, entries),
    ...curves.map(({ values, color }) => drawCurve(epoch, values, x, y, color)),
  ];
  if (bestEpoch !== undefined) {
    const at = x.at(bestEpoch);
    body.push(drawLine(at, plot.y, at, plot.y + plot.height, { stroke: MUTED, "stroke-dasharray": "4 3" }));
  }
  return drawDocument({ width, height, title, description: describe(history, yLabel) }, body.join("\n"));
}

interface Curve {
  readonly label: string;
  readonly color: string;
  readonly values: ArrayLike<number>;
}

function listCurves({ epoch, train, validation }: LossHistory): Curve[] {
  const curves: Curve[] = [{ label: "training", color: BLUE, values: train }];
  if (validation !== undefined) curves.push({ label: "validation", color: VERMILLION, values: validation });
  for (const { label, values } of curves) {
    if (values.length === epoch.length) continue;
    throw new OptionError(
      "history",
      `There are ${epoch.length} epochs and ${values.length} values of the ${label} loss.`,
      "Give one value for each epoch.",
    );
  }
  return curves;
}

function describe({ epoch, train, validation, bestEpoch }: LossHistory, yLabel: string): string {
  const last = epoch.length - 1;
  const place = bestEpoch === undefined ? -1 : Array.from(epoch).indexOf(bestEpoch);
  const best =
    place < 0 || validation === undefined
      ? ""
      : `; lowest validation ${yLabel} ${formatPlain(validation[place]!)} in epoch ${bestEpoch}`;
  return `Training ${yLabel} ${formatPlain(train[last]!)} after epoch ${epoch[last]}${best}.`;
}

function isShown(value: number): boolean {
  return value > 0 && value < Number.POSITIVE_INFINITY;
}

function rangeOf(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low / 1.05, high * 1.05];
}

function drawCurve(
  epoch: ArrayLike<number>,
  values: ArrayLike<number>,
  x: Scale,
  y: Scale,
  color: string,
): string {
  let path = "";
  let isOpen = false;
  for (let k = 0; k < values.length; k++) {
    if (isShown(values[k]!)) path += `${isOpen ? "L" : "M"}${px(x.at(epoch[k]!))} ${px(y.at(values[k]!))}`;
    isOpen = isShown(values[k]!);
  }
  const line = { fill: "none", stroke: color, "stroke-width": px(1.6), "stroke-linejoin": "round" };
  return drawElement("path", { d: path, ...line });
}
