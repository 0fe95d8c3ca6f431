/**
 * One member of a model, trained through the flow solver: a step is one batch of networks, whose conductances,
 * permeabilities and gradients never leave the device. Deterministic by seed on one device, and so after a resumption:
 * the order of batches and the noise come from (seed, member, epoch), not from a generator's state.
 */
import { uniform } from "../network/random.ts";
import { type AdamState, AdamW } from "./adamw.ts";
import type { GraphBatch } from "./graph-batch.ts";
import type { LayerShape } from "./model.ts";
import { NetworkModel } from "./network-model.ts";
import type { Tensor, Tensor1D, Tensors } from "./tensors.ts";
import type { TrainConfig } from "./train-options.ts";
import { drawWeights, type Weights } from "./weights.ts";

/** Networks that are trained on or validated with, and their labels [m²]. */
export interface LabelledBatch {
  readonly batch: GraphBatch;
  readonly permeability: Tensor1D;
  /** Of each network in the loss, 1 on average. */
  readonly weight: Tensor1D;
}

export interface Epoch {
  readonly member: number;
  readonly epoch: number;
  /** Mean over the steps. */
  readonly loss: number;
  /** Mean |K/K* − 1| of the held-out networks; NaN without any. */
  readonly validation: number;
  /** [s] */
  readonly seconds: number;
}

/** Where a member stands after an epoch: with it training goes on to the same result. */
export interface MemberState {
  readonly member: number;
  /** Epochs done. */
  readonly epoch: number;
  readonly weights: Weights;
  readonly adam: AdamState;
  readonly best: { readonly epoch: number; readonly validation: number; readonly weights: Weights };
}

export interface MemberData {
  readonly training: readonly LabelledBatch[];
  readonly validation: readonly LabelledBatch[];
  /** What makes labels of order 1 where the loss is of K itself [m²]. */
  readonly unit: number;
  /** f that training begins with, throughout. */
  readonly offset: number;
}

export interface MemberControl {
  readonly signal?: AbortSignal | undefined;
  /** After each epoch; awaited, so that a state can be written before the next. */
  readonly onEpoch: (epoch: Epoch, state: MemberState) => Promise<void> | void;
}

/**
 * Trains member `member` from its first weights, or from `state`.
 * @returns the weights of the best epoch
 * @throws what `signal` was aborted with, after the epoch under way
 */
export async function trainMember(
  tensors: Tensors,
  config: TrainConfig,
  layers: readonly LayerShape[],
  data: MemberData,
  member: number,
  control: MemberControl,
  state?: MemberState,
): Promise<Weights> {
  const first = state?.weights ?? drawFirst(layers, config.seed + 7919 * member, data.offset);
  using model = await NetworkModel.create(tensors, config.model, layers, first);
  using optimizer = new AdamW(tensors, model.variables, decayOf(layers, config), state?.adam);
  let best = state?.best ?? { epoch: 0, validation: Number.POSITIVE_INFINITY, weights: first };
  for (let epoch = state?.epoch ?? 0; epoch < config.epochs; epoch++) {
    if (epoch - best.epoch >= config.patience) break;
    control.signal?.throwIfAborted();
    const start = performance.now();
    const loss = await runEpoch(tensors, config, model, optimizer, data, member, epoch);
    const validation = await validate(tensors, model, data.validation);
    const weights = await model.readWeights();
    // Without networks to tell by, the last epoch is the best.
    if (!(validation >= best.validation)) best = { epoch: epoch + 1, validation, weights };
    const seconds = (performance.now() - start) / 1000;
    const adam = await optimizer.readState();
    await control.onEpoch(
      { member, epoch: epoch + 1, loss, validation, seconds },
      { member, epoch: epoch + 1, weights, adam, best },
    );
  }
  return best.weights;
}

function drawFirst(layers: readonly LayerShape[], seed: number, offset: number): Weights {
  const weights = drawWeights(layers, seed);
  weights.get("last")!.bias[0] = offset;
  return weights;
}

