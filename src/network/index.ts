/** Networks as plain data: generators, closures, boundaries, components, health. No GPU here. */
export { generateBenchmarkNetwork } from "./benchmark-networks.ts";
export { type FlowDomainOptions, resolveFlowDomain } from "./boundary.ts";
export {
  type Closure,
  type ClosureOptions,
  electricalConductance,
  GIVEN_CONDUCTANCE,
  type HydraulicConductance,
  hydraulicConductance,
  WATER_VISCOSITY,
} from "./closure.ts";
export { type DomainReport, examineDomain, labelComponents } from "./components.ts";
export {
  type ConductanceLinearization,
  type GeometryGradient,
  type GeometryTangent,
  linearizeConductance,
} from "./conductance-gradient.ts";
export { type Triangulation, triangulate } from "./delaunay.ts";
export { type Distribution, drawValues } from "./distributions.ts";
export { type Axis, type FlowDomain, FREE, INLET, OUTLET, OUTSIDE } from "./flow-domain.ts";
export { gammaQuantile } from "./gamma-quantile.ts";
export { type CubicOptions, generateCubic } from "./generate-cubic.ts";
export { type Connection, connectPoints, generateRandom, type RandomOptions } from "./generate-random.ts";
export { centreDistancesOf, conduitLengthsOf, radiiOf, shapeFactorsOf } from "./geometry.ts";
export { examineNetwork, type HealthReport } from "./health.ts";
export type { Finding } from "./health-checks.ts";
export { describeNetwork, type NetworkStatistics, type Quantiles, quantilesOf } from "./health-statistics.ts";
export { type Invasion, type InvasionProblem, invadeNetwork } from "./invasion.ts";
export {
  type Box,
  INLET_RESERVOIR,
  OUTLET_RESERVOIR,
  PoreNetwork,
  type PoreNetworkData,
  type PropertyArray,
} from "./pore-network.ts";
export { lowbias32, normal, uniform } from "./random.ts";
export { effectiveShapeFactor, sectionArea, sectionConductance } from "./shape-factor.ts";
export { type TrimmedNetwork, trimNetwork, trimToSpanning } from "./trim.ts";
export {
  DARCY,
  formatLength,
  formatMicrometres,
  formatPermeability,
  formatSignificant,
  fromMillidarcy,
  MILLIDARCY,
  toMillidarcy,
} from "./units.ts";
