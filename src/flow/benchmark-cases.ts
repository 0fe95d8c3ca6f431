/**
 * The cases on which solvers of pore networks are compared: a network that any language can generate to the last
 * bit, the spread of its conductances, and the permeability that it has. They are written `cubic50:s2` (50³ pores,
 * σ(ln g) = 2) or `knn1000k:p` (10⁶ random points joined to their 5 nearest).
 */
import { OptionError } from "../errors.ts";
import { generateBenchmarkNetwork } from "../network/benchmark-networks.ts";
import type { PoreNetwork } from "../network/pore-network.ts";

/** A network whose permeability along x is solved for. Suites may add networks of their own. */
export interface BenchmarkCase {
  readonly label: string;
  /** K found by other means [m²]; `undefined` where none is known. */
  readonly published: number | undefined;
  /** How far `published` may be from the truth, relative to it; default 0. */
  readonly publishedError?: number;
  /** Each call makes the network anew, so that it need not be kept. */
  generate(): PoreNetwork;
}

/**
 * K [m²] by float64 direct or conjugate-gradient solves to 1e-12 (cubic150, cubic200 and cubic20 σ = 1: 1e-8) with
 * SciPy and PETSc, of which ten digits are given. One conductance everywhere makes K of a cubic network exactly 1.
 */
const PUBLISHED: Readonly<Record<string, number>> = {
  "cubic20:s0": 1,
  "cubic20:s1": 1.162890355,
  "cubic20:s2": 1.59778323,
  "cubic20:s4": 3.736508071,
  "cubic50:s0": 1,
  "cubic50:s1": 1.152867397,
  "cubic50:s2": 1.591944326,
  "cubic50:s4": 3.855590899,
  "cubic100:s0": 1,
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
const DIGITS = 10;

/** All cases whose permeability is known, lattices first, each family by size. */
export function listBenchmarkCases(): BenchmarkCase[] {
  return Object.keys(PUBLISHED).map(parseBenchmarkCase);
}

/**
 * `cubicN:sS` for any N and σ(ln g) = S, `knnNk:p` and `knnNks:p`.
 * @throws {OptionError} for what is no case; whether the network exists shows when it is generated
 * @example parseBenchmarkCase("cubic50:s2").published // 1.591944326
 */
export function parseBenchmarkCase(label: string): BenchmarkCase {
  const [, name, family, tag] = /^((cubic|knn)\w+):(s\d+(?:\.\d+)?|p)$/.exec(label) ?? [];
  if (!name || !tag || (family === "knn") !== (tag === "p")) {
    throw new OptionError(
      "label",
      `"${label}" is no case.`,
      "Write cubic50:s2, cubic100:s4, knn100k:p or the like.",
    );
  }
  const sigma = tag === "p" ? undefined : Number(tag.slice(1));
  const published = sigma === 0 ? 1 : PUBLISHED[label];
  return {
    label,
    published,
    publishedError: published === undefined || sigma === 0 ? 0 : roundingOf(published),
    generate: () => generateBenchmarkNetwork(name, sigma === undefined ? {} : { sigma }),
  };
}

/** @throws {OptionError} naming the first label that is no case */
export function parseBenchmarkCases(list: string): BenchmarkCase[] {
  return list.split(",").map((label) => parseBenchmarkCase(label.trim()));
}

/** Half a unit of the last digit given, relative. */
function roundingOf(value: number): number {
  return (0.5 * 10 ** (Math.floor(Math.log10(value)) + 1 - DIGITS)) / value;
}
