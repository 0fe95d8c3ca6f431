/** The smallest whole computation: every number times two, with nothing of porenet's but the device. */
import type { ComputeDevice } from "../../src/gpu/device.ts";

const STORAGE_COPY = 0x80 | 0x4 | 0x8;
const READ_BACK = 0x1 | 0x8;
const WIDTH = 64;

const CODE = `
@group(0) @binding(0) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(${WIDTH})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&values)) { values[id.x] *= 2.0; }
}`;

export async function doubleOnDevice(
  device: ComputeDevice,
  values: Float32Array<ArrayBuffer>,
): Promise<Float32Array> {
  const { gpu } = device;
  const pipeline = await gpu.createComputePipelineAsync({
    layout: "auto",
    compute: { module: gpu.createShaderModule({ code: CODE }) },
  });
  const data = gpu.createBuffer({ size: values.byteLength, usage: STORAGE_COPY });
  const back = gpu.createBuffer({ size: values.byteLength, usage: READ_BACK });
  gpu.queue.writeBuffer(data, 0, values);
  const group = gpu.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer: data } }],
  });
  const encoder = gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(Math.ceil(values.length / WIDTH));
  pass.end();
  encoder.copyBufferToBuffer(data, 0, back, 0, values.byteLength);
  gpu.queue.submit([encoder.finish()]);
  await back.mapAsync(1);
  const result = new Float32Array(back.getMappedRange().slice(0));
  data.destroy();
  back.destroy();
  return result;
}
