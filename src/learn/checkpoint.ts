/**
 * A model, or training under way, as a manifest (plain data, for JSON) and the weights beside it (float32, little
 * endian): members done one after the other, then, where training is under way, the current weights, Adam's two
 * moments and the best weights.
 */
import { FormatError } from "../errors.ts";
import type { FeatureNormalization } from "./features.ts";
import type { Epoch, MemberState } from "./train-member.ts";
import { completeTrainOptions, type TrainConfig, type TrainOptions } from "./train-options.ts";
import { layersOf, type TrainedModel } from "./trained-model.ts";
import { countWeights, joinWeights, splitWeights, type Weights } from "./weights.ts";

export const MANIFEST_FORMAT = "porenet-model";
export const MANIFEST_VERSION = 1;

export interface Checkpoint extends TrainedModel {
  /** Tells one set of training networks and labels from another. */
  readonly fingerprint: string;
  /** Of the member under way; absent when all are done. */
  readonly state?: MemberState | undefined;
}

export interface Manifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly version: number;
  /** Names the file of the weights. */
  readonly weights: string;
  readonly byteLength: number;
  readonly config: TrainConfig;
  readonly normalization: FeatureNormalization;
  readonly trainedOn: TrainedModel["trainedOn"];
  readonly fingerprint: string;
  /** Members done. */
  readonly members: number;
  readonly state?: {
    readonly member: number;
    readonly epoch: number;
    readonly step: number;
    readonly bestEpoch: number;
    /** `null` before there is any. */
    readonly bestValidation: number | null;
  };
  readonly history: readonly (Omit<Epoch, "validation"> & { readonly validation: number | null })[];
}

/** @param weightsFile the name that the manifest gives the weights */
export function encodeCheckpoint(
  checkpoint: Checkpoint,
  weightsFile: string,
): { manifest: Manifest; weights: Float32Array } {
  const { config, normalization, trainedOn, fingerprint, members, state, history } = checkpoint;
  const layers = layersOf(config);
  const join = (each: Weights) => joinWeights(layers, each);
  const parts = members.map(join);
  if (state) {
    parts.push(
      join(state.weights),
      ...[state.adam.first, state.adam.second].map(concatenate),
      join(state.best.weights),
    );
  }
  const weights = concatenate(parts);
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    weights: weightsFile,
    byteLength: weights.byteLength,
    config,
    normalization,
    trainedOn,
    fingerprint,
    members: members.length,
    ...(state && {
      state: {
        member: state.member,
        epoch: state.epoch,
        step: state.adam.step,
        bestEpoch: state.best.epoch,
        bestValidation: finiteOrNull(state.best.validation),
      },
    }),
    history: history.map((epoch) => ({ ...epoch, validation: finiteOrNull(epoch.validation) })),
  };
  return { manifest, weights };
}

/**
 * @param file the manifest's name, for messages
 * @throws {FormatError} when the manifest is of something else, of another version, or does not fit the weights
 * @throws {OptionError} when it asks for what this version does not have
 */
export function decodeCheckpoint(manifest: unknown, weights: ArrayBuffer, file: string): Checkpoint {
  const found = requireManifest(manifest, file);
  const config = completeTrainOptions(found.config as TrainOptions);
  const layers = layersOf(config);
  const count = countWeights(layers);
  const blocks = found.members + (found.state ? 4 : 0);
  requireSize(found, weights.byteLength, 4 * count * blocks, file);
  requireNames(found, file);
  const values = new Float32Array(weights);
  const block = (k: number) => values.slice(k * count, (k + 1) * count);
  const split = (k: number) => splitWeights(layers, block(k));
  const { state } = found;
  const first = found.members;
  return {
    config,
    normalization: found.normalization,
    trainedOn: found.trainedOn,
    fingerprint: found.fingerprint,
    members: Array.from({ length: found.members }, (_, k) => split(k)),
    history: found.history.map((epoch) => ({ ...epoch, validation: epoch.validation ?? Number.NaN })),
    state: state && {
      member: state.member,
      epoch: state.epoch,
      weights: split(first),
      adam: { step: state.step, first: partsOf(split(first + 1)), second: partsOf(split(first + 2)) },
      best: {
        epoch: state.bestEpoch,
        validation: state.bestValidation ?? Number.POSITIVE_INFINITY,
        weights: split(first + 3),
      },
    },
  };
}

function partsOf(weights: Weights): Float32Array[] {
  return [...weights.values()].flatMap(({ matrix, bias }) => [matrix, bias]);
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function requireManifest(manifest: unknown, file: string): Manifest {
  const found = manifest as Partial<Manifest> | null;
  if (typeof found !== "object" || found === null || found.format !== MANIFEST_FORMAT) {
    throw new FormatError(
      file,
      undefined,
      `a manifest of format "${MANIFEST_FORMAT}"`,
      describe(found),
      TRAIN_IT,
    );
  }
  if (found.version !== MANIFEST_VERSION) {
    throw new FormatError(
      file,
      undefined,
      `version ${MANIFEST_VERSION}`,
      `version ${found.version}`,
      TRAIN_IT,
    );
  }
  for (const key of ["config", "normalization", "members", "history", "trainedOn", "fingerprint"] as const) {
    if (found[key] === undefined) throw new FormatError(file, undefined, `"${key}"`, "none", TRAIN_IT);
  }
  return found as Manifest;
}

const TRAIN_IT = "Give a folder that `porenet train` has written.";

function describe(found: Partial<Manifest> | null | undefined): string {
  return typeof found === "object" && found !== null && found.format !== undefined
    ? `format "${found.format}"`
    : "something else";
}

function requireSize(manifest: Manifest, found: number, expected: number, file: string): void {
  if (found === expected && manifest.byteLength === expected) return;
  throw new FormatError(
    file,
    undefined,
    `${expected} bytes of weights in ${manifest.weights}`,
    `${found}`,
    "The manifest and the weights are not of one model: restore both, or train again.",
  );
}

function requireNames({ config, normalization }: Manifest, file: string): void {
  for (const kind of ["throat", "pore"] as const) {
    const width = config.features[kind].length;
    const fits =
      normalization.names?.[kind]?.join() === config.features[kind].join() &&
      normalization[kind]?.mean.length === width &&
      normalization[kind].scale.length === width;
    if (fits) continue;
    throw new FormatError(
      file,
      undefined,
      `the normalisation of ${width} ${kind} features`,
      "another one",
      "The manifest was changed by hand: restore it, or train again.",
    );
  }
}
