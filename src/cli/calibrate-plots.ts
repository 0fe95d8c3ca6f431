/** Figures of a calibration: error surface, convergence, answers of the targets to the controls, cost, radii. */
import type { Calibration } from "../calibrate/calibration.ts";
import { type ControlResponse, krigeSurface, traceOptima } from "../calibrate/calibration-survey.ts";
import type { ControlName } from "../calibrate/candidate-controls.ts";
import type { Target } from "../calibrate/targets.ts";
import { formatSignificant } from "../network/units.ts";
import { renderErrorSurface } from "../view/error-surface-plot.ts";
import { renderResponseCurves } from "../view/response-curve-plot.ts";
import { renderSearchConvergence } from "../view/search-convergence-plot.ts";
import { renderSizeDistribution } from "../view/size-plot.ts";
import { type Figure, writeFigures } from "./figures.ts";

/** What is shown of each control: a label with its unit, and how many of these a control's SI unit is. */
const SHOWN: Record<ControlName, readonly [label: string, factor: number]> = {
  throatRadius: ["throat radius r [mm]", 1e3],
  throatRadiusSpread: ["spread of throat radii [-]", 1],
  distance: ["connecting distance d [mm]", 1e3],
  neighbours: ["neighbours a pore [-]", 1],
  count: ["pores [-]", 1],
  totalVolume: ["pore volume [mm³]", 1e9],
  poreSizeFactor: ["factor of pore radii [-]", 1],
};

const TARGET_UNITS: Record<Target["kind"], string> = {
  permeability: "K [m²]",
  "flow-rate": "Q [m³/s]",
  "formation-factor": "formation factor [-]",
  porosity: "porosity [-]",
  coordination: "mean coordination [-]",
  saturation: "wetting saturation [-]",
  "capillary-pressure": "capillary pressure [Pa]",
};

/** @returns the paths of the files written */
export async function writeCalibrationPlots(
  folder: string,
  calibration: Calibration,
  responses: readonly ControlResponse[],
): Promise<string[]> {
  return writeFigures(folder, [
    ...drawSurfaces(calibration, responses),
    drawConvergence(calibration),
    ...responses.flatMap((response) => drawResponses(calibration, response)),
    ["sizes.svg", renderSizeDistribution(calibration.network)],
  ]);
}

/** Over the first control and each of the others. */
function drawSurfaces(calibration: Calibration, responses: readonly ControlResponse[]): Figure[] {
  const { config, history } = calibration;
  return config.controls.slice(1).flatMap((_, k): Figure[] => {
    const surface = krigeSurface(calibration, [0, k + 1]);
    if (!surface) return [];
    const [first, second] = surface.controls.map((name) => SHOWN[name]) as [
      (typeof SHOWN)[ControlName],
      (typeof SHOWN)[ControlName],
    ];
    const svg = renderErrorSurface(
      {
        x: surface.x.map((value) => value * first[1]),
        y: surface.y.map((value) => value * second[1]),
        estimate: surface.estimate,
        deviation: surface.deviation,
        evaluated: {
          x: history.map(({ x }) => x[0]! * first[1]),
          y: history.map(({ x }) => x[k + 1]! * second[1]),
          value: history.map(({ value }) => value),
        },
        ...drawOptima(calibration, responses, surface.controls),
      },
      {
        xLabel: first[0],
        yLabel: second[0],
        title: "Kriged misfit J",
        note: describeOthers(calibration, surface.controls),
        valueLabel: "J [-]",
        valueScale: "log",
        deviationLabel: `standard deviation of ${surface.deviationOf} [-]`,
      },
    );
    return [
      [config.controls.length === 2 ? "error-surface.svg" : `error-surface-${surface.controls[1]}.svg`, svg],
    ];
  });
}

function describeOthers({ config, controls }: Calibration, shown: readonly ControlName[]): string {
  const others = config.controls.filter(({ name }) => !shown.includes(name));
  return others.map(({ name }) => `${name} ${formatSignificant(controls[name]!)}`).join(", ");
}

/** The curve of optima, where the plane is that of throat radius and distance. */
function drawOptima(
  calibration: Calibration,
  responses: readonly ControlResponse[],
  [first, second]: readonly [ControlName, ControlName],
) {
  const { distance, radius } = traceOptima(calibration, responses);
  const inMillimetres = { distance: distance.map((d) => 1e3 * d), radius: radius.map((r) => 1e3 * r) };
  if (distance.length < 2) return {};
  if (first === "throatRadius" && second === "distance") {
    return { optima: { x: inMillimetres.radius, y: inMillimetres.distance } };
  }
  if (first === "distance" && second === "throatRadius") {
    return { optima: { x: inMillimetres.distance, y: inMillimetres.radius } };
  }
  return {};
}

function drawConvergence({ config, history }: Calibration): Figure {
  const svg = renderSearchConvergence(
    [{ name: config.search.method, runs: [{ values: history.map(({ value }) => value) }] }],
    { yScale: "log", yLabel: "best J [-]" },
  );
  return ["convergence.svg", svg];
}

/** Each target against one control, and what an evaluation costs. */
function drawResponses({ config, controls }: Calibration, response: ControlResponse): Figure[] {
  const { control, values, standardErrors, seconds } = response;
  const [xLabel, factor] = SHOWN[control];
  const x = response.x.map((value) => value * factor);
  const calibrated = { axis: "x", value: controls[control]! * factor, label: "calibrated" } as const;
  const width = config.targets.length;
  const figures = config.targets.map((target, t): Figure => {
    const y = x.map((_, i) => values[i * width + t]!);
    const error = x.map((_, i) => standardErrors[i * width + t]!);
    const svg = renderResponseCurves(
      [{ x, y, ...(error.every(Number.isFinite) && { error }), points: true }],
      {
        xLabel,
        yLabel: TARGET_UNITS[target.kind],
        guides: [calibrated, { axis: "y", value: target.value, label: "target" }],
      },
    );
    return [`${nameTarget(config.targets, t)}-by-${control}.svg`, svg];
  });
  const cost = renderResponseCurves([{ x, y: seconds, points: true }], {
    xLabel,
    yLabel: "one true run [s]",
    guides: [calibrated],
  });
  return [...figures, [`cost-by-${control}.svg`, cost]];
}

/** The target's kind and axis, and its number where that names several. */
function nameTarget(targets: readonly Target[], t: number): string {
  const name = (target: Target) =>
    "axis" in target && target.axis !== undefined ? `${target.kind}-${target.axis}` : target.kind;
  const own = name(targets[t]!);
  return targets.filter((target) => name(target) === own).length > 1 ? `${own}-${t + 1}` : own;
}
