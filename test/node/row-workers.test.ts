import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { isShared } from "../../src/gpu/buffers.ts";
import { type HostMatrix, measureRows } from "../../src/multigrid/host-matrix.ts";
import { buildHostLevels, type HostLevel, updateHostLevels } from "../../src/multigrid/host-setup.ts";
import { Pacer } from "../../src/multigrid/pacer.ts";
import { allocateShared } from "../../src/multigrid/row-memory.ts";
import type { RowTask } from "../../src/multigrid/row-tasks.ts";
import { findRowWorkers, provideRowWorkers, type RowWorkers } from "../../src/multigrid/row-workers.ts";
import { NodeRowWorkers, type NodeRowWorkersOptions } from "../../src/node/row-workers.ts";

const opened: NodeRowWorkers[] = [];

function makeEntry(script: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
}

function open(options: NodeRowWorkersOptions = {}): NodeRowWorkers {
  const workers = new NodeRowWorkers({ count: 2, ...options });
  opened.push(workers);
  return workers;
}

afterEach(async () => {
  for (const workers of opened.splice(0)) await workers.close();
});

/** A lattice, ends in x grounded, weights of several decades that `salt` chooses; in memory that threads share. */
function makeLattice(size: number, salt: number): HostMatrix {
  const rowCount = size ** 3;
  const rowStart = allocateShared(Int32Array, rowCount + 1);
  const ground = allocateShared(Float32Array, rowCount);
  const entries: number[] = [];
  const values: number[] = [];
  const weigh = (a: number, b: number) =>
    10 ** (2 * Math.sin(salt * (Math.min(a, b) + 1) + 0.7 * Math.max(a, b)));
  for (let i = 0; i < rowCount; i++) {
    const place = [Math.floor(i / size ** 2), Math.floor(i / size) % size, i % size];
    [size ** 2, size, 1].forEach((step, axis) => {
      for (const [side, end] of [
        [-1, 0],
        [1, size - 1],
      ] as const) {
        if (place[axis] !== end) {
          entries.push(i + side * step);
          values.push(weigh(i, i + side * step));
        } else if (axis === 0) ground[i]! += weigh(i, rowCount);
      }
    });
    rowStart[i + 1] = entries.length;
  }
  const column = allocateShared(Int32Array, entries.length);
  const weight = allocateShared(Float32Array, entries.length);
  column.set(entries);
  weight.set(values);
  return { rowCount, rowStart, column, weight, ground };
}

/** All that levels hold, in memory of their own so that they compare. */
function readLevels(levels: readonly HostLevel[]) {
  const own = (arrays: object) =>
    Object.entries(arrays).map(([name, value]) =>
      ArrayBuffer.isView(value)
        ? [name, Buffer.from((value as Float32Array).slice().buffer).toString("base64")]
        : [name, value],
    );
  return levels.map(({ matrix, measure, transfer }) => [own(matrix), own(measure), own(transfer ?? {})]);
}

function measureTask(matrix: HostMatrix): RowTask & { kind: "measure" } {
  const threshold = allocateShared(Float32Array, matrix.rowCount);
  const smoother = allocateShared(Float32Array, matrix.rowCount);
  return { kind: "measure", matrix, measure: { threshold, smoother } };
}

describe("levels that threads build", () => {
  it("are those of one thread, bit for bit, whatever the number of threads", async () => {
    const [first, second] = [() => makeLattice(31, 1.3), () => makeLattice(31, 2.9)];
    const alone = await buildHostLevels(first(), new Pacer());
    const expected = readLevels(alone);
    await updateHostLevels(alone, second(), new Pacer());
    const expectedAnew = readLevels(alone);
    expect(expectedAnew).not.toEqual(expected);
    expect(alone[1]!.matrix.rowCount).toBeGreaterThan(8192);
    for (const count of [1, 2, 5]) {
      const workers = open({ count });
      const levels = await buildHostLevels(first(), new Pacer(undefined, workers));
      expect(workers.threadCount).toBe(count);
      expect(workers.isUseless).toBe(false);
      expect(isShared(levels[1]!.matrix.weight)).toBe(true);
      expect(readLevels(levels)).toEqual(expected);
      await updateHostLevels(levels, second(), new Pacer(undefined, workers));
      expect(workers.threadCount).toBe(count);
      expect(readLevels(levels)).toEqual(expectedAnew);
    }
  }, 60_000);

  it("are built side by side with others", async () => {
    const workers = open();
    const salts = [1.3, 2.9, 4.1];
    const build = (salt: number, own?: RowWorkers) =>
      buildHostLevels(makeLattice(24, salt), new Pacer(undefined, own));
    const together = await Promise.all(salts.map((salt) => build(salt, workers)));
    for (const [k, salt] of salts.entries()) {
      expect(readLevels(together[k]!)).toEqual(readLevels(await build(salt)));
    }
  }, 60_000);

  it("are left to one thread where memory is not shared", async () => {
    const workers = open();
    const { rowCount, ...arrays } = makeLattice(21, 1.3);
    const plain: HostMatrix = {
      rowCount,
      rowStart: arrays.rowStart.slice(),
      column: arrays.column.slice(),
      weight: arrays.weight.slice(),
      ground: arrays.ground.slice(),
    };
    const task = measureTask(plain);
    await new Pacer(undefined, workers).runRows(task, rowCount);
    expect(workers.threadCount).toBe(0);
    expect([...task.measure.smoother]).toEqual([...measureRows(plain).smoother]);
  });
});

