/**
 * A ragged batch of grounded Laplacians on the device: one pattern, values as often as they change.
 *
 * Weights are scaled by a power of two for each system, so that what the ground at 1 gives it has norm 1 and
 * squares of residuals stay within float32. They are kept as two f32 each (48 bits), since rounding a conductance to f32
 * alone moves a permeability by 6e-8.
 */
import { OptionError } from "../errors.ts";
import { type BufferSet, createBufferSet, writeBuffer } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { type BoundKernel, createKernel } from "../gpu/kernel.ts";
import { chooseLaunchShape, type LaunchShape } from "../gpu/launch-shape.ts";
import type { GroundedGraph } from "./graph.ts";
import { createLaunch, dispatchChunks } from "./launch.ts";
import { packNearColumns } from "./near-columns.ts";
import type { Ordering } from "./ordering.ts";
import { assembleRightHandSide } from "./reference.ts";
import { buildSlicedPattern, type SlicedPattern } from "./sliced-pattern.ts";

export interface RaggedLaplacianOptions {
  readonly ordering?: Ordering;
  readonly shape?: LaunchShape;
  /** Systems of at most so many rows are solved by one workgroup each. */
  readonly smallRows?: number;
}

/** What a batch kernel may bind. */
export interface LaplacianBuffers {
  readonly launch: GPUBuffer;
  readonly batchLayout: GPUBuffer;
  readonly column: GPUBuffer;
  /** Columns as distances, where all are near. */
  readonly nearColumn?: GPUBuffer;
  readonly slotEdge: GPUBuffer;
  readonly edgeWeight: GPUBuffer;
  readonly weight: GPUBuffer;
  readonly weightLow: GPUBuffer;
  readonly inverseDiagonal: GPUBuffer;
}

export class RaggedLaplacian implements Disposable {
  readonly device: ComputeDevice;
  readonly graphs: readonly GroundedGraph[];
  readonly pattern: SlicedPattern;
  readonly shape: LaunchShape;
  readonly buffers: LaplacianBuffers;
  /** Of each system: the weights on the device are the caller's times this, a power of two. */
  readonly scales: Float64Array;
  /** The caller's weights, unscaled. */
  weights: Float64Array | undefined;
  readonly #set: BufferSet;
  readonly #assemble: BoundKernel;

  /**
   * Builds the pattern and its buffers; values come with `setWeights`.
   * @throws {LimitError} when the batch does not fit the device
   */
  static async create(
    device: ComputeDevice,
    graphs: readonly GroundedGraph[],
    options: RaggedLaplacianOptions = {},
  ): Promise<RaggedLaplacian> {
    const shape = options.shape ?? chooseLaunchShape(device);
    const { ordering = "auto", smallRows = defaultSmallRows(device) } = options;
    const pattern = buildSlicedPattern(graphs, { ordering, maxChunks: shape.maxChunks, smallRows });
    const kernel = await createKernel(device, "sparse/assemble", { lanes: shape.lanes });
    const { set, buffers } = await createBufferSet(device, "the matrix", (own) =>
      createBuffers(own, pattern),
    );
    const { launch, batchLayout, slotEdge, edgeWeight, weight, weightLow, inverseDiagonal } = buffers;
    const values = { slotEdge, edgeWeight, weight, weightLow, inverseDiagonal };
    const assemble = kernel.bind({ launch, batchLayout, ...values });
    // The slots live on the device now: at a million pores the host's copies are as large.
    const lean = { ...pattern, column: new Uint32Array(), slotEdge: new Uint32Array() };
    return new RaggedLaplacian(device, graphs, lean, shape, buffers, set, assemble);
  }

  private constructor(
    device: ComputeDevice,
    graphs: readonly GroundedGraph[],
    pattern: SlicedPattern,
    shape: LaunchShape,
    buffers: LaplacianBuffers,
    set: BufferSet,
    assemble: BoundKernel,
  ) {
    this.device = device;
    this.graphs = graphs;
    this.pattern = pattern;
    this.shape = shape;
    this.buffers = buffers;
    this.scales = new Float64Array(graphs.length).fill(1);
    this.#set = set;
    this.#assemble = assemble;
  }

  /** On the device. */
  get byteLength(): number {
    return this.#set.byteLength;
  }

