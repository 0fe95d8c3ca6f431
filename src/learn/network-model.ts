/** A model's weights on the device, and what they make of a batch: conductances, permeabilities. */
import type { GraphBatch } from "./graph-batch.ts";
import { applyModel, type LayerShape, type ModelConfig } from "./model.ts";
import {
  createDenseLayers,
  createTensorAlgebra,
  type DenseLayers,
  type LayerTensors,
} from "./tensor-algebra.ts";
import type { Tensor1D, Tensor2D, Tensors } from "./tensors.ts";
import { splitWeights, type Weights } from "./weights.ts";

export class NetworkModel implements Disposable {
  readonly config: ModelConfig;
  readonly layers: readonly LayerShape[];
  readonly #tensors: Tensors;
  readonly #dense: DenseLayers;
  readonly #weights: ReadonlyMap<string, LayerTensors>;

  static async create(
    tensors: Tensors,
    config: ModelConfig,
    layers: readonly LayerShape[],
    weights: Weights,
  ): Promise<NetworkModel> {
    const dense = await createDenseLayers(tensors, config.activation);
    return new NetworkModel(tensors, config, layers, dense, weights);
  }

  private constructor(
    tensors: Tensors,
    config: ModelConfig,
    layers: readonly LayerShape[],
    dense: DenseLayers,
    weights: Weights,
  ) {
    this.config = config;
    this.layers = layers;
    this.#tensors = tensors;
    this.#dense = dense;
    const { tf } = tensors;
    const variable = (values: Float32Array, shape: number[]) => {
      const initial = tf.tensor(values, shape);
      const made = tf.variable(initial);
      initial.dispose();
      return made;
    };
    this.#weights = new Map(
      layers.map(({ name, inputs, outputs }) => {
        const { matrix, bias } = weights.get(name)!;
        const layer = {
          matrix: variable(matrix, [inputs, outputs]) as unknown as Tensor2D,
          bias: variable(bias, [outputs]) as unknown as Tensor1D,
        };
        return [name, layer];
      }),
    );
  }

  /** Matrix and bias of each layer, in the layers' order: tf variables. */
  get variables(): readonly (Tensor1D | Tensor2D)[] {
    return [...this.#weights.values()].flatMap(({ matrix, bias }) => [matrix, bias]);
  }

  /** f of every throat of the batch, or of every network. */
  evaluate(batch: GraphBatch): Tensor1D {
    const { tf } = this.#tensors;
    const algebra = createTensorAlgebra(this.#tensors, this.#dense, this.#weights, batch.sums);
    const f = applyModel(algebra, this.config, batch.features);
    const count = this.config.readout === "network" ? batch.graphs.length : batch.throatCount;
    return tf.slice(tf.reshape(f, [-1]), 0, count) as Tensor1D;
  }

  /** [m²] of every network of the batch. */
  predict(batch: GraphBatch): Tensor1D {
    const { tf } = this.#tensors;
    const factor = tf.exp(this.evaluate(batch));
    if (this.config.readout === "network") return tf.mul(batch.basePermeability, factor);
    return batch.ops.permeabilities(tf.mul(batch.base, factor));
  }

  /** A copy of the weights on the host. */
  async readWeights(): Promise<Weights> {
    const parts = await Promise.all(this.variables.map((variable) => variable.data()));
    const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return splitWeights(this.layers, joined);
  }

  [Symbol.dispose](): void {
    this.#tensors.tf.dispose([...this.variables]);
  }
}
