/**
 * The refined solve of a ragged batch without the host: recorded as a whole, submitted at once, decided on the
 * device. For what must not wait and must not leave the device, as a step of training. A system that fits is solved by
 * one workgroup in one dispatch; large ones go through the kernels of `ConjugateGradient`, with a fixed number of
 * refinements, of which those that are not needed dispatch nothing. Weights are single float32.
 *
 *   x = 0,  r = b - A x in two-float arithmetic
 *   `refinements` times:  where |r| > tolerance |b|:  A y = s r in float32,  x += y / s,  r = b - A x
 */
import { type BufferSet, BufferUsage, createBufferSet } from "../gpu/buffers.ts";
import { type BoundKernel, createKernel } from "../gpu/kernel.ts";
import { readBuffer } from "../gpu/readback.ts";
import { dispatchChunks } from "../sparse/launch.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import { type CgWorkspace, largestSmallSystem, vectorRanges } from "./cg-kernels.ts";
import { BLOCK_WORK, encodeLargeIterations } from "./encode-inner.ts";
import type { SolveStatus } from "./report.ts";

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

interface Buffers {
  /** x, two f32 a row, with the grounds' values. */
  readonly solution: GPUBuffer;
  /** Of a solve with a load: two f32 a row. */
  readonly load?: GPUBuffer;
  readonly partialNorms: GPUBuffer;
  readonly progress: GPUBuffer;
  readonly ground: GPUBuffer;
  /** Arguments of indirect dispatches over the chunks of large systems. */
  readonly groups: GPUBuffer;
}

interface Kernels {
  /** All of a small system's solve. */
  readonly small: BoundKernel;
  readonly residual: BoundKernel;
  readonly accumulate: BoundKernel;
  readonly planFirst: BoundKernel;
  readonly planNext: BoundKernel;
  /** Sets `groups`. */
  readonly gate: BoundKernel;
  readonly initialize: BoundKernel;
  readonly start: BoundKernel;
}

/** How much a float32 inner solve reduces its residual. */
const INNER_REDUCTION = 1e-5;
const PROGRESS_WORDS = 4;
const STATUSES = ["max-iterations", "converged", "non-finite"] as const satisfies SolveStatus[];

export class ResidentSolve implements Disposable {
  readonly #matrix: RaggedLaplacian;
  readonly #workspace: CgWorkspace;
  readonly #options: Required<ResidentSolveOptions>;
  readonly #set: BufferSet;
  readonly #kernels: Kernels;
  readonly buffers: Buffers;

  /**
   * @param hasLoad whether `buffers.load` is the right-hand side, grounds being at 0; otherwise they drive
   * @throws {LimitError} when the vectors do not fit the device
   */
  static async create(
    matrix: RaggedLaplacian,
    workspace: CgWorkspace,
    hasLoad: boolean,
    options: ResidentSolveOptions = {},
  ): Promise<ResidentSolve> {
    const complete = { tolerance: 1e-6, refinements: 3, maxIterations: 2000, ...options };
    const { vectorLength, chunkCount, systemCount } = matrix.pattern;
    const { set, buffers } = await createBufferSet(matrix.device, "the solution", (own) => ({
      solution: own.storage("x", 8 * vectorLength),
      ...(hasLoad && { load: own.storage("load", 8 * vectorLength) }),
      partialNorms: own.storage("partial sums of r·r and energy", 8 * chunkCount),
      progress: own.storage("progress", 4 * PROGRESS_WORDS * systemCount),
      ground: own.upload("ground", Float32Array.of(hasLoad ? 0 : 1, 0)),
      groups: own.storage("groups", 12, BufferUsage.INDIRECT),
    }));
    try {
      const kernels = await bindKernels(matrix, workspace, buffers, complete);
      return new ResidentSolve(matrix, workspace, complete, set, buffers, kernels);
    } catch (error) {
      set.destroy();
      throw error;
    }
  }

  private constructor(
    matrix: RaggedLaplacian,
    workspace: CgWorkspace,
    options: Required<ResidentSolveOptions>,
    set: BufferSet,
    buffers: Buffers,
    kernels: Kernels,
  ) {
    this.#matrix = matrix;
    this.#workspace = workspace;
    this.#options = options;
    this.#set = set;
    this.buffers = buffers;
    this.#kernels = kernels;
  }

  /** On the device, without the matrix and the workspace. */
  get byteLength(): number {
    return this.#set.byteLength;
  }

