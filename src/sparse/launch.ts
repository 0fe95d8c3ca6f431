/** The uniform that every batch kernel reads, as in shaders/include/launch.wgsl. */
import type { BufferSet } from "../gpu/buffers.ts";
import { type BoundKernel, dispatchGroups } from "../gpu/kernel.ts";
import type { Segment } from "./paged-slots.ts";
import type { SlicedPattern } from "./sliced-pattern.ts";

export interface LaunchOptions extends Partial<Segment> {
  readonly parity?: 0 | 1;
  readonly historyCapacity?: number;
  /** Of the edge page that is bound. */
  readonly firstEdge?: number;
}

/** Words of the uniform. */
export const LAUNCH_WORDS = 9;
/** Where `iterations` lies in the uniform [bytes]: it is the one member that changes. */
export const ITERATIONS_OFFSET = 16;

export function createLaunch(set: BufferSet, pattern: SlicedPattern, options: LaunchOptions = {}): GPUBuffer {
  const { firstChunk = 0, chunkCount = pattern.chunkCount, page = 0 } = options;
  const { parity = 0, historyCapacity = 1, firstEdge = 0 } = options;
  const zero = 0;
  const words = [
    firstChunk,
    chunkCount,
    pattern.pages[page]!.sliceTable,
    parity,
    0,
    historyCapacity,
    pattern.rowCount,
    zero,
    firstEdge,
  ];
  return set.uniform("launch", Uint32Array.from(words));
}

/** A kernel that is bound to one page's slots, and over how many chunks it goes. */
export interface SegmentKernel {
  readonly kernel: BoundKernel;
  readonly chunkCount: number;
}

/** One launch a segment, a workgroup a chunk. */
export function dispatchSegments(pass: GPUComputePassEncoder, segments: readonly SegmentKernel[]): void {
  for (const { kernel, chunkCount } of segments) dispatchGroups(pass, kernel, chunkCount);
}
