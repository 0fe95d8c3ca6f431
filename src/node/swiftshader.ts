/**
 * The software Vulkan driver that comes by npm: `@sparticuz/chromium` carries SwiftShader and a Vulkan loader
 * for Chromium on Linux; Dawn takes them as well, so that a machine with nothing but Node has an adapter.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { cachedFolder, unpackTarBrotli } from "./cache.ts";

/** The npm package that carries the driver. */
export const CARRIER = "@sparticuz/chromium";

const RTLD_NODELETE = 0x1000;

export interface Carrier {
  readonly version: string;
  /** Where the compressed binaries lie. */
  readonly bin: string;
}

/** The installed carrier package, or why it is of no use here. */
export function findCarrier(): Carrier | string {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return `npm's SwiftShader is built for linux-x64 only, this is ${process.platform}-${process.arch}`;
  }
  let root: string;
  try {
    // <root>/build/cjs/index.cjs; the package does not export its package.json.
    root = dirname(dirname(dirname(createRequire(import.meta.url).resolve(CARRIER))));
  } catch {
    return `the npm package ${CARRIER} is not installed`;
  }
  const bin = join(root, "bin");
  if (!existsSync(join(bin, "swiftshader.tar.br"))) return `${CARRIER} in ${root} holds no SwiftShader`;
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return { version, bin };
}

/** Unpacks the driver, once per version of the package, and gives the folder it lies in. */
export function unpackSwiftShader(carrier: Carrier): Promise<string> {
  return cachedFolder(`swiftshader-${carrier.version}`, (folder) =>
    unpackTarBrotli(join(carrier.bin, "swiftshader.tar.br"), folder),
  );
}

/** The driver's manifest, as `VK_ICD_FILENAMES` wants it. */
export function driverManifest(folder: string): string {
  return join(folder, "vk_swiftshader_icd.json");
}

/**
 * Loads the Vulkan loader in `folder` for good, so that Dawn, asking the system for `libvulkan.so.1`, gets it
 * where the system has none.
 */
export function preloadVulkanLoader(folder: string): void {
  hasSystemVulkanLoader();
  loadLibrary(join(folder, "libvulkan.so.1"));
}

/**
 * Whether the system has a Vulkan loader, asked before another takes its place. Dawn itself writes warnings to
 * stderr where it finds none.
 */
export function hasSystemVulkanLoader(): boolean {
  systemLoader ??= loadLibrary("libvulkan.so.1") === undefined;
  return systemLoader;
}

let systemLoader: boolean | undefined;

/** Loads a plain library; `dlopen` of Node's has no other way than to claim that it is an addon. */
function loadLibrary(path: string): string | undefined {
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.includes("did not self-register") ? undefined : message;
  }
  return undefined;
}
