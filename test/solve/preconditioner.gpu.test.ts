/** When multigrid preconditions a solve, when it does not, and how long a hierarchy is kept. */
import { describe, expect, it } from "vitest";
import { FlowBatch, type FlowSolution } from "../../src/flow/flow-batch.ts";
import { formatHierarchy } from "../../src/multigrid/hierarchy.ts";
import { generateCubic } from "../../src/network/index.ts";
import { ConjugateGradient } from "../../src/solve/conjugate-gradient.ts";
import { MULTIGRID_UNKNOWNS } from "../../src/solve/preconditioner.ts";
import { GROUND_ONE, GROUND_ZERO } from "../../src/sparse/graph.ts";
import { measureEnergy, solveReference } from "../../src/sparse/reference.ts";
import { caseOf, relativeDifference } from "../flow/networks.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { withLimit } from "../gpu/with-limit.ts";
import { findConductance } from "../multigrid/eliminate-stars.ts";
import { drawLattice } from "../multigrid/levels.ts";
import { drawSeries } from "../multigrid/networks.ts";
import { createMatrix } from "../sparse/batches.ts";
import { drawGraph, makeGraph, makeRandom, maxDifference, type WeightedGraph } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

const SETUPS = ["host", "device"] as const;
const multigrid = (setup: (typeof SETUPS)[number]) =>
  ({ preconditioner: { kind: "multigrid", setup } }) as const;

/** Every unknown between the grounds, joined to no other. */
function drawIsolated(count: number): WeightedGraph {
  const ends: [number, number][] = [];
  for (let i = 0; i < count; i++) ends.push([GROUND_ONE, i], [i, GROUND_ZERO]);
  return { graph: makeGraph(count, ends), weights: Float64Array.from(ends, (_, k) => 1 + (k % 7)) };
}

/** A lattice whose unknowns hang on the ground by `weight` each. */
function groundAll({ graph, weights }: WeightedGraph, weight: number): WeightedGraph {
  const { unknownCount } = graph;
  const ends = Array.from({ length: unknownCount }, (_, i) => [GROUND_ONE, i]).flat();
  return {
    graph: { unknownCount, ends: Int32Array.of(...graph.ends, ...ends) },
    weights: Float64Array.of(...weights, ...new Float64Array(unknownCount).fill(weight)),
  };
}

describe("where kernels may bind 8 storage buffers only", () => {
  it("large systems are solved with diagonals", async () => {
    const least = withLimit(device, "maxStorageBuffersPerShaderStage", 8);
    const large = caseOf(generateCubic({ size: 22, sigma: 1, seed: 823 }));
    expect(large.domain.poreState.length).toBeGreaterThan(MULTIGRID_UNKNOWNS.software);
    using batch = await FlowBatch.create(least, [large]);
    const [{ solver, flowRate }] = (await batch.solve()) as [FlowSolution];
    expect(solver).toMatchObject({ status: "converged", preconditioner: "jacobi" });
    using exact = await FlowBatch.create(device, [large], {
      solver: { preconditioner: { kind: "multigrid" } },
    });
    expect(relativeDifference(flowRate, (await exact.solve())[0]!.flowRate)).toBeLessThan(1e-8);
  });
});

describe("where there is nothing to coarsen", () => {
  it.each([
    { name: "one unknown", own: drawSeries(1, 701, 1) },
    { name: "a small lattice", own: drawLattice(6, 2, 709) },
    { name: "unknowns that only the grounds join", own: drawIsolated(2000) },
    {
      name: "unknowns that hang on the ground by nearly all of their weight",
      own: groundAll(drawLattice(9, 1, 719), 3000),
    },
  ])("diagonals precondition, and the report says why: $name", async ({ own }) => {
    using matrix = await createMatrix(device, [own], { smallRows: 0 });
    for (const setup of SETUPS) {
      using solver = await ConjugateGradient.create(matrix, multigrid(setup));
      const { x, reports } = await solver.solve();
      expect(reports[0]).toMatchObject({
        status: "converged",
        preconditioner: "jacobi",
        preconditionerFallback: expect.stringContaining("nothing to coarsen"),
      });
      expect(Math.abs(measureEnergy(own.graph, own.weights, x) / findConductance(own) - 1)).toBeLessThan(
        1e-8,
      );
    }
  });

  it("and nothing conducts, the answer is 0 at once", async () => {
    const { graph, weights } = drawLattice(9, 1, 727);
    using matrix = await createMatrix(device, [{ graph, weights: weights.map(() => 0) }], { smallRows: 0 });
    using solver = await ConjugateGradient.create(matrix, multigrid("host"));
    const { x, reports } = await solver.solve();
    expect(reports[0]).toMatchObject({ status: "converged", iterations: 0, preconditioner: "jacobi" });
    expect(x.every((value) => value === 0)).toBe(true);
  });

  it("multigrid comes in when other weights give it something to do", async () => {
    const own = groundAll(drawLattice(11, 1, 733), 3000);
    const others = { graph: own.graph, weights: own.weights.map((w) => (w === 3000 ? 1e-9 : w)) };
    for (const setup of SETUPS) {
      using matrix = await createMatrix(device, [own], { smallRows: 0 });
      using solver = await ConjugateGradient.create(matrix, multigrid(setup));
      expect((await solver.solve()).reports[0]!.preconditioner).toBe("jacobi");
      matrix.setWeights(others.weights);
      const { x, reports } = await solver.solve();
      expect(reports[0]).toMatchObject({ status: "converged", preconditioner: "multigrid" });
      expect(reports[0]!.iterations).toBeLessThanOrEqual(20);
      expect(
        Math.abs(measureEnergy(own.graph, others.weights, x) / findConductance(others) - 1),
      ).toBeLessThan(1e-8);
    }
  });
});

