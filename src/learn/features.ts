/** Features of a whole network as matrices, and what brings them to mean 0 and spread 1. */
import { OptionError } from "../errors.ts";
import type { DomainReport } from "../network/components.ts";
import { type FlowDomain, INLET, OUTLET } from "../network/flow-domain.ts";
import { type FeatureGeometry, gatherGeometry } from "./feature-geometry.ts";
import { type Feature, PORE_FEATURES, THROAT_FEATURES } from "./feature-table.ts";

/** Which features, in which order: the columns of both matrices. */
export interface FeatureNames {
  readonly throat: readonly string[];
  readonly pore: readonly string[];
}

/** All that there are. */
export const ALL_FEATURES: FeatureNames = {
  throat: THROAT_FEATURES.map(({ name }) => name),
  pore: PORE_FEATURES.map(({ name }) => name),
};

export interface NetworkFeatures {
  readonly names: FeatureNames;
  /** m x (number of throat features), row by row. */
  readonly throat: Float32Array;
  /** n x (number of pore features), row by row. */
  readonly pore: Float32Array;
}

export interface FeatureOptions {
  /** Edge of a voxel [m]; by default the network's own, else not known. */
  readonly voxelSize?: number | undefined;
  /** By default all. */
  readonly names?: FeatureNames | undefined;
}

/**
 * The features of every throat and pore, those that carry no flow included. What is not known is NaN:
 * `normalizeFeatures` puts the mean in its place.
 *
 * @throws {NetworkError} when the network has no throat radii
 * @throws {OptionError} for a feature that there is not
 * @example
 * const features = computeFeatures(resolveFlowDomain(network), { voxelSize: 5.3e-6 });
 */
export function computeFeatures(domain: FlowDomain, options: FeatureOptions = {}): NetworkFeatures {
  const { names = ALL_FEATURES, voxelSize } = options;
  const geometry = gatherGeometry(domain, voxelSize);
  return {
    names,
    throat: fillMatrix(geometry, chooseFeatures(THROAT_FEATURES, names.throat), geometry.throatCount),
    pore: fillMatrix(geometry, chooseFeatures(PORE_FEATURES, names.pore), geometry.poreCount),
  };
}

/** @throws {OptionError} for a name that is not in the table */
export function chooseFeatures(table: readonly Feature[], names: readonly string[]): Feature[] {
  return names.map((name) => {
    const feature = table.find((each) => each.name === name);
    if (feature !== undefined) return feature;
    const known = table.map((each) => each.name).join(", ");
    throw new OptionError("features", `There is no feature "${name}".`, `There are: ${known}.`);
  });
}

/** Rows at a time, so that the matrix goes through the cache once and not once a column. */
const BLOCK = 512;

function fillMatrix(geometry: FeatureGeometry, features: readonly Feature[], rows: number): Float32Array {
  const width = features.length;
  const values = new Float32Array(rows * width);
  for (let start = 0; start < rows; start += BLOCK) {
    const end = Math.min(rows, start + BLOCK);
    for (let column = 0; column < width; column++) {
      const { compute } = features[column]!;
      for (let k = start; k < end; k++) values[k * width + column] = compute(geometry, k);
    }
  }
  return values;
}

/** How much each element counts. */
export interface ElementWeights {
  readonly throat: ArrayLike<number>;
  readonly pore: ArrayLike<number>;
}

/** 1 where an element takes part in the flow. */
export interface FlowMask extends ElementWeights {
  readonly throat: Uint8Array;
  readonly pore: Uint8Array;
}

/** Pores that are solved, and open throats with a solved pore or straight from inlet to outlet. */
export function maskFlow(
  { poreState, throatEnds, throatOpen }: FlowDomain,
  { solved }: DomainReport,
): FlowMask {
  const isSolved = (end: number) => end >= 0 && solved[end] === 1;
  const isHeld = (end: number) => end < 0 || poreState[end] === INLET || poreState[end] === OUTLET;
  const throat = throatOpen.map((open, e) => {
    const a = throatEnds[2 * e]!;
    const b = throatEnds[2 * e + 1]!;
    return open === 1 && (isSolved(a) || isSolved(b) || (isHeld(a) && isHeld(b))) ? 1 : 0;
  });
  return { throat, pore: solved };
}

