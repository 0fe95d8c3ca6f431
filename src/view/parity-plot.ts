/** Predicted against true permeabilities, one panel a predictor, coloured by family, with lines of a factor of two. */
import { OptionError } from "../errors.ts";
import { drawAxes } from "./axes.ts";
import { drawLegendRow, type RowEntry } from "./legend-row.ts";
import { placePlot } from "./plot-frame.ts";
import { makeScale, type Scale } from "./scale.ts";
import type { FigureSize } from "./solve-view.ts";
import { drawDocument, drawElement, drawLine, drawText, type Rectangle } from "./svg.ts";
import { AXIS, BLUE, MUTED, SERIES_COLORS, TITLE_SIZE } from "./theme.ts";

export interface ParityPredictor {
  readonly name: string;
  /** One for each true value, in its unit. */
  readonly values: ArrayLike<number>;
  /** A line below the name, as "MAPE 10.2 %". */
  readonly note?: string;
}

export interface ParityData {
  readonly truth: ArrayLike<number>;
  /** One for each true value; without it all points have one colour. */
  readonly family?: readonly string[];
  readonly predictors: readonly ParityPredictor[];
}

export interface ParityOptions extends FigureSize {
  readonly title?: string;
  /** Of the permeabilities, default "m²". */
  readonly unit?: string;
}

const PANEL = 340;
const HEADER = 24;
const NOTE_LINE = 14;

/**
 * Parity plots as an SVG file, side by side on one pair of logarithmic axes. Values that are not positive and
 * finite cannot be shown; the description counts them.
 *
 * @throws {OptionError} when lengths differ or nothing can be shown
 * @example
 * const svg = renderParity({ truth, family, predictors: [{ name: "model", values, note: "MAPE 10.2 %" }] });
 */
export function renderParity(data: ParityData, options: ParityOptions = {}): string {
  checkLengths(data);
  const { predictors } = data;
  const { title = "Predicted against true permeability", unit = "m²" } = options;
  const columns = Math.min(3, predictors.length);
  const rows = Math.ceil(predictors.length / columns);
  const { width = 16 + columns * PANEL } = options;
  const colors = chooseColors(data.family);
  const legend = drawLegendRow(14, HEADER + 14, width - 28, listEntries(colors));
  const top = HEADER + 8 + legend.height;
  const { height = top + 8 + rows * PANEL } = options;
  const shown = predictors.map(({ values }) => listShown(data.truth, values));
  const domain = findDomain(data, shown);
  const [panelWidth, panelHeight] = [(width - 16) / columns, (height - top - 8) / rows];
  const panels = predictors.map((predictor, k) => {
    const corner = { x: 8 + (k % columns) * panelWidth, y: top + Math.floor(k / columns) * panelHeight };
    const panel = { ...corner, width: panelWidth - 6, height: panelHeight - 4 };
    return drawPanel(panel, data, predictor, shown[k]!, { domain, colors, unit });
  });
  const heading = drawText(14, 18, title, { size: TITLE_SIZE, bold: true });
  const description = describe(data, shown);
  return drawDocument({ width, height, title, description }, [heading, legend.svg, ...panels].join("\n"));
}

interface Style {
  readonly domain: readonly [number, number];
  readonly colors: ReadonlyMap<string, string>;
  readonly unit: string;
}