describe("without a choice of the caller", () => {
  it("multigrid begins at a size, and not below", async () => {
    const least = MULTIGRID_UNKNOWNS[device.kind];
    for (const count of [least - 1, least]) {
      using matrix = await createMatrix(device, [drawGraph("chain", count, 739, 1)]);
      using solver = await ConjugateGradient.create(matrix, { maxIterations: 4 });
      const { reports } = await solver.solve();
      expect([count, reports[0]!.preconditioner]).toEqual([count, count < least ? "jacobi" : "multigrid"]);
      expect(reports[0]!.preconditionerFallback).toBeUndefined();
    }
  });

  it("small systems keep kernels of their own, which multigrid asked for by name refuses", async () => {
    using matrix = await createMatrix(device, [drawLattice(9, 1, 743)], { smallRows: 2048 });
    using solver = await ConjugateGradient.create(matrix);
    expect((await solver.solve()).reports[0]).toMatchObject({
      status: "converged",
      preconditioner: "jacobi",
    });
    using other = await ConjugateGradient.create(matrix, multigrid("host"));
    await expect(other.solve()).rejects.toMatchObject({ option: "smallRows" });
  });
});

describe.each(SETUPS)("a hierarchy built on the %s", (setup) => {
  const own = drawLattice(11, 1, 751);

  it("is kept while weights drift", async () => {
    const random = makeRandom(757);
    using matrix = await createMatrix(device, [own], { smallRows: 0 });
    using solver = await ConjugateGradient.create(matrix, multigrid(setup));
    let weights = own.weights;
    const spent: number[] = [];
    for (let step = 0; step < 20; step++) {
      matrix.setWeights(weights);
      const { x, reports } = await solver.solve();
      expect(reports[0]).toMatchObject({ status: "converged", preconditioner: "multigrid" });
      expect(reports[0]!.iterations).toBeLessThanOrEqual(20);
      spent.push(reports[0]!.preconditionerSeconds);
      if (step % 10 === 9) {
        const exact = findConductance({ graph: own.graph, weights });
        expect(Math.abs(measureEnergy(own.graph, weights, x) / exact - 1)).toBeLessThan(1e-8);
      }
      weights = weights.map((w) => w * (1 + 0.02 * (random() - 0.5)));
    }
    expect(spent[0]).toBeGreaterThan(0);
    expect(spent.slice(1)).toEqual(Array(19).fill(0));
  });

  it("is renewed within the solve where weights are drawn anew", async () => {
    const others = { graph: own.graph, weights: drawLattice(11, 3, 761).weights };
    using matrix = await createMatrix(device, [own], { smallRows: 0 });
    using solver = await ConjugateGradient.create(matrix, multigrid(setup));
    await solver.solve();
    matrix.setWeights(others.weights);
    const exact = findConductance(others);
    const renewed = await solver.solve();
    const kept = await solver.solve();
    for (const { x, reports } of [renewed, kept]) {
      expect(reports[0]).toMatchObject({ status: "converged", preconditioner: "multigrid" });
      expect(Math.abs(measureEnergy(own.graph, others.weights, x) / exact - 1)).toBeLessThan(1e-8);
    }
    expect(renewed.reports[0]!.preconditionerSeconds).toBeGreaterThan(0);
    expect(renewed.reports[0]!.iterations).toBeLessThan(80);
    expect(kept.reports[0]!.preconditionerSeconds).toBe(0);
    expect(kept.reports[0]!.iterations).toBeLessThanOrEqual(22);
  });

  it("serves loads as well", async () => {
    const random = makeRandom(769);
    using matrix = await createMatrix(device, [own], { smallRows: 0 });
    using solver = await ConjugateGradient.create(matrix, multigrid(setup));
    await solver.solve();
    const load = Float64Array.from({ length: own.graph.unknownCount }, () => random() - 0.5);
    const { x, reports } = await solver.solve({}, load);
    expect(reports[0]).toMatchObject({
      status: "converged",
      preconditioner: "multigrid",
      preconditionerSeconds: 0,
    });
    expect(reports[0]!.iterations).toBeLessThanOrEqual(25);
    const { x: exact } = solveReference(own.graph, own.weights, load);
    const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(maxDifference(x, exact) / largest).toBeLessThan(1e-8);
  });

  it("that an abort cuts short leaves nothing behind, and the next solve is as usual", async () => {
    const large = drawLattice(24, 2, 773);
    using matrix = await createMatrix(device, [large], { smallRows: 0 });
    using solver = await ConjugateGradient.create(matrix, multigrid(setup));
    const buffers = countBuffers(device);
    try {
      const controller = new AbortController();
      const reason = new Error("enough");
      const solving = solver.solve({ signal: controller.signal });
      setTimeout(() => controller.abort(reason), 5);
      await expect(solving).rejects.toBe(reason);
      expect(solver.describePreconditioner()).toBeUndefined();
      expect(buffers.count).toBe(0);
    } finally {
      buffers.stop();
    }
    const { reports } = await solver.solve();
    expect(reports[0]).toMatchObject({ status: "converged", preconditioner: "multigrid" });
    expect(reports[0]!.iterations).toBeLessThanOrEqual(20);
  });

  it("takes the memory that it says, and gives all of it back", async () => {
    const buffers = countBuffers(device);
    try {
      for (let round = 0; round < 3; round++) {
        using matrix = await createMatrix(device, [own], { smallRows: 0 });
        using solver = await ConjugateGradient.create(matrix, multigrid(setup));
        await solver.solve();
        expect(buffers.bytes).toBe(matrix.byteLength + solver.byteLength);
        matrix.setWeights(drawLattice(11, 3, 787).weights);
        await solver.solve();
        expect(buffers.bytes).toBe(matrix.byteLength + solver.byteLength);
      }
      expect([buffers.count, buffers.bytes]).toEqual([0, 0]);
    } finally {
      buffers.stop();
    }
  });

  it("is described level by level", async () => {
    using matrix = await createMatrix(device, [own], { smallRows: 0 });
    using solver = await ConjugateGradient.create(matrix, multigrid(setup));
    expect(solver.describePreconditioner()).toBeUndefined();
    await solver.solve();
    const description = solver.describePreconditioner()!;
    const { levels, bytes, operatorComplexity, gridComplexity } = description;
    expect(levels[0]).toEqual({ unknowns: 11 ** 3, nonzeros: 11 ** 3 + 6 * 11 * 11 * 10 });
    expect(levels.length).toBeGreaterThanOrEqual(3);
    for (const [k, { unknowns }] of levels.slice(1).entries())
      expect(unknowns).toBeLessThan(levels[k]!.unknowns);
    const total = (read: (level: (typeof levels)[number]) => number) =>
      levels.reduce((sum, level) => sum + read(level), 0) / read(levels[0]!);
    expect(operatorComplexity).toBeCloseTo(
      total(({ nonzeros }) => nonzeros),
      10,
    );
    expect(gridComplexity).toBeCloseTo(
      total(({ unknowns }) => unknowns),
      10,
    );
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(solver.byteLength);
    expect(description).toMatchObject({ setup, isBottomExact: true });
    const lines = formatHierarchy(description).split("\n");
    for (const { unknowns, nonzeros } of levels) {
      expect(lines.some((line) => line.includes(` ${unknowns} `) && line.endsWith(` ${nonzeros}`))).toBe(
        true,
      );
    }
  });
});