export interface Normalization {
  readonly mean: readonly number[];
  /** Standard deviation; 0 for a feature that did not vary or was never known, which always becomes 0. */
  readonly scale: readonly number[];
}

export interface FeatureNormalization {
  readonly names: FeatureNames;
  readonly throat: Normalization;
  readonly pore: Normalization;
}

/**
 * Mean and standard deviation of each feature over all networks together.
 *
 * @param weights one a network: masks, or shares of dissipation; without them every element counts alike
 * @throws {OptionError} when there is no network, or their features differ
 */
export function fitNormalization(
  features: readonly NetworkFeatures[],
  weights?: readonly ElementWeights[],
): FeatureNormalization {
  const names = features[0]?.names;
  if (names === undefined) {
    throw new OptionError(
      "features",
      "There are no features to normalise by.",
      "Give at least one network's.",
    );
  }
  for (const each of features) requireSameNames(names, each.names);
  return {
    names,
    throat: fitColumns(
      features.map(({ throat }) => throat),
      names.throat.length,
      weights?.map(({ throat }) => throat),
    ),
    pore: fitColumns(
      features.map(({ pore }) => pore),
      names.pore.length,
      weights?.map(({ pore }) => pore),
    ),
  };
}

/**
 * (x − mean)/scale, cut off at ±`limit`; 0 where x is not known or the feature did not vary.
 * @throws {OptionError} when the normalisation is of other features
 */
export function normalizeFeatures(
  features: NetworkFeatures,
  normalization: FeatureNormalization,
  limit = Number.POSITIVE_INFINITY,
): NetworkFeatures {
  const { names } = features;
  requireSameNames(normalization.names, names);
  return {
    names,
    throat: normalizeColumns(features.throat, normalization.throat, limit),
    pore: normalizeColumns(features.pore, normalization.pore, limit),
  };
}

function requireSameNames(expected: FeatureNames, found: FeatureNames): void {
  for (const kind of ["throat", "pore"] as const) {
    if (expected[kind].join() === found[kind].join()) continue;
    throw new OptionError(
      "features",
      `The ${kind} features are ${found[kind].join(", ")}.`,
      `Compute ${expected[kind].join(", ")}, in this order.`,
    );
  }
}

/** A spread below this is rounding of 32-bit features. */
const LEAST_SPREAD = 1e-6;

function fitColumns(
  matrices: readonly Float32Array[],
  width: number,
  weights: readonly ArrayLike<number>[] | undefined,
): Normalization {
  // Welford (1962), with weights: the mean and the sum of squares about it in one pass.
  const total = new Float64Array(width);
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  for (const [index, matrix] of matrices.entries()) {
    for (let row = 0, k = 0; k < matrix.length; row++, k += width) {
      const weight = weights === undefined ? 1 : weights[index]![row]!;
      if (!(weight > 0)) continue;
      for (let column = 0; column < width; column++) {
        const value = matrix[k + column]!;
        if (Number.isNaN(value)) continue;
        const step = value - mean[column]!;
        total[column]! += weight;
        mean[column]! += (step * weight) / total[column]!;
        squares[column]! += weight * step * (value - mean[column]!);
      }
    }
  }
  const scale = Array.from(mean, (center, column) => {
    const spread = total[column]! > 0 ? Math.sqrt(squares[column]! / total[column]!) : 0;
    return spread > LEAST_SPREAD * Math.max(1, Math.abs(center)) ? spread : 0;
  });
  return { mean: Array.from(mean), scale };
}

function normalizeColumns(matrix: Float32Array, { mean, scale }: Normalization, limit: number): Float32Array {
  const width = mean.length;
  const normal = new Float32Array(matrix.length);
  for (let k = 0; k < matrix.length; k += width) {
    for (let column = 0; column < width; column++) {
      const value = (matrix[k + column]! - mean[column]!) / scale[column]!;
      if (scale[column] === 0 || Number.isNaN(value)) continue;
      normal[k + column] = Math.min(limit, Math.max(-limit, value));
    }
  }
  return normal;
}
