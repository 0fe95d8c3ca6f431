/** Flow that stays on the device, large systems preconditioned by multigrid: against direct solves and Jacobi. */
import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import type { FlowCase } from "../../src/flow/flow-system.ts";
import { ResidentFlow, type ResidentFlowOptions } from "../../src/flow/resident-flow.ts";
import { readBuffer } from "../../src/gpu/readback.ts";
import { generateCubic, generateRandom } from "../../src/network/index.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { makeRandom } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";
import { solveDirectly } from "./direct-solver.ts";
import { caseOf, largestDifference, relativeDifference } from "./networks.ts";

const device = await useDevice();

/** Of sizes far apart. */
function drawCases(): FlowCase[] {
  return [
    caseOf(generateCubic({ size: 11, sigma: 2, seed: 1009 })),
    caseOf(generateCubic({ size: 3, sigma: 1, seed: 1013 })),
    caseOf(generateRandom({ count: 700, connect: { kind: "nearest", k: 5 }, seed: 1019 }), { axis: "y" }),
  ];
}

const joined = (cases: readonly FlowCase[]) =>
  Float32Array.from(cases.flatMap(({ conductance }) => [...conductance]));

/** Each times exp(spread · normal). */
function drift(conductances: Float32Array, spread: number, seed: number): Float32Array<ArrayBuffer> {
  const random = makeRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Float32Array.from(conductances, (g) => g * Math.exp(spread * normal()));
}

const createFlow = (cases: readonly FlowCase[], options: ResidentFlowOptions = {}) =>
  ResidentFlow.create(
    device,
    cases.map(({ domain }) => domain),
    options,
  );

const MULTIGRID = { preconditioner: { kind: "multigrid" } } as const;

async function readFloats(buffer: GPUBuffer, count: number): Promise<Float32Array> {
  return new Float32Array(await readBuffer(device, buffer)).slice(0, count);
}

function setConductances({ buffers }: ResidentFlow, conductances: Float32Array<ArrayBuffer>): void {
  device.gpu.queue.writeBuffer(buffers.conductance, 0, conductances);
}

async function readAnswer({ buffers, systems, poreStart }: ResidentFlow) {
  return {
    permeability: await readFloats(buffers.permeability, systems.length),
    pressure: await readFloats(buffers.pressure, poreStart.at(-1)!),
  };
}

async function solveAdjoint(flow: ResidentFlow, wanted: Float32Array<ArrayBuffer>): Promise<Float32Array> {
  device.gpu.queue.writeBuffer(flow.buffers.pressureGradient, 0, wanted);
  flow.submitAdjoint();
  return readFloats(flow.buffers.gradient, flow.throatStart.at(-1)!);
}

async function expectAnswer(flow: ResidentFlow, cases: readonly FlowCase[], conductances: Float32Array) {
  const { permeability, pressure } = await readAnswer(flow);
  cases.forEach(({ domain }, s) => {
    const own = Float32Array.from(conductances.subarray(flow.throatStart[s]!, flow.throatStart[s + 1]!));
    const { flowRate, pressures } = solveDirectly(domain, own);
    const expected = (1e-3 * domain.length * flowRate) / domain.area;
    expect(relativeDifference(permeability[s]!, expected)).toBeLessThan(3e-6);
    const part = pressure.subarray(flow.poreStart[s]!, flow.poreStart[s + 1]!);
    expect(
      largestDifference(
        part,
        pressures.map((p) => (Number.isNaN(p) ? 0 : p)),
      ),
    ).toBeLessThan(1e-4);
  });
}

const statusesOf = async (flow: ResidentFlow) => (await flow.readReports()).map(({ status }) => status);
const ALL = ["converged", "converged", "converged"];

