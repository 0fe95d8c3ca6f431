/** The public surface of porenet: networks, their flow, and the device that solves it. */
export * from "./errors.ts";
export { computeVjp, type FlowCotangent, type FlowGradient } from "./flow/adjoint.ts";
export {
  type BenchmarkControl,
  type BenchmarkResult,
  type BenchmarkStage,
  generateBenchmarkFlow,
  runBenchmarkCase,
} from "./flow/benchmark.ts";
export {
  type BenchmarkCase,
  listBenchmarkCases,
  parseBenchmarkCase,
  parseBenchmarkCases,
} from "./flow/benchmark-cases.ts";
export { type FlowTimings, type TimedFlow, type TimedFlowControl, timeFlow } from "./flow/benchmark-solve.ts";
export {
  FlowBatch,
  type FlowBatchOptions,
  type FlowSolution,
  type FlowSolveControl,
  type LoadSolution,
} from "./flow/flow-batch.ts";
export type { FlowField } from "./flow/flow-field.ts";
export type { FlowCase, FlowStructure, FlowSystem } from "./flow/flow-system.ts";
export type { FlowDerivativeOptions } from "./flow/linearized-flow.ts";
export {
  type ConductanceSource,
  computePermeabilities,
  computePermeability,
  type PermeabilityOptions,
  type PermeabilityResult,
  type SolveTimings,
} from "./flow/permeability.ts";
export {
  computeDissipationShares,
  differentiateFlowRate,
  differentiatePermeability,
  type ThroatFlows,
} from "./flow/permeability-gradient.ts";
export { ResidentFlow, type ResidentFlowOptions } from "./flow/resident-flow.ts";
export type { ResidentBuffers } from "./flow/resident-kernels.ts";
export {
  collectResultFields,
  type PoreField,
  type ResultFields,
  tabulateFields,
  tabulateGradient,
} from "./flow/result-fields.ts";
export { type PermeabilitySummary, summarizeResult } from "./flow/result-summary.ts";
export { computeJvp, type FlowResponse, type FlowTangent } from "./flow/tangent.ts";
export { type DeviceOptions, requestDevice } from "./gpu/adapter-browser.ts";
export {
  type CopyBandwidth,
  type CopyBandwidthOptions,
  type CopyCandidate,
  type CopyShape,
  measureCopyBandwidth,
} from "./gpu/copy-bandwidth.ts";
export {
  type AdapterChoice,
  type AdapterKind,
  type AdapterSource,
  type ComputeDevice,
  type DeviceFeatures,
  wrapDevice,
} from "./gpu/device.ts";
export { chooseLaunchShape, type LaunchShape } from "./gpu/launch-shape.ts";
export { readBuffer } from "./gpu/readback.ts";
export {
  formatHierarchy,
  type HierarchyDescription,
  type LevelDescription,
} from "./multigrid/hierarchy.ts";
export * from "./network/index.ts";
export { ConjugateGradient, type SolveResult } from "./solve/conjugate-gradient.ts";
export {
  type LaunchTime,
  type MultigridProfile,
  profileMultigrid,
} from "./solve/multigrid-profile.ts";
export type { PreconditionerOptions, SolveControl, SolveProgress, SolverOptions } from "./solve/options.ts";
export { estimateShare, type SolveTargets } from "./solve/progress-share.ts";
export {
  type ConvergenceHistory,
  describeRemedy,
  type SolveStatus,
  type SystemReport,
  throwUnlessConverged,
} from "./solve/report.ts";
export type { PreconditionerFit } from "./solve/resident-preconditioner.ts";
export type { ResidentReport } from "./solve/resident-solve.ts";
export { GROUND_ONE, GROUND_ZERO, type GroundedGraph } from "./sparse/graph.ts";
export { RaggedLaplacian, type RaggedLaplacianOptions } from "./sparse/ragged-laplacian.ts";
