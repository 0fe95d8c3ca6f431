import { beforeEach, describe, expect, it } from "vitest";
import { applyHiddenLaw } from "../../examples/07-hidden-law/hidden-law.ts";
import { Models } from "../../examples/app/src/engine/models.ts";
import type { Session } from "../../examples/app/src/engine/session.ts";
import { TaskRunner, type TaskState } from "../../examples/app/src/engine/tasks.ts";
import { Trainer, type TrainingView } from "../../examples/app/src/engine/trainer.ts";
import { labelNetworks, toOptions } from "../../examples/app/src/engine/trainer-data.ts";
import { OptionError } from "../../src/errors.ts";
import { computePermeability, GIVEN_CONDUCTANCE } from "../../src/index.ts";
import { decodeCheckpoint, train } from "../../src/learn/index.ts";
import { relativeDifference } from "../flow/networks.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();
const SETTINGS = { networks: 24, epochs: 8, width: 8, seed: 17 };

function setUp() {
  const states: TaskState[] = [];
  const tasks = new TaskRunner((state) => states.push(state));
  const models = new Models();
  const session = { tasks, models, requireDevice: () => device } as unknown as Session;
  const trainer = new Trainer(session);
  const views: TrainingView[] = [];
  trainer.listen((view) => views.push(view));
  return { trainer, tasks, models, views, states };
}

describe("networks of a hidden law", () => {
  it("have the permeability of the law's conductances, each its own", async () => {
    const { signal } = new AbortController();
    const { training, unseen } = await labelNetworks(device, SETTINGS, signal);
    expect([training.length, unseen.length]).toEqual([24, 6]);
    const all = [...training, ...unseen];
    expect(new Set(all.map(({ permeability }) => permeability)).size).toBe(30);
    const { network, permeability } = unseen[0]!;
    const given = network.with([[GIVEN_CONDUCTANCE, applyHiddenLaw(network)]]);
    const solved = await computePermeability(device, given, { closure: "given", viscosity: 1e-3 });
    expect(relativeDifference(permeability, solved.permeability.m2)).toBeLessThan(1e-6);
  });
});

describe("training while a page looks on", () => {
  let bench: ReturnType<typeof setUp>;
  beforeEach(() => {
    bench = setUp();
  });

  it("ends as the library's own training, and keeps the model for whoever solves", async () => {
    const { training } = await labelNetworks(device, SETTINGS, new AbortController().signal);
    const alone = await train(device, training, toOptions(SETTINGS));
    const view = await bench.trainer.start(SETTINGS);
    expect(view).toMatchObject({ epoch: 8, epochs: 8, isUnderWay: false, canGoOn: false });
    expect(view.figures!.map(({ name }) => name)).toEqual(["losses", "parity"]);
    const [entry] = bench.models.list();
    expect(entry!.name).toBe(view.result!.name);
    expect(entry!.note).toMatch(/6 networks/);
    const model = bench.models.get(entry!.name)!;
    expect(model.history.map(({ loss }) => loss)).toEqual(alone.history.map(({ loss }) => loss));
    expect(model.members).toEqual(alone.members);
    const [trained, untrained] = view.result!.metrics;
    expect(trained!.mape).toBeLessThan(0.5 * untrained!.mape);
  });

  it("writes the model as the two files that are read again", async () => {
    await bench.trainer.start({ ...SETTINGS, epochs: 2 });
    const { manifest, weights, weightsName } = await bench.trainer.exportModel();
    const read = decodeCheckpoint(JSON.parse(manifest), weights, "manifest.json");
    expect(JSON.parse(manifest).weights).toBe(weightsName);
    expect(read.members).toEqual(bench.models.get(bench.models.list()[0]!.name)!.members);
  });

  it("is stopped and gone on with, to the same weights as without", async () => {
    const other = setUp();
    const whole = await other.trainer.start(SETTINGS);
    const { trainer, tasks, views, models } = bench;
    let isStopped = false;
    trainer.listen(({ epoch }) => {
      if (!isStopped && epoch >= 3) tasks.stop();
      isStopped ||= epoch >= 3;
    });
    await expect(trainer.start(SETTINGS)).rejects.toMatchObject({ name: "StoppedError" });
    expect(views.at(-1)).toMatchObject({ canGoOn: true, isUnderWay: false, epoch: 3 });
    const resumed = await trainer.goOn();
    expect(resumed.epoch).toBe(8);
    const { name } = whole.result!;
    expect(models.get(name)!.members).toEqual(other.models.get(name)!.members);
  });

  it("refuses settings out of range, and has nothing before it has begun", async () => {
    await expect(bench.trainer.start({ ...SETTINGS, networks: 3 })).rejects.toBeInstanceOf(OptionError);
    await expect(bench.trainer.start({ ...SETTINGS, epochs: 1.5 })).rejects.toThrow(/epochs is 1.5/);
    await expect(bench.trainer.goOn()).rejects.toBeInstanceOf(OptionError);
    await expect(bench.trainer.exportModel()).rejects.toBeInstanceOf(OptionError);
  });
});
