/** What the engine holds, its device, network and solution, and who is told when one of them changes. */
import {
  type ComputeDevice,
  DeviceUnavailableError,
  type PermeabilityResult,
  type PoreNetwork,
  requestDevice,
} from "porenet";
import { Stage } from "./stage.ts";
import { TaskRunner, type TaskState } from "./tasks.ts";

/** The adapter, for the page; without one the reason, and what to do. */
export type DeviceState =
  | { readonly state: "ready"; readonly name: string; readonly kind: "hardware" | "software" }
  | { readonly state: "unavailable" | "lost"; readonly reason: string };

export type EngineEvent =
  | { readonly kind: "device"; readonly device: DeviceState }
  | { readonly kind: "network" }
  | { readonly kind: "solution" }
  | { readonly kind: "task"; readonly task: TaskState };

/** A solve along one axis, and what of it is on the device. */
export interface Solution {
  readonly result: PermeabilityResult;
  /** f32 of every pore, 1 at the inlet and 0 at the outlet; the session destroys it. */
  readonly pressureBuffer: GPUBuffer | undefined;
  /** m, ∂lnK/∂ln g of every throat. */
  readonly sensitivity?: Float64Array;
}

export class Session {
  readonly stage = new Stage();
  readonly tasks: TaskRunner;
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  #device: ComputeDevice | undefined;
  #network: PoreNetwork | undefined;
  #solution: Solution | undefined;

  constructor() {
    this.tasks = new TaskRunner((task) => this.#tell({ kind: "task", task }));
  }

  get network(): PoreNetwork | undefined {
    return this.#network;
  }

  get solution(): Solution | undefined {
    return this.#solution;
  }

  listen(listener: (event: EngineEvent) => void): void {
    this.#listeners.add(listener);
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
    this.#tell({ kind: "device", device: state });
    return state;
  }

  /** Replaces the network; solutions of the other are gone. */
  async setNetwork(network: PoreNetwork): Promise<void> {
    this.#dropSolution();
    this.#network = network;
    await this.stage.setNetwork(network);
    this.#tell({ kind: "network" });
  }

  async setSolution(solution: Solution | undefined): Promise<void> {
    if (solution?.pressureBuffer !== this.#solution?.pressureBuffer) this.#dropSolution();
    this.#solution = solution;
    await this.stage.setSolution(solution);
    this.#tell({ kind: "solution" });
  }

  async #loseDevice(device: ComputeDevice, error: Error): Promise<void> {
    if (this.#device !== device) return;
    this.#device = undefined;
    this.tasks.stop();
    this.#solution = undefined;
    await this.stage.setDevice(undefined);
    this.#tell({ kind: "device", device: { state: "lost", reason: error.message } });
    await this.openDevice();
  }

  #dropSolution(): void {
    this.#solution?.pressureBuffer?.destroy();
    this.#solution = undefined;
  }

  #tell(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
