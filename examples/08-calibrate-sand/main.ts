/**
 * The sand of M.-C. Hu et al. (Stoch. Environ. Res. Risk Assess. 33 (2019) 395) from end to end: its counts, what a single
 * flow target leaves open, and a calibration that is well posed, by three methods.
 *
 * Arguments: folder of the network and the figures (.), share of the full effort (1).
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { computePermeability } from "porenet";
import {
  type Calibration,
  type CalibrationConfig,
  type ControlResponse,
  calibrate,
  createForwardModel,
  measureCountSpread,
  measureResponses,
  SAND_CASE,
  type Target,
} from "porenet/calibrate";
import { requestDevice, writeFileAtomically, writeNetworkFile } from "porenet/node";
import { drawFigures } from "./figures.ts";

const METHODS = ["kasa-variance", "kasa", "annealing"] as const;
const { network, pressureDrop, viscosity, published } = SAND_CASE;
const CONTROLS = [
  { name: "throatRadius", low: 0.08e-3, high: 0.3e-3 },
  { name: "distance", low: 0.8e-3, high: 1.2e-3 },
] as const satisfies CalibrationConfig["controls"];
/** 1 mm³/s. */
const FLOW: Target = { kind: "flow-rate", value: 1e-9, viscosity, pressureDrop };
/** The candidate to be found again lies on the curve of optima at this distance [m]. */
const HIDDEN_DISTANCE = 0.95e-3;

const folder = process.argv[2] ?? ".";
const effort = Number(process.argv[3] ?? 1);
const share = (full: number, least: number) => Math.max(least, Math.round(effort * full));

using device = await requestDevice();
console.log(`On ${device.name}`);
tellCounts(share(100, 5));
const { seed, hidden, coordination } = await traceEqualFlows();
const targets: Target[] = [FLOW, { kind: "coordination", value: coordination }];
const calibrations = await compareMethods();
const [best] = calibrations as [Calibration];
await mkdir(folder, { recursive: true });
for (const file of await writeNetworkFile(best.network, join(folder, "calibrated.json"))) {
  console.log(`wrote ${file}`);
}
const surveys: ControlResponse[][] = [];
for (let k = 0; k < 3; k++) surveys.push(await measureResponses(device, best, { points: share(41, 5) }));
for (const [name, svg] of drawFigures(calibrations, surveys, hidden, device.name)) {
  await writeFileAtomically(join(folder, name), svg);
  console.log(`wrote ${join(folder, name)}`);
}

/** Of the preset over many clouds of pores. */
function tellCounts(seeds: number): void {
  const spread = measureCountSpread(
    network,
    Array.from({ length: seeds }, (_, k) => 1000 + k),
  );
  console.log(`\nCounts of the preset over ${seeds} clouds of pores`);
  console.log(`${"".padEnd(16)}published   mean ± standard deviation   least to most`);
  for (const name of ["inlet", "outlet", "inner", "isolated", "joinedThroats"] as const) {
    const { mean, standardDeviation, min, max } = spread[name];
    const scatter = `${mean.toFixed(1)} ± ${standardDeviation.toFixed(1)}`;
    console.log(`${name.padEnd(16)}${`${published[name]}`.padEnd(12)}${scatter.padEnd(28)}${min} to ${max}`);
  }
}

/** One flow target alone: where a search ends, and other candidates of the same cloud that flow as much. */
async function traceEqualFlows() {
  const alone = await calibrate(device, { network: { preset: "sand" }, controls: CONTROLS, targets: [FLOW] });
  const cloud = alone.networkSeed;
  console.log(`\nQ = ${inCubicMillimetres(FLOW.value)} alone, cloud of pores ${cloud}`);
  console.log(`a search ends at  ${tellPair(alone.controls.throatRadius!, alone.controls.distance!)}`);
  using model = createForwardModel(device, {
    network,
    controls: CONTROLS,
    targets: [FLOW, { kind: "coordination", value: 2.5 }],
    seeds: [cloud],
  });
  const distances = [0.9e-3, HIDDEN_DISTANCE, 1.2e-3];
  const start = network.throatRadius;
  const first = await model.evaluate(distances.map((distance) => [start, distance]));
  const pairs = distances.map((distance, k): [number, number] => {
    return [start * (FLOW.value / first.values[2 * k]!) ** (1 / 4), distance];
  });
  const second = await model.evaluate(pairs);
  for (const [k, pair] of pairs.entries()) {
    const solved = await solveFlowRate(model.network(pair));
    console.log(
      `equal flow at     ${tellPair(...pair)}: Q = ${inCubicMillimetres(second.values[2 * k]!)}, ` +
        `solved anew ${inCubicMillimetres(solved)}, ${second.values[2 * k + 1]!.toFixed(4)} throats a pore`,
    );
  }
  console.log(
    `linear systems for the flows at r = 0.17 mm: ${first.solves}, at equal flow: ${second.solves}`,
  );
  return { seed: alone.config.seed, hidden: pairs[1]!, coordination: second.values[3]! };
}

/** Q [m³/s] by a solve of the whole network, without any knowledge of f. */
async function solveFlowRate(sand: Calibration["network"]): Promise<number> {
  const { permeability } = await computePermeability(device, sand, {
    closure: "hagen-poiseuille",
    solver: { tolerance: 1e-10 },
  });
  return (permeability.m2 * network.size * pressureDrop) / viscosity;
}

/** Flow and coordination of the hidden candidate are the targets; its radius and distance are not told. */
async function compareMethods(): Promise<Calibration[]> {
  const maxEvaluations = share(1000, 30);
  console.log(
    `\nQ = ${inCubicMillimetres(FLOW.value)} and ${coordination.toFixed(4)} throats a pore, ` +
      `those of ${tellPair(...hidden)}, each within 1 %; at most ${maxEvaluations} true runs`,
  );
  console.log("method          reached  true runs  solves  seconds  misfit J   candidate");
  const found: Calibration[] = [];
  for (const method of METHODS) {
    const search = { method, maxEvaluations };
    const start = performance.now();
    const result = await calibrate(device, {
      network: { preset: "sand" },
      controls: CONTROLS,
      targets,
      seed,
      search,
    });
    const seconds = (performance.now() - start) / 1000;
    const { isReached, evaluations, solves, misfit, controls } = result;
    const cells = [
      method.padEnd(15),
      (isReached ? "yes" : "no").padEnd(8),
      `${evaluations}`.padEnd(10),
      `${solves}`.padEnd(7),
      seconds.toFixed(2).padEnd(8),
      misfit.toExponential(2).padEnd(10),
      tellPair(controls.throatRadius!, controls.distance!),
    ];
    console.log(cells.join(" "));
    found.push(result);
  }
  return found;
}

function tellPair(radius: number, distance: number): string {
  return `r = ${(1e3 * radius).toFixed(4)} mm, d = ${(1e3 * distance).toFixed(4)} mm`;
}

function inCubicMillimetres(flowRate: number): string {
  return `${(1e9 * flowRate).toFixed(6)} mm³/s`;
}
