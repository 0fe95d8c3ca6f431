import { beforeEach, describe, expect, it } from "vitest";
import { type CalibrationView, Calibrator } from "../../examples/app/src/engine/calibrator.ts";
import { suggestCalibration } from "../../examples/app/src/engine/calibrator-suggest.ts";
import type { Session } from "../../examples/app/src/engine/session.ts";
import { TaskRunner, type TaskState } from "../../examples/app/src/engine/tasks.ts";
import { type CalibrationConfig, calibrate } from "../../src/calibrate/index.ts";
import { NetworkError, OptionError } from "../../src/errors.ts";
import { computePermeability, describeNetwork } from "../../src/index.ts";
import { PoreNetwork } from "../../src/network/index.ts";
import { readBerea, relativeDifference } from "../flow/networks.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

const CONFIG: CalibrationConfig = {
  units: { length: "mm", permeability: "D" },
  network: { preset: "sand" },
  controls: [
    { name: "throatRadius", low: 0.08, high: 0.3 },
    { name: "distance", low: 0.8, high: 1.2 },
  ],
  targets: [
    { kind: "permeability", value: 40 },
    { kind: "coordination", value: 2.5 },
  ],
  seed: 11,
  search: { maxEvaluations: 40 },
};
const TEXT = JSON.stringify(CONFIG);

interface Bench {
  readonly calibrator: Calibrator;
  readonly session: Session;
  readonly tasks: TaskRunner;
  readonly views: CalibrationView[];
  readonly states: TaskState[];
  readonly networks: PoreNetwork[];
}

/** A calibrator with as much of a session as it needs. */
function setUp(network?: PoreNetwork): Bench {
  const states: TaskState[] = [];
  const networks: PoreNetwork[] = [];
  const tasks = new TaskRunner((state) => states.push(state));
  const session = {
    tasks,
    network,
    solution: undefined,
    requireDevice: () => device,
    setNetwork: async (next: PoreNetwork) => networks.push(next),
  } as unknown as Session;
  const calibrator = new Calibrator(session);
  const views: CalibrationView[] = [];
  calibrator.listen((view) => views.push(view));
  return { calibrator, session, tasks, views, states, networks };
}

/** Stops the calibration once it has made so many true runs. */
function stopAt({ calibrator, tasks }: Bench, evaluations: number): void {
  calibrator.listen((view) => {
    if (view.isUnderWay && view.evaluations >= evaluations) tasks.stop();
  });
}

