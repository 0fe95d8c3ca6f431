/**
 * An epoch of training in its parts. Ops are recorded and computed later, so that no part can be timed where it is
 * called. Instead whole epochs are run, each ending when the device has done all of it, that leave something out:
 *
 *   step        model, solve, loss, gradients, optimiser: what training does
 *   model       the same with Σ g in place of the solve
 *   gradients   that without the optimiser
 *   forward     the model's f only, no gradients
 *   flow        the solve only: assembly, iterations, K and drops, for the analytic conductances
 *   frame       that without iterations
 *   assembly    that alone
 *
 * The differences are the parts.
 */
import { type AdapterChoice, RaggedLaplacian, ResidentFlow } from "porenet";
import { type DatasetRow, openTensors, selectRows, type Tensors, train } from "porenet/learn";
import { requestDevice } from "porenet/node";
import { AdamW } from "../../src/learn/adamw.ts";
import { fitNormalization } from "../../src/learn/features.ts";
import { prepareGraph } from "../../src/learn/graph.ts";
import { createGraphBatch, type GraphBatch } from "../../src/learn/graph-batch.ts";
import { NetworkModel } from "../../src/learn/network-model.ts";
import type { Tensor, Tensor1D } from "../../src/learn/tensors.ts";
import { completeTrainOptions, type TrainConfig } from "../../src/learn/train-options.ts";
import { layersOf } from "../../src/learn/trained-model.ts";
import { countWeights, drawWeights } from "../../src/learn/weights.ts";
import { readNetworks } from "./batch-networks.ts";
import { medianOf } from "./iteration-timer.ts";

export interface TrainingTask {
  readonly kind: "training";
  readonly dataset: string | undefined;
  readonly networks: number;
  readonly repeats: number;
}

/** Seconds an epoch. */
export interface EpochTime {
  readonly best: number;
  readonly median: number;
}

export type TrainingVariant = "step" | "model" | "gradients" | "forward" | "flow" | "frame" | "assembly";

export interface TrainingMeasurement {
  readonly device: AdapterChoice;
  readonly source: string;
  readonly networks: number;
  readonly throats: number;
  readonly weights: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly times: Readonly<Record<TrainingVariant, EpochTime>>;
  /** Of an epoch as `train()` reports it, the least. */
  readonly trainSeconds: number;
  /** What is made on the device in an epoch of steps when some have gone before. */
  readonly made: BuffersMade;
}

/**
 * The part of a step that the solve and its gradient take, by medians: what they add to it, or the solve alone over
 * the step where that is more, since what they add can hide behind the host's own work.
 */
export function solverShare({ times: { step, model, flow } }: TrainingMeasurement): number {
  return Math.max(1 - model.median / step.median, flow.median / step.median);
}

export interface BuffersMade {
  readonly buffers: number;
  readonly bytes: number;
  /** Of them porenet's, which all have labels; tfjs's have none. */
  readonly own: number;
}

interface Labelled {
  readonly batch: GraphBatch;
  /** [m²] */
  readonly labels: Tensor1D;
}

/** K of every network from the conductances of all throats. */
type Solve = (batch: GraphBatch, conductances: Tensor1D) => Tensor;

export async function measureTraining(task: TrainingTask): Promise<TrainingMeasurement> {
  const count = task.dataset === undefined ? task.networks : Number.POSITIVE_INFINITY;
  const { name, rows } = await readNetworks(task.dataset, count);
  const chosen = selectRows({ name, rows }, "train").slice(0, task.networks);
  const config = completeTrainOptions({ members: 1, validationShare: 0 });
  using device = await requestDevice();
  const tensors = await openTensors(device);
  const batches = await layOut(tensors, config, chosen);
  const layers = layersOf(config);
  using variants = await createVariants(tensors, config, batches);
  const names = Object.keys(variants.run) as TrainingVariant[];
  const samples = new Map(names.map((each) => [each, [] as number[]]));
  // In turn, so that what disturbs the machine disturbs all; the first round compiles shaders and fills pools.
  for (let round = -1; round < task.repeats; round++) {
    for (const each of names) {
      const start = performance.now();
      await variants.run[each]();
      if (round >= 0) samples.get(each)!.push((performance.now() - start) / 1000);
    }
  }
  const made = await countBuffers(device.gpu, variants.run.step);
  const trainSeconds = await timeTraining(device, chosen);
  for (const { batch } of batches) batch[Symbol.dispose]();
  const times = Object.fromEntries(
    [...samples].map(([each, seconds]) => [each, { best: Math.min(...seconds), median: medianOf(seconds) }]),
  ) as Record<TrainingVariant, EpochTime>;
  return {
    device: { name: device.name, kind: device.kind, source: device.source },
    source: name,
    networks: chosen.length,
    throats: batches.reduce((sum, { batch }) => sum + batch.throatCount, 0),
    weights: countWeights(layers),
    steps: batches.length,
    batchSize: config.batchSize,
    times,
    trainSeconds,
    made,
  };
}

/** So many that JavaScript is compiled and pools are filled. */
const TRAINED_EPOCHS = 6;

async function timeTraining(device: Tensors["device"], rows: readonly DatasetRow[]): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  const onProgress = ({ seconds }: { readonly seconds: number }) => {
    least = Math.min(least, seconds);
  };
  await train(
    device,
    rows,
    { members: 1, validationShare: 0, epochs: TRAINED_EPOCHS, patience: TRAINED_EPOCHS },
    { onProgress },
  );
  return least;
}

