/**
 * Checked work: what allocates or creates runs inside error scopes, so that its faults throw where they
 * happen and with a type, not later and elsewhere.
 */
import { LimitError, type PorenetError } from "../errors.ts";
import type { ComputeDevice } from "./device.ts";
import { toPorenetError } from "./faults.ts";

/**
 * Runs `work` and throws what the device says of it.
 *
 * `work` must be synchronous: WebGPU's scopes are one stack a device, and two pieces of work that interleave
 * would take each other's errors. It has ended when this function returns its promise.
 *
 * @param what what the work is, for people, as `"the buffer of 8 000 000 bytes"`
 * @param bytes how much the work allocates, for the error's `needed`
 * @throws {LimitError} when the device is out of memory
 * @throws {ShaderError} when the device refuses the work
 * @throws {DeviceLostError} when the device is lost or destroyed
 * @example
 * const buffer = await withErrorScopes(device, "the pressures", () => device.gpu.createBuffer(descriptor));
 */
export async function withErrorScopes<T>(
  device: ComputeDevice,
  what: string,
  work: () => T,
  bytes = 0,
): Promise<T> {
  device.throwIfLost();
  for (const filter of FILTERS) device.gpu.pushErrorScope(filter);
  let scopes: Promise<(GPUError | null)[]>;
  let result: T;
  try {
    result = work();
  } finally {
    scopes = Promise.all(FILTERS.map(() => device.gpu.popErrorScope()));
    scopes.catch(() => undefined);
  }
  const errors = await scopes.catch(() => [] as null[]);
  device.throwIfLost();
  const error = firstCause(errors, what, bytes);
  if (error) throw error;
  return result;
}

/**
 * Refuses, before any allocation, what the device's limits forbid.
 * @param needed in the limit's own unit: bytes for sizes, a number for counts
 * @throws {LimitError} naming the limit, what is needed and what there is
 * @example
 * requireLimit(device, "maxStorageBufferBindingSize", 4 * unknowns, "Split the batch.");
 */
export function requireLimit(
  device: Pick<ComputeDevice, "limits">,
  limit: keyof GPUSupportedLimits & string,
  needed: number,
  remedy: string,
): void {
  const available = device.limits[limit];
  if (typeof available === "number" && needed > available) {
    throw new LimitError(limit, needed, available, remedy);
  }
}

// The outermost first. Popped innermost first, so that out-of-memory comes first in what is caught: a buffer
// that could not be allocated is often an invalid argument of the next call.
const FILTERS: readonly GPUErrorFilter[] = ["validation", "internal", "out-of-memory"];

function firstCause(
  errors: readonly (GPUError | null)[],
  what: string,
  bytes: number,
): PorenetError | undefined {
  const error = errors.find((each) => each !== null);
  return error ? toPorenetError(error, what, bytes) : undefined;
}