/** The linear part and biases do not decay: they are few. */
function decayOf(layers: readonly LayerShape[], { weightDecay }: TrainConfig): number[] {
  return layers.flatMap(({ name }) => [name === "linear" ? 0 : weightDecay, 0]);
}

async function runEpoch(
  tensors: Tensors,
  config: TrainConfig,
  model: NetworkModel,
  optimizer: AdamW,
  data: MemberData,
  member: number,
  epoch: number,
): Promise<number> {
  const { tf } = tensors;
  const losses: Tensor[] = [];
  for (const k of orderBatches(data.training.length, config.seed + 7919 * member, epoch)) {
    const rate = rateOf(config, optimizer.step, config.epochs * data.training.length);
    losses.push(takeStep(tensors, config, model, optimizer, data.training[k]!, data.unit, rate));
  }
  const mean = tf.tidy(() => tf.mean(tf.stack(losses)));
  const [value] = await mean.data();
  // A step that the device refused leaves numbers all the same.
  tensors.device.throwIfLost();
  tf.dispose([mean, ...losses]);
  return value!;
}

const WARM_UP = 20;

/** Rises over the first steps, then falls along half a cosine. */
function rateOf({ learningRate }: TrainConfig, step: number, steps: number): number {
  return learningRate * 0.5 * (1 + Math.cos((Math.PI * step) / steps)) * Math.min(1, (step + 1) / WARM_UP);
}

/** One step; its loss stays on the device. */
function takeStep(
  { tf }: Tensors,
  config: TrainConfig,
  model: NetworkModel,
  optimizer: AdamW,
  labelled: LabelledBatch,
  unit: number,
  rate: number,
): Tensor {
  return tf.tidy(() => {
    const variables = model.variables as unknown as Parameters<typeof tf.variableGrads>[1];
    const { value, grads } = tf.variableGrads(
      () => measureLoss(tf, config, model, labelled, unit),
      variables,
    );
    optimizer.apply(
      variables!.map(({ name }) => grads[name]!),
      rate,
    );
    return value;
  });
}

function measureLoss(
  tf: Tensors["tf"],
  { loss }: TrainConfig,
  model: NetworkModel,
  { batch, permeability, weight }: LabelledBatch,
  unit: number,
) {
  const predicted = model.predict(batch);
  const misfit =
    loss === "raw" ? tf.div(tf.sub(predicted, permeability), unit) : tf.log(tf.div(predicted, permeability));
  const square = tf.square(misfit);
  const cost = loss === "huber" ? tf.sub(tf.sqrt(tf.add(square, HUBER ** 2)), HUBER) : square;
  const mean = tf.mean(tf.mul(weight, cost));
  return (loss === "raw" ? tf.mul(mean, 0.5) : mean) as ReturnType<typeof tf.scalar>;
}

/** Where the loss turns from a square into a distance [of ln K]. */
const HUBER = 0.2;

/** Mean |K/K* − 1|. */
async function validate(
  { tf }: Tensors,
  model: NetworkModel,
  batches: readonly LabelledBatch[],
): Promise<number> {
  let sum = 0;
  let count = 0;
  for (const { batch, permeability } of batches) {
    const errors = tf.tidy(() => tf.sum(tf.abs(tf.sub(tf.div(model.predict(batch), permeability), 1))));
    sum += (await errors.data())[0]!;
    count += batch.graphs.length;
    errors.dispose();
  }
  return count > 0 ? sum / count : Number.NaN;
}

/** Stream of random numbers that orders come from. */
const STREAM = 223;

function orderBatches(count: number, seed: number, epoch: number): number[] {
  const keys = Array.from({ length: count }, (_, k) => uniform(seed, STREAM, epoch * count + k));
  return keys.map((_, k) => k).sort((a, b) => keys[a]! - keys[b]!);
}
