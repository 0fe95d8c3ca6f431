import { describe, expect, it } from "vitest";
import { withErrorScopes } from "../../src/gpu/error-scopes.ts";
import { type Shader, shaders } from "../../src/gpu/generated/shaders.ts";
import { useDevice } from "../support/device.ts";

const UNIFORM_OR_STORAGE = 0x40 | 0x80;
const device = await useDevice();

/** Values for the override constants that have none of their own. */
function requiredConstants(shader: Shader): Record<string, number> {
  const names = [...shader.code.matchAll(/override\s+(\w+)\s*(?::\s*\w+\s*)?;/g)].map((match) => match[1]!);
  return Object.fromEntries(names.map((name) => [name, 4]));
}

/** File and line that a line of the packed code comes from. */
function findSource(shader: Shader, line: number): string {
  const source = shader.sources.findLast((each) => each.line <= line);
  return source ? `${source.file}:${line - source.line + 1}` : `line ${line}`;
}

describe.each(Object.entries<Shader>(shaders))("%s", (_, shader) => {
  it("compiles, and takes exactly the bindings that the packer names", async (context) => {
    const subgroups = shader.features.includes("subgroups");
    if (subgroups && !device.features.subgroups) return context.skip("the adapter has no subgroups");
    const { gpu } = device;
    const module = gpu.createShaderModule({ code: shader.code });
    const { messages } = await module.getCompilationInfo();
    const errors = messages.filter(({ type }) => type === "error");
    expect(errors.map(({ message, lineNum }) => `${findSource(shader, lineNum)}: ${message}`)).toEqual([]);
    const pipeline = await gpu.createComputePipelineAsync({
      layout: "auto",
      compute: { module, entryPoint: shader.entryPoint, constants: requiredConstants(shader) },
    });
    const buffers: GPUBuffer[] = [];
    for (const group of new Set(shader.bindings.map((each) => each.group))) {
      const entries = shader.bindings
        .filter((each) => each.group === group)
        .map(({ binding, bytes }) => {
          const buffer = gpu.createBuffer({ size: bytes ?? 4096, usage: UNIFORM_OR_STORAGE });
          buffers.push(buffer);
          return { binding, resource: { buffer } };
        });
      await withErrorScopes(device, "the bind group", () =>
        gpu.createBindGroup({ layout: pipeline.getBindGroupLayout(group), entries }),
      );
    }
    for (const buffer of buffers) buffer.destroy();
  });
});
