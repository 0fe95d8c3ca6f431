/** Items of a ragged batch (throats, pores) cut into chunks, some a workgroup, as shaders/include/item-chunks.wgsl. */
import type { BufferSet } from "../gpu/buffers.ts";
import { type BoundKernel, dispatchGroups } from "../gpu/kernel.ts";

export interface ItemChunks {
  readonly groupCount: number;
  readonly chunkCount: number;
  readonly launch: GPUBuffer;
  readonly chunks: GPUBuffer;
}

/** Workgroups over throats or pores, about: a launch of many is dear on a CPU. */
export const MOST_GROUPS = { hardware: 65_536, software: 64 };

const ITEMS_PER_CHUNK = 4096;
const CHUNK_WORDS = 5;

/**
 * @param start first item of each system, and the end; every system has at least one chunk
 * @param groundRow the row that holds the ground at 1
 * @param mostGroups workgroups, about: a launch of many is dear on a CPU
 */
export function createItemChunks(
  own: BufferSet,
  label: string,
  start: Uint32Array,
  groundRow: number,
  mostGroups: number,
): ItemChunks {
  const systemCount = start.length - 1;
  const records: number[] = [];
  for (let s = 0; s < systemCount; s++) {
    const count = start[s + 1]! - start[s]!;
    const pieces = Math.max(1, Math.ceil(count / ITEMS_PER_CHUNK));
    const first = records.length / CHUNK_WORDS;
    for (let k = 0; k < pieces; k++) {
      const begin = start[s]! + k * ITEMS_PER_CHUNK;
      const end = Math.min(start[s + 1]!, begin + ITEMS_PER_CHUNK);
      records.push(s, begin, end, first, first + pieces);
    }
  }
  const chunkCount = records.length / CHUNK_WORDS;
  const chunksPerGroup = Math.max(1, Math.floor(chunkCount / mostGroups));
  const zero = 0;
  return {
    groupCount: Math.ceil(chunkCount / chunksPerGroup),
    chunkCount,
    launch: own.uniform(`launch over ${label}`, Uint32Array.of(chunkCount, groundRow, zero, chunksPerGroup)),
    chunks: own.upload(`chunks of ${label}`, Uint32Array.from(records)),
  };
}

export function dispatchItems(pass: GPUComputePassEncoder, kernel: BoundKernel, items: ItemChunks): void {
  dispatchGroups(pass, kernel, items.groupCount);
}
