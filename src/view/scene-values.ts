/** One number for each element of a scene, which colours it: the caller's buffer, or a copy of the caller's array. */
import { OptionError } from "../errors.ts";
import { writeBuffer } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { requireLimit } from "../gpu/error-scopes.ts";
import type { SceneField } from "./scene-colors.ts";

export class SceneValues implements Disposable {
  readonly #device: ComputeDevice;
  /** What the elements are called. */
  readonly #name: "pore" | "throat";
  readonly #count: number;
  #copy: GPUBuffer | undefined;
  #buffer: GPUBuffer;

  /** @param nothing what stands for values while there are none */
  constructor(device: ComputeDevice, name: "pore" | "throat", count: number, nothing: GPUBuffer) {
    this.#device = device;
    this.#name = name;
    this.#count = count;
    this.#buffer = nothing;
  }

  /** What is to be bound. */
  get buffer(): GPUBuffer {
    return this.#buffer;
  }

  /** Of copies, on the device. */
  get byteLength(): number {
    return this.#copy?.size ?? 0;
  }

  /**
   * @returns whether another buffer is to be bound
   * @throws {OptionError} unless there is a value for each element
   * @throws {LimitError} when a copy does not fit the device
   */
  set(values: SceneField["values"]): boolean {
    this.#requireAll(values);
    const before = this.#buffer;
    this.#buffer = "size" in values ? values : this.#update(values);
    return this.#buffer !== before;
  }

  destroy(): void {
    this.#copy?.destroy();
    this.#copy = undefined;
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  #update(values: Float32Array | Float64Array): GPUBuffer {
    const copy = (this.#copy ??= this.#createCopy());
    writeBuffer(this.#device, copy, values instanceof Float32Array ? values : new Float32Array(values));
    return copy;
  }

  #createCopy(): GPUBuffer {
    const bytes = 4 * this.#count;
    requireLimit(this.#device, "maxStorageBufferBindingSize", bytes, TOO_LARGE);
    return this.#device.gpu.createBuffer({
      label: `values of ${this.#name}s`,
      size: Math.max(16, bytes),
      usage: STORAGE_AND_COPY_DST,
    });
  }

  #requireAll(values: SceneField["values"]): void {
    const given = "size" in values ? values.size / 4 : values.length;
    if ("size" in values ? given >= this.#count : given === this.#count) return;
    throw new OptionError(
      "values",
      `There are ${given} values for ${this.#count} ${this.#name}s.`,
      `Give one value for each ${this.#name}, NaN where there is none.`,
    );
  }
}

/** What to do about a network that does not fit. */
export const TOO_LARGE = "Draw a part of the network, or a smaller one: its elements do not fit a binding.";
const STORAGE_AND_COPY_DST = 0x0080 | 0x0008;
