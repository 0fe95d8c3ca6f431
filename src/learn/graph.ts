/**
 * A network as the model sees it: its domain, its features, and the conductances that the model corrects.
 *
 *   "correct"   g = g_analytic · exp(f), so that training begins at the traditional pore-network model
 *   "replace"   g = rₜ³/μ · exp(f), nothing analytic in it (Zhao & Xiao 2025); rₜ³/μ gives the dimension
 */
import { NetworkError } from "../errors.ts";
import { type FlowDomainOptions, resolveFlowDomain } from "../network/boundary.ts";
import { type Closure, hydraulicConductance } from "../network/closure.ts";
import { examineDomain } from "../network/components.ts";
import type { FlowDomain } from "../network/flow-domain.ts";
import { radiiOf } from "../network/geometry.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import {
  computeFeatures,
  type FeatureNames,
  type FlowMask,
  maskFlow,
  type NetworkFeatures,
} from "./features.ts";

export const VARIANTS = ["correct", "replace"] as const;
export type Variant = (typeof VARIANTS)[number];

export interface GraphOptions {
  readonly variant: Variant;
  /** Of the analytic conductances. */
  readonly closure: Closure | "auto";
  /** Which features; by default all. */
  readonly features?: FeatureNames | undefined;
  /** [m]; by default the network's own, else not known. */
  readonly voxelSize?: number | undefined;
  readonly domain?: FlowDomainOptions;
}

export interface FlowGraph {
  readonly network: PoreNetwork;
  readonly domain: FlowDomain;
  /** As computed, not normalised. */
  readonly features: NetworkFeatures;
  /** What carries flow. */
  readonly mask: FlowMask;
  /** m [m³/(Pa·s)]: what exp(f) multiplies. */
  readonly base: Float64Array;
  /** [Pa·s] */
  readonly viscosity: number;
  /** [m], where known. */
  readonly voxelSize: number | undefined;
  /** ⟨rₜ⟩², geometric mean, of what carries flow [m²]: what exp(f) multiplies where f is of the network. */
  readonly basePermeability: number;
}

/**
 * @throws {NetworkError} when the network does not percolate, or lacks what the closure or the features need
 * @example const graph = prepareGraph(network, { variant: "correct", closure: "auto", voxelSize: 5.3e-6 });
 */
export function prepareGraph(network: PoreNetwork, options: GraphOptions): FlowGraph {
  const domain = resolveFlowDomain(network, options.domain ?? {});
  const { values, viscosity } = hydraulicConductance(network, {
    closure: options.closure,
    conduitLengths: domain.conduitLengths,
  });
  const report = examineDomain(domain, values);
  if (!report.percolates) {
    throw new NetworkError(
      `The network "${network.name}" does not percolate along ${domain.axis}.`,
      "Leave it out, or choose another axis: its permeability is 0 whatever its throats conduct.",
    );
  }
  const { voxelSize = network.voxelSize, features: names } = options;
  const mask = maskFlow(domain, report);
  const radius = radiiOf(network, "throat");
  return {
    network,
    domain,
    features: computeFeatures(domain, { voxelSize, names }),
    mask,
    base: options.variant === "correct" ? values : baseOfRadius(radius!, values, viscosity),
    viscosity,
    voxelSize,
    basePermeability: Math.exp(2 * meanLogOf(radius!, mask.throat)),
  };
}

/** A throat that does not conduct has nothing to replace. */
function baseOfRadius(radius: Float64Array, analytic: Float64Array, viscosity: number): Float64Array {
  return radius.map((r, e) => (analytic[e]! > 0 ? r ** 3 / viscosity : 0));
}

function meanLogOf(values: Float64Array, mask: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < values.length; k++) {
    if (mask[k] !== 1 || !(values[k]! > 0)) continue;
    sum += Math.log(values[k]!);
    count++;
  }
  return sum / Math.max(1, count);
}
