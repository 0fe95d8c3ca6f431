/** The forward model against networks generated one by one and solved directly in float64. */
import { describe, expect, it } from "vitest";
import { drainNetwork } from "../../src/calibrate/drainage.ts";
import {
  createForwardModel,
  type ForwardModel,
  type ForwardModelOptions,
  type ForwardResult,
} from "../../src/calibrate/forward-model.ts";
import { SAND_CASE } from "../../src/calibrate/net-pfs-sand.ts";
import type { Target } from "../../src/calibrate/targets.ts";
import { NetworkError, OptionError } from "../../src/errors.ts";
import {
  type Axis,
  describeNetwork,
  electricalConductance,
  hydraulicConductance,
  type PoreNetwork,
  resolveFlowDomain,
} from "../../src/network/index.ts";
import { solveDirectly } from "../flow/direct-solver.ts";
import { relativeDifference } from "../flow/networks.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { useDevice } from "../support/device.ts";

const device = await useDevice();

const TARGETS: Target[] = [
  { kind: "permeability", value: 1e-10 },
  { kind: "permeability", axis: "y", value: 1e-10 },
  { kind: "permeability", axis: "z", value: 1e-10 },
  { kind: "formation-factor", value: 20 },
  { kind: "flow-rate", axis: "z", value: 1e-9, viscosity: 1, pressureDrop: 1e4 },
  { kind: "porosity", value: 0.4 },
  { kind: "coordination", value: 3 },
];

const NETWORK = { ...SAND_CASE.network, neighbours: 4 };

function make(options: Partial<ForwardModelOptions> = {}): ForwardModel {
  return createForwardModel(device, {
    network: NETWORK,
    controls: [
      { name: "throatRadius", low: 0.05e-3, high: 0.3e-3 },
      { name: "distance", low: 0.7e-3, high: 1.4e-3 },
    ],
    targets: TARGETS,
    seeds: [401, 402],
    ...options,
  });
}

/** The targets of one network, with no code of the forward model's. */
function measureDirectly(network: PoreNetwork): number[] {
  const along = (axis: Axis, conductance: Float64Array) => {
    const domain = resolveFlowDomain(network, { axis });
    return { ...domain, flowRate: solveDirectly(domain, conductance).flowRate };
  };
  const hydraulic = hydraulicConductance(network, { viscosity: 1 }).values;
  const k = (axis: Axis) => {
    const { flowRate, length, area } = along(axis, hydraulic);
    return (flowRate * length) / area;
  };
  const current = along("x", electricalConductance(network)!);
  const { coordination, porosity } = describeNetwork(network);
  const conductivity = (current.flowRate * current.length) / current.area;
  return [
    k("x"),
    k("y"),
    k("z"),
    conductivity,
    along("z", hydraulic).flowRate * 1e4,
    porosity!,
    coordination.mean,
  ];
}

function cloudValue(model: ForwardModel, result: ForwardResult, c: number, t: number, s: number): number {
  return result.cloudValues[(c * model.targets.length + t) * model.seeds.length + s]!;
}

/** Largest relative difference of all values from those of generated networks. */
async function compare(model: ForwardModel, candidates: readonly number[][]): Promise<number> {
  const result = await model.evaluate(candidates);
  let worst = 0;
  candidates.forEach((candidate, c) => {
    model.seeds.forEach((seed, s) => {
      measureDirectly(model.network(candidate, seed)).forEach((expected, t) => {
        const found = cloudValue(model, result, c, t, s);
        worst = Math.max(worst, expected === 0 ? Math.abs(found) : relativeDifference(found, expected));
      });
    });
  });
  return worst;
}

