/**
 * Iterative refinement: where the solution lives and how its true residual is measured, so that float32 solves
 * add up to a float64-accurate answer (J. H. Wilkinson, 1963; N. J. Higham, Accuracy and Stability, ch. 12).
 *
 * On the device in two-float arithmetic; where a driver breaks that, in float64 on the host.
 */
import { type BufferSet, createBufferSet, writeBuffer } from "../gpu/buffers.ts";
import { createKernel, submitPass } from "../gpu/kernel.ts";
import { readBuffer } from "../gpu/readback.ts";
import { dispatchSegments, type SegmentKernel } from "../sparse/launch.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import { assembleRightHandSide, computeResidual, dotProduct, measureEnergy } from "../sparse/reference.ts";
import { hasTwoFloat } from "../sparse/two-float-probe.ts";
import { type CgWorkspace, OUTCOMES, STATE_WORDS, StateWord } from "./cg-kernels.ts";
import { packLoad, type ScaledLoad } from "./load.ts";

/** Of one system, in the scaled units of the weights, and of the load, on the device. */
export interface Measure {
  readonly residualNorm: number;
  readonly energy: number;
}

/** Work on the device with a solution that is gone once it has been submitted. */
export type VisitSolution = (solution: GPUBuffer) => Promise<void>;

export interface Refinement extends Disposable {
  /** Computes the true residual into the workspace's, and measures it. */
  measure(): Promise<readonly Measure[]>;
  /** x += y / s after an inner solve, for systems whose y is finite. */
  accumulate(): Promise<void>;
  /** Unknowns of all systems in the caller's order, those of the scaled systems. */
  readSolution(): Promise<Float64Array>;
  /** Shows the solution as it is on the device: two f32 a row that sum up to it, grounds included. */
  visitSolution(visit: VisitSolution): Promise<void>;
}

/**
 * A solution x = 0 to begin with. Without a load the ground at 1 drives it, with one that ground is at 0.
 * @param force where the residual is computed; by default on the device if its arithmetic allows it
 */
export async function createRefinement(
  matrix: RaggedLaplacian,
  workspace: CgWorkspace,
  load?: ScaledLoad,
  force?: "device" | "host",
): Promise<Refinement> {
  const onDevice = force ? force === "device" : await hasTwoFloat(matrix.device);
  return onDevice
    ? DeviceRefinement.create(matrix, workspace, load)
    : new HostRefinement(matrix, workspace, load);
}

class DeviceRefinement implements Refinement {
  readonly #matrix: RaggedLaplacian;
  readonly #set: BufferSet;
  readonly #solution: GPUBuffer;
  readonly #partialNorms: GPUBuffer;
  readonly #residual: readonly SegmentKernel[];
  readonly #accumulate: readonly SegmentKernel[];

  static async create(
    matrix: RaggedLaplacian,
    workspace: CgWorkspace,
    load: ScaledLoad | undefined,
  ): Promise<DeviceRefinement> {
    const { device, shape, pattern } = matrix;
    const constants = { lanes: shape.lanes };
    const [residual, accumulate] = await Promise.all([
      createKernel(device, "sparse/residual", { ...constants, hasLoad: load ? 1 : 0 }),
      createKernel(device, "solve/cg-accumulate", constants),
    ]);
    const { set, buffers } = await createBufferSet(device, "the solution", (own) => ({
      solution: own.storage("x", 8 * pattern.vectorLength),
      partialNorms: own.storage("partial sums of r·r and energy", 8 * pattern.chunkCount),
      ...(load && { load: own.upload("load", packLoad(matrix, load)) }),
    }));
    const { solution, partialNorms } = buffers;
    if (!load) writeBuffer(device, solution, Float32Array.of(1), 8 * pattern.rowCount);
    const { launch, batchLayout, segments } = matrix.buffers;
    const { correction, state } = workspace.buffers;
    const rows = { solution, load: buffers.load ?? solution, residual: workspace.buffers.residual };
    const bound = {
      residual: segments.map(({ page: { column, weight, weightLow }, launches, chunkCount }) => {
        const slots = { launch: launches[0]!, batchLayout, column, weight, weightLow };
        return { kernel: residual.bind({ ...slots, ...rows, partialNorms }), chunkCount };
      }),
      accumulate: [
        {
          kernel: accumulate.bind({ launch, batchLayout, correction, solution, state }),
          chunkCount: pattern.chunkCount,
        },
      ],
    };
    return new DeviceRefinement(matrix, set, buffers, bound);
  }

  private constructor(
    matrix: RaggedLaplacian,
    set: BufferSet,
    buffers: { solution: GPUBuffer; partialNorms: GPUBuffer },
    bound: { residual: readonly SegmentKernel[]; accumulate: readonly SegmentKernel[] },
  ) {
    this.#matrix = matrix;
    this.#set = set;
    this.#solution = buffers.solution;
    this.#partialNorms = buffers.partialNorms;
    this.#residual = bound.residual;
    this.#accumulate = bound.accumulate;
  }

