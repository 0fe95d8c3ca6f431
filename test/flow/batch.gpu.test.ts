/** Many networks solved together: each as if it were alone. */
import { describe, expect, it } from "vitest";
import { NetworkError } from "../../src/errors.ts";
import { FlowBatch, type FlowSolution } from "../../src/flow/flow-batch.ts";
import type { FlowCase } from "../../src/flow/flow-system.ts";
import { computePermeabilities, computePermeability } from "../../src/flow/permeability.ts";
import { generateCubic, generateRandom } from "../../src/network/index.ts";
import { describeRemedy } from "../../src/solve/report.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { useDevice } from "../support/device.ts";
import { solveDirectly } from "./direct-solver.ts";
import { caseOf, largestDifference, relativeDifference, SKETCHED, sketchNetwork } from "./networks.ts";

const device = await useDevice();

/** Of 2 to some thousand unknowns, small ones and large ones in turn. */
function drawCases(): FlowCase[] {
  const lattices = [3, 12, 4, 2, 5].map((size, k) => generateCubic({ size, sigma: 1, seed: 397 + k }));
  const random = [50, 300].map((count, k) =>
    generateRandom({ count, connect: { kind: "nearest", k: 5 }, seed: 401 + k }),
  );
  return [...lattices, ...random].flatMap((network) => [caseOf(network), caseOf(network, { axis: "y" })]);
}

async function solve(cases: readonly FlowCase[]): Promise<FlowSolution[]> {
  using batch = await FlowBatch.create(device, cases);
  return await batch.solve();
}

function expectSame(one: FlowSolution, other: FlowSolution): void {
  expect(largestDifference(one.pressures, other.pressures)).toBe(0);
  expect(largestDifference(one.throatFlows, other.throatFlows)).toBe(0);
  expect(one.flowRate).toBe(other.flowRate);
  expect(one.relativeErrorEstimate).toBe(other.relativeErrorEstimate);
  expect(one.solver).toEqual(other.solver);
}

const changed = ({ domain, conductance }: FlowCase, value: number): FlowCase => ({
  domain,
  conductance: conductance.map((g, e) => (e % 2 === 0 ? value : g)),
});

