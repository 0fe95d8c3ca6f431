/** From pressures to colours, and the colour bar that tells how. */
import { OptionError } from "../errors.ts";
import { makeScale } from "./scale.ts";
import type { NetworkView } from "./solve-view.ts";
import { drawElement, drawLine, drawText, px, type Rectangle } from "./svg.ts";
import { AXIS, fieldColor, MUTED } from "./theme.ts";

export interface PressureScale {
  /** Lowest and highest pressure, in `unit`. */
  readonly domain: readonly [number, number];
  readonly label: string;
  /** What a pressure is multiplied by to be in the label's unit. */
  readonly factor: number;
  /** Place of a pressure between lowest and highest, 0…1; NaN stays NaN. */
  fraction(pressure: number): number;
}

/**
 * @returns `undefined` when the view has no pressures, or none that is a number
 * @throws {OptionError} when there is not one pressure for each pore
 */
export function makePressureScale({
  network,
  pressures,
  pressureUnit,
}: NetworkView): PressureScale | undefined {
  if (pressures === undefined) return undefined;
  if (pressures.length !== network.poreCount) {
    throw new OptionError(
      "pressures",
      `There are ${pressures.length} pressures for ${network.poreCount} pores.`,
      "Give one pressure for each pore, NaN where there is none.",
    );
  }
  const [low, high] = measureRange(pressures);
  if (low > high) return undefined;
  // A solve's rounding may leave a pressure outside of its bounds by a hair.
  const isRelative =
    pressureUnit === undefined ? low >= -1e-6 && high <= 1 + 1e-6 : pressureUnit === "relative";
  if (isRelative) {
    return makeRange(
      [Math.min(0, low), Math.max(1, high)],
      1,
      "pressure, relative to the drop (inlet 1, outlet 0)",
    );
  }
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const [factor, unit] = largest >= 1e6 ? [1e-6, "MPa"] : largest >= 1e4 ? [1e-3, "kPa"] : [1, "Pa"];
  return makeRange([low * factor, high * factor], factor, `pressure [${unit}]`);
}

/** A horizontal colour bar with ticks; its label stands below. */
export function drawColorBar(area: Rectangle, scale: PressureScale): string {
  const ticks = makeScale("linear", scale.domain, [area.x, area.x + area.width], { spacing: 50 });
  const steps = 64;
  const cells = Array.from({ length: steps }, (_, k) => {
    const left = area.x + (area.width * k) / steps;
    // Half a pixel of overlap hides the seams that smoothing leaves between neighbours.
    const width = area.width / steps + (k < steps - 1 ? 0.5 : 0);
    return `<rect x="${left.toFixed(2)}" y="${px(area.y)}" width="${width.toFixed(2)}" height="10" fill="${fieldColor((k + 0.5) / steps)}"/>`;
  });
  const labels = ticks.ticks.map(({ value, label }) => {
    const x = ticks.at(value);
    return (
      drawLine(x, area.y + 10, x, area.y + 14, { stroke: AXIS }) +
      drawText(x, area.y + 25, label, { anchor: "middle", fill: MUTED })
    );
  });
  const outline = {
    x: area.x,
    y: area.y,
    width: area.width,
    height: 10,
    fill: "none",
    stroke: AXIS,
    "stroke-width": "0.6",
  };
  const power = ticks.exponent === 0 ? "" : ` × 10^{${String(ticks.exponent).replace("-", "\u2212")}}`;
  return [
    cells.join(""),
    drawElement("rect", outline),
    ...labels,
    drawText(area.x + area.width / 2, area.y + 41, scale.label + power, { anchor: "middle" }),
  ].join("\n");
}

function makeRange(domain: readonly [number, number], factor: number, label: string): PressureScale {
  const span = domain[1] - domain[0];
  const fraction = (pressure: number) =>
    span === 0 ? 0.5 + 0 * pressure : (pressure * factor - domain[0]) / span;
  return { domain, factor, label, fraction };
}

function measureRange(pressures: Float64Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const pressure of pressures) {
    if (!Number.isFinite(pressure)) continue;
    if (pressure < low) low = pressure;
    if (pressure > high) high = pressure;
  }
  return [low, high];
}
