/** The weights of a model: one matrix and one vector a layer, float32, by the layer's name. */
import { OptionError } from "../errors.ts";
import { uniform } from "../network/random.ts";
import type { LayerShape } from "./model.ts";

export interface LayerWeights {
  /** inputs x outputs, row by row. */
  readonly matrix: Float32Array;
  /** outputs */
  readonly bias: Float32Array;
}

export type Weights = ReadonlyMap<string, LayerWeights>;

/** Stream of random numbers that the first weights come from. */
const STREAM = 211;

/**
 * Weights to begin with: uniform within ±√(6/(inputs + outputs)) (X. Glorot and Y. Bengio, AISTATS 2010), biases 0,
 * and last layers 0, so that training begins with f = 0.
 */
export function drawWeights(layers: readonly LayerShape[], seed: number): Weights {
  let drawn = 0;
  return new Map(
    layers.map(({ name, inputs, outputs, isLast }) => {
      const bound = isLast ? 0 : Math.sqrt(6 / (inputs + outputs));
      const matrix = Float32Array.from({ length: inputs * outputs }, () => {
        return bound * (2 * uniform(seed, STREAM, drawn++) - 1);
      });
      return [name, { matrix, bias: new Float32Array(outputs) }];
    }),
  );
}

/** Numbers in all layers. */
export function countWeights(layers: readonly LayerShape[]): number {
  return layers.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0);
}

/** All layers one after the other, matrix before bias. */
export function joinWeights(layers: readonly LayerShape[], weights: Weights): Float32Array {
  const joined = new Float32Array(countWeights(layers));
  let at = 0;
  for (const { name } of layers) {
    const { matrix, bias } = weights.get(name)!;
    joined.set(matrix, at);
    joined.set(bias, at + matrix.length);
    at += matrix.length + bias.length;
  }
  return joined;
}

/** @throws {OptionError} when there are not as many numbers as the layers have */
export function splitWeights(layers: readonly LayerShape[], joined: Float32Array): Weights {
  const count = countWeights(layers);
  if (joined.length !== count) {
    throw new OptionError(
      "weights",
      `There are ${joined.length} weights for a model of ${count}.`,
      "Use the weights with the configuration and the features that they were trained with.",
    );
  }
  let at = 0;
  return new Map(
    layers.map(({ name, inputs, outputs }) => {
      const matrix = joined.slice(at, at + inputs * outputs);
      at += inputs * outputs;
      const bias = joined.slice(at, at + outputs);
      at += outputs;
      return [name, { matrix, bias }];
    }),
  );
}
