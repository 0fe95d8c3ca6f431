import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { createBufferSet } from "../../src/gpu/buffers.ts";
import {
  type CopyShape,
  createCopy,
  dispatchCopy,
  measureCopyBandwidth,
} from "../../src/gpu/copy-bandwidth.ts";
import { readBuffer } from "../../src/gpu/readback.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

async function copyOnce(values: Float32Array, shape: CopyShape): Promise<Float32Array> {
  const { set, buffers } = await createBufferSet(device, "the copy's buffers", (own) => ({
    source: own.upload("source", values),
    destination: own.storage("destination", values.byteLength),
  }));
  const copy = await createCopy(device, set, buffers, values.length, shape);
  const encoder = device.gpu.createCommandEncoder();
  const pass = encoder.beginComputePass();
  dispatchCopy(pass, copy, shape);
  pass.end();
  device.gpu.queue.submit([encoder.finish()]);
  const copied = new Float32Array(await readBuffer(device, buffers.destination));
  set.destroy();
  return copied;
}

describe("the copy kernel", () => {
  const shapes: readonly CopyShape[] = [
    { lanes: 4, groups: 1 },
    { lanes: 8, groups: 3 },
    { lanes: 64, groups: 7 },
    { lanes: 8, groups: 70_001 },
  ];

  it.each(shapes)("copies every number, $lanes lanes and $groups groups", async (shape) => {
    for (const vectors of [1, shape.lanes - 1, shape.lanes, shape.lanes + 1, 10_007]) {
      const values = Float32Array.from({ length: 4 * vectors }, (_, k) => Math.sin(k + vectors));
      expect(Buffer.compare(toBytes(await copyOnce(values, shape)), toBytes(values))).toBe(0);
    }
  });
});

describe("measureCopyBandwidth", () => {
  it("gives the best of its candidates, and what a memory can do", async () => {
    const { gigabytesPerSecond, shape, candidates } = await measureCopyBandwidth(device, {
      bytes: 2 ** 23,
      seconds: 0.3,
    });
    expect(candidates.length).toBeGreaterThan(2);
    expect(gigabytesPerSecond).toBe(Math.max(...candidates.map((each) => each.gigabytesPerSecond)));
    expect(candidates.find((each) => each.gigabytesPerSecond === gigabytesPerSecond)!.shape).toEqual(shape);
    expect(gigabytesPerSecond).toBeGreaterThan(0.05);
    expect(gigabytesPerSecond).toBeLessThan(20_000);
  });

  it("takes times that are those of the host's clock", async () => {
    const start = performance.now();
    await measureCopyBandwidth(device, { bytes: 2 ** 20, seconds: 0.5 });
    const seconds = (performance.now() - start) / 1000;
    expect(seconds).toBeGreaterThan(0.5);
    expect(seconds).toBeLessThan(20);
  });

  it("refuses what is no size or time", async () => {
    await expect(measureCopyBandwidth(device, { bytes: -16 })).rejects.toThrow(OptionError);
    await expect(measureCopyBandwidth(device, { seconds: Number.NaN })).rejects.toThrow("seconds is NaN");
  });
});

function toBytes(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
