/** What one cycle does to a vector. */
import { describe, expect, it } from "vitest";
import { createBufferSet, writeBuffer } from "../../src/gpu/buffers.ts";
import { submitPass } from "../../src/gpu/kernel.ts";
import { readBuffer } from "../../src/gpu/readback.ts";
import { bindCycle } from "../../src/multigrid/cycle.ts";
import { Hierarchy, type HierarchyOptions } from "../../src/multigrid/hierarchy.ts";
import { encodeSteps } from "../../src/multigrid/row-launch.ts";
import type { RaggedLaplacian } from "../../src/sparse/ragged-laplacian.ts";
import { applyLaplacian } from "../../src/sparse/reference.ts";
import { createMatrix, packRows, unpackRows } from "../sparse/batches.ts";
import { drawGraph, makeRandom, maxDifference, type WeightedGraph } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";
import { drawLattice, drawNearest } from "./levels.ts";
import { drawTubes } from "./networks.ts";

const device = await useDevice();

/** A cycle as a function of a vector over the unknowns. */
async function withCycle<T>(
  batch: readonly WeightedGraph[],
  options: HierarchyOptions,
  use: (cycle: (load: Float64Array) => Promise<Float64Array>, matrix: RaggedLaplacian) => Promise<T>,
): Promise<T> {
  using matrix = await createMatrix(device, batch, { smallRows: 0 });
  using hierarchy = await Hierarchy.create(matrix, options);
  expect(hierarchy.levels.transfers.length).toBeGreaterThan(0);
  const { pattern, shape } = matrix;
  const bytes = 4 * pattern.vectorLength;
  const { set, buffers } = await createBufferSet(device, "a test", (own) => ({
    load: own.storage("load", bytes),
    x: own.storage("x", bytes),
    residual: own.storage("residual", bytes),
    result: own.storage("result", bytes),
    partialProduct: own.storage("partial product", 4 * pattern.chunkCount),
  }));
  try {
    const { load, x, residual, result, partialProduct } = buffers;
    const steps = await bindCycle({ device, shape, set }, matrix, hierarchy, {
      load: { buffer: load },
      x: { buffer: x },
      residual: { buffer: residual },
      result: { buffer: result },
      partialProduct,
    });
    const smoother = new Float32Array(await readBuffer(device, hierarchy.levels.smoother));
    const cycle = async (vector: Float64Array) => {
      const rows = packRows(matrix, vector);
      writeBuffer(device, load, rows);
      writeBuffer(
        device,
        x,
        rows.map((value, row) => (smoother[row] ?? 0) * value),
      );
      submitPass(device, (pass) => encodeSteps(pass, steps));
      return unpackRows(matrix, new Float32Array(await readBuffer(device, result)));
    };
    return await use(cycle, matrix);
  } finally {
    set.destroy();
  }
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, k) => sum + value * b[k]!, 0);
const norm = (a: Float64Array) => Math.sqrt(dot(a, a));

function drawVector(length: number, random: () => number): Float64Array {
  return Float64Array.from({ length }, () => Math.fround(random() - 0.5));
}

const cases = [
  { name: "a lattice", batch: [drawLattice(12, 2, 401)] },
  { name: "points and their nearest", batch: [drawNearest(1000, 6, 409)] },
  { name: "a star, whose coarsest level is one row", batch: [drawGraph("star", 1000, 419, 4)] },
  {
    name: "three systems",
    batch: [drawLattice(8, 3, 421), drawTubes(20, 30, 431, 3), drawLattice(7, 0, 433)],
  },
];

describe.each(cases)("a cycle on $name", ({ batch }) => {
  it.each(["host", "device"] as const)(
    "is symmetric and positive definite, built on the %s",
    async (setup) => {
      const random = makeRandom(439);
      await withCycle(batch, { setup }, async (cycle, { pattern }) => {
        for (let draw = 0; draw < 4; draw++) {
          const [u, v] = [
            drawVector(pattern.rowOfUnknown.length, random),
            drawVector(pattern.rowOfUnknown.length, random),
          ];
          const [mu, mv] = [await cycle(u), await cycle(v)];
          expect(dot(u, mu)).toBeGreaterThan(0);
          expect(dot(v, mv)).toBeGreaterThan(0);
          const size = Math.sqrt(dot(u, mu) * dot(v, mv));
          expect(Math.abs(dot(mu, v) - dot(u, mv)) / size).toBeLessThan(2e-5);
        }
      });
    },
  );

  it("is linear, and does the same each time", async () => {
    const random = makeRandom(443);
    await withCycle(batch, {}, async (cycle, { pattern }) => {
      const u = drawVector(pattern.rowOfUnknown.length, random);
      const mu = await cycle(u);
      expect(await cycle(u)).toEqual(mu);
      // A power of two is no rounding.
      expect(await cycle(u.map((value) => 4 * value))).toEqual(mu.map((value) => 4 * value));
      expect(await cycle(new Float64Array(u.length))).toEqual(new Float64Array(u.length));
    });
  });

  it("takes most of what is left away, cycle after cycle", async () => {
    const random = makeRandom(449);
    await withCycle(batch, {}, async (cycle, matrix) => {
      const { unknownStart } = matrix.pattern;
      const b = drawVector(matrix.pattern.rowOfUnknown.length, random);
      const residualOf = (x: Float64Array) => {
        const r = b.slice();
        batch.forEach(({ graph, weights }, s) => {
          const [from, to] = [unknownStart[s]!, unknownStart[s + 1]!];
          const scaled = weights.map((w) => w * matrix.scales[s]!);
          applyLaplacian(graph, scaled, x.subarray(from, to)).forEach((value, i) => {
            r[from + i]! -= value;
          });
        });
        return r;
      };
      const x = new Float64Array(b.length);
      const energies: number[] = [];
      for (let k = 0; k < 8; k++) {
        const r = residualOf(x);
        const z = await cycle(r);
        energies.push(dot(r, z));
        z.forEach((value, i) => {
          x[i]! += value;
        });
      }
      // As an iteration of its own, without conjugate gradients: r·M r of a cycle that contracts by 0.6 falls so.
      expect(energies.at(-1)! / energies[0]!).toBeLessThan(0.6 ** 14);
      expect(norm(residualOf(x))).toBeLessThan(norm(b));
    });
  });
});

describe("levels in pages", () => {
  it("do what they do in one, to the bit", async () => {
    const batch = [drawLattice(13, 2, 457), drawNearest(900, 6, 461)];
    const load = drawVector(13 ** 3 + 900, makeRandom(463));
    const whole = await withCycle(batch, { setup: "host" }, (cycle) => cycle(load));
    expect(whole.some((value) => value !== 0)).toBe(true);
    for (const pageBytes of [2 ** 16, 2 ** 13]) {
      const paged = await withCycle(batch, { setup: "host", pageBytes }, (cycle) => cycle(load));
      expect(maxDifference(paged, whole)).toBe(0);
    }
  });
});