  /**
   * Gives the edges their weights and assembles values and diagonal on the device.
   * @param weights those of all systems' edges, one system after the other; finite, not negative
   * @throws {OptionError} when their number is wrong
   */
  setWeights(weights: Float64Array): void {
    const { pattern, device, buffers } = this;
    if (weights.length !== pattern.edgeCount) {
      throw new OptionError(
        "weights",
        `There are ${weights.length} weights for ${pattern.edgeCount} edges.`,
        "Give one weight for each edge of each system, in the systems' order.",
      );
    }
    this.weights = weights;
    for (let s = 0; s < pattern.systemCount; s++) {
      const own = weights.subarray(pattern.edgeStart[s]!, pattern.edgeStart[s + 1]!);
      this.scales[s] = chooseScale(this.graphs[s]!, own);
    }
    for (let start = 0; start < weights.length; start += PIECE) {
      writeBuffer(device, buffers.edgeWeight, this.#splitWeights(weights, start), start * 8);
    }
    const encoder = device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    this.encodeAssembly(pass);
    pass.end();
    device.gpu.queue.submit([encoder.finish()]);
  }

  /** Values and diagonal from what `buffers.edgeWeight` holds then: two f32 an edge, scaled. */
  encodeAssembly(pass: GPUComputePassEncoder): void {
    dispatchChunks(pass, this.#assemble, this.pattern.chunkCount);
  }

  /** Values of the unknowns of all systems from a vector on the device, two f32 a row. */
  unpackSolution(pairs: Float32Array): Float64Array {
    const { rowOfUnknown } = this.pattern;
    const x = new Float64Array(rowOfUnknown.length);
    for (let i = 0; i < x.length; i++) {
      const row = rowOfUnknown[i]!;
      x[i] = pairs[2 * row]! + pairs[2 * row + 1]!;
    }
    return x;
  }

  destroy(): void {
    this.#set.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  #splitWeights(weights: Float64Array, start: number): Float32Array {
    const { edgeStart } = this.pattern;
    const end = Math.min(weights.length, start + PIECE);
    const pairs = new Float32Array(2 * (end - start));
    let system = 0;
    for (let k = start; k < end; k++) {
      while (k >= edgeStart[system + 1]!) system++;
      const scaled = weights[k]! * this.scales[system]!;
      const high = Math.fround(scaled);
      pairs[2 * (k - start)] = high;
      pairs[2 * (k - start) + 1] = scaled - high;
    }
    return pairs;
  }
}

const PIECE = 2 ** 20;

function createBuffers(own: BufferSet, pattern: SlicedPattern): LaplacianBuffers {
  const { vectorLength, column, edgeCount } = pattern;
  // Systems of one workgroup each keep what they gather from in its memory.
  const near = pattern.smallChunkCount < pattern.chunkCount ? packNearColumns(pattern) : undefined;
  return {
    launch: createLaunch(own, pattern),
    batchLayout: own.upload("batch layout", pattern.batchLayout),
    column: own.upload("column", column),
    ...(near && { nearColumn: own.upload("near column", near) }),
    slotEdge: own.upload("slot edge", pattern.slotEdge),
    edgeWeight: own.storage("edge weight", 8 * (edgeCount + 1)),
    weight: own.storage("weight", column.byteLength),
    weightLow: own.storage("weight, low part", column.byteLength),
    inverseDiagonal: own.storage("inverse diagonal", 4 * vectorLength),
  };
}

/** The power of two that brings the norm of the right-hand side near 1; where that is zero, the mean weight. */
function chooseScale(graph: GroundedGraph, weights: Float64Array): number {
  let norm = 0;
  for (const value of assembleRightHandSide(graph, weights)) if (value !== 0) norm = Math.hypot(norm, value);
  const size = norm > 0 ? norm : weights.reduce((sum, w) => sum + w / weights.length, 0);
  return size > 0 && Number.isFinite(size) ? 2 ** -Math.round(Math.log2(size)) : 1;
}

/** As many rows as have room in workgroup memory beside the sums, at most 4096. */
function defaultSmallRows(device: ComputeDevice): number {
  const rows = Math.floor((device.limits.maxComputeWorkgroupStorageSize - 2048) / 4);
  return Math.max(0, Math.min(4096, Math.floor(rows / 32) * 32));
}
