import { describe, expect, it } from "vitest";
import { Kriging } from "../../src/calibrate/kriging.ts";
import { KrigingBatch } from "../../src/calibrate/kriging-batch.ts";
import { VARIOGRAM_MODELS } from "../../src/calibrate/variogram.ts";
import { OptionError } from "../../src/errors.ts";
import { readBuffer } from "../../src/gpu/readback.ts";
import { useDevice } from "../support/device.ts";
import { largestDifference, randomPoints, randomValues } from "./kriging-support.ts";

const device = await useDevice();
/** Part of the sill, and of its root for estimates. */
const TOLERANCE = 1e-4;

/** A smooth function with an offset. */
function smoothValues(points: Float64Array, dimension: number): Float64Array {
  return Float64Array.from({ length: points.length / dimension }, (_, i) => {
    const x = points.subarray(i * dimension, (i + 1) * dimension);
    return 40 + Math.sin(5 * x[0]!) + 2 * x[0]! * x[dimension - 1]!;
  });
}

/** The largest errors of estimate and variance, and of their gradients by coordinates over the ranges. */
async function compareGradients(kriging: Kriging, batch: KrigingBatch, at: Float64Array) {
  const { sill, ranges } = kriging.variogram;
  const [found, exact] = [await batch.predictGradient(at), kriging.predictGradient(at)];
  const root = Math.sqrt(sill);
  const scaled = (gradient: Float64Array) => gradient.map((slope, i) => slope * ranges[i % ranges.length]!);
  return {
    estimate: largestDifference(found.estimate, exact.estimate) / root,
    variance: largestDifference(found.variance, exact.variance) / sill,
    estimateGradient:
      largestDifference(scaled(found.estimateGradient), scaled(exact.estimateGradient)) / root,
    varianceGradient:
      largestDifference(scaled(found.varianceGradient), scaled(exact.varianceGradient)) / sill,
  };
}

