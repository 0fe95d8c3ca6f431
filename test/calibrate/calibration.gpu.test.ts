/** Calibrations from end to end: targets reached as solves apart find them, averages over clouds, surveys, aborts. */
import { describe, expect, it } from "vitest";
import { type Calibration, calibrate, seedsOf } from "../../src/calibrate/calibration.ts";
import type { CalibrationConfig } from "../../src/calibrate/calibration-config.ts";
import { krigeSurface, measureResponses, traceOptima } from "../../src/calibrate/calibration-survey.ts";
import type { SearchState } from "../../src/calibrate/minimize.ts";
import { generateNetPfs } from "../../src/calibrate/net-pfs.ts";
import type { NetPfsOptions } from "../../src/calibrate/net-pfs-options.ts";
import { computePermeability } from "../../src/flow/permeability.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

const CONFIG: CalibrationConfig = {
  network: { preset: "sand", count: 200, size: 5e-3 },
  controls: [
    { name: "throatRadius", low: 0.05e-3, high: 0.3e-3 },
    { name: "neighbours", low: 2, high: 6 },
    { name: "poreSizeFactor", low: 0.5, high: 1.5 },
  ],
  targets: [
    { kind: "permeability", value: 8e-11 },
    { kind: "coordination", value: 4.4 },
    { kind: "porosity", value: 0.3 },
  ],
  clouds: 3,
  seed: 53,
};

const networkOf = ({ config, controls }: Calibration, seed: number) =>
  generateNetPfs({ ...config.network, ...controls, seed } as NetPfsOptions);

let kept: Calibration | undefined;
const reach = async () => (kept ??= await calibrate(device, CONFIG));

describe("a calibration", () => {
  it("reaches its targets, in the mean over clouds, as each cloud's own solve says", async () => {
    const calibration = await reach();
    expect(calibration.isReached).toBe(true);
    const networks = seedsOf(calibration.config).map((seed) => networkOf(calibration, seed));
    const mean = (values: number[]) => values.reduce((sum, v) => sum + v / values.length, 0);
    const permeabilities: number[] = [];
    for (const network of networks) {
      const { permeability } = await computePermeability(device, network, { closure: "hagen-poiseuille" });
      permeabilities.push(permeability.m2);
    }
    const coordination = mean(networks.map(({ poreCount, throatCount }) => (2 * throatCount) / poreCount));
    const volumes = (name: string) =>
      mean(networks.map((network) => network.numbers(name).reduce((sum, v) => sum + v, 0)));
    const porosity = (volumes("pore.volume") + volumes("throat.volume")) / 5e-3 ** 3;
    const found = [mean(permeabilities), coordination, porosity];
    calibration.targets.forEach(({ value, target, standardError }, t) => {
      expect(Math.abs(found[t]! / value - 1)).toBeLessThan(1e-5);
      expect(Math.abs(value / target.value - 1)).toBeLessThan(0.0101);
      expect(standardError).toBeGreaterThan(0);
    });
    const spread = Math.sqrt(mean(permeabilities.map((k) => (k - found[0]!) ** 2)) / 2);
    expect(calibration.targets[0]!.standardError / spread).toBeCloseTo(1, 3);
  });

  it("hands out the network of that cloud which is nearest to the targets", async () => {
    const calibration = await reach();
    const { network, networkSeed, config } = calibration;
    expect(seedsOf(config)).toContain(networkSeed);
    const own = networkOf(calibration, networkSeed);
    expect([network.poreCount, network.throatCount]).toEqual([own.poreCount, own.throatCount]);
    expect(network.numbers("throat.radius")).toEqual(own.numbers("throat.radius"));
  });

  it("takes a formation factor as target", async () => {
    const { isReached, network } = await calibrate(device, {
      ...CONFIG,
      clouds: 1,
      controls: CONFIG.controls.slice(0, 1),
      targets: [{ kind: "formation-factor", value: 150 }],
      network: { ...CONFIG.network, neighbours: 3 },
    });
    expect(isReached).toBe(true);
    const { formationFactor } = await computePermeability(device, network, { closure: "hagen-poiseuille" });
    expect(Math.abs(formationFactor! / 150 - 1)).toBeLessThan(0.0101);
  });

  it("survives an abort with its last state", async () => {
    const controller = new AbortController();
    const states: SearchState[] = [];
    const onState = (state: SearchState) => {
      states.push(state);
      if (states.length === 3) controller.abort(new Error("enough"));
    };
    const work = calibrate(device, CONFIG, { signal: controller.signal, onState });
    await expect(work).rejects.toThrow("enough");
    const resumed = await calibrate(device, CONFIG, { state: states.at(-1)! });
    expect(resumed.history).toEqual((await reach()).history);
  });

  it("is surveyed: surface, answers and optima go through what was found", async () => {
    const calibration = await calibrate(device, {
      network: { preset: "sand" },
      controls: [
        { name: "throatRadius", low: 0.05e-3, high: 0.3e-3 },
        { name: "distance", low: 0.7e-3, high: 1.8e-3 },
      ],
      targets: [
        { kind: "permeability", value: 2e-11 },
        { kind: "coordination", value: 2.5 },
      ],
      seed: 59,
    });
    const surface = krigeSurface(calibration)!;
    const nearest = (nodes: Float64Array, value: number) =>
      nodes.reduce(
        (best, node, k) => (Math.abs(node - value) < Math.abs(nodes[best]! - value) ? k : best),
        0,
      );
    const i = nearest(surface.x, calibration.controls.throatRadius!);
    const j = nearest(surface.y, calibration.controls.distance!);
    const here = surface.estimate[j * surface.x.length + i]!;
    const lower = surface.estimate.filter((J) => J < here).length;
    // The valley of the flow target alone takes some of the plane.
    expect(lower / surface.estimate.length).toBeLessThan(0.05);
    // An evaluated place is known, but for what lies between it and its node.
    expect(surface.deviation[j * surface.x.length + i]!).toBeLessThan(0.3 * Math.max(...surface.deviation));
    const responses = await measureResponses(device, calibration, { points: 9 });
    const [byRadius, byDistance] = responses as [(typeof responses)[0], (typeof responses)[0]];
    // Q = r⁴ f(d).
    byRadius.x.forEach((r, k) => {
      expect(byRadius.values[2 * k]! / byRadius.values[0]! / (r / byRadius.x[0]!) ** 4).toBeCloseTo(1, 9);
    });
    const flows = byDistance.x.map((_, k) => byDistance.values[2 * k]!);
    expect(flows).toEqual([...flows].sort((a, b) => a - b));
    const { distance, radius } = traceOptima(calibration, responses);
    expect(distance.length).toBe(flows.filter((k) => k > 0).length);
    const options = calibration.config.network as Omit<NetPfsOptions, "seed">;
    const at = {
      ...options,
      distance: distance.at(-1)!,
      throatRadius: radius.at(-1)!,
      seed: calibration.networkSeed,
    };
    const { permeability } = await computePermeability(device, generateNetPfs(at), {
      closure: "hagen-poiseuille",
    });
    expect(permeability.m2 / 2e-11).toBeCloseTo(1, 5);
  });
});
