/**
 * A shader that draws: one of `shaders/` with a vertex and a fragment entry point, compiled for a device and what it draws
 * into, to be bound to buffers by the names that its source gives them. Instances come from storage buffers; four
 * vertices each make a strip of two triangles.
 */
import type { ComputeDevice } from "./device.ts";
import {
  type RenderBindingName,
  type RenderShader,
  type RenderShaderName,
  renderShaders,
} from "./generated/shaders.ts";
import { type BufferRange, bindBuffers, explainRefusal, layOutBindings } from "./kernel.ts";

/** The textures of a pass, in the order of its attachments. */
export interface RenderTargets {
  readonly colors: readonly GPUTextureFormat[];
  readonly depth: GPUTextureFormat;
}

/** A shader with its buffers, ready to draw. */
export interface BoundDrawing {
  readonly pipeline: GPURenderPipeline;
  readonly bindGroup: GPUBindGroup;
}

export interface RenderKernel<Name extends RenderShaderName> {
  readonly name: Name;
  bind(buffers: Record<RenderBindingName<Name> & string, BufferRange>): BoundDrawing;
}

/**
 * Compiles a shader that draws.
 *
 * @throws {ShaderError} when the driver refuses it, with the file and line
 * @example
 * const spheres = await createRenderKernel(device, "view/pores", { colors: ["rgba8unorm"], depth: "depth32float" });
 */
export async function createRenderKernel<Name extends RenderShaderName>(
  device: ComputeDevice,
  name: Name,
  targets: RenderTargets,
): Promise<RenderKernel<Name>> {
  const { gpu } = device;
  const shader: RenderShader = renderShaders[name];
  const module = gpu.createShaderModule({ label: name, code: shader.code });
  const layout = layOutBindings(device, name, shader, VERTEX_STAGE | FRAGMENT_STAGE);
  let pipeline: GPURenderPipeline;
  try {
    pipeline = await gpu.createRenderPipelineAsync({
      label: name,
      layout: gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
      vertex: { module, entryPoint: shader.vertexEntry },
      fragment: {
        module,
        entryPoint: shader.fragmentEntry,
        targets: targets.colors.map((format) => ({ format })),
      },
      primitive: { topology: "triangle-strip" },
      depthStencil: { format: targets.depth, depthWriteEnabled: true, depthCompare: "less" },
    });
  } catch (cause) {
    throw await explainRefusal(device, `The shader ${name}`, module, shader, cause);
  }
  return {
    name,
    bind: (buffers) => ({ pipeline, bindGroup: bindBuffers(device, name, shader, layout, buffers) }),
  };
}

// GPUShaderStage's flags: the constants are not global in Node.
const VERTEX_STAGE = 1;
const FRAGMENT_STAGE = 2;
