/** What a model is trained on: networks prepared once, and each member's batches of them on the device. */
import { NetworkError, OptionError, type PorenetError } from "../errors.ts";
import { FlowBatch } from "../flow/flow-batch.ts";
import { computeDissipationShares } from "../flow/permeability-gradient.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { uniform } from "../network/random.ts";
import { type DatasetRow, holdOut } from "./dataset.ts";
import type { FeatureNormalization } from "./features.ts";
import { type FlowGraph, prepareGraph } from "./graph.ts";
import { createGraphBatch } from "./graph-batch.ts";
import type { Tensors } from "./tensors.ts";
import type { LabelledBatch, MemberData } from "./train-member.ts";
import type { TrainConfig } from "./train-options.ts";

export interface Example {
  readonly row: DatasetRow;
  readonly graph: FlowGraph;
  /** Of each throat in the dissipation, before anything is learnt. */
  readonly shares: Float64Array;
}

export interface PrepareControl {
  readonly signal?: AbortSignal | undefined;
  /** Networks that cannot be trained on: they do not percolate, or lack data. */
  readonly onSkip?: ((row: DatasetRow, reason: PorenetError) => void) | undefined;
}

/**
 * Graphs, features and shares of all rows that can be trained on.
 * @throws {OptionError} when there are none
 */
export async function prepareExamples(
  device: ComputeDevice,
  rows: readonly DatasetRow[],
  config: TrainConfig,
  control: PrepareControl,
): Promise<Example[]> {
  const prepared = prepareGraphs(rows, config, control);
  const examples: Example[] = [];
  for (let start = 0; start < prepared.length; start += AT_ONCE) {
    examples.push(...(await measureShares(device, prepared.slice(start, start + AT_ONCE), control.signal)));
  }
  return examples;
}

/** Networks on the device at once. */
const AT_ONCE = 512;

type Prepared = Omit<Example, "shares">;

function prepareGraphs(
  rows: readonly DatasetRow[],
  config: TrainConfig,
  { onSkip }: PrepareControl,
): Prepared[] {
  const { variant, closure, features } = config;
  const examples = rows.flatMap((row): Prepared[] => {
    try {
      const domain = { axis: row.axis ?? "x" } as const;
      return [
        {
          row,
          graph: prepareGraph(row.network, { variant, closure, features, voxelSize: row.voxelSize, domain }),
        },
      ];
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      onSkip?.(row, error);
      return [];
    }
  });
  if (examples.length > 0) return examples;
  throw new OptionError(
    "rows",
    `None of ${rows.length} networks can be trained on.`,
    "Give networks that percolate, with radii and permeabilities.",
  );
}

/** To this error of K [-]: shares only weigh. */
const SHARE_TOLERANCE = 1e-4;

async function measureShares(
  device: ComputeDevice,
  prepared: readonly Prepared[],
  signal: AbortSignal | undefined,
): Promise<Example[]> {
  const cases = prepared.map(({ graph }) => ({ domain: graph.domain, conductance: graph.base }));
  const solver = { tolerance: null, energyTolerance: SHARE_TOLERANCE };
  using batch = await FlowBatch.create(device, cases, { solver });
  const solutions = await batch.solve({ signal });
  return prepared.map((each, k) => {
    const { throatFlows } = solutions[k]!;
    return { ...each, shares: computeDissipationShares({ conductance: each.graph.base, throatFlows }) };
  });
}

/** Each member keeps other regions out to tell when to stop, and has batches of its own. */
export async function layOutMember(
  tensors: Tensors,
  config: TrainConfig,
  examples: readonly Example[],
  normalization: FeatureNormalization,
  member: number,
): Promise<MemberData & Disposable> {
  const seed = config.seed + 104_729 * member;
  const exampleOf = new Map(examples.map((example) => [example.row, example]));
  const own = examples.map(({ row }) => row);
  const parted =
    config.validationShare > 0 ? holdOut(own, config.validationShare, seed) : { train: own, test: [] };
  const pick = (rows: readonly DatasetRow[]) => rows.map((row) => exampleOf.get(row)!);
  const meanWeight = examples.reduce((sum, { shares }) => sum + weigh(config, shares), 0) / examples.length;
  const made: LabelledBatch[] = [];
  const lay = async (chosen: readonly Example[]) => {
    const batches: LabelledBatch[] = [];
    for (const part of splitEvenly(chosen, config.batchSize)) {
      const batch = await createGraphBatch(
        tensors,
        part.map(({ graph }) => graph),
        normalization,
      );
      const labels = Float32Array.from(part, ({ row }) => row.permeability);
      const weights = Float32Array.from(part, ({ shares }) => weigh(config, shares) / meanWeight);
      const { tf } = tensors;
      batches.push({ batch, permeability: tf.tensor1d(labels), weight: tf.tensor1d(weights) });
      made.push(batches.at(-1)!);
    }
    return batches;
  };
  const destroy = () => {
    for (const { batch, permeability, weight } of made) {
      batch[Symbol.dispose]();
      tensors.tf.dispose([permeability, weight]);
    }
  };
  try {
    const training = await lay(shuffle(pick(parted.train), seed));
    const validation = await lay(pick(parted.test));
    const unit = own.reduce((sum, { permeability }) => sum + permeability / own.length, 0);
    const offset = config.model.readout === "network" ? meanLogRatio(pick(parted.train)) : 0;
    return { training, validation, unit, offset, [Symbol.dispose]: destroy };
  } catch (error) {
    destroy();
    throw error;
  }
}

/** Mean of ln(K/⟨r⟩²): one number a network knows no analytic permeability to begin with. */
function meanLogRatio(examples: readonly Example[]): number {
  const logarithms = examples.map(({ row, graph }) => Math.log(row.permeability / graph.basePermeability));
  return logarithms.reduce((sum, each) => sum + each / logarithms.length, 0);
}

/** 1/(1 + 13 Σ s²): Σ s² is the inverse of how many throats matter. */
function weigh({ weighting }: TrainConfig, shares: Float64Array): number {
  if (weighting === "equal") return 1;
  return 1 / (1 + 13 * shares.reduce((sum, share) => sum + share * share, 0));
}

/** Parts of nearly the same length, none longer than `most`. */
function splitEvenly<T>(items: readonly T[], most: number): T[][] {
  const count = Math.ceil(items.length / most);
  return Array.from({ length: count }, (_, k) =>
    items.slice(Math.floor((k * items.length) / count), Math.floor(((k + 1) * items.length) / count)),
  );
}

/** Stream of random numbers that batches come from. */
const STREAM = 227;

function shuffle<T>(items: readonly T[], seed: number): T[] {
  const keyed = items.map((item, k) => ({ item, key: uniform(seed, STREAM, k) }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
