/** What training is asked for: plain data, the same in code, in a configuration file and in a checkpoint. */

import { OptionError } from "../errors.ts";
import type { Closure } from "../network/closure.ts";
import { rejectUnknownKeys, requireChoice, requireInteger, requirePositive } from "../network/options.ts";
import { PORE_FEATURES, THROAT_FEATURES } from "./feature-table.ts";
import { ALL_FEATURES, chooseFeatures, type FeatureNames } from "./features.ts";
import { VARIANTS, type Variant } from "./graph.ts";
import { completeModel, type ModelConfig, type ModelOptions } from "./model.ts";

export const LOSSES = ["huber", "log", "raw"] as const;

/**
 * - `huber`: mean of √(d² + δ²) − δ, d = ln K − ln K*, δ = 0.2: less bent by outliers.
 * - `log`: mean of d².
 * - `raw`: half the mean of (K − K*)², K in units of the mean label (Zhao & Xiao 2025).
 */
export type Loss = (typeof LOSSES)[number];

export interface TrainOptions {
  readonly model?: ModelOptions;
  /** Whether f corrects analytic conductances or replaces them. Default "correct". */
  readonly variant?: Variant;
  /** Of the analytic conductances. Default "auto". */
  readonly closure?: Closure | "auto";
  /** Default all. */
  readonly features?: FeatureNames;
  readonly loss?: Loss;
  /**
   * "participation": a network counts by 1/(1 + 13 Σ s²), s being the analytic shares of dissipation, for what is
   * left to chance is larger where few throats carry the flow; "equal": all alike. Default "participation".
   */
  readonly weighting?: Weighting;
  /** Models trained one after the other, whose f are averaged. Default 4. */
  readonly members?: number;
  /** Of each member at most. Default 25. */
  readonly epochs?: number;
  /** Networks a step. Default 64. */
  readonly batchSize?: number;
  /** Falls from here to 0 along a half cosine. Default 5e-3. */
  readonly learningRate?: number;
  /** Of matrices, but for the part linear in the features. Default 0.4. */
  readonly weightDecay?: number;
  /** Share of the regions that decides when to stop, drawn anew for each member; 0 for none. Default 0.2. */
  readonly validationShare?: number;
  /** Epochs without improvement after which a member ends. Default 10. */
  readonly patience?: number;
  readonly seed?: number;
}

export const WEIGHTINGS = ["participation", "equal"] as const;
export type Weighting = (typeof WEIGHTINGS)[number];

export type TrainConfig = Omit<Required<TrainOptions>, "model"> & { readonly model: ModelConfig };

/** @throws {OptionError} for an unknown key or a value out of range */
export function completeTrainOptions(options: TrainOptions = {}): TrainConfig {
  const defaults: TrainConfig = {
    variant: "correct",
    closure: "auto",
    features: ALL_FEATURES,
    loss: "huber",
    weighting: "participation",
    members: 4,
    epochs: 25,
    batchSize: 64,
    learningRate: 5e-3,
    weightDecay: 0.4,
    validationShare: 0.2,
    patience: 10,
    seed: 7,
    model: completeModel(options.model),
  };
  rejectUnknownKeys("Training", options, Object.keys(defaults));
  const complete: TrainConfig = { ...defaults, ...options, model: defaults.model };
  requireChoice("variant", complete.variant, VARIANTS);
  requireChoice("closure", complete.closure, ["auto", "given", "shape-factor", "hagen-poiseuille"]);
  requireChoice("loss", complete.loss, LOSSES);
  requireChoice("weighting", complete.weighting, WEIGHTINGS);
  requireLists(complete.features);
  chooseFeatures(THROAT_FEATURES, complete.features.throat);
  chooseFeatures(PORE_FEATURES, complete.features.pore);
  for (const key of ["members", "epochs", "batchSize", "patience"] as const)
    requireInteger(key, complete[key], 1);
  requireInteger("seed", complete.seed, 0);
  requirePositive("learningRate", complete.learningRate);
  requireWithin("weightDecay", complete.weightDecay, 100);
  requireWithin("validationShare", complete.validationShare, 0.9);
  return complete;
}

function requireLists(features: FeatureNames): void {
  rejectUnknownKeys("features", features, ["throat", "pore"]);
  if (Array.isArray(features.throat) && Array.isArray(features.pore)) return;
  throw new OptionError(
    "features",
    "features has not a list of throat features and one of pore features.",
    "Name both: { throat: [...], pore: [...] }.",
  );
}

function requireWithin(option: string, value: number, most: number): void {
  if (!(value >= 0 && value <= most)) {
    throw new OptionError(option, `${option} is ${value}.`, `Give a number from 0 to ${most}.`);
  }
}
