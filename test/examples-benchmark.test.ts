/** The two benchmark commands at a small size, and what they count and judge by. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type FlowCase, GROUND_ONE, GROUND_ZERO, generateBenchmarkFlow, parseBenchmarkCase } from "porenet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SolverRow } from "../examples/benchmark/compare-peers.ts";
import { exportBatch } from "../examples/benchmark/export-batch.ts";
import { exportCase } from "../examples/benchmark/export-case.ts";
import { medianOf } from "../examples/benchmark/iteration-timer.ts";
import { formatNumber, formatTable } from "../examples/benchmark/markdown.ts";
import type { BatchesMeasurement } from "../examples/benchmark/measure-batches.ts";
import type { CaseMeasurement } from "../examples/benchmark/measure-case.ts";
import type { TrainingMeasurement } from "../examples/benchmark/measure-training.ts";
import { countNonzeros, requiredBytes } from "../examples/benchmark/memory-traffic.ts";
import { findPython, findVersions, type PeerVersions } from "../examples/benchmark/run-peer.ts";
import { runForJson } from "../examples/benchmark/run-worker.ts";
import { countPores, type SizeMeasurement } from "../examples/benchmark/sizes.ts";
import {
  isRight,
  judgeBatches,
  judgeCase,
  judgePeers,
  judgeRatio,
  judgeTraining,
  speedUp,
} from "../examples/benchmark/targets.ts";
import { buildFlowSystem } from "../src/flow/flow-system.ts";
import { completeTrainOptions } from "../src/learn/train-options.ts";
import { layersOf } from "../src/learn/trained-model.ts";
import { runChild } from "./support/child.ts";

const LIMIT = 120;

const folder = mkdtempSync(join(process.env.TMPDIR ?? "/tmp", "porenet-benchmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runExample(script: string, ...args: string[]) {
  return runChild(`examples/benchmark/${script}`, { args, limit: LIMIT });
}

const generateFlow = (label: string) => generateBenchmarkFlow(parseBenchmarkCase(label)).flowCase;

const readReport = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));

/** A measurement as judged: the fields that no test here is about are those of a good run. */
function measured(change: {
  label?: string;
  name?: string;
  relativeError?: number;
  status?: string;
  seconds?: number;
  peakBytes?: number;
}): CaseMeasurement {
  const { label = "cubic100:s2", name = "llvmpipe (LLVM 15.0.6)", relativeError = 2e-11 } = change;
  return {
    label,
    device: { name, kind: "software", source: "system-software" },
    unknowns: 980_000,
    requiredBytes: 109_286_400,
    iteration: { auto: { bestSeconds: change.seconds ?? 0.02 } },
    solve: { status: change.status ?? "converged" },
    permeability: { relativeError },
    memory: { peakBytes: change.peakBytes ?? 7e8, deviceBytes: 1.5e8 },
  } as unknown as CaseMeasurement;
}

describe("the bytes of an iteration", () => {
  it("are 112 an unknown at 7 entries a row", () => {
    expect(requiredBytes(1000, 7000)).toBe(112_000);
  });

  it("follow from the entries of the reduced matrix, by hand", () => {
    // 1 – a – b – 0 with a doubled middle and a throat from a to itself: 2 diagonals, 2 x 2 off the diagonal.
    const ends = Int32Array.of(GROUND_ONE, 0, 0, 1, 1, 0, 0, 0, 1, GROUND_ZERO);
    expect(countNonzeros({ unknownCount: 2, ends })).toBe(6);
  });
});

describe("cases", () => {
  it("are exported byte by byte, and only when files can say all", () => {
    const flowCase = generateFlow("cubic5:s1");
    const place = exportCase(flowCase);
    try {
      expect(readdirSync(place).sort()).toEqual(["conductance.f64", "ends.i32", "extent.json", "state.u8"]);
      const conductance = readFileSync(join(place, "conductance.f64"));
      const ends = readFileSync(join(place, "ends.i32"));
      flowCase.conductance.forEach((g, e) => {
        expect(conductance.readDoubleLE(8 * e)).toBe(g);
        expect(ends.readInt32LE(8 * e + 4)).toBe(flowCase.domain.throatEnds[2 * e + 1]);
      });
      const state = readFileSync(join(place, "state.u8"));
      expect([...state.subarray(0, 25)]).toEqual(new Array(25).fill(1));
      expect([...state.subarray(100)]).toEqual(new Array(25).fill(2));
      expect(state.subarray(25, 100).every((each) => each === 0)).toBe(true);
    } finally {
      rmSync(place, { recursive: true });
    }
    const closed: FlowCase = {
      ...flowCase,
      domain: { ...flowCase.domain, throatOpen: flowCase.domain.throatOpen.map((_, e) => (e === 3 ? 0 : 1)) },
    };
    expect(() => exportCase(closed)).toThrow(/closed throats/);
  });
});

