/** Where each of many parts begins in an array that holds them one after the other, found on the device. */
import type { BufferSet } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { type BoundKernel, createKernel, dispatchGroups } from "../gpu/kernel.ts";
import type { LaunchShape } from "../gpu/launch-shape.ts";

export interface RunningSumsOptions {
  /** Parts are as long as their count rounded up to a multiple of this; default 1. */
  readonly granule?: number;
  /** Counts are 0 or 1, and a part of no length begins nowhere (0xffffffff). */
  readonly numbers?: boolean;
}

/** Most blocks: one workgroup adds up their sums. */
const MOST_BLOCKS = 1024;

export class RunningSums {
  readonly #kernels: readonly BoundKernel[];
  readonly #blockCount: number;

  /**
   * @param counts `count` words
   * @param starts count + 1 words; the last becomes the total
   */
  static async create(
    set: BufferSet,
    device: ComputeDevice,
    { lanes, maxChunks }: LaunchShape,
    count: number,
    buffers: { readonly counts: GPUBuffer; readonly starts: GPUBuffer },
    { granule = 1, numbers = false }: RunningSumsOptions = {},
  ): Promise<RunningSums> {
    const { counts, starts } = buffers;
    const [sums, blocks, write] = await Promise.all([
      createKernel(device, "multigrid/scan-sums", { lanes }),
      createKernel(device, "multigrid/scan-blocks", { lanes }),
      createKernel(device, "multigrid/scan-starts", { lanes, numbers: numbers ? 1 : 0 }),
    ]);
    const most = Math.min(MOST_BLOCKS, maxChunks);
    const blockRows = Math.max(lanes, Math.ceil(count / most));
    const blockCount = Math.max(1, Math.ceil(count / blockRows));
    const scan = set.uniform("running sums", Uint32Array.of(count, blockRows, blockCount, granule));
    const blockSums = set.storage("sums of blocks", 4 * (blockCount + 1));
    return new RunningSums(
      [
        sums.bind({ scan, counts, blockSums }),
        blocks.bind({ scan, blockSums }),
        write.bind({ scan, counts, blockSums, starts }),
      ],
      blockCount,
    );
  }

  private constructor(kernels: readonly BoundKernel[], blockCount: number) {
    this.#kernels = kernels;
    this.#blockCount = blockCount;
  }

  encode(pass: GPUComputePassEncoder): void {
    for (const [k, kernel] of this.#kernels.entries())
      dispatchGroups(pass, kernel, k === 1 ? 1 : this.#blockCount);
  }
}
