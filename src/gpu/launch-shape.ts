/**
 * How work is cut for a device. Software drivers run a workgroup on one core and a subgroup as one SIMD
 * register: they want narrow workgroups, each with a long contiguous block. A GPU wants wide ones, and many.
 */
import type { ComputeDevice } from "./device.ts";

export interface LaunchShape {
  /** Lanes of a workgroup. */
  readonly lanes: number;
  /** Into how many chunks, one a workgroup, a large system is cut at most. */
  readonly maxChunks: number;
}

/** The shape for the device's adapter; `porenet bench` measures others beside it. */
export function chooseLaunchShape(device: ComputeDevice): LaunchShape {
  if (device.kind === "hardware") return { lanes: 64, maxChunks: 1024 };
  const lanes = Math.min(8, Math.max(4, device.features.subgroupSize));
  return { lanes, maxChunks: 64 };
}

/** Groups of a dispatch over `count` workgroups; a dimension holds at most 65 535. */
export function dispatchSize(count: number): [number, number] {
  return [Math.min(count, 65535), Math.ceil(count / 65535)];
}
