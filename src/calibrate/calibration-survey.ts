/**
 * What surrounds a calibrated candidate: the kriged error surface over two controls, the targets' answers to each
 * control alone with what they cost, and the curve of optima that a single flow target leaves (README.md).
 */
import type { ComputeDevice } from "../gpu/device.ts";
import type { Calibration } from "./calibration.ts";
import { seedsOf } from "./calibration.ts";
import { fromSearch, searchBounds, toSearch } from "./calibration-search.ts";
import type { ControlName } from "./candidate-controls.ts";
import { createForwardModel } from "./forward-model.ts";
import { Kriging, type Prediction } from "./kriging.ts";
import { flowOf } from "./targets.ts";
import { fitVariogram } from "./variogram-fit.ts";

export interface KrigedSurface {
  readonly controls: readonly [ControlName, ControlName];
  /** Positions of the nodes along either control. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** ny rows of nx: J, the other controls being at their calibrated values. */
  readonly estimate: Float64Array;
  /** Kriging standard deviation, of ln J or of all misfits together, √Σ s_t². */
  readonly deviation: Float64Array;
  readonly deviationOf: "ln J" | "misfits";
}

export interface ControlResponse {
  readonly control: ControlName;
  readonly x: readonly number[];
  /** Of each x the targets' values and their standard errors, x by target. */
  readonly values: Float64Array;
  readonly standardErrors: Float64Array;
  /** Of each x, evaluated alone [s]. */
  readonly seconds: readonly number[];
}

export interface SurveyOptions {
  /** Along each control. Default 25. */
  readonly points?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, all: number) => void;
}

/** A misfit of 0 has no logarithm. */
const SMALLEST_MISFIT = 1e-12;
const NODES = 61;

/**
 * J over two controls, kriged from what was truly evaluated: by its residuals where the search had them, J = Σ μ_t², else
 * by ln J. A search that is under way has one too.
 *
 * @returns `undefined` for a single control, or fewer points than a variogram can be fitted to
 */
export function krigeSurface(
  { config, history, controls }: Pick<Calibration, "config" | "history" | "controls">,
  [first, second]: readonly [number, number] = [0, 1],
): KrigedSurface | undefined {
  const bounds = searchBounds(config.controls);
  if (bounds.length < 2) return undefined;
  const toUnit = (x: readonly number[]) =>
    toSearch(config.controls, x).map((value, k) => (value - bounds[k]![0]) / (bounds[k]![1] - bounds[k]![0]));
  const nodes = layNodes(toUnit(config.controls.map(({ name }) => controls[name]!)), first, second);
  const points = history.map(({ x }) => toUnit(x));
  const residuals = history[0]?.residuals?.map((_, t) => history.map((each) => each.residuals![t]!));
  const logarithms = history.map(({ value }) => Math.log(Math.max(SMALLEST_MISFIT, value)));
  const fields = (residuals ?? [logarithms]).map((values) => krigeField(points, values, nodes));
  if (!fields.every((field) => field !== undefined)) return undefined;
  const sum = (of: (field: Prediction, n: number) => number) =>
    Float64Array.from({ length: NODES ** 2 }, (_, n) =>
      fields.reduce((total, field) => total + of(field, n), 0),
    );
  const positions = (k: number) =>
    Float64Array.from({ length: NODES }, (_, i) => {
      const at = bounds.map(([low, high]) => low + (i / (NODES - 1)) * (high - low));
      return fromSearch(config.controls, at)[k]!;
    });
  return {
    controls: [config.controls[first]!.name, config.controls[second]!.name],
    x: positions(first),
    y: positions(second),
    estimate: residuals
      ? sum(({ estimate }, n) => estimate[n]! ** 2).map((J) => Math.max(SMALLEST_MISFIT, J))
      : sum(({ estimate }, n) => Math.exp(estimate[n]!)),
    deviation: sum(({ variance }, n) => variance[n]!).map(Math.sqrt),
    deviationOf: residuals ? "misfits" : "ln J",
  };
}

