/** The model on the device against the one on the host, its symmetries, and its gradients. */
import { describe, expect, it } from "vitest";
import { fitNormalization } from "../../src/learn/features.ts";
import { type FlowGraph, prepareGraph } from "../../src/learn/graph.ts";
import { createGraphBatch } from "../../src/learn/graph-batch.ts";
import type { ModelOptions } from "../../src/learn/model.ts";
import { NetworkModel } from "../../src/learn/network-model.ts";
import { openTensors, type Tensor } from "../../src/learn/tensors.ts";
import { completeTrainOptions } from "../../src/learn/train-options.ts";
import {
  evaluateModel,
  layersOf,
  predictConductance,
  prepareFor,
  type TrainedModel,
} from "../../src/learn/trained-model.ts";
import { drawWeights, type Weights } from "../../src/learn/weights.ts";
import { generateRandom, type PoreNetwork } from "../../src/network/index.ts";
import { solveDirectly } from "../flow/direct-solver.ts";
import { largestDifference, renumberNetwork } from "../flow/networks.ts";
import { makeRandom } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";
import { makeRandom as drawNetwork, scaleNetwork } from "./networks.ts";

const device = await useDevice();

const VARIETY: ModelOptions[] = [
  {},
  { rounds: 2, depth: 0, width: 9, activation: "silu", aggregation: "sum", residual: false },
  { rounds: 1, depth: 2, width: 8, activation: "relu", normalization: "layer", linear: false },
  { rounds: 1, width: 6, readout: "network" },
];

/** Weights that do something: the last layer too. */
function shake(weights: Weights, seed: number): Weights {
  const random = makeRandom(seed);
  const noise = (values: Float32Array) => values.map((w) => w + 0.3 * (random() - 0.5));
  return new Map(
    [...weights].map(([name, { matrix, bias }]) => [name, { matrix: noise(matrix), bias: noise(bias) }]),
  );
}

function makeModel(
  model: ModelOptions,
  graphs: readonly FlowGraph[],
  seed: number,
  variant?: "replace",
): TrainedModel {
  const config = completeTrainOptions({ model, ...(variant && { variant }) });
  const normalization = fitNormalization(
    graphs.map(({ features }) => features),
    graphs.map(({ mask }) => mask),
  );
  const members = [1, 2].map((k) => shake(drawWeights(layersOf(config), seed + k), seed + 10 * k));
  return {
    config,
    normalization,
    members,
    history: [],
    trainedOn: { name: "test", networks: 0, families: [] },
  };
}

const prepare = (network: PoreNetwork) =>
  prepareGraph(network, { variant: "correct", closure: "auto", voxelSize: 2e-6 });

