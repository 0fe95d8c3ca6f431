import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProgressBar } from "../../src/cli/progress.ts";
import { findNearest } from "../../src/cli/suggest.ts";

describe("the bar", () => {
  let written = "";
  const isTerminal = process.stderr.isTTY;
  beforeEach(() => {
    written = "";
    vi.useFakeTimers({ toFake: ["performance"] });
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      written += text;
      return true;
    });
    vi.stubEnv("TERM", "xterm");
  });
  afterEach(() => {
    process.stderr.isTTY = isTerminal;
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    vi.useRealTimers();
  });

  it("draws on a terminal, never goes back, and wipes itself away", () => {
    process.stderr.isTTY = true;
    const bar = createProgressBar("solving", false);
    bar.show(0.5, "residual 1.0e-5");
    expect(written).toBe(`\rsolving [${"#".repeat(12)}${"-".repeat(12)}]  50 %  residual 1.0e-5\u001b[K`);
    bar.show(0.9, "too soon");
    expect(written).not.toContain("too soon");
    vi.advanceTimersByTime(1000);
    bar.show(0.2, "later");
    expect(written).toMatch(/ 90 % {2}later/);
    bar.clear();
    expect(written.endsWith("\r\u001b[K")).toBe(true);
  });

  it("is silent elsewhere: no terminal, --quiet, a dumb one", () => {
    process.stderr.isTTY = false;
    createProgressBar("solving", false).show(0.5, "x");
    process.stderr.isTTY = true;
    createProgressBar("solving", true).show(0.5, "x");
    vi.stubEnv("TERM", "dumb");
    const dumb = createProgressBar("solving", false);
    dumb.show(0.5, "x");
    dumb.clear();
    expect(written).toBe("");
  });
});

it("what was meant is the nearest word, where one is near", () => {
  const known = ["--axis", "--area", "--tolerance", "--json"];
  expect(findNearest("--axes", known)).toBe("--axis");
  expect(findNearest("--tolerence", known)).toBe("--tolerance");
  expect(findNearest("--AREA", known)).toBe("--area");
  expect(findNearest("--something", known)).toBeUndefined();
});
