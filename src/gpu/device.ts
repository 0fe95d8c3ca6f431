/**
 * The device that everything on the GPU takes as its first argument: WebGPU's own, opened with all that its
 * adapter offers, and knowing what it runs on and whether it is still there.
 *
 * Where the adapter comes from is not decided here: in Node `porenet/node` asks Dawn, in a browser
 * `adapter-browser.ts` asks `navigator.gpu`.
 */
import { DeviceLostError, DeviceUnavailableError, type PorenetError } from "../errors.ts";
import { toLostError, toPorenetError } from "./faults.ts";

export type AdapterKind = "hardware" | "software";

/** Who provides the adapter. */
export type AdapterSource = "hardware" | "system-software" | "embedded-swiftshader" | "browser";

/** An adapter as it is named in results and lists. */
export interface AdapterChoice {
  readonly kind: AdapterKind;
  /** As the driver calls itself: `"llvmpipe: Mesa 25.0.7 (LLVM 15.0.6)"`, `"SwiftShader driver 5.0.0"`. */
  readonly name: string;
  readonly source: AdapterSource;
}

export interface DeviceFeatures {
  /** Kernels may `enable subgroups`. */
  readonly subgroups: boolean;
  /** Passes can be timed with `timestamp-query`. */
  readonly timestamps: boolean;
  readonly shaderF16: boolean;
  /** The narrowest subgroup that a kernel may run with; 1 where the adapter has none. */
  readonly subgroupSize: number;
  /** The widest. On software drivers both are the width of a SIMD register in floats. */
  readonly subgroupMaxSize: number;
}

export interface ComputeDevice extends AdapterChoice, Disposable {
  readonly gpu: GPUDevice;
  readonly adapter: GPUAdapter;
  readonly features: DeviceFeatures;
  readonly limits: GPUSupportedLimits;
  /** Resolves when the device is lost for another reason than `destroy()`; else stays pending. */
  readonly lost: Promise<DeviceLostError>;
  /**
   * Call before results are believed.
   * @throws {DeviceLostError} when the device is lost or destroyed
   * @throws {LimitError | ShaderError} when an earlier call failed outside of all error scopes; told once
   */
  throwIfLost(): void;
  /** Frees the device and everything on it. A device that was wrapped is left to who created it. */
  destroy(): void;
}

/**
 * Opens the adapter's device with the adapter's own limits (WebGPU otherwise gives the least that any device
 * has, as 128 MiB bindings) and with subgroups, timestamps and f16 where it has them.
 *
 * @throws {DeviceUnavailableError} when the adapter gives no device
 */
export async function openDevice(adapter: GPUAdapter, source: AdapterSource): Promise<ComputeDevice> {
  const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature));
  const requiredLimits: Record<string, number> = {};
  for (const name in adapter.limits) {
    const value = adapter.limits[name as keyof GPUSupportedLimits];
    if (typeof value === "number") requiredLimits[name] = value;
  }
  let gpu: GPUDevice;
  try {
    gpu = await adapter.requestDevice({ label: "porenet", requiredFeatures, requiredLimits });
  } catch (cause) {
    throw new DeviceUnavailableError(
      `The adapter "${nameAdapter(adapter.info)}" gives no device (${messageOf(cause)}).`,
      "Update its driver, or ask for another adapter.",
      { cause },
    );
  }
  return new OpenDevice(gpu, adapter, source, true);
}

/**
 * Makes a device that somebody else created usable here, as the one that a page already draws with.
 * It must have been requested with the limits and features that the work needs; `destroy()` leaves it alive.
 */
export function wrapDevice(
  gpu: GPUDevice,
  adapter: GPUAdapter,
  source: AdapterSource = "browser",
): ComputeDevice {
  return new OpenDevice(gpu, adapter, source, false);
}

/** What the adapter calls itself: software by its driver's name and version, hardware by the device's. */
export function nameAdapter(info: GPUAdapterInfo): string {
  const { description, device, vendor, architecture } = info;
  if (description && (isSoftware(info) || !device)) return description;
  if (device) return description ? `${device} (${description})` : device;
  return [vendor, architecture].filter(Boolean).join(" ") || "unnamed adapter";
}

/** Whether the adapter computes on the CPU. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  return (
    info.isFallbackAdapter ||
    /swiftshader|llvmpipe|lavapipe/i.test(`${info.architecture} ${info.description}`)
  );
}

const WANTED_FEATURES: readonly GPUFeatureName[] = ["subgroups", "timestamp-query", "shader-f16"];

class OpenDevice implements ComputeDevice {
  readonly gpu: GPUDevice;
  readonly adapter: GPUAdapter;
  readonly source: AdapterSource;
  readonly kind: AdapterKind;
  readonly name: string;
  readonly features: DeviceFeatures;
  readonly lost: Promise<DeviceLostError>;
  readonly #owned: boolean;
  #gone: DeviceLostError | undefined;
  #uncaptured: PorenetError | undefined;

  constructor(gpu: GPUDevice, adapter: GPUAdapter, source: AdapterSource, owned: boolean) {
    this.gpu = gpu;
    this.adapter = adapter;
    this.source = source;
    this.kind = isSoftware(adapter.info) ? "software" : "hardware";
    this.name = nameAdapter(adapter.info);
    this.features = readFeatures(gpu, adapter.info);
    this.#owned = owned;
    this.lost = new Promise((resolve) => {
      gpu.lost.then((info) => {
        if (info.reason === "destroyed") {
          this.#gone ??= destroyedError(this.name);
        } else {
          this.#gone = toLostError(info, this.name);
          resolve(this.#gone);
        }
      });
    });
    if (owned) {
      gpu.addEventListener("uncapturederror", (event) => {
        event.preventDefault();
        this.#uncaptured ??= toPorenetError(event.error, "a call outside of all error scopes");
      });
    }
  }

  get limits(): GPUSupportedLimits {
    return this.gpu.limits;
  }

  throwIfLost(): void {
    if (this.#gone) throw this.#gone;
    const uncaptured = this.#uncaptured;
    this.#uncaptured = undefined;
    if (uncaptured) throw uncaptured;
  }

  destroy(): void {
    this.#gone ??= destroyedError(this.name);
    if (this.#owned) this.gpu.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }
}

function readFeatures(gpu: GPUDevice, info: GPUAdapterInfo): DeviceFeatures {
  const subgroups = gpu.features.has("subgroups");
  return {
    subgroups,
    timestamps: gpu.features.has("timestamp-query"),
    shaderF16: gpu.features.has("shader-f16"),
    subgroupSize: (subgroups && info.subgroupMinSize) || 1,
    subgroupMaxSize: (subgroups && info.subgroupMaxSize) || 1,
  };
}

function destroyedError(name: string): DeviceLostError {
  return new DeviceLostError(
    `The device "${name}" is destroyed.`,
    "Request a new one, and destroy a device only after the last result is read.",
  );
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.split("\n", 1)[0]! : String(cause);
}
