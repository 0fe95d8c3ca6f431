/** One pattern, many conductance sets: beside each other in a batch, and one after the other on the same batch. */
import { describe, expect, it } from "vitest";
import { NetworkError, OptionError, PorenetError } from "../../src/errors.ts";
import { FlowBatch, type FlowSolution } from "../../src/flow/flow-batch.ts";
import type { FlowCase } from "../../src/flow/flow-system.ts";
import { generateCubic, generateRandom } from "../../src/network/index.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { makeRandom } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";
import { solveDirectly } from "./direct-solver.ts";
import { caseOf, largestDifference, relativeDifference, SKETCHED, sketchNetwork } from "./networks.ts";

const device = await useDevice();

const lattice = caseOf(generateCubic({ size: 6, sigma: 1, seed: 461 }));
const random = caseOf(generateRandom({ count: 120, connect: { kind: "nearest", k: 5 }, seed: 463 }), {
  axis: "z",
});

/** Other conductances on the same throats. */
function vary({ conductance }: FlowCase, seed: number): Float64Array {
  const draw = makeRandom(seed);
  return conductance.map((g) => g * Math.exp(2 * draw() - 1));
}

async function solveAlone(own: FlowCase): Promise<FlowSolution> {
  using batch = await FlowBatch.create(device, [own]);
  return (await batch.solve())[0]!;
}

async function expectDirect(solutions: readonly FlowSolution[]): Promise<void> {
  for (const [k, { system, pressures, throatFlows, flowRate, solver }] of solutions.entries()) {
    const direct = solveDirectly(system.domain, system.conductance);
    expect([k, solver.status]).toEqual([k, direct.flowRate > 0 ? "converged" : "not-percolating"]);
    expect(largestDifference(pressures, direct.pressures)).toBeLessThan(1e-6);
    expect(largestDifference(throatFlows, direct.throatFlows)).toBeLessThan(1e-6 * (direct.flowRate || 1));
    if (direct.flowRate > 0) expect(relativeDifference(flowRate, direct.flowRate)).toBeLessThan(1e-9);
    else expect(flowRate).toBe(0);
  }
}

/** Closes a share of the throats. */
function close(conductance: Float64Array, share: number, seed: number): Float64Array {
  const draw = makeRandom(seed);
  return conductance.map((g) => (draw() < share ? 0 : g));
}

describe("many conductance sets of one domain", () => {
  it("share what is found of it, and each has its own flow", async () => {
    const cases = Array.from({ length: 12 }, (_, k) => ({
      domain: lattice.domain,
      conductance: vary(lattice, 467 + k),
    }));
    const closed = { domain: lattice.domain, conductance: close(lattice.conductance, 0.2, 479) };
    using batch = await FlowBatch.create(device, [...cases, closed, random, closed]);
    const { systems } = batch;
    for (const { graph, report } of systems.slice(0, 12)) {
      expect(graph).toBe(systems[0]!.graph);
      expect(report).toBe(systems[0]!.report);
    }
    expect(systems[12]!.graph).not.toBe(systems[0]!.graph);
    expect(systems[14]!.graph).toBe(systems[12]!.graph);
    const solutions = await batch.solve();
    await expectDirect(solutions);
    const alone = await solveAlone(cases[5]!);
    expect(solutions[5]!.pressures).toEqual(alone.pressures);
    expect(solutions[5]!.solver).toEqual(alone.solver);
  });
});

