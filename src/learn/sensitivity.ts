/**
 * What a permeability depends on, by a trained model: ∂lnK/∂ln x for throat radius, pore radius, lengths and so on,
 * throat by throat. Gradients of K by conductances and by normalised features come from the solver and the model
 * backwards; how conductances and features follow from x, quantities.ts tells:
 *
 *   ∂lnK/∂ln x = Σ_e s_e ∂ln g_analytic,e/∂ln x + Σ_e ∂lnK/∂φ_e · ∂φ_e/∂ln x + the same over pores,
 *
 * s_e = ∂lnK/∂ln g_e being the share of dissipation. With p the power of length in x, Σ p ∂lnK/∂ln x = 3 over a
 * network, the box giving −1 and K ~ length² the rest: the sum rule of dimension.
 */
import type { ComputeDevice } from "../gpu/device.ts";
import { normalizeFeatures } from "./features.ts";
import type { FlowGraph } from "./graph.ts";
import { createGraphBatch, FEATURE_LIMIT, type GraphBatch } from "./graph-batch.ts";
import { NetworkModel } from "./network-model.ts";
import { differentiateConductance, differentiateFeatures, QUANTITIES, type Quantity } from "./quantities.ts";
import { openTensors, type Tensor, type Tensor2D, type Tensors } from "./tensors.ts";
import { layersOf, type TrainedModel } from "./trained-model.ts";

export interface NetworkSensitivity {
  /** ∂lnK/∂ln x. */
  readonly total: Readonly<Record<Quantity, number>>;
  /** m: the terms of each throat; what features of pores give is in the total only. */
  readonly throats: Readonly<Record<Quantity, Float64Array>>;
  /** m x throat features: ∂lnK/∂φ of every throat's normalised features. */
  readonly features: Float32Array;
}

export interface Sensitivity {
  readonly quantity: Quantity;
  readonly label: string;
  /** Power of length in its dimension. */
  readonly dimension: number;
  /** Mean over the networks. */
  readonly mean: number;
  /** Standard deviation over the networks. */
  readonly deviation: number;
}

const NAMES = Object.keys(QUANTITIES) as Quantity[];
/** Networks on the device at once. */
const AT_ONCE = 64;

/**
 * @param graphs as `prepareFor` gives them
 * @throws {MissingPackageError} when tfjs is not installed
 * @example const table = averageSensitivities(await computeSensitivities(device, model, graphs));
 */
export async function computeSensitivities(
  device: ComputeDevice,
  model: TrainedModel,
  graphs: readonly FlowGraph[],
): Promise<NetworkSensitivity[]> {
  const tensors = await openTensors(device);
  const found: NetworkSensitivity[] = [];
  for (let start = 0; start < graphs.length; start += AT_ONCE) {
    const part = graphs.slice(start, start + AT_ONCE);
    using batch = await createGraphBatch(tensors, part, model.normalization);
    const gradients = await differentiateLogPermeability(tensors, model, batch);
    found.push(...part.map((graph, k) => combine(model, graph, gradients.of(k))));
  }
  return found;
}

/** Mean and spread over networks, in the order of `QUANTITIES`. */
export function averageSensitivities(networks: readonly NetworkSensitivity[]): Sensitivity[] {
  return NAMES.map((quantity) => {
    const values = networks.map(({ total }) => total[quantity]);
    const mean = values.reduce((sum, value) => sum + value / values.length, 0);
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0);
    return { quantity, ...QUANTITIES[quantity], mean, deviation: Math.sqrt(variance) };
  });
}

interface Gradients {
  /** m: ∂lnK/∂f, the share of dissipation. */
  readonly share: Float32Array;
  /** Features by elements of this network. */
  readonly throat: (feature: number, element: number) => number;
  readonly pore: (feature: number, element: number) => number;
}

