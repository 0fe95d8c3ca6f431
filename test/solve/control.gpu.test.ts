import { describe, expect, it } from "vitest";
import { ConjugateGradient } from "../../src/solve/conjugate-gradient.ts";
import type { SolveProgress } from "../../src/solve/options.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { createMatrix, drawBatch } from "../sparse/batches.ts";
import { drawGraph, maxDifference } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

const preconditioner = { kind: "jacobi" } as const;
/** Minutes of work for a software driver by Jacobi, if nobody stops it. */
const endless = () => drawGraph("chain", 20_000, 229, 2);

describe("progress", () => {
  it("is told as the solve goes, and never runs backwards", async () => {
    const batch = [...drawBatch(5, [1000, 33, 300], 233), drawGraph("lattice", 9000, 239, 2)];
    using matrix = await createMatrix(device, batch);
    using solver = await ConjugateGradient.create(matrix);
    const told: SolveProgress[] = [];
    const { reports } = await solver.solve({ onProgress: (progress) => told.push(progress) });
    const iterations = told.map((progress) => progress.iterations);
    expect(told.length).toBeGreaterThan(5);
    expect(iterations).toEqual([...iterations].sort((a, b) => a - b));
    expect(iterations.at(-1)).toBe(Math.max(...reports.map((report) => report.iterations)));
    const left = told.map((progress) => progress.systemsLeft);
    expect(left).toEqual([...left].sort((a, b) => b - a));
    expect(left[0]).toBe(batch.length);
    expect(told.at(-1)!.relativeResidual).toBeLessThan(1e-9);
    for (const { relativeErrorEstimate } of told) {
      expect(Number.isNaN(relativeErrorEstimate) || relativeErrorEstimate >= 0).toBe(true);
    }
  });

  it("that throws ends the solve with its error, and the solver works on", async () => {
    using matrix = await createMatrix(device, [drawGraph("lattice", 9000, 241, 2)]);
    using solver = await ConjugateGradient.create(matrix, { tolerance: 1e-6 });
    const usual = await solver.solve();
    const failed = solver.solve({
      onProgress: () => {
        throw new RangeError("the listener's own");
      },
    });
    await expect(failed).rejects.toThrow("the listener's own");
    const again = await solver.solve();
    expect(maxDifference(again.x, usual.x)).toBe(0);
    device.throwIfLost();
  });
});

describe("an AbortSignal", () => {
  it("stops the solve within about one check, with the signal's own reason", async () => {
    using matrix = await createMatrix(device, [endless()]);
    using solver = await ConjugateGradient.create(matrix, { preconditioner });
    const controller = new AbortController();
    const reason = new Error("enough");
    const times: number[] = [];
    let abortedAt = 0;
    const solving = solver.solve({
      signal: controller.signal,
      onProgress: () => {
        times.push(performance.now());
        if (times.length === 6) {
          abortedAt = performance.now();
          controller.abort(reason);
        }
      },
    });
    await expect(solving).rejects.toBe(reason);
    const interval = Math.max(...times.slice(1).map((time, k) => time - times[k]!));
    expect(performance.now() - abortedAt).toBeLessThan(3 * interval + 500);
    // No block begins after the abort; one may have been under way.
    expect(times.length).toBeLessThanOrEqual(7);
  });

  it("frees what the solve had made, and leaves the solver as good as new", async () => {
    using matrix = await createMatrix(device, [drawGraph("lattice", 9000, 251, 2)]);
    using solver = await ConjugateGradient.create(matrix, { tolerance: 1e-6, preconditioner });
    const usual = await solver.solve();
    const buffers = countBuffers(device);
    try {
      for (const after of [1, 2, 5]) {
        const controller = new AbortController();
        let calls = 0;
        const solving = solver.solve({
          signal: controller.signal,
          onProgress: () => ++calls === after && controller.abort(),
        });
        await expect(solving).rejects.toMatchObject({ name: "AbortError" });
        expect(buffers.count).toBe(0);
      }
    } finally {
      buffers.stop();
    }
    expect(maxDifference((await solver.solve()).x, usual.x)).toBe(0);
  });

  it("by the clock rejects with a TimeoutError", async () => {
    using matrix = await createMatrix(device, [endless()]);
    using solver = await ConjugateGradient.create(matrix, { preconditioner });
    const solving = solver.solve({ signal: AbortSignal.timeout(120) });
    await expect(solving).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("that is aborted already stops it before any work", async () => {
    using matrix = await createMatrix(device, [endless()]);
    using solver = await ConjugateGradient.create(matrix, { preconditioner });
    const buffers = countBuffers(device);
    try {
      const told: unknown[] = [];
      const signal = AbortSignal.abort("no");
      await expect(solver.solve({ signal, onProgress: (p) => told.push(p) })).rejects.toBe("no");
      expect(told).toEqual([]);
      expect(buffers.created).toBe(0);
    } finally {
      buffers.stop();
    }
  });
});

describe("a solver that is destroyed while it solves", () => {
  it("says so, and the device works on", async () => {
    using matrix = await createMatrix(device, [endless()]);
    const solver = await ConjugateGradient.create(matrix, { preconditioner });
    let calls = 0;
    const solving = solver.solve({ onProgress: () => ++calls === 2 && solver.destroy() });
    await expect(solving).rejects.toThrow(/destroyed while it solved.*Await solve/);
    using other = await ConjugateGradient.create(matrix, { maxIterations: 5 });
    expect((await other.solve()).reports[0]!.iterations).toBe(5);
  });
});

describe("device memory", () => {
  it("is all given back, over 20 rounds, and sized as said", async () => {
    const batch = drawBatch(6, [300, 33], 257);
    const buffers = countBuffers(device);
    try {
      for (let round = 0; round < 20; round++) {
        using matrix = await createMatrix(device, batch);
        expect(buffers.bytes).toBe(matrix.byteLength);
        using solver = await ConjugateGradient.create(matrix, { preconditioner });
        expect(buffers.bytes).toBe(matrix.byteLength + solver.byteLength);
        await solver.solve();
        expect(buffers.bytes).toBe(matrix.byteLength + solver.byteLength);
      }
      expect(buffers.created).toBeGreaterThan(20 * 20);
      expect([buffers.count, buffers.bytes]).toEqual([0, 0]);
    } finally {
      buffers.stop();
    }
  });

  it.each([
    { kind: "jacobi", most: 200 },
    { kind: "multigrid", most: 400 },
  ] as const)(
    "of a solve at 100 000 unknowns stays below $most bytes an unknown, $kind",
    async ({ kind, most }) => {
      const own = drawGraph("lattice", 100_000, 263, 1);
      const buffers = countBuffers(device);
      try {
        using matrix = await createMatrix(device, [own]);
        using solver = await ConjugateGradient.create(matrix, { maxIterations: 8, preconditioner: { kind } });
        await solver.solve();
        expect(buffers.peak / 100_000).toBeLessThan(most);
      } finally {
        buffers.stop();
      }
    },
  );
});
