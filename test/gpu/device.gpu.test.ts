import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  DeviceLostError,
  DeviceUnavailableError,
  LimitError,
  OptionError,
  ShaderError,
} from "../../src/errors.ts";
import { requireLimit, withErrorScopes } from "../../src/gpu/error-scopes.ts";
import { findCarrier } from "../../src/node/swiftshader.ts";
import { listAdapters, requestDevice } from "../../src/node.ts";
import { runChild } from "../support/child.ts";
import { useDevice } from "../support/device.ts";
import { doubleOnDevice } from "../support/double.ts";

const STORAGE = 0x80;
const UNIFORM = 0x40;
const hasEmbedded = typeof findCarrier() !== "string";

const device = await useDevice();
afterEach(() => vi.unstubAllEnvs());

describe("an open device", () => {
  it("computes", async () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => i - 300.5);
    expect(await doubleOnDevice(device, values)).toEqual(values.map((value) => 2 * value));
  });

  it("has the adapter's own limits, not WebGPU's least", () => {
    for (const name in device.adapter.limits) {
      const key = name as keyof GPUSupportedLimits;
      expect([key, device.limits[key]]).toEqual([key, device.adapter.limits[key]]);
    }
    expect(device.limits.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(128 * 2 ** 20);
  });

  it("has every feature that its adapter has of those porenet uses", () => {
    const { adapter, features } = device;
    expect(features.subgroups).toBe(adapter.features.has("subgroups"));
    expect(features.timestamps).toBe(adapter.features.has("timestamp-query"));
    expect(features.shaderF16).toBe(adapter.features.has("shader-f16"));
    expect(Math.log2(features.subgroupSize) % 1).toBe(0);
    expect(features.subgroupMaxSize).toBeGreaterThanOrEqual(features.subgroupSize);
  });

  it("names its driver and kind", () => {
    if (device.source === "embedded-swiftshader") expect(device.name).toMatch(/SwiftShader/);
    else if (device.kind === "software") expect(device.name).toMatch(/llvmpipe|Microsoft/);
    expect(device.kind).toBe(device.source === "hardware" ? "hardware" : "software");
  });
});

describe("checked work", () => {
  it("gives the work's result", async () => {
    const buffer = await withErrorScopes(device, "a buffer", () =>
      device.gpu.createBuffer({ size: 64, usage: STORAGE }),
    );
    expect(buffer.size).toBe(64);
    buffer.destroy();
  });

  it("throws what the device refuses, and stays usable", async () => {
    const refused = withErrorScopes(device, "a buffer of no use", () =>
      device.gpu.createBuffer({ size: 64, usage: 0 }),
    );
    await expect(refused).rejects.toThrow(ShaderError);
    await expect(refused).rejects.toThrow(/a buffer of no use.*usage/);
    expect(() => device.throwIfLost()).not.toThrow();
  });

  it("throws the work's own error and leaves no scope behind", async () => {
    const thrown = withErrorScopes(device, "nothing", () => {
      throw new RangeError("the work's own");
    });
    await expect(thrown).rejects.toThrow(RangeError);
    await expect(device.gpu.popErrorScope()).rejects.toThrow();
  });

  it("keeps apart what runs at the same time", async () => {
    const size = 256;
    const [good, bad] = await Promise.allSettled([
      withErrorScopes(device, "good", () => device.gpu.createBuffer({ size, usage: STORAGE })),
      withErrorScopes(device, "bad", () => device.gpu.createBuffer({ size, usage: 0 })),
    ]);
    expect(good.status).toBe("fulfilled");
    expect(bad).toMatchObject({ status: "rejected", reason: expect.any(ShaderError) });
  });

  // Other drivers may promise more memory than there is: Mesa's lavapipe maps it only when touched.
  it.runIf(device?.source === "embedded-swiftshader")("throws when memory runs out", async () => {
    const size = device.limits.maxBufferSize - 4;
    const held: GPUBuffer[] = [];
    const fill = async () => {
      for (let i = 0; i < 8; i++) {
        held.push(
          await withErrorScopes(
            device,
            "a huge buffer",
            () => device.gpu.createBuffer({ size, usage: STORAGE }),
            size,
          ),
        );
      }
    };
    await expect(fill()).rejects.toMatchObject({ name: "LimitError", limit: "memory", needed: size });
    for (const buffer of held) buffer.destroy();
    expect(await doubleOnDevice(device, Float32Array.of(21))).toEqual(Float32Array.of(42));
  });

  it("refuses what a limit forbids, with the numbers", () => {
    const limit = "maxStorageBufferBindingSize";
    const available = device.limits[limit];
    expect(() => requireLimit(device, limit, available, "Split it.")).not.toThrow();
    const refused = () => requireLimit(device, limit, available + 4, "Split it.");
    expect(refused).toThrow(LimitError);
    expect(refused).toThrow(new RegExp(`${available + 4} of ${limit}.*${available}.*Split it`));
  });
});

