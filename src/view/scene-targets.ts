/** The textures beside a picture: depth, and the element at each pixel; made anew when the picture's size changes. */
import type { ComputeDevice } from "../gpu/device.ts";
import { requireLimit } from "../gpu/error-scopes.ts";
import { mapAndCopy } from "../gpu/readback.ts";

export const DEPTH_FORMAT: GPUTextureFormat = "depth32float";
export const ELEMENT_FORMAT: GPUTextureFormat = "r32uint";

// GPUTextureUsage's flags and GPUBufferUsage's: the constants are not global in Node.
export const TextureUsage = { COPY_SRC: 0x01, RENDER_ATTACHMENT: 0x10 } as const;
const MAP_READ_AND_COPY_DST = 0x0001 | 0x0008;
/** Rows of a texture are copied to multiples of so many bytes. */
const ROW_ALIGNMENT = 256;
const REMEDY = "Draw a smaller picture.";

export class SceneTargets implements Disposable {
  readonly #device: ComputeDevice;
  #depth: GPUTexture | undefined;
  #element: GPUTexture | undefined;

  constructor(device: ComputeDevice) {
    this.#device = device;
  }

  /** On the device. */
  get byteLength(): number {
    return this.#element ? 8 * this.#element.width * this.#element.height : 0;
  }

  get width(): number {
    return this.#element?.width ?? 0;
  }

  get height(): number {
    return this.#element?.height ?? 0;
  }

  /** @throws {LimitError} when the device has no textures of this size */
  resize(width: number, height: number): { depth: GPUTexture; element: GPUTexture } {
    if (!this.#depth || !this.#element || this.width !== width || this.height !== height) {
      requireLimit(this.#device, "maxTextureDimension2D", Math.max(width, height), REMEDY);
      this.destroy();
      const { RENDER_ATTACHMENT, COPY_SRC } = TextureUsage;
      const size = [width, height];
      const { gpu } = this.#device;
      this.#depth = gpu.createTexture({
        label: "depth",
        size,
        format: DEPTH_FORMAT,
        usage: RENDER_ATTACHMENT,
      });
      this.#element = gpu.createTexture({
        label: "elements",
        size,
        format: ELEMENT_FORMAT,
        usage: RENDER_ATTACHMENT | COPY_SRC,
      });
    }
    return { depth: this.#depth, element: this.#element };
  }

  /** The element's word at a pixel of the last picture; 0 where there is none. */
  async readElement(x: number, y: number): Promise<number> {
    if (!this.#element || !(x >= 0 && x < this.width && y >= 0 && y < this.height)) return 0;
    const words = await readTexture(this.#device, this.#element, [Math.floor(x), Math.floor(y)], [1, 1]);
    return new Uint32Array(words.buffer)[0]!;
  }

  destroy(): void {
    this.#depth?.destroy();
    this.#element?.destroy();
    this.#depth = this.#element = undefined;
  }

  [Symbol.dispose](): void {
    this.destroy();
  }
}

/**
 * A part of a texture of 4 bytes a pixel, row after row.
 * @throws {LimitError} when it is larger than a buffer
 */
export async function readTexture(
  device: ComputeDevice,
  texture: GPUTexture,
  [x, y]: readonly [number, number],
  [width, height]: readonly [number, number],
): Promise<Uint8ClampedArray<ArrayBuffer>> {
  device.throwIfLost();
  const bytesPerRow = Math.ceil((4 * width) / ROW_ALIGNMENT) * ROW_ALIGNMENT;
  requireLimit(device, "maxBufferSize", bytesPerRow * height, REMEDY);
  const { gpu } = device;
  const staging = gpu.createBuffer({
    label: `read ${texture.label}`,
    size: bytesPerRow * height,
    usage: MAP_READ_AND_COPY_DST,
  });
  try {
    const encoder = gpu.createCommandEncoder();
    encoder.copyTextureToBuffer({ texture, origin: [x, y] }, { buffer: staging, bytesPerRow }, [
      width,
      height,
    ]);
    gpu.queue.submit([encoder.finish()]);
    const rows = new Uint8ClampedArray(await mapAndCopy(device, staging));
    const pixels = new Uint8ClampedArray(4 * width * height);
    for (let row = 0; row < height; row++) {
      pixels.set(rows.subarray(row * bytesPerRow, row * bytesPerRow + 4 * width), 4 * width * row);
    }
    return pixels;
  } finally {
    staging.destroy();
  }
}
