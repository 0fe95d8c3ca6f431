/** Reading buffers back to the host. */
import { DeviceLostError } from "../errors.ts";
import { BufferUsage } from "./buffers.ts";
import type { ComputeDevice } from "./device.ts";

/**
 * A copy of a part of a buffer on the host.
 * @param byteOffset multiple of 4
 * @param bytes multiple of 4
 * @throws {DeviceLostError} when the device is lost or destroyed meanwhile
 */
export async function readBuffer(
  device: ComputeDevice,
  source: GPUBuffer,
  byteOffset = 0,
  bytes = source.size - byteOffset,
): Promise<ArrayBuffer> {
  device.throwIfLost();
  const staging = device.gpu.createBuffer({
    label: `read ${source.label}`,
    size: bytes,
    usage: BufferUsage.MAP_READ | BufferUsage.COPY_DST,
  });
  try {
    const encoder = device.gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(source, byteOffset, staging, 0, bytes);
    device.gpu.queue.submit([encoder.finish()]);
    return await mapAndCopy(device, staging);
  } finally {
    staging.destroy();
  }
}

/** Waits for a staging buffer, copies its contents and gives it free again. */
export async function mapAndCopy(
  device: ComputeDevice,
  staging: GPUBuffer,
  bytes = staging.size,
): Promise<ArrayBuffer> {
  try {
    await staging.mapAsync(MAP_READ, 0, bytes);
  } catch (cause) {
    device.throwIfLost();
    throw new DeviceLostError(
      `A result could not be read from "${device.name}".`,
      "Request a new device; where it recurs, solve less at once.",
      { cause },
    );
  }
  const copy = staging.getMappedRange(0, bytes).slice(0);
  staging.unmap();
  return copy;
}

// GPUMapMode.READ
const MAP_READ = 1;
