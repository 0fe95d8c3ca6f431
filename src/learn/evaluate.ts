/**
 * Permeabilities of many networks by a trained model and, beside it, by the traditional pore-network model and the
 * baselines. Networks are taken in parts: within one all flows, learned and traditional, are solved in one batch.
 */
import { NetworkError } from "../errors.ts";
import { FlowBatch, type FlowSolution } from "../flow/flow-batch.ts";
import type { FlowCase } from "../flow/flow-system.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { resolveFlowDomain } from "../network/boundary.ts";
import { type Closure, hydraulicConductance } from "../network/closure.ts";
import { examineDomain } from "../network/components.ts";
import type { Axis, FlowDomain } from "../network/flow-domain.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import type { SolveStatus } from "../solve/report.ts";
import { applyKozenyCarman, applyRegression, type Baselines } from "./baselines.ts";
import type { DatasetRow } from "./dataset.ts";
import type { FlowGraph } from "./graph.ts";
import { requireConductances } from "./learned-closure.ts";
import type { Prediction } from "./metrics.ts";
import { evaluateModel, predictConductance, prepareFor, type TrainedModel } from "./trained-model.ts";

export interface PredictionInput {
  readonly network: PoreNetwork;
  /** Default x. */
  readonly axis?: Axis | undefined;
  /** [m]; by default the network's own, else not known. */
  readonly voxelSize?: number | undefined;
}

export interface SolvedPermeability {
  /** [m²]; 0 where nothing flows, NaN where the solve fell short. */
  readonly permeability: number;
  readonly status: SolveStatus;
}

export interface NetworkPrediction extends SolvedPermeability {
  readonly traditional: SolvedPermeability & { readonly closure: Closure | undefined };
  /** What the network lacks; then both permeabilities are NaN and the status is `invalid`. */
  readonly fault?: NetworkError;
}

export interface PredictControl {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, count: number) => void) | undefined;
}

/** Throats and networks that are solved together at most. */
const MOST_THROATS = 400_000;
const MOST_NETWORKS = 256;

/**
 * The permeability of each network by the model's conductances, and by analytic ones. One network that cannot be
 * solved spoils none of the others: it says so in its status.
 *
 * @throws {OptionError} for a model without members, or one that predicts no conductances
 * @throws {LimitError} when a network does not fit the device
 * @throws what `signal` was aborted with
 * @example
 * const [prediction] = await predictPermeabilities(device, model, [{ network, voxelSize: 5.3e-6 }]);
 */
export async function predictPermeabilities(
  device: ComputeDevice,
  model: TrainedModel,
  inputs: readonly PredictionInput[],
  control: PredictControl = {},
): Promise<NetworkPrediction[]> {
  return visitNetworks(device, model, inputs, control, () => {});
}

export interface Predictors {
  readonly model: TrainedModel;
  readonly baselines?: Baselines | undefined;
  /** The graph network that pools (`poolThroats`). */
  readonly pooled?: TrainedModel | undefined;
}

export interface Evaluation {
  /** `model`, `traditional`, and of `kozenyCarman`, `regression`, `pooledGnn` those that there are [m²]. */
  readonly predictions: readonly Prediction[];
  /** Of each row, by the model. */
  readonly networks: readonly NetworkPrediction[];
}

/**
 * What every predictor says of every row, for `tabulateMetrics`; NaN or 0 where it fails.
 * @throws as `predictPermeabilities`
 * @example
 * const { predictions } = await evaluateRows(device, rows, { model, baselines, pooled });
 * const table = tabulateMetrics(rows, predictions);
 */
export async function evaluateRows(
  device: ComputeDevice,
  rows: readonly DatasetRow[],
  { model, baselines, pooled }: Predictors,
  control: PredictControl = {},
): Promise<Evaluation> {
  const unknown = () => new Float64Array(rows.length).fill(Number.NaN);
  const regression = unknown();
  const pooledGnn = unknown();
  const visit = (k: number, graph: FlowGraph) => {
    const { voxelSize } = rows[k]!;
    if (baselines) regression[k] = applyRegression(baselines, graph, voxelSize);
    if (pooled) pooledGnn[k] = predictPooled(pooled, graph, voxelSize);
  };
  const networks = await visitNetworks(device, model, rows, control, visit);
  const predictions: Prediction[] = [
    { name: "model", permeability: networks.map(({ permeability }) => permeability) },
    { name: "traditional", permeability: networks.map(({ traditional }) => traditional.permeability) },
  ];
  if (baselines?.kozenyCarman) {
    const { kozenyCarman } = baselines;
    const permeability = rows.map((row) => applyKozenyCarman(kozenyCarman, row));
    predictions.push({ name: "kozenyCarman", permeability });
  }
  if (baselines) predictions.push({ name: "regression", permeability: regression });
  if (pooled) predictions.push({ name: "pooledGnn", permeability: pooledGnn });
  return { predictions, networks };
}

