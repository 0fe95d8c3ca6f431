/**
 * Errors by the size of the sample: for each size a box a predictor, from quartile to quartile with the median
 * across, whiskers to the 5th and 95th percentile, and the points themselves where they are few.
 */
import { OptionError } from "../errors.ts";
import { drawAxes, insetPlot } from "./axes.ts";
import { drawLegendRow } from "./legend-row.ts";
import { formatPlain } from "./number-text.ts";
import { makeScale, type Scale } from "./scale.ts";
import { readQuantile } from "./size-distribution.ts";
import type { FigureSize } from "./solve-view.ts";
import { drawDocument, drawElement, drawLine, px } from "./svg.ts";
import { SERIES_COLORS } from "./theme.ts";

export interface ErrorPredictor {
  readonly name: string;
  /** |K_predicted/K_true − 1| of each row. */
  readonly errors: ArrayLike<number>;
}

export interface ErrorBySizeData {
  /** Of each row, as "small" or "64³ voxels". */
  readonly size: readonly string[];
  readonly predictors: readonly ErrorPredictor[];
}

export interface ErrorBySizeOptions extends FigureSize {
  readonly title?: string;
  /** Order of the sizes from left to right; by default as they come. */
  readonly order?: readonly string[];
}

/** Errors below this are drawn here: a logarithmic axis has no place for 0 [%]. */
const LEAST_PERCENT = 0.1;
/** At most so many rows are drawn as points of their own. */
const MOST_POINTS = 40;

/**
 * Absolute percentage errors by size as an SVG file, logarithmic in y.
 *
 * @throws {OptionError} when lengths differ, or there is nothing to show
 * @example
 * const svg = renderErrorBySize({ size, predictors: [{ name: "model", errors }] });
 */
export function renderErrorBySize(data: ErrorBySizeData, options: ErrorBySizeOptions = {}): string {
  const { width = 720, height = 420, title = "Error against size of the sample" } = options;
  const sizes = options.order ?? [...new Set(data.size)];
  const boxes = listBoxes(data, sizes);
  const panel = { x: 8, y: 6, width: width - 16, height: height - 12 };
  const entries = data.predictors.map(({ name }, k) => ({
    label: name,
    color: colorOf(k),
    mark: "bar" as const,
  }));
  const legend = drawLegendRow(panel.x + 2, panel.y + 28, panel.width - 8, entries);
  const framed = insetPlot(panel);
  const plot = { ...framed, y: framed.y + legend.height, height: framed.height - legend.height };
  const x = makeSizeScale(boxes, sizes, plot.x, plot.width);
  const highest = Math.max(...boxes.map(({ sorted }) => sorted.at(-1)!));
  const y = makeScale("log", [lowestOf(boxes), highest * 1.15], [plot.y + plot.height, plot.y], {
    spacing: 26,
  });
  const groupWidth = plot.width / sizes.length;
  const slot = (groupWidth * 0.84) / data.predictors.length;
  const body = [
    drawAxes(panel, plot, x, y, { title, x: "size", y: "absolute error [%]" }),
    legend.svg,
    ...boxes.map((box) => {
      const center = x.at(box.group) + (box.predictor - (data.predictors.length - 1) / 2) * slot;
      return drawBox(box, center, Math.min(slot * 0.78, 46), y);
    }),
  ].join("\n");
  return drawDocument({ width, height, title, description: describe(boxes, sizes, data) }, body);
}

interface Box {
  readonly group: number;
  readonly predictor: number;
  /** [%], in increasing order. */
  readonly sorted: Float64Array;
}

function listBoxes({ size, predictors }: ErrorBySizeData, sizes: readonly string[]): Box[] {
  const boxes = sizes.flatMap((wanted, group) =>
    predictors.map(({ name, errors }, predictor) => {
      if (errors.length !== size.length) {
        throw new OptionError(
          "predictors",
          `"${name}" has ${errors.length} errors for ${size.length} rows.`,
          "Give one error for each row.",
        );
      }
      const members = Array.from(errors).filter((error, k) => size[k] === wanted && Number.isFinite(error));
      const percents = members.map((error) => Math.max(LEAST_PERCENT, 100 * Math.abs(error)));
      return { group, predictor, sorted: Float64Array.from(percents).sort() };
    }),
  );
  const shown = boxes.filter(({ sorted }) => sorted.length > 0);
  if (shown.length === 0) {
    throw new OptionError(
      "predictors",
      "There is no error to show.",
      "Give finite errors of at least one row.",
    );
  }
  return shown;
}

/** The sizes side by side, each label under the middle of its group. */
function makeSizeScale(boxes: readonly Box[], sizes: readonly string[], left: number, width: number): Scale {
  const ticks = sizes.map((name, group) => {
    const count = Math.max(
      0,
      ...boxes.filter((box) => box.group === group).map(({ sorted }) => sorted.length),
    );
    return { value: group, label: `${name} (${count})` };
  });
  const at = (group: number) => left + ((group + 0.5) * width) / sizes.length;
  return { kind: "linear", domain: [-0.5, sizes.length - 0.5], ticks, exponent: 0, at };
}

function lowestOf(boxes: readonly Box[]): number {
  const fifths = boxes.map(({ sorted }) =>
    sorted.length <= MOST_POINTS ? sorted[0]! : readQuantile(sorted, 0.05),
  );
  return Math.min(...fifths) / 1.15;
}

function drawBox({ sorted, predictor }: Box, center: number, width: number, y: Scale): string {
  const color = colorOf(predictor);
  const at = (part: number) => y.at(readQuantile(sorted, part));
  const [low, first, middle, third, high] = [at(0.05), at(0.25), at(0.5), at(0.75), at(0.95)];
  const [left, right] = [center - width / 2, center + width / 2];
  const box = { x: left, y: third, width, height: first - third };
  const parts = [
    drawLine(center, low, center, first, { stroke: color }),
    drawLine(center, third, center, high, { stroke: color }),
    drawElement("rect", { ...box, fill: color, "fill-opacity": "0.22", stroke: color }),
    drawLine(left, middle, right, middle, { stroke: color, "stroke-width": px(2.2) }),
  ];
  if (sorted.length > MOST_POINTS) return parts.join("");
  const points = Array.from(sorted, (value, k) => {
    // Side by side in threes, so that equal errors do not hide one another.
    const cx = center + (((k % 3) - 1) * width) / 4;
    return drawElement("circle", { cx, cy: y.at(value), r: 2 });
  });
  return parts.join("") + drawElement("g", { fill: color, "fill-opacity": "0.7" }, points.join(""));
}

function describe(boxes: readonly Box[], sizes: readonly string[], { predictors }: ErrorBySizeData): string {
  const parts = boxes.map(({ group, predictor, sorted }) => {
    const median = formatPlain(readQuantile(sorted, 0.5));
    return `${predictors[predictor]!.name}, ${sizes[group]}: median ${median} % of ${sorted.length}`;
  });
  return `Absolute errors by size. ${parts.join("; ")}.`;
}

function colorOf(index: number): string {
  return SERIES_COLORS[index % SERIES_COLORS.length]!;
}