describe("threads", () => {
  it("stop when a signal is aborted, with its reason, and work on for others", async () => {
    const workers = open();
    const task = measureTask(makeLattice(40, 1.3));
    const controller = new AbortController();
    const aborted = workers.run(task, task.matrix.rowCount, controller.signal);
    controller.abort(new RangeError("enough"));
    await expect(aborted).rejects.toThrow("enough");
    await expect(workers.run(task, 9000, controller.signal)).rejects.toThrow("enough");
    expect(await workers.run(task, task.matrix.rowCount)).toEqual([]);
    expect([...task.measure.smoother]).toEqual([...measureRows(task.matrix).smoother]);
  }, 60_000);

  it("that cannot start leave the work to the thread that asks", async () => {
    const matrix = makeLattice(21, 1.3);
    const expected = readLevels(await buildHostLevels(matrix, new Pacer()));
    for (const entry of [new URL("file:///nowhere/row-worker.js"), makeEntry("throw new Error('no')")]) {
      const workers = open({ entry });
      expect(readLevels(await buildHostLevels(matrix, new Pacer(undefined, workers)))).toEqual(expected);
      expect(workers.isUseless).toBe(true);
      expect(workers.threadCount).toBe(0);
    }
  });

  it("that die at their work leave it to the thread that asks, and are started again for the next", async () => {
    const script = `import { parentPort } from "node:worker_threads";
      let orders = 0;
      parentPort.on("message", ({ id }) => {
        if (++orders === 1) parentPort.postMessage({ id, pieces: [] }); else process.exit(3);
      });`;
    const workers = open({ entry: makeEntry(script) });
    const task = measureTask(makeLattice(21, 1.3));
    for (let round = 0; round < 2; round++) {
      expect(await workers.run(task, 9261)).toEqual([]);
      expect(await workers.run(task, 9261)).toBeUndefined();
      expect([workers.threadCount, workers.isUseless]).toEqual([0, false]);
    }
    await workers.run(task, 9261);
    await new Pacer(undefined, workers).runRows(task, 9261);
    expect([...task.measure.smoother]).toEqual([...measureRows(task.matrix).smoother]);
  });

  it("end when they have had nothing to do for a while", async () => {
    const workers = open({ idle: 30 });
    const task = measureTask(makeLattice(21, 1.3));
    for (let round = 0; round < 2; round++) {
      expect(await workers.run(task, task.matrix.rowCount)).toEqual([]);
      expect(workers.threadCount).toBe(2);
      await expect.poll(() => workers.threadCount, { timeout: 5000 }).toBe(0);
    }
  });

  it("do not keep the process alive", async () => {
    const source = fileURLToPath(new URL("../../src", import.meta.url));
    const script = `
      const { NodeRowWorkers } = await import(${JSON.stringify(`${source}/node/row-workers.ts`)});
      const array = (kind, length) => new kind(new SharedArrayBuffer(4 * length));
      const matrix = { rowCount: 9000, rowStart: array(Int32Array, 9001), column: array(Int32Array, 0),
        weight: array(Float32Array, 0), ground: array(Float32Array, 9000).fill(4) };
      const measure = { threshold: array(Float32Array, 9000), smoother: array(Float32Array, 9000) };
      const workers = new NodeRowWorkers({
        count: 2, idle: 1e6 });
      await workers.run({ kind: "measure", matrix, measure }, 9000);
      console.log(workers.threadCount, measure.smoother.every((value) => value === 0.25));`;
    const flags = ["--import", import.meta.resolve("tsx"), "--input-type=module", "--eval", script];
    const child = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
    const timer = setTimeout(() => child.kill("SIGKILL"), 25_000);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    const code = await new Promise((resolve) => child.once("close", resolve));
    clearTimeout(timer);
    expect([output.trim(), code]).toEqual(["2 true", 0]);
  }, 30_000);
});

describe("the threads of a host", () => {
  it("are asked for when a matrix is large", () => {
    const workers: RowWorkers = { run: async () => [] };
    provideRowWorkers(() => workers);
    try {
      expect(findRowWorkers(399_999)).toBeUndefined();
      expect(findRowWorkers(400_000)).toBe(workers);
    } finally {
      provideRowWorkers(undefined);
    }
    expect(findRowWorkers(1e7)).toBeUndefined();
  });
});
