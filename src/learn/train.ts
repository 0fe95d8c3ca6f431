/** Training of a model from a data set: members one after the other, a state to go on from after each epoch. */
import { OptionError } from "../errors.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { lowbias32 } from "../network/random.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { DatasetRow } from "./dataset.ts";
import { fitNormalization } from "./features.ts";
import { openTensors } from "./tensors.ts";
import { type Epoch, trainMember } from "./train-member.ts";
import { completeTrainOptions, type TrainConfig, type TrainOptions } from "./train-options.ts";
import { layersOf, type TrainedModel } from "./trained-model.ts";
import { type Example, layOutMember, type PrepareControl, prepareExamples } from "./training-data.ts";

export interface TrainControl extends PrepareControl {
  readonly onProgress?: ((progress: TrainProgress) => void) | undefined;
  /** After each epoch and each member; awaited before training goes on. */
  readonly onCheckpoint?: ((checkpoint: Checkpoint) => Promise<void> | void) | undefined;
  /** Goes on from here. */
  readonly resume?: Checkpoint | undefined;
}

export interface TrainProgress extends Epoch {
  readonly members: number;
  readonly epochs: number;
  /** If every member takes all its epochs [s]. */
  readonly secondsLeft: number;
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
  const examples = await prepareExamples(device, rows, config, control);
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

function describeProgress(epoch: Epoch, { members, epochs }: TrainConfig): TrainProgress {
  const left = (members - epoch.member - 1) * epochs + (epochs - epoch.epoch);
  return { ...epoch, members, epochs, secondsLeft: left * epoch.seconds };
}
