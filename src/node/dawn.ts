/**
 * Dawn, the WebGPU implementation behind Chrome, as the npm package `webgpu` brings it to Node: one instance
 * for each way of finding drivers.
 *
 * An instance is never let go. Dawn crashes ("terminate called after throwing std::system_error") at some
 * garbage collection after its last reference is gone while devices, buffers or pending promises of it live
 * on; and holding it does not keep the process from ending.
 */
import { DeviceUnavailableError } from "../errors.ts";

export interface InstanceRequest {
  /** A Vulkan driver's manifest to use in place of those that the system knows. */
  readonly driverManifest?: string;
  /** Dawn's toggles to turn on. */
  readonly toggles?: readonly string[];
}

const instances = new Map<string, GPU>();
let queue: Promise<unknown> = Promise.resolve();

/**
 * Asks an instance of Dawn for an adapter; `null` where it has none.
 * @throws {DeviceUnavailableError} when the package `webgpu` is missing or does not load
 */
export async function requestDawnAdapter(
  request: InstanceRequest,
  options: GPURequestAdapterOptions,
): Promise<GPUAdapter | null> {
  const { create } = await importDawn();
  const toggles = request.toggles ?? [];
  const key = JSON.stringify([request.driverManifest, toggles]);
  // Drivers are looked up through the environment, which is one for the process: one request at a time.
  const answer = queue.then(() =>
    withDriver(request.driverManifest, () => {
      const instance =
        instances.get(key) ?? create(toggles.length > 0 ? [`enable-dawn-features=${toggles.join()}`] : []);
      instances.set(key, instance);
      return instance.requestAdapter(options);
    }),
  );
  queue = answer.catch(() => undefined);
  return answer;
}

/**
 * Runs `work` while the Vulkan loader sees the one driver; what `work` opens keeps it. The environment is put
 * back, so that child processes do not inherit the choice.
 */
async function withDriver<T>(manifest: string | undefined, work: () => Promise<T>): Promise<T> {
  if (manifest === undefined) return work();
  // The second name is the newer loaders', and wins there.
  const names = ["VK_ICD_FILENAMES", "VK_DRIVER_FILES"];
  const before = names.map((name) => process.env[name]);
  for (const name of names) process.env[name] = manifest;
  try {
    return await work();
  } finally {
    names.forEach((name, i) => {
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
    });
  }
}

async function importDawn(): Promise<typeof import("webgpu")> {
  try {
    return await import("webgpu");
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.split("\n", 1)[0]! : String(cause);
    const missing = (cause as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
    throw new DeviceUnavailableError(
      missing
        ? "The npm package webgpu is not installed."
        : `The npm package webgpu does not load: ${message}.`,
      missing
        ? "Install it: npm i webgpu"
        : "It has binaries for Linux (glibc 2.34 and newer), macOS and Windows, each on x64 and arm64; reinstall it there: npm i webgpu",
      { cause },
    );
  }
}
