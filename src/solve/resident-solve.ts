/**
 * The refined solve of a ragged batch without the host: recorded as a whole, submitted at once, decided on the
 * device. For what must not wait and must not leave the device, as a step of training. A system that fits is solved by
 * one workgroup in one dispatch, directly where its factor fits too; large ones go through the kernels of
 * `ConjugateGradient`, with a fixed number of refinements, of which those that are not needed dispatch nothing. Weights
 * are single float32.
 *
 *   x = 0,  r = b - A x in two-float arithmetic
 *   `refinements` times:  where |r| > tolerance |b|:  A y = s r in float32,  x += y / s,  r = b - A x
 */
import { type BufferSet, createBufferSet } from "../gpu/buffers.ts";
import { type BoundKernel, dispatchGroups } from "../gpu/kernel.ts";
import { readBuffer } from "../gpu/readback.ts";
import { requireOnePage } from "../sparse/paged-slots.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import type { CgWorkspace } from "./cg-kernels.ts";
import type { Elimination } from "./elimination.ts";
import { BLOCK_WORK, dispatchGated, encodeLargeIterations } from "./encode-inner.ts";
import type { SolveStatus } from "./report.ts";
import {
  bindResidentSolve,
  createResidentSolveBuffers,
  PROGRESS_WORDS,
  type ResidentSolveBuffers,
  type ResidentSolveKernels,
} from "./resident-bindings.ts";
import type { ResidentCycle } from "./resident-cycle.ts";

export interface ResidentSolveOptions {
  /** Largest |b - A x| / |b| [-]. Default 1e-6. */
  readonly tolerance?: number;
  /** Inner solves at most. Default 3. */
  readonly refinements?: number;
  /** Of each system in each inner solve. Default 2000. */
  readonly maxIterations?: number;
}

export interface ResidentReport {
  readonly status: SolveStatus;
  readonly iterations: number;
  /** |b - A x| / |b| */
  readonly relativeResidual: number;
}

const STATUSES = ["max-iterations", "converged", "non-finite"] as const satisfies SolveStatus[];

export class ResidentSolve implements Disposable {
  readonly #matrix: RaggedLaplacian;
  readonly #workspace: CgWorkspace;
  readonly #elimination: Elimination;
  readonly #options: Required<ResidentSolveOptions>;
  readonly #set: BufferSet;
  readonly #kernels: ResidentSolveKernels;
  readonly buffers: ResidentSolveBuffers;
  #cycle: { readonly cycle: ResidentCycle; readonly iterations: number } | undefined;
  #solveCount = 0;

  /**
   * @param hasLoad whether `buffers.load` is the right-hand side, grounds being at 0; otherwise they drive
   * @throws {LimitError} when the matrix does not fit one binding, or the vectors the device
   */
  static async create(
    matrix: RaggedLaplacian,
    workspace: CgWorkspace,
    elimination: Elimination,
    hasLoad: boolean,
    options: ResidentSolveOptions = {},
  ): Promise<ResidentSolve> {
    requireOnePage(matrix.pattern, matrix.pageSizes);
    const complete = { tolerance: 1e-6, refinements: 3, maxIterations: 2000, ...options };
    const { set, buffers } = await createBufferSet(matrix.device, "the solution", (own) =>
      createResidentSolveBuffers(own, matrix, hasLoad),
    );
    try {
      const kernels = await bindResidentSolve(matrix, workspace, elimination, buffers, complete);
      return new ResidentSolve(matrix, workspace, elimination, complete, set, buffers, kernels);
    } catch (error) {
      set.destroy();
      throw error;
    }
  }

  private constructor(
    matrix: RaggedLaplacian,
    workspace: CgWorkspace,
    elimination: Elimination,
    options: Required<ResidentSolveOptions>,
    set: BufferSet,
    buffers: ResidentSolveBuffers,
    kernels: ResidentSolveKernels,
  ) {
    this.#matrix = matrix;
    this.#workspace = workspace;
    this.#elimination = elimination;
    this.#options = options;
    this.#set = set;
    this.buffers = buffers;
    this.#kernels = kernels;
  }

  /** On the device, without the matrix and the workspace. */
  get byteLength(): number {
    return this.#set.byteLength;
  }

  /** How often it was submitted. */
  get solveCount(): number {
    return this.#solveCount;
  }

  /**
   * What solves from now on iterate with; without one, with the diagonal.
   * @param cycle of the same matrix and workspace
   * @param iterations of an inner solve; all of them are recorded, whether they will be needed or not
   */
  precondition(cycle: ResidentCycle | undefined, iterations = 0): void {
    this.#cycle = cycle && { cycle, iterations };
  }

