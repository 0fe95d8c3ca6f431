/** The paper's figures in kind: error surface (9), flow against radius and distance (10, 11), search (12), cost (15). */
import { type Calibration, type ControlResponse, krigeSurface, traceOptima } from "porenet/calibrate";
import {
  renderErrorSurface,
  renderResponseCurves,
  renderSearchConvergence,
  renderSizeDistribution,
} from "porenet/view";

const RADIUS = "throat radius r [mm]";
const DISTANCE = "connecting distance d [mm]";
const FLOW_RATE = "flow rate Q [mm³/s]";

type Figure = readonly [name: string, svg: string];

/**
 * @param calibrations of the three methods, the first being shown in the other figures too
 * @param surveys the same responses, measured again and again for the sake of their times
 * @param hidden r and d of the candidate whose values the targets are [m]
 */
export function drawFigures(
  calibrations: readonly Calibration[],
  surveys: readonly (readonly ControlResponse[])[],
  hidden: readonly [number, number],
  machine: string,
): Figure[] {
  const best = calibrations[0]!;
  const responses = surveys[0]!;
  return [
    ...drawSurface(best, responses),
    ["convergence.svg", drawConvergence(calibrations)],
    ["flow-by-radius.svg", drawFlow(best, responses[0]!, RADIUS, hidden[0])],
    ["flow-by-distance.svg", drawFlow(best, responses[1]!, DISTANCE, hidden[1])],
    [
      "cost-by-distance.svg",
      drawCost(
        surveys.map((survey) => survey[1]!),
        machine,
      ),
    ],
    ["sizes.svg", renderSizeDistribution(best.network, { elements: "pores" })],
  ];
}

/** None where the search ended after fewer true runs than kriging needs. */
function drawSurface(calibration: Calibration, responses: readonly ControlResponse[]): Figure[] {
  const surface = krigeSurface(calibration);
  if (!surface) return [];
  const { radius, distance } = traceOptima(calibration, responses);
  const { history } = calibration;
  const svg = renderErrorSurface(
    {
      x: surface.x.map(toMillimetres),
      y: surface.y.map(toMillimetres),
      estimate: surface.estimate,
      deviation: surface.deviation,
      evaluated: {
        x: history.map(({ x }) => toMillimetres(x[0]!)),
        y: history.map(({ x }) => toMillimetres(x[1]!)),
        value: history.map(({ value }) => value),
      },
      optima: { x: radius.map(toMillimetres), y: distance.map(toMillimetres) },
    },
    {
      xLabel: RADIUS,
      yLabel: DISTANCE,
      title: `Misfit J kriged from ${history.length} true runs`,
      note: "curve of optima: where the flow target alone is met",
      valueLabel: "J [-]",
      valueScale: "log",
      deviationLabel: `standard deviation of ${surface.deviationOf} [-]`,
    },
  );
  return [["error-surface.svg", svg]];
}

function drawConvergence(calibrations: readonly Calibration[]): string {
  const methods = calibrations.map(({ config, history }) => ({
    name: config.search.method,
    runs: [{ values: history.map(({ value }) => value) }],
  }));
  const { tolerance, maxEvaluations } = calibrations[0]!.config.search;
  return renderSearchConvergence(methods, {
    title: "One calibration by three methods",
    note: `a search ends when both targets are met within ${100 * tolerance} %, or at ${maxEvaluations} runs`,
    xLabel: "true runs",
    yLabel: "least misfit J [-]",
    xScale: "log",
    yScale: "log",
  });
}

/** Of the first target, the other control being as calibrated. */
function drawFlow({ config }: Calibration, response: ControlResponse, xLabel: string, hidden: number) {
  const count = config.targets.length;
  return renderResponseCurves(
    [
      {
        x: response.x.map(toMillimetres),
        y: response.x.map((_, i) => 1e9 * response.values[count * i]!),
        line: response.control === "distance" ? "steps" : "straight",
        points: true,
      },
    ],
    {
      xLabel,
      yLabel: FLOW_RATE,
      guides: [
        { axis: "x", value: toMillimetres(hidden), label: "hidden candidate" },
        { axis: "y", value: 1e9 * config.targets[0]!.value, label: "target" },
      ],
    },
  );
}

/** The shortest time of each candidate: what else the machine does only adds to it. */
function drawCost(repeats: readonly ControlResponse[], machine: string): string {
  const { x } = repeats[0]!;
  const milliseconds = x.map((_, i) => 1e3 * Math.min(...repeats.map(({ seconds }) => seconds[i]!)));
  return renderResponseCurves([{ x: x.map(toMillimetres), y: milliseconds, line: "none" }], {
    xLabel: DISTANCE,
    yLabel: "one true run [ms]",
    note: `least of ${repeats.length} times, each evaluated alone, on ${machine}`,
  });
}

function toMillimetres(metres: number): number {
  return 1e3 * metres;
}
