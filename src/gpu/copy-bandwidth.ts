/**
 * How fast a device's memory is for a kernel: the yardstick of every solver that is bound by memory. A kernel
 * copies one buffer to another, bytes read and written are counted; the best of several launch shapes counts.
 * (J. D. McCalpin's STREAM, 1995, counts its Copy in the same way.)
 */
import { OptionError } from "../errors.ts";
import { type BufferSet, createBufferSet } from "./buffers.ts";
import type { ComputeDevice } from "./device.ts";
import { type BoundKernel, createKernel } from "./kernel.ts";
import { chooseLaunchShape, dispatchSize } from "./launch-shape.ts";

export interface CopyShape {
  /** Lanes of a workgroup. */
  readonly lanes: number;
  /** Workgroups, each with one contiguous block. */
  readonly groups: number;
}

export interface CopyCandidate {
  readonly shape: CopyShape;
  /** Read and written [10⁹ bytes/s]. */
  readonly gigabytesPerSecond: number;
}

export interface CopyBandwidth extends CopyCandidate {
  /** Every shape that was tried; the first is the one that solves use. */
  readonly candidates: readonly CopyCandidate[];
}

export interface CopyBandwidthOptions {
  /** Size of each of the two buffers; default 64 MiB, on hardware 256 MiB, as far as the device allows. */
  readonly bytes?: number;
  /** About how long to measure, all shapes together [s]; default 1. */
  readonly seconds?: number;
}

/**
 * Measures the copy bandwidth of a device, in a kernel.
 *
 * @throws {OptionError} when `bytes` or `seconds` is not positive
 * @throws {LimitError} when the buffers do not fit the device
 * @throws {DeviceLostError} when the device is lost
 * @example
 * const { gigabytesPerSecond, shape } = await measureCopyBandwidth(device);
 */
export async function measureCopyBandwidth(
  device: ComputeDevice,
  options: CopyBandwidthOptions = {},
): Promise<CopyBandwidth> {
  const { seconds = 1, bytes = defaultBytes(device) } = options;
  for (const [option, value] of Object.entries({ bytes, seconds })) {
    if (!(value > 0 && value < Infinity))
      throw new OptionError(option, `${option} is ${value}.`, "Give a positive number.");
  }
  const length = Math.max(4, Math.floor(bytes / 16) * 4);
  const { set, buffers } = await createBufferSet(device, "the buffers to copy", (own) => ({
    source: own.storage("copy from", 4 * length),
    destination: own.storage("copy to", 4 * length),
  }));
  try {
    const shapes = listShapes(device);
    const candidates: CopyCandidate[] = [];
    for (const shape of shapes) {
      const copy = await createCopy(device, set, buffers, length, shape);
      const time = await timeDispatch(device, copy, shape, seconds / shapes.length);
      candidates.push({ shape, gigabytesPerSecond: (8 * length) / time / 1e9 });
    }
    const best = candidates.reduce((a, b) => (b.gigabytesPerSecond > a.gigabytesPerSecond ? b : a));
    return { ...best, candidates };
  } finally {
    set.destroy();
  }
}

/** Copies `length` floats, a multiple of four, when dispatched over as many groups as `shape` has. */
export async function createCopy(
  device: ComputeDevice,
  set: BufferSet,
  buffers: { readonly source: GPUBuffer; readonly destination: GPUBuffer },
  length: number,
  shape: CopyShape,
): Promise<BoundKernel> {
  const kernel = await createKernel(device, "gpu/copy", { lanes: shape.lanes });
  const vectors = length / 4;
  const copy = set.uniform("copy", Uint32Array.of(vectors, Math.ceil(vectors / shape.groups), 0, 0));
  return kernel.bind({ copy, ...buffers });
}

export function dispatchCopy(pass: GPUComputePassEncoder, copy: BoundKernel, shape: CopyShape): void {
  pass.setPipeline(copy.pipeline);
  pass.setBindGroup(0, copy.bindGroup);
  pass.dispatchWorkgroups(...dispatchSize(shape.groups));
}

/** Beyond the caches of the processors at hand. */
function defaultBytes(device: ComputeDevice): number {
  const wanted = device.kind === "hardware" ? 2 ** 28 : 2 ** 26;
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  return Math.min(wanted, maxStorageBufferBindingSize, maxBufferSize);
}

/** The shape of solves, then others of the kind that the adapter may like. */
function listShapes(device: ComputeDevice): CopyShape[] {
  const { lanes, maxChunks } = chooseLaunchShape(device);
  const others: readonly (readonly [number, number])[] =
    device.kind === "hardware"
      ? [
          [256, 1024],
          [256, 8192],
          [128, 65_536],
          [256, 65_536],
        ]
      : [
          [lanes, 8],
          [2 * lanes, 8],
          [lanes, 512],
          [64, 64],
        ];
  return [{ lanes, groups: maxChunks }, ...others.map(([l, groups]) => ({ lanes: l, groups }))];
}

/** Submissions shorter than this drown in the time that a submission itself takes [s]. */
const SHORTEST_SUBMISSION = 0.02;
const MOST_DISPATCHES = 4096;

/** Seconds a dispatch takes, the best of several submissions. */
async function timeDispatch(
  device: ComputeDevice,
  copy: BoundKernel,
  shape: CopyShape,
  seconds: number,
): Promise<number> {
  // The first run pays for the driver's compilation and for pages that were never touched.
  await timeSubmission(device, copy, shape, 1);
  const end = performance.now() / 1000 + seconds;
  let best = Number.POSITIVE_INFINITY;
  let count = 1;
  do {
    const time = await timeSubmission(device, copy, shape, count);
    best = Math.min(best, time / count);
    if (time < SHORTEST_SUBMISSION) {
      count = Math.min(MOST_DISPATCHES, Math.max(2 * count, Math.ceil(SHORTEST_SUBMISSION / best)));
    }
  } while (performance.now() / 1000 < end);
  return best;
}

async function timeSubmission(
  device: ComputeDevice,
  copy: BoundKernel,
  shape: CopyShape,
  count: number,
): Promise<number> {
  const encoder = device.gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (let k = 0; k < count; k++) dispatchCopy(pass, copy, shape);
  pass.end();
  const commands = encoder.finish();
  const start = performance.now();
  device.gpu.queue.submit([commands]);
  await device.gpu.queue.onSubmittedWorkDone();
  device.throwIfLost();
  return (performance.now() - start) / 1000;
}
