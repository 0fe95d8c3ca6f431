/**
 * Conjugate gradients preconditioned by a V-cycle, wholly on the device: launches of one iteration in their order, all
 * indirect, so that what is still submitted when every system has ended launches nothing.
 *
 *   direction  beta = r·z / r·z before,  p = z + beta p          z, p → p             12 bytes an unknown
 *   applyDot   q = A p, p·q                                      as in cg-kernels.ts  6k + 8
 *   update     alpha = r·z / p·q,  y += alpha p,  r -= alpha q   p, q, y, r, m → y, r, x   32
 *              x = m r, the cycle's first smoothing step
 *   decide     from r·r
 *   cycle      z = M r, r·z                                      see multigrid/cycle.ts
 */
import { type BufferSet, BufferUsage, createBufferSet, writeBuffer } from "../gpu/buffers.ts";
import { type BoundKernel, createKernel, dispatchGroups } from "../gpu/kernel.ts";

import { bindCycle, type CycleStep, groupsOf } from "../multigrid/cycle.ts";
import type { Hierarchy } from "../multigrid/hierarchy.ts";
import type { Step } from "../multigrid/row-launch.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import type { CgWorkspace } from "./cg-kernels.ts";
import type { InnerIteration } from "./inner-solve.ts";

export class MultigridIteration implements InnerIteration, Disposable {
  /** Bytes of a cycle at the usual complexities, over those of an iteration without. */
  readonly cost = 6;
  readonly #matrix: RaggedLaplacian;
  readonly #set: BufferSet;
  readonly #groups: GPUBuffer;
  readonly #gate: BoundKernel;
  readonly #start: readonly BoundKernel[];
  readonly #cycle: readonly CycleStep[];
  /** By parity; the cycle follows. */
  readonly #steps: readonly [readonly Step[], readonly Step[]];

  /**
   * @param workspace of a matrix that has no small systems
   * @throws {LimitError} when the vectors do not fit the device
   */
  static async create(
    matrix: RaggedLaplacian,
    workspace: CgWorkspace,
    hierarchy: Hierarchy,
  ): Promise<MultigridIteration> {
    const { device, shape, pattern } = matrix;
    const bytes = 4 * pattern.vectorLength;
    const { set, buffers } = await createBufferSet(device, "the vectors of multigrid", (own) => ({
      rest: { buffer: own.storage("r of the recurrence", bytes) },
      smoothed: { buffer: own.storage("smoothed", bytes) },
      partialProduct: own.storage("partial sums of r·z", 4 * pattern.chunkCount),
      partialSquares: own.storage("partial sums of r·r", 4 * pattern.chunkCount),
    }));
    try {
      const { rest, smoothed, partialProduct, partialSquares } = buffers;
      const { preconditioned, product } = workspace.buffers;
      const cycle = await bindCycle({ device, shape, set }, matrix, hierarchy, {
        load: rest,
        x: smoothed,
        residual: { buffer: product },
        result: preconditioned,
        partialProduct,
      });
      const bound = await bindSteps(matrix, workspace, hierarchy, {
        rest,
        smoothed,
        partialProduct,
        partialSquares,
      });
      return new MultigridIteration(
        matrix,
        set,
        cycle,
        bound,
        await bindGate(set, matrix, workspace, [...bound.steps[0], ...cycle]),
      );
    } catch (error) {
      set.destroy();
      throw error;
    }
  }

  private constructor(
    matrix: RaggedLaplacian,
    set: BufferSet,
    cycle: readonly CycleStep[],
    { start, steps }: BoundSteps,
    { gate, groups }: { gate: BoundKernel; groups: GPUBuffer },
  ) {
    this.#matrix = matrix;
    this.#set = set;
    this.#cycle = cycle;
    this.#start = start;
    this.#steps = steps;
    this.#gate = gate;
    this.#groups = groups;
  }

  /** On the device. */
  get byteLength(): number {
    return this.#set.byteLength;
  }

  /** Of an iteration. */
  get launchCount(): number {
    return this.#steps[0].length + this.#cycle.length + 1;
  }

