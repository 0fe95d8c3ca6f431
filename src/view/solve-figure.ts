/** One page for one solve: the network by pressure, its sizes, how the solve converged, what came out. */
import { describeConvergence, drawConvergence } from "./convergence-plot.ts";
import { drawNetwork, type NetworkPlotOptions } from "./network-plot.ts";
import { countOf, formatNumber, formatPlain } from "./number-text.ts";
import { readRadii } from "./radii.ts";
import {
  computeSizeDistributions,
  describeSizes,
  drawSizeDistributions,
  type SizePlotOptions,
} from "./size-plot.ts";
import type { SolveView } from "./solve-view.ts";
import { checkSize, drawDocument, drawLine, drawText, fitTextSize, type Rectangle } from "./svg.ts";
import { GRID, VERMILLION } from "./theme.ts";

export interface SolveFigureOptions extends NetworkPlotOptions {
  readonly sizes?: Pick<SizePlotOptions, "elements" | "weight" | "scale">;
}

const HEADER = 58;
const SIDE = 282;
const LEAST = { width: 560, height: 400 };
/** Thin spaces, for ordinary ones in a row are one. */
const SEPARATOR = " \u2009\u2009·\u2009\u2009 ";

/**
 * The figure of a solve as an SVG file, 720 px wide when nothing else is said: the network coloured by
 * pressure at the left; size distributions and convergence at the right, as far as there are radii and a
 * history; name, permeability, flow balance and iterations above.
 *
 * @throws {OptionError} when arrays do not match the network in number, or the size leaves no room (560 x 400 px).
 * @example
 * const svg = renderSolveFigure({ network, pressures, permeability: { m2: 1.47e-12, mD: 1492 }, iterations: 312 });
 * await writeFile("berea.svg", svg);
 */
export function renderSolveFigure(view: SolveView, options: SolveFigureOptions = {}): string {
  const { width = 720, height = 540 } = options;
  checkSize({ width, height }, LEAST);
  const body: string[] = [drawHeader(view, width)];
  const descriptions = [describeResult(view)];
  const panels = drawSidePanels(
    { x: width - SIDE, y: HEADER, width: SIDE - 6, height: height - HEADER - 6 },
    view,
    options,
  );
  const left = panels === undefined ? width - 16 : width - SIDE - 14;
  const network = drawNetwork({ x: 8, y: HEADER, width: left, height: height - HEADER - 6 }, view, options);
  body.push(network.svg);
  descriptions.push(network.description);
  if (panels !== undefined) {
    body.push(panels.svg);
    descriptions.push(panels.description);
  }
  const description = descriptions.filter((text) => text !== "").join(" ");
  return drawDocument(
    { width, height, title: `${view.network.name}: flow through the pore network`, description },
    body.join("\n"),
  );
}

function drawHeader(view: SolveView, width: number): string {
  const { name } = view.network;
  const results = listResults(view).join(SEPARATOR);
  const hasFailed = view.status !== undefined && view.status !== "converged";
  return [
    drawText(10, 24, name, { size: fitTextSize(name, 17, width - (hasFailed ? 210 : 20)), bold: true }),
    drawText(10, 43, results, { size: fitTextSize(results, 12, width - 20) }),
    hasFailed
      ? drawText(width - 10, 24, `not converged: ${view.status}`, {
          anchor: "end",
          fill: VERMILLION,
          bold: true,
        })
      : "",
    drawLine(10, 52, width - 10, 52, { stroke: GRID }),
  ].join("\n");
}

function listResults({ network, permeability, axis = "x", balance, iterations }: SolveView): string[] {
  const results: string[] = [];
  if (permeability !== undefined) {
    const { mD, m2 } = permeability;
    results.push(`K along ${axis} = ${formatNumber(mD, 4)} mD = ${formatNumber(m2, 4)} m^{2}`);
  }
  if (balance !== undefined) results.push(`flow balance ${formatNumber(balance, 2)}`);
  if (iterations !== undefined) results.push(countOf(iterations, "iteration"));
  if (results.length === 0)
    results.push(`${countOf(network.poreCount, "pore")}, ${countOf(network.throatCount, "throat")}`);
  return results;
}

function describeResult({ permeability, axis = "x", balance, status }: SolveView): string {
  const parts: string[] = [];
  if (permeability !== undefined) {
    const { m2, mD, relativeErrorEstimate: error } = permeability;
    const uncertain = error === undefined ? "" : `, estimated relative error ${formatPlain(error)}`;
    parts.push(`Permeability along ${axis} ${formatPlain(mD, 4)} mD (${formatPlain(m2, 4)} m²)${uncertain}.`);
  }
  if (balance !== undefined) parts.push(`Flow balance ${formatPlain(balance)}.`);
  if (status !== undefined) parts.push(`Status: ${status}.`);
  return parts.join(" ");
}

/** Sizes above convergence; whichever is missing leaves its room to the other. */
function drawSidePanels(
  area: Rectangle,
  view: SolveView,
  options: SolveFigureOptions,
): { svg: string; description: string } | undefined {
  const { network, history } = view;
  const draws: ((panel: Rectangle) => string)[] = [];
  const descriptions: string[] = [];
  if (readRadii(network, "pore") !== undefined || readRadii(network, "throat") !== undefined) {
    const distributions = computeSizeDistributions(network, options.sizes);
    draws.push((panel) => drawSizeDistributions(panel, distributions));
    descriptions.push(describeSizes(distributions));
  }
  if (history !== undefined && history.iteration.length > 0) {
    draws.push((panel) => drawConvergence(panel, history));
    descriptions.push(describeConvergence(history));
  }
  if (draws.length === 0) return undefined;
  const height = area.height / draws.length;
  const svg = draws
    .map((draw, k) => draw({ ...area, y: area.y + k * height, height: height - 4 }))
    .join("\n");
  return { svg, description: descriptions.join(" ") };
}
