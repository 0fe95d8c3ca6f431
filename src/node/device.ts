/**
 * Node's device. Three places may have an adapter, tried in this order: the machine's graphics hardware, a
 * software driver that the system has installed (Mesa's lavapipe, Windows' WARP), and SwiftShader from npm.
 */
import { DeviceUnavailableError, OptionError } from "../errors.ts";
import {
  type AdapterKind,
  type AdapterSource,
  type ComputeDevice,
  isSoftware,
  nameAdapter,
  openDevice,
} from "../gpu/device.ts";
import { provideRowWorkers } from "../multigrid/row-workers.ts";
import { requestDawnAdapter } from "./dawn.ts";
import { rowWorkers } from "./row-workers.ts";
import {
  CARRIER,
  driverManifest,
  findCarrier,
  hasSystemVulkanLoader,
  preloadVulkanLoader,
  unpackSwiftShader,
} from "./swiftshader.ts";

export type NodeAdapterSource = Exclude<AdapterSource, "browser">;

export interface NodeDeviceOptions {
  /** `"auto"` prefers hardware and takes what there is. Default `"auto"`. */
  readonly device?: "auto" | AdapterKind;
  /**
   * The one place to take the adapter from. Default: the environment's `PORENET_ADAPTER`
   * (`hardware`, `system` or `swiftshader`) where it agrees with `device`, else all places in turn.
   */
  readonly source?: NodeAdapterSource;
  /**
   * Whether Dawn checks every access of a buffer. Default: on hardware only; software adapters spend up to half of
   * a solve on it. porenet's kernels take every index from a pattern that the host has built and checked; say
   * true when shaders of others run on the device, since without the checks a wrong index reads or overwrites
   * the process's memory.
   */
  readonly boundsChecks?: boolean;
}

/** One place where an adapter may be, and what was found there. */
export interface AdapterListing {
  readonly source: NodeAdapterSource;
  readonly kind: AdapterKind;
  /** The adapter's name; `undefined` where there is none. */
  readonly name: string | undefined;
  /** Why there is none. */
  readonly reason: string | undefined;
}

/**
 * Opens a device in Node. The process ends by itself when its work is done, whether or not the device is
 * destroyed.
 *
 * @throws {DeviceUnavailableError} when no place has such an adapter, with what was found in each
 * @throws {OptionError} when `PORENET_ADAPTER` names no place
 * @example
 * import { requestDevice } from "porenet/node";
 * using device = await requestDevice();
 * console.log(`${device.name} (${device.source})`);
 */
export async function requestDevice(options: NodeDeviceOptions = {}): Promise<ComputeDevice> {
  const failures: string[] = [];
  for (const source of chooseSources(options)) {
    const isChecked = options.boundsChecks ?? source === "hardware";
    const found = await findAdapter(source, isChecked ? [] : ["disable_robustness"]);
    if (typeof found === "string") {
      failures.push(`${source}: ${found}`);
      continue;
    }
    try {
      const device = await openDevice(found, source);
      // Where kernels compute on the CPU, what is set up for them does too.
      if (device.kind === "software") provideRowWorkers(rowWorkers);
      return device;
    } catch (error) {
      failures.push(`${source}: ${(error as Error).message}`);
    }
  }
  throw new DeviceUnavailableError(`No adapter to compute on (${failures.join("; ")}).`, remedy(options));
}

/** What there is in each of the three places, for people; opens no device. */
export async function listAdapters(): Promise<AdapterListing[]> {
  const listings: AdapterListing[] = [];
  for (const source of SOURCES) {
    const found = await findAdapter(source, []).catch((error: Error) => error.message);
    listings.push({
      source,
      kind: KINDS[source],
      name: typeof found === "string" ? undefined : nameAdapter(found.info),
      reason: typeof found === "string" ? found : undefined,
    });
  }
  return listings;
}

const KINDS: Record<NodeAdapterSource, AdapterKind> = {
  hardware: "hardware",
  "system-software": "software",
  "embedded-swiftshader": "software",
};
const SOURCES = Object.keys(KINDS) as NodeAdapterSource[];
const SHORT_NAMES: Record<string, NodeAdapterSource> = {
  hardware: "hardware",
  system: "system-software",
  swiftshader: "embedded-swiftshader",
};

function chooseSources(options: NodeDeviceOptions): NodeAdapterSource[] {
  const wanted = options.device ?? "auto";
  const allowed = SOURCES.filter((source) => wanted === "auto" || KINDS[source] === wanted);
  if (options.source) return [options.source];
  const name = process.env.PORENET_ADAPTER;
  if (!name) return allowed;
  const source = SHORT_NAMES[name];
  if (!source) {
    throw new OptionError(
      "PORENET_ADAPTER",
      `PORENET_ADAPTER is "${name}".`,
      `Set it to one of ${Object.keys(SHORT_NAMES).join(", ")}.`,
    );
  }
  return allowed.includes(source) ? [source] : allowed;
}

/** The place's adapter, or why it has none. */
function findAdapter(source: NodeAdapterSource, toggles: readonly string[]): Promise<GPUAdapter | string> {
  return source === "embedded-swiftshader" ? findEmbedded(toggles) : findInSystem(KINDS[source], toggles);
}

async function findInSystem(kind: AdapterKind, toggles: readonly string[]): Promise<GPUAdapter | string> {
  if (process.platform === "linux" && !hasSystemVulkanLoader()) {
    return "the system has no Vulkan loader (libvulkan.so.1)";
  }
  // Asked plainly Dawn gives hardware before software. Some software adapters answer only the plain question,
  // and beside hardware they answer only the other.
  const requests: GPURequestAdapterOptions[] =
    kind === "hardware" ? [{ powerPreference: "high-performance" }] : [{}, { forceFallbackAdapter: true }];
  let other: GPUAdapter | null = null;
  for (const request of requests) {
    const adapter = await requestDawnAdapter({ toggles }, request);
    if (adapter && isSoftware(adapter.info) === (kind === "software")) return adapter;
    other ??= adapter;
  }
  return other
    ? `the system has only ${nameAdapter(other.info)}`
    : "the system has no driver that WebGPU can use";
}

async function findEmbedded(toggles: readonly string[]): Promise<GPUAdapter | string> {
  const carrier = findCarrier();
  if (typeof carrier === "string") return carrier;
  let folder: string;
  try {
    folder = await unpackSwiftShader(carrier);
  } catch (error) {
    return `the driver in ${CARRIER} could not be unpacked (${(error as Error).message})`;
  }
  preloadVulkanLoader(folder);
  const adapter = await requestDawnAdapter({ driverManifest: driverManifest(folder), toggles }, {});
  if (adapter && /swiftshader/i.test(`${adapter.info.architecture} ${adapter.info.description}`))
    return adapter;
  return "the Vulkan loader did not take it: a worker thread must be started with env: SHARE_ENV";
}

function remedy(options: NodeDeviceOptions): string {
  const here = findCarrier();
  const embedded =
    typeof here === "string" && process.platform === "linux" && process.arch === "x64"
      ? `npm i ${CARRIER}, or `
      : "";
  const software = `${embedded}install a Vulkan driver of the system's (Mesa 25 or newer has lavapipe: apt install mesa-vulkan-drivers)`;
  if (options.device === "hardware" || options.source === "hardware") {
    return 'Install the graphics driver with its Vulkan part, or ask for { device: "auto" } to compute on the CPU.';
  }
  return process.platform === "linux" ? `For a software adapter ${software}.` : "Update the graphics driver.";
}
