/**
 * A dense layer as one op with its gradient: y = act(wᵀ x + b) over items (throats, pores), features by items. tfjs's
 * own matrix products suit images, cost a dispatch for every step and, for weights' gradients, add with atomics in an
 * order that changes from run to run; these kernels are fused and repeat bit for bit.
 */

import { OptionError } from "../errors.ts";
import { createKernel, type Kernel } from "../gpu/kernel.ts";
import { ACTIVATIONS, type Activation } from "./activations.ts";
import type { Tensor, Tensor1D, Tensor2D, Tensors } from "./tensors.ts";

/** Items come in vectors of four. */
export const ITEM_MULTIPLE = 4;

/**
 * x: inputs by items, the number of items a multiple of four; w: inputs by outputs; b: outputs. Returns outputs by
 * items.
 */
export type Dense = (x: Tensor2D, w: Tensor2D, b: Tensor1D) => Tensor2D;

interface DenseKernels {
  readonly forward: Kernel<"learn/dense">;
  readonly slope: Kernel<"learn/dense">;
  readonly transposed: Kernel<"learn/dense">;
  readonly weightGradient: Kernel<"learn/dense-weight-gradient">;
  readonly sum: Kernel<"learn/sum-parts">;
}

interface Shape {
  readonly inputs: number;
  readonly outputs: number;
  readonly items: number;
}

/** Compiles the layer's kernels for an activation. */
export async function createDense(tensors: Tensors, activation: Activation): Promise<Dense> {
  const { tf, device } = tensors;
  const lanes = lanesOf(tensors);
  const code = ACTIVATIONS.indexOf(activation);
  const [forward, slope, transposed, weightGradient, sum] = await Promise.all([
    createKernel(device, "learn/dense", { lanes, mode: 0, activation: code }),
    createKernel(device, "learn/dense", { lanes, mode: 1, activation: code }),
    createKernel(device, "learn/dense", { lanes, mode: 2, activation: 0 }),
    createKernel(device, "learn/dense-weight-gradient", { lanes }),
    createKernel(device, "learn/sum-parts", { lanes }),
  ]);
  const kernels = { forward, slope, transposed, weightGradient, sum };
  const op = tf.customGrad(((x: Tensor2D, w: Tensor2D, b: Tensor1D, save: (saved: Tensor[]) => void) => {
    const shape = { inputs: w.shape[0], outputs: w.shape[1], items: x.shape[1] };
    save([x, w, b]);
    const value = runDense(tensors, kernels.forward, shape, { x, w, b });
    return {
      value,
      gradFunc: (upstream: Tensor, saved: Tensor[]) =>
        backpropagate(tensors, kernels, activation, shape, upstream, saved as [Tensor, Tensor, Tensor]),
    };
  }) as unknown as Parameters<typeof tf.customGrad>[0]);
  return (x, w, b) => {
    requireShapes(x, w, b);
    return op(x, w, b) as Tensor2D;
  };
}

/** Lanes of a workgroup: a register's width on software drivers. */
export function lanesOf({ device }: Tensors): number {
  return device.kind === "hardware" ? 64 : Math.min(8, Math.max(4, device.features.subgroupSize));
}

function requireShapes(x: Tensor2D, w: Tensor2D, b: Tensor1D): void {
  const fits = x.shape[0] === w.shape[0] && w.shape[1] === b.shape[0] && x.shape[1] % ITEM_MULTIPLE === 0;
  if (fits) return;
  throw new OptionError(
    "x",
    `A dense layer got inputs [${x.shape}], weights [${w.shape}] and biases [${b.shape}].`,
    `Give inputs by items, inputs by outputs and outputs, the items a multiple of ${ITEM_MULTIPLE}.`,
  );
}

function runDense(
  tensors: Tensors,
  kernel: Kernel<"learn/dense">,
  { inputs, outputs, items }: Shape,
  { x, w, b, upstream = x }: { x: Tensor; w: Tensor; b: Tensor; upstream?: Tensor },
): Tensor2D {
  const y = tensors.allocate([outputs, items]) as Tensor2D;
  const vectors = items / ITEM_MULTIPLE;
  const perGroup = VECTORS_PER_GROUP[tensors.device.kind];
  const bound = kernel.bind({
    dense: tensors.uniform([vectors, inputs, outputs, perGroup]),
    x: tensors.bufferOf(x),
    weight: tensors.bufferOf(w),
    bias: tensors.bufferOf(b),
    upstream: tensors.bufferOf(upstream),
    y: tensors.bufferOf(y),
  });
  tensors.dispatch(bound, [Math.ceil(vectors / perGroup), Math.ceil(outputs / OUTPUTS_PER_GROUP), 1]);
  return y;
}

function backpropagate(
  tensors: Tensors,
  kernels: DenseKernels,
  activation: Activation,
  shape: Shape,
  upstream: Tensor,
  [x, w, b]: [Tensor, Tensor, Tensor],
): Tensor[] {
  const { inputs, outputs, items } = shape;
  const dz =
    activation === "none" ? upstream : runDense(tensors, kernels.slope, shape, { x, w, b, upstream });
  const dx = runDense(
    tensors,
    kernels.transposed,
    { inputs: outputs, outputs: inputs, items },
    { x: dz, w, b },
  );
  const joined = sumOuterProducts(tensors, kernels, shape, x, dz);
  return [
    dx,
    tensors.tf.slice(joined, [0, 0], [inputs, outputs]),
    tensors.tf.reshape(tensors.tf.slice(joined, [inputs, 0], [1, outputs]), [outputs]),
  ];
}

/** Σ_items x dzᵀ, and Σ_items dz in one row more. */
function sumOuterProducts(
  tensors: Tensors,
  kernels: DenseKernels,
  { inputs, outputs, items }: Shape,
  x: Tensor,
  dz: Tensor,
): Tensor2D {
  const vectors = items / ITEM_MULTIPLE;
  const perGroup = Math.max(VECTORS_PER_GROUP[tensors.device.kind], Math.ceil(vectors / MOST_PARTS));
  const partCount = Math.ceil(vectors / perGroup);
  const parts = tensors.allocate([partCount, inputs + 1, outputs]);
  const product = kernels.weightGradient.bind({
    dense: tensors.uniform([vectors, inputs, outputs, perGroup]),
    x: tensors.bufferOf(x),
    gradient: tensors.bufferOf(dz),
    parts: tensors.bufferOf(parts),
  });
  tensors.dispatch(product, [Math.ceil((inputs + 1) / 4), Math.ceil(outputs / 4), partCount]);
  const count = (inputs + 1) * outputs;
  const sum = tensors.allocate([inputs + 1, outputs]) as Tensor2D;
  const bound = kernels.sum.bind({
    shape: tensors.uniform([count, partCount]),
    parts: tensors.bufferOf(parts),
    sum: tensors.bufferOf(sum),
  });
  tensors.dispatch(bound, [Math.ceil(count / lanesOf(tensors)), 1, 1]);
  return sum;
}

// As in shaders/learn/dense.wgsl.
const OUTPUTS_PER_GROUP = 8;
/** Few groups, each with much to do, on software drivers; one vector a lane on a GPU. */
const VECTORS_PER_GROUP = { hardware: 64, software: 256 };
const MOST_PARTS = 64;
