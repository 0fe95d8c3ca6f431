/**
 * The graph neural network: message passing between pores and throats to one number f for each throat, from which its
 * conductance follows (conductances.ts); cf. Q. Zhao and H. Xiao, arXiv 2509.13841 (2025).
 *
 *   T = act(dense(throat features)),  P = act(dense(pore features))
 *   each round     T ← T + act(dense[T, P₁ + P₂, |P₁ − P₂|]),   P ← P + act(dense[P, Σ T])
 *   each layer     T ← T + act(dense T)
 *   u = dense T + dense(throat features),  f = bound tanh(u/bound)
 *
 * Sums over a throat's two ends and over a pore's throats make it equivariant to any renumbering. It is written once,
 * over an algebra: tensors on the device for training (tensor-algebra.ts), float64 on the host for use without tfjs
 * and as the oracle (host-algebra.ts).
 */

import { OptionError } from "../errors.ts";
import { rejectUnknownKeys, requireChoice, requireInteger, requirePositive } from "../network/options.ts";
import { ACTIVATIONS, type Activation } from "./activations.ts";

export interface ModelOptions {
  /** Features of a throat's and a pore's state. Default 8. */
  readonly width?: number;
  /** Layers on throats after the rounds. Default 0. */
  readonly depth?: number;
  /** Of message passing. Default 0. */
  readonly rounds?: number;
  /** Of throats at a pore. Default "mean". */
  readonly aggregation?: "sum" | "mean";
  /** Whether rounds and layers add to their input. Default true. */
  readonly residual?: boolean;
  /** Before each round's and layer's product; "layer": over each item's features. Default "none". */
  readonly normalization?: "none" | "layer";
  readonly activation?: Exclude<Activation, "none">;
  /** Whether f has a part linear in the features beside the network's. Default true. */
  readonly linear?: boolean;
  /** f is kept within ± this: f = bound tanh(u/bound). Default 3. */
  readonly bound?: number;
  /** "throat": f of every throat; "network": one number a network, from the mean over its throats. */
  readonly readout?: "throat" | "network";
}

export type ModelConfig = Required<ModelOptions>;

/** @throws {OptionError} for an unknown key or a value out of range */
export function completeModel(options: ModelOptions = {}): ModelConfig {
  const defaults: ModelConfig = {
    width: 8,
    depth: 0,
    rounds: 0,
    aggregation: "mean",
    residual: true,
    normalization: "none",
    activation: "silu",
    linear: true,
    bound: 3,
    readout: "throat",
  };
  rejectUnknownKeys("The model", options, Object.keys(defaults));
  const complete: ModelConfig = { ...defaults, ...options };
  for (const key of ["residual", "linear"] as const) requireFlag(key, complete[key]);
  requireInteger("width", complete.width, 1, 1024);
  requireInteger("depth", complete.depth, 0, 16);
  requireInteger("rounds", complete.rounds, 0, 16);
  requirePositive("bound", complete.bound);
  requireChoice("aggregation", complete.aggregation, ["sum", "mean"]);
  requireChoice("normalization", complete.normalization, ["none", "layer"]);
  requireChoice("activation", complete.activation, ACTIVATIONS.slice(1) as Exclude<Activation, "none">[]);
  requireChoice("readout", complete.readout, ["throat", "network"]);
  return complete;
}

function requireFlag(option: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new OptionError(option, `${option} is ${JSON.stringify(value)}.`, "Choose true or false.");
}

export interface LayerShape {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Starts at zero, as the last layer, so that f = 0 at the start. */
  readonly isLast?: boolean;
}

/** Every dense layer of a model, in the order in which weights are kept. */
export function listLayers(
  { width, depth, rounds, linear }: ModelConfig,
  features: { readonly throat: number; readonly pore: number },
): LayerShape[] {
  const layers: LayerShape[] = [{ name: "throats", inputs: features.throat, outputs: width }];
  if (rounds > 0) layers.push({ name: "pores", inputs: features.pore, outputs: width });
  for (let k = 0; k < rounds; k++) {
    layers.push({ name: `round ${k}, throats`, inputs: 3 * width, outputs: width });
    // Nothing reads the pores after the last round.
    if (k < rounds - 1) layers.push({ name: `round ${k}, pores`, inputs: 2 * width, outputs: width });
  }
  for (let k = 0; k < depth; k++) layers.push({ name: `layer ${k}`, inputs: width, outputs: width });
  layers.push({ name: "last", inputs: width, outputs: 1, isLast: true });
  if (linear) layers.push({ name: "linear", inputs: features.throat, outputs: 1, isLast: true });
  return layers;
}

/** What a model is computed with: values are features by items. */
export interface Algebra<T> {
  /** act(wᵀ x + b) with the layer's weights. */
  dense(layer: string, x: T, activation: Activation): T;
  add(a: T, b: T): T;
  /** One above the other. */
  join(parts: readonly T[]): T;
  /** Each item's features to mean 0 and variance 1. */
  normalize(x: T): T;
  /** Σ over a throat's ends; a reservoir counts as 0. */
  sumEnds(pores: T): T;
  /** |difference| of a throat's ends. */
  compareEnds(pores: T): T;
  /** Over a pore's throats. */
  gatherThroats(throats: T, how: "sum" | "mean"): T;
  /** Mean over each network's throats. */
  poolThroats(throats: T): T;
  /** bound tanh(x/bound) */
  limit(x: T, bound: number): T;
}

/** f: 1 by throats, or 1 by networks. */
export function applyModel<T>(
  algebra: Algebra<T>,
  config: ModelConfig,
  features: { readonly throat: T; readonly pore: T },
): T {
  const { activation, residual, normalization, aggregation, linear, readout } = config;
  const prepare = (x: T) => (normalization === "layer" ? algebra.normalize(x) : x);
  const step = (name: string, state: T, around: T) => {
    const next = algebra.dense(name, prepare(around), activation);
    return residual ? algebra.add(state, next) : next;
  };
  const pool = (x: T) => (readout === "network" ? algebra.poolThroats(x) : x);
  let throats = algebra.dense("throats", features.throat, activation);
  if (config.rounds > 0) {
    let pores = algebra.dense("pores", features.pore, activation);
    for (let k = 0; k < config.rounds; k++) {
      const around = algebra.join([throats, algebra.sumEnds(pores), algebra.compareEnds(pores)]);
      throats = step(`round ${k}, throats`, throats, around);
      if (k === config.rounds - 1) break;
      const about = algebra.join([pores, algebra.gatherThroats(throats, aggregation)]);
      pores = step(`round ${k}, pores`, pores, about);
    }
  }
  for (let k = 0; k < config.depth; k++) throats = step(`layer ${k}`, throats, throats);
  const last = algebra.dense("last", pool(throats), "none");
  const u = linear ? algebra.add(last, algebra.dense("linear", pool(features.throat), "none")) : last;
  return algebra.limit(u, config.bound);
}
