/** `porenet bench`: its table, its JSON on stdout and in a file, and its exit codes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { LimitError } from "../../src/errors.ts";
import type { BenchmarkCase } from "../../src/flow/benchmark-cases.ts";
import { generateCubic } from "../../src/network/generate-cubic.ts";
import { useDevice } from "../support/device.ts";
import { runCli, useFolder } from "./run-cli.ts";
import { runHere } from "./run-here.ts";

/** Cases that do not pass: published by mistake, closed, and larger than any device. */
const FAULTY: Record<string, Omit<BenchmarkCase, "label">> = {
  wrong: { published: 1 + 1e-7, generate: () => generateCubic({ size: 5 }) },
  closed: {
    published: 1,
    generate: () => {
      const network = generateCubic({ size: 5 });
      return network.with([["throat.hydraulic_conductance", new Float64Array(network.throatCount)]]);
    },
  },
  huge: {
    published: 1,
    generate: () => {
      throw new LimitError("maxBufferSize", 9000, 7000, "Take a smaller network.");
    },
  },
};

vi.mock("../../src/flow/benchmark-cases.ts", async (importOriginal) => {
  const original = await importOriginal<typeof import("../../src/flow/benchmark-cases.ts")>();
  return {
    ...original,
    parseBenchmarkCases: (list: string) =>
      list
        .split(",")
        .flatMap((label) =>
          FAULTY[label] ? [{ label, ...FAULTY[label] }] : original.parseBenchmarkCases(label),
        ),
  };
});

// Skips where there is no adapter; each run opens its own.
await useDevice();
const folder = useFolder();

describe("porenet bench", () => {
  it("prints a row a case, with the published permeability beside the one found", async () => {
    const { code, stdout, stderr } = await runHere(["bench", "--cases", "cubic20:s2, cubic9:s1"]);
    expect(code, stderr).toBe(0);
    const [head, first, second, , last] = stdout.split("\n");
    expect(head).toMatch(/^case +status +preconditioner +unknowns .*K m² +published K +difference +ok$/);
    expect(first).toMatch(/^cubic20:s2 +converged +\w+ +7200 .* 1\.59778323\d +1\.597783230 +-?\d\S+ +yes$/);
    expect(second).toMatch(/^cubic9:s1 +converged +\w+ +567 .* - +- +yes$/);
    expect(last).toMatch(/^2 of 2 cases passed on \S/);
    expect(stderr).toContain("porenet: cubic9:s1 (2 of 2)");
  });

  it("writes JSON to stdout, or to a file beside the table", async () => {
    const args = ["bench", "--cases=cubic7:s0", "--device=software"];
    const place = join(folder, "bench.json");
    const printed = await runHere([...args, "--json", "--quiet"]);
    const written = await runHere([...args, "--json", place]);
    expect([printed.code, printed.stderr, written.code]).toEqual([0, "", 0]);
    const [fromStdout, fromFile] = [JSON.parse(printed.stdout), JSON.parse(readFileSync(place, "utf8"))];
    for (const summary of [fromStdout, fromFile]) {
      expect(summary).toMatchObject({ passed: true, device: { kind: "software" } });
      expect(summary.cases).toHaveLength(1);
      expect(summary.cases[0]).toMatchObject({ label: "cubic7:s0", published: 1, passed: true });
      expect(summary.cases[0].timings.solve).toBeGreaterThan(0);
      expect(summary.machine.node).toBe(process.version);
    }
    expect(written.stdout).toMatch(/^cubic7:s0 [\s\S]*\nwrote .*bench\.json\n$/m);
    expect(readdirSync(folder)).toEqual(["bench.json"]);
  });

  it("ends with 1 where a permeability is wrong, nothing flows, or a case is too large", async () => {
    const { code, stdout, stderr } = await runHere([
      "bench",
      "--cases",
      "wrong,closed,huge,cubic6:s0",
      "--json",
    ]);
    expect(code).toBe(1);
    const { passed, cases } = JSON.parse(stdout);
    expect([passed, ...cases.map((each: { passed: boolean }) => each.passed)]).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
    expect(cases[0].relativeDifference).toBeCloseTo(1 / (1 + 1e-7) - 1, 12);
    expect(cases[1].status).toBe("not-percolating");
    expect(cases[2].fault).toMatch(/needs 9000 of maxBufferSize, the device offers 7000/);
    expect(stderr).toMatch(/wrong: the permeability is -1\.0e-7 off, relative; at most 1\.0e-8 is right/);
    expect(stderr).toMatch(/closed: the solve fell short \(not-percolating\) .*\n {2}No path of conducting/);
    expect(stderr).toMatch(/huge: The work needs 9000/);

    const table = await runHere(["bench", "--cases", "wrong,huge", "--quiet"]);
    expect(table.code).toBe(1);
    expect(table.stdout).toMatch(/^wrong +converged .* NO\nhuge +too large .* NO\n\n0 of 2 cases passed/m);
  });

  it("runs as a process", async () => {
    const { code, stdout, stderr } = await runCli(["bench", "--cases", "cubic7:s0", "--quiet", "--json"]);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).cases[0].permeability).toBeCloseTo(1, 12);
  });

  it("has a help of its own, and stands in that of all", async () => {
    const [own, all] = [await runHere(["bench", "--help"]), await runHere(["--help"])];
    expect([own.code, all.code]).toEqual([0, 0]);
    expect(own.stdout).toMatch(/--json \[FILE\] +write/);
    expect(Math.max(...own.stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(all.stdout).toMatch(/^ +bench +Solve the benchmark/m);
  });

  it("refuses what it does not understand", async () => {
    const runs = [
      await runHere(["bench", "--cases", "cubic20"]),
      await runHere(["bench", "--cases", "cubic20:s2,sphere:s1"]),
      await runHere(["bench", "cubic20:s2"]),
      await runHere(["bench", "--json", join(folder, "no", "such.json")]),
      await runHere(["bench", "--json=", "--case", "cubic20:s2"]),
    ];
    expect(runs.map(({ code, stdout }) => [code, stdout])).toEqual(runs.map(() => [2, ""]));
    expect(runs[0]!.stderr).toMatch(/"cubic20" is no case\.\n {2}Write cubic50:s2/);
    expect(runs[4]!.stderr).toContain("Did you mean --cases?");
  });
});
