/** Pressures that stay on the device: the result's own, rounded to float32, bit for bit. */
import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { FlowBatch, type FlowBatchOptions, type FlowSolution } from "../../src/flow/flow-batch.ts";
import type { FlowCase } from "../../src/flow/flow-system.ts";
import { computePermeabilities, computePermeability } from "../../src/flow/permeability.ts";
import { readBuffer } from "../../src/gpu/readback.ts";
import { generateCubic, generateRandom } from "../../src/network/index.ts";
import { ConjugateGradient } from "../../src/solve/conjugate-gradient.ts";
import { RaggedLaplacian } from "../../src/sparse/ragged-laplacian.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { useDevice } from "../support/device.ts";
import { caseOf, largestDifference, readBerea, SKETCHED, sketchNetwork } from "./networks.ts";

const device = await useDevice();

async function readBits(buffer: GPUBuffer, count: number): Promise<Uint32Array> {
  return new Uint32Array(await readBuffer(device, buffer, 0, 4 * count));
}

/** Pairs of float32 hold 48 bits: their sum is the rounded float64, but for ties that their last bit turns. */
async function expectSame({ pressures, pressureBuffer }: FlowSolution): Promise<void> {
  const bits = await readBits(pressureBuffer!, pressures.length);
  const values = new Float32Array(bits.buffer);
  const wrong = [];
  for (let i = 0; i < pressures.length; i++) {
    if (Number.isNaN(pressures[i]!)) {
      if (bits[i] !== 0x7fc00000) wrong.push(`pore ${i} is not solved and holds ${values[i]}`);
    } else if (!(Math.abs(values[i]! - pressures[i]!) <= 2 ** -24)) {
      wrong.push(`pore ${i}: ${values[i]} for ${pressures[i]}`);
    }
  }
  expect(wrong).toEqual([]);
}

async function solveKept(
  cases: readonly FlowCase[],
  options: FlowBatchOptions = {},
): Promise<FlowSolution[]> {
  using batch = await FlowBatch.create(device, cases, options);
  return await batch.solve({ pressureBuffersOf: [...cases.keys()] });
}

const lattice = caseOf(generateCubic({ size: 12, sigma: 2, seed: 907 }));

describe("pressures on the device", () => {
  it("are those of each case of a ragged batch, with and without unknowns, and of one that makes no sense", async () => {
    const random = generateRandom({ count: 300, connect: { kind: "nearest", k: 4 }, seed: 911 });
    const straight = caseOf(sketchNetwork(3, [[0, 1, 7]], [0], [1]), SKETCHED);
    const bad = { ...lattice, conductance: lattice.conductance.map((g, e) => (e === 5 ? -g : g)) };
    const solutions = await solveKept([
      lattice,
      caseOf(random, { axis: "y" }),
      straight,
      bad,
      caseOf(random),
    ]);
    for (const solution of solutions) {
      await expectSame(solution);
      solution.pressureBuffer!.destroy();
    }
    expect(solutions[2]!.pressures).toEqual(Float64Array.of(1, 0, Number.NaN));
    expect(solutions[3]!.pressures.every(Number.isNaN)).toBe(true);
  });

  it.each<[string, FlowBatchOptions]>([
    ["in pages", { pageBytes: 16384, smallRows: 0 }],
    ["by multigrid", { solver: { preconditioner: { kind: "multigrid" } } }],
    ["in the caller's row order", { ordering: "given", smallRows: 0 }],
  ])("are the same when solved %s", async (_, options) => {
    const [solution] = await solveKept([lattice], options);
    expect(solution!.solver.status).toBe("converged");
    await expectSame(solution!);
    solution!.pressureBuffer!.destroy();
  });

  it("follow throats that are closed after the pattern was built", async () => {
    using batch = await FlowBatch.create(device, [lattice]);
    await batch.setConductances([lattice.conductance.map((g, e) => (e % 7 < 3 ? 0 : g))]);
    const [solution] = await batch.solve({ pressureBuffersOf: [0] });
    expect(solution!.pressures.some(Number.isNaN)).toBe(true);
    await expectSame(solution!);
    solution!.pressureBuffer!.destroy();
  });

  it("come from the host where the solution lives there", async () => {
    const { graph } = (await solveKept([lattice]))[0]!.system;
    using matrix = await RaggedLaplacian.create(device, [graph]);
    matrix.setWeights(new Float64Array(matrix.pattern.edgeCount).fill(3));
    using solver = await ConjugateGradient.create(matrix, {}, "host");
    let pairs = new Float32Array();
    const { x } = await solver.solve({}, undefined, {}, async (solution) => {
      pairs = new Float32Array(await readBuffer(device, solution));
    });
    const { rowCount, vectorLength } = matrix.pattern;
    expect(pairs).toHaveLength(2 * vectorLength);
    expect([...pairs.subarray(2 * rowCount, 2 * rowCount + 4)]).toEqual([1, 0, 0, 0]);
    expect(largestDifference(matrix.unpackSolution(pairs), x)).toBeLessThan(2 ** -46);
    expect(x.every((p) => p > 0 && p < 1)).toBe(true);
  });

  it("belong to who asked, and nothing else of the solve stays", async () => {
    const buffers = countBuffers(device);
    try {
      const solutions = await solveKept([lattice]);
      expect(buffers).toMatchObject({ count: 1 });
      solutions[0]!.pressureBuffer!.destroy();
      const abort = new AbortController();
      using batch = await FlowBatch.create(device, [lattice]);
      const before = buffers.count;
      const solving = batch.solve({ pressureBuffersOf: [0], signal: abort.signal });
      abort.abort(new Error("enough"));
      await expect(solving).rejects.toThrow("enough");
      expect(buffers.count - before).toBeLessThanOrEqual(0);
    } finally {
      buffers.stop();
    }
  });

  it("are refused of a case that there is not", async () => {
    using batch = await FlowBatch.create(device, [lattice]);
    await expect(batch.solve({ pressureBuffersOf: [1] })).rejects.toThrow(OptionError);
  });
});

describe("a permeability's pressures on the device", () => {
  it("are relative to the drop, of each axis", async () => {
    const network = await readBerea();
    const options = { pressureDrop: 250, pressureBuffer: true };
    const results = await computePermeabilities(device, network, ["x", "z"], options);
    for (const { pressures, pressureBuffer } of results) {
      const values = new Float32Array((await readBits(pressureBuffer!, network.poreCount)).buffer);
      const relative = pressures.map((p) => p / 250);
      expect(values.some(Number.isNaN)).toBe(true);
      let largest = 0;
      relative.forEach((p, i) => {
        expect(Number.isNaN(values[i]!)).toBe(Number.isNaN(p));
        if (!Number.isNaN(p)) largest = Math.max(largest, Math.abs(values[i]! - p));
      });
      expect(largest).toBeLessThanOrEqual(2 ** -24);
      expect(Math.max(...values.filter((v) => !Number.isNaN(v)))).toBeLessThanOrEqual(1);
      pressureBuffer!.destroy();
    }
  });

  it("are there only when asked for", async () => {
    const buffers = countBuffers(device);
    try {
      const result = await computePermeability(device, generateCubic({ size: 5, sigma: 1, seed: 919 }));
      expect(result).not.toHaveProperty("pressureBuffer");
      expect(buffers.count).toBe(0);
    } finally {
      buffers.stop();
    }
  });
});
