/**
 * The benchmark's cases: a network of porenet's generators and the spread of its conductances, written
 * `cubic50:s2` (50³ pores, σ(ln g) = 2) or `knn1000k:p` (10⁶ random points joined to their 5 nearest).
 */
import { type FlowCase, generateBenchmarkNetwork, hydraulicConductance, resolveFlowDomain } from "porenet";

export interface BenchmarkCase {
  readonly label: string;
  readonly network: string;
  /** σ(ln g) of a cubic network; the knn ones have conductances of their own. */
  readonly sigma: number | undefined;
  /** K by float64 solves outside of porenet, ten digits [m²]; `undefined` where none is known. */
  readonly publishedPermeability: number | undefined;
}

/** Direct solves, or Jacobi-CG in float64 to 1e-8 and below; one conductance everywhere gives 1 exactly. */
const PUBLISHED: Record<string, number> = {
  "cubic20:s1": 1.162890355,
  "cubic20:s2": 1.59778323,
  "cubic20:s4": 3.736508071,
  "cubic50:s1": 1.152867397,
  "cubic50:s2": 1.591944326,
  "cubic50:s4": 3.855590899,
  "cubic100:s1": 1.156276889,
  "cubic100:s2": 1.60197754,
  "cubic100:s4": 3.895579041,
  "cubic150:s2": 1.600526579,
  "cubic200:s2": 1.600756885,
  "knn10k:p": 1.729522512e-4,
  "knn100k:p": 1.505361565e-4,
  "knn1000k:p": 1.483093733e-4,
  "knn1000ks:p": 1.483093733e-4,
};

/** @throws {Error} for what is no case; whether the network exists shows when it is generated */
export function parseCase(label: string): BenchmarkCase {
  const [, network, family, tag] = /^((cubic|knn)\w+):(s\d+(?:\.\d+)?|p)$/.exec(label) ?? [];
  if (!network || !tag || (family === "knn") !== (tag === "p")) {
    throw new Error(`"${label}" is no case: write cubic50:s2, cubic100:s4, knn100k:p or the like.`);
  }
  const sigma = tag === "p" ? undefined : Number(tag.slice(1));
  return { label, network, sigma, publishedPermeability: sigma === 0 ? 1 : PUBLISHED[label] };
}

export function parseCases(list: string): BenchmarkCase[] {
  return list.split(",").map((label) => parseCase(label.trim()));
}

/** Inlet and outlet are the faces along x, conductances hold for a viscosity of 1 Pa·s. */
export function generateCase({ network: name, sigma }: BenchmarkCase): FlowCase {
  const network = generateBenchmarkNetwork(name, sigma === undefined ? {} : { sigma });
  return { domain: resolveFlowDomain(network), conductance: hydraulicConductance(network).values };
}

/** K = μ Q L / (A ΔP) at unit viscosity and pressure drop [m²]. */
export function permeabilityOf({ domain }: FlowCase, flowRate: number): number {
  return (flowRate * domain.length) / domain.area;
}
