/** What the browser tests run in the page. Each test calls one of these and awaits its plain result. */
import { requestDevice } from "porenet";
import { doubleOnDevice } from "../../support/double.ts";

const tasks = {
  async openDevice() {
    using device = await requestDevice();
    const { name, kind, source, features } = device;
    const { maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = device.limits;
    return { name, kind, source, features, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage };
  },

  async double(values: readonly number[]) {
    using device = await requestDevice();
    return [...(await doubleOnDevice(device, Float32Array.from(values)))];
  },

  async openHardware() {
    const device = await requestDevice({ device: "hardware" });
    return device.name;
  },
};

export type PageTasks = typeof tasks;

declare global {
  /** The tasks, once the page's script has run. */
  var __result: PageTasks;
}

globalThis.__result = tasks;