describe("a model", () => {
  const networks = [1021, 1031, 1033].map(drawNetwork);

  it.each(VARIETY)("gives on the device what it gives in float64 on the host: %o", async (options) => {
    const graphs = networks.map(prepare);
    const model = makeModel(options, graphs, 1039);
    const tensors = await openTensors(device);
    using batch = await createGraphBatch(tensors, graphs, model.normalization);
    const found = new Float64Array(
      await Promise.all(
        model.members.map(async (weights) => {
          using own = await NetworkModel.create(tensors, model.config.model, layersOf(model.config), weights);
          const f = own.evaluate(batch);
          const values = await f.data();
          f.dispose();
          return values;
        }),
      ).then(([a, b]) => Array.from(a!, (x, k) => (x + b![k]!) / 2)),
    );
    const expected = graphs.flatMap((graph) => [...evaluateModel(model, graph)]);
    expect(found).toHaveLength(expected.length);
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.05);
    expect(largestDifference(found, expected)).toBeLessThan(2e-5);
  });

  it("begins as the traditional model: f is exactly 0", () => {
    const graph = prepare(networks[0]!);
    const config = completeTrainOptions({ model: { rounds: 1 } });
    const normalization = fitNormalization([graph.features], [graph.mask]);
    const members = [drawWeights(layersOf(config), 1049)];
    expect(evaluateModel({ config, normalization, members }, graph).every((f) => f === 0)).toBe(true);
  });

  it.each(VARIETY.slice(0, 3))("follows any renumbering of pores and throats: %o", (options) => {
    const [network] = networks;
    const { network: other, throats } = renumberNetwork(network!, 1051);
    const model = makeModel(options, [prepare(network!)], 1061);
    const g = predictConductance(model, prepareFor(model, network!, { voxelSize: 2e-6 })).values;
    const renumbered = predictConductance(model, prepareFor(model, other, { voxelSize: 2e-6 })).values;
    const back = Float64Array.from(g);
    throats.forEach((old, e) => {
      back[old] = renumbered[e]!;
    });
    expect(
      largestDifference(
        back.map((value, e) => value / g[e]!),
        g.map(() => 1),
      ),
    ).toBeLessThan(1e-5);
  });

  it.each(["correct", "replace"] as const)(
    "scales as it must: g by s³ when all lengths do (%s)",
    (variant) => {
      const [network] = networks;
      const s = 37;
      const scaled = scaleNetwork(network!, s);
      const model = makeModel(
        { rounds: 1 },
        [prepare(network!)],
        1063,
        variant === "replace" ? variant : undefined,
      );
      const of = (each: PoreNetwork, voxelSize: number) =>
        predictConductance(model, prepareFor(model, each, { voxelSize })).values;
      const [small, large] = [of(network!, 2e-6), of(scaled, s * 2e-6)];
      const ratios = large.map((g, e) => g / small[e]! / s ** 3);
      expect(
        largestDifference(
          ratios,
          ratios.map(() => 1),
        ),
      ).toBeLessThan(1e-5);
    },
  );

  it("has the gradient of the permeability by its weights, through network and solver", async () => {
    const graphs = networks.slice(0, 2).map(prepare);
    const made = makeModel({ rounds: 1, width: 5 }, graphs, 1069);
    const layers = layersOf(made.config);
    const [weights] = made.members;
    const tensors = await openTensors(device);
    const { tf } = tensors;
    using batch = await createGraphBatch(tensors, graphs, made.normalization);
    using own = await NetworkModel.create(tensors, made.config.model, layers, weights!);
    const variables = own.variables as unknown as Parameters<typeof tf.variableGrads>[1];
    const { value, grads } = tf.variableGrads(() => tf.sum(tf.log(own.predict(batch))) as never, variables);
    const measure = (changed: Weights) =>
      graphs.reduce((sum, graph) => {
        const { values } = predictConductance({ ...made, members: [changed] }, graph);
        return sum + Math.log(solveDirectly(graph.domain, values).flowRate);
      }, 0);
    for (const [k, { name }] of layers.entries()) {
      const found = await grads[(variables![2 * k] as unknown as { name: string }).name]!.data();
      const { matrix } = weights!.get(name)!;
      for (const at of [0, matrix.length - 1]) {
        const step = 1 / 64;
        const [up, down] = [step, -step].map((change) => {
          const own = matrix.slice();
          own[at]! += change;
          return measure(new Map([...weights!, [name, { ...weights!.get(name)!, matrix: own }]]));
        });
        const expected = (up! - down!) / (2 * step);
        expect(Math.abs(found[at]! - expected)).toBeLessThan(2e-3 * Math.max(0.1, Math.abs(expected)));
      }
    }
    tf.dispose([value as Tensor, ...(Object.values(grads) as Tensor[])]);
  });

  it("is of use where shape factors, volumes and the voxel size are not known", () => {
    const bare = generateRandom({
      count: 90,
      size: 1e-3,
      seed: 1091,
      connect: { kind: "nearest", k: 4 },
      throatRadius: { kind: "gamma", shape: 4, scale: 2.5e-6 },
    });
    const model = makeModel({ rounds: 1 }, networks.map(prepare), 1087);
    const graph = prepareFor(model, bare);
    const { values } = predictConductance(model, graph);
    expect(values.every((g) => Number.isFinite(g) && g > 0)).toBe(true);
    expect(largestDifference(values, graph.base)).toBeGreaterThan(0);
  });
});
