/** Devices with less than they have. */
import type { ComputeDevice } from "../../src/gpu/device.ts";

/** The device, as if its adapter offered less. */
export function withLimit(device: ComputeDevice, limit: string, value: number): ComputeDevice {
  const limits = new Proxy(device.limits, {
    get: (target, name) => (name === limit ? value : Reflect.get(target, name, target)),
  });
  return new Proxy(device, {
    get: (target, name) => {
      if (name === "limits") return limits;
      const member = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