describe("targets", () => {
  const outcomes = (change: Parameters<typeof measured>[0], copy = 1e10) =>
    judgeCase(measured(change), copy).map(({ passed }) => passed);

  it("fail a permeability that is off, or a solve that fell short", () => {
    expect(isRight(measured({ relativeError: -1e-8 }))).toBe(true);
    expect(isRight(measured({ relativeError: -1.1e-8 }))).toBe(false);
    expect(isRight(measured({ status: "max-iterations" }))).toBe(false);
    expect(outcomes({ relativeError: 2e-8 })).toEqual([false, true, true]);
  });

  it("want half of the copy bandwidth and less than 1.5 GB", () => {
    expect(outcomes({ seconds: 0.0218 })).toEqual([true, true, true]);
    expect(outcomes({ seconds: 0.0219 })).toEqual([true, false, true]);
    expect(outcomes({ peakBytes: 1.5e9 })).toEqual([true, true, false]);
    expect(outcomes({ label: "knn1000k:p" })).toEqual([true, true]);
  });

  it("allow lavapipe and SwiftShader different ratios to PETSc", () => {
    const { device } = measured({});
    const embedded = measured({ name: "SwiftShader driver 5.0.0" }).device;
    expect(judgeRatio("cubic100:s2", device, 1.51)[0]!.passed).toBe(false);
    expect(judgeRatio("cubic100:s2", device, 1.49)[0]!.passed).toBe(true);
    expect(judgeRatio("cubic100:s2", embedded, 3.9)[0]!.passed).toBe(true);
    expect(judgeRatio("cubic100:s2", embedded, 4.1)[0]!.passed).toBe(false);
    expect(judgeRatio("cubic50:s2", device, 9)).toEqual([]);
  });

  it("hold setup and solve to twice those of BoomerAMG and to all of Jacobi-CG on lavapipe", () => {
    const passed = (
      label: string,
      solver: string,
      setupAndSolve: number,
      name?: string,
      converged = true,
    ) => {
      const peers = [{ solver, setupAndSolve, converged } as Parameters<typeof judgePeers>[0]["peers"][0]];
      const own = measured({ ...(name && { name }) });
      return judgePeers({ label, own, peers }).map((target) => target.passed);
    };
    for (const label of ["cubic100:s2", "cubic100:s4", "knn1000k:p"]) {
      expect(passed(label, "petsc_cg_boomeramg", 2)).toEqual([true]);
      expect(passed(label, "petsc_cg_boomeramg", 2.01)).toEqual([false]);
      expect(passed(label, "petsc_cg_jacobi", 1)).toEqual([true]);
      expect(passed(label, "scipy_cg_jacobi", 1.01)).toEqual([false]);
    }
    expect(passed("cubic50:s4", "petsc_cg_jacobi", 1.01)).toEqual([false]);
    expect(passed("cubic50:s4", "petsc_cg_boomeramg", 9)).toEqual([]);
    expect(passed("cubic100:s2", "petsc_cg_gamg", 9)).toEqual([]);
    expect(passed("cubic100:s4", "petsc_cg_jacobi", 9, undefined, false)).toEqual([]);
    expect(passed("cubic100:s2", "petsc_cg_boomeramg", 9, "SwiftShader driver 5.0.0")).toEqual([]);
  });

  it("want a thirtieth of BoomerAMG's time from hardware, at 8 million pores", () => {
    const own = { ...measured({}), device: { name: "A GPU", kind: "hardware", source: "hardware" } } as const;
    const passed = (label: string, setupAndSolve: number) => {
      const peer = { solver: "petsc_cg_boomeramg", setupAndSolve, converged: true };
      const peers = [peer as Parameters<typeof judgePeers>[0]["peers"][0]];
      return judgePeers({ label, own, peers }).map((target) => target.passed);
    };
    expect(passed("cubic200:s2", 0.033)).toEqual([true]);
    expect(passed("cubic200:s2", 0.034)).toEqual([false]);
    expect(passed("cubic100:s2", 9)).toEqual([]);
  });
});

