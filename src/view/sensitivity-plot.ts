/** What a permeability depends on: signed bars of ∂lnK/∂ln x, the largest first, with their spread over a data set. */
import { OptionError } from "../errors.ts";
import { drawAxes } from "./axes.ts";
import { formatNumber, formatPlain } from "./number-text.ts";
import { makeScale, type Scale } from "./scale.ts";
import type { FigureSize } from "./solve-view.ts";
import { drawDocument, drawElement, drawLine, drawText, type Rectangle } from "./svg.ts";
import { AXIS, BLUE, INK, VERMILLION } from "./theme.ts";

export interface Sensitivity {
  /** What is varied, as "throat radius". */
  readonly name: string;
  /** ∂lnK/∂ln x: by how many percent K grows when x grows by one. */
  readonly value: number;
  /** Two quantiles over the data set, drawn as a whisker. */
  readonly range?: readonly [number, number];
}

export interface SensitivityOptions extends FigureSize {
  readonly title?: string;
  /** What the bars are, default "∂lnK/∂ln x". */
  readonly xLabel?: string;
}

const ROW = 24;
const LETTER = 6.2;

/**
 * Sensitivities as horizontal bars in an SVG file, by falling magnitude.
 *
 * @throws {OptionError} when there are none, or one is not finite
 * @example
 * const svg = renderSensitivities([{ name: "throat radius", value: 3.1 }, { name: "throat length", value: -0.8 }]);
 */
export function renderSensitivities(
  sensitivities: readonly Sensitivity[],
  options: SensitivityOptions = {},
): string {
  const wrong = sensitivities.find(({ value, range }) => ![value, ...(range ?? [])].every(Number.isFinite));
  if (wrong !== undefined || sensitivities.length === 0) {
    throw new OptionError(
      "sensitivities",
      wrong === undefined ? "There are none." : `The sensitivity to ${wrong.name} is ${wrong.value}.`,
      "Give at least one, and only finite ones.",
    );
  }
  const sorted = [...sensitivities].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const { width = 720, height = Math.max(180, 84 + sorted.length * ROW) } = options;
  const { title = "Sensitivity of the permeability", xLabel = "∂lnK/∂ln x" } = options;
  const panel = { x: 8, y: 6, width: width - 16, height: height - 12 };
  const letters = Math.max(...sorted.map(({ name }) => name.length));
  const left = Math.min(width * 0.45, 30 + letters * LETTER);
  const plot = {
    x: panel.x + left,
    y: panel.y + 26,
    width: panel.width - left - 44,
    height: panel.height - 64,
  };
  const ends = sorted.flatMap(({ value, range }) => [0, value, ...(range ?? [])]);
  const x = makeScale("linear", [Math.min(...ends), Math.max(...ends)], [plot.x + 30, plot.x + plot.width], {
    nice: true,
  });
  const rows: Scale = {
    kind: "linear",
    domain: [0, sorted.length],
    ticks: [],
    exponent: 0,
    at: (row) => plot.y + (row * plot.height) / sorted.length,
  };
  const body = [
    drawAxes(panel, plot, x, rows, { title, x: xLabel, y: "quantity x" }),
    ...sorted.map((each, row) => drawBar(each, plot, x, rows.at(row + 0.5), plot.height / sorted.length)),
    drawLine(x.at(0), plot.y, x.at(0), plot.y + plot.height, { stroke: AXIS }),
  ].join("\n");
  const parts = sorted.map(({ name, value }) => `${name} ${formatPlain(value)}`);
  const description = `${xLabel}, largest first: ${parts.join(", ")}.`;
  return drawDocument({ width, height, title, description }, body);
}

function drawBar(
  { name, value, range }: Sensitivity,
  plot: Rectangle,
  x: Scale,
  y: number,
  row: number,
): string {
  const [from, to] = [Math.min(x.at(0), x.at(value)), Math.max(x.at(0), x.at(value))];
  const color = value < 0 ? VERMILLION : BLUE;
  const thickness = Math.min(14, row * 0.62);
  const parts = [
    drawText(plot.x - 6, y + 4, name, { anchor: "end" }),
    drawElement("rect", { x: from, y: y - thickness / 2, width: to - from, height: thickness, fill: color }),
  ];
  if (range !== undefined) {
    const [low, high] = [x.at(range[0]), x.at(range[1])];
    parts.push(
      drawLine(low, y, high, y, { stroke: INK }),
      drawLine(low, y - 3, low, y + 3, { stroke: INK }),
      drawLine(high, y - 3, high, y + 3, { stroke: INK }),
    );
  }
  // Beyond whatever is drawn, on the bar's own side.
  const reach = [from, to, ...(range ?? []).map((end) => x.at(end))];
  const text = formatNumber(value, 2);
  parts.push(
    value < 0
      ? drawText(Math.min(...reach) - 5, y + 4, text, { anchor: "end" })
      : drawText(Math.max(...reach) + 5, y + 4, text),
  );
  return parts.join("");
}