async function layOut(
  tensors: Tensors,
  { closure, variant, batchSize }: TrainConfig,
  rows: readonly DatasetRow[],
): Promise<Labelled[]> {
  const graphs = rows.map(({ network, voxelSize, axis = "x" }) =>
    prepareGraph(network, { variant, closure, voxelSize, domain: { axis } }),
  );
  const normalization = fitNormalization(
    graphs.map(({ features }) => features),
    graphs.map(({ mask }) => mask),
  );
  const batches: Labelled[] = [];
  const count = Math.ceil(rows.length / batchSize);
  for (let k = 0; k < count; k++) {
    const [from, to] = [k, k + 1].map((each) => Math.floor((each * rows.length) / count));
    const labels = Float32Array.from(rows.slice(from, to), ({ permeability }) => permeability);
    batches.push({
      batch: await createGraphBatch(tensors, graphs.slice(from, to), normalization),
      labels: tensors.tf.tensor1d(labels),
    });
  }
  return batches;
}

/** An epoch of each kind, over when the device is done with it. */
async function createVariants(tensors: Tensors, config: TrainConfig, batches: readonly Labelled[]) {
  const { tf, device } = tensors;
  const layers = layersOf(config);
  const createModel = () =>
    NetworkModel.create(tensors, config.model, layers, drawWeights(layers, config.seed));
  const models = [await createModel(), await createModel()] as const;
  const optimizers = models.map(
    ({ variables }) =>
      new AdamW(
        tensors,
        variables,
        variables.map(() => 0),
      ),
  );
  const flows = await Promise.all(batches.map((each) => createFlows(tensors, each)));
  const solve: Solve = ({ ops }, g) => ops.permeabilities(g);
  const add: Solve = ({ graphs }, g) => tf.mul(tf.ones([graphs.length]), tf.sum(g));
  const epoch = (visit: (labelled: Labelled, k: number) => void) => async () => {
    batches.forEach((each, k) => {
      tf.tidy(() => visit(each, k));
    });
    tensors.flush();
    await device.gpu.queue.onSubmittedWorkDone();
  };
  const step = (which: 0 | 1, by: Solve, isApplied: boolean) =>
    epoch((labelled) => {
      const grads = differentiate(tensors, models[which], labelled, by);
      if (isApplied) optimizers[which]!.apply(grads, LEARNING_RATE[which]);
    });
  const run: Record<TrainingVariant, () => Promise<void>> = {
    step: step(0, solve, true),
    model: step(1, add, true),
    gradients: step(1, add, false),
    forward: epoch(({ batch }) => models[1].evaluate(batch)),
    flow: epoch((_, k) => flows[k]!.whole.submit()),
    frame: epoch((_, k) => flows[k]!.frame.submit()),
    assembly: epoch((_, k) => flows[k]!.assemble()),
  };
  const destroy = () => {
    for (const each of [...models, ...optimizers, ...flows]) each[Symbol.dispose]();
  };
  return { run, [Symbol.dispose]: destroy };
}

/** Of the model that is trained, and of that whose loss means nothing and which must stay where it is. */
const LEARNING_RATE = [1e-3, 1e-7] as const;

/** As in train-member.ts: the gradients of the mean of √(d² + δ²) − δ with d = ln K − ln K*. */
function differentiate(
  { tf }: Tensors,
  model: NetworkModel,
  { batch, labels }: Labelled,
  solve: Solve,
): Tensor[] {
  const variables = model.variables as unknown as NonNullable<Parameters<typeof tf.variableGrads>[1]>;
  const { grads } = tf.variableGrads(() => {
    const conductances = tf.mul(batch.base, tf.exp(model.evaluate(batch)));
    const misfit = tf.log(tf.div(solve(batch, conductances as Tensor1D), labels));
    return tf.mean(tf.sub(tf.sqrt(tf.add(tf.square(misfit), 0.04)), 0.2));
  }, variables);
  return variables.map(({ name }) => grads[name]!);
}

/** The flow of a batch without the model: whole, without iterations, and the assembly alone. */
async function createFlows({ device }: Tensors, { batch }: Labelled) {
  const domains = batch.graphs.map(({ domain }) => domain);
  const whole = await ResidentFlow.create(device, domains);
  const frame = await ResidentFlow.create(device, domains, { refinements: 0 });
  const matrix = await RaggedLaplacian.create(
    device,
    whole.systems.flatMap(({ graph }) => (graph.unknownCount > 0 ? [graph] : [])),
  );
  const conductances = Float32Array.from(batch.graphs.flatMap(({ base }) => [...base]));
  for (const { buffers } of [whole, frame])
    device.gpu.queue.writeBuffer(buffers.conductance, 0, conductances);
  const assemble = () => {
    const encoder = device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    matrix.encodeAssembly(pass);
    pass.end();
    device.gpu.queue.submit([encoder.finish()]);
  };
  const destroy = () => {
    for (const each of [whole, frame, matrix]) each.destroy();
  };
  return { whole, frame, assemble, [Symbol.dispose]: destroy };
}

async function countBuffers(gpu: GPUDevice, work: () => Promise<void>): Promise<BuffersMade> {
  const create = gpu.createBuffer;
  let [buffers, bytes, own] = [0, 0, 0];
  gpu.createBuffer = (descriptor) => {
    buffers++;
    if (descriptor.label) own++;
    bytes += descriptor.size;
    return create.call(gpu, descriptor);
  };
  try {
    await work();
    return { buffers, bytes, own };
  } finally {
    gpu.createBuffer = create;
  }
}
