/** The network coloured by pressure, seen obliquely or along an axis. */
import { OptionError } from "../errors.ts";
import { drawAxisCross, drawBoxFrame } from "./box-frame.ts";
import { type ChosenThroats, chooseThroats } from "./choose-throats.ts";
import { drawNetworkMarks, type NetworkMarks } from "./network-marks.ts";
import { countOf, formatCount } from "./number-text.ts";
import { drawColorBar, makePressureScale, type PressureScale } from "./pressure-scale.ts";
import { makeProjection, measureExtent, type View } from "./projection.ts";
import type { FigureSize, NetworkView } from "./solve-view.ts";
import { drawDocument, drawElement, drawText, type Rectangle } from "./svg.ts";
import { MUTED, TITLE_SIZE, UNSOLVED } from "./theme.ts";

export interface NetworkPlotOptions extends FigureSize {
  /** `"oblique"` (default), or the axis to look along. */
  readonly view?: View;
  /** Throats drawn at most, 20 000 when left out: a file of some 2 MB. */
  readonly mostThroats?: number;
  /** Lines as wide as their throats (default), or by the flow in them (needs `throatFlows`). */
  readonly widthBy?: "radius" | "flow";
}

const MOST_THROATS = 20_000;
/** Room below for the colour bar and the note. */
const FOOT = 76;

/**
 * The network as an SVG file: throats as lines, pores as circles, coloured by pressure (viridis), grey where
 * there is none. Of a large network `mostThroats` are drawn, and the picture says how many of how many: those
 * nearest to the faces that are seen, or, with `widthBy: "flow"`, those that carry most.
 *
 * @throws {OptionError} when pressures or flows do not match the network in number.
 * @example
 * const svg = renderNetwork({ network, pressures, axis: "x" }, { view: "oblique" });
 */
export function renderNetwork(view: NetworkView, options: NetworkPlotOptions = {}): string {
  const { width = 720, height = 620 } = options;
  const panel = { x: 8, y: 6, width: width - 16, height: height - 12 };
  const { svg, description } = drawNetwork(panel, view, options);
  return drawDocument({ width, height, title: `${view.network.name}: pore network`, description }, svg);
}

export interface DrawnNetwork {
  readonly svg: string;
  readonly description: string;
}

export function drawNetwork(panel: Rectangle, view: NetworkView, options: NetworkPlotOptions): DrawnNetwork {
  const { network, axis = "x" } = view;
  const direction = options.view ?? "oblique";
  const widthBy = options.widthBy ?? "radius";
  const most = options.mostThroats ?? MOST_THROATS;
  checkOptions(view, widthBy, most);
  const pressure = makePressureScale(view);
  const extent = measureExtent(network);
  const area = {
    x: panel.x + 18,
    y: panel.y + 30,
    width: panel.width - 36,
    height: panel.height - 64 - FOOT,
  };
  const projection = makeProjection(extent, area, direction, axis);
  const flows = widthBy === "flow" ? view.throatFlows : undefined;
  const chosen = chooseThroats(network, extent, projection.toward, most, flows);
  const marks = drawNetworkMarks({ view, chosen, extent, projection, pressure, widthBy });
  const frame = drawBoxFrame(extent, projection, direction, axis);
  const note = describeDrawn(view, chosen, marks, widthBy);
  const svg = [
    drawText(panel.x + 2, panel.y + 14, pressure === undefined ? "Pore network" : "Pressure", {
      size: TITLE_SIZE,
      bold: true,
    }),
    frame.behind,
    marks.svg,
    frame.before,
    drawAxisCross(panel.x + 22, panel.y + panel.height - FOOT + 6, projection),
    drawFoot(panel, pressure, marks.hasUnsolved),
    drawText(panel.x + panel.width / 2, panel.y + panel.height - 4, note, { anchor: "middle", fill: MUTED }),
  ].join("\n");
  const colored = pressure === undefined ? "" : ` Coloured by ${pressure.label}.`;
  return { svg, description: `Pore network, ${note.replaceAll("\u2009", " ")}.${colored}` };
}

function checkOptions({ network, throatFlows }: NetworkView, widthBy: "radius" | "flow", most: number): void {
  if (!Number.isInteger(most) || most < 1) {
    throw new OptionError("mostThroats", `mostThroats is ${most}.`, "Give a whole number from 1 on.");
  }
  if (widthBy === "flow" && throatFlows === undefined) {
    throw new OptionError(
      "widthBy",
      "There are no throat flows to draw.",
      "Give `throatFlows`, or draw by radius.",
    );
  }
  if (throatFlows !== undefined && throatFlows.length !== network.throatCount) {
    throw new OptionError(
      "throatFlows",
      `There are ${throatFlows.length} flows for ${network.throatCount} throats.`,
      "Give one flow for each throat.",
    );
  }
}

function describeDrawn(
  { network }: NetworkView,
  { choice, available }: ChosenThroats,
  marks: NetworkMarks,
  widthBy: "radius" | "flow",
): string {
  const widths = widthBy === "flow" ? "; line width by flow" : "";
  if (choice === "all")
    return `${countOf(network.poreCount, "pore")}, ${countOf(available, "throat")}${widths}`;
  const which = choice === "flow" ? "largest flow" : "nearest to the faces seen";
  return `drawn: ${formatCount(marks.throats)} of ${countOf(available, "throat")} (${which})${widths}`;
}

function drawFoot(panel: Rectangle, pressure: PressureScale | undefined, hasUnsolved: boolean): string {
  if (pressure === undefined) return "";
  const width = Math.min(240, panel.width * 0.6);
  const x = panel.x + (panel.width - width) / 2 + 14;
  const y = panel.y + panel.height - FOOT + 10;
  const bar = drawColorBar({ x, y, width, height: 10 }, pressure);
  if (!hasUnsolved) return bar;
  const key = drawElement("rect", { x: x + width + 12, y, width: 10, height: 10, fill: UNSOLVED });
  return bar + key + drawText(x + width + 26, y + 9, "no flow", { fill: MUTED });
}