function drawPanel(
  panel: Rectangle,
  { truth, family }: ParityData,
  { name, values, note }: ParityPredictor,
  shown: readonly number[],
  { domain, colors, unit }: Style,
): string {
  const above = note === undefined ? 0 : NOTE_LINE;
  const { plot, y } = placePlot(panel, above, (range) => makeScale("log", domain, range, { spacing: 36 }));
  const x = makeScale("log", domain, [plot.x, plot.x + plot.width], { spacing: 52 });
  const labels = { title: name, x: `true [${unit}]`, y: `predicted [${unit}]` };
  const parts = [drawAxes(panel, plot, x, y, labels)];
  if (note !== undefined) parts.push(drawText(panel.x + 2, panel.y + 29, note, { fill: MUTED }));
  parts.push(drawRatio(x, y, 1), drawRatio(x, y, 2), drawRatio(x, y, 0.5));
  for (const [group, color] of colors) {
    const members = shown.filter((k) => family === undefined || family[k] === group);
    const circles = members.map((k) =>
      drawElement("circle", { cx: x.at(truth[k]!), cy: y.at(values[k]!), r: 2.6 }),
    );
    const style = { fill: color, "fill-opacity": "0.55", stroke: color, "stroke-width": "0.7" };
    if (circles.length > 0) parts.push(drawElement("g", style, circles.join("")));
  }
  return parts.join("\n");
}

/** predicted = ratio · true, cut off at the frame. */
function drawRatio(x: Scale, y: Scale, ratio: number): string {
  const [low, high] = [
    Math.max(x.domain[0], y.domain[0] / ratio),
    Math.min(x.domain[1], y.domain[1] / ratio),
  ];
  if (!(high > low)) return "";
  const style = ratio === 1 ? { stroke: AXIS } : { stroke: MUTED, "stroke-dasharray": "4 3" };
  return drawLine(x.at(low), y.at(low * ratio), x.at(high), y.at(high * ratio), style);
}

function chooseColors(family: readonly string[] | undefined): ReadonlyMap<string, string> {
  if (family === undefined) return new Map([["", BLUE]]);
  const names = [...new Set(family)].sort();
  return new Map(names.map((name, k) => [name, SERIES_COLORS[k % SERIES_COLORS.length]!]));
}

function listEntries(colors: ReadonlyMap<string, string>): RowEntry[] {
  const families = [...colors].filter(([label]) => label !== "");
  return [
    ...families.map(([label, color]): RowEntry => ({ label, color, mark: "circle" })),
    { label: "equal", color: AXIS, mark: "line" },
    { label: "factor of two", color: MUTED, mark: "dashes" },
  ];
}

function isShown(value: number): boolean {
  return value > 0 && value < Number.POSITIVE_INFINITY;
}

function listShown(truth: ArrayLike<number>, values: ArrayLike<number>): number[] {
  return Array.from(truth, (_, k) => k).filter((k) => isShown(truth[k]!) && isShown(values[k]!));
}

/** Of all panels, so that they can be compared. */
function findDomain(
  { truth, predictors }: ParityData,
  shown: readonly (readonly number[])[],
): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const [place, members] of shown.entries()) {
    for (const k of members) {
      const pair = [truth[k]!, predictors[place]!.values[k]!];
      low = Math.min(low, ...pair);
      high = Math.max(high, ...pair);
    }
  }
  if (high === 0) {
    throw new OptionError("predictors", "No point can be shown.", "Give positive permeabilities.");
  }
  return [low / 1.3, high * 1.3];
}

function describe({ truth, predictors }: ParityData, shown: readonly (readonly number[])[]): string {
  const parts = predictors.map(({ name, note }, k) => {
    const leftOut = truth.length - shown[k]!.length;
    return `${name}: ${shown[k]!.length} points${leftOut > 0 ? `, ${leftOut} left out` : ""}${note === undefined ? "" : `, ${note}`}`;
  });
  return `Predicted against true permeabilities. ${parts.join("; ")}.`;
}

function checkLengths({ truth, family, predictors }: ParityData): void {
  const wrong = predictors.find(({ values }) => values.length !== truth.length)?.name;
  const isWrong = wrong !== undefined || (family !== undefined && family.length !== truth.length);
  if (!isWrong && predictors.length > 0) return;
  throw new OptionError(
    "predictors",
    predictors.length === 0
      ? "There is no predictor."
      : `${wrong === undefined ? "family" : `The predictor "${wrong}"`} has not ${truth.length} values.`,
    "Give at least one predictor, and one value and family for each true permeability.",
  );
}
