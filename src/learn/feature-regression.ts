/**
 * Permeability without flow: a linear regression on the mean features of a network,
 *
 *   ln(K/⟨r⟩²) = b + w · (mean throat features, mean pore features, ln φ)
 *
 * with ⟨r⟩ the geometric mean of the throat radii, so that K scales with length², and φ the volume of pores and
 * throats over that of the box. Means are over what carries flow, features of the sample left out. What is not known is taken as its mean over the
 * rows of the fit.
 */
import { OptionError } from "../errors.ts";
import type { FlowDomain } from "../network/flow-domain.ts";
import { describeNetwork } from "../network/health-statistics.ts";
import { gatherGeometry } from "./feature-geometry.ts";
import { type Feature, PORE_FEATURES, THROAT_FEATURES } from "./feature-table.ts";
import { chooseFeatures, computeFeatures, type FeatureOptions, type FlowMask } from "./features.ts";
import { evaluateLinear, fitLinear, type LinearFit } from "./least-squares.ts";

/** Keeps features that nearly say the same from large opposite slopes [choice]. */
const RIDGE = 1e-4;
/** A mean feature that varies less is a constant: what it varies by is the rounding of 32-bit features. */
const ROUNDING = 1e-4;

/** What the regression knows of one network. */
export interface MeanFeatures {
  readonly columns: readonly string[];
  /** One a column, NaN where it is not known. */
  readonly values: readonly number[];
  /** ⟨r⟩ [m] */
  readonly meanThroatRadius: number;
}

export interface FeatureRegression {
  readonly columns: readonly string[];
  /** What stands for a value that is not known. */
  readonly means: readonly number[];
  readonly fit: LinearFit;
}

/**
 * The means of a network's features over what carries flow, and the logarithm of its porosity.
 * @throws {NetworkError} when the network has no throat radii
 * @example averageFeatures(domain, maskFlow(domain, report), { voxelSize: 5e-6 })
 */
export function averageFeatures(
  domain: FlowDomain,
  mask: FlowMask,
  options: FeatureOptions = {},
): MeanFeatures {
  const { names, throat, pore } = computeFeatures(domain, options);
  const { porosity } = describeNetwork(domain.network);
  const means = [
    ...nameMeans(
      "throat",
      THROAT_FEATURES,
      names.throat,
      averageColumns(throat, names.throat.length, mask.throat),
    ),
    ...nameMeans("pore", PORE_FEATURES, names.pore, averageColumns(pore, names.pore.length, mask.pore)),
    ["porosity", porosity !== undefined && porosity > 0 ? Math.log(porosity) : Number.NaN] as const,
  ];
  return {
    columns: means.map(([name]) => name),
    values: means.map(([, value]) => value),
    meanThroatRadius: gatherGeometry(domain, options.voxelSize).meanThroatRadius,
  };
}

/**
 * @param permeability one for each network, positive [m²]
 * @throws {OptionError} when there are no networks, or what they hold is not finite
 * @example
 * const fit = fitFeatureRegression(networks.map((each) => averageFeatures(each.domain, each.mask)), permeabilities);
 */
export function fitFeatureRegression(
  networks: readonly MeanFeatures[],
  permeability: ArrayLike<number>,
): FeatureRegression {
  const columns = networks[0]?.columns;
  if (columns === undefined) {
    throw new OptionError("networks", "There is nothing to fit.", "Give at least one network.");
  }
  for (const each of networks) requireColumns(columns, each);
  const means = columns.map((_, column) => {
    const known = networks.map(({ values }) => values[column]!).filter(Number.isFinite);
    return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
  const filled = networks.map(({ values }) => fillUnknown(values, means));
  const varies = means.map((mean, column) =>
    filled.some((row) => Math.abs(row[column]! - mean) > ROUNDING * Math.max(1, Math.abs(mean))),
  );
  const rows = filled.map((row) => row.map((value, column) => (varies[column] ? value : means[column]!)));
  const targets = networks.map((each, k) => Math.log(permeability[k]! / each.meanThroatRadius ** 2));
  return { columns, means, fit: fitLinear(rows, targets, RIDGE) };
}

/** [m²] @throws {OptionError} when the network's features are others than the regression's */
export function predictFeatureRegression(regression: FeatureRegression, network: MeanFeatures): number {
  requireColumns(regression.columns, network);
  const row = fillUnknown(network.values, regression.means);
  return network.meanThroatRadius ** 2 * Math.exp(evaluateLinear(regression.fit, row));
}

/** Without features of the sample's size: fitted on small samples they mislead on large ones. */
function nameMeans(
  kind: string,
  table: readonly Feature[],
  names: readonly string[],
  means: readonly number[],
): (readonly [string, number])[] {
  const isOfSample = chooseFeatures(table, names).map((feature) => feature.isOfSample === true);
  return names.flatMap((name, column) =>
    isOfSample[column] ? [] : [[`${kind}.${name}`, means[column]!] as const],
  );
}

function averageColumns(matrix: Float32Array, width: number, mask: Uint8Array): number[] {
  const sums = new Array<number>(width).fill(0);
  const counts = new Array<number>(width).fill(0);
  for (let row = 0, k = 0; k < matrix.length; row++) {
    for (let column = 0; column < width; column++, k++) {
      if (mask[row] === 0 || Number.isNaN(matrix[k]!)) continue;
      sums[column]! += matrix[k]!;
      counts[column]!++;
    }
  }
  // NaN where nothing is known.
  return sums.map((sum, column) => sum / counts[column]!);
}

function fillUnknown(values: readonly number[], means: readonly number[]): number[] {
  return values.map((value, column) => (Number.isFinite(value) ? value : means[column]!));
}

function requireColumns(columns: readonly string[], network: MeanFeatures): void {
  if (columns.join() === network.columns.join()) return;
  throw new OptionError(
    "networks",
    `A network's features are ${network.columns.join(", ")}.`,
    `Give ${columns.join(", ")}.`,
  );
}
