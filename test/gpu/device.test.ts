/** What no driver does on demand: a stand-in for WebGPU's objects loses a device, or has none to give. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { DeviceLostError, DeviceUnavailableError } from "../../src/errors.ts";
import { requestDevice } from "../../src/gpu/adapter-browser.ts";
import { isSoftware, nameAdapter, openDevice, wrapDevice } from "../../src/gpu/device.ts";

afterEach(() => vi.unstubAllGlobals());

const INFO = {
  vendor: "acme",
  architecture: "roadrunner",
  device: "",
  description: "",
  isFallbackAdapter: false,
};

function standIn(info: Partial<typeof INFO> = {}) {
  let lose: (info: Pick<GPUDeviceLostInfo, "reason" | "message">) => void = () => undefined;
  const gpu = Object.assign(new EventTarget(), {
    lost: new Promise((resolve) => {
      lose = resolve;
    }),
    features: new Set(["subgroups"]),
    limits: { maxBufferSize: 1 << 20 },
    destroy: vi.fn(),
  });
  const requestGpu = vi.fn(async (_descriptor: GPUDeviceDescriptor) => gpu as unknown as GPUDevice);
  const adapter = {
    info: { ...INFO, ...info },
    features: new Set(["subgroups", "shader-f16", "float32-filterable"]),
    limits: { maxBufferSize: 1 << 20, maxBindGroups: 6 },
    requestDevice: requestGpu,
  } as unknown as GPUAdapter;
  return { gpu: gpu as unknown as GPUDevice & { destroy: typeof gpu.destroy }, adapter, requestGpu, lose };
}

function stubBrowser(adapter: GPUAdapter | null) {
  const requestAdapter = vi.fn(async (_options?: GPURequestAdapterOptions) => adapter);
  vi.stubGlobal("navigator", { gpu: { requestAdapter } });
  return requestAdapter;
}

describe("a device", () => {
  it("is asked for with the adapter's limits and features", async () => {
    const { adapter, requestGpu } = standIn();
    const device = await openDevice(adapter, "hardware");
    expect(requestGpu.mock.calls[0]![0]).toMatchObject({
      requiredFeatures: ["subgroups", "shader-f16"],
      requiredLimits: { maxBufferSize: 1 << 20, maxBindGroups: 6 },
    });
    expect(device).toMatchObject({ name: "acme roadrunner", kind: "hardware", source: "hardware" });
  });

  it("that is lost says so to who waits and to who uses it", async () => {
    const { adapter, lose } = standIn();
    const device = await openDevice(adapter, "hardware");
    lose({ reason: "unknown", message: "the driver was reset\n at Internals.cpp" });
    const error = await device.lost;
    expect(error).toBeInstanceOf(DeviceLostError);
    expect(error.message).toMatch(/"acme roadrunner" was lost: the driver was reset\. Request a new device/);
    expect(() => device.throwIfLost()).toThrow(error);
  });

  it("of another's is not destroyed", () => {
    const { adapter, gpu } = standIn();
    const device = wrapDevice(gpu, adapter);
    device.destroy();
    expect(gpu.destroy).not.toHaveBeenCalled();
    expect(() => device.throwIfLost()).toThrow(DeviceLostError);
  });

  it("that the adapter refuses is unavailable", async () => {
    const { adapter, requestGpu } = standIn();
    requestGpu.mockRejectedValue(new Error("limit too high"));
    await expect(openDevice(adapter, "hardware")).rejects.toThrow(DeviceUnavailableError);
    await expect(openDevice(adapter, "hardware")).rejects.toThrow(/acme roadrunner.*limit too high/);
  });
});

describe("an adapter", () => {
  it.each([
    [{ device: "acme-9", description: "ACME: 535.1" }, "acme-9 (ACME: 535.1)", false],
    [{ device: "acme-9" }, "acme-9", false],
    [
      { device: "llvmpipe-256", description: "llvmpipe: Mesa 25", isFallbackAdapter: true },
      "llvmpipe: Mesa 25",
      true,
    ],
    [{ vendor: "google", architecture: "swiftshader" }, "google swiftshader", true],
    [{ vendor: "", architecture: "" }, "unnamed adapter", false],
  ])("with %o is named %s", (info, name, software) => {
    const { adapter } = standIn(info);
    expect(nameAdapter(adapter.info)).toBe(name);
    expect(isSoftware(adapter.info)).toBe(software);
  });
});

describe("the browser's device", () => {
  it("prefers the fast adapter", async () => {
    const { adapter } = standIn();
    const requestAdapter = stubBrowser(adapter);
    expect(await requestDevice()).toMatchObject({ source: "browser", kind: "hardware" });
    expect(requestAdapter.mock.calls[0]).toEqual([{ powerPreference: "high-performance" }]);
  });

  it("is the fallback adapter's when software is asked for", async () => {
    const requestAdapter = stubBrowser(null);
    await expect(requestDevice({ device: "software" })).rejects.toThrow(
      /no software adapter.*chrome:\/\/gpu/,
    );
    expect(requestAdapter.mock.calls[0]).toEqual([{ forceFallbackAdapter: true }]);
  });

  it("is not software's when hardware is asked for", async () => {
    stubBrowser(standIn({ architecture: "swiftshader" }).adapter);
    await expect(requestDevice({ device: "hardware" })).rejects.toThrow(
      /only the software adapter "acme swiftshader"/,
    );
  });

  it("is not to be had in Node, which is told where to look", async () => {
    vi.stubGlobal("navigator", undefined);
    await expect(requestDevice()).rejects.toThrow(DeviceUnavailableError);
    await expect(requestDevice()).rejects.toThrow(/porenet\/node/);
  });

  it.each([
    [false, /https, or from localhost/],
    [true, /has no WebGPU.*Chrome/],
  ])("needs a browser that has WebGPU (secure page: %s)", async (isSecureContext, message) => {
    vi.stubGlobal("navigator", {});
    vi.stubGlobal("isSecureContext", isSecureContext);
    vi.stubGlobal("process", undefined);
    const error: Error = await requestDevice().catch((thrown) => thrown);
    vi.unstubAllGlobals();
    expect(error.message).toMatch(message);
  });
});
