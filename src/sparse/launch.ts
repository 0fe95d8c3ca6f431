/** The uniform that every batch kernel reads, as in shaders/include/launch.wgsl, and the dispatch over its chunks. */
import type { BufferSet } from "../gpu/buffers.ts";
import type { BoundKernel } from "../gpu/kernel.ts";
import { dispatchSize } from "../gpu/launch-shape.ts";
import type { SlicedPattern } from "./sliced-pattern.ts";

export interface LaunchOptions {
  readonly firstChunk?: number;
  readonly chunkCount?: number;
  readonly parity?: 0 | 1;
  readonly historyCapacity?: number;
}

/** Where `iterations` lies in the uniform [bytes]: it is the one member that changes. */
export const ITERATIONS_OFFSET = 16;

export function createLaunch(set: BufferSet, pattern: SlicedPattern, options: LaunchOptions = {}): GPUBuffer {
  const { firstChunk = 0, chunkCount = pattern.chunkCount, parity = 0, historyCapacity = 1 } = options;
  const zero = 0;
  const words = [
    firstChunk,
    chunkCount,
    pattern.sliceTable,
    parity,
    0,
    historyCapacity,
    pattern.rowCount,
    zero,
  ];
  return set.uniform("launch", Uint32Array.from(words));
}

/** One workgroup a chunk. */
export function dispatchChunks(pass: GPUComputePassEncoder, kernel: BoundKernel, chunkCount: number): void {
  pass.setPipeline(kernel.pipeline);
  pass.setBindGroup(0, kernel.bindGroup);
  pass.dispatchWorkgroups(...dispatchSize(chunkCount));
}