describe("a device's end", () => {
  it("is told to who goes on using it", async () => {
    const other = await requestDevice();
    const read = other.gpu.createBuffer({ size: 16, usage: 0x1 | 0x8 });
    const pending = read.mapAsync(1).then(() => read.unmap());
    other.destroy();
    await pending.catch(() => undefined);
    expect(() => other.throwIfLost()).toThrow(DeviceLostError);
    await expect(withErrorScopes(other, "late work", () => 3)).rejects.toThrow(/destroyed/);
    const soon = new Promise((resolve) => setTimeout(() => resolve("still pending"), 50));
    expect(await Promise.race([other.lost, soon])).toBe("still pending");
  });

  it("comes with the block that uses it", async () => {
    const other = await requestDevice();
    {
      using inner = other;
      inner.throwIfLost();
    }
    expect(() => other.throwIfLost()).toThrow(DeviceLostError);
  });

  it("may be a fault outside of all scopes, told once", async () => {
    using other = await requestDevice();
    other.gpu.createBuffer({ size: 16, usage: UNIFORM | 0x1 });
    await other.gpu.queue.onSubmittedWorkDone();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(() => other.throwIfLost()).toThrow(ShaderError);
    expect(() => other.throwIfLost()).not.toThrow();
  });

  it.each(["keep", "destroy"])("leaves nothing that holds the process: %s", async (end) => {
    const child = await runChild("test/gpu/children/open-device.ts", { args: ["-8.25", end], limit: 40 });
    expect(child).toMatchObject({ code: 0, signal: null });
    expect(JSON.parse(child.stdout)).toMatchObject({
      source: device.source,
      name: device.name,
      doubled: -16.5,
    });
    expect(child.seconds).toBeLessThan(20);
  });

  it("does not come by garbage collection", async () => {
    const child = await runChild("test/gpu/children/collect-garbage.ts", { nodeFlags: ["--expose-gc"] });
    expect(child).toMatchObject({ code: 0, signal: null });
    expect(JSON.parse(child.stdout)).toEqual({ sum: 2 * ((12 * 13) / 2) });
  });
});

describe("the choice of an adapter", () => {
  it("lists all places, with a name or a reason each", async () => {
    const listings = await listAdapters();
    expect(listings.map((each) => each.source)).toEqual([
      "hardware",
      "system-software",
      "embedded-swiftshader",
    ]);
    for (const each of listings) expect(each.name === undefined).not.toBe(each.reason === undefined);
    expect(listings.find((each) => each.source === device.source)?.name).toBe(device.name);
  });

  it("takes from every place that has one, at the same time", async () => {
    const places = (await listAdapters()).filter((each) => each.name !== undefined);
    const devices = await Promise.all(places.map(({ source }) => requestDevice({ source })));
    expect(devices.map((each) => each.name)).toEqual(places.map((each) => each.name));
    for (const [i, each] of devices.entries()) {
      expect(await doubleOnDevice(each, Float32Array.of(i + 7))).toEqual(Float32Array.of(2 * i + 14));
      each.destroy();
    }
    expect(process.env.VK_ICD_FILENAMES ?? "").not.toContain("swiftshader");
  });

  it("heeds PORENET_ADAPTER where it agrees with the options", async () => {
    const found = (await listAdapters()).find((each) => each.kind === "software" && each.name !== undefined);
    if (!found) return expect(device.kind).toBe("hardware");
    vi.stubEnv("PORENET_ADAPTER", found.source === "system-software" ? "system" : "swiftshader");
    using software = await requestDevice({ device: "software" });
    expect(software).toMatchObject({ source: found.source, name: found.name, kind: "software" });
  });

  it("refuses a PORENET_ADAPTER that names no place", async () => {
    vi.stubEnv("PORENET_ADAPTER", "quantum");
    await expect(requestDevice()).rejects.toThrow(OptionError);
    await expect(requestDevice()).rejects.toThrow(/"quantum".*hardware, system, swiftshader/);
  });

  it.each([true, false])("opens a device with bounds checks or without: %s", async (boundsChecks) => {
    using other = await requestDevice({ source: device.source as "hardware", boundsChecks });
    expect(await doubleOnDevice(other, Float32Array.of(1.25))).toEqual(Float32Array.of(2.5));
  });

  it("says what is missing and what to do", async () => {
    const child = await runChild("test/gpu/children/open-device.ts", {
      args: ["5"],
      env: { PORENET_ADAPTER: "system", VK_ICD_FILENAMES: "/nowhere.json", VK_DRIVER_FILES: "/nowhere.json" },
    });
    expect(child.code).toBe(1);
    expect(child.stderr).toMatch(
      /DeviceUnavailableError: No adapter to compute on \(system-software: the system has no/,
    );
    expect(child.stderr).toMatch(/install a Vulkan driver|Update the graphics driver/);
    const unavailable = requestDevice({ device: "hardware", source: "hardware" });
    if (device.kind === "software") await expect(unavailable).rejects.toThrow(DeviceUnavailableError);
    else (await unavailable).destroy();
  });
});

describe.runIf(hasEmbedded)("the embedded driver", () => {
  it("is unpacked once, whole, by processes that race", async () => {
    const cache = await mkdtemp(join(tmpdir(), "porenet-cache-"));
    try {
      const env = { PORENET_CACHE: cache, PORENET_ADAPTER: "swiftshader" };
      const children = await Promise.all(
        [3, 4, 5].map((n) => runChild("test/gpu/children/open-device.ts", { args: [String(n)], env })),
      );
      expect(children.map((each) => JSON.parse(each.stdout).doubled)).toEqual([6, 8, 10]);
      expect(await readdir(cache)).toEqual([expect.stringMatching(/^swiftshader-[\d.]+$/)]);
    } finally {
      await rm(cache, { recursive: true });
    }
  });

  it("needs the process's environment in a worker thread, and says so", async () => {
    const child = await runChild("test/gpu/children/worker-thread.mjs");
    const [without, shared] = child.stdout.trim().split("\n");
    expect(without).toMatch(/DeviceUnavailableError.*SHARE_ENV/);
    expect(shared).toMatch(/^opened SwiftShader/);
  });
});
