/** `porenet/view`: figures of networks and solves, as SVG and PNG, and networks in 3D, in Node and in the browser. */
export type { SearchRun } from "./best-so-far.ts";
export { type ConvergencePlotOptions, renderConvergence } from "./convergence-plot.ts";
export {
  type ErrorBySizeData,
  type ErrorBySizeOptions,
  type ErrorPredictor,
  renderErrorBySize,
} from "./error-by-size-plot.ts";
export { renderErrorSurface } from "./error-surface-plot.ts";
export { type LossHistory, type LossPlotOptions, renderLosses } from "./loss-plot.ts";
export { type NetworkPlotOptions, renderNetwork } from "./network-plot.ts";
export {
  NetworkScene,
  type NetworkSceneOptions,
  type PictureOptions,
  type ScenePick,
} from "./network-scene.ts";
export { type CameraStep, OrbitCamera } from "./orbit-camera.ts";
export { type ParityData, type ParityOptions, type ParityPredictor, renderParity } from "./parity-plot.ts";
export { type PngOptions, svgToPng } from "./png.ts";
export type { View } from "./projection.ts";
export {
  type Guide,
  type ResponseCurve,
  type ResponseCurveOptions,
  renderResponseCurves,
} from "./response-curve-plot.ts";
export { viewResult } from "./result-view.ts";
export type { ScaleKind } from "./scale.ts";
export { renderScatter, type ScatterOptions, type ScatterSeries } from "./scatter-plot.ts";
export { describeLegend, type SceneField, type SceneLegend } from "./scene-colors.ts";
export type { SceneSlice } from "./scene-frame.ts";
export type { ScenePicture } from "./scene-picture.ts";
export {
  renderSearchConvergence,
  type SearchConvergenceOptions,
  type SearchMethod,
} from "./search-convergence-plot.ts";
export { renderSensitivities, type Sensitivity, type SensitivityOptions } from "./sensitivity-plot.ts";
export type { SizeDistribution } from "./size-distribution.ts";
export {
  computeSizeDistributions,
  type ElementSizes,
  renderSizeDistribution,
  type SizeDistributions,
  type SizePlotOptions,
} from "./size-plot.ts";
export { renderSolveFigure, type SolveFigureOptions } from "./solve-figure.ts";
export type { ConvergenceHistory, FigureSize, NetworkView, SolveView } from "./solve-view.ts";
export type { ErrorSurface, ErrorSurfaceOptions, EvaluatedPoints, PlanePoints } from "./surface-data.ts";
