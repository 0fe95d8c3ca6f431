/** Writes one model after the other into a folder, each with all weights at its own number, until it is killed. */
import { layersOf } from "../../../src/learn/trained-model.ts";
import { splitWeights } from "../../../src/learn/weights.ts";
import { writeModel } from "../../../src/node/model-files.ts";
import { makeModel } from "../../learn/made-model.ts";
import { makePair } from "../../learn/networks.ts";

const folder = process.argv[2]!;
const base = makeModel([{ network: makePair() }], { members: 1, model: { width: 64, depth: 3 } });
const layers = layersOf(base.config);
const count = layers.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);
for (let number = 1; ; number++) {
  const weights = splitWeights(layers, new Float32Array(count).fill(number));
  const history = [{ member: 0, epoch: number, loss: 1, validation: 1, seconds: 0 }];
  await writeModel(folder, { ...base, members: [weights], history });
  if (number === 1) process.stdout.write("writing\n");
}
