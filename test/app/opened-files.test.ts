import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readOpened } from "../../examples/app/src/engine/opened-files.ts";
import type { Task } from "../../examples/app/src/engine/tasks.ts";
import { FormatError } from "../../src/errors.ts";
import { writeOpenpnmJson } from "../../src/io/index.ts";
import { generateCubic } from "../../src/network/index.ts";

const PARTS = ["node2", "link1", "node1", "link2"];

function berea(parts: readonly string[] = PARTS, change = (_part: string, text: string) => text): File[] {
  return parts.map((part) => {
    const text = readFileSync(new URL(`../../examples/data/berea_${part}.dat`, import.meta.url), "latin1");
    return new File([change(part, text)], `berea_${part}.dat`);
  });
}

function makeTask(controller = new AbortController()): Task & { readonly fractions: number[] } {
  const fractions: number[] = [];
  return {
    signal: controller.signal,
    fractions,
    report: ({ fraction }) => fractions.push(fraction ?? Number.NaN),
    whenRunning: async () => {},
  };
}

describe("files that a person opens", () => {
  it("are a Statoil network in any order, and tell how far they are read", async () => {
    const task = makeTask();
    const network = await readOpened(berea(), { voxelSize: 5.345e-6 }, task);
    expect([network.name, network.poreCount, network.throatCount]).toEqual(["berea", 4659, 7896]);
    expect(network.voxelSize).toBe(5.345e-6);
    expect(task.fractions.at(-1)).toBeCloseTo(1, 12);
    expect(task.fractions).toEqual(task.fractions.slice().sort((a, b) => a - b));
  });

  it("are found whatever the case of their names", async () => {
    const files = berea().map((file) => new File([file], file.name.toUpperCase()));
    expect((await readOpened(files, {}, makeTask())).poreCount).toBe(4659);
  });

  it("are one network of another format", async () => {
    const lattice = generateCubic({ size: 3, seed: 7 });
    const file = new File(Array.from(writeOpenpnmJson(lattice)) as BlobPart[], "lattice.json");
    expect((await readOpened([file], {}, makeTask())).throatCount).toBe(lattice.throatCount);
  });

  it("say which is missing, and which is too many", async () => {
    const missing = readOpened(berea(["link1", "node1", "node2"]), {}, makeTask());
    await expect(missing).rejects.toThrow(/berea_link2\.dat: expected it among the files opened/);
    const json = new File(["{}"], "other.json");
    await expect(readOpened([...berea(), json], {}, makeTask())).rejects.toThrow(
      /other\.json: expected one network at a time/,
    );
    await expect(readOpened([], {}, makeTask())).rejects.toThrow(FormatError);
  });

  it("say file, line and what was expected where they are malformed", async () => {
    const files = berea(PARTS, (part, text) => {
      const lines = text.split("\n");
      if (part === "link1") lines[4] = lines[4]!.replace(/\S+\s*$/, "twelve");
      return lines.join("\n");
    });
    await expect(readOpened(files, {}, makeTask())).rejects.toThrow(/berea_link1\.dat:5: expected .*twelve/s);
  });

  it("are left when the task is stopped", async () => {
    const controller = new AbortController();
    controller.abort(new Error("enough"));
    await expect(readOpened(berea(), {}, makeTask(controller))).rejects.toThrow("enough");
  });
});
