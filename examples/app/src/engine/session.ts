/** What the engine holds, its device, network and solution, and who is told when one of them changes. */
import {
  type ComputeDevice,
  DeviceLostError,
  DeviceUnavailableError,
  type PermeabilityResult,
  type PoreNetwork,
  requestDevice,
} from "porenet";
import { Models } from "./models.ts";
import { Stage } from "./stage.ts";
import { TaskRunner, type TaskState } from "./tasks.ts";

/** The adapter, for the page; without one the reason, and what to do. */
export type DeviceState =
  | { readonly state: "ready"; readonly name: string; readonly kind: "hardware" | "software" }
  | { readonly state: "unavailable"; readonly reason: string }
  /** With the task that it stopped. */
  | { readonly state: "lost"; readonly reason: string; readonly stopped: string | undefined };

export type EngineEvent =
  | { readonly kind: "device"; readonly device: DeviceState }
  | { readonly kind: "network" }
  | { readonly kind: "solution" }
  | { readonly kind: "models" }
  | { readonly kind: "task"; readonly task: TaskState };

/** A solve along one axis, and what of it is on the device. */
export interface Solution {
  readonly result: PermeabilityResult;
  /** f32 of every pore, 1 at the inlet and 0 at the outlet; the session destroys it. */
  readonly pressureBuffer: GPUBuffer | undefined;
  /** m, ∂lnK/∂ln g of every throat. */
  readonly sensitivity?: Float64Array;
  /** The name of the adapter that it was solved on. */
  readonly adapter?: string;
}

/** A browser whose GPU process has just ended may give no adapter yet: waits before asking again [ms]. */
const RETRIES = [0, 500, 2000];

export class Session {
  readonly stage = new Stage();
  readonly tasks: TaskRunner;
  readonly models = new Models();
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  #device: ComputeDevice | undefined;
  #network: PoreNetwork | undefined;
  #solutions: readonly Solution[] = [];
  #shown = 0;
  #base = "";

  constructor() {
    this.tasks = new TaskRunner(
      (task) => this.#tell({ kind: "task", task }),
      // Not every browser says of a device that is gone that it is lost: its work does.
      (error) => {
        if (this.#device && error instanceof DeviceLostError) void this.#loseDevice(this.#device, error);
      },
    );
    this.models.listen(() => this.#tell({ kind: "models" }));
  }

  get network(): PoreNetwork | undefined {
    return this.#network;
  }

  /** The one that is shown. */
  get solution(): Solution | undefined {
    return this.#solutions[this.#shown];
  }

  /** Of the last solve, one for each axis. */
  get solutions(): readonly Solution[] {
    return this.#solutions;
  }

  /** Which of them the picture shows. */
  get shown(): number {
    return this.#shown;
  }

  /** @param base the page's own address: what is shipped with it lies beside */
  listen(listener: (event: EngineEvent) => void, base: string): void {
    this.#listeners.add(listener);
    this.#base = base;
  }

  /** A file that is shipped with the page. */
  locate(path: string): string {
    return new URL(path, this.#base).href;
  }

  /** @throws {DeviceUnavailableError} where there is none */
  requireDevice(): ComputeDevice {
    if (this.#device) return this.#device;
    throw new DeviceUnavailableError("This page has no GPU device.", "Use a browser with WebGPU.");
  }

  /** Opens the browser's adapter, also anew after a loss; what was loaded stays. */
  async openDevice(): Promise<DeviceState> {
    let state: DeviceState;
    try {
      const device = await requestDevice();
      this.#device = device;
      device.lost.then((error) => this.#loseDevice(device, error));
      state = { state: "ready", name: device.name, kind: device.kind };
    } catch (error) {
      if (!(error instanceof DeviceUnavailableError)) throw error;
      state = { state: "unavailable", reason: error.message };
    }
    await this.stage.setDevice(this.#device);
    if (this.#network) await this.stage.setNetwork(this.#network);
    if (this.solution) await this.stage.setSolution(this.solution);
    this.#tell({ kind: "device", device: state });
    return state;
  }

  /** Replaces the network; solutions of the other are gone. */
  async setNetwork(network: PoreNetwork): Promise<void> {
    const before = this.#exchangeSolutions([]);
    this.#network = network;
    await this.stage.setNetwork(network);
    destroyBuffers(before, []);
    this.#tell({ kind: "network" });
  }

  async setSolution(solution: Solution | undefined): Promise<void> {
    await this.setSolutions(solution ? [solution] : []);
  }

  /** Replaces what was solved, and shows the first. */
  async setSolutions(solutions: readonly Solution[]): Promise<void> {
    const before = this.#exchangeSolutions(solutions);
    await this.showSolution(0);
    destroyBuffers(before, solutions);
  }

  async showSolution(index: number): Promise<void> {
    this.#shown = index;
    await this.stage.setSolution(this.solution);
    this.#tell({ kind: "solution" });
  }

  async #loseDevice(device: ComputeDevice, error: DeviceLostError): Promise<void> {
    if (this.#device !== device) return;
    this.#device = undefined;
    const stopped = this.tasks.underWay;
    this.tasks.stop();
    // What was read back is still right; what lay on the device is gone with it.
    this.#solutions = this.#solutions.map((solution) => ({ ...solution, pressureBuffer: undefined }));
    await this.stage.setDevice(undefined);
    // The remedy that the error names is what follows here.
    const reason = error.message.slice(0, -error.remedy.length).trim();
    this.#tell({ kind: "device", device: { state: "lost", reason, stopped } });
    for (const wait of RETRIES) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      if ((await this.openDevice()).state === "ready") return;
    }
  }

  /** @returns those that were there, which the picture may still read */
  #exchangeSolutions(solutions: readonly Solution[]): readonly Solution[] {
    const before = this.#solutions;
    this.#solutions = solutions;
    this.#shown = 0;
    return before;
  }

  #tell(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** @param kept those whose buffers stay */
function destroyBuffers(solutions: readonly Solution[], kept: readonly Solution[]): void {
  for (const { pressureBuffer } of solutions) {
    if (!kept.some((each) => each.pressureBuffer === pressureBuffer)) pressureBuffer?.destroy();
  }
}
