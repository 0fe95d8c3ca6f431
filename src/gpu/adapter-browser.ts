/**
 * The browser's device. There the choice among adapters is the browser's; a page may only prefer the fast
 * one or ask for the one that computes on the CPU.
 */
import { DeviceUnavailableError } from "../errors.ts";
import { type ComputeDevice, isSoftware, nameAdapter, openDevice } from "./device.ts";

export interface DeviceOptions {
  /** `"auto"` prefers hardware and takes what there is. Default `"auto"`. */
  readonly device?: "auto" | "hardware" | "software";
}

/**
 * Opens the browser's GPU. In Node use `requestDevice` of `porenet/node`.
 *
 * @throws {DeviceUnavailableError} when the browser has no WebGPU or gives no such adapter
 * @example
 * import { requestDevice } from "porenet";
 * using device = await requestDevice();
 * console.log(device.name, device.kind);
 */
export async function requestDevice(options: DeviceOptions = {}): Promise<ComputeDevice> {
  const wanted = options.device ?? "auto";
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!gpu) throw withoutWebGPU();
  const adapter = await gpu.requestAdapter(
    wanted === "software" ? { forceFallbackAdapter: true } : { powerPreference: "high-performance" },
  );
  if (!adapter) {
    throw new DeviceUnavailableError(
      `The browser has WebGPU but gives no ${wanted === "auto" ? "" : `${wanted} `}adapter.`,
      'Update the graphics driver, and look at "WebGPU" in chrome://gpu (about:support in Firefox) for what blocks it.',
    );
  }
  if (wanted === "hardware" && isSoftware(adapter.info)) {
    throw new DeviceUnavailableError(
      `The browser offers only the software adapter "${nameAdapter(adapter.info)}".`,
      'Turn on hardware acceleration in the browser\'s settings, or ask for { device: "auto" }.',
    );
  }
  return openDevice(adapter, "browser");
}

function withoutWebGPU(): DeviceUnavailableError {
  if (globalThis.process?.versions?.node !== undefined) {
    return new DeviceUnavailableError(
      "Node has no WebGPU of its own.",
      'Import requestDevice from "porenet/node" instead.',
    );
  }
  if (globalThis.isSecureContext === false) {
    return new DeviceUnavailableError(
      "Browsers offer WebGPU only to secure pages, and this one is not.",
      "Serve the page over https, or from localhost.",
    );
  }
  return new DeviceUnavailableError(
    "This browser has no WebGPU.",
    "Use Chrome or Edge from 113, Safari from 26 or Firefox from 141 on; on Linux it may need chrome://flags/#enable-unsafe-webgpu.",
  );
}
