/** What the browser tests run in the page. Each test calls one of these and awaits its plain result. */
import { computePermeabilities, computePermeability, type PoreNetwork, requestDevice } from "porenet";
import { readNetwork } from "porenet/io";
import { train } from "porenet/learn";
import { drawTrainingRows, TRAINING } from "../../learn/training-rows.ts";
import { doubleOnDevice } from "../../support/double.ts";

/** Reads `data/berea_*.dat` of the page's own server as they arrive. */
function downloadBerea(): Promise<PoreNetwork> {
  return readNetwork("data/berea", async (path) => {
    const response = await fetch(path);
    if (!response.ok || !response.body) throw new Error(`${path}: ${response.status}`);
    return response.body;
  });
}

const tasks = {
  async openDevice() {
    using device = await requestDevice();
    const { name, kind, source, features } = device;
    const { maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = device.limits;
    return { name, kind, source, features, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage };
  },

  async double(values: readonly number[]) {
    using device = await requestDevice();
    return [...(await doubleOnDevice(device, Float32Array.from(values)))];
  },

  async openHardware() {
    const device = await requestDevice({ device: "hardware" });
    return device.name;
  },

  async solveBerea() {
    const network = await downloadBerea();
    using device = await requestDevice();
    const results = await computePermeabilities(device, network);
    return results.map(({ permeability, formationFactor, pressures, solver, boundary }) => ({
      permeability: permeability.m2,
      formationFactor,
      pressures: [...pressures],
      status: solver.status,
      boundary,
    }));
  },

  /** @returns what the aborted solve was rejected with, and the permeability solved after it. */
  async abortBerea() {
    const network = await downloadBerea();
    using device = await requestDevice();
    const controller = new AbortController();
    let calls = 0;
    const onProgress = () => {
      if (++calls === 2) controller.abort(new Error("the reader has left"));
    };
    const options = { formationFactor: false };
    const rejection = await computePermeability(device, network, options, {
      signal: controller.signal,
      onProgress,
    }).then(
      () => undefined,
      (error: Error) => error.message,
    );
    const { permeability } = await computePermeability(device, network, options);
    return { calls, rejection, permeability: permeability.m2 };
  },

  /** Losses and validation errors of a short training, tfjs and all. */
  async train() {
    using device = await requestDevice();
    const { history } = await train(device, drawTrainingRows(), TRAINING);
    return history.map(({ loss, validation }) => ({ loss, validation }));
  },
};

export type PageTasks = typeof tasks;

declare global {
  /** The tasks, once the page's script has run. */
  var __result: PageTasks;
}

globalThis.__result = tasks;
