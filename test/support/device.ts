/** The device of a test file. */
import { afterAll, beforeEach } from "vitest";
import { DeviceUnavailableError } from "../../src/errors.ts";
import type { ComputeDevice } from "../../src/gpu/device.ts";
import { type NodeDeviceOptions, requestDevice } from "../../src/node.ts";

/**
 * Opens one device for the file, the best there is or the one that `PORENET_ADAPTER` names, and destroys it
 * after the last test. Without an adapter the file's tests are skipped, with `REQUIRE_GPU=1` they fail.
 * Touch the device in tests and hooks only, not while tests are being declared.
 *
 * @example
 * const device = await useDevice();
 * it("multiplies", async () => { … device.gpu.createBuffer(…) … });
 */
export async function useDevice(options: NodeDeviceOptions = {}): Promise<ComputeDevice> {
  try {
    const device = await requestDevice(options);
    afterAll(() => device.destroy());
    return device;
  } catch (error) {
    if (!(error instanceof DeviceUnavailableError) || process.env.REQUIRE_GPU === "1") throw error;
    beforeEach((context) => context.skip(error.message));
    return undefined as unknown as ComputeDevice;
  }
}
