/**
 * A kernel: one shader of `shaders/`, compiled for a device, to be bound to buffers by the names that its
 * source gives them. Pipelines are compiled once a device and set of constants, also when asked for at once.
 */
import { ShaderError } from "../errors.ts";
import type { ComputeDevice } from "./device.ts";
import {
  type BindingName,
  type OverrideName,
  type Shader,
  type ShaderName,
  shaders,
} from "./generated/shaders.ts";
import { dispatchSize } from "./launch-shape.ts";

/** A whole buffer, or a part of one: offset and size in bytes. */
export type BufferRange = GPUBuffer | GPUBufferBinding;

/** A kernel with its buffers, ready to be dispatched. */
export interface BoundKernel {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
}

export interface Kernel<Name extends ShaderName> {
  readonly name: Name;
  bind(buffers: Record<BindingName<Name> & string, BufferRange>): BoundKernel;
}

/**
 * Compiles a kernel, or returns it when it is there.
 *
 * @param constants values of the shader's `override` constants
 * @throws {ShaderError} when the driver refuses the shader, with the file and line
 * @example
 * const residual = await createKernel(device, "sparse/residual", { lanes: 64 });
 */
export function createKernel<Name extends ShaderName>(
  device: ComputeDevice,
  name: Name,
  constants: Partial<Record<OverrideName<Name> & string, number>> = {},
): Promise<Kernel<Name>> {
  let kernels = kernelsOfDevice.get(device.gpu);
  if (!kernels) kernelsOfDevice.set(device.gpu, (kernels = new Map()));
  const key = `${name} ${JSON.stringify(constants)}`;
  let kernel = kernels.get(key);
  if (!kernel) {
    kernel = compileKernel(device, name, constants as Record<string, number>);
    kernels.set(key, kernel);
    kernel.catch(() => kernels.delete(key));
  }
  return kernel as Promise<Kernel<Name>>;
}

const kernelsOfDevice = new WeakMap<GPUDevice, Map<string, Promise<Kernel<ShaderName>>>>();

async function compileKernel<Name extends ShaderName>(
  device: ComputeDevice,
  name: Name,
  constants: Record<string, number>,
): Promise<Kernel<Name>> {
  const { gpu } = device;
  const shader: Shader = shaders[name];
  const module = gpu.createShaderModule({ label: name, code: shader.code });
  const layout = layOutBindings(device, name, shader, COMPUTE_STAGE);
  let pipeline: GPUComputePipeline;
  try {
    pipeline = await gpu.createComputePipelineAsync({
      label: name,
      layout: gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: shader.entryPoint, constants },
    });
  } catch (cause) {
    throw await explainRefusal(device, `The kernel ${name}`, module, shader, cause);
  }
  return {
    name,
    bind: (buffers) => ({ pipeline, bindGroup: bindBuffers(device, name, shader, layout, buffers) }),
  };
}

type Bindings = Pick<Shader, "bindings">;

/** @param visibility the stages that read and write, as GPUShaderStage's flags */
export function layOutBindings(
  { gpu }: ComputeDevice,
  label: string,
  { bindings }: Bindings,
  visibility: number,
): GPUBindGroupLayout {
  const entries = bindings.map(({ binding, kind }) => ({ binding, visibility, buffer: { type: kind } }));
  return gpu.createBindGroupLayout({ label, entries });
}

/** @param buffers by the names that the shader's source gives them */
export function bindBuffers(
  { gpu }: ComputeDevice,
  label: string,
  { bindings }: Bindings,
  layout: GPUBindGroupLayout,
  buffers: Readonly<Record<string, BufferRange>>,
): GPUBindGroup {
  const entries = bindings.map(({ binding, name }) => {
    const range = buffers[name]!;
    return { binding, resource: "buffer" in range ? range : { buffer: range } };
  });
  return gpu.createBindGroup({ label, layout, entries });
}

/**
 * What to throw where a shader does not compile.
 * @throws {DeviceLostError} when that is why
 */
export async function explainRefusal(
  device: ComputeDevice,
  what: string,
  module: GPUShaderModule,
  shader: Pick<Shader, "sources">,
  cause: unknown,
): Promise<ShaderError> {
  device.throwIfLost();
  return new ShaderError(
    `${what} does not compile on "${device.name}": ${await describeCompilation(module, shader, cause)}.`,
    "This is a fault of porenet or of the graphics driver: update the driver, or try another adapter.",
    { cause },
  );
}

/** Records one launch of a bound kernel over so many workgroups. */
export function dispatchGroups(pass: GPUComputePassEncoder, kernel: BoundKernel, groupCount: number): void {
  pass.setPipeline(kernel.pipeline);
  pass.setBindGroup(0, kernel.bindGroup);
  pass.dispatchWorkgroups(...dispatchSize(groupCount));
}

/** Records one compute pass and submits it. */
export function submitPass(device: ComputeDevice, record: (pass: GPUComputePassEncoder) => void): void {
  const encoder = device.gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  record(pass);
  pass.end();
  device.gpu.queue.submit([encoder.finish()]);
}

/** What the compiler said, with the file and line of `shaders/`. */
async function describeCompilation(
  module: GPUShaderModule,
  shader: Pick<Shader, "sources">,
  cause: unknown,
): Promise<string> {
  const { messages } = await module.getCompilationInfo();
  const error = messages.find(({ type }) => type === "error");
  if (!error) return cause instanceof Error ? cause.message : String(cause);
  const source = shader.sources.findLast(({ line }) => line <= error.lineNum);
  return `shaders/${source?.file}:${error.lineNum - (source?.line ?? 1) + 1}: ${error.message}`;
}

// GPUShaderStage.COMPUTE: the constants are not global in Node.
const COMPUTE_STAGE = 4;