describe("a batch of flows with multigrid", () => {
  it("follows conductances, those that drift and those drawn anew", async () => {
    const first = caseOf(generateCubic({ size: 12, sigma: 1, seed: 797 }));
    const second = caseOf(generateCubic({ size: 11, sigma: 2, seed: 809 }));
    const random = makeRandom(811);
    const vary = (spread: number) =>
      [first, second].map(({ conductance }) =>
        conductance.map((g) => g * Math.exp(spread * (random() - 0.5))),
      );
    using batch = await FlowBatch.create(device, [first, second], {
      solver: { preconditioner: { kind: "multigrid" } },
    });
    using plain = await FlowBatch.create(device, [first, second], {
      solver: { preconditioner: { kind: "jacobi" } },
    });
    const spent: number[] = [];
    for (const spread of [0, 0.02, 8, 0]) {
      const conductances = vary(spread);
      await batch.setConductances(conductances);
      await plain.setConductances(conductances);
      const [own, exact] = [await batch.solve(), await plain.solve()];
      for (const [k, { solver, flowRate }] of own.entries()) {
        expect(solver).toMatchObject({ status: "converged", preconditioner: "multigrid" });
        expect(relativeDifference(flowRate, exact[k]!.flowRate)).toBeLessThan(1e-8);
      }
      spent.push(own[0]!.solver.preconditionerSeconds);
    }
    expect(spent[0]).toBeGreaterThan(0);
    expect(spent[1]).toBe(0);
    expect(spent[2]).toBeGreaterThan(0);
  });
});
