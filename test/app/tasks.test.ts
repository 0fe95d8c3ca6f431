import { describe, expect, it } from "vitest";
import { StoppedError, TaskRunner, type TaskState } from "../../examples/app/src/engine/tasks.ts";

function makeRunner() {
  const told: TaskState[] = [];
  const faults: unknown[] = [];
  const runner = new TaskRunner(
    (state) => told.push(state),
    (error) => faults.push(error),
  );
  return { runner, told, faults };
}

/** Work that lasts until it is stopped. */
function untilStopped({ signal }: { readonly signal: AbortSignal }): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

describe("the runner of tasks", () => {
  it("tells how far a task is, and what it came to", async () => {
    const { runner, told } = makeRunner();
    const result = await runner.run("Counting", async (task) => {
      expect(runner.underWay).toBe("Counting");
      task.report({ fraction: 0.25, text: "one" });
      return 17;
    });
    expect(result).toBe(17);
    expect(runner.underWay).toBeUndefined();
    expect(told).toEqual([
      { title: "Counting", state: "running" },
      { title: "Counting", state: "running", fraction: 0.25, text: "one" },
      { title: "Counting", state: "done" },
    ]);
  });

  it("stops a task for the next, which begins when the first has ended", async () => {
    const { runner, told, faults } = makeRunner();
    const first = runner.run("First", untilStopped);
    await Promise.resolve();
    const second = runner.run("Second", async () => "done");
    await expect(first).rejects.toThrow(StoppedError);
    expect(await second).toBe("done");
    expect(told.map(({ title, state }) => `${title} ${state}`)).toEqual([
      "First running",
      "First stopped",
      "Second running",
      "Second done",
    ]);
    expect(faults).toEqual([]);
  });

  it("tells of a fault while the task is still under way, and not of one that was stopped", async () => {
    const fault = new Error("the device is gone");
    const seen: (string | undefined)[] = [];
    const runner: TaskRunner = new TaskRunner(
      () => {},
      () => seen.push(runner.underWay),
    );
    await expect(runner.run("Solving", () => Promise.reject(fault))).rejects.toBe(fault);
    expect(seen).toEqual(["Solving"]);
    const stopped = runner.run("Again", untilStopped);
    await Promise.resolve();
    runner.stop();
    await expect(stopped).rejects.toThrow("Stopped");
    expect(seen).toEqual(["Solving"]);
  });

  it("pauses where the task allows, and goes on", async () => {
    const { runner, told } = makeRunner();
    const steps: number[] = [];
    const done = runner.run("Walking", async (task) => {
      for (let k = 0; k < 3; k++) {
        await task.whenRunning();
        steps.push(k);
        if (k === 0) runner.pause();
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(steps).toEqual([0]);
    expect(told.at(-1)?.state).toBe("paused");
    runner.resume();
    await done;
    expect(steps).toEqual([0, 1, 2]);
    expect(told.map(({ state }) => state)).toEqual(["running", "paused", "running", "done"]);
  });
});
