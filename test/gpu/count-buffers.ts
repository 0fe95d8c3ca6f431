/** Counts what is created and destroyed on a device, buffer by buffer. */
import { vi } from "vitest";
import type { ComputeDevice } from "../../src/gpu/device.ts";

export interface BufferCount {
  /** Buffers that live. */
  readonly count: number;
  /** Their bytes. */
  readonly bytes: number;
  /** Most bytes that lived at one time. */
  readonly peak: number;
  /** Buffers made so far. */
  readonly created: number;
}

/** Counts from here on until `stop`; a buffer destroyed twice counts once. */
export function countBuffers(device: ComputeDevice): BufferCount & { stop(): void } {
  const state = { count: 0, bytes: 0, peak: 0, created: 0, stop: () => spy.mockRestore() };
  const { gpu } = device;
  const create = gpu.createBuffer.bind(gpu);
  const spy = vi.spyOn(gpu, "createBuffer").mockImplementation((descriptor) => {
    const buffer = create(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    let lives = true;
    state.created++;
    state.count++;
    state.bytes += descriptor.size;
    state.peak = Math.max(state.peak, state.bytes);
    buffer.destroy = () => {
      if (lives) {
        state.count--;
        state.bytes -= descriptor.size;
      }
      lives = false;
      return destroy();
    };
    return buffer;
  });
  return state;
}