describe("a ragged batch", () => {
  const cases = drawCases();

  it("has each network's own flow", async () => {
    const solutions = await solve(cases);
    expect(solutions).toHaveLength(cases.length);
    cases.forEach(({ domain, conductance }, k) => {
      const direct = solveDirectly(domain, conductance);
      expect([k, solutions[k]!.solver.status]).toEqual([k, "converged"]);
      expect(relativeDifference(solutions[k]!.flowRate, direct.flowRate)).toBeLessThan(1e-9);
      expect(largestDifference(solutions[k]!.pressures, direct.pressures)).toBeLessThan(1e-5);
      expect(solutions[k]!.system.domain).toBe(domain);
    });
  });

  it("gives each what it has alone, bit for bit, whatever bad ones stand beside it", async () => {
    const lattice = cases[4]!;
    const closed = { ...lattice, conductance: new Float64Array(lattice.conductance.length) };
    const parted = caseOf(
      sketchNetwork(
        4,
        [
          [0, 1, 1],
          [2, 3, 1],
        ],
        [0],
        [3],
      ),
      SKETCHED,
    );
    const direct = caseOf(sketchNetwork(2, [[0, 1, 7]], [0], [1]), SKETCHED);
    const bad = [closed, parted, direct];
    const mixed = await solve([bad[0]!, ...cases.slice(0, 5), bad[1]!, bad[2]!, ...cases.slice(5), bad[0]!]);
    const good = [...mixed.slice(1, 6), ...mixed.slice(8, -1)];
    expect([0, 6, 7, mixed.length - 1].map((k) => mixed[k]!.solver.status)).toEqual([
      "not-percolating",
      "not-percolating",
      "converged",
      "not-percolating",
    ]);
    expect([0, 6, 7].map((k) => mixed[k]!.flowRate)).toEqual([0, 0, 7]);
    expect(good).toHaveLength(cases.length);
    for (const k of [0, 3, 5, 10, 13]) expectSame(good[k]!, (await solve([cases[k]!]))[0]!);
  });

  it("leaves a network that cannot be solved so far as it came, and the others unchanged", async () => {
    const [small, lattice] = [cases[0]!, cases[2]!];
    using batch = await FlowBatch.create(device, [small, lattice], { solver: { maxIterations: 20 } });
    const [first, second] = await batch.solve();
    expect(second!.solver).toMatchObject({ status: "max-iterations", iterations: 20 });
    expect(first!.solver.status).toBe("converged");
    expectSame(first!, (await solve([small]))[0]!);
  });

  it.each([
    [Number.NaN, "non-finite"],
    [Number.POSITIVE_INFINITY, "non-finite"],
    [-1e-15, "invalid"],
  ] as const)("says so of a network where a conductance is %f, naming the throats", async (value, status) => {
    const bad = changed(cases[1]!, value);
    const solution = (await solve([cases[0]!, bad, cases[2]!]))[1]!;
    const { system, solver } = solution;
    expect(solver).toMatchObject({ status, iterations: 0, relativeResidual: Number.NaN });
    expect(describeRemedy(status)).toMatch(/Check the conductances/);
    expect(system.fault).toBeInstanceOf(NetworkError);
    expect(system.fault!.indices).toEqual(expect.arrayContaining([0, 2, 4]));
    expect(system.fault!.message).toMatch(/throat 0 is .*finite and not negative/);
    for (const number of ["flowRate", "inflow", "outflow", "balance", "relativeErrorEstimate"] as const)
      expect([number, solution[number]]).toEqual([number, Number.NaN]);
    expect(solution.pressures).toHaveLength(bad.domain.poreState.length);
    expect(solution.pressures.every(Number.isNaN)).toBe(true);
    expect(solution.throatFlows.every(Number.isNaN)).toBe(true);
  });

  it("of 65 with bad ones among them gives the others what they have without these, bit for bit", async () => {
    const good = Array.from({ length: 65 }, (_, k) => {
      const network = generateCubic({ size: 2 + (k % 4), sigma: 1, seed: 431 + k });
      return caseOf(network, { axis: "y" });
    });
    const spoil: Record<number, (own: FlowCase) => FlowCase> = {
      0: (own) => changed(own, Number.NaN),
      7: (own) => changed(own, -1),
      8: (own) => ({ ...own, conductance: new Float64Array(own.conductance.length) }),
      31: (own) => changed(own, Number.NEGATIVE_INFINITY),
      64: (own) => changed(own, Number.POSITIVE_INFINITY),
    };
    const mixed = await solve(good.map((own, k) => spoil[k]?.(own) ?? own));
    const without = await solve(good.filter((_, k) => !spoil[k]));
    const kept = mixed.filter((_, k) => !spoil[k]);
    expect(Object.keys(spoil).map((k) => mixed[Number(k)]!.solver.status)).toEqual([
      "non-finite",
      "invalid",
      "not-percolating",
      "non-finite",
      "non-finite",
    ]);
    expect(kept).toHaveLength(60);
    kept.forEach((solution, k) => {
      expect(solution.solver.status).toBe("converged");
      expectSame(solution, without[k]!);
    });
  });

  it("is refused where a case has not one conductance a throat, and nothing stays on the device", async () => {
    const buffers = countBuffers(device);
    try {
      const short = { ...cases[1]!, conductance: new Float64Array(3) };
      await expect(solve([cases[0]!, short])).rejects.toThrow(NetworkError);
      await expect(solve([cases[0]!, short])).rejects.toThrow(/3 conductances for \d+ throats/);
      expect(buffers.count).toBe(0);
    } finally {
      buffers.stop();
    }
  });

  it("is the same, bit for bit, when it is solved again and when it is built again", async () => {
    using batch = await FlowBatch.create(device, cases);
    const [first, second, anew] = [await batch.solve(), await batch.solve(), await solve(cases)];
    first.forEach((solution, k) => {
      expectSame(second[k]!, solution);
      expectSame(anew[k]!, solution);
    });
  });

  it("gives all of the device's memory back", async () => {
    const buffers = countBuffers(device);
    try {
      const batch = await FlowBatch.create(device, cases.slice(0, 3));
      expect(buffers.bytes).toBe(batch.byteLength);
      await batch.solve();
      expect(buffers.bytes).toBe(batch.byteLength);
      batch.destroy();
      expect(buffers.bytes).toBe(0);
      expect(buffers.created).toBeGreaterThan(0);
    } finally {
      buffers.stop();
    }
  });

  it("may be empty, or hold nothing to solve", async () => {
    expect(await solve([])).toEqual([]);
    const parted = caseOf(sketchNetwork(2, [], [0], [1]), SKETCHED);
    using batch = await FlowBatch.create(device, [parted]);
    expect(batch.byteLength).toBe(0);
    expect((await batch.solve())[0]!.solver.status).toBe("not-percolating");
  });
});

describe("all axes at once", () => {
  it.each([
    ["given conductances", generateCubic({ size: [7, 6, 5], sigma: 1.5, seed: 409 })],
    ["radii", generateRandom({ count: 200, connect: { kind: "nearest", k: 5 }, seed: 419 })],
  ])("are three single calls, bit for bit: %s", async (_, network) => {
    const together = await computePermeabilities(device, network);
    expect(together.map(({ axis }) => axis)).toEqual(["x", "y", "z"]);
    for (const { timings: _, ...result } of together) {
      const { timings: __, ...alone } = await computePermeability(device, network, { axis: result.axis });
      expect(alone).toEqual(result);
      expect(alone.solver.status).toBe("converged");
    }
  });

  it("are those asked for, in that order", async () => {
    const network = generateCubic({ size: [4, 5, 6] });
    const results = await computePermeabilities(device, network, ["z", "x"]);
    expect(results.map(({ axis }) => axis)).toEqual(["z", "x"]);
    expect(await computePermeabilities(device, network, [])).toEqual([]);
  });
});
