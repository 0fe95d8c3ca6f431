/**
 * What a model is compared with, fitted on the rows that it is trained on: permeability from porosity and surface
 * (kozeny-carman.ts), from mean features (feature-regression.ts), and from a graph network that pools its throats
 * and knows no flow equation, trained as the model is.
 */
import { FormatError, NetworkError } from "../errors.ts";
import type { DatasetRow } from "./dataset.ts";
import {
  averageFeatures,
  type FeatureRegression,
  fitFeatureRegression,
  type MeanFeatures,
  predictFeatureRegression,
} from "./feature-regression.ts";
import type { FlowGraph } from "./graph.ts";
import { fitKozenyCarman, type KozenyCarman, type PorousRow, predictKozenyCarman } from "./kozeny-carman.ts";
import type { TrainConfig } from "./train-options.ts";
import { prepareFor } from "./trained-model.ts";

export interface Baselines {
  /** `null` where too few rows have porosity and surface. */
  readonly kozenyCarman: KozenyCarman | null;
  readonly regression: FeatureRegression;
}

/** A line needs two points, and one more says whether it is one. */
const LEAST_ROWS = 3;

/**
 * Fits what needs no training. Networks that do not percolate are left out.
 * @throws {OptionError} when there are none
 */
export function fitBaselines(rows: readonly DatasetRow[], config: TrainConfig): Baselines {
  const means: MeanFeatures[] = [];
  const used: DatasetRow[] = [];
  for (const row of rows) {
    const mean = averageRow(row, config);
    if (mean === undefined) continue;
    means.push(mean);
    used.push(row);
  }
  const porous = used.filter((row) => Number.isFinite(applyKozenyCarman({ factor: 1, exponent: 1 }, row)));
  return {
    kozenyCarman: porous.length < LEAST_ROWS ? null : fitKozenyCarman(porous),
    regression: fitFeatureRegression(
      means,
      used.map(({ permeability }) => permeability),
    ),
  };
}

/** What the regression sees of a network. */
export function averageGraph({ domain, mask, features }: FlowGraph, voxelSize?: number): MeanFeatures {
  return averageFeatures(domain, mask, {
    voxelSize: voxelSize ?? domain.network.voxelSize,
    names: features.names,
  });
}

/** [m²] */
export function applyRegression({ regression }: Baselines, graph: FlowGraph, voxelSize?: number): number {
  return predictFeatureRegression(regression, averageGraph(graph, voxelSize));
}

/** [m²]; NaN where porosity or surface are not known. */
export function applyKozenyCarman(law: KozenyCarman | null, row: Omit<PorousRow, "permeability">): number {
  try {
    return law === null ? Number.NaN : predictKozenyCarman(law, row);
  } catch {
    return Number.NaN;
  }
}

/** No bound that a logarithm of permeabilities comes near. */
const FREE = 100;

/** The configuration of the graph network that pools: the model's, for a number that is no small correction. */
export function poolThroats(config: TrainConfig): TrainConfig {
  const { model } = config;
  return {
    ...config,
    model: { ...model, readout: "network", rounds: Math.max(1, model.rounds), bound: FREE },
  };
}

function averageRow(row: DatasetRow, config: TrainConfig): MeanFeatures | undefined {
  const { network, voxelSize, axis = "x" } = row;
  try {
    return averageGraph(prepareFor({ config }, network, { voxelSize, domain: { axis } }), voxelSize);
  } catch (error) {
    if (error instanceof NetworkError) return undefined;
    throw error;
  }
}

const FORMAT = "porenet-baselines";
const VERSION = 1;

/** As plain data, for JSON. */
export function encodeBaselines(baselines: Baselines): object {
  return { format: FORMAT, version: VERSION, ...baselines };
}

/** @throws {FormatError} for anything else, naming `file` */
export function decodeBaselines(value: unknown, file: string): Baselines {
  const found = value as Partial<Baselines & { format: string; version: number }> | null | undefined;
  const { columns, means, fit } = found?.regression ?? {};
  const isWhole =
    found?.format === FORMAT &&
    found.version === VERSION &&
    found.kozenyCarman !== undefined &&
    Array.isArray(columns) &&
    means?.length === columns.length &&
    fit?.slopes?.length === columns.length;
  if (!isWhole) {
    throw new FormatError(
      file,
      undefined,
      `baselines of format "${FORMAT}", version ${VERSION}`,
      "something else",
      "Remove the file, and train again with --resume.",
    );
  }
  return { kozenyCarman: found.kozenyCarman!, regression: found.regression! };
}