describe("the forward model", () => {
  it("gives what a direct solve gives of each candidate's network", async () => {
    using model = make();
    const candidates = [
      [0.17e-3, 1.2e-3],
      [0.08e-3, 0.85e-3],
      [0.3e-3, 1.4e-3],
      [0.11e-3, 1.03e-3],
      [0.05e-3, 0.7e-3],
    ];
    expect(await compare(model, candidates)).toBeLessThan(1e-6);
  });

  it("does so for radii of all spreads, and any number of neighbours", async () => {
    using model = make({
      controls: [
        { name: "throatRadius", low: 0.05e-3, high: 0.3e-3 },
        { name: "throatRadiusSpread", low: 0, high: 1 },
        { name: "neighbours", low: 1, high: 6 },
      ],
    });
    const candidates = [
      [0.17e-3, 0, 2.7],
      [0.17e-3, 0.005, 3],
      [0.1e-3, 0.3, 5.5],
      [0.2e-3, 0.7, 4.2],
      [0.2e-3, 1, 6],
    ];
    expect(await compare(model, candidates)).toBeLessThan(1e-6);
  });

  it("does so for other numbers and sizes of pores, each a cloud of its own", async () => {
    const { count: _, ...network } = NETWORK;
    using model = make({
      network,
      controls: [
        { name: "totalVolume", low: 4e-8, high: 9e-8 },
        { name: "poreSizeFactor", low: 0.9, high: 1.3 },
        { name: "distance", low: 0.8e-3, high: 1.4e-3 },
      ],
      seeds: [403],
    });
    const candidates = [
      [4e-8, 0.9, 1.2e-3],
      [9e-8, 1.1, 1.1e-3],
      [7e-8, 1.3, 1.4e-3],
      [7e-8, 1, 0.9e-3],
    ];
    expect(await compare(model, candidates)).toBeLessThan(1e-6);
    expect(new Set(candidates.map((each) => model.network(each).poreCount)).size).toBe(4);
  });

  it("does so for throats within a distance whatever their number, and radii of any distribution", async () => {
    const { neighbours: _, ...network } = NETWORK;
    using model = make({
      network: { ...network, throatRadius: { kind: "lognormal", median: 0.1e-3, sigma: 0.4 } },
      controls: [{ name: "distance", low: 0.7e-3, high: 1.3e-3 }],
    });
    expect(await compare(model, [[0.75e-3], [1e-3], [1.3e-3]])).toBeLessThan(1e-6);
  });

  it("solves networks too large for one workgroup, in parts", async () => {
    const count = 4200;
    using model = make({
      network: { ...NETWORK, count, size: 6e-3 * Math.cbrt(count / 354), throatRadiusSpread: 0.4 },
      targets: TARGETS,
      seeds: [405],
    });
    const candidates = [
      [0.17e-3, 1.2e-3],
      [0.1e-3, 0.95e-3],
    ];
    expect(await compare(model, candidates)).toBeLessThan(1e-6);
    const { solves } = await model.evaluate(candidates.map(([r, d]) => [1.3 * r!, d!]));
    expect(solves).toBe(0);
  });

  it("solves nothing where only the radius changes, exactly", async () => {
    for (const throatRadiusSpread of [0, 0.5]) {
      using model = make({ network: { ...NETWORK, throatRadiusSpread } });
      const first = await model.evaluate([[0.1e-3, 1.1e-3]]);
      // Three axes and, where radii differ, another system for the current; two clouds.
      expect(first.solves).toBe(throatRadiusSpread > 0 ? 8 : 6);
      const radii = [0.05e-3, 0.123e-3, 0.3e-3];
      const second = await model.evaluate(radii.map((r) => [r, 1.1e-3]));
      expect(second.solves).toBe(0);
      expect(
        await compare(
          model,
          radii.map((r) => [r, 1.1e-3]),
        ),
      ).toBeLessThan(1e-6);
      radii.forEach((r, c) => {
        expect(second.values[c * 7]! / first.values[0]!).toBeCloseTo((r / 0.1e-3) ** 4, 9);
        expect(second.values[c * 7 + 3]! / first.values[3]!).toBeCloseTo((0.1e-3 / r) ** 2, 9);
      });
    }
  });

  it("leaves a curve of optima to a single flow target: r(d) = r (K / K(r, d))^(1/4) at any distance", async () => {
    using model = make({ targets: [{ kind: "permeability", value: 3e-11 }] });
    const distances = [0.9e-3, 1e-3, 1.1e-3, 1.25e-3, 1.4e-3];
    const { values } = await model.evaluate(distances.map((d) => [0.1e-3, d]));
    const radii = distances.map((_, c) => 0.1e-3 * (3e-11 / values[c]!) ** 0.25);
    const onCurve = await model.evaluateMisfits(distances.map((d, c) => [radii[c]!, d]));
    expect(onCurve.solves).toBe(0);
    for (const misfit of onCurve.misfits) expect(misfit).toBeLessThan(1e-20);
    expect(radii[0]! / radii[4]!).toBeGreaterThan(1.05);
  });

  it("solves once what candidates share, and each step of the staircase of distances once", async () => {
    using model = make({ targets: [TARGETS[0]!], seeds: [407] });
    const twice = await model.evaluate([
      [0.1e-3, 1.1e-3],
      [0.2e-3, 1.1e-3],
      [0.2e-3, 1.1e-3 + 1e-12],
    ]);
    expect(twice.solves).toBe(1);
    const distances = Array.from({ length: 40 }, (_, k) => 0.9e-3 + 0.0125e-3 * k);
    const { values } = await model.evaluate(distances.map((d) => [0.1e-3, d]));
    for (let k = 1; k < values.length; k++)
      expect(values[k]!).toBeGreaterThanOrEqual(values[k - 1]! * (1 - 1e-7));
  });

  it("gives the same bits for a candidate whichever batch it is in", async () => {
    const candidates = Array.from({ length: 24 }, (_, k) => [0.1e-3, 0.8e-3 + 0.025e-3 * k]);
    using together = make({ network: { ...NETWORK, throatRadiusSpread: 0.3 } });
    using apart = make({ network: { ...NETWORK, throatRadiusSpread: 0.3 } });
    const all = await together.evaluate(candidates);
    for (let c = candidates.length - 1; c >= 0; c -= 5) {
      const own = await apart.evaluate([candidates[c]!]);
      expect([...own.cloudValues]).toEqual([...all.cloudValues.slice(c * 14, (c + 1) * 14)]);
    }
  });

  it("averages over clouds and says how they scatter", async () => {
    using model = make({ seeds: [411, 412, 413, 414] });
    const result = await model.evaluate([[0.17e-3, 1.2e-3]]);
    const each = [0, 1, 2, 3].map((s) => cloudValue(model, result, 0, 0, s));
    const mean = each.reduce((sum, v) => sum + v / 4, 0);
    const error = Math.sqrt(each.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 12);
    expect(result.values[0]! / mean).toBeCloseTo(1, 12);
    expect(result.standardErrors[0]! / error).toBeCloseTo(1, 10);
    expect(error / mean).toBeGreaterThan(0.02);
    const conductivities = [0, 1, 2, 3].map((s) => cloudValue(model, result, 0, 3, s));
    expect(result.values[3]! * (conductivities.reduce((sum, v) => sum + v, 0) / 4)).toBeCloseTo(1, 12);
    const { misfits, misfitErrors } = await model.evaluateMisfits([[0.17e-3, 1.2e-3]]);
    const expected = TARGETS.reduce((sum, { value }, t) => sum + Math.log(result.values[t]! / value) ** 2, 0);
    expect(misfits[0]! / expected).toBeCloseTo(1, 12);
    expect(misfitErrors[0]).toBeGreaterThan(0);
    expect(await model.objective([[0.17e-3, 1.2e-3]])).toEqual([...misfits]);
    using alone = make({ seeds: [411] });
    expect((await alone.evaluate([[0.17e-3, 1.2e-3]])).standardErrors[0]).toBeNaN();
  });

  it("tells where nothing flows, with a finite misfit", async () => {
    using model = make({ controls: [{ name: "distance", low: 0.3e-3, high: 1.4e-3 }] });
    const found = await model.evaluateMisfits([[0.4e-3], [1.3e-3], [0.5e-3]]);
    expect(found.statuses).toEqual(["not-percolating", "converged", "not-percolating"]);
    expect(found.values[0]).toBe(0);
    expect(found.values[3]).toBe(Infinity);
    expect(found.values[6]).toBeGreaterThan(0);
    expect(found.misfits[0]).toBeGreaterThan(5 * (6 * Math.LN10) ** 2);
    expect(found.misfits[0]).toBeLessThan(6 * (6 * Math.LN10) ** 2);
    expect(found.misfits[1]).toBeLessThan(found.misfits[2]!);
    const { statuses } = await model.evaluate(Array.from({ length: 60 }, (_, k) => [0.6e-3 + 0.006e-3 * k]));
    expect(new Set(statuses)).toEqual(new Set(["not-percolating", "partly-percolating", "converged"]));
  });

  it("refuses targets that no candidate reaches because nothing flows", () => {
    const close = { controls: [{ name: "distance", low: 0.3e-3, high: 0.5e-3 }] } as const;
    expect(() => make(close)).toThrow(NetworkError);
    expect(() => make(close)).toThrow(
      /Nothing flows along x in any of 2 clouds, with throats of up to 0.0005 m/,
    );
    // Without a target of flow there is nothing to refuse.
    make({ ...close, targets: [{ kind: "coordination", value: 2 }] }).destroy();
  });

  it("goes beyond its bounds, and drains", async () => {
    using model = make({
      targets: [
        { kind: "saturation", pressure: 900, value: 0.5 },
        { kind: "capillary-pressure", saturation: 0.5, value: 900, trapping: true, axis: "y" },
        { kind: "permeability", value: 1e-10 },
      ],
      seeds: [415],
    });
    const candidates = [
      [0.17e-3, 1.2e-3],
      [0.085e-3, 1.2e-3],
      [0.17e-3, 1.6e-3],
    ];
    const result = await model.evaluate(candidates);
    candidates.forEach((candidate, c) => {
      const network = model.network(candidate);
      expect(result.values[3 * c]).toBeCloseTo(drainNetwork(network).saturationAt(900), 12);
      const trapped = drainNetwork(network, { axis: "y", trapping: true });
      expect(result.values[3 * c + 1]! / trapped.pressureAt(0.5)).toBeCloseTo(1, 12);
      const domain = resolveFlowDomain(network, { axis: "x" });
      const { flowRate } = solveDirectly(domain, hydraulicConductance(network, { viscosity: 1 }).values);
      expect(relativeDifference(result.values[3 * c + 2]!, flowRate / 6e-3)).toBeLessThan(1e-6);
    });
    expect(result.values[0]).toBeLessThan(result.values[3]!);
  });

  it("stops when told to, goes on afterwards, and leaves nothing behind", async () => {
    const buffers = countBuffers(device);
    try {
      const model = make();
      const stopped = new AbortController();
      stopped.abort(new Error("enough"));
      await expect(model.evaluate([[0.1e-3, 1.1e-3]], { signal: stopped.signal })).rejects.toThrow("enough");
      const told: number[] = [];
      const onProgress = ({ solved }: { solved: number }) => told.push(solved);
      const [first, second] = await Promise.all([
        model.evaluate([[0.1e-3, 1.1e-3]], { onProgress }),
        model.evaluate([[0.1e-3, 1.1e-3]]),
      ]);
      expect(told.at(-1)).toBe(6);
      expect([first!.solves, second!.solves]).toEqual([6, 0]);
      model.destroy();
      expect(buffers.count).toBe(0);
    } finally {
      buffers.stop();
    }
  });

  it.each([
    [{ controls: [] }, /There are no controls/],
    [
      { controls: [{ name: "distance", low: 2e-3, high: 1e-3 }] },
      /distance is to lie between 0.002 and 0.001/,
    ],
    [{ controls: [{ name: "length", low: 1, high: 2 }] }, /name is "length"/],
    [
      {
        controls: [
          { name: "distance", low: 1e-3, high: 2e-3 },
          { name: "distance", low: 1e-3, high: 2e-3 },
        ],
      },
      /distance comes twice/,
    ],
    [{ controls: [{ name: "throatRadiusSpread", low: 0, high: 2 }] }, /Stay from 0 to 1/],
    [{ targets: [] }, /There are no targets/],
    [{ targets: [{ kind: "porosity", value: 40 }] }, /porosity.value is 40/],
    [{ targets: [{ kind: "permeability", value: -1 }] }, /permeability.value is -1/],
    [{ targets: [{ kind: "permeability", value: 1e-12, pressure: 3 }] }, /no option "pressure"/],
    [{ targets: [{ kind: "tortuosity", value: 1 }] }, /kind is "tortuosity"/],
    [{ seeds: [] }, /seeds are/],
    [{ seeds: [7, 7] }, /seeds are 7,7/],
    [{ seed: 7 }, /no option "seed"/],
  ])("refuses %j", (change, message) => {
    expect(() => make(change as never)).toThrow(OptionError);
    expect(() => make(change as never)).toThrow(message);
  });

  it("refuses candidates that make no sense, naming them", async () => {
    using model = make();
    await expect(model.evaluate([[0.1e-3, 1e-3], [0.1e-3]])).rejects.toThrow(
      /Candidate 1 holds 1 numbers for 2/,
    );
    await expect(model.evaluate([[Number.NaN, 1e-3]])).rejects.toThrow(/throatRadius of candidate 0 is NaN/);
  });
});
