/** Benchmark cases as a suite calls them: labels, published values, what a run returns and how it is judged. */
import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { runBenchmarkCase } from "../../src/flow/benchmark.ts";
import {
  type BenchmarkCase,
  listBenchmarkCases,
  parseBenchmarkCase,
  parseBenchmarkCases,
} from "../../src/flow/benchmark-cases.ts";
import { generateCubic, type PoreNetwork } from "../../src/network/index.ts";
import { useDevice } from "../support/device.ts";
import { relativeDifference } from "./networks.ts";

const device = await useDevice();

/** K of a uniform lattice is its conductance, at unit spacing. */
const uniform = (conductance: number): PoreNetwork => generateCubic({ size: 7, conductance });

describe("the list of cases", () => {
  it("has the specified networks, each once, with its permeability", () => {
    const cases = listBenchmarkCases();
    const labels = cases.map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
    expect(labels).toEqual(
      expect.arrayContaining(["cubic20:s1", "cubic100:s4", "cubic200:s2", "knn1000k:p"]),
    );
    for (const each of cases) {
      expect(each.published).toBeGreaterThan(0);
      expect(parseBenchmarkCase(each.label)).toMatchObject({ label: each.label, published: each.published });
    }
  });

  it("knows how far rounding to ten digits may be off", () => {
    // Half of 1e-9, of 3.7…, and half of 1e-13, of 1.7…e-4.
    expect(parseBenchmarkCase("cubic20:s4").publishedError).toBeCloseTo(5e-10 / 3.736508071, 16);
    expect(parseBenchmarkCase("knn10k:p").publishedError).toBeCloseTo(5e-14 / 1.729522512e-4, 16);
    expect(parseBenchmarkCase("cubic33:s0")).toMatchObject({ published: 1, publishedError: 0 });
    expect(parseBenchmarkCase("cubic33:s2").published).toBeUndefined();
  });

  it("is of labels that say all", () => {
    const found = parseBenchmarkCases("cubic5:s0, cubic5:s1.5,knn1k:p");
    expect(found.map(({ label }) => label)).toEqual(["cubic5:s0", "cubic5:s1.5", "knn1k:p"]);
    const [even, spread] = found.map((each) => each.generate().get("throat.hydraulic_conductance")!);
    expect(new Set(even)).toEqual(new Set([1]));
    const logs = Array.from(spread as Float64Array, Math.log);
    const deviation = Math.sqrt(logs.reduce((sum, x) => sum + x * x, 0) / logs.length);
    // 300 throats: the deviation is known to 1/√600.
    expect(Math.abs(deviation / 1.5 - 1)).toBeLessThan(4 / Math.sqrt(600));
    for (const label of ["cubic50", "cubic50:p", "knn10k:s2", "grid:s1", ""]) {
      expect(() => parseBenchmarkCases(`cubic5:s0,${label}`)).toThrow(OptionError);
    }
  });
});

describe("a run", () => {
  it.each(["cubic20:s1", "knn10k:p"])("of %s has the published permeability", async (label) => {
    const stages: string[] = [];
    const result = await runBenchmarkCase(device, label, {}, { onStage: (stage) => stages.push(stage) });
    expect(stages).toEqual(["generating", "preparing", "solving"]);
    expect(result).toMatchObject({ label, status: "converged", passed: true });
    expect(relativeDifference(result.permeability, result.published!)).toBeLessThan(1e-9);
    expect(result.relativeDifference).toBe(result.permeability / result.published! - 1);
    expect(result.allowedDifference).toBeLessThan(1.1e-8);
    const { generate, matrix, preconditioner, solve } = result.timings;
    for (const seconds of [generate, matrix, solve, result.deviceBytes, result.iterations]) {
      expect(seconds).toBeGreaterThan(0);
    }
    expect(preconditioner).toBeGreaterThanOrEqual(0);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it("counts pores, throats and unknowns", async () => {
    // 4 planes of 6² hold the flow's free pores; 3 N² (N - 1) throats.
    const result = await runBenchmarkCase(device, "cubic6:s2");
    expect(result).toMatchObject({ pores: 216, throats: 540, unknowns: 144 });
    expect(result).toMatchObject({ published: null, relativeDifference: null, passed: true });
  });

  it("of a network of the caller's own, right and wrong by a little", async () => {
    const own = (published: number, publishedError?: number): BenchmarkCase => ({
      label: "uniform",
      published,
      ...(publishedError !== undefined && { publishedError }),
      generate: () => uniform(3),
    });
    expect(await runBenchmarkCase(device, own(3))).toMatchObject({ label: "uniform", passed: true });
    const off = await runBenchmarkCase(device, own(3 * (1 + 2e-8)));
    expect(off.passed).toBe(false);
    expect(off.relativeDifference).toBeCloseTo(-2e-8, 12);
    expect((await runBenchmarkCase(device, own(3 * (1 + 2e-8), 1.5e-8))).passed).toBe(true);
  });

  it("that falls short does not pass, however near it is", async () => {
    const solver = { preconditioner: { kind: "jacobi" }, maxIterations: 3 } as const;
    const result = await runBenchmarkCase(device, "cubic9:s0", { solver });
    expect(result).toMatchObject({ status: "max-iterations", passed: false });
    expect((await runBenchmarkCase(device, "cubic9:s2", { solver })).passed).toBe(false);
  });

  it("allows what the solve's own estimate of its error does", async () => {
    const solver = { preconditioner: { kind: "jacobi" }, tolerance: null, energyTolerance: 1e-3 } as const;
    const result = await runBenchmarkCase(device, "cubic20:s2", { solver });
    expect(result.passed).toBe(true);
    expect(Math.abs(result.relativeDifference!)).toBeGreaterThan(2e-8);
    expect(result.allowedDifference).toBeCloseTo(10 * result.relativeErrorEstimate, 8);
  });

  it("is refused before it begins, by label, options and signal", async () => {
    await expect(runBenchmarkCase(device, "cubic20")).rejects.toThrow(OptionError);
    const misspelt = { tolerence: 1e-8 } as object;
    await expect(runBenchmarkCase(device, "cubic5:s1", { solver: misspelt })).rejects.toThrow(/tolerence/);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(runBenchmarkCase(device, "cubic5:s1", {}, { signal })).rejects.toThrow("enough");
  });
});
