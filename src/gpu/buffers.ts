/**
 * Buffers on the device, owned by whoever made the set: created within the device's limits, destroyed together.
 */
import type { ComputeDevice } from "./device.ts";
import { requireLimit, withErrorScopes } from "./error-scopes.ts";

/** Typed arrays that go to the device as they are. */
export type BufferData = Float32Array | Uint32Array | Int32Array;

/** WebGPU's usage flags by name; the constants are not global in Node. */
export const BufferUsage = {
  MAP_READ: 0x0001,
  COPY_SRC: 0x0004,
  COPY_DST: 0x0008,
  UNIFORM: 0x0040,
  STORAGE: 0x0080,
  INDIRECT: 0x0100,
} as const;

const STORAGE_USAGE = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;

export class BufferSet implements Disposable {
  readonly #device: ComputeDevice;
  readonly #buffers: GPUBuffer[] = [];
  #byteLength = 0;

  constructor(device: ComputeDevice) {
    this.#device = device;
  }

  /** Of all buffers in the set. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /**
   * A storage buffer of zeros.
   * @throws {LimitError} when it is larger than the device's largest binding
   */
  storage(label: string, bytes: number, extraUsage = 0): GPUBuffer {
    const size = Math.max(16, Math.ceil(bytes / 16) * 16);
    const remedy = `Solve fewer systems at once, or a smaller network: "${label}" does not fit.`;
    requireLimit(this.#device, "maxStorageBufferBindingSize", size, remedy);
    requireLimit(this.#device, "maxBufferSize", size, remedy);
    return this.#add(label, size, STORAGE_USAGE | extraUsage);
  }

  /** A storage buffer with these contents. */
  upload(label: string, data: BufferData): GPUBuffer {
    const buffer = this.storage(label, data.byteLength);
    writeBuffer(this.#device, buffer, data);
    return buffer;
  }

  uniform(label: string, data: Uint32Array): GPUBuffer {
    const buffer = this.#add(label, data.byteLength, BufferUsage.UNIFORM | BufferUsage.COPY_DST);
    writeBuffer(this.#device, buffer, data);
    return buffer;
  }

  /** A buffer that results are mapped from. */
  staging(label: string, bytes: number): GPUBuffer {
    return this.#add(label, Math.max(16, bytes), BufferUsage.MAP_READ | BufferUsage.COPY_DST);
  }

  destroy(): void {
    for (const buffer of this.#buffers) buffer.destroy();
    this.#buffers.length = 0;
    this.#byteLength = 0;
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  #add(label: string, size: number, usage: number): GPUBuffer {
    const buffer = this.#device.gpu.createBuffer({ label, size, usage });
    this.#buffers.push(buffer);
    this.#byteLength += size;
    return buffer;
  }
}

/**
 * Makes a set and what is in it inside error scopes; on failure nothing stays behind.
 * @throws {LimitError} when the device is out of memory
 */
export async function createBufferSet<T>(
  device: ComputeDevice,
  what: string,
  fill: (set: BufferSet) => T,
): Promise<{ set: BufferSet; buffers: T }> {
  const set = new BufferSet(device);
  try {
    const buffers = await withErrorScopes(device, what, () => fill(set));
    return { set, buffers };
  } catch (error) {
    set.destroy();
    throw error;
  }
}

/** Writes in pieces, so that the copy that the driver stages stays small. */
export function writeBuffer(
  device: ComputeDevice,
  buffer: GPUBuffer,
  data: BufferData,
  byteOffset = 0,
): void {
  for (let start = 0; start < data.byteLength; start += WRITE_BYTES) {
    const bytes = Math.min(WRITE_BYTES, data.byteLength - start);
    const piece = new Uint8Array(data.buffer, data.byteOffset + start, bytes);
    // Dawn in Node ends the process on views of memory that threads share.
    const own = (isShared(data) ? piece.slice() : piece) as Uint8Array<ArrayBuffer>;
    device.gpu.queue.writeBuffer(buffer, byteOffset + start, own);
  }
}

/** Never where a page's headers forbid shared memory. */
export function isShared({ buffer }: ArrayBufferView): boolean {
  return typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;
}

const WRITE_BYTES = 32 * 2 ** 20;