  /** The launches of an iteration, in their order, as they are where every system runs. */
  listSteps(): readonly CycleStep[] {
    return [...this.#steps[0], ...this.#cycle];
  }

  encodeStart(pass: GPUComputePassEncoder): void {
    for (const kernel of this.#start) dispatchGroups(pass, kernel, this.#matrix.pattern.chunkCount);
    dispatchGroups(pass, this.#gate, 1);
    this.#encodeGated(pass, this.#cycle, this.#steps[0].length);
  }

  /** @param iterations even */
  encodeIterations(pass: GPUComputePassEncoder, iterations: number): void {
    dispatchGroups(pass, this.#gate, 1);
    for (let k = 0; k < iterations; k++) {
      const steps = this.#steps[(k % 2) as 0 | 1];
      this.#encodeGated(pass, steps, 0);
      dispatchGroups(pass, this.#gate, 1);
      this.#encodeGated(pass, this.#cycle, steps.length);
    }
  }

  destroy(): void {
    this.#set.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  /** @param place of the first of them among all launches of an iteration */
  #encodeGated(pass: GPUComputePassEncoder, steps: readonly Step[], place: number): void {
    steps.forEach(({ kernel }, k) => {
      pass.setPipeline(kernel.pipeline);
      pass.setBindGroup(0, kernel.bindGroup);
      pass.dispatchWorkgroupsIndirect(this.#groups, 12 * (place + k));
    });
  }
}

interface BoundSteps {
  readonly start: readonly BoundKernel[];
  readonly steps: readonly [readonly Step[], readonly Step[]];
}

interface OwnVectors {
  readonly rest: GPUBufferBinding;
  readonly smoothed: GPUBufferBinding;
  readonly partialProduct: GPUBuffer;
  readonly partialSquares: GPUBuffer;
}

async function bindSteps(
  { device, shape, pattern, buffers }: RaggedLaplacian,
  { buffers: own, kernels }: CgWorkspace,
  { levels }: Hierarchy,
  { rest, smoothed, partialProduct, partialSquares }: OwnVectors,
): Promise<BoundSteps> {
  const constants = { lanes: shape.lanes };
  const [begin, direction, update, decide, decideStart] = await Promise.all([
    createKernel(device, "multigrid/cg-begin", constants),
    createKernel(device, "multigrid/cg-direction", constants),
    createKernel(device, "multigrid/cg-update", constants),
    createKernel(device, "multigrid/cg-decide", constants),
    createKernel(device, "multigrid/cg-decide", { ...constants, isStart: 1 }),
  ]);
  const { batchLayout } = buffers;
  const { smoother } = levels;
  const { residual, correction, product, partialCurvature, state, history, preconditioned } = own;
  const all = { launch: own.allLaunch, batchLayout };
  const { chunkCount } = pattern;
  const stepsOf = (parity: 0 | 1): Step[] => {
    const launch = own.largeLaunch[parity];
    const chunks = { launch, batchLayout, state };
    const whole = (kernel: BoundKernel): Step => ({ kernel, groupCount: chunkCount });
    return [
      whole(direction.bind({ ...chunks, preconditioned, direction: own.direction, partialProduct })),
      ...kernels.applyDot[parity].map((kernel, segment) => ({
        kernel,
        groupCount: own.largeSegments[segment]!.chunkCount,
      })),
      whole(
        update.bind({
          ...chunks,
          direction: own.direction,
          product,
          smoother,
          partialCurvature,
          correction,
          rest,
          smoothed,
          partialSquares,
        }),
      ),
      whole(decide.bind({ ...chunks, partialSquares, history })),
    ];
  };
  return {
    start: [
      begin.bind({ ...all, residual, smoother, rest, smoothed, correction, partialSquares, state }),
      decideStart.bind({ ...all, partialSquares, state, history }),
    ],
    steps: [stepsOf(0), stepsOf(1)],
  };
}

async function bindGate(
  set: BufferSet,
  { device, shape }: RaggedLaplacian,
  { buffers: { state } }: CgWorkspace,
  steps: readonly Step[],
) {
  const words = Uint32Array.from(steps.flatMap(groupsOf));
  const fullGroups = set.storage("groups of all launches", words.byteLength);
  writeBuffer(device, fullGroups, words);
  const groups = set.storage("groups", words.byteLength, BufferUsage.INDIRECT);
  const gate = await createKernel(device, "multigrid/cg-gate", { lanes: shape.lanes });
  return { groups, gate: gate.bind({ state, fullGroups, groups }) };
}
