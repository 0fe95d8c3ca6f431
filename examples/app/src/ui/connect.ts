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
export const modelsVersion = signal(0);
/** The last fault, to be shown until it is dismissed. */
export const fault = signal<string | undefined>(undefined);
/** Why the last device was lost, and what was stopped by it, until it is dismissed. */
export const loss = signal<Extract<DeviceState, { readonly state: "lost" }> | undefined>(undefined);

const worker = new Worker(new URL("../engine/engine.worker.ts", import.meta.url), { type: "module" });
worker.addEventListener("error", ({ message }) => {
  fault.value = `The engine has stopped: ${message || "its code could not be loaded"}. Load the page anew.`;
});

/** Its parts are objects of the worker's: what they are called for is called there. */
export const engine = wrap<Engine>(worker) as unknown as {
  readonly [Part in keyof Engine]: Remote<Engine[Part]>;
};

/** Opens the device; called once, by main. */
export async function connect(): Promise<void> {
  await engine.session.listen(proxy(follow), document.baseURI);
  await engine.session.openDevice();
}

/** Runs what a person asked for: a fault is shown, being stopped is none. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  fault.value = undefined;
  try {
    return await work();
  } catch (error) {
    const { name, message } = error as Error;
    // A lost device has its own notice, with the way on.
    if (name !== "StoppedError" && name !== "DeviceLostError") fault.value = message;
    return undefined;
  }
}

function follow(event: EngineEvent): void {
  if (event.kind === "device") followDevice(event.device);
  else if (event.kind === "task") task.value = event.task;
  else if (event.kind === "network") networkVersion.value++;
  else if (event.kind === "solution") solutionVersion.value++;
  else modelsVersion.value++;
}

function followDevice(state: DeviceState): void {
  if (state.state === "lost") loss.value = state;
  device.value = state;
}
