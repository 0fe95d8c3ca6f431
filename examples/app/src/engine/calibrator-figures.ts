/** Figures of a search, under way or done: the kriged misfit with the points visited, its deviation, convergence. */
import { OptionError } from "porenet";
import {
  type CompleteCalibration,
  type ControlName,
  type Evaluation,
  krigeSurface,
  type SearchState,
} from "porenet/calibrate";
import { renderErrorSurface, renderSearchConvergence } from "porenet/view";
import type { Figure } from "./drawn-figure.ts";

/** A label, and how many of its unit a control's SI unit is. */
export interface ControlUnit {
  readonly label: string;
  readonly unit: string;
  readonly factor: number;
}

/** What a surface is kriged from at most: fitting a variogram takes the cube of the points. */
const MOST_POINTS = 120;

/** Of the narrow column that figures stand in [px]. */
const WIDTH = { width: 460 };

const LABELS: Record<ControlName, string> = {
  throatRadius: "throat radius r",
  throatRadiusSpread: "spread of throat radii",
  distance: "connecting distance d",
  neighbours: "neighbours a pore",
  count: "pores",
  totalVolume: "pore volume",
  poreSizeFactor: "factor of pore radii",
};

/** Lengths from a tenth of a millimetre on in millimetres, below in micrometres. */
export function unitOf({ name, high }: CompleteCalibration["controls"][number]): ControlUnit {
  const label = LABELS[name];
  if (name === "totalVolume") {
    return high >= 1e-12 ? { label, unit: "mm³", factor: 1e9 } : { label, unit: "µm³", factor: 1e18 };
  }
  if (name !== "throatRadius" && name !== "distance") return { label, unit: "-", factor: 1 };
  return high >= 1e-4 ? { label, unit: "mm", factor: 1e3 } : { label, unit: "µm", factor: 1e6 };
}

/**
 * What a state says of the candidates, in the controls' own units: a search knows those by their logarithms whose
 * bounds it has so.
 */
export function historyOf({ controls }: CompleteCalibration, state: SearchState): Evaluation[] {
  const { points, values, residuals, bounds } = state;
  const known = (value: number | null) => value ?? Number.POSITIVE_INFINITY;
  const terms = residuals ? residuals.length / Math.max(1, values.length) : 0;
  return values.map((value, i) => ({
    x: controls.map(({ low, high }, k) => {
      const at = points[i * controls.length + k]!;
      const candidate = bounds[k]![0] === low ? at : Math.exp(at);
      return Math.min(high, Math.max(low, candidate));
    }),
    value: known(value),
    ...(residuals && { residuals: residuals.slice(i * terms, (i + 1) * terms).map(known) }),
  }));
}

/** The evaluation of least misfit; `undefined` where nothing would do. */
export function bestOf(history: readonly Evaluation[]): Evaluation | undefined {
  let best: Evaluation | undefined;
  for (const each of history) if (each.value < (best?.value ?? Number.POSITIVE_INFINITY)) best = each;
  return best;
}

/** None before there is anything to show; a surface for two controls or more, once there is enough to krige from. */
export function drawSearch(config: CompleteCalibration, history: readonly Evaluation[]): Figure[] {
  const best = bestOf(history);
  if (!best) return [];
  return [...drawSurface(config, history, best), ...drawConvergence(config, history)];
}

function drawSurface(
  config: CompleteCalibration,
  history: readonly Evaluation[],
  best: Evaluation,
): Figure[] {
  const surface = tryKriging(config, pickEvenly(history, best), best);
  if (!surface) return [];
  const [first, second] = [unitOf(config.controls[0]!), unitOf(config.controls[1]!)];
  const others = config.controls.slice(2).map(({ name }, k) => `${name} ${best.x[k + 2]!.toPrecision(4)}`);
  const svg = renderErrorSurface(
    {
      x: surface.x.map((x) => x * first.factor),
      y: surface.y.map((y) => y * second.factor),
      estimate: surface.estimate,
      deviation: surface.deviation,
      evaluated: {
        x: history.map(({ x }) => x[0]! * first.factor),
        y: history.map(({ x }) => x[1]! * second.factor),
        value: history.map(({ value }) => value),
      },
    },
    {
      xLabel: `${first.label} [${first.unit}]`,
      yLabel: `${second.label} [${second.unit}]`,
      title: `Misfit J kriged from ${history.length} true runs`,
      ...(others.length > 0 && { note: others.join(", ") }),
      valueLabel: "J [-]",
      valueScale: "log",
      deviationLabel: `standard deviation of ${surface.deviationOf} [-]`,
      deviationPlace: "below",
      ...WIDTH,
    },
  );
  return [{ name: "error-surface", title: "Error surface", svg }];
}

/** Where the values so far are all one, no variogram fits them yet. */
function tryKriging(config: CompleteCalibration, history: readonly Evaluation[], best: Evaluation) {
  const controls = Object.fromEntries(config.controls.map(({ name }, k) => [name, best.x[k]!]));
  try {
    return krigeSurface({ config, history, controls });
  } catch (error) {
    if (error instanceof OptionError) return undefined;
    throw error;
  }
}

/** Of many evaluations some along the whole way, and the best. */
function pickEvenly(history: readonly Evaluation[], best: Evaluation): Evaluation[] {
  if (history.length <= MOST_POINTS) return [...history];
  const every = history.length / MOST_POINTS;
  const places = new Set(Array.from({ length: MOST_POINTS }, (_, k) => Math.floor((k + 1) * every) - 1));
  return history.filter((each, k) => places.has(k) || each === best);
}

function drawConvergence({ search }: CompleteCalibration, history: readonly Evaluation[]): Figure[] {
  const values = history.map(({ value }) => value);
  const svg = renderSearchConvergence([{ name: search.method, runs: [{ values }] }], {
    ...WIDTH,
    height: 300,
    xLabel: "true runs",
    yLabel: "least misfit J [-]",
    yScale: values.some((value) => value > 0 && Number.isFinite(value)) ? "log" : "linear",
  });
  return [{ name: "convergence", title: "Convergence", svg }];
}
