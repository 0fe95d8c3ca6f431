/** Dense layers and sparse sums against the same in float64, forward and backward. */
import { describe, expect, it } from "vitest";
import { ACTIVATIONS, type Activation } from "../../src/learn/activations.ts";
import { createDense } from "../../src/learn/dense.ts";
import { SparseSum } from "../../src/learn/sparse-sum.ts";
import { openTensors, type Tensor, type Tensor1D, type Tensor2D } from "../../src/learn/tensors.ts";
import { makeRandom } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

const ACT: Record<Activation, (z: number) => number> = {
  none: (z) => z,
  tanh: Math.tanh,
  relu: (z) => Math.max(0, z),
  silu: (z) => z / (1 + Math.exp(-z)),
};

const SLOPE: Record<Activation, (z: number) => number> = {
  none: () => 1,
  tanh: (z) => 1 - Math.tanh(z) ** 2,
  relu: (z) => (z > 0 ? 1 : 0),
  silu: (z) => {
    const s = 1 / (1 + Math.exp(-z));
    return s * (1 + z * (1 - s));
  },
};

function draw(count: number, seed: number): Float32Array {
  const random = makeRandom(seed);
  return Float32Array.from({ length: count }, () => 2 * random() - 1);
}

/** Features by items, all in float64. */
function denseReference(x: Float32Array, w: Float32Array, b: Float32Array, items: number, act: Activation) {
  const [inputs, outputs] = [x.length / items, b.length];
  const y = new Float64Array(outputs * items);
  for (let o = 0; o < outputs; o++) {
    for (let n = 0; n < items; n++) {
      let z = b[o]!;
      for (let i = 0; i < inputs; i++) z += w[i * outputs + o]! * x[i * items + n]!;
      y[o * items + n] = ACT[act](z);
    }
  }
  return y;
}

function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

/** Gradients of Σ c y by x, w and b, all in float64. */
function differentiateReference(
  [x, w, b, c]: readonly Float32Array[],
  items: number,
  act: Activation,
): [Float64Array, Float64Array, Float64Array] {
  const [inputs, outputs] = [x!.length / items, b!.length];
  const [dx, dw, db] = [x!, w!, b!].map(({ length }) => new Float64Array(length));
  for (let o = 0; o < outputs; o++) {
    for (let n = 0; n < items; n++) {
      let z = b![o]!;
      for (let i = 0; i < inputs; i++) z += w![i * outputs + o]! * x![i * items + n]!;
      const dz = c![o * items + n]! * SLOPE[act](z);
      db![o]! += dz;
      for (let i = 0; i < inputs; i++) {
        dx![i * items + n]! += w![i * outputs + o]! * dz;
        dw![i * outputs + o]! += x![i * items + n]! * dz;
      }
    }
  }
  return [dx!, dw!, db!];
}

describe("a dense layer", () => {
  it.each(
    ACTIVATIONS.flatMap((activation) =>
      [
        [1, 1, 4],
        [3, 9, 60],
        [24, 16, 1028],
      ].map((shape) => [activation, ...shape] as [Activation, number, number, number]),
    ),
  )(
    "with %s, %i inputs, %i outputs and %i items, is right, and so are its gradients",
    async (activation, inputs, outputs, items) => {
      const tensors = await openTensors(device);
      const { tf } = tensors;
      const dense = await createDense(tensors, activation);
      const [x, w, b, c] = [inputs * items, inputs * outputs, outputs, outputs * items].map((n, k) =>
        draw(n, 941 + k),
      );
      const given = [
        tf.tensor(x!, [inputs, items]),
        tf.tensor(w!, [inputs, outputs]),
        tf.tensor(b!, [outputs]),
      ];
      const weights = tf.tensor(c!, [outputs, items]);
      const value = dense(given[0] as Tensor2D, given[1] as Tensor2D, given[2] as Tensor1D);
      const reference = denseReference(x!, w!, b!, items, activation);
      expect(maxDifference(await value.data(), reference)).toBeLessThan(2e-5);
      const gradients = tf.grads((...each: Tensor[]) =>
        tf.sum(tf.mul(weights, dense(each[0] as Tensor2D, each[1] as Tensor2D, each[2] as Tensor1D))),
      )(given);
      const expected = differentiateReference([x!, w!, b!, c!], items, activation);
      for (const [k, exact] of expected.entries()) {
        expect(maxDifference(await gradients[k]!.data(), exact)).toBeLessThan(1e-4);
      }
      tf.dispose([...given, weights, value, ...gradients]);
    },
  );
});

describe("a sparse sum", () => {
  it.each([
    [1, 1, 1],
    [7, 40, 3],
    [130, 2300, 5],
  ])(
    "of %i rows, %i columns and %i features is right, and its gradient is the transposed product",
    async (rows, columns, features) => {
      const tensors = await openTensors(device);
      const { tf } = tensors;
      const random = makeRandom(953);
      const count = 3 * columns;
      const entries = {
        rows: Uint32Array.from({ length: count }, () => Math.floor(random() * rows)),
        columns: Uint32Array.from({ length: count }, () => Math.floor(random() * columns)),
        weights: draw(count, 967),
      };
      using matrix = await SparseSum.create(tensors, rows, columns, entries);
      const [x, c] = [draw(features * columns, 971), draw(features * rows, 977)];
      const [expected, transposed] = [
        new Float64Array(features * rows),
        new Float64Array(features * columns),
      ];
      for (let k = 0; k < count; k++) {
        const [i, j, w] = [entries.rows[k]!, entries.columns[k]!, entries.weights[k]!];
        for (let f = 0; f < features; f++) {
          expected[f * rows + i]! += w * x[f * columns + j]!;
          transposed[f * columns + j]! += w * c[f * rows + i]!;
        }
      }
      const [given, weights] = [tf.tensor2d(x, [features, columns]), tf.tensor2d(c, [features, rows])];
      const y = matrix.apply(given);
      expect(maxDifference(await y.data(), expected)).toBeLessThan(1e-4);
      const gradient = tf.grad((each: Tensor) => tf.sum(tf.mul(weights, matrix.apply(each as Tensor2D))))(
        given,
      );
      expect(maxDifference(await gradient.data(), transposed)).toBeLessThan(1e-4);
      tf.dispose([given, weights, y, gradient]);
    },
  );
});
