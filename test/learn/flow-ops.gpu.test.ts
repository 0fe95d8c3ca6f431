/** The seam between tensors and the flow solver: gradients, what is mapped, what is left behind. */
import { describe, expect, it, vi } from "vitest";
import { ResidentFlow } from "../../src/flow/resident-flow.ts";
import { createFlowOps } from "../../src/learn/flow-ops.ts";
import { openTensors, type Tensor, type Tensor1D } from "../../src/learn/tensors.ts";
import { generateCubic, generateRandom } from "../../src/network/index.ts";
import { solveDirectly } from "../flow/direct-solver.ts";
import { caseOf } from "../flow/networks.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { makeRandom } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

function drawCases() {
  const networks = [
    generateCubic({ size: 4, sigma: 1, seed: 983 }),
    generateRandom({ count: 60, connect: { kind: "nearest", k: 5 }, seed: 991 }),
    generateCubic({ size: [9, 3, 3], sigma: 2, seed: 997 }),
  ];
  return networks.map((network) => caseOf(network));
}

async function open() {
  const cases = drawCases();
  const tensors = await openTensors(device);
  const flow = await ResidentFlow.create(
    device,
    cases.map(({ domain }) => domain),
  );
  const ops = await createFlowOps(tensors, flow);
  const g = Float32Array.from(cases.flatMap(({ conductance }) => [...conductance]));
  const close = () => {
    ops[Symbol.dispose]();
    flow.destroy();
  };
  return { cases, tensors, flow, ops, g, close };
}

describe("permeabilities as a tensor op", () => {
  it("have the gradient of direct solves in float64, network by network", async () => {
    const { cases, tensors, flow, ops, g, close } = await open();
    const { tf } = tensors;
    const conductances = tf.tensor1d(g);
    const weights = tf.tensor1d([1, -2, 0.5]);
    const gradient = await tf
      .grad((x: Tensor) => tf.sum(tf.mul(weights, tf.log(ops.permeabilities(x as Tensor1D)))))(conductances)
      .data();
    cases.forEach(({ domain }, s) => {
      const own = Float64Array.from(g.subarray(flow.throatStart[s]!, flow.throatStart[s + 1]!));
      const measure = (values: Float64Array) => Math.log(solveDirectly(domain, values).flowRate);
      let sum = 0;
      own.forEach((value, e) => {
        sum += value * gradient[flow.throatStart[s]! + e]!;
      });
      // ln K is homogeneous of degree 0 in conductances, but for its slope 1.
      expect(Math.abs(sum - [1, -2, 0.5][s]!)).toBeLessThan(1e-5);
      for (const e of [2, 9, 17]) {
        const step = 1e-4 * own[e]!;
        const [up, down] = [1, -1].map((sign) => measure(own.map((x, k) => (k === e ? x + sign * step : x))));
        const expected = ([1, -2, 0.5][s]! * (up! - down!)) / 2e-4;
        expect(Math.abs(gradient[flow.throatStart[s]! + e]! * own[e]! - expected)).toBeLessThan(1e-5);
      }
    });
    tf.dispose([conductances, weights]);
    close();
  });

  it("keep the gradient of an earlier call when they are called again before", async () => {
    const { tensors, ops, g, close } = await open();
    const { tf } = tensors;
    const conductances = tf.tensor1d(g);
    const f = (x: Tensor) => tf.sum(tf.log(ops.permeabilities(x as Tensor1D)));
    const alone = await tf.grad(f)(conductances).data();
    const other = tf.tensor1d(g.map((value, e) => value * (1 + (e % 3))));
    const both = await tf
      .grad((x: Tensor) => {
        const wanted = f(x);
        return tf.add(wanted, tf.mul(0, f(tf.mul(other, 1))));
      })(conductances)
      .data();
    expect([...both]).toEqual([...alone]);
    tf.dispose([conductances, other]);
    close();
  });
});

describe("pressures as a tensor op", () => {
  it("have the gradient of direct solves in float64", async () => {
    const { cases, tensors, flow, ops, g, close } = await open();
    const { tf } = tensors;
    const random = makeRandom(1009);
    const weights = Float32Array.from({ length: flow.poreStart.at(-1)! }, () => random() - 0.5);
    const c = tf.tensor1d(weights);
    const conductances = tf.tensor1d(g);
    const f = (x: Tensor) => tf.sum(tf.mul(c, tf.square(ops.pressures(x as Tensor1D))));
    const gradient = await tf.grad(f)(conductances).data();
    cases.forEach(({ domain }, s) => {
      const own = Float64Array.from(g.subarray(flow.throatStart[s]!, flow.throatStart[s + 1]!));
      const measure = (values: Float64Array) =>
        solveDirectly(domain, values).pressures.reduce(
          (sum, p, i) => sum + (Number.isNaN(p) ? 0 : weights[flow.poreStart[s]! + i]! * p * p),
          0,
        );
      for (const e of [2, 9, 17]) {
        const step = 1e-4 * own[e]!;
        const [up, down] = [1, -1].map((sign) => measure(own.map((x, k) => (k === e ? x + sign * step : x))));
        const found = gradient[flow.throatStart[s]! + e]! * own[e]!;
        expect(Math.abs(found - (up! - down!) / 2e-4)).toBeLessThan(2e-5);
      }
    });
    tf.dispose([conductances, c]);
    close();
  });
});

describe("a hundred steps", () => {
  it("map nothing, and leave no tensor and no buffer behind", async () => {
    const { tensors, ops, g, close } = await open();
    const { tf } = tensors;
    const scale = tf.variable(tf.zeros([1]));
    const analytic = tf.tensor1d(g);
    const optimizer = tf.train.adam(0.01);
    const step = () => {
      const cost = optimizer.minimize(
        () => tf.mean(tf.square(tf.add(tf.log(ops.permeabilities(tf.mul(analytic, tf.exp(scale)))), 30))),
        true,
      );
      cost!.dispose();
    };
    // Pools and pipelines fill up in the first steps.
    for (let k = 0; k < 30; k++) step();
    tensors.flush();
    const before = tf.memory().numTensors;
    const mapped = countMappedBytes();
    const buffers = countBuffers(device);
    for (let k = 0; k < 100; k++) step();
    tensors.flush();
    await device.gpu.queue.onSubmittedWorkDone();
    expect(tf.memory().numTensors).toBe(before);
    expect(buffers.count).toBeLessThanOrEqual(0);
    expect(mapped.bytes).toBe(0);
    // The counter counts: reading a value maps its four bytes.
    await scale.data();
    expect(mapped.bytes).toBe(4);
    buffers.stop();
    mapped.stop();
    tf.dispose([scale as Tensor, analytic]);
    optimizer.dispose();
    close();
  }, 120_000);
});

/** Bytes that are mapped for reading, by anyone, from here on. */
function countMappedBytes() {
  const probe = device.gpu.createBuffer({ size: 4, usage: 0x80 });
  const prototype = Object.getPrototypeOf(probe) as GPUBuffer;
  probe.destroy();
  const map = prototype.mapAsync;
  const state = { bytes: 0, stop: () => spy.mockRestore() };
  const spy = vi.spyOn(prototype, "mapAsync").mockImplementation(function (
    this: GPUBuffer,
    mode: number,
    offset = 0,
    size = this.size - offset,
  ) {
    if (mode === 1) state.bytes += size;
    return map.call(this, mode, offset, size);
  });
  return state;
}
