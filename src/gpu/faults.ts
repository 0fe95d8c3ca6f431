/**
 * WebGPU's own errors, told as porenet's: out of memory, a shader or call the driver refuses, a lost device.
 * WebGPU reports most faults not where they happen but to an error scope or to the device; see
 * https://www.w3.org/TR/webgpu/#errors-and-debugging.
 */
import { DeviceLostError, LimitError, type PorenetError, ShaderError } from "../errors.ts";

/** The typed error for what an error scope caught while `what` was done; `bytes` is what it allocates. */
export function toPorenetError(error: GPUError, what: string, bytes = 0): PorenetError {
  const said = firstLine(error.message);
  if (isOutOfMemory(error)) {
    return new LimitError(
      "memory",
      bytes,
      0,
      `The device ran out of memory at ${what} (${said}): solve a smaller network or fewer systems at once, ` +
        "or free other devices and arrays with destroy().",
      { cause: error },
    );
  }
  return new ShaderError(
    `The device refused ${what}: ${said}.`,
    "This is a fault of porenet or of the graphics driver: update the driver, or try another adapter.",
    { cause: error },
  );
}

/** The typed error for a device that is lost for another reason than `destroy()`. */
export function toLostError(info: GPUDeviceLostInfo, adapterName: string): DeviceLostError {
  return new DeviceLostError(
    `The device "${adapterName}" was lost: ${firstLine(info.message) || "no reason given"}.`,
    "Request a new device and create everything on it anew; where it recurs, solve less at once.",
    { cause: info },
  );
}

/** Dawn's messages carry a stack of C++ frames after the first line. */
export function firstLine(message: string): string {
  return message.split("\n", 1)[0]!.trim().replace(/\.$/, "");
}

// By name: in Node the GPU classes are not global, so that instanceof has nothing to compare with.
function isOutOfMemory(error: GPUError): boolean {
  return error.constructor.name === "GPUOutOfMemoryError";
}