/** All at the calibrated place but two, which run over the unit square. */
function layNodes(calibrated: readonly number[], first: number, second: number): Float64Array {
  const dimension = calibrated.length;
  const nodes = new Float64Array(NODES * NODES * dimension);
  for (let n = 0; n < NODES * NODES; n++) {
    nodes.set(calibrated, n * dimension);
    nodes[n * dimension + first] = (n % NODES) / (NODES - 1);
    nodes[n * dimension + second] = Math.floor(n / NODES) / (NODES - 1);
  }
  return nodes;
}

function krigeField(
  points: readonly (readonly number[])[],
  values: readonly number[],
  nodes: Float64Array,
): Prediction | undefined {
  const known = values.flatMap((value, i) => (Number.isFinite(value) ? [i] : []));
  const dimension = points[0]!.length;
  if (known.length < 2 * dimension + 2) return undefined;
  const rows = Float64Array.from(known.flatMap((i) => points[i]!));
  const kept = known.map((i) => values[i]!);
  const variogram = fitVariogram(rows, kept, { dimension, drift: "linear" });
  return new Kriging(rows, kept, { dimension, variogram, drift: "linear" }).predict(nodes);
}

/**
 * Each control moved from bound to bound, the others being at their calibrated values. Every candidate is evaluated by
 * itself, by a model that has solved nothing yet, so that its time is the cost of one true run.
 *
 * @throws what `signal` was aborted with
 */
export async function measureResponses(
  device: ComputeDevice,
  { config, controls }: Calibration,
  { points = 25, signal, onProgress }: SurveyOptions = {},
): Promise<ControlResponse[]> {
  const { network, targets } = config;
  const create = () =>
    createForwardModel(device, { network, controls: config.controls, targets, seeds: seedsOf(config) });
  const calibrated = config.controls.map(({ name }) => controls[name]!);
  const responses: ControlResponse[] = [];
  for (const [k, { name, low, high }] of config.controls.entries()) {
    const x = Array.from({ length: points }, (_, i) => low + (i / (points - 1)) * (high - low));
    const values = new Float64Array(points * targets.length);
    const standardErrors = new Float64Array(points * targets.length);
    const seconds: number[] = [];
    for (const [i, value] of x.entries()) {
      using model = create();
      const start = performance.now();
      const result = await model.evaluate([calibrated.with(k, value)], { signal });
      seconds.push((performance.now() - start) / 1000);
      values.set(result.values, i * targets.length);
      standardErrors.set(result.standardErrors, i * targets.length);
      onProgress?.(k * points + i + 1, config.controls.length * points);
    }
    responses.push({ control: name, x, values, standardErrors, seconds });
  }
  return responses;
}

/**
 * The radii that give the first flow target's value at each distance: r(d) = r* (value / Q(r*, d))^(1/4), for a
 * formation factor by the square root. Empty where throat radius and distance are not both controls.
 */
export function traceOptima(
  { config, controls }: Calibration,
  responses: readonly ControlResponse[],
): { readonly distance: number[]; readonly radius: number[] } {
  const along = responses.find(({ control }) => control === "distance");
  const t = config.targets.findIndex((target) => flowOf(target) !== undefined);
  const { throatRadius } = controls;
  const [distance, radius]: [number[], number[]] = [[], []];
  if (!along || t < 0 || throatRadius === undefined) return { distance, radius };
  const target = config.targets[t]!;
  const { exponent } = flowOf(target)!;
  along.x.forEach((d, i) => {
    const value = along.values[i * config.targets.length + t]!;
    const ratio = target.kind === "formation-factor" ? value / target.value : target.value / value;
    if (!(ratio > 0 && Number.isFinite(ratio))) return;
    distance.push(d);
    radius.push(throatRadius * ratio ** (1 / exponent));
  });
  return { distance, radius };
}
