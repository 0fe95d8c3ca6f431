/** Solves without the host, directly and by conjugate gradients, against solutions in float64. */
import { describe, expect, it } from "vitest";
import { readBuffer } from "../../src/gpu/readback.ts";
import { createCgWorkspace } from "../../src/solve/cg-kernels.ts";
import { createElimination } from "../../src/solve/elimination.ts";
import { ResidentSolve } from "../../src/solve/resident-solve.ts";
import type { RaggedLaplacian } from "../../src/sparse/ragged-laplacian.ts";
import { solveReference } from "../../src/sparse/reference.ts";
import { createMatrix, drawBatch, unknownsOf } from "../sparse/batches.ts";
import {
  chainOf,
  drawGraph,
  findGrounded,
  makeRandom,
  maxDifference,
  solveDense,
  type WeightedGraph,
} from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

/** Weights as the kernels take them. */
const rounded = (batch: readonly WeightedGraph[]): WeightedGraph[] =>
  batch.map(({ graph, weights }) => ({ graph, weights: weights.map(Math.fround) }));

/** @param mostRows larger systems are left to conjugate gradients */
async function solve(batch: readonly WeightedGraph[], mostRows: number, load?: Float64Array) {
  using matrix = await createMatrix(device, batch);
  const workspace = await createCgWorkspace(matrix);
  const elimination = await createElimination(matrix, mostRows);
  using _ = workspace.set;
  using __ = elimination.set;
  using solver = await ResidentSolve.create(matrix, workspace, elimination, load !== undefined);
  if (load) device.gpu.queue.writeBuffer(solver.buffers.load!, 0, packLoad(matrix, load));
  solver.submit();
  const x = matrix.unpackSolution(new Float32Array(await readBuffer(device, solver.buffers.solution)));
  return {
    eliminated: elimination.systemCount,
    reports: await solver.readReports(),
    of: (system: number) => unknownsOf(matrix as RaggedLaplacian, system, x),
  };
}

function packLoad({ pattern, scales }: RaggedLaplacian, load: Float64Array): Float32Array<ArrayBuffer> {
  const { unknownStart, rowOfUnknown, vectorLength } = pattern;
  const pairs = new Float32Array(2 * vectorLength);
  scales.forEach((scale, s) => {
    for (let i = unknownStart[s]!; i < unknownStart[s + 1]!; i++)
      pairs[2 * rowOfUnknown[i]!] = load[i]! * scale;
  });
  return pairs;
}

describe.each([
  { way: "directly", mostRows: 4096 },
  { way: "by conjugate gradients", mostRows: 0 },
])("small systems solved $way", ({ mostRows }) => {
  it.each([1, 3, 65])("have their solution in a batch of %i", async (systems) => {
    const batch = rounded(drawBatch(systems, [7, 33, 1, 150, 32, 400], 653));
    const { eliminated, reports, of } = await solve(batch, mostRows);
    expect(eliminated > 0).toBe(mostRows > 0);
    batch.forEach((own, s) => {
      expect([s, reports[s]!.status]).toEqual([s, "converged"]);
      expect(reports[s]!.relativeResidual).toBeLessThanOrEqual(1e-6);
      // Where links are weak, what conjugate gradients leave of the residual is much of the solution.
      const isDirect = reports[s]!.iterations <= 3;
      expect(maxDifference(of(s), solveDense(own))).toBeLessThan(isDirect ? 1e-5 : 2e-3);
    });
  });

  it("meet a load", async () => {
    const random = makeRandom(659);
    const batch = rounded(drawBatch(12, [40, 7, 150], 661)).map(({ graph, weights }) => ({
      graph,
      weights: weights.map((w) => Math.fround(Math.sqrt(w))),
    }));
    const parts = batch.map(({ graph, weights }) =>
      Float64Array.from(findGrounded(graph, weights), (grounded) =>
        grounded ? Math.fround(random() - 0.5) : 0,
      ),
    );
    const { reports, of } = await solve(
      batch,
      mostRows,
      Float64Array.from(parts.flatMap((part) => [...part])),
    );
    batch.forEach(({ graph, weights }, s) => {
      const { x } = solveReference(graph, weights, parts[s]!, 1e-13);
      const size = Math.max(...x.map(Math.abs));
      expect([s, reports[s]!.status]).toEqual([s, "converged"]);
      expect(maxDifference(of(s), x) / size).toBeLessThan(1e-4);
    });
  });

  it("are none of each other's business", async () => {
    const batch = drawBatch(9, [40, 33], 673);
    const sound = await solve(batch, mostRows);
    const cut = { graph: batch[3]!.graph, weights: new Float64Array(batch[3]!.weights.length) };
    const found = await solve(batch.with(3, cut), mostRows);
    expect([...found.of(3)]).toEqual([...found.of(3)].fill(0));
    batch.forEach((_, s) => {
      if (s !== 3) expect([s, ...found.of(s)]).toEqual([s, ...sound.of(s)]);
    });
  });
});

describe("a direct solve", () => {
  it("keeps every pressure's relative accuracy over ten decades of weights", async () => {
    const weights = Float64Array.from({ length: 61 }, (_, k) => Math.fround(10 ** (((k * 37 + 5) % 11) - 5)));
    const { of, reports } = await solve([chainOf(weights)], 4096);
    const resistance = weights.map((w) => 1 / w);
    const total = resistance.reduce((sum, r) => sum + r, 0);
    expect(reports[0]!.status).toBe("converged");
    of(0).forEach((p, k) => {
      const expected = resistance.slice(k + 1).reduce((sum, r) => sum + r, 0) / total;
      expect(Math.abs(p / expected - 1)).toBeLessThan(1e-4);
    });
  });

  it("leaves a system with too many cells to conjugate gradients, in the same batch", async () => {
    const batch = rounded([drawGraph("clique", 100, 677, 2), drawGraph("tree", 100, 683, 2)]);
    const { eliminated, reports, of } = await solve(batch, 4096);
    expect(eliminated).toBe(1);
    batch.forEach((own, s) => {
      expect(reports[s]!.status).toBe("converged");
      expect(maxDifference(of(s), solveDense(own))).toBeLessThan(1e-5);
    });
  });
});
