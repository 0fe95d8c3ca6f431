/** Colours of a field over a plane, linear or logarithmic, and the upright colour bar that tells them. */
import { OptionError } from "../errors.ts";
import { formatPowerOfTen } from "./number-text.ts";
import { canShow, findRange, measureWidest } from "./plot-frame.ts";
import { makeScale, type Scale, type ScaleKind } from "./scale.ts";
import { drawElement, drawLine, drawText, type Rectangle } from "./svg.ts";
import { AXIS, fieldColor, INK, MUTED } from "./theme.ts";

const GAP = 12;
const WIDTH = 12;
/** From the bar to the middle of its label, at least, and what the label itself takes [px]. */
const LABEL = { distance: 44, height: 6 };
const STEPS = 64;
/** Above this share of the scale the colours are so light that lines on them must be dark. */
const LIGHT = 0.62;

export interface FieldScale {
  readonly kind: ScaleKind;
  readonly domain: readonly [number, number];
  /** The colour of a value; undefined where the scale has no place for it. */
  color(value: number): string | undefined;
  /** A colour that is seen on the value's own. */
  lineColor(value: number): string;
}

/**
 * The scale of what can be shown of `values`.
 * @throws {OptionError} when that is nothing
 */
export function makeFieldScale(option: string, values: ArrayLike<number>, kind: ScaleKind): FieldScale {
  const range = findRange(values, kind);
  if (range[0] > range[1]) {
    throw new OptionError(
      option,
      `None of the ${values.length} values of ${option} can be shown on a ${kind} scale.`,
      kind === "log" ? "Give values above 0, or use a linear scale." : "Give finite values.",
    );
  }
  // Zero everywhere is no field with negative values.
  const unit = makeScale(kind, range[0] === 0 && range[1] === 0 ? [0, 1] : range, [0, 1]);
  return {
    kind,
    domain: unit.domain,
    color: (value) => (canShow(value, kind) ? fieldColor(unit.at(value)) : undefined),
    lineColor: (value) => (unit.at(value) > LIGHT ? INK : "#fff"),
  };
}

/** The bar's own scale, from bottom to top [px]. */
export function makeBarScale({ kind, domain }: FieldScale, range: readonly [number, number]): Scale {
  return makeScale(kind, domain, range, { spacing: 34 });
}

/** What the bar takes beside a plot [px]. */
export function measureBar(bar: Scale): number {
  return GAP + WIDTH + labelDistance(bar) + LABEL.height;
}

/** The bar right of `plot`, with its label upright beside it. */
export function drawFieldBar(plot: Rectangle, field: FieldScale, bar: Scale, label: string): string {
  const frame = { x: plot.x + plot.width + GAP, y: plot.y, width: WIDTH, height: plot.height };
  const right = frame.x + WIDTH;
  const power = bar.exponent === 0 ? "" : `  × ${formatPowerOfTen(bar.exponent)}`;
  const ticks = bar.ticks.filter((tick) => tick.label !== "");
  return [
    drawSteps(frame),
    drawElement("rect", { ...frame, fill: "none", stroke: AXIS, "stroke-width": "0.6" }),
    ...ticks.map((tick) => drawTick(frame, bar.at(tick.value), tick.label, field.lineColor(tick.value))),
    drawText(right + labelDistance(bar), plot.y + plot.height / 2, label + power, {
      anchor: "middle",
      rotate: -90,
    }),
  ].join("\n");
}

function labelDistance(bar: Scale): number {
  return Math.max(LABEL.distance, measureWidest(bar) + 20);
}

function drawSteps({ x, y, width, height }: Rectangle): string {
  const step = height / STEPS;
  const cells = Array.from({ length: STEPS }, (_, k) => {
    // Half a pixel of overlap hides the seams that smoothing leaves between neighbours.
    const box = { x, y: y + height - (k + 1) * step, width, height: step + (k > 0 ? 0.5 : 0) };
    return drawElement("rect", { ...box, fill: fieldColor((k + 0.5) / STEPS) });
  });
  return cells.join("");
}

/** The level is drawn across the bar as its contour is on the map. */
function drawTick({ x, width }: Rectangle, y: number, label: string, color: string): string {
  return (
    drawLine(x, y, x + width, y, { stroke: color, "stroke-width": "0.9" }) +
    drawLine(x + width, y, x + width + 4, y, { stroke: AXIS }) +
    drawText(x + width + 7, y + 4, label, { fill: MUTED })
  );
}
