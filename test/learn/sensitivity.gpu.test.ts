/** Sensitivities by a model against finite differences of whole networks, and the sum rule of dimension. */
import { describe, expect, it } from "vitest";
import { fitNormalization } from "../../src/learn/features.ts";
import { prepareGraph } from "../../src/learn/graph.ts";
import { QUANTITIES, type Quantity, scaleQuantity } from "../../src/learn/quantities.ts";
import { averageSensitivities, computeSensitivities } from "../../src/learn/sensitivity.ts";
import { completeTrainOptions, type TrainOptions } from "../../src/learn/train-options.ts";
import {
  layersOf,
  predictConductance,
  prepareFor,
  type TrainedModel,
} from "../../src/learn/trained-model.ts";
import { drawWeights } from "../../src/learn/weights.ts";
import { solveDirectly } from "../flow/direct-solver.ts";
import { makeRandom } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";
import { makeRandom as drawNetwork } from "./networks.ts";

const device = await useDevice();

const networks = [1103, 1109].map(drawNetwork);
const VOXEL = 2e-6;

/** Untrained, but with last layers that are not 0. */
function makeModel(options: TrainOptions): TrainedModel {
  const config = completeTrainOptions(options);
  const graphs = networks.map((network) => prepareGraph(network, { ...config, voxelSize: VOXEL }));
  const random = makeRandom(1117);
  const members = [3, 5].map((seed) => {
    const weights = drawWeights(layersOf(config), seed);
    return new Map(
      [...weights].map(([name, { matrix, bias }]) => [
        name,
        { matrix: matrix.map((w) => w + 0.2 * (random() - 0.5)), bias },
      ]),
    );
  });
  const normalization = fitNormalization(
    graphs.map(({ features }) => features),
    graphs.map(({ mask }) => mask),
  );
  return {
    config,
    normalization,
    members,
    history: [],
    trainedOn: { name: "test", networks: 0, families: [] },
  };
}

describe.each([
  { model: { rounds: 0 } },
  { model: { rounds: 1, width: 6 } },
  { variant: "replace" },
] as TrainOptions[])("sensitivities by a model: %o", (options) => {
  const model = makeModel(options);
  const graphs = networks.map((network) => prepareFor(model, network, { voxelSize: VOXEL }));

  it("obey the sum rule: 3 over a network, 2 with its box", async () => {
    for (const { total } of await computeSensitivities(device, model, graphs)) {
      const sum = (Object.keys(total) as Quantity[]).reduce(
        (all, name) => all + QUANTITIES[name].dimension * total[name],
        0,
      );
      expect(Math.abs(sum - 3)).toBeLessThan(1e-5);
    }
  });

  it.each(["throatRadius", "poreRadius", "throatLength", "throatShape"] as const)(
    "are those of finite differences of direct solves: %s",
    async (quantity) => {
      const [found] = await computeSensitivities(device, model, graphs.slice(0, 1));
      const step = 1e-3;
      const [up, down] = [step, -step].map((change) => {
        const { domain } = graphs[0]!;
        const scaled = scaleQuantity(domain, quantity, Math.exp(change));
        // Lengths that are derived from radii stay as they were.
        const network = scaled.network.with([["throat.conduit_lengths", scaled.conduitLengths!]]);
        const { values } = predictConductance(model, prepareFor(model, network, { voxelSize: VOXEL }));
        return Math.log(solveDirectly(domain, values).flowRate);
      });
      expect(Math.abs(found!.total[quantity] - (up! - down!) / (2 * step))).toBeLessThan(2e-3);
      const [row] = averageSensitivities([found!]).filter((each) => each.quantity === quantity);
      expect(row).toMatchObject({ mean: found!.total[quantity], deviation: 0 });
    },
  );
});
