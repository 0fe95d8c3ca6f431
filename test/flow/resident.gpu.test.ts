/** Flow that stays on the device: permeabilities, pressures, gradients and adjoints against direct solves in float64. */
import { describe, expect, it } from "vitest";
import type { LimitError } from "../../src/errors.ts";
import type { FlowCase } from "../../src/flow/flow-system.ts";
import { ResidentFlow } from "../../src/flow/resident-flow.ts";
import { readBuffer } from "../../src/gpu/readback.ts";
import { generateCubic, generateRandom } from "../../src/network/index.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { withLimit } from "../gpu/with-limit.ts";
import { makeRandom } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";
import { solveDirectly } from "./direct-solver.ts";
import {
  caseOf,
  largestDifference,
  readBerea,
  relativeDifference,
  SKETCHED,
  sketchNetwork,
} from "./networks.ts";

const device = await useDevice();

function drawCases(): FlowCase[] {
  const lattices = [3, 6, 2].map((size, k) => generateCubic({ size, sigma: 1, seed: 907 + k }));
  const random = [40, 150].map((count, k) =>
    generateRandom({ count, connect: { kind: "nearest", k: 4 }, seed: 911 + k }),
  );
  const straight = sketchNetwork(
    3,
    [
      [0, 1, 2e-13],
      [1, 2, 3e-13],
      [0, 2, 5e-14],
    ],
    [0],
    [2],
  );
  return [
    ...[...lattices, ...random].flatMap((network) => [caseOf(network), caseOf(network, { axis: "z" })]),
    caseOf(straight, SKETCHED),
  ];
}

const joined = (cases: readonly FlowCase[]) =>
  Float32Array.from(cases.flatMap((each) => [...each.conductance]));

async function readFloats(buffer: GPUBuffer, count: number): Promise<Float32Array> {
  return new Float32Array(await readBuffer(device, buffer)).subarray(0, count);
}

/** What `submit` leaves on the device. */
async function solve(flow: ResidentFlow, conductances: Float32Array<ArrayBuffer>) {
  device.gpu.queue.writeBuffer(flow.buffers.conductance, 0, conductances);
  flow.submit();
  return {
    permeability: await readFloats(flow.buffers.permeability, flow.systems.length),
    pressure: await readFloats(flow.buffers.pressure, flow.poreStart.at(-1)!),
    drop: await readFloats(flow.buffers.drop, flow.throatStart.at(-1)!),
    reports: await flow.readReports(),
  };
}

const factorOf = ({ domain }: FlowCase) => (1e-3 * domain.length) / domain.area;

