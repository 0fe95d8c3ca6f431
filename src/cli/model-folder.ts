/** The trained model that a command uses, out of a folder, and what is told of it. */
import { join } from "node:path";
import type { Checkpoint } from "../learn/checkpoint.ts";
import type { TrainConfig } from "../learn/train-options.ts";
import type { TrainedModel } from "../learn/trained-model.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { readDefaultModel, readModel } from "../node/model-files.ts";
import { formatPercent } from "./train-progress.ts";

/** Where in a model's folder the graph network that pools has its own. */
export function poolFolder(folder: string): string {
  return join(folder, "pooled");
}

/**
 * A model to predict with. Of a training that is unfinished the members that are done, else the best weights so far.
 * @param say told when it is unfinished
 */
export async function openModel(folder: string, say: (warning: string) => void): Promise<TrainedModel> {
  return completeModel(await readModel(folder), folder, say);
}

export function completeModel(
  checkpoint: Checkpoint,
  folder: string,
  say: (warning: string) => void,
): TrainedModel {
  const { members, config, state } = checkpoint;
  if (members.length === config.members) return checkpoint;
  say(
    `The training in ${folder} is unfinished, ${members.length} of ${config.members} members: these are used.`,
  );
  return members.length > 0 || !state ? checkpoint : { ...checkpoint, members: [state.best.weights] };
}

/** Mean over the members of their lowest error on held-out networks; NaN where nothing was held out. */
export function averageBestValidation({
  config,
  history,
}: {
  readonly config: Pick<TrainConfig, "members">;
  readonly history: TrainedModel["history"];
}): number {
  const best = Array.from({ length: config.members }, (_, member) =>
    history
      .filter((epoch) => epoch.member === member)
      .reduce((least, { validation }) => (validation < least ? validation : least), Number.POSITIVE_INFINITY),
  ).filter(Number.isFinite);
  return best.length === 0 ? Number.NaN : best.reduce((sum, error) => sum + error, 0) / best.length;
}

/** What a model was trained on and how far off it was found to be, as plain data. */
export function summarizeModel(model: TrainedModel): object {
  const { name, networks, families, errors = [] } = model.trainedOn;
  return {
    trainedOn: { name, networks, families },
    validationError: averageBestValidation(model),
    errors,
  };
}

/** The same in a line for people. */
export function describeModel(model: TrainedModel): string {
  const { name, networks, families, errors } = model.trainedOn;
  const kinds = families.length > 0 ? ` (${families.join(", ")})` : "";
  const validation = averageBestValidation(model);
  const known = errors?.map(({ of, mape }) => `${formatPercent(mape)} on ${of}`) ?? [];
  if (known.length === 0 && Number.isFinite(validation))
    known.push(`${formatPercent(validation)} on networks held out`);
  const off = known.length > 0 ? `; mean error ${known.join(", ")}` : "";
  return `${networks} networks of ${name}${kinds}${off}`;
}

/** The model of `porenet solve --closure learned`: that of a folder, else the one that comes with porenet. */
export async function openClosureModel(
  folder: string | undefined,
  say: (warning: string) => void,
): Promise<TrainedModel> {
  return folder === undefined ? readDefaultModel() : openModel(folder, say);
}

/** What to tell of networks whose voxel size is not known, where the model reads it. */
export function checkVoxelSizes(model: TrainedModel, networks: readonly PoreNetwork[]): string[] {
  const unknown = new Set(
    networks.filter(({ voxelSize }) => voxelSize === undefined).map(({ name }) => name),
  );
  if (unknown.size === 0 || !readsVoxelSize(model)) return [];
  const which = unknown.size === 1 ? [...unknown][0] : `${unknown.size} networks`;
  return [
    `The voxel size of ${which} is not known: the mean of the training is taken. Give --voxel-size [m].`,
  ];
}

function readsVoxelSize({ config, normalization }: TrainedModel): boolean {
  return (["throat", "pore"] as const).some((kind) =>
    config.features[kind].some(
      (name, column) => /voxel/i.test(name) && normalization[kind].scale[column]! > 0,
    ),
  );
}
