/** The page's end of the engine: one worker, and signals that follow what it tells. */
import { signal } from "@preact/signals";
import { proxy, type Remote, wrap } from "comlink";
import type { Engine } from "../engine/engine.ts";
import type { DeviceState, EngineEvent } from "../engine/session.ts";
import type { TaskState } from "../engine/tasks.ts";

export const device = signal<DeviceState | undefined>(undefined);
export const task = signal<TaskState | undefined>(undefined);
/** Counts what has changed, for who shows it. */
export const networkVersion = signal(0);
export const solutionVersion = signal(0);
/** The last fault, to be shown until it is dismissed. */
export const fault = signal<string | undefined>(undefined);

export const engine: Remote<Engine> = wrap<Engine>(
  new Worker(new URL("../engine/engine.worker.ts", import.meta.url), { type: "module" }),
);

/** Opens the device; called once, by main. */
export async function connect(): Promise<void> {
  await engine.session.listen(proxy(follow));
  await engine.session.openDevice();
}

/** Runs what a person asked for: a fault is shown, being stopped is none. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  fault.value = undefined;
  try {
    return await work();
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== "StoppedError") fault.value = message;
    return undefined;
  }
}

function follow(event: EngineEvent): void {
  if (event.kind === "device") device.value = event.device;
  else if (event.kind === "task") task.value = event.task;
  else if (event.kind === "network") networkVersion.value++;
  else solutionVersion.value++;
}
