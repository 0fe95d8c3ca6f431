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
import { createKernel, submitPass } from "../gpu/kernel.ts";
import { chooseLaunchShape, type LaunchShape } from "../gpu/launch-shape.ts";
import { ROWS_PER_SLICE } from "./cut-chunks.ts";
import type { GroundedGraph } from "./graph.ts";
import { createLaplacianBuffers, type LaplacianBuffers } from "./laplacian-buffers.ts";
import { dispatchSegments, type SegmentKernel } from "./launch.ts";
import type { Ordering } from "./ordering.ts";
import {
  choosePageSizes,
  type EdgePage,
  type PageSizes,
  requireOnePage,
  requireRows,
} from "./paged-slots.ts";
import { assembleRightHandSide } from "./reference.ts";
import { buildSlicedPattern, type SlicedPattern } from "./sliced-pattern.ts";

export type { LaplacianBuffers } from "./laplacian-buffers.ts";

export interface RaggedLaplacianOptions {
  readonly ordering?: Ordering;
  readonly shape?: LaunchShape;
  /** Systems of at most so many rows are solved by one workgroup each. */
  readonly smallRows?: number;
  /**
   * The largest buffer that entries of the matrix or edges are kept in [bytes]; what is larger is split. For trying out
   * how; by default the largest that the device binds.
   */
  readonly pageBytes?: number;
  /** Whether to refuse what would have to be split. Default false. */
  readonly onePage?: boolean;
}

export class RaggedLaplacian implements Disposable {
  readonly device: ComputeDevice;
  readonly graphs: readonly GroundedGraph[];
  readonly pattern: SlicedPattern;
  readonly shape: LaunchShape;
  /** The most that one binding holds. */
  readonly pageSizes: PageSizes;
  readonly buffers: LaplacianBuffers;
  /** Of each system: the weights on the device are the caller's times this, a power of two. */
  readonly scales: Float64Array;
  /** The caller's weights, unscaled. */
  weights: Float64Array | undefined;
  /** How often weights were set. */
  version = 0;
  readonly #set: BufferSet;
  readonly #assemble: readonly SegmentKernel[];

  /**
   * Builds the pattern and its buffers; values come with `setWeights`.
   * @throws {LimitError} when the batch does not fit the device, before anything is allocated there
   * @throws {OptionError} for a `pageBytes` that holds nothing
   */
  static async create(
    device: ComputeDevice,
    graphs: readonly GroundedGraph[],
    options: RaggedLaplacianOptions = {},
  ): Promise<RaggedLaplacian> {
    const shape = options.shape ?? chooseLaunchShape(device);
    const { ordering = "auto", smallRows = defaultSmallRows(device), pageBytes, onePage = false } = options;
    const rowsOf = (count: number) => ROWS_PER_SLICE * Math.ceil(count / ROWS_PER_SLICE);
    const rowCount = graphs.reduce((sum, { unknownCount }) => sum + rowsOf(unknownCount), 0);
    requireRows(device, rowCount + ROWS_PER_SLICE);
    const pageSizes = choosePageSizes(device, pageBytes);
    const cut = { maxChunks: shape.maxChunks, smallRows, pageSlots: pageSizes.slots };
    const built = buildSlicedPattern(graphs, { ordering, ...cut });
    if (onePage) requireOnePage(built.pattern, pageSizes);
    const { set, buffers } = await createBufferSet(device, "the matrix", (own) =>
      createLaplacianBuffers(own, built, pageSizes.edges),
    );
    try {
      const assemble = await bindAssembly(device, shape, buffers);
      return new RaggedLaplacian(device, graphs, built.pattern, shape, pageSizes, buffers, set, assemble);
    } catch (error) {
      set.destroy();
      throw error;
    }
  }

  private constructor(
    device: ComputeDevice,
    graphs: readonly GroundedGraph[],
    pattern: SlicedPattern,
    shape: LaunchShape,
    pageSizes: PageSizes,
    buffers: LaplacianBuffers,
    set: BufferSet,
    assemble: readonly SegmentKernel[],
  ) {
    this.device = device;
    this.graphs = graphs;
    this.pattern = pattern;
    this.shape = shape;
    this.pageSizes = pageSizes;
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
    this.version++;
    for (let s = 0; s < pattern.systemCount; s++) {
      const own = weights.subarray(pattern.edgeStart[s]!, pattern.edgeStart[s + 1]!);
      this.scales[s] = chooseScale(this.graphs[s]!, own);
    }
    for (const page of buffers.edgePages) this.#writeWeights(weights, page);
    submitPass(device, (pass) => this.encodeAssembly(pass));
  }

  /** Values and diagonal from what `buffers.edgePages` hold then: two f32 an edge, scaled. */
  encodeAssembly(pass: GPUComputePassEncoder): void {
    dispatchSegments(pass, this.#assemble);
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

  #writeWeights(weights: Float64Array, { firstEdge, edgeCount, edgeWeight }: EdgePage): void {
    const pairs = new Float32Array(2 * Math.min(PIECE, edgeCount));
    for (let start = firstEdge; start < firstEdge + edgeCount; start += PIECE) {
      const count = Math.min(PIECE, firstEdge + edgeCount - start);
      this.#splitWeights(weights, start, pairs.subarray(0, 2 * count));
      writeBuffer(this.device, edgeWeight, pairs.subarray(0, 2 * count), 8 * (start - firstEdge));
    }
  }

  /** Weights of the edges from `first` on, as two f32 each. */
  #splitWeights(weights: Float64Array, first: number, pairs: Float32Array): void {
    const { edgeStart } = this.pattern;
    let system = 0;
    for (let k = 0; k < pairs.length / 2; k++) {
      while (first + k >= edgeStart[system + 1]!) system++;
      const scaled = weights[first + k]! * this.scales[system]!;
      const high = Math.fround(scaled);
      pairs[2 * k] = high;
      pairs[2 * k + 1] = scaled - high;
    }
  }
}

const PIECE = 2 ** 20;

async function bindAssembly(
  device: ComputeDevice,
  { lanes }: LaunchShape,
  { batchLayout, segments, edgePages, inverseDiagonal }: LaplacianBuffers,
): Promise<SegmentKernel[]> {
  const hasEdgePages = edgePages.length > 1 ? 1 : 0;
  const assemble = await createKernel(device, "sparse/assemble", { lanes, hasEdgePages });
  return segments.flatMap(({ page, chunkCount, launches }) => {
    const { slotEdge, weight, weightLow } = page;
    const bound = { batchLayout, slotEdge, weight, weightLow, inverseDiagonal };
    return edgePages.map(({ edgeWeight }, k) => ({
      kernel: assemble.bind({ launch: launches[k]!, edgeWeight, ...bound }),
      chunkCount,
    }));
  });
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
