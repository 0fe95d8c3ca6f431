/**
 * Permeabilities of the benchmark networks against values computed elsewhere: float64 direct solves, or conjugate
 * gradients to a residual of 1e-12, by SciPy and PETSc on the same networks; ten digits are known.
 */
import { describe, expect, it } from "vitest";
import { computePermeability } from "../../src/flow/permeability.ts";
import { generateBenchmarkNetwork } from "../../src/network/index.ts";
import { runChild } from "../support/child.ts";
import { useDevice } from "../support/device.ts";
import { relativeDifference } from "./networks.ts";

const device = await useDevice();

const networks = [
  ["cubic20", 0, 1],
  ["cubic20", 2, 1.59778323],
  ["cubic20", 4, 3.736508071],
  ["knn10k", undefined, 1.729522512e-4],
] as const;

describe.each(networks)("%s, sigma %s", (name, sigma, published) => {
  const network = generateBenchmarkNetwork(name, sigma === undefined ? {} : { sigma });

  it("has its published permeability, at a residual of 1e-10", async () => {
    const { permeability, solver } = await computePermeability(device, network);
    expect(solver.status).toBe("converged");
    expect(solver.relativeResidual).toBeLessThanOrEqual(1e-10);
    expect(relativeDifference(permeability.m2, published)).toBeLessThan(1e-9);
    expect(permeability.relativeErrorEstimate).toBeLessThan(1e-9);
  });
});

describe("a stop by the estimated error, not the residual", () => {
  it.each([
    [1, 1e-4, 1.162890355],
    [2, 1e-5, 1.59778323],
    [4, 1e-3, 3.736508071],
    [4, 1e-6, 3.736508071],
  ])("of sigma %f at %f is right to ten times that", async (sigma, allowed, published) => {
    const network = generateBenchmarkNetwork("cubic20", { sigma });
    const solver = { tolerance: null, energyTolerance: allowed };
    const stopped = await computePermeability(device, network, { solver, formationFactor: false });
    const error = relativeDifference(stopped.permeability.m2, published);
    const { relativeErrorEstimate } = stopped.permeability;
    expect(relativeErrorEstimate).toBeLessThanOrEqual(allowed);
    // The published values are right to 1e-9.
    expect(error).toBeLessThan(10 * relativeErrorEstimate + 1e-9);
    expect(relativeErrorEstimate).toBeLessThan(10 * error + 1e-9);
    expect(stopped.solver.relativeResidual).toBeGreaterThan(1e-9);
  });
});

describe("garbage collection", () => {
  it("takes nothing away that a solve of 125 000 pores needs", async () => {
    const child = await runChild("test/flow/children/solve-under-collection.ts", {
      nodeFlags: ["--expose-gc"],
    });
    expect(child).toMatchObject({ code: 0, signal: null });
    const { solved, collections } = JSON.parse(child.stdout);
    expect(solved).toHaveLength(2);
    for (const { K, status } of solved) {
      expect(status).toBe("converged");
      expect(relativeDifference(K, 1.591944326)).toBeLessThan(1e-9);
    }
    expect(collections).toBeGreaterThan(20);
  });
});