describe.each(["host", "device"] as const)("a hierarchy built on the %s", (setup) => {
  it("is fitted once and serves while conductances drift", async () => {
    const cases = drawCases();
    using flow = await createFlow(cases, { preconditioner: { kind: "multigrid", setup } });
    expect(flow.describePreconditioner()).toBeUndefined();
    const before = flow.byteLength;
    let conductances = joined(cases);
    setConductances(flow, conductances);
    expect(await flow.fitPreconditioner()).toBe("built");
    expect(flow.describePreconditioner()).toMatchObject({ setup, isBottomExact: true });
    expect(flow.byteLength).toBeGreaterThan(before);
    await expectAnswer(flow, cases, conductances);
    for (const seed of [1021, 1031, 1033]) {
      conductances = drift(conductances, 0.01, seed);
      setConductances(flow, conductances);
      flow.submit();
      expect(await statusesOf(flow)).toEqual(ALL);
      // Jacobi takes 140 for the first.
      for (const { iterations } of await flow.readReports()) expect(iterations).toBeLessThan(14);
      expect(await flow.fitPreconditioner()).toBe("kept");
      await expectAnswer(flow, cases, conductances);
    }
  });

  it("is fitted anew, and mends the answer, where conductances have become others altogether", async () => {
    const cases = drawCases();
    // Over so many decades a residual of 1e-6 leaves much of a permeability's error.
    const preconditioner = { kind: "multigrid", setup } as const;
    using flow = await createFlow(cases, { preconditioner, tolerance: 1e-9, refinements: 5 });
    setConductances(flow, joined(cases));
    await flow.fitPreconditioner();
    const others = drift(joined(cases), 6, 1039);
    setConductances(flow, others);
    flow.submit();
    expect(await statusesOf(flow)).toContain("max-iterations");
    expect(["updated", "built"]).toContain(await flow.fitPreconditioner());
    expect(await statusesOf(flow)).toEqual(ALL);
    await expectAnswer(flow, cases, others);
    expect(await flow.fitPreconditioner()).toBe("kept");
  });
});

describe("an old hierarchy", () => {
  it("still solves after changes by a factor of two", async () => {
    const cases = drawCases();
    using flow = await createFlow(cases, MULTIGRID);
    setConductances(flow, joined(cases));
    await flow.fitPreconditioner();
    const changed = drift(joined(cases), Math.LN2, 1049);
    setConductances(flow, changed);
    flow.submit();
    expect(await statusesOf(flow)).toEqual(ALL);
    await expectAnswer(flow, cases, changed);
  });

  it("is renewed when solves have taken too long in all", async () => {
    const cases = drawCases();
    using flow = await createFlow(cases, MULTIGRID);
    setConductances(flow, joined(cases));
    await flow.fitPreconditioner();
    const changed = drift(joined(cases), 0.6, 1051);
    setConductances(flow, changed);
    const fits: string[] = [];
    while (fits.at(-1) !== "updated" && fits.length < 20) {
      flow.submit();
      fits.push(await flow.fitPreconditioner());
    }
    expect(fits.length).toBeGreaterThan(1);
    expect(fits.slice(0, -1)).toEqual(fits.slice(0, -1).fill("kept"));
    expect(fits.at(-1)).toBe("updated");
    const [old] = await flow.readReports();
    for (let k = 0; k < 6; k++) {
      flow.submit();
      expect(await flow.fitPreconditioner()).toBe("kept");
    }
    expect((await flow.readReports())[0]!.iterations).toBeLessThanOrEqual(old!.iterations);
  });
});

describe("gradients with multigrid", () => {
  it("are those of finite differences in float64, with an old hierarchy too", async () => {
    const cases = drawCases();
    using flow = await createFlow(cases, { ...MULTIGRID, tolerance: 1e-8, refinements: 5 });
    setConductances(flow, joined(cases));
    await flow.fitPreconditioner();
    const conductances = drift(joined(cases), 0.2, 1063);
    setConductances(flow, conductances);
    flow.submit();
    const random = makeRandom(1061);
    const wanted = Float32Array.from({ length: flow.poreStart.at(-1)! }, () => random() - 0.5);
    const gradient = await solveAdjoint(flow, wanted);
    cases.forEach(({ domain }, s) => {
      const weight = wanted.subarray(flow.poreStart[s]!, flow.poreStart[s + 1]!);
      const g = Float64Array.from(conductances.subarray(flow.throatStart[s]!, flow.throatStart[s + 1]!));
      const measure = (values: Float64Array) =>
        solveDirectly(domain, values).pressures.reduce((sum, p, i) => sum + (p > 0 ? p * weight[i]! : 0), 0);
      const own = gradient.subarray(flow.throatStart[s]!, flow.throatStart[s + 1]!);
      const sizes = own.map((value, e) => Math.abs(value * g[e]!));
      const largest = Math.max(...sizes);
      for (const e of [sizes.indexOf(largest), 3, g.length >> 1]) {
        const [up, down] = [1, -1].map((sign) =>
          measure(g.map((x, k) => (k === e ? x * (1 + sign * 1e-4) : x))),
        );
        const expected = (up! - down!) / 2e-4;
        expect(Math.abs(own[e]! * g[e]! - expected)).toBeLessThan(1e-5 * largest);
      }
    });
  });
});