describe("calibration while a page looks on", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = setUp();
  });

  it("ends as the library's own calibration, and hands over the network", async () => {
    const alone = await calibrate(device, CONFIG);
    const view = await bench.calibrator.start(TEXT);
    expect(alone.isReached).toBe(true);
    expect(view).toMatchObject({ isUnderWay: false, canGoOn: false, evaluations: alone.evaluations });
    expect(view.misfit).toBe(alone.misfit);
    expect(view.figures!.map(({ name }) => name)).toEqual(["error-surface", "convergence"]);
    expect(view.result).toMatchObject({ isReached: true, solves: alone.solves });
    const [permeability] = view.result!.targets;
    expect(permeability).toMatchObject({ name: "permeability", wanted: "40000 mD" });
    expect(Math.abs(Number.parseFloat(permeability!.error))).toBeLessThanOrEqual(1);
    expect(bench.networks).toHaveLength(1);
    const [network] = bench.networks;
    expect(network!.poreCount).toBe(alone.network.poreCount);
    // Solved anew, knowing nothing of the search.
    const { permeability: solved } = await computePermeability(device, network!, {
      closure: "hagen-poiseuille",
      solver: { tolerance: 1e-10 },
    });
    expect(relativeDifference(solved.m2, 40 * 9.869233e-13)).toBeLessThan(0.01);
    expect(JSON.parse(bench.calibrator.exportFile())).toMatchObject({
      status: "finished",
      isReached: true,
      evaluations: alone.evaluations,
    });
  });

  it("waits while it is paused, with all figures there are, and goes on", async () => {
    const { calibrator, tasks, states, views } = bench;
    let paused: CalibrationView | undefined;
    calibrator.listen((view) => {
      if (view.evaluations > 0 && !states.some(({ state }) => state === "paused")) tasks.pause();
    });
    const run = calibrator.start(TEXT);
    for (const started = performance.now(); !paused && performance.now() - started < 20_000; ) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (states.at(-1)?.state === "paused") paused = views.at(-1);
    }
    const seen = views.length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(views).toHaveLength(seen);
    expect(paused).toMatchObject({ isUnderWay: true });
    expect(paused!.evaluations).toBeGreaterThan(0);
    expect(paused!.figures).toBeDefined();
    tasks.resume();
    const view = await run;
    expect(view.result!.isReached).toBe(true);
    expect(states.at(-1)!.state).toBe("done");
  });

  it("is stopped and gone on with, to the same end as without", async () => {
    const whole = await setUp().calibrator.start(TEXT);
    stopAt(bench, 1);
    await expect(bench.calibrator.start(TEXT)).rejects.toMatchObject({ name: "StoppedError" });
    const last = bench.views.at(-1)!;
    expect(last).toMatchObject({ isUnderWay: false, canGoOn: true });
    expect(last.evaluations).toBeLessThan(whole.evaluations);
    // As after loading the page anew: from the file alone.
    const file = bench.calibrator.exportFile();
    const other = setUp();
    const text = other.calibrator.open("calibration.state.json", file);
    expect(JSON.parse(text)).toEqual(JSON.parse(file).config);
    expect(other.views.at(-1)).toMatchObject({ canGoOn: true, evaluations: last.evaluations });
    const resumed = await other.calibrator.goOn();
    expect(resumed.misfit).toBe(whole.misfit);
    expect(resumed.evaluations).toBe(whole.evaluations);
  });

  it("tells what it does not understand before it begins", async () => {
    const typo = JSON.stringify({ ...CONFIG, controls: [{ name: "radius", low: 1, high: 2 }] });
    await expect(bench.calibrator.start(typo)).rejects.toThrow(/throatRadius/);
    await expect(bench.calibrator.start("{")).rejects.toThrow(/configuration:1: expected/);
    await expect(setUp().calibrator.goOn()).rejects.toBeInstanceOf(OptionError);
    expect(() => setUp().calibrator.exportFile()).toThrow(OptionError);
    await expect(bench.calibrator.suggest()).rejects.toBeInstanceOf(NetworkError);
  });

  it("refuses a state that was changed", async () => {
    stopAt(bench, 1);
    await bench.calibrator.start(TEXT).catch(() => undefined);
    const file = JSON.parse(bench.calibrator.exportFile());
    file.state.values[0] = 0.125;
    const other = setUp();
    other.calibrator.open("changed.json", JSON.stringify(file));
    await expect(other.calibrator.goOn()).rejects.toThrow(/checksum/);
  });
});

describe("a calibration like the network that is loaded", () => {
  it("has its radii, density, permeability, porosity and coordination", async () => {
    const berea = await readBerea();
    const { permeability } = await computePermeability(device, berea);
    const config = await setUp(berea).calibrator.suggest();
    const { porosity, coordination } = describeNetwork(berea);
    const wanted = [permeability.mD, porosity!, coordination.mean];
    config.targets.forEach(({ value }, t) => {
      expect(relativeDifference(value, wanted[t]!)).toBeLessThan(1e-4);
    });
    const { size, count } = config.network!;
    const volume = berea.box!.size.reduce((product, edge) => product * edge, 1);
    expect(
      relativeDifference((1e-6 * (size as number)) ** 3 / count!, volume / berea.poreCount),
    ).toBeLessThan(1e-3);
  });

  it("is not there for a network without a box or radii, nor without flow", () => {
    const pores = { coords: new Float64Array(6), conns: Int32Array.of(0, 1) };
    const bare = new PoreNetwork(pores);
    expect(() => suggestCalibration(bare, 1e-12)).toThrow(/no box/);
    const boxed = new PoreNetwork({ ...pores, box: { origin: [0, 0, 0], size: [1e-3, 1e-3, 1e-3] } });
    expect(() => suggestCalibration(boxed, 1e-12)).toThrow(/no radii/);
    expect(() => suggestCalibration(boxed, 0)).toThrow(/no permeability/);
  });
});