describe("flow on the device", () => {
  it("has each network's permeability, pressures and gradient", async () => {
    const cases = drawCases();
    using flow = await ResidentFlow.create(
      device,
      cases.map(({ domain }) => domain),
    );
    const found = await solve(flow, joined(cases));
    cases.forEach((each, s) => {
      const direct = solveDirectly(each.domain, Float32Array.from(each.conductance));
      expect([s, found.reports[s]!.status]).toEqual([s, "converged"]);
      expect(found.reports[s]!.relativeResidual).toBeLessThanOrEqual(1e-6);
      expect(relativeDifference(found.permeability[s]!, factorOf(each) * direct.flowRate)).toBeLessThan(2e-6);
      const pressures = direct.pressures.map((p) => (Number.isNaN(p) ? 0 : p));
      const own = found.pressure.subarray(flow.poreStart[s]!, flow.poreStart[s + 1]!);
      expect(largestDifference(own, pressures)).toBeLessThan(5e-5);
      const drops = direct.throatFlows.map((q, e) => q / each.conductance[e]! || 0);
      const ownDrops = found.drop.subarray(flow.throatStart[s]!, flow.throatStart[s + 1]!);
      expect(largestDifference(ownDrops, drops)).toBeLessThan(5e-5);
      const sum = ownDrops.reduce((total, d, e) => total + each.conductance[e]! * d * d, 0);
      expect(relativeDifference(sum, direct.flowRate)).toBeLessThan(1e-6);
    });
  });

  it("solves large systems, too many rows for one workgroup", async () => {
    const berea = await readBerea();
    const cases = [caseOf(generateCubic({ size: 18, sigma: 2, seed: 919 })), caseOf(berea)];
    using flow = await ResidentFlow.create(
      device,
      cases.map(({ domain }) => domain),
    );
    const { permeability, reports } = await solve(flow, joined(cases));
    expect(reports.map(({ status }) => status)).toEqual(["converged", "converged"]);
    const direct = solveDirectly(cases[0]!.domain, cases[0]!.conductance);
    expect(relativeDifference(permeability[0]!, factorOf(cases[0]!) * direct.flowRate)).toBeLessThan(2e-6);
    expect(relativeDifference(permeability[1]!, 1.472430492099183e-12)).toBeLessThan(2e-6);
  }, 120_000);

  it("solves anew for new conductances, and repeats bit for bit", async () => {
    const cases = drawCases();
    using flow = await ResidentFlow.create(
      device,
      cases.map(({ domain }) => domain),
    );
    const first = await solve(flow, joined(cases));
    const doubled = await solve(
      flow,
      joined(cases).map((g) => 2 * g),
    );
    const again = await solve(flow, joined(cases));
    expect(again).toEqual(first);
    expect([...doubled.permeability]).toEqual([...first.permeability].map((k) => 2 * k));
  });

  it("tells each system's status, and lets none spoil the others", async () => {
    const cases = drawCases();
    using flow = await ResidentFlow.create(
      device,
      cases.map(({ domain }) => domain),
    );
    const sound = await solve(flow, joined(cases));
    const conductances = joined(cases);
    const carrying = (s: number) => flow.throatStart[s]! + flow.systems[s]!.throatOfEdge[3]!;
    conductances[carrying(1)] = Number.NaN;
    conductances[carrying(3)] = -1e-13;
    conductances.fill(0, flow.throatStart[4]!, flow.throatStart[5]!);
    const found = await solve(flow, conductances);
    cases.forEach((_, s) => {
      if (s === 1 || s === 3) {
        expect([s, found.reports[s]!.status, found.permeability[s]]).toEqual([s, "non-finite", Number.NaN]);
      } else if (s === 4) {
        expect(found.permeability[s]).toBe(0);
      } else {
        expect([s, found.permeability[s]]).toEqual([s, sound.permeability[s]]);
        expect(found.reports[s]).toEqual(sound.reports[s]);
      }
    });
  });

  it("gives the gradient of any function of pressures, checked by finite differences in float64", async () => {
    const cases = drawCases().slice(2, 9);
    using flow = await ResidentFlow.create(
      device,
      cases.map(({ domain }) => domain),
    );
    const conductances = joined(cases);
    await solve(flow, conductances);
    const random = makeRandom(929);
    // Sizes far apart, and one system without any.
    const wanted = Float32Array.from({ length: flow.poreStart.at(-1)! }, () => random() - 0.5);
    wanted.fill(0, flow.poreStart[1]!, flow.poreStart[2]!);
    for (let i = flow.poreStart[2]!; i < flow.poreStart[3]!; i++) wanted[i]! *= 1e-9;
    device.gpu.queue.writeBuffer(flow.buffers.pressureGradient, 0, wanted);
    flow.submitAdjoint();
    const gradient = await readFloats(flow.buffers.gradient, flow.throatStart.at(-1)!);
    cases.forEach(({ domain }, s) => {
      const weight = wanted.subarray(flow.poreStart[s]!, flow.poreStart[s + 1]!);
      const g = Float64Array.from(conductances.subarray(flow.throatStart[s]!, flow.throatStart[s + 1]!));
      const measure = (values: Float64Array) =>
        solveDirectly(domain, values).pressures.reduce((sum, p, i) => sum + (p > 0 ? p * weight[i]! : 0), 0);
      const own = gradient.subarray(flow.throatStart[s]!, flow.throatStart[s + 1]!);
      const largest = own.reduce((most, value, e) => Math.max(most, Math.abs(value * g[e]!)), 0);
      if (s === 1) expect(largest).toBe(0);
      for (const e of [0, 3, 7, 11].filter((k) => k < g.length)) {
        const step = 1e-4 * g[e]!;
        const [up, down] = [1, -1].map((sign) => measure(g.map((x, k) => (k === e ? x + sign * step : x))));
        const expected = (up! - down!) / 2e-4;
        expect(Math.abs(own[e]! * g[e]! - expected)).toBeLessThanOrEqual(1e-5 * largest);
      }
    });
  });

  it("leaves nothing behind", async () => {
    const buffers = countBuffers(device);
    try {
      const flow = await ResidentFlow.create(
        device,
        drawCases().map(({ domain }) => domain),
      );
      flow.submit();
      flow.destroy();
      expect(buffers.count).toBe(0);
    } finally {
      buffers.stop();
    }
  });
});

describe("a network whose matrix does not fit one binding", () => {
  it("is refused with the numbers, before anything is allocated", async () => {
    const { domain } = caseOf(generateCubic({ size: 20, sigma: 1, seed: 977 }));
    const buffers = countBuffers(device);
    try {
      const create = (bytes: number) =>
        ResidentFlow.create(withLimit(device, "maxStorageBufferBindingSize", bytes), [domain]);
      const refused = create(100_000);
      await expect(refused).rejects.toMatchObject({ name: "LimitError", available: 100_000 });
      // Inner pores are 18 x 20 x 20; each has six neighbours, but for those on the four sides along the flow.
      const entries = 6 * 7200 - 4 * 18 * 20;
      const { needed } = (await refused.catch((error: unknown) => error)) as LimitError;
      expect(needed).toBeGreaterThanOrEqual(4 * entries);
      expect(needed).toBeLessThan(4 * 1.05 * entries);
      expect(buffers.created).toBe(0);
      using flow = await create(250_000);
      expect(flow.systems).toHaveLength(1);
    } finally {
      buffers.stop();
    }
  });
});