describe("fitting", () => {
  it("repeats bit for bit", async () => {
    const cases = drawCases();
    const answers = [];
    for (let run = 0; run < 2; run++) {
      using flow = await createFlow(cases, MULTIGRID);
      const own = [];
      for (const [k, spread] of [0, 0.3, 6, 0.1].entries()) {
        setConductances(flow, drift(joined(cases), spread, 1069 + k));
        if (k > 0) flow.submit();
        own.push(await readAnswer(flow), await flow.fitPreconditioner());
      }
      answers.push(own);
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  it("is left out where no system is large", async () => {
    using flow = await createFlow(drawCases());
    setConductances(flow, joined(drawCases()));
    const before = flow.byteLength;
    expect(await flow.fitPreconditioner()).toBe("kept");
    expect([flow.byteLength, flow.describePreconditioner()]).toEqual([before, undefined]);
  });

  it("is the default where a system is too large for one workgroup", async () => {
    const cases = [caseOf(generateCubic({ size: 17, sigma: 2, seed: 1087 })), drawCases()[1]!];
    using flow = await createFlow(cases);
    setConductances(flow, joined(cases));
    flow.submit();
    const [byJacobi] = await flow.readReports();
    const { permeability: expected } = await readAnswer(flow);
    expect(await flow.fitPreconditioner()).toBe("built");
    flow.submit();
    const [byMultigrid] = await flow.readReports();
    expect(byMultigrid!.status).toBe("converged");
    expect(byMultigrid!.iterations).toBeLessThan(byJacobi!.iterations / 10);
    const { permeability } = await readAnswer(flow);
    permeability.forEach((value, s) => {
      expect(relativeDifference(value, expected[s]!)).toBeLessThan(3e-6);
    });
  }, 60_000);

  it("gives way to Jacobi where there is nothing to coarsen", async () => {
    const cases = drawCases().slice(1, 2);
    using flow = await createFlow(cases, MULTIGRID);
    setConductances(flow, joined(cases));
    expect(await flow.fitPreconditioner()).toBe("jacobi");
    flow.submit();
    expect(await statusesOf(flow)).toEqual(["converged"]);
    await expectAnswer(flow, cases, joined(cases));
    expect(await flow.fitPreconditioner()).toBe("jacobi");
  });

  it("lets a system that makes no sense spoil none of the others", async () => {
    const cases = drawCases();
    using flow = await createFlow(cases, MULTIGRID);
    const conductances = joined(cases);
    conductances[flow.throatStart[2]! + flow.systems[2]!.throatOfEdge[3]!] = Number.NaN;
    setConductances(flow, conductances);
    expect(await flow.fitPreconditioner()).toBe("built");
    flow.submit();
    expect(await statusesOf(flow)).toEqual(["converged", "converged", "non-finite"]);
    const { permeability } = await readAnswer(flow);
    expect(permeability[2]).toBe(Number.NaN);
    const { flowRate } = solveDirectly(cases[0]!.domain, Float32Array.from(cases[0]!.conductance));
    const { length, area } = cases[0]!.domain;
    expect(relativeDifference(permeability[0]!, (1e-3 * length * flowRate) / area)).toBeLessThan(3e-6);
  });

  it("can be aborted, and begins again", async () => {
    const cases = drawCases();
    using flow = await createFlow(cases, MULTIGRID);
    setConductances(flow, joined(cases));
    const controller = new AbortController();
    const fit = flow.fitPreconditioner({ signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(fit).rejects.toThrow("enough");
    flow.submit();
    expect(await statusesOf(flow)).toEqual(ALL);
    expect(await flow.fitPreconditioner()).toBe("built");
  });

  it("leaves nothing behind", async () => {
    const buffers = countBuffers(device);
    try {
      const cases = drawCases();
      const flow = await createFlow(cases, MULTIGRID);
      for (const spread of [0, 6]) {
        setConductances(flow, drift(joined(cases), spread, 1091));
        if (spread > 0) flow.submit();
        await flow.fitPreconditioner();
      }
      flow.destroy();
      expect(buffers.count).toBe(0);
    } finally {
      buffers.stop();
    }
  });

  it("tells a caller who destroys the flow meanwhile, and leaves nothing behind", async () => {
    const buffers = countBuffers(device);
    try {
      const cases = drawCases();
      const flow = await createFlow(cases, MULTIGRID);
      setConductances(flow, joined(cases));
      const fit = flow.fitPreconditioner();
      flow.destroy();
      await expect(fit).rejects.toThrow("destroyed while its preconditioner was fitted");
      expect(buffers.count).toBe(0);
    } finally {
      buffers.stop();
    }
  });

  it("knows its options", async () => {
    const create = (preconditioner: object) =>
      createFlow(drawCases(), { preconditioner } as ResidentFlowOptions);
    await expect(create({ kind: "magic" })).rejects.toThrow(OptionError);
    await expect(create({ kind: "jacobi", setup: "host" })).rejects.toThrow(OptionError);
  });
});
