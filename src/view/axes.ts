/** The frame around data: axes with ticks, labels and a grid, a title, a row of legend entries. */
import { formatPowerOfTen } from "./number-text.ts";
import type { Scale } from "./scale.ts";
import { drawElement, drawLine, drawText, px, type Rectangle } from "./svg.ts";
import { AXIS, GRID, MUTED, TEXT_SIZE, TITLE_SIZE } from "./theme.ts";

const TICK = 4;
const LEGEND_LINE = 14;

/** The rectangle of the data within a panel's rectangle. */
export function insetPlot(panel: Rectangle, legendRows = 0): Rectangle {
  const [top, right, bottom, left] = [26 + legendRows * LEGEND_LINE, 12, 38, 52];
  return {
    x: panel.x + left,
    y: panel.y + top,
    width: panel.width - left - right,
    height: panel.height - top - bottom,
  };
}

export interface AxesLabels {
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

/** Axes left and below `plot`, grid lines at the labelled ticks, the title above. */
export function drawAxes(panel: Rectangle, plot: Rectangle, x: Scale, y: Scale, labels: AxesLabels): string {
  const bottom = plot.y + plot.height;
  const parts = [drawText(panel.x + 2, panel.y + 14, labels.title, { size: TITLE_SIZE, bold: true })];
  parts.push(drawHorizontalTicks(plot, x), drawVerticalTicks(plot, y));
  parts.push(
    drawElement("path", {
      d: `M${px(plot.x)} ${px(plot.y)}V${px(bottom)}H${px(plot.x + plot.width)}`,
      fill: "none",
      stroke: AXIS,
    }),
    drawText(plot.x + plot.width / 2, bottom + 33, withPower(labels.x, x), { anchor: "middle" }),
    drawText(panel.x + 12, plot.y + plot.height / 2, withPower(labels.y, y), {
      anchor: "middle",
      rotate: -90,
    }),
  );
  return parts.join("\n");
}

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  readonly mark: "bar" | "line" | "dashes" | "circle";
}

/** Legend entries one below the other, above the plot. */
export function drawLegend(panel: Rectangle, entries: readonly LegendEntry[]): string {
  const x = panel.x + 2;
  return entries
    .map((entry, row) => {
      const y = panel.y + 29 + row * LEGEND_LINE;
      return drawMark(entry, x, y - 4) + drawText(x + 22, y, entry.label);
    })
    .join("\n");
}

function drawHorizontalTicks(plot: Rectangle, scale: Scale): string {
  const bottom = plot.y + plot.height;
  return scale.ticks
    .map(({ value, label }) => {
      const x = scale.at(value);
      if (label === "") return drawLine(x, bottom, x, bottom + TICK / 2, { stroke: AXIS });
      return (
        drawLine(x, plot.y, x, bottom, { stroke: GRID }) +
        drawLine(x, bottom, x, bottom + TICK, { stroke: AXIS }) +
        drawText(x, bottom + TICK + TEXT_SIZE, label, { anchor: "middle", fill: MUTED })
      );
    })
    .join("\n");
}

function drawVerticalTicks(plot: Rectangle, scale: Scale): string {
  const right = plot.x + plot.width;
  return scale.ticks
    .map(({ value, label }) => {
      const y = scale.at(value);
      if (label === "") return drawLine(plot.x - TICK / 2, y, plot.x, y, { stroke: AXIS });
      return (
        drawLine(plot.x, y, right, y, { stroke: GRID }) +
        drawLine(plot.x - TICK, y, plot.x, y, { stroke: AXIS }) +
        drawText(plot.x - TICK - 2, y + TEXT_SIZE * 0.36, label, { anchor: "end", fill: MUTED })
      );
    })
    .join("\n");
}

function withPower(label: string, scale: Scale): string {
  return scale.exponent === 0 ? label : `${label}  × ${formatPowerOfTen(scale.exponent)}`;
}

function drawMark({ color, mark }: LegendEntry, x: number, y: number): string {
  if (mark === "bar") {
    return drawElement("rect", {
      x: x + 2,
      y: y - 5,
      width: 14,
      height: 10,
      fill: color,
      "fill-opacity": "0.35",
      stroke: color,
    });
  }
  if (mark === "circle") return drawElement("circle", { cx: x + 9, cy: y, r: 3.5, fill: color });
  const dashes = mark === "dashes" ? "4 3" : undefined;
  return drawLine(x, y, x + 18, y, { stroke: color, "stroke-width": "1.8", "stroke-dasharray": dashes });
}
