/**
 * What preconditions the large systems of a resident solve in place of the diagonal: a multigrid cycle, whose hierarchy
 * may be older than the weights.
 *
 * Of an old cycle the finest smoother is found anew for every solve, by one launch. With A ≤ 2 / m, which the smoother of
 * the matrix itself satisfies, the cycle is positive definite for whatever the levels below were made for; with an old
 * smoother it is not, and conjugate gradients break down at changes of a third.
 */
import { type BufferSet, createBufferSet } from "../gpu/buffers.ts";
import { bindMeasure } from "../multigrid/device-coarsening.ts";
import type { Hierarchy } from "../multigrid/hierarchy.ts";
import { encodeSteps, type Step } from "../multigrid/row-launch.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import type { CgWorkspace } from "./cg-kernels.ts";
import { MultigridIteration } from "./multigrid-iteration.ts";

export class ResidentCycle implements Disposable {
  readonly iteration: MultigridIteration;
  readonly #set: BufferSet;
  readonly #measure: Step;

  /**
   * @param workspace of the matrix, which has no small systems and one page
   * @throws {LimitError} when the vectors do not fit the device
   */
  static async create(
    matrix: RaggedLaplacian,
    workspace: CgWorkspace,
    hierarchy: Hierarchy,
  ): Promise<ResidentCycle> {
    const { device, shape, pattern, buffers } = matrix;
    const { rowCount } = pattern;
    const { set, buffers: own } = await createBufferSet(device, "what the smoother needs", (made) => ({
      ground: made.storage("ground", 4 * rowCount),
      threshold: made.storage("threshold", 4 * rowCount),
    }));
    try {
      const { column, weight, sliceTable } = buffers.pages[0]!;
      const { smoother } = hierarchy.levels;
      const rows = { rowCount, isSliced: true, sliceTable, rowTable: buffers.batchLayout };
      const level = { ...rows, column, weight, smoother, ...own };
      const measure = await bindMeasure({ device, shape, set }, level);
      const iteration = await MultigridIteration.create(matrix, workspace, hierarchy);
      return new ResidentCycle(iteration, set, measure);
    } catch (error) {
      set.destroy();
      throw error;
    }
  }

  private constructor(iteration: MultigridIteration, set: BufferSet, measure: Step) {
    this.iteration = iteration;
    this.#set = set;
    this.#measure = measure;
  }

  /** On the device, without the hierarchy. */
  get byteLength(): number {
    return this.#set.byteLength + this.iteration.byteLength;
  }

  /** The finest smoother from the weights of now. */
  encodeSmoother(pass: GPUComputePassEncoder): void {
    encodeSteps(pass, [this.#measure]);
  }

  destroy(): void {
    this.iteration.destroy();
    this.#set.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }
}
