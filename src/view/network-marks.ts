/**
 * Pores as circles and throats as lines, from the farthest to the nearest (painter's order), a throat
 * before both of its pores.
 *
 * Pores are to scale where the network has radii; throats are half as wide as they are, down to a hairline,
 * lest they hide what lies behind. A throat has the mean colour of its
 * two pores; one into a reservoir runs straight to the box's face and has its pore's colour.
 */
import { INLET_RESERVOIR } from "../network/pore-network.ts";
import type { ChosenThroats } from "./choose-throats.ts";
import type { PressureScale } from "./pressure-scale.ts";
import { type Extent, measureSpacing, type Projection, type Vector } from "./projection.ts";
import { readRadii } from "./radii.ts";
import type { NetworkView } from "./solve-view.ts";
import { px } from "./svg.ts";
import { BLUE, fieldColor, UNSOLVED } from "./theme.ts";

/** What is drawn, from where, in which colours. */
export interface Scene {
  readonly view: NetworkView;
  readonly chosen: ChosenThroats;
  readonly extent: Extent;
  readonly projection: Projection;
  readonly pressure: PressureScale | undefined;
  readonly widthBy: "radius" | "flow";
}

export interface NetworkMarks {
  readonly svg: string;
  readonly throats: number;
  readonly pores: number;
  /** Whether something grey, without pressure, is among them. */
  readonly hasUnsolved: boolean;
}

/** Statoil networks, the ones with reservoirs, have them at the ends of x. */
const RESERVOIR_AXIS = 0;
const THINNEST = 0.4;
/** Of a network too large to draw whole; thinner lines, far apart, would leave the faces pale. */
const THINNEST_OF_CHOSEN = 1;
const WIDEST = 14;
const WIDEST_FLOW = 6;
/** Smaller circles [px] do not show over their throats. */
const SMALLEST_PORE = 0.5;

interface Marks {
  readonly depths: number[];
  readonly shapes: string[];
  hasUnsolved: boolean;
}

export function drawNetworkMarks(scene: Scene): NetworkMarks {
  const marks: Marks = { depths: [], shapes: [], hasUnsolved: false };
  addThroats(marks, scene);
  const throats = marks.shapes.length;
  addPores(marks, scene);
  const { depths, shapes, hasUnsolved } = marks;
  const order = Uint32Array.from(depths, (_, k) => k).sort((a, b) => depths[a]! - depths[b]!);
  const lines = Array.from(order, (k) => shapes[k]!).join("\n");
  const svg = `<g fill="none" stroke-linecap="round" stroke-width="0.3">\n${lines}\n</g>`;
  return { svg, throats, pores: shapes.length - throats, hasUnsolved };
}

function addThroats(marks: Marks, scene: Scene): void {
  const { conns } = scene.view.network;
  const { projection } = scene;
  const measureWidth = chooseWidth(scene);
  for (const throat of scene.chosen.throats) {
    const [a, b] = [conns[2 * throat]!, conns[2 * throat + 1]!];
    if (a < 0 && b < 0) continue;
    const from = locateEnd(scene, a, b);
    const to = locateEnd(scene, b, a);
    const [x1, y1] = [projection.x(...from), projection.y(...from)];
    const [x2, y2] = [projection.x(...to), projection.y(...to)];
    if (!Number.isFinite(x1 + y1 + x2 + y2)) continue;
    const color = colorMean(marks, scene, a < 0 ? b : a, b < 0 ? a : b);
    // Before both of its pores: a line's end must not lie on a circle.
    marks.depths.push(Math.min(projection.depth(...from), projection.depth(...to)));
    marks.shapes.push(
      `<path d="M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}" stroke="${color}" stroke-width="${px(measureWidth(throat))}"/>`,
    );
  }
}

function addPores(marks: Marks, scene: Scene): void {
  const { view, projection, extent } = scene;
  const { poreCount, coords } = view.network;
  const radii = readRadii(view.network, "pore");
  const spacing = measureSpacing(extent, poreCount) * projection.scale;
  // A single pore has no neighbour to be small beside.
  const usual = spacing > 0 ? spacing * 0.16 : 4;
  const isShown = markShownPores(scene);
  for (let pore = 0; pore < poreCount; pore++) {
    const radius = radii === undefined ? usual : radii[pore]! * projection.scale;
    if (isShown[pore] === 0 || !(radius >= SMALLEST_PORE)) continue;
    const at = locatePore(coords, pore);
    const [x, y] = [projection.x(...at), projection.y(...at)];
    if (!Number.isFinite(x + y)) continue;
    const color = scene.pressure === undefined ? BLUE : colorMean(marks, scene, pore, pore);
    marks.depths.push(projection.depth(...at));
    marks.shapes.push(
      `<circle cx="${px(x)}" cy="${px(y)}" r="${px(Math.min(radius, WIDEST))}" fill="${color}" stroke="#fff"/>`,
    );
  }
}

/** All pores when all throats are drawn, else those at the ends of drawn ones. */
function markShownPores({ view, chosen }: Scene): Uint8Array {
  const { conns, poreCount } = view.network;
  const isShown = new Uint8Array(poreCount);
  if (chosen.choice === "all") return isShown.fill(1);
  for (const throat of chosen.throats) {
    if (conns[2 * throat]! >= 0) isShown[conns[2 * throat]!] = 1;
    if (conns[2 * throat + 1]! >= 0) isShown[conns[2 * throat + 1]!] = 1;
  }
  return isShown;
}

/** How wide a throat's line is [px]. */
function chooseWidth({ view, projection, extent, widthBy, chosen }: Scene): (throat: number) => number {
  const { network, throatFlows } = view;
  const spacing = measureSpacing(extent, network.poreCount) * projection.scale;
  const thinnest = chosen.choice === "surface" ? THINNEST_OF_CHOSEN : THINNEST;
  // NaN, a closed throat's flow, is not greater either.
  const clamp = (width: number) => (width > thinnest ? Math.min(width, WIDEST) : thinnest);
  if (widthBy === "flow" && throatFlows !== undefined) {
    let largest = 0;
    for (const flow of throatFlows) if (Math.abs(flow) > largest) largest = Math.abs(flow);
    const widest = Math.min(WIDEST_FLOW, Math.max(2, spacing / 2));
    // As of a tube: its cross-section, not its width, goes with the flow.
    return (throat) => clamp(widest * Math.sqrt(Math.abs(throatFlows[throat]!) / largest));
  }
  const radii = readRadii(network, "throat");
  return (throat) => clamp(radii === undefined ? spacing * 0.1 : radii[throat]! * projection.scale);
}

function colorMean(marks: Marks, { view, pressure }: Scene, a: number, b: number): string {
  if (pressure === undefined) return UNSOLVED;
  const fraction = pressure.fraction((view.pressures![a]! + view.pressures![b]!) / 2);
  if (Number.isNaN(fraction)) marks.hasUnsolved = true;
  return fieldColor(fraction);
}

function locatePore(coords: Float64Array, pore: number): Vector {
  return [coords[3 * pore]!, coords[3 * pore + 1]!, coords[3 * pore + 2]!];
}

/** A throat's end: its pore, or the point of the reservoir's face straight before the other end's pore. */
function locateEnd({ view, extent }: Scene, end: number, other: number): Vector {
  if (end >= 0) return locatePore(view.network.coords, end);
  const [, y, z] = locatePore(view.network.coords, other);
  return [(end === INLET_RESERVOIR ? extent.low : extent.high)[RESERVOIR_AXIS], y, z];
}
