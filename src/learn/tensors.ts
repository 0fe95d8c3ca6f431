/**
 * tfjs on our own device, and what of its inside porenet relies on: where a tensor's buffer is, how a new tensor gets
 * one, and how our kernels join its queue. Everything else in `learn` uses tfjs's public functions only.
 *
 * tfjs 4.22 keeps one WebGPU backend a process, under the name "webgpu"; opening it on another device ends the tensors
 * of the first.
 */
import type * as tfjs from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { MissingPackageError } from "../errors.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import type { BoundKernel } from "../gpu/kernel.ts";

export type Tf = typeof tfjs;
export type Tensor = tfjs.Tensor;
export type Tensor1D = tfjs.Tensor1D;
export type Tensor2D = tfjs.Tensor2D;

export interface Tensors {
  readonly tf: Tf;
  readonly device: ComputeDevice;
  /** The tensor's own buffer, f32 in row-major order; uploaded if it was not on the device yet. */
  bufferOf(tensor: Tensor): GPUBuffer;
  /** A new tensor of unknown contents, to be written by a kernel. */
  allocate(shape: readonly number[]): Tensor;
  /** A uniform of these words, kept for the next time. */
  uniform(words: readonly number[]): GPUBuffer;
  /** Records a kernel behind what tfjs has recorded. */
  dispatch(kernel: BoundKernel, groups: readonly [number, number, number]): void;
  /** Records a copy of whole words behind what is recorded. */
  copy(source: GPUBuffer, target: GPUBuffer, bytes: number): void;
  /** Submits what is recorded, so that submits of others come behind it. */
  flush(): void;
}

let opened: { device: ComputeDevice; tensors: Promise<Tensors> } | undefined;

/**
 * tfjs on a device; the same object for the same device.
 * @throws {MissingPackageError} when tfjs is not installed
 * @example const { tf } = await openTensors(device);
 */
export function openTensors(device: ComputeDevice): Promise<Tensors> {
  if (opened?.device !== device) {
    const tensors = startBackend(device);
    opened = { device, tensors };
    tensors.catch(() => {
      opened = undefined;
    });
  }
  return opened!.tensors;
}

/** What is private in tfjs's types and stable, the package being frozen. */
interface BackendQueue {
  commandEncoder: GPUCommandEncoder | null;
}

async function startBackend(device: ComputeDevice): Promise<Tensors> {
  provideGlobals(device);
  const { tf, webgpu } = await importPackages();
  tf.removeBackend("webgpu");
  const backend = new webgpu.WebGPUBackend(device.gpu, device.adapter.info);
  tf.registerBackend("webgpu", () => backend, 3);
  // Small tensors would otherwise be computed on the host, and where depends on their size.
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  await tf.setBackend("webgpu");
  await tf.ready();
  return joinBackend(tf, backend, device);
}

function joinBackend(tf: Tf, backend: WebGPUBackend, device: ComputeDevice): Tensors {
  const queue = backend as unknown as BackendQueue;
  const uniforms = new Map<string, GPUBuffer>();
  const recordingEncoder = (): GPUCommandEncoder => {
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    return queue.commandEncoder!;
  };
  const bufferOf = (tensor: Tensor): GPUBuffer => {
    backend.uploadToGPU(tensor.dataId);
    return backend.tensorMap.get(tensor.dataId).resource as GPUBuffer;
  };
  return {
    tf,
    device,
    bufferOf,
    allocate(shape) {
      const tensor = tf.engine().makeTensorFromTensorInfo(backend.makeTensorInfo([...shape], "float32"));
      bufferOf(tensor);
      return tensor;
    },
    uniform(words) {
      const key = words.join();
      let buffer = uniforms.get(key);
      if (!buffer) {
        buffer = device.gpu.createBuffer({
          label: "uniform",
          size: 16 * Math.ceil(words.length / 4),
          usage: 0x48,
        });
        device.gpu.queue.writeBuffer(buffer, 0, Uint32Array.from(words));
        uniforms.set(key, buffer);
      }
      return buffer;
    },
    dispatch(kernel, groups) {
      const pass = recordingEncoder().beginComputePass();
      pass.setPipeline(kernel.pipeline);
      pass.setBindGroup(0, kernel.bindGroup);
      pass.dispatchWorkgroups(...groups);
      pass.end();
    },
    copy(source, target, bytes) {
      recordingEncoder().copyBufferToBuffer(source, 0, target, 0, bytes);
    },
    flush() {
      recordingEncoder();
      backend.submitQueue();
    },
  };
}

async function importPackages(): Promise<{
  tf: Tf;
  webgpu: typeof import("@tensorflow/tfjs-backend-webgpu");
}> {
  try {
    const [tf, webgpu] = await Promise.all([
      import("@tensorflow/tfjs"),
      import("@tensorflow/tfjs-backend-webgpu"),
    ]);
    return { tf: unwrapDefault(tf), webgpu: unwrapDefault(webgpu) };
  } catch (cause) {
    throw new MissingPackageError(
      "tfjs is not installed, which learning and learned closures need.",
      "Run: npm i @tensorflow/tfjs @tensorflow/tfjs-backend-webgpu",
      { cause },
    );
  }
}

/** Node gives a CommonJS package as `default`. */
function unwrapDefault<T extends object>(module: T): T {
  return (module as { default?: T }).default ?? module;
}

/** tfjs looks for a browser's globals; Node has none of them. */
function provideGlobals({ gpu }: ComputeDevice): void {
  const scope = globalThis as unknown as Record<string, unknown>;
  if (scope.GPUBuffer === undefined) {
    const probe = gpu.createBuffer({ label: "probe", size: 4, usage: USAGES.STORAGE });
    probe.destroy();
    scope.GPUBuffer = probe.constructor;
  }
  scope.GPUTexture ??= class GPUTexture {};
  scope.GPUBufferUsage ??= USAGES;
  scope.GPUMapMode ??= { READ: 1, WRITE: 2 };
  const navigator = (scope.navigator ?? {}) as object;
  if (!("gpu" in navigator)) Object.defineProperty(navigator, "gpu", { value: {}, configurable: true });
  if (scope.navigator === undefined) {
    Object.defineProperty(scope, "navigator", { value: navigator, configurable: true });
  }
}

// As WebGPU numbers them.
const USAGES = {
  MAP_READ: 0x0001,
  MAP_WRITE: 0x0002,
  COPY_SRC: 0x0004,
  COPY_DST: 0x0008,
  INDEX: 0x0010,
  VERTEX: 0x0020,
  UNIFORM: 0x0040,
  STORAGE: 0x0080,
  INDIRECT: 0x0100,
  QUERY_RESOLVE: 0x0200,
};