describe("tables and numbers", () => {
  it("line up as Markdown", () => {
    const rows = formatTable(["case", "ms"], [["a", "12.5"]]).split("\n");
    expect(rows).toEqual(["| case |   ms |", "|------|-----:|", "| a    | 12.5 |"]);
  });

  it("keep what people read", () => {
    expect([1234.4, 12.345, 1.2345, 0.012345, 0, Number.NaN].map(formatNumber)).toEqual([
      "1234",
      "12.3",
      "1.23",
      "0.012",
      "0",
      "–",
    ]);
    expect(medianOf([3, 1, 2])).toBe(2);
    expect(medianOf([4, 1, 2, 3])).toBe(2.5);
  });
});

describe("batches of networks", () => {
  it("are exported as unknowns and what holds the pressure", () => {
    // 3 planes of 3² pores: the middle one is unknown, each of its pores joined to either held plane.
    const system = buildFlowSystem(generateFlow("cubic3:s1"));
    const place = exportBatch([system, system]);
    try {
      const read = (name: string) => {
        const bytes = readFileSync(join(place, name));
        return Array.from({ length: bytes.length / 4 }, (_, k) => bytes.readInt32LE(4 * k));
      };
      expect(read("counts.i32")).toEqual([9, 54, 9, 54]);
      const ends = read("ends.i32");
      expect(ends.slice(108)).toEqual(ends.slice(0, 108));
      const pairs = Array.from({ length: 54 }, (_, e) => ends.slice(2 * e, 2 * e + 2).sort((a, b) => a - b));
      const countPairs = (test: (a: number, b: number) => boolean) =>
        pairs.filter(([a, b]) => test(a!, b!)).length;
      expect(countPairs((a, b) => a === -1 && b >= 0)).toBe(9);
      expect(countPairs((a, b) => a === -2 && b >= 0)).toBe(9);
      expect(countPairs((a, b) => a >= 0 && b >= 0)).toBe(12);
      expect(readFileSync(join(place, "conductance.f64")).readDoubleLE(8 * 60)).toBe(system.conductance[6]);
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  it("are judged by SciPy's loop on lavapipe, and training by the solver's share", () => {
    const { device } = measured({});
    const times = [
      { method: "resident", bestSeconds: 0.1 },
      { method: "batch", bestSeconds: 0.2 },
      { method: "scipy coo", bestSeconds: 0.6 },
    ];
    const batches = { device, networks: 1000, times } as unknown as BatchesMeasurement;
    expect(speedUp(batches, "batch")).toBeCloseTo(3, 12);
    expect(judgeBatches(batches).map(({ passed }) => passed)).toEqual([true]);
    const slower = times.map((each) => ({ ...each, bestSeconds: each.bestSeconds + 0.1 }));
    const late = { ...batches, times: slower as unknown as typeof batches.times };
    expect(judgeBatches(late).map(({ passed }) => passed)).toEqual([false]);
    expect(judgeBatches({ ...batches, times: batches.times.slice(0, 2) })).toEqual([]);
    expect(judgeBatches({ ...batches, networks: 40 })).toEqual([]);
    const training = (model: number, flow = 0.1) =>
      ({
        times: { step: { median: 1 }, model: { median: model }, flow: { median: flow } },
      }) as unknown as TrainingMeasurement;
    expect(judgeTraining(training(0.51))[0]!.passed).toBe(true);
    expect(judgeTraining(training(0.49))[0]!.passed).toBe(false);
    expect(judgeTraining(training(0.9, 0.51))[0]!.passed).toBe(false);
  });
});

describe("npm run bench", () => {
  it("measures cases, judges them and writes what it found", { timeout: 1000 * LIMIT }, async ({ skip }) => {
    const run = await runExample(
      "main.ts",
      "--quick",
      "--cases",
      "cubic20:s2",
      "--json",
      join(folder, "bench.json"),
    );
    skip(/No adapter/.test(run.stderr) && process.env.REQUIRE_GPU !== "1");
    expect(run.code, run.stderr).toBe(0);
    for (const part of ["machine ", "commit ", "adapter ", "copy ", "| cubic20:s2 |", "pass  cubic20:s2"]) {
      expect(run.stdout).toContain(part);
    }
    const report = readReport("bench.json");
    const [found] = report.cases as CaseMeasurement[];
    // 18 free planes of 20² pores; 17·20² + 2·18·19·20 throats between free pores.
    expect(found!.unknowns).toBe(7200);
    expect(found!.nonzeros).toBe(7200 + 2 * (17 * 400 + 2 * 18 * 19 * 20));
    expect(found!.solve.relativeResidual).toBeLessThanOrEqual(1e-8);
    expect(found!.solve.iterations).toBeGreaterThan(100);
    expect(Math.abs(found!.permeability.value / 1.59778323 - 1)).toBeLessThan(1e-9);
    expect(found!.memory.peakBytes).toBeGreaterThan(found!.memory.deviceBytes);
    expect(Object.keys(found!.iteration)).toEqual(["auto", "given"]);
    expect(report.copyBandwidth.gigabytesPerSecond).toBeGreaterThan(0.05);
    expect(report.machine.node).toBe(process.version);
  });

  it("measures sizes, and tells what is too large for the machine", { timeout: 1000 * LIMIT }, async ({
    skip,
  }) => {
    const args = [
      "--sizes",
      "--quick",
      "--cases",
      "cubic13:s2,cubic9999:s2",
      "--json",
      join(folder, "sizes.json"),
    ];
    const run = await runExample("main.ts", ...args);
    skip(/No adapter/.test(run.stderr) && process.env.REQUIRE_GPU !== "1");
    expect(run.code, run.stderr).toBe(0);
    const { sizes, left } = readReport("sizes.json");
    const [{ unknowns, solve, memory, deviceBytesPerUnknown, jacobiIteration }] = sizes as [SizeMeasurement];
    expect(unknowns).toBe(11 * 13 ** 2);
    expect(solve).toMatchObject({ status: "converged" });
    expect(solve.solveSeconds).toBeGreaterThan(0);
    expect(deviceBytesPerUnknown).toBe(memory.deviceBytes / unknowns);
    expect(jacobiIteration.bestSeconds).toBeGreaterThan(0);
    expect(left).toHaveLength(1);
    // 9999³ pores at 1500 bytes.
    expect(left[0]).toMatchObject({ label: "cubic9999:s2" });
    expect(left[0].reason).toContain("needs about 1499550.0 GB");
    expect(run.stdout).toMatch(/\| cubic13:s2 \| \w+ +\| +1 859 \|/);
    expect([countPores("knn1000ks:p"), countPores("cubic216:s2")]).toEqual([1e6, 10_077_696]);
  });

  it("measures launch shapes", { timeout: 1000 * LIMIT }, async ({ skip }) => {
    const args = ["--shapes", "--quick", "--cases", "cubic17:s1", "--lanes", "8", "--chunks", "3,7"];
    const run = await runExample("main.ts", ...args, "--json", join(folder, "shapes.json"));
    skip(/No adapter/.test(run.stderr) && process.env.REQUIRE_GPU !== "1");
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toMatch(/\| 8 lanes +\|/);
    const { chosen, shapes } = readReport("shapes.json");
    expect(shapes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ lanes: 8, maxChunks: 3 }),
        expect.objectContaining({ lanes: 8, maxChunks: 7 }),
        expect.objectContaining(chosen),
      ]),
    );
  });

  it("solves networks in batches as SciPy does one after the other", { timeout: 1000 * LIMIT }, async ({
    skip,
  }) => {
    const versions = await findVersions(findPython(undefined));
    const run = await runExample("main.ts", "--batches", "--quick", "--json", join(folder, "batches.json"));
    skip(/No adapter/.test(run.stderr) && process.env.REQUIRE_GPU !== "1");
    expect(run.code, run.stderr).toBe(0);
    const report = readReport("batches.json") as BatchesMeasurement;
    expect(report.networks).toBe(40);
    expect(report.unconverged).toEqual([0, 0]);
    expect(report.throats).toBeGreaterThan(60 * 40);
    for (const { bestSeconds, medianSeconds } of report.times) {
      expect(bestSeconds).toBeGreaterThan(0);
      expect(medianSeconds).toBeGreaterThanOrEqual(bestSeconds);
    }
    if (!versions?.scipy) {
      expect(run.stdout).toContain("apt-get install python3-numpy");
      return;
    }
    const [resident, batch] = report.differences;
    expect(resident!.permeability).toBeLessThan(1e-5);
    expect(resident!.share).toBeLessThan(1e-3);
    expect(batch!.permeability).toBeLessThan(1e-11);
    expect(batch!.share).toBeLessThan(1e-6);
  });

  it("measures an epoch of training in parts", { timeout: 1000 * LIMIT }, async ({ skip }) => {
    const args = ["--training", "--quick", "--dataset", "test/fixtures/rocks"];
    const run = await runExample("main.ts", ...args, "--json", join(folder, "training.json"));
    skip(/No adapter/.test(run.stderr) && process.env.REQUIRE_GPU !== "1");
    expect(run.code, run.stderr).toBe(0);
    const report = readReport("training.json") as TrainingMeasurement;
    expect(report).toMatchObject({
      source: "the data set rocks",
      networks: 4,
      throats: 19 + 20 + 62 + 18,
      steps: 1,
    });
    const layers = layersOf(completeTrainOptions());
    expect(report.weights).toBe(layers.reduce((sum, { inputs, outputs }) => sum + (inputs + 1) * outputs, 0));
    const { step, forward, flow, assembly } = report.times;
    expect(forward.best).toBeLessThan(step.best);
    expect(flow.best).toBeLessThan(step.best);
    expect(assembly.best).toBeLessThan(flow.best);
    expect(report.made.own).toBe(0);
    expect(report.trainSeconds).toBeGreaterThan(forward.best);
    expect(run.stdout).toMatch(/solve and gradient: share of a step/);
  });

  it("refuses what it does not understand", { timeout: 1000 * LIMIT }, async () => {
    const runs = await Promise.all([
      runExample("main.ts", "--cases", "cube"),
      runExample("main.ts", "--shapes", "--lanes", "0"),
      runExample("peers.ts", "--methods", "matlab"),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([2, 2, 2]);
    expect(runs[0]!.stderr).toMatch(/"cube" is no case[\s\S]*npm run bench/);
  });
});

describe("npm run bench:peers", () => {
  let versions: PeerVersions | undefined;
  beforeAll(async () => {
    versions = await findVersions(findPython(undefined));
  });

  it("without Python measures porenet alone and says what to install", { timeout: 1000 * LIMIT }, async ({
    skip,
  }) => {
    const run = await runExample("peers.ts", "--quick", "--python", join(folder, "no-python"));
    skip(/No adapter/.test(run.stderr) && process.env.REQUIRE_GPU !== "1");
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toContain("apt-get install python3-numpy");
    expect(run.stdout).toMatch(/\| cubic20:s2 \| porenet \(\w+\) +\|/);
  });

  it("finds the same permeability as the peers", { timeout: 1000 * LIMIT }, async ({ skip }) => {
    skip(!versions?.scipy);
    const run = await runExample("peers.ts", "--quick", "--json", join(folder, "peers.json"));
    skip(/No adapter/.test(run.stderr) && process.env.REQUIRE_GPU !== "1");
    expect(run.code, run.stderr).toBe(0);
    const [{ peers, ownRow, left }] = readReport("peers.json").comparisons;
    expect(left).toEqual([]);
    for (const row of [ownRow, ...peers] as SolverRow[]) {
      expect(row.matrixSeconds).toBeGreaterThan(0);
      expect(row.setupSeconds).toBeGreaterThanOrEqual(0);
      expect(row.solveSeconds).toBeGreaterThan(0);
    }
    expect(peers.length).toBe(versions!.petsc ? 5 : 2);
    for (const peer of peers) {
      expect(peer.unknowns).toBe(ownRow.unknowns);
      expect(Math.abs(peer.permeabilityDifference)).toBeLessThan(1e-9);
      expect(peer.relativeResidual).toBeLessThan(1.5e-8);
      const own = ownRow.setupSeconds + ownRow.solveSeconds;
      expect(peer.setupAndSolve).toBeCloseTo(own / (peer.setupSeconds + peer.solveSeconds), 9);
    }
  });

  it("kills a process that takes too long", async () => {
    const sleep = ["-e", "setTimeout(() => {}, 20000)"];
    await expect(runForJson(process.execPath, sleep, { limit: 1 })).rejects.toThrow("no result within 1 s");
  });
});