/** [m²] */
function predictPooled(pooled: TrainedModel, graph: FlowGraph, voxelSize: number | undefined): number {
  const { network, domain, features } = graph;
  const isSame = (["throat", "pore"] as const).every(
    (kind) => features.names[kind].join() === pooled.config.features[kind].join(),
  );
  const own = isSame ? graph : prepareFor(pooled, network, { voxelSize, domain: { axis: domain.axis } });
  return own.basePermeability * Math.exp(evaluateModel(pooled, own)[0]!);
}

/** @param visit told of each network that percolates, as the model sees it */
async function visitNetworks(
  device: ComputeDevice,
  model: TrainedModel,
  inputs: readonly PredictionInput[],
  { signal, onProgress }: PredictControl,
  visit: (k: number, graph: FlowGraph) => void,
): Promise<NetworkPrediction[]> {
  requireConductances(model);
  const predictions = new Array<NetworkPrediction>(inputs.length);
  let done = 0;
  for (const part of partBySize(inputs)) {
    const pairs: { readonly k: number; readonly pair: FlowPair }[] = [];
    for (const k of part) {
      signal?.throwIfAborted();
      const found = prepareInput(model, inputs[k]!);
      if ("status" in found) {
        predictions[k] = found;
        continue;
      }
      visit(k, found);
      pairs.push({ k, pair: pairFlows(model, found) });
    }
    const solved = await solvePairs(
      device,
      pairs.map(({ pair }) => pair),
      signal,
    );
    for (const [place, { k }] of pairs.entries()) predictions[k] = solved[place]!;
    done += part.length;
    onProgress?.(done, inputs.length);
  }
  return predictions;
}

/** Their indices, in parts that are solved together. */
function partBySize(inputs: readonly PredictionInput[]): number[][] {
  const parts: number[][] = [];
  let throats = Number.POSITIVE_INFINITY;
  inputs.forEach(({ network }, k) => {
    throats += network.throatCount;
    if (throats > MOST_THROATS || parts.at(-1)!.length === MOST_NETWORKS) {
      parts.push([]);
      throats = network.throatCount;
    }
    parts.at(-1)!.push(k);
  });
  return parts;
}

/** The network as the model sees it, or why it cannot be solved. */
function prepareInput(model: TrainedModel, input: PredictionInput): FlowGraph | NetworkPrediction {
  const { network, voxelSize, axis = "x" } = input;
  try {
    return prepareFor(model, network, { voxelSize, domain: { axis } });
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return describeUnsolved(model, input) ?? { ...failWith("invalid", Number.NaN), fault: error };
  }
}

/** Where nothing flows; `undefined` where that is not what is wrong. */
function describeUnsolved(
  { config }: TrainedModel,
  { network, axis = "x" }: PredictionInput,
): NetworkPrediction | undefined {
  try {
    const domain = resolveFlowDomain(network, { axis });
    const { values, closure } = hydraulicConductance(network, { closure: config.closure });
    return examineDomain(domain, values).percolates ? undefined : failWith("not-percolating", 0, closure);
  } catch {
    return undefined;
  }
}

function failWith(status: SolveStatus, permeability: number, closure?: Closure): NetworkPrediction {
  return { status, permeability, traditional: { status, permeability, closure } };
}

/** One network with its learned and its analytic conductances. */
interface FlowPair {
  readonly domain: FlowDomain;
  readonly learned: Float64Array;
  readonly analytic: Float64Array;
  readonly closure: Closure;
  /** [Pa·s], of both. */
  readonly viscosity: number;
}

function pairFlows(model: TrainedModel, graph: FlowGraph): FlowPair {
  const { domain, network } = graph;
  const { closure, values } = hydraulicConductance(network, { closure: model.config.closure });
  const { values: learned, viscosity } = predictConductance(model, graph);
  return { domain, learned, analytic: values, closure, viscosity };
}

async function solvePairs(
  device: ComputeDevice,
  pairs: readonly FlowPair[],
  signal: AbortSignal | undefined,
): Promise<NetworkPrediction[]> {
  if (pairs.length === 0) return [];
  const cases = pairs.flatMap(({ domain, learned, analytic }): FlowCase[] => [
    { domain, conductance: learned },
    { domain, conductance: analytic },
  ]);
  using batch = await FlowBatch.create(device, cases);
  const solutions = await batch.solve({ signal });
  return pairs.map((pair, place) => ({
    ...readPermeability(pair, solutions[2 * place]!),
    traditional: { ...readPermeability(pair, solutions[2 * place + 1]!), closure: pair.closure },
  }));
}

/** K = μ Q L / (A ΔP) at ΔP = 1. */
function readPermeability(
  { domain, viscosity }: FlowPair,
  { solver, flowRate }: FlowSolution,
): SolvedPermeability {
  const { status } = solver;
  if (status === "not-percolating") return { status, permeability: 0 };
  const permeability = (viscosity * flowRate * domain.length) / domain.area;
  return { status, permeability: status === "converged" ? permeability : Number.NaN };
}
