/**
 * Representative networks and their calibration: NET-PFS, its forward model in batches, kriging, and the search that
 * kriging steers.
 */
export {
  type Calibration,
  type CalibrationControl,
  calibrate,
  type ReachedTarget,
  seedsOf,
} from "./calibration.ts";
export {
  type CalibrationConfig,
  type CalibrationUnits,
  type CompleteCalibration,
  completeCalibration,
  type SearchOptions,
  type SoilTest,
} from "./calibration-config.ts";
export {
  CALIBRATION_FILE,
  describeCalibrationResult,
  describeCalibrationSearch,
  summarizeCalibration,
} from "./calibration-file.ts";
export {
  type ControlResponse,
  type KrigedSurface,
  krigeSurface,
  measureResponses,
  type SurveyOptions,
  traceOptima,
} from "./calibration-survey.ts";
export { CONTROLS, type Control, type ControlName, type NetworkBase } from "./candidate-controls.ts";
export type { CandidateStatus } from "./candidate-values.ts";
export { type CapillaryOptions, type DrainageCurve, drainNetwork } from "./drainage.ts";
export type { Drift, DriftFunction } from "./drift.ts";
export {
  computeEmpiricalVariogram,
  type EmpiricalVariogram,
  type EmpiricalVariogramOptions,
} from "./empirical-variogram.ts";
export {
  createForwardModel,
  type ForwardControl,
  type ForwardModel,
  type ForwardModelOptions,
  type ForwardResult,
  type MisfitResult,
} from "./forward-model.ts";
export { Kriging, type KrigingOptions, type Prediction, type PredictionWithGradient } from "./kriging.ts";
export { KrigingBatch, type KrigingBatchOptions } from "./kriging-batch.ts";
export type { NuggetKind } from "./kriging-system.ts";
export type { Validation } from "./leave-one-out.ts";
export {
  type Bounds,
  type Evaluation,
  MINIMIZE_METHODS,
  type MinimizeMethod,
  type MinimizeOptions,
  minimize,
  type Objective,
  type SearchProgress,
  type SearchResult,
  type SearchState,
  type SearchStatus,
} from "./minimize.ts";
export { generateNetPfs } from "./net-pfs.ts";
export { type CountSpread, countNetPfs, measureCountSpread, type NetPfsCounts } from "./net-pfs-classes.ts";
export type { NetPfsOptions } from "./net-pfs-options.ts";
export { SAND_CASE } from "./net-pfs-sand.ts";
export { type GrainSizeOptions, type GrainSizes, radiiFromGrainSizes } from "./soil-grain-sizes.ts";
export type { RadiusTable, SoilRadii } from "./soil-radii.ts";
export { type RetentionOptions, radiiFromRetention, type VanGenuchten } from "./soil-retention.ts";
export type { Target } from "./targets.ts";
export { computeMisfit, sumMisfits } from "./targets-misfit.ts";
export {
  evaluateVariogram,
  RANGE_OVER_LENGTH,
  VARIOGRAM_MODELS,
  type Variogram,
  type VariogramModel,
} from "./variogram.ts";
export { type FitOptions, fitVariogram, fitVariogramReport, type VariogramFit } from "./variogram-fit.ts";
