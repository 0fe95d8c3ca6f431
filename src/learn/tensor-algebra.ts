/** A model on the device: the algebra of model.ts in tensors, with gradients. Items are padded to a multiple of four. */
import type { Activation } from "./activations.ts";
import { createDense, type Dense, ITEM_MULTIPLE } from "./dense.ts";
import { LEAST_VARIANCE } from "./host-algebra.ts";
import type { Algebra } from "./model.ts";
import { SparseSum } from "./sparse-sum.ts";
import type { Tensor1D, Tensor2D, Tensors } from "./tensors.ts";
import type { Topology } from "./topology.ts";

/** The sums of a batch's graphs. */
export interface GraphSums extends Disposable {
  readonly throatItems: number;
  readonly poreItems: number;
  readonly networkItems: number;
  readonly sumEnds: SparseSum;
  readonly subtractEnds: SparseSum;
  readonly meanAtPores: SparseSum;
  readonly poolThroats: SparseSum;
}

export function padItems(count: number): number {
  return ITEM_MULTIPLE * Math.max(1, Math.ceil(count / ITEM_MULTIPLE));
}

export async function createGraphSums(tensors: Tensors, topology: Topology): Promise<GraphSums> {
  const { ends, coordination, throatStart } = topology;
  const throatItems = padItems(topology.throatCount);
  const poreItems = padItems(topology.poreCount);
  const networkItems = padItems(throatStart.length - 1);
  const halves = Array.from(ends.keys()).filter((k) => ends[k]! >= 0);
  const throats = halves.map((k) => k >> 1);
  const pores = halves.map((k) => ends[k]!);
  const network = new Uint32Array(topology.throatCount);
  throatStart.forEach((start, s) => {
    if (s + 1 < throatStart.length) network.fill(s, start, throatStart[s + 1]);
  });
  const every = Uint32Array.from(network, (_, e) => e);
  const create = (rows: number, columns: number, r: ArrayLike<number>, c: ArrayLike<number>, w: number[]) =>
    SparseSum.create(tensors, rows, columns, { rows: r, columns: c, weights: w });
  const [sumEnds, subtractEnds, meanAtPores, poolThroats] = await Promise.all([
    create(
      throatItems,
      poreItems,
      throats,
      pores,
      halves.map(() => 1),
    ),
    create(
      throatItems,
      poreItems,
      throats,
      pores,
      halves.map((k) => (k % 2 === 0 ? 1 : -1)),
    ),
    create(
      poreItems,
      throatItems,
      pores,
      throats,
      pores.map((pore) => 1 / coordination[pore]!),
    ),
    create(
      networkItems,
      throatItems,
      network,
      every,
      Array.from(network, (s) => 1 / (throatStart[s + 1]! - throatStart[s]!)),
    ),
  ]);
  const owned = [sumEnds, subtractEnds, meanAtPores, poolThroats];
  return {
    throatItems,
    poreItems,
    networkItems,
    sumEnds,
    subtractEnds,
    meanAtPores,
    poolThroats,
    [Symbol.dispose]: () => {
      for (const each of owned) each.destroy();
    },
  };
}

/** A layer's weights as tensors. */
export interface LayerTensors {
  readonly matrix: Tensor2D;
  readonly bias: Tensor1D;
}

export interface DenseLayers {
  readonly none: Dense;
  readonly activated: Dense;
}

export async function createDenseLayers(tensors: Tensors, activation: Activation): Promise<DenseLayers> {
  const [none, activated] = await Promise.all([
    createDense(tensors, "none"),
    createDense(tensors, activation),
  ]);
  return { none, activated };
}

export function createTensorAlgebra(
  { tf }: Tensors,
  layers: DenseLayers,
  weights: ReadonlyMap<string, LayerTensors>,
  sums: GraphSums,
): Algebra<Tensor2D> {
  return {
    dense(layer, x, activation) {
      const { matrix, bias } = weights.get(layer)!;
      return (activation === "none" ? layers.none : layers.activated)(x, matrix, bias);
    },
    add: (a, b) => tf.add(a, b),
    join: (parts) => tf.concat([...parts], 0),
    normalize(x) {
      const { mean, variance } = tf.moments(x, 0, true);
      return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, LEAST_VARIANCE)));
    },
    sumEnds: (pores) => sums.sumEnds.apply(pores),
    compareEnds: (pores) => tf.abs(sums.subtractEnds.apply(pores)),
    gatherThroats: (throats, how) =>
      how === "mean" ? sums.meanAtPores.apply(throats) : sums.sumEnds.applyTransposed(throats),
    limit: (x, bound) => tf.mul(tf.tanh(tf.div(x, bound)), bound),
    poolThroats: (throats) => sums.poolThroats.apply(throats),
  };
}
