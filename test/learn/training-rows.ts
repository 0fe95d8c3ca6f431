/** A training so small that it runs anywhere: random networks with made-up permeabilities. */
import type { DatasetRow, TrainOptions } from "../../src/learn/index.ts";
import { generateRandom } from "../../src/network/index.ts";

export const TRAINING: TrainOptions = {
  members: 1,
  epochs: 3,
  batchSize: 8,
  model: { rounds: 1, width: 4 },
  seed: 5,
};

export function drawTrainingRows(count = 12): DatasetRow[] {
  return Array.from({ length: count }, (_, k) => ({
    name: `random ${k}`,
    network: generateRandom({
      count: 40,
      size: 1e-3,
      seed: 1201 + k,
      connect: { kind: "nearest", k: 4 },
      poreRadius: { kind: "gamma", shape: 5, scale: 6e-6 },
      throatRadius: { kind: "gamma", shape: 5, scale: 3e-6 },
    }),
    permeability: 1e-15 * (1 + k),
  }));
}