  /** Solves for the matrix, and the load, as they are on the device when their turn comes; returns at once. */
  submit(): void {
    this.#solveCount++;
    const { pattern, shape } = this.#matrix;
    const { solution, ground, progress } = this.buffers;
    const { eliminate, small } = this.#kernels;
    const { systemCount } = this.#elimination;
    this.#submit(
      (pass) => {
        if (eliminate && systemCount > 0)
          dispatchGroups(pass, eliminate, Math.ceil(systemCount / shape.lanes));
        if (small && systemCount < pattern.smallChunkCount) {
          dispatchGroups(pass, small, pattern.smallChunkCount);
        }
      },
      (encoder) => {
        encoder.clearBuffer(solution);
        encoder.clearBuffer(progress);
        encoder.copyBufferToBuffer(ground, 0, solution, 8 * pattern.rowCount, 8);
      },
    );
    if (pattern.chunkCount > pattern.smallChunkCount) this.#submitLarge();
  }

  /**
   * How each system ended.
   * @throws {DeviceLostError} when the device is lost
   */
  async readReports(): Promise<ResidentReport[]> {
    const data = await readBuffer(this.#matrix.device, this.buffers.progress);
    const [floats, words] = [new Float32Array(data), new Uint32Array(data)];
    return Array.from({ length: this.#matrix.pattern.systemCount }, (_, s) => {
      const at = s * PROGRESS_WORDS;
      const reference = floats[at]!;
      return {
        status: STATUSES[words[at + 3]!]!,
        iterations: words[at + 2]!,
        relativeResidual: reference > 0 ? Math.sqrt(floats[at + 1]! / reference) : 0,
      };
    });
  }

  destroy(): void {
    this.#set.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  #submitLarge(): void {
    const { pattern } = this.#matrix;
    const { residual, planFirst, planNext, gate, accumulate } = this.#kernels;
    const count = pattern.chunkCount - pattern.smallChunkCount;
    this.#submit((pass) => {
      this.#cycle?.cycle.encodeSmoother(pass);
      dispatchGroups(pass, residual, count);
      dispatchGroups(pass, planFirst, count);
      dispatchGroups(pass, gate, 1);
    });
    for (let round = 0; round < this.#options.refinements; round++) {
      if (this.#cycle) this.#submitCycles(this.#cycle.cycle, this.#cycle.iterations);
      else this.#submitIterations();
      this.#submit((pass) => {
        this.#dispatchGated(pass, accumulate, residual, planNext);
        dispatchGroups(pass, gate, 1);
      });
    }
  }

  /** Over all chunks of large systems, or none where every one is done. */
  #dispatchGated(pass: GPUComputePassEncoder, ...kernels: readonly BoundKernel[]): void {
    for (const kernel of kernels) dispatchGated(pass, kernel, this.buffers.groups);
  }

  /** With the diagonal as preconditioner, in blocks that end soon, one submit each. */
  #submitIterations(): void {
    const { initialize, start } = this.#kernels;
    this.#submit((pass) => this.#dispatchGated(pass, initialize, start));
    this.#submitBlocks(this.#options.maxIterations, LONGEST_BLOCK, 1, (pass, block) =>
      encodeLargeIterations(pass, this.#matrix, this.#workspace, block),
    );
  }

  #submitCycles({ iteration }: ResidentCycle, iterations: number): void {
    this.#submit((pass) => iteration.encodeStart(pass));
    const count = Math.min(iterations, this.#options.maxIterations);
    const longest = (LONGEST_BLOCK * JACOBI_LAUNCHES) / iteration.launchCount;
    this.#submitBlocks(count, longest, iteration.cost, (pass, block) =>
      iteration.encodeIterations(pass, block),
    );
  }

  /** @param cost of an iteration, in those with the diagonal */
  #submitBlocks(
    iterations: number,
    longest: number,
    cost: number,
    encode: (pass: GPUComputePassEncoder, block: number) => void,
  ): void {
    const { device, pattern } = this.#matrix;
    const most = Math.min(longest, BLOCK_WORK[device.kind] / (cost * pattern.rowCount));
    const block = 2 * Math.max(1, Math.floor(most / 2));
    for (let done = 0; done < iterations; done += block) {
      const left = 2 * Math.ceil((iterations - done) / 2);
      this.#submit((pass) => encode(pass, Math.min(block, left)));
    }
  }

  #submit(
    encode: (pass: GPUComputePassEncoder) => void,
    prepare?: (encoder: GPUCommandEncoder) => void,
  ): void {
    const { gpu } = this.#matrix.device;
    const encoder = gpu.createCommandEncoder();
    prepare?.(encoder);
    const pass = encoder.beginComputePass();
    encode(pass);
    pass.end();
    gpu.queue.submit([encoder.finish()]);
  }
}

/** An iteration with the diagonal is three dispatches, and a driver holds only so many in one submit. */
const LONGEST_BLOCK = 512;
const JACOBI_LAUNCHES = 3;
