/** Some networks together on the device: features, base conductances, sums and flow, made once and kept. */
import { ResidentFlow } from "../flow/resident-flow.ts";
import { writeBuffer } from "../gpu/buffers.ts";
import { type FeatureNormalization, normalizeFeatures } from "./features.ts";
import { createFlowOps, type FlowOps } from "./flow-ops.ts";
import type { FlowGraph } from "./graph.ts";
import { createGraphSums, type GraphSums, padItems } from "./tensor-algebra.ts";
import type { Tensor1D, Tensor2D, Tensors } from "./tensors.ts";
import { joinTopology } from "./topology.ts";

/** Normalised features are cut off here: extraction leaves outliers. */
export const FEATURE_LIMIT = 4;

export interface GraphBatch extends Disposable {
  readonly graphs: readonly FlowGraph[];
  /** Features by items, normalised. */
  readonly features: { readonly throat: Tensor2D; readonly pore: Tensor2D };
  /** f32 of every throat [m³/(Pa·s)]. */
  readonly base: Tensor1D;
  readonly basePermeability: Tensor1D;
  readonly sums: GraphSums;
  readonly ops: FlowOps;
  readonly throatCount: number;
}

/** @throws {LimitError} when the batch does not fit the device */
export async function createGraphBatch(
  tensors: Tensors,
  graphs: readonly FlowGraph[],
  normalization: FeatureNormalization,
): Promise<GraphBatch> {
  const { tf, device } = tensors;
  const domains = graphs.map(({ domain }) => domain);
  const topology = joinTopology(domains);
  const viscosity = graphs[0]!.viscosity;
  const flow = await ResidentFlow.create(device, domains, { viscosity });
  const ops = await createFlowOps(tensors, flow);
  const sums = await createGraphSums(tensors, topology);
  const normal = graphs.map((graph) => normalizeFeatures(graph.features, normalization, FEATURE_LIMIT));
  const { names } = normalization;
  const throat = joinFeatures(
    normal.map((each) => each.throat),
    names.throat.length,
    topology.throatCount,
  );
  const pore = joinFeatures(
    normal.map((each) => each.pore),
    names.pore.length,
    topology.poreCount,
  );
  const base = new Float32Array(topology.throatCount);
  // All at the viscosity of the first: a permeability does not depend on it.
  graphs.forEach((graph, s) => {
    base.set(
      graph.base.map((g) => (g * graph.viscosity) / viscosity),
      topology.throatStart[s],
    );
  });
  // By the data alone, so that training that is resumed goes on as it would have.
  writeBuffer(device, flow.buffers.conductance, base);
  await flow.fitPreconditioner();
  const made = {
    features: {
      throat: tf.tensor2d(throat, [names.throat.length, sums.throatItems]),
      pore: tf.tensor2d(pore, [names.pore.length, sums.poreItems]),
    },
    base: tf.tensor1d(base),
    basePermeability: tf.tensor1d(Float32Array.from(graphs, (graph) => graph.basePermeability)),
  };
  return {
    graphs,
    ...made,
    sums,
    ops,
    throatCount: topology.throatCount,
    [Symbol.dispose]: () => {
      tf.dispose([made.features.throat, made.features.pore, made.base, made.basePermeability]);
      for (const each of [sums, ops, flow]) each[Symbol.dispose]();
    },
  };
}

/** From rows of each network to features by items of all, zeros where items only fill. */
function joinFeatures(parts: readonly Float32Array[], width: number, count: number): Float32Array {
  const items = padItems(count);
  const joined = new Float32Array(width * items);
  let first = 0;
  for (const part of parts) {
    const rows = part.length / Math.max(1, width);
    for (let row = 0; row < rows; row++) {
      for (let f = 0; f < width; f++) joined[f * items + first + row] = part[row * width + f]!;
    }
    first += rows;
  }
  return joined;
}
