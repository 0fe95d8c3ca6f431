/**
 * A trained model and its use, in float64 on the host: no device and no tfjs, for a network's throats cost a few
 * thousand multiplications each.
 */

import type { PoreNetwork } from "../network/pore-network.ts";
import type { FeatureNormalization } from "./features.ts";
import { normalizeFeatures } from "./features.ts";
import type { FlowGraph, GraphOptions } from "./graph.ts";
import { prepareGraph } from "./graph.ts";
import { FEATURE_LIMIT } from "./graph-batch.ts";
import { createHostAlgebra, transposeToHost } from "./host-algebra.ts";
import { applyModel, type LayerShape, listLayers } from "./model.ts";
import { joinTopology } from "./topology.ts";
import type { Epoch } from "./train-member.ts";
import type { TrainConfig } from "./train-options.ts";
import type { Weights } from "./weights.ts";

export interface TrainedModel {
  readonly config: TrainConfig;
  readonly normalization: FeatureNormalization;
  /** Weights of each member; f is their mean. */
  readonly members: readonly Weights[];
  readonly history: readonly Epoch[];
  /** What it was trained on, for people. */
  readonly trainedOn: {
    readonly name: string;
    readonly networks: number;
    readonly families: readonly string[];
    /** What it was found to be off by, on what it was not trained on. */
    readonly errors?: readonly KnownError[];
  };
}

export interface KnownError {
  /** As "large, unseen". */
  readonly of: string;
  readonly count: number;
  /** Mean |K/K* − 1|. */
  readonly mape: number;
  /** `null` where it is not known. */
  readonly r2Log10: number | null;
}

export interface LearnedConductance {
  /** m [m³/(Pa·s)] */
  readonly values: Float64Array;
  /** [Pa·s], of the fluid that they hold for. */
  readonly viscosity: number;
}

/** The dense layers of a model of this configuration. */
export function layersOf({ model, features }: Pick<TrainConfig, "model" | "features">): LayerShape[] {
  return listLayers(model, { throat: features.throat.length, pore: features.pore.length });
}

/** A network as this model sees it. @throws {NetworkError} as `prepareGraph` */
export function prepareFor(
  { config }: Pick<TrainedModel, "config">,
  network: PoreNetwork,
  options: Pick<GraphOptions, "voxelSize" | "domain"> = {},
): FlowGraph {
  const { variant, closure, features } = config;
  return prepareGraph(network, { variant, closure, features, ...options });
}

/** f of every throat, or one number where the model reads out networks: the mean over members. */
export function evaluateModel(
  { config, normalization, members }: Pick<TrainedModel, "config" | "normalization" | "members">,
  graph: FlowGraph,
): Float64Array {
  const normal = normalizeFeatures(graph.features, normalization, FEATURE_LIMIT);
  const features = {
    throat: transposeToHost(normal.throat, config.features.throat.length),
    pore: transposeToHost(normal.pore, config.features.pore.length),
  };
  const topology = joinTopology([graph.domain]);
  const parts = members.map(
    (weights) => applyModel(createHostAlgebra(weights, topology), config.model, features).values,
  );
  return parts[0]!.map((_, k) => parts.reduce((sum, part) => sum + part[k]! / parts.length, 0));
}

/**
 * The conductance of every throat.
 * @example
 * const { values, viscosity } = predictConductance(model, prepareFor(model, network));
 */
export function predictConductance(model: TrainedModel, graph: FlowGraph): LearnedConductance {
  const f = evaluateModel(model, graph);
  return { values: graph.base.map((g, e) => g * Math.exp(f[e]!)), viscosity: graph.viscosity };
}
