/** What stands around a plot: notes and a legend above it, room beside it for the labels of its vertical axis. */
import { OptionError } from "../errors.ts";
import { insetPlot } from "./axes.ts";
import { formatNumber } from "./number-text.ts";
import type { Scale, ScaleKind } from "./scale.ts";
import { drawText, fitTextSize, type Rectangle } from "./svg.ts";
import { drawSymbolRow, type SymbolEntry } from "./symbol-row.ts";
import { MUTED, TEXT_SIZE } from "./theme.ts";

const NOTE_LINE = 15;
/** Between the legend and the topmost tick label [px]. */
const GAP = 5;
/** Room for tick labels within the ordinary margin [px]. */
const LABEL_ROOM = 26;
const LETTER = 6.2;
/** Nothing can be read off a smaller plot [px]. */
const LEAST_SIDE = 70;

export interface Heading {
  readonly svg: string;
  /** Below the title [px]. */
  readonly height: number;
}

/** Notes, then a legend, from `y` on [px]; a note too long for the width is set smaller. */
export function drawHeading(
  area: Pick<Rectangle, "x" | "y" | "width">,
  notes: readonly string[],
  entries: readonly SymbolEntry[],
): Heading {
  const shown = notes.filter((note) => note !== "");
  const lines = shown.map((note, row) => {
    const size = fitTextSize(note, TEXT_SIZE, area.width);
    return drawText(area.x, area.y + 9 + row * NOTE_LINE, note, { fill: MUTED, size });
  });
  const below = shown.length * NOTE_LINE;
  const legend = drawSymbolRow(area.x, area.y + below + 8, area.width, entries);
  const height = below + legend.height;
  return { svg: [...lines, legend.svg].join("\n"), height: height === 0 ? 0 : height + GAP };
}

export interface PlacedPlot {
  readonly plot: Rectangle;
  readonly y: Scale;
}

/**
 * The rectangle of the data in `panel`, `above` pixels lower than the title alone would put it, with its
 * vertical scale.
 *
 * @param makeY the scale from bottom to top [px]
 * @param measureBeside what stands right of the plot takes [px], once its height is known
 * @throws {OptionError} when nothing is left for the data
 */
export function placePlot(
  panel: Rectangle,
  above: number,
  makeY: (range: [number, number]) => Scale,
  measureBeside: (range: [number, number]) => number = () => 0,
): PlacedPlot {
  const inset = insetPlot(panel);
  const [top, height] = [inset.y + above, inset.height - above];
  requireRoom("height", height);
  const range: [number, number] = [top + height, top];
  const y = makeY(range);
  const shift = Math.max(0, measureWidest(y) - LABEL_ROOM);
  const width = inset.width - shift - measureBeside(range);
  requireRoom("width", width);
  return { plot: { x: inset.x + shift, y: top, width, height }, y };
}

/** Estimated width of a scale's longest tick label [px]. */
export function measureWidest({ ticks }: Scale): number {
  return Math.max(0, ...ticks.map(({ label }) => measureLabel(label)));
}

/** Superscripts are smaller. */
function measureLabel(label: string): number {
  const raised = /\^\{([^}]*)\}/.exec(label)?.[1] ?? "";
  const plain = label.replace(/\^\{[^}]*\}/, "");
  return (plain.length + raised.length * 0.72) * LETTER;
}

/** To three digits, without zeros that tell nothing: 0.01, 25, 1.5. */
export function formatShort(value: number): string {
  return formatNumber(value).replace(/\.(\d*?)0+(?!\d)/, (_, kept: string) =>
    kept === "" ? "" : `.${kept}`,
  );
}

/** @throws {OptionError} when an axis cannot show a value that it must show. */
export function requireShown(option: string, value: number, kind: ScaleKind): number {
  if (canShow(value, kind)) return value;
  throw new OptionError(
    option,
    `${option} is ${value} on a ${kind} axis.`,
    kind === "log" ? "Give a finite number above 0, or use a linear axis." : "Give a finite number.",
  );
}

export function canShow(value: number, kind: ScaleKind): boolean {
  return Number.isFinite(value) && (kind === "linear" || value > 0);
}

/** @throws {OptionError} unless every position can stand on its axis. */
export function requireAllShown(option: string, values: ArrayLike<number>, kind: ScaleKind): void {
  for (let k = 0; k < values.length; k++) {
    if (!canShow(values[k]!, kind)) requireShown(`${option}[${k}]`, values[k]!, kind);
  }
}

/** Smallest and largest of what the axis can show; low > high when there is none. */
export function findRange(values: ArrayLike<number>, kind: ScaleKind): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    if (!canShow(value, kind)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** A range and a little more, lest a mark lie on the frame; not below 0 where no value is. */
export function addMargin([low, high]: readonly [number, number], kind: ScaleKind): [number, number] {
  if (kind === "log") {
    const factor = Math.max(1.1, Math.exp((Math.log(high) - Math.log(low)) * 0.03));
    return [Math.max(Number.MIN_VALUE, low / factor), Math.min(Number.MAX_VALUE, high * factor)];
  }
  const margin = (high - low) * 0.03;
  return [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
}

function requireRoom(side: "width" | "height", left: number): void {
  if (left >= LEAST_SIDE) return;
  throw new OptionError(
    side,
    `The ${side} leaves ${Math.max(0, Math.floor(left))} px for the data.`,
    `Make the figure at least ${Math.ceil(LEAST_SIDE - left)} px larger; an SVG can be scaled.`,
  );
}
