/** How many iterations published networks take with multigrid, and that their permeabilities are right. */
import { describe, expect, it } from "vitest";
import { runBenchmarkCase } from "../../src/flow/benchmark.ts";
import { computePermeabilities } from "../../src/flow/permeability.ts";
import { readBerea, relativeDifference } from "../flow/networks.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

const solver = { preconditioner: { kind: "multigrid" }, tolerance: 1e-8 } as const;

describe.each([0, 1, 2, 4])("a cubic lattice at σ = %i", (sigma) => {
  it("takes at most 20 iterations to 1e-8, and hardly more where it is larger", async () => {
    const small = await runBenchmarkCase(device, `cubic20:s${sigma}`, { solver });
    const large = await runBenchmarkCase(device, `cubic50:s${sigma}`, { solver });
    for (const result of [small, large]) {
      expect(result).toMatchObject({ status: "converged", passed: true, preconditioner: "multigrid" });
      expect(Math.abs(result.relativeDifference!)).toBeLessThan(1e-8);
      expect(result.iterations).toBeLessThanOrEqual(20);
    }
    expect(large.iterations).toBeLessThanOrEqual(1.3 * small.iterations);
  });
});

describe("ten thousand points joined to their nearest", () => {
  it("take at most 20 iterations to 1e-8", async () => {
    const result = await runBenchmarkCase(device, "knn10k:p", { solver });
    expect(result).toMatchObject({ status: "converged", passed: true, preconditioner: "multigrid" });
    expect(result.iterations).toBeLessThanOrEqual(20);
  });
});

describe("a sandstone", () => {
  it("takes at most 20 iterations to 1e-8 along each axis", async () => {
    const results = await computePermeabilities(device, await readBerea(), ["x", "y", "z"], { solver });
    for (const { solver: report } of results) {
      expect(report).toMatchObject({ status: "converged", preconditioner: "multigrid" });
      expect(report.iterations).toBeLessThanOrEqual(20);
    }
    expect(relativeDifference(results[0]!.permeability.m2, 1.472430492099183e-12)).toBeLessThan(1e-8);
  });
});
