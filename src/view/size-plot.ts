/** Pore and throat size distributions: histograms of radii over one another, medians marked. */
import { OptionError } from "../errors.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { type AxesLabels, drawAxes, drawLegend, insetPlot, type LegendEntry } from "./axes.ts";
import { countOf, formatNumber, formatPlain } from "./number-text.ts";
import { type Element, readRadii, requireRadii, requireVolumes } from "./radii.ts";
import { makeScale, type Scale, type ScaleKind } from "./scale.ts";
import {
  chooseEdges,
  chooseScaleKind,
  computeSizeDistribution,
  type SizeDistribution,
  sortPositive,
} from "./size-distribution.ts";
import type { FigureSize } from "./solve-view.ts";
import { drawDocument, drawElement, drawLine, px, type Rectangle } from "./svg.ts";
import { BLUE, VERMILLION } from "./theme.ts";

export interface SizePlotOptions extends FigureSize {
  /** What is shown; by default whichever of pores and throats have radii. */
  readonly elements?: "pores" | "throats" | "both";
  /** Bars count elements (default) or add up their volumes. */
  readonly weight?: "count" | "volume";
  /** By default logarithmic when the radii spread over most of a decade or more. */
  readonly scale?: ScaleKind | "auto";
}

export interface ElementSizes {
  readonly element: Element;
  readonly distribution: SizeDistribution;
}

export interface SizeDistributions {
  readonly kind: ScaleKind;
  readonly weight: "count" | "volume";
  readonly sizes: readonly ElementSizes[];
}

const COLORS = { pore: BLUE, throat: VERMILLION } as const;
const MICRONS = 1e6;

/**
 * The numbers behind `renderSizeDistribution`: pores and throats in the same bins.
 *
 * @throws {OptionError} when the network has no radii, or no volumes to weight them by.
 */
export function computeSizeDistributions(
  network: PoreNetwork,
  options: SizePlotOptions = {},
): SizeDistributions {
  const weight = options.weight ?? "count";
  const sets = chooseElements(network, options.elements).map((element) => {
    const radii = requireRadii(network, element);
    return { element, radii, sorted: sortPositive(radii) };
  });
  const shown = sets.filter(({ sorted }) => sorted.length > 0);
  if (shown.length === 0) {
    throw new OptionError(
      "network",
      `No radius in "${network.name}" is positive and finite.`,
      "See what `porenet info` says of the network.",
    );
  }
  const kinds = shown.map(({ sorted }) => chooseScaleKind(sorted));
  const wanted = options.scale ?? "auto";
  const kind = wanted === "auto" ? (kinds.includes("log") ? "log" : "linear") : wanted;
  const edges = chooseEdges(
    shown.map(({ sorted }) => sorted),
    kind,
  );
  const sizes = shown.map(({ element, radii }) => {
    const weights = weight === "volume" ? requireVolumes(network, element) : undefined;
    return { element, distribution: computeSizeDistribution(radii, edges, weights) };
  });
  return { kind, weight, sizes };
}

/**
 * Histograms of pore and throat radii [µm] as an SVG file, each bar the share of the elements (or of their
 * volume) in its bin, the medians as dashed lines.
 *
 * @throws {OptionError} when the network has no radii, or no volumes to weight them by.
 * @example
 * const svg = renderSizeDistribution(network, { weight: "volume" });
 */
export function renderSizeDistribution(network: PoreNetwork, options: SizePlotOptions = {}): string {
  const { width = 720, height = 400 } = options;
  const distributions = computeSizeDistributions(network, options);
  const body = drawSizeDistributions({ x: 8, y: 6, width: width - 16, height: height - 12 }, distributions);
  const title = `${network.name}: ${describeElements(distributions)} radii`;
  return drawDocument({ width, height, title, description: describeSizes(distributions) }, body);
}

/** One sentence with the counts and medians. */
export function describeSizes({ sizes, weight }: SizeDistributions): string {
  const parts = sizes.map(({ element, distribution }) => {
    const left =
      distribution.leftOut > 0 ? `, ${distribution.leftOut} without a positive radius left out` : "";
    return `${countOf(distribution.total, element)} with median radius ${formatPlain(distribution.median * MICRONS)} µm${left}`;
  });
  return `Histogram of radii by ${weight}: ${parts.join("; ")}.`;
}

export function drawSizeDistributions(panel: Rectangle, distributions: SizeDistributions): string {
  const { sizes, kind, weight } = distributions;
  const plot = insetPlot(panel, sizes.length);
  const edges = sizes[0]!.distribution.edges;
  const highest = Math.max(...sizes.map(({ distribution }) => Math.max(...distribution.shares)));
  const x = makeScale(
    kind,
    [edges[0]! * MICRONS, edges.at(-1)! * MICRONS],
    [plot.x + 4, plot.x + plot.width - 2],
  );
  const y = makeScale("linear", [0, highest * 100], [plot.y + plot.height, plot.y], {
    nice: true,
    spacing: 30,
  });
  const what = weight === "count" ? "share" : "share of volume";
  const name = describeElements(distributions);
  const labels: AxesLabels = {
    title: `${name[0]!.toUpperCase()}${name.slice(1)} radii`,
    x: "radius [µm]",
    y: `${what} in bin [%]`,
  };
  return [
    drawAxes(panel, plot, x, y, labels),
    drawLegend(
      panel,
      sizes.map((size) => describeEntry(size, weight)),
    ),
    ...sizes.map(({ element, distribution }) => drawBars(distribution, x, y, COLORS[element])),
    ...sizes.map(({ element, distribution }) => drawMedian(plot, distribution, x, COLORS[element])),
  ].join("\n");
}

function chooseElements(network: PoreNetwork, wanted: SizePlotOptions["elements"]): Element[] {
  if (wanted === "pores") return ["pore"];
  if (wanted === "throats") return ["throat"];
  if (wanted === "both") return ["pore", "throat"];
  const present = (["pore", "throat"] as const).filter(
    (element) => readRadii(network, element) !== undefined,
  );
  // With neither, ask for the throats': the error then says which names are understood.
  return present.length > 0 ? present : ["throat"];
}

function describeElements({ sizes }: SizeDistributions): string {
  return sizes.map(({ element }) => element).join(" and ");
}

function describeEntry({ element, distribution }: ElementSizes, weight: "count" | "volume"): LegendEntry {
  const { total, median } = distribution;
  const name = weight === "volume" ? "median by volume" : "median";
  const label = `${countOf(total, element)}, ${name} ${formatNumber(median * MICRONS)} µm`;
  return { label, color: COLORS[element], mark: "bar" };
}

/** One closed stair line: bars of their own would show seams. */
function drawBars({ edges, shares }: SizeDistribution, x: Scale, y: Scale, color: string): string {
  let stairs = `M${px(x.at(edges[0]! * MICRONS))} ${px(y.at(0))}`;
  for (let bin = 0; bin < shares.length; bin++) {
    stairs += `V${px(y.at(shares[bin]! * 100))}H${px(x.at(edges[bin + 1]! * MICRONS))}`;
  }
  return drawElement("path", {
    d: `${stairs}V${px(y.at(0))}`,
    fill: color,
    "fill-opacity": "0.28",
    stroke: color,
    "stroke-width": px(1.2),
  });
}

function drawMedian(plot: Rectangle, distribution: SizeDistribution, x: Scale, color: string): string {
  const at = x.at(distribution.median * MICRONS);
  const attributes = { stroke: color, "stroke-width": px(1.4), "stroke-dasharray": "5 3" };
  return drawLine(at, plot.y, at, plot.y + plot.height, attributes);
}