  async measure(): Promise<readonly Measure[]> {
    const { device, pattern } = this.#matrix;
    this.#dispatch(this.#residual);
    const sums = new Float32Array(await readBuffer(device, this.#partialNorms));
    const measures: Measure[] = [];
    for (let s = 0; s < pattern.systemCount; s++) {
      let norm2 = 0;
      let energy = 0;
      for (let k = pattern.chunkOfSystem[s]!; k < pattern.chunkEndOfSystem[s]!; k++) {
        norm2 += sums[2 * k]!;
        energy += sums[2 * k + 1]!;
      }
      measures.push({ residualNorm: Math.sqrt(norm2), energy });
    }
    return measures;
  }

  async accumulate(): Promise<void> {
    this.#dispatch(this.#accumulate);
  }

  async readSolution(): Promise<Float64Array> {
    const pairs = new Float32Array(await readBuffer(this.#matrix.device, this.#solution));
    return this.#matrix.unpackSolution(pairs);
  }

  async visitSolution(visit: VisitSolution): Promise<void> {
    await visit(this.#solution);
  }

  [Symbol.dispose](): void {
    this.#set.destroy();
  }

  #dispatch(kernels: readonly SegmentKernel[]): void {
    submitPass(this.#matrix.device, (pass) => dispatchSegments(pass, kernels));
  }
}

class HostRefinement implements Refinement {
  readonly #matrix: RaggedLaplacian;
  readonly #workspace: CgWorkspace;
  readonly #weights: Float64Array;
  readonly #rightHandSides: Float64Array[] = [];
  readonly #groundOne: 0 | 1;
  readonly #x: Float64Array;

  constructor(matrix: RaggedLaplacian, workspace: CgWorkspace, load: ScaledLoad | undefined) {
    const { pattern, scales } = matrix;
    this.#matrix = matrix;
    this.#workspace = workspace;
    this.#groundOne = load ? 0 : 1;
    this.#x = new Float64Array(pattern.unknownStart[pattern.systemCount]!);
    this.#weights = Float64Array.from(matrix.weights ?? []);
    for (let s = 0; s < pattern.systemCount; s++) {
      const own = this.#weightsOf(s);
      for (let k = 0; k < own.length; k++) own[k]! *= scales[s]!;
      this.#rightHandSides.push(
        load
          ? load.values.subarray(pattern.unknownStart[s]!, pattern.unknownStart[s + 1]!)
          : assembleRightHandSide(matrix.graphs[s]!, own),
      );
    }
  }

  async measure(): Promise<readonly Measure[]> {
    const { device, pattern, graphs } = this.#matrix;
    const residual = new Float32Array(pattern.vectorLength);
    const measures = graphs.map((graph, s) => {
      const x = this.#x.subarray(pattern.unknownStart[s]!, pattern.unknownStart[s + 1]!);
      const r = computeResidual(graph, this.#weightsOf(s), this.#rightHandSides[s]!, x);
      for (let i = 0; i < r.length; i++)
        residual[pattern.rowOfUnknown[pattern.unknownStart[s]! + i]!] = r[i]!;
      return {
        residualNorm: Math.sqrt(dotProduct(r, r)),
        energy: measureEnergy(graph, this.#weightsOf(s), x, this.#groundOne),
      };
    });
    writeBuffer(device, this.#workspace.buffers.residual, residual);
    return measures;
  }

  async accumulate(): Promise<void> {
    const { device, pattern } = this.#matrix;
    const { buffers } = this.#workspace;
    const { buffer, offset = 0 } = buffers.correction;
    const y = new Float32Array(await readBuffer(device, buffer, offset, 4 * pattern.vectorLength));
    const state = await readBuffer(device, buffers.state);
    const [floats, words] = [new Float32Array(state), new Uint32Array(state)];
    for (let s = 0; s < pattern.systemCount; s++) {
      const scale = floats[s * STATE_WORDS + StateWord.scale]!;
      const outcome = OUTCOMES[words[s * STATE_WORDS + StateWord.outcome]!];
      if (scale === 0 || outcome === "non-finite") continue;
      for (let i = pattern.unknownStart[s]!; i < pattern.unknownStart[s + 1]!; i++) {
        this.#x[i]! += y[pattern.rowOfUnknown[i]!]! / scale;
      }
    }
  }

  async readSolution(): Promise<Float64Array> {
    return this.#x.slice();
  }

  async visitSolution(visit: VisitSolution): Promise<void> {
    const { device, pattern } = this.#matrix;
    const pairs = new Float32Array(2 * pattern.vectorLength);
    for (let i = 0; i < this.#x.length; i++) {
      const row = pattern.rowOfUnknown[i]!;
      pairs[2 * row] = this.#x[i]!;
      pairs[2 * row + 1] = this.#x[i]! - pairs[2 * row]!;
    }
    pairs[2 * pattern.rowCount] = this.#groundOne;
    const { set, buffers } = await createBufferSet(device, "the solution", (own) => own.upload("x", pairs));
    try {
      await visit(buffers);
    } finally {
      set.destroy();
    }
  }

  [Symbol.dispose](): void {}

  #weightsOf(system: number): Float64Array {
    const { edgeStart } = this.#matrix.pattern;
    return this.#weights.subarray(edgeStart[system]!, edgeStart[system + 1]!);
  }
}