describe("new conductances on an old batch", () => {
  it("are solved on the pattern that is there, and no buffer is made for them", async () => {
    using batch = await FlowBatch.create(device, [lattice, random, lattice]);
    const before = await batch.solve();
    const sets = [vary(lattice, 487), vary(random, 491), lattice.conductance];
    const buffers = countBuffers(device);
    try {
      await batch.setConductances(sets);
      expect(buffers.created).toBe(0);
    } finally {
      buffers.stop();
    }
    const after = await batch.solve();
    await expectDirect(after);
    expect(after[2]!.pressures).toEqual(before[2]!.pressures);
    expect(after[0]!.flowRate).not.toBe(before[0]!.flowRate);
    expect(after[1]!.pressures).toEqual(
      (await solveAlone({ domain: random.domain, conductance: sets[1]! })).pressures,
    );
  });

  it("are copied: what becomes of the array later does not matter", async () => {
    using batch = await FlowBatch.create(device, [lattice]);
    const own = vary(lattice, 499);
    const kept = own.slice();
    await batch.setConductances([own]);
    own.fill(0);
    expect(batch.systems[0]!.conductance).toEqual(kept);
    await expectDirect(await batch.solve());
    await batch.setConductances([own]);
    expect((await batch.solve())[0]!.solver.status).toBe("not-percolating");
  });

  it.each([0.1, 0.3, 0.55])("may close a share of %f of the throats and open them again", async (share) => {
    using batch = await FlowBatch.create(device, [lattice, random]);
    const before = await batch.solve();
    const buffers = countBuffers(device);
    try {
      await batch.setConductances([
        close(lattice.conductance, share, 503),
        close(random.conductance, share, 509),
      ]);
      expect(buffers.created).toBe(0);
      const closed = await batch.solve();
      await expectDirect(closed);
      expect(closed[0]!.system.report.droppedPores).toBeGreaterThan(share > 0.5 ? 0 : -1);
      await batch.setConductances([lattice.conductance, random.conductance]);
    } finally {
      buffers.stop();
    }
    const again = await batch.solve();
    again.forEach((solution, k) => {
      expect(solution.pressures).toEqual(before[k]!.pressures);
      expect(solution.solver).toEqual(before[k]!.solver);
    });
  });

  it("may open throats that were closed when the batch was made", async () => {
    const closed = [lattice, random].map((own, k) => ({
      domain: own.domain,
      conductance: close(own.conductance, 0.4, 521 + k),
    }));
    const parted = caseOf(
      sketchNetwork(
        3,
        [
          [0, 1, 0],
          [1, 2, 1],
        ],
        [0],
        [2],
      ),
      SKETCHED,
    );
    const buffers = countBuffers(device);
    try {
      using batch = await FlowBatch.create(device, [...closed, parted]);
      expect((await batch.solve())[2]!.solver.status).toBe("not-percolating");
      await batch.setConductances([lattice.conductance, closed[1]!.conductance, Float64Array.of(3, 6)]);
      const solutions = await batch.solve();
      await expectDirect(solutions);
      expect(relativeDifference(solutions[2]!.flowRate, 2)).toBeLessThan(1e-12);
      expect(buffers.bytes).toBe(batch.byteLength);
    } finally {
      buffers.stop();
    }
    expect(buffers.bytes).toBe(0);
  });

  it("that make no sense leave the others as they are, and are mended by the next ones", async () => {
    using batch = await FlowBatch.create(device, [lattice, random, lattice]);
    const before = await batch.solve();
    const broken = lattice.conductance.slice();
    broken[17] = Number.NaN;
    await batch.setConductances([broken, random.conductance, lattice.conductance.map((g) => -g)]);
    const solutions = await batch.solve();
    expect(solutions.map(({ solver }) => solver.status)).toEqual(["non-finite", "converged", "invalid"]);
    expect(solutions[0]!.system.fault!.indices).toEqual([17]);
    expect(solutions[0]!.pressures.every(Number.isNaN)).toBe(true);
    expect(solutions[1]!.pressures).toEqual(before[1]!.pressures);
    expect(solutions[1]!.solver).toEqual(before[1]!.solver);
    await batch.setConductances([lattice, random, lattice].map(({ conductance }) => conductance));
    const mended = await batch.solve();
    mended.forEach((solution, k) => {
      expect(solution.pressures).toEqual(before[k]!.pressures);
    });
  });

  it("wake a batch in which nothing could be solved", async () => {
    const nothing = { domain: lattice.domain, conductance: new Float64Array(lattice.conductance.length) };
    using batch = await FlowBatch.create(device, [nothing]);
    expect(batch.byteLength).toBe(0);
    await batch.setConductances([lattice.conductance]);
    await expectDirect(await batch.solve());
  });

  it("are refused where their number is wrong, or a solve is under way", async () => {
    using batch = await FlowBatch.create(device, [lattice, random]);
    await expect(batch.setConductances([lattice.conductance])).rejects.toThrow(OptionError);
    await expect(batch.setConductances([lattice.conductance, lattice.conductance])).rejects.toThrow(
      NetworkError,
    );
    const solving = batch.solve();
    const refused = batch.setConductances([lattice.conductance, random.conductance]);
    await expect(refused).rejects.toThrow(PorenetError);
    await expect(refused).rejects.toThrow(/Await solve\(\)/);
    await expectDirect(await solving);
  });
});