/** Backwards from Σ ln K of the batch to f and to both kinds of features. */
async function differentiateLogPermeability(tensors: Tensors, model: TrainedModel, batch: GraphBatch) {
  const { tf } = tensors;
  const layers = layersOf(model.config);
  const members = await Promise.all(
    model.members.map((weights) => NetworkModel.create(tensors, model.config.model, layers, weights)),
  );
  const meanOf = (throat: Tensor, pore: Tensor) => {
    const features = { throat: throat as Tensor2D, pore: pore as Tensor2D };
    const parts = members.map((member) => member.evaluate({ ...batch, features }));
    return tf.div(
      parts.reduce((sum, part) => tf.add(sum, part)),
      parts.length,
    );
  };
  const inputs = [batch.features.throat, batch.features.pore];
  const gradients = tf.tidy(() => {
    const toLogK = (f: Tensor) => tf.sum(tf.log(batch.ops.permeabilities(tf.mul(batch.base, tf.exp(f)))));
    const share = tf.grad(toLogK)(meanOf(inputs[0]!, inputs[1]!));
    // Where the model reads no pores, their gradient is 0 and tfjs would refuse to give it.
    const touch = (pore: Tensor) => tf.mul(0, tf.sum(pore));
    const byFeatures = tf.grads((throat: Tensor, pore: Tensor) =>
      tf.add(tf.sum(tf.mul(share, meanOf(throat, pore))), touch(pore)),
    )(inputs);
    return [share, ...byFeatures];
  });
  const [share, throat, pore] = (await Promise.all(gradients.map((each) => each.data()))) as Float32Array[];
  tf.dispose(gradients);
  for (const member of members) member[Symbol.dispose]();
  const { throatItems, poreItems } = batch.sums;
  return {
    of(network: number): Gradients {
      const before = batch.graphs.slice(0, network);
      const firstThroat = before.reduce((sum, { base }) => sum + base.length, 0);
      const firstPore = before.reduce((sum, { domain }) => sum + domain.poreState.length, 0);
      return {
        share: share!.subarray(firstThroat, firstThroat + batch.graphs[network]!.base.length),
        throat: (feature, e) => throat![feature * throatItems + firstThroat + e]!,
        pore: (feature, i) => pore![feature * poreItems + firstPore + i]!,
      };
    },
  };
}

function combine(model: TrainedModel, graph: FlowGraph, gradients: Gradients): NetworkSensitivity {
  const { config, normalization } = model;
  const normal = normalizeFeatures(graph.features, normalization, FEATURE_LIMIT);
  const total = {} as Record<Quantity, number>;
  const throats = {} as Record<Quantity, Float64Array>;
  for (const quantity of NAMES) {
    const options = { ...voxelOf(graph), names: config.features };
    const slopes = differentiateFeatures(graph.domain, quantity, options, normalization);
    const own = slopeOfBase(model, graph, quantity).map((slope, e) => slope * gradients.share[e]!);
    addTerms(own, slopes.throat, normal.throat, config.features.throat.length, gradients.throat);
    const ofPores = new Float64Array(graph.domain.poreState.length);
    addTerms(ofPores, slopes.pore, normal.pore, config.features.pore.length, gradients.pore);
    total[quantity] = sumOf(own) + sumOf(ofPores);
    throats[quantity] = own;
  }
  const width = config.features.throat.length;
  const features = Float32Array.from({ length: graph.base.length * width }, (_, k) =>
    gradients.throat(k % width, Math.floor(k / width)),
  );
  return { total, throats, features };
}

/** Adds ∂lnK/∂φ · ∂φ/∂ln x of each element's features; one that is cut off does not change. */
function addTerms(
  terms: Float64Array,
  slopes: Float32Array,
  normal: Float32Array,
  width: number,
  gradient: (feature: number, element: number) => number,
): void {
  slopes.forEach((slope, k) => {
    if (slope === 0 || Math.abs(normal[k]!) >= FEATURE_LIMIT) return;
    const element = Math.floor(k / width);
    terms[element]! += slope * gradient(k % width, element);
  });
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

const voxelOf = ({ voxelSize }: FlowGraph) => (voxelSize === undefined ? {} : { voxelSize });

/** ∂ln base/∂ln x: of the closure, or of rₜ³. */
function slopeOfBase({ config }: TrainedModel, graph: FlowGraph, quantity: Quantity): Float64Array {
  if (config.variant === "correct") {
    return differentiateConductance(graph.domain, quantity, { closure: config.closure });
  }
  return new Float64Array(graph.base.length).fill(quantity === "throatRadius" ? 3 : 0);
}