describe("KrigingBatch", () => {
  for (const model of VARIOGRAM_MODELS) {
    it(`equals float64 within 1e-4 of the sill, with a nugget that is large, tiny or none (${model})`, async () => {
      for (const nugget of [0.1, 1e-8, 0]) {
        for (const dimension of [1, 2, 5]) {
          const points = randomPoints(120, dimension, 3);
          const variogram = {
            model,
            sill: 2.5,
            nugget: 2.5 * nugget,
            ranges: Array.from({ length: dimension }, (_, axis) => 0.7 + 0.4 * axis),
          };
          const kriging = new Kriging(points, smoothValues(points, dimension), { dimension, variogram });
          using batch = await KrigingBatch.create(device, kriging);
          expect(batch.onHost).toBe(false);
          const errors = await compareGradients(kriging, batch, randomPoints(201, dimension, 4));
          expect(Math.max(...Object.values(errors))).toBeLessThan(TOLERANCE);
        }
      }
    });
  }

  it("takes any number of points and candidates, in chunks too", async () => {
    for (const count of [1, 2, 3, 4, 5, 63, 64, 65, 130]) {
      const points = randomPoints(count, 2, 13);
      const variogram = { model: "matern52", sill: 0.3, nugget: 1e-4, ranges: [1.2, 0.9] } as const;
      const kriging = new Kriging(points, smoothValues(points, 2), { dimension: 2, variogram });
      using batch = await KrigingBatch.create(device, kriging, { chunk: 32 });
      for (const candidates of [1, 3, 31, 32, 33, 100]) {
        const errors = await compareGradients(kriging, batch, randomPoints(candidates, 2, 14 + candidates));
        expect(Math.max(...Object.values(errors))).toBeLessThan(TOLERANCE);
      }
      expect((await batch.predict(new Float64Array())).estimate.length).toBe(0);
    }
  });

  it("takes every drift, and coordinates and values far from 0", async () => {
    for (const drift of [
      "constant",
      "linear",
      "quadratic",
      (x: Float64Array) => [1, Math.log(x[0]! - 999), x[1]! * x[2]!],
    ] as const) {
      const there = (x: number, i: number) => (i % 3 === 0 ? 1000 + 5 * x : i % 3 === 1 ? -x : 1e-3 * x);
      const points = randomPoints(90, 3, 23).map(there);
      const variogram = { model: "matern32", sill: 40, nugget: 0.01, ranges: [4, 1.1, 9e-4] } as const;
      const values = Float64Array.from({ length: 90 }, (_, i) => 1e5 + 10 * Math.sin(points[3 * i]!));
      const kriging = new Kriging(points, values, { dimension: 3, variogram, drift });
      using batch = await KrigingBatch.create(device, kriging, { chunk: 64 });
      const errors = await compareGradients(kriging, batch, randomPoints(100, 3, 24).map(there));
      expect(Math.max(...Object.values(errors))).toBeLessThan(TOLERANCE);
    }
  });

  it("holds where values are noise that a smooth variogram must pass through", async () => {
    const points = randomPoints(200, 2, 33);
    for (const nugget of [1e-3, 1e-6, 0]) {
      const variogram = { model: "gaussian", sill: 1, nugget, ranges: [0.8, 0.8] } as const;
      const kriging = new Kriging(points, randomValues(200, 34), { dimension: 2, variogram });
      using batch = await KrigingBatch.create(device, kriging);
      // With no nugget α is some 1e10, beyond what 48 bits can add up.
      expect(batch.onHost).toBe(nugget === 0);
      const errors = await compareGradients(kriging, batch, randomPoints(100, 2, 35));
      expect(Math.max(...Object.values(errors))).toBeLessThan(TOLERANCE);
    }
  });

  it("chooses slices where single precision would not do", async () => {
    const points = randomPoints(150, 2, 43);
    const at = randomPoints(200, 2, 44);
    const errorOf = async (precision: "single" | "extended", nugget: number) => {
      const variogram = { model: "gaussian", sill: 1, nugget, ranges: [1, 1] } as const;
      const kriging = new Kriging(points, smoothValues(points, 2), { dimension: 2, variogram });
      using batch = await KrigingBatch.create(device, kriging, { precision });
      expect(batch.extended).toBe(precision === "extended");
      return await compareGradients(kriging, batch, at);
    };
    const [single, extended] = [await errorOf("single", 1e-9), await errorOf("extended", 1e-9)];
    expect(single.estimate).toBeGreaterThan(TOLERANCE);
    expect(extended.estimate).toBeLessThan(TOLERANCE);
    expect((await errorOf("single", 0.1)).estimate).toBeLessThan(TOLERANCE);
  });

  it("passes through the values, where a micro-scale nugget makes the estimate jump", async () => {
    const points = randomPoints(40, 2, 53);
    const values = randomValues(40, 54);
    const variogram = { model: "exponential", sill: 1, nugget: 0.5, ranges: [1, 1] } as const;
    for (const nuggetKind of ["micro-scale", "noise"] as const) {
      const kriging = new Kriging(points, values, { dimension: 2, variogram, nuggetKind });
      using batch = await KrigingBatch.create(device, kriging);
      const [found, exact] = [await batch.predict(points), kriging.predict(points)];
      expect(largestDifference(found.estimate, exact.estimate)).toBeLessThan(TOLERANCE);
      expect(largestDifference(found.variance, exact.variance)).toBeLessThan(TOLERANCE);
    }
  });

  it("takes in points that are inserted, beyond the room there was, and other models", async () => {
    const points = randomPoints(100, 3, 63);
    const values = smoothValues(points, 3);
    const variogram = { model: "matern52", sill: 1, nugget: 1e-6, ranges: [1, 1, 1] } as const;
    const kriging = new Kriging(points.slice(0, 30), values.slice(0, 10), { dimension: 3, variogram });
    using batch = await KrigingBatch.create(device, kriging, { chunk: 64 });
    const at = randomPoints(50, 3, 64);
    const { candidate } = batch.buffers;
    for (let i = 10; i < 100; i++) {
      kriging.insert(points.subarray(3 * i, 3 * i + 3), values[i]!);
      if (i % 11 !== 0 && i < 99) continue;
      await batch.update(kriging);
      if (i === 11) expect(batch.buffers.candidate).toBe(candidate);
      expect(Math.max(...Object.values(await compareGradients(kriging, batch, at)))).toBeLessThan(TOLERANCE);
    }
    const other = new Kriging(points, values, {
      dimension: 3,
      variogram: { ...variogram, model: "spherical", sill: 7 },
      drift: "linear",
    });
    await batch.update(other);
    expect(Math.max(...Object.values(await compareGradients(other, batch, at)))).toBeLessThan(TOLERANCE);
  });

  it("answers questions asked at once, in turn", async () => {
    const points = randomPoints(30, 2, 66);
    const variogram = { model: "matern32", sill: 1, nugget: 0.01, ranges: [1, 1] } as const;
    const kriging = new Kriging(points, smoothValues(points, 2), { dimension: 2, variogram });
    using batch = await KrigingBatch.create(device, kriging, { chunk: 16 });
    const questions = [67, 68, 69].map((seed) => randomPoints(40, 2, seed));
    const before = questions.map((at) => kriging.predict(at).estimate);
    const answers = questions.map((at) => batch.predict(at));
    const faulty = batch.predict([Number.NaN, 0] as never);
    await expect(faulty).rejects.toThrow(OptionError);
    for (const [k, answer] of answers.entries()) {
      expect(largestDifference((await answer).estimate, before[k]!)).toBeLessThan(TOLERANCE);
    }
  });

  it("predicts from one buffer into others without the host", async () => {
    const points = randomPoints(60, 2, 73);
    const variogram = { model: "matern52", sill: 2, nugget: 1e-4, ranges: [1, 2] } as const;
    const kriging = new Kriging(points, smoothValues(points, 2), {
      dimension: 2,
      variogram,
      drift: "linear",
    });
    using batch = await KrigingBatch.create(device, kriging, { chunk: 64 });
    const at = Float32Array.from(randomPoints(50, 2, 74));
    const { candidate, prediction, gradient } = batch.buffers;
    device.gpu.queue.writeBuffer(candidate, 0, at);
    const encoder = device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    batch.encode(pass, 50, { gradient: true });
    pass.end();
    device.gpu.queue.submit([encoder.finish()]);
    const found = new Float32Array(await readBuffer(device, prediction));
    const slopes = new Float32Array(await readBuffer(device, gradient));
    const exact = kriging.predictGradient(at);
    const { capacity, valueOffset, valueScale } = batch;
    const estimate = Float64Array.from(found.subarray(0, 50), (y) => valueOffset + valueScale * y);
    const variance = Float64Array.from(found.subarray(capacity, capacity + 50), (v) => valueScale ** 2 * v);
    expect(largestDifference(estimate, exact.estimate)).toBeLessThan(TOLERANCE);
    expect(largestDifference(variance, exact.variance)).toBeLessThan(TOLERANCE);
    for (let m = 0; m < 50; m++) {
      for (let axis = 0; axis < 2; axis++) {
        const slope = valueScale * slopes[axis * capacity + m]!;
        expect(Math.abs(slope - exact.estimateGradient[2 * m + axis]!)).toBeLessThan(TOLERANCE);
        const spread = valueScale ** 2 * slopes[(2 + axis) * capacity + m]!;
        expect(Math.abs(spread - exact.varianceGradient[2 * m + axis]!)).toBeLessThan(TOLERANCE);
      }
    }
  });

  it("predicts 100 000 candidates from 500 points", async () => {
    const points = randomPoints(500, 4, 83);
    const variogram = { model: "matern32", sill: 1, nugget: 0.01, ranges: [1, 2, 3, 4] } as const;
    const kriging = new Kriging(points, smoothValues(points, 4), { dimension: 4, variogram });
    using batch = await KrigingBatch.create(device, kriging);
    const at = randomPoints(100_000, 4, 84);
    const { estimate, variance } = await batch.predict(at);
    // Float64 takes minutes for all: every 500th, and the last.
    for (const m of [...Array.from({ length: 200 }, (_, k) => 500 * k), 99_999]) {
      const exact = kriging.predict(at.subarray(4 * m, 4 * m + 4));
      expect(Math.abs(estimate[m]! - exact.estimate[0]!)).toBeLessThan(TOLERANCE);
      expect(Math.abs(variance[m]! - exact.variance[0]!)).toBeLessThan(TOLERANCE);
    }
  });

  it("names what is wrong", async () => {
    const points = randomPoints(12, 2, 93);
    const variogram = { model: "gaussian", sill: 2, nugget: 0.1, ranges: [1, 2] } as const;
    const kriging = new Kriging(points, randomValues(12, 94), { dimension: 2, variogram, drift: () => [1] });
    await expect(KrigingBatch.create(device, kriging, { size: 4 } as never)).rejects.toThrow(/size/);
    await expect(KrigingBatch.create(device, kriging, { chunk: 0 })).rejects.toThrow(OptionError);
    using batch = await KrigingBatch.create(device, kriging, { chunk: 4 });
    await expect(batch.predict(Float64Array.of(1, Number.NaN))).rejects.toThrow(/Row 0/);
    const pass = device.gpu.createCommandEncoder().beginComputePass();
    expect(() => batch.encode(pass, 4)).toThrow(/function/);
    expect(() => batch.encode(pass, 5)).toThrow(/count/);
    kriging.insert([0.5, 0.6], 1);
    expect(() => batch.encode(pass, 4)).toThrow(/update/);
    const at = randomPoints(3, 2, 95);
    expect(largestDifference((await batch.predict(at)).estimate, kriging.predict(at).estimate)).toBeLessThan(
      1e-4,
    );
    pass.end();
  });
});
