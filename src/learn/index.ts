/** Learning conductances: data sets, features, models trained through the flow solver, and their use. */
export { type Baselines, fitBaselines, poolThroats } from "./baselines.ts";
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint, type Manifest } from "./checkpoint.ts";
export {
  type Dataset,
  type DatasetRow,
  holdOut,
  leaveFamiliesOut,
  type Parted,
  partIntoFolds,
  type Split,
  selectRows,
} from "./dataset.ts";
export {
  type Evaluation,
  evaluateRows,
  type NetworkPrediction,
  type PredictControl,
  type PredictionInput,
  type Predictors,
  predictPermeabilities,
  type SolvedPermeability,
} from "./evaluate.ts";
export {
  averageFeatures,
  type FeatureRegression,
  fitFeatureRegression,
  type MeanFeatures,
  predictFeatureRegression,
} from "./feature-regression.ts";
export { type Feature, PORE_FEATURES, THROAT_FEATURES } from "./feature-table.ts";
export {
  ALL_FEATURES,
  computeFeatures,
  type FeatureNames,
  type FeatureNormalization,
  type FeatureOptions,
  fitNormalization,
  type NetworkFeatures,
  normalizeFeatures,
} from "./features.ts";
export { createFlowOps, type FlowOps } from "./flow-ops.ts";
export { type FlowGraph, type GraphOptions, prepareGraph, type Variant } from "./graph.ts";
export {
  fitKozenyCarman,
  type KozenyCarman,
  measurePorosityAndSurface,
  predictKozenyCarman,
} from "./kozeny-carman.ts";
export { useModel } from "./learned-closure.ts";
export {
  computeMetrics,
  type Metrics,
  type MetricsRow,
  type Prediction,
  tabulateMetrics,
} from "./metrics.ts";
export type { ModelConfig, ModelOptions } from "./model.ts";
export { differentiateConductance, differentiateFeatures, QUANTITIES, type Quantity } from "./quantities.ts";
export {
  averageSensitivities,
  computeSensitivities,
  type NetworkSensitivity,
  type Sensitivity,
} from "./sensitivity.ts";
export { openTensors, type Tensors } from "./tensors.ts";
export { type TrainControl, type TrainProgress, train } from "./train.ts";
export type { Epoch } from "./train-member.ts";
export type { Loss, TrainConfig, TrainOptions } from "./train-options.ts";
export {
  evaluateModel,
  type LearnedConductance,
  predictConductance,
  prepareFor,
  type TrainedModel,
} from "./trained-model.ts";