  /** Solves for the matrix, and the load, as they are on the device when their turn comes; returns at once. */
  submit(): void {
    const { pattern } = this.#matrix;
    const { solution, ground } = this.buffers;
    this.#submit(
      (pass) => {
        if (pattern.smallChunkCount > 0) dispatchChunks(pass, this.#kernels.small, pattern.smallChunkCount);
      },
      (encoder) => {
        encoder.clearBuffer(solution);
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
    const { residual, planFirst, planNext, gate, initialize, start, accumulate } = this.#kernels;
    const count = pattern.chunkCount - pattern.smallChunkCount;
    this.#submit((pass) => {
      dispatchChunks(pass, residual, count);
      dispatchChunks(pass, planFirst, count);
      dispatchChunks(pass, gate, 1);
    });
    for (let round = 0; round < this.#options.refinements; round++) {
      this.#submit((pass) => this.#dispatchGated(pass, initialize, start));
      this.#submitIterations();
      this.#submit((pass) => {
        this.#dispatchGated(pass, accumulate, residual, planNext);
        dispatchChunks(pass, gate, 1);
      });
    }
  }

  /** Over all chunks of large systems, or none where every one is done. */
  #dispatchGated(pass: GPUComputePassEncoder, ...kernels: readonly BoundKernel[]): void {
    for (const { pipeline, bindGroup } of kernels) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroupsIndirect(this.buffers.groups, 0);
    }
  }

  /** In blocks that end soon, one submit each. */
  #submitIterations(): void {
    const { device, pattern } = this.#matrix;
    const most = Math.min(LONGEST_BLOCK, BLOCK_WORK[device.kind] / pattern.rowCount);
    const block = 2 * Math.max(1, Math.floor(most / 2));
    for (let done = 0; done < this.#options.maxIterations; done += block) {
      this.#submit((pass) => encodeLargeIterations(pass, this.#matrix, this.#workspace, block));
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

/** Each iteration of a large system is three dispatches, and a driver holds only so many in one submit. */
const LONGEST_BLOCK = 512;
async function bindKernels(
  matrix: RaggedLaplacian,
  workspace: CgWorkspace,
  own: Buffers,
  { tolerance, refinements, maxIterations }: Required<ResidentSolveOptions>,
): Promise<Kernels> {
  const { device, shape, pattern } = matrix;
  const { batchLayout, column, weight, weightLow, inverseDiagonal } = matrix.buffers;
  const { state, residual, vectors, smallLaunch, largeLaunch } = workspace.buffers;
  const { solution, partialNorms, progress } = own;
  const constants = { lanes: shape.lanes };
  const hasLoad = own.load ? 1 : 0;
  const plan = { tolerance, innerReduction: INNER_REDUCTION, budget: maxIterations };
  const capacity = Math.max(32, largestSmallSystem(pattern));
  const [small, measure, accumulate, planFirst, planNext, gate, initialize, start] = await Promise.all([
    createKernel(device, "solve/refined-batch", { ...constants, ...plan, capacity, hasLoad, refinements }),
    createKernel(device, "sparse/residual", { ...constants, hasLoad }),
    createKernel(device, "solve/cg-accumulate", constants),
    createKernel(device, "solve/cg-plan", { ...constants, ...plan, isFirst: 1 }),
    createKernel(device, "solve/cg-plan", { ...constants, ...plan, isFirst: 0 }),
    createKernel(device, "solve/cg-gate", constants),
    createKernel(device, "solve/cg-initialize", constants),
    createKernel(device, "solve/cg-start", constants),
  ]);
  const large = { launch: largeLaunch[0], batchLayout };
  const planned = { ...large, partialNorms, state, progress };
  const [direction, preconditioned, correction] = vectorRanges(matrix, workspace.buffers);
  const { partialNorms: innerNorms } = workspace.buffers;
  return {
    small: small.bind({
      launch: smallLaunch,
      batchLayout,
      column,
      weight,
      inverseDiagonal,
      load: own.load ?? inverseDiagonal,
      vectors,
      solution,
      progress,
    }),
    residual: measure.bind({
      ...large,
      column,
      weight,
      weightLow,
      solution,
      load: own.load ?? solution,
      residual,
      partialNorms,
    }),
    accumulate: accumulate.bind({ ...large, correction, solution, state }),
    planFirst: planFirst.bind(planned),
    planNext: planNext.bind(planned),
    gate: gate.bind({ ...large, state, groups: own.groups }),
    initialize: initialize.bind({
      ...large,
      residual,
      inverseDiagonal,
      preconditioned,
      direction,
      correction,
      partialNorms: innerNorms,
      state,
    }),
    start: start.bind({ ...large, partialNorms: innerNorms, state }),
  };
}
