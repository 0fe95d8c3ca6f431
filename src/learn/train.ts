/** Training of a model from a data set: networks prepared once, members one after the other, a state after each epoch. */
import { NetworkError, OptionError, type PorenetError } from "../errors.ts";
import { FlowBatch } from "../flow/flow-batch.ts";
import { computeDissipationShares } from "../flow/permeability-gradient.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { lowbias32, uniform } from "../network/random.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { type DatasetRow, holdOut } from "./dataset.ts";
import { type FeatureNormalization, fitNormalization } from "./features.ts";
import { type FlowGraph, prepareGraph } from "./graph.ts";
import { createGraphBatch } from "./graph-batch.ts";
import { openTensors, type Tensors } from "./tensors.ts";
import { type Epoch, type LabelledBatch, trainMember } from "./train-member.ts";
import { completeTrainOptions, type TrainConfig, type TrainOptions } from "./train-options.ts";
import { layersOf, type TrainedModel } from "./trained-model.ts";

export interface TrainControl {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TrainProgress) => void) | undefined;
  /** After each epoch and each member; awaited before training goes on. */
  readonly onCheckpoint?: ((checkpoint: Checkpoint) => Promise<void> | void) | undefined;
  /** Networks that cannot be trained on: they do not percolate, or lack data. */
  readonly onSkip?: ((row: DatasetRow, reason: PorenetError) => void) | undefined;
  /** Goes on from here. */
  readonly resume?: Checkpoint | undefined;
}

export interface TrainProgress extends Epoch {
  readonly members: number;
  readonly epochs: number;
  /** If every member takes all its epochs [s]. */
  readonly secondsLeft: number;
}

interface Example {
  readonly row: DatasetRow;
  readonly graph: FlowGraph;
  /** Of each throat in the dissipation, before anything is learnt. */
  readonly shares: Float64Array;
}

/**
 * Trains a model on these rows. Deterministic by seed on one device; resumed from a checkpoint it ends with the same
 * weights as if it had not been interrupted.
 *
 * @throws {OptionError} for options that are not understood, or a checkpoint of other options or other rows
 * @throws {MissingPackageError} when tfjs is not installed
 * @throws what `signal` was aborted with
 * @example
 * const model = await train(device, selectRows(dataset, "train"), { members: 3, seed: 11 });
 */
export async function train(
  device: ComputeDevice,
  rows: readonly DatasetRow[],
  options: TrainOptions = {},
  control: TrainControl = {},
  name = "networks",
): Promise<TrainedModel> {
  const config = completeTrainOptions(options);
  const examples = await measureShares(device, prepareGraphs(rows, config, control), control.signal);
  const fingerprint = fingerprintOf(examples);
  requireSame(control.resume, config, fingerprint);
  const tensors = await openTensors(device);
  let checkpoint: Checkpoint = control.resume ?? {
    config,
    normalization: fitNormalization(
      examples.map(({ graph }) => graph.features),
      examples.map(({ graph, shares }) => ({ throat: shares, pore: graph.mask.pore })),
    ),
    members: [],
    history: [],
    trainedOn: {
      name,
      networks: examples.length,
      families: [...new Set(examples.flatMap(({ row }) => row.family ?? []))].sort(),
    },
    fingerprint,
  };
  const save = async (next: Checkpoint) => {
    checkpoint = next;
    await control.onCheckpoint?.(next);
  };
  while (checkpoint.members.length < config.members) {
    const { members, state, normalization } = checkpoint;
    const member = members.length;
    using data = await layOutMember(tensors, config, examples, normalization, member);
    const onEpoch = async (epoch: Epoch, now: NonNullable<Checkpoint["state"]>) => {
      await save({ ...checkpoint, state: now, history: [...checkpoint.history, epoch] });
      control.onProgress?.(describeProgress(epoch, config));
    };
    const weights = await trainMember(
      tensors,
      config,
      layersOf(config),
      data,
      member,
      { signal: control.signal, onEpoch },
      state,
    );
    await save({ ...checkpoint, members: [...members, weights], state: undefined });
  }
  return checkpoint;
}

type Prepared = Omit<Example, "shares">;

function prepareGraphs(
  rows: readonly DatasetRow[],
  config: TrainConfig,
  { onSkip }: TrainControl,
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

/** Names, sizes and labels, in 64 bits. */
function fingerprintOf(examples: readonly Example[]): string {
  let [a, b] = [1, 2];
  const mix = (bits: number) => {
    a = lowbias32(a ^ bits);
    b = lowbias32(b + bits + a);
  };
  const words = new Uint32Array(2);
  for (const { row, graph } of examples) {
    for (const letter of row.name) mix(letter.codePointAt(0)!);
    mix(graph.domain.throatOpen.length);
    new Float64Array(words.buffer)[0] = row.permeability;
    words.forEach(mix);
  }
  return [a, b].map((bits) => bits.toString(16).padStart(8, "0")).join("");
}

function requireSame(resume: Checkpoint | undefined, config: TrainConfig, fingerprint: string): void {
  if (!resume) return;
  const different = (Object.keys(config) as (keyof TrainConfig)[]).filter(
    (key) => JSON.stringify(config[key]) !== JSON.stringify(resume.config[key]),
  );
  if (different.length > 0) {
    throw new OptionError(
      different[0]!,
      `The checkpoint was trained with other values of: ${different.join(", ")}.`,
      "Resume with the same configuration, or train anew into another folder.",
    );
  }
  if (resume.fingerprint === fingerprint) return;
  throw new OptionError(
    "resume",
    "The checkpoint was trained on other networks or labels.",
    "Resume with the same data set, or train anew into another folder.",
  );
}

interface OwnedData extends Disposable {
  readonly training: readonly LabelledBatch[];
  readonly validation: readonly LabelledBatch[];
  readonly unit: number;
  readonly offset: number;
}

/** Each member keeps other regions out to tell when to stop, and has batches of its own. */
async function layOutMember(
  tensors: Tensors,
  config: TrainConfig,
  examples: readonly Example[],
  normalization: FeatureNormalization,
  member: number,
): Promise<OwnedData> {
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

function describeProgress(epoch: Epoch, { members, epochs }: TrainConfig): TrainProgress {
  const left = (members - epoch.member - 1) * epochs + (epochs - epoch.epoch);
  return { ...epoch, members, epochs, secondsLeft: left * epoch.seconds };
}
