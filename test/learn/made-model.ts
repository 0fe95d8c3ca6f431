/** Models that nobody has trained: weights drawn at random, last layers too, so that f is not 0. */
import type { Checkpoint } from "../../src/learn/checkpoint.ts";
import { fitNormalization } from "../../src/learn/features.ts";
import { completeTrainOptions, type TrainOptions } from "../../src/learn/train-options.ts";
import { layersOf, prepareFor } from "../../src/learn/trained-model.ts";
import { drawWeights } from "../../src/learn/weights.ts";
import type { PoreNetwork } from "../../src/network/index.ts";

/** @param networks what its features are normalised by; must percolate along x */
export function makeModel(
  networks: readonly { readonly network: PoreNetwork; readonly voxelSize?: number }[],
  options: TrainOptions,
): Checkpoint {
  const config = completeTrainOptions(options);
  const layers = layersOf(config);
  const graphs = networks.map(({ network, voxelSize }) => prepareFor({ config }, network, { voxelSize }));
  const drawn = layers.map((layer) => ({ ...layer, isLast: false }));
  return {
    config,
    normalization: fitNormalization(
      graphs.map(({ features }) => features),
      graphs.map(({ mask }) => mask),
    ),
    members: Array.from({ length: config.members }, (_, member) => drawWeights(drawn, 31 + member)),
    history: [
      { member: 0, epoch: 1, loss: 0.25, validation: 0.125, seconds: 0.5 },
      { member: 0, epoch: 2, loss: 0.125, validation: 0.25, seconds: 0.5 },
    ],
    trainedOn: { name: "rocks", networks: networks.length, families: ["berea", "grain"] },
    fingerprint: "00000000ffffffff",
  };
}
