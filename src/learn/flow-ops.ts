/**
 * Flow as tensor ops, on the shared device: conductances of all throats of a batch → permeabilities, or pressures.
 * The seam to another tensor library is as narrow as this file: `ResidentFlow` takes buffers and gives buffers; a
 * library needs a tensor's buffer, a copy into a tensor, and a custom gradient.
 *
 *   permeabilities   dJ/dg_e = dJ/dK · μ L / A · (p_i − p_j)², from the drops of the same solve
 *   pressures        dJ/dg_e = −(λ_i − λ_j)(p_i − p_j) with A λ = dJ/dp, one adjoint solve
 */
import { OptionError } from "../errors.ts";
import type { ResidentFlow } from "../flow/resident-flow.ts";
import { SparseSum } from "./sparse-sum.ts";
import type { Tensor, Tensor1D, Tensors } from "./tensors.ts";

export interface FlowOps extends Disposable {
  /**
   * [m²] of every network, from the conductances of all throats of the batch [m³/(Pa·s)].
   * @throws {OptionError} when their number is wrong
   */
  permeabilities(conductances: Tensor1D): Tensor1D;
  /**
   * Of every pore of the batch, 1 at the inlet and 0 at the outlet; 0 where it is not solved.
   * @throws {OptionError} when their number is wrong
   */
  pressures(conductances: Tensor1D): Tensor1D;
}

/**
 * @param flow owned by the caller, on the tensors' device
 * @example
 * using flow = await ResidentFlow.create(device, domains);
 * using ops = await createFlowOps(await openTensors(device), flow);
 * const gradient = tf.grad((g) => tf.sum(ops.permeabilities(g)))(conductances);
 */
export async function createFlowOps(tensors: Tensors, flow: ResidentFlow): Promise<FlowOps> {
  const { tf } = tensors;
  const throatCount = flow.throatStart.at(-1)!;
  const toThroats = await spreadToThroats(tensors, flow);
  const permeabilities = tf.customGrad(((g: Tensor1D, save: (saved: Tensor[]) => void) => {
    solve(tensors, flow, g);
    save([readTensor(tensors, flow.buffers.drop, throatCount)]);
    return {
      value: readTensor(tensors, flow.buffers.permeability, flow.systems.length),
      gradFunc: (upstream: Tensor, [drop]: Tensor[]) => {
        const weight = toThroats.apply(tf.reshape(upstream, [1, -1]));
        return tf.mul(tf.reshape(weight, [-1]), tf.square(drop!));
      },
    };
  }) as unknown as Parameters<typeof tf.customGrad>[0]);
  const pressures = tf.customGrad(((g: Tensor1D, save: (saved: Tensor[]) => void) => {
    solve(tensors, flow, g);
    save([g, readTensor(tensors, flow.buffers.drop, throatCount)]);
    return {
      value: readTensor(tensors, flow.buffers.pressure, flow.poreStart.at(-1)!),
      gradFunc: (upstream: Tensor, [ofForward, drop]: Tensor[]) => {
        writeTensor(tensors, ofForward!, flow.buffers.conductance);
        writeTensor(tensors, drop!, flow.buffers.drop);
        writeTensor(tensors, upstream, flow.buffers.pressureGradient);
        flow.submitAdjoint();
        return readTensor(tensors, flow.buffers.gradient, throatCount);
      },
    };
  }) as unknown as Parameters<typeof tf.customGrad>[0]);
  const checked = (op: (g: Tensor1D) => Tensor) => (g: Tensor1D) => {
    requireCount(g, throatCount);
    return op(g) as Tensor1D;
  };
  const destroy = () => toThroats.destroy();
  return {
    permeabilities: checked(permeabilities),
    pressures: checked(pressures),
    [Symbol.dispose]: destroy,
  };
}

function solve(tensors: Tensors, flow: ResidentFlow, conductances: Tensor): void {
  writeTensor(tensors, conductances, flow.buffers.conductance);
  flow.submit();
}

/** μ L / A of a throat's network, at the throat. */
function spreadToThroats(tensors: Tensors, { throatStart, factors }: ResidentFlow): Promise<SparseSum> {
  const throatCount = throatStart.at(-1)!;
  const columns = new Uint32Array(throatCount);
  const weights = new Float64Array(throatCount);
  factors.forEach((factor, s) => {
    columns.fill(s, throatStart[s]!, throatStart[s + 1]!);
    weights.fill(factor, throatStart[s]!, throatStart[s + 1]!);
  });
  const rows = Uint32Array.from({ length: throatCount }, (_, e) => e);
  return SparseSum.create(tensors, throatCount, factors.length, { rows, columns, weights });
}

/** Copies a tensor into a buffer of porenet's, behind all that is recorded so far. */
function writeTensor(tensors: Tensors, tensor: Tensor, target: GPUBuffer): void {
  const source = tensors.bufferOf(tensor);
  tensors.copy(source, target, 4 * tensor.size);
  tensors.flush();
}

/** Copies a buffer of porenet's into a new tensor. */
function readTensor(tensors: Tensors, source: GPUBuffer, count: number): Tensor1D {
  const tensor = tensors.allocate([count]) as Tensor1D;
  tensors.copy(source, tensors.bufferOf(tensor), 4 * count);
  return tensor;
}

function requireCount(conductances: Tensor1D, throatCount: number): void {
  if (conductances.rank === 1 && conductances.size === throatCount) return;
  throw new OptionError(
    "conductances",
    `There are [${conductances.shape}] conductances for ${throatCount} throats of the batch.`,
    "Give one for each throat of each network, one network after the other.",
  );
}
