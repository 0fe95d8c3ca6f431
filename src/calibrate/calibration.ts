/**
 * A calibration from end to end: a forward model of NET-PFS networks, a search for the controls whose targets' values
 * are those asked for, and the network that they make.
 *
 *   J(x) = Σ weight · misfit²   (targets-misfit.ts),   reached where |misfit| <= tolerance for every target
 */
import type { ComputeDevice } from "../gpu/device.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { lowbias32 } from "../network/random.ts";
import {
  type CalibrationConfig,
  type CompleteCalibration,
  completeCalibration,
} from "./calibration-config.ts";
import { fromSearch, residualsOf, searchBounds } from "./calibration-search.ts";
import type { ControlName } from "./candidate-controls.ts";
import type { CandidateStatus } from "./candidate-values.ts";
import { createForwardModel, type ForwardModel } from "./forward-model.ts";
import { type Evaluation, minimize, type SearchProgress, type SearchState } from "./minimize.ts";
import type { Target } from "./targets.ts";
import { sumMisfits } from "./targets-misfit.ts";

export interface CalibrationControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SearchProgress) => void;
  /** Told after each round what `state` resumes from: plain JSON. */
  readonly onState?: (state: SearchState) => void | Promise<void>;
  /** Of an earlier run of the same calibration. */
  readonly state?: SearchState;
}

export interface ReachedTarget {
  readonly target: Target;
  /** Of the calibrated candidate, the mean over clouds. */
  readonly value: number;
  /** Of the mean; NaN for one cloud. */
  readonly standardError: number;
  /** value / target − 1. */
  readonly relativeError: number;
}

export interface Calibration {
  readonly config: CompleteCalibration;
  /** Whether every target is met to `search.tolerance`. */
  readonly isReached: boolean;
  readonly controls: Readonly<Partial<Record<ControlName, number>>>;
  readonly targets: readonly ReachedTarget[];
  readonly misfit: number;
  readonly status: CandidateStatus;
  /** True runs of the forward model, and linear systems solved for them. */
  readonly evaluations: number;
  readonly solves: number;
  /** Candidates in their order; values are J, infinite where nothing flows and each target is kriged by itself. */
  readonly history: readonly Evaluation[];
  /** With the cloud of `networkSeed`, whose own values are nearest to the targets. */
  readonly network: PoreNetwork;
  readonly networkSeed: number;
}

/**
 * Calibrates a network. Interrupted, it goes on from the last state to the same result as without.
 *
 * @throws {OptionError} for a configuration that is not understood
 * @throws {NetworkError} when nothing flows anywhere within the bounds
 * @throws {FormatError} when `state` is not that of this calibration
 * @throws what `signal` was aborted with
 * @example
 * const { network, targets } = await calibrate(device, {
 *   network: { preset: "sand" },
 *   controls: [
 *     { name: "throatRadius", low: 0.05e-3, high: 0.3e-3 },
 *     { name: "distance", low: 0.8e-3, high: 1.6e-3 },
 *   ],
 *   targets: [{ kind: "permeability", value: 1e-10 }, { kind: "coordination", value: 2.4 }],
 * });
 */
export async function calibrate(
  device: ComputeDevice,
  config: CalibrationConfig,
  control: CalibrationControl = {},
): Promise<Calibration> {
  const complete = completeCalibration(config);
  const { network, controls, targets, search, seed } = complete;
  using model = createForwardModel(device, { network, controls, targets, seeds: seedsOf(complete) });
  const { signal } = control;
  let solves = 0;
  const isByVariance = search.method === "kasa-variance";
  const objective = async (points: number[][]) => {
    const candidates = points.map((point) => fromSearch(controls, point));
    const result = await model.evaluate(candidates, { signal });
    solves += result.solves;
    const width = targets.length;
    return points.map((_, c) =>
      residualsOf(targets, result.values.subarray(c * width, (c + 1) * width), isByVariance),
    );
  };
  const { x, evaluations, history } = await minimize(objective, searchBounds(controls), {
    device,
    method: search.method,
    seed,
    maxEvaluations: search.maxEvaluations,
    batchSize: search.batchSize,
    isEnough: ({ residuals }) => isReached(complete, residuals!),
    sumOfSquares: true,
    ...control,
  });
  const described = await describeResult(complete, model, fromSearch(controls, x));
  return {
    ...described,
    evaluations,
    solves: solves + described.solves,
    history: history.map((each) => ({ ...each, x: fromSearch(controls, each.x) })),
  };
}

/** Seeds of the clouds: of neighbouring seeds of calibrations they have nothing in common. */
export function seedsOf({ seed, clouds }: CompleteCalibration): number[] {
  return Array.from({ length: clouds }, (_, k) => lowbias32((Math.imul(seed, 0x9e3779b1) + k) >>> 0));
}

/** Whether every target is met to the tolerance. */
function isReached({ targets, search }: CompleteCalibration, residuals: readonly number[]): boolean {
  const most = Math.log1p(search.tolerance);
  return targets.every(({ weight = 1 }, t) => Math.abs(residuals[t]!) <= Math.sqrt(weight) * most);
}

async function describeResult(
  config: CompleteCalibration,
  model: ForwardModel,
  x: readonly number[],
): Promise<Omit<Calibration, "evaluations" | "history">> {
  const result = await model.evaluateMisfits([x]);
  const targets = config.targets.map((target, t): ReachedTarget => {
    const value = result.values[t]!;
    const relativeError = value / target.value - 1;
    return { target, value, standardError: result.standardErrors[t]!, relativeError };
  });
  const networkSeed = nearestCloud(model, result.cloudValues);
  return {
    config,
    isReached: isReached(config, residualsOf(config.targets, result.values, false)),
    controls: Object.fromEntries(model.controls.map(({ name }, k) => [name, x[k]!])),
    targets,
    misfit: result.misfits[0]!,
    status: result.statuses[0]!,
    solves: result.solves,
    network: model.network(x, networkSeed),
    networkSeed,
  };
}

/** @param cloudValues targets x clouds; of a formation factor its inverse */
function nearestCloud({ seeds, targets }: ForwardModel, cloudValues: Float64Array): number {
  const misfits = seeds.map((_, s) => {
    const values = targets.map(({ kind }, t) => {
      const value = cloudValues[t * seeds.length + s]!;
      return kind === "formation-factor" ? 1 / value : value;
    });
    return sumMisfits(targets, values);
  });
  return seeds[misfits.indexOf(Math.min(...misfits))]!;
}
