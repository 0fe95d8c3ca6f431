/** What a caller may ask of a permeability: how accurate, how long, along what; and what it may not. */
import { describe, expect, it } from "vitest";
import { NetworkError, OptionError, PorenetError } from "../../src/errors.ts";
import { computePermeability, type PermeabilityOptions } from "../../src/flow/permeability.ts";
import { GIVEN_CONDUCTANCE, generateCubic, type PoreNetwork } from "../../src/network/index.ts";
import type { SolveProgress } from "../../src/solve/options.ts";
import { throwUnlessConverged } from "../../src/solve/report.ts";
import { countBuffers } from "../gpu/count-buffers.ts";
import { useDevice } from "../support/device.ts";
import { solveDirectly } from "./direct-solver.ts";
import { caseOf, relativeDifference } from "./networks.ts";

const device = await useDevice();
const lattice = generateCubic({ size: 9, sigma: 2, seed: 421 });

/** Flow rate of a direct solve. */
function exactFlow(network: PoreNetwork): number {
  const { domain, conductance } = caseOf(network);
  return solveDirectly(domain, conductance).flowRate;
}

describe("the estimated error of a permeability", () => {
  const networks = [
    ["little contrast", generateCubic({ size: [12, 9, 9], sigma: 0.5, seed: 431 }), 10],
    ["contrast", generateCubic({ size: 10, sigma: 2, seed: 433 }), 10],
    // Here one estimate in 25 is more than ten times too careful.
    ["high contrast", generateCubic({ size: 8, sigma: 4, seed: 439 }), 30],
  ] as const;
  const tolerances = [1e-2, 1e-4, 1e-6, 1e-8];

  it.each(networks)(
    "is at least a tenth of the true one, of its order, and stops the solve: %s",
    async (_, network, mostCareful) => {
      const exact = exactFlow(network);
      const iterations: number[] = [];
      for (const energyTolerance of tolerances) {
        const solver = { tolerance: null, energyTolerance };
        const result = await computePermeability(device, network, { solver });
        const { relativeErrorEstimate } = result.permeability;
        const error = result.flowRate / exact - 1;
        expect(result.solver.status).toBe("converged");
        expect(relativeErrorEstimate).toBeLessThanOrEqual(energyTolerance);
        // By Dirichlet's principle what is not yet solved flows too fast.
        expect(error).toBeGreaterThan(-1e-12);
        expect(error).toBeLessThanOrEqual(energyTolerance);
        expect(error).toBeLessThanOrEqual(10 * relativeErrorEstimate);
        if (error > 1e-12) expect(relativeErrorEstimate).toBeLessThanOrEqual(mostCareful * error);
        iterations.push(result.solver.iterations);
      }
      const full = await computePermeability(device, network);
      iterations.push(full.solver.iterations);
      expect(iterations).toEqual([...iterations].sort((a, b) => a - b));
      expect(iterations[0]!).toBeLessThan(0.7 * iterations.at(-1)!);
    },
  );

  it("is told of a solve that its limit ended, too", async () => {
    const result = await computePermeability(device, lattice, { solver: { maxIterations: 45 } });
    const error = result.flowRate / exactFlow(lattice) - 1;
    expect(result.solver.status).toBe("max-iterations");
    expect(error).toBeGreaterThan(1e-12);
    expect(result.permeability.relativeErrorEstimate / error).toBeGreaterThan(0.1);
    expect(result.permeability.relativeErrorEstimate / error).toBeLessThan(10);
    expect(() => throwUnlessConverged([result.solver])).toThrow(/max-iterations after 45 iterations/);
  });

  it("leaves the residual to be asked for as well", async () => {
    const loose = await computePermeability(device, lattice, {
      solver: { tolerance: 1e-3, energyTolerance: null },
    });
    const tight = await computePermeability(device, lattice, { solver: { tolerance: 1e-12 } });
    expect(loose.solver.relativeResidual).toBeLessThanOrEqual(1e-3);
    expect(tight.solver.relativeResidual).toBeLessThanOrEqual(1e-12);
    expect(loose.solver.iterations).toBeLessThan(tight.solver.iterations);
    expect(relativeDifference(tight.flowRate, exactFlow(lattice))).toBeLessThan(1e-12);
  });
});

describe("what makes no sense is refused by its name, with what to do", () => {
  type Loose = Record<string, unknown>;
  it.each<[string, Loose, RegExp]>([
    ["viscocity", { viscocity: 1 }, /It knows: .*viscosity/],
    ["viscosity", { viscosity: -1e-3 }, /-0\.001.*above 0/],
    ["viscosity", { viscosity: Number.NaN }, /NaN.*above 0/],
    ["viscosity", { viscosity: Number.POSITIVE_INFINITY }, /finite/],
    ["pressureDrop", { pressureDrop: 0 }, /finite number above 0/],
    ["pressureDrop", { pressureDrop: -5 }, /-5.*above 0/],
    ["pressureDrop", { pressureDrop: Number.POSITIVE_INFINITY }, /above 0/],
    ["closure", { closure: "circles" }, /"circles".*hagen-poiseuille/],
    ["axis", { axis: "w" }, /"w".*x, y, z/],
    ["outlet", { inlet: "left" }, /both/],
    ["inlet", { outlet: "right" }, /both/],
    ["calcBox", { calcBox: [0.9, 0.1] }, /0\.9, 0\.1.*a < b/],
    ["length", { length: -1 }, /-1.*above 0/],
    ["area", { area: 0 }, /above 0/],
    ["faceThickness", { faceThickness: -2 }, /-2.*above 0/],
    ["tolerence", { solver: { tolerence: 1e-6 } }, /It has: .*tolerance/],
    ["tolerance", { solver: { tolerance: -1 } }, /-1.*positive/],
    ["tolerance", { solver: { tolerance: null, energyTolerance: null } }, /Set one of them/],
    ["energyTolerance", { solver: { energyTolerance: Number.NaN } }, /NaN.*positive/],
    ["maxIterations", { solver: { maxIterations: 0 } }, /positive/],
    ["preconditioner", { solver: { preconditioner: { kind: "ilu" } } }, /"ilu".*jacobi/],
    ["method", { solver: { method: "gmres" } }, /"gmres".*cg/],
  ])("%s in %o", async (option, options, remedy) => {
    const buffers = countBuffers(device);
    try {
      const refused = computePermeability(device, lattice, options as PermeabilityOptions);
      await expect(refused).rejects.toThrow(OptionError);
      await expect(refused).rejects.toMatchObject({ option, remedy: expect.stringMatching(/\w/) });
      await expect(refused).rejects.toThrow(remedy);
      expect(buffers.count).toBe(0);
    } finally {
      buffers.stop();
    }
  });

  it.each<[string, Loose, RegExp]>([
    ["a label that is not there", { inlet: "lft", outlet: "right" }, /pore\.lft.*pore\.inlet/],
    ["a closure without its data", { closure: "shape-factor" }, /throat\.radius.*another closure/],
  ])("%s", async (_, options, message) => {
    const refused = computePermeability(device, lattice, options as PermeabilityOptions);
    await expect(refused).rejects.toThrow(NetworkError);
    await expect(refused).rejects.toThrow(message);
  });

  it.each([Number.NaN, Number.NEGATIVE_INFINITY, -2e-15])("a conductance of %f", async (value) => {
    const wrong = lattice.numbers(GIVEN_CONDUCTANCE).with(17, value);
    const refused = computePermeability(device, lattice.with([[GIVEN_CONDUCTANCE, wrong]]));
    await expect(refused).rejects.toThrow(PorenetError);
    await expect(refused).rejects.toMatchObject({ indices: [17] });
    await expect(refused).rejects.toThrow(String(value));
  });

  it("but what is left undefined is as if it were not there", async () => {
    const options = {
      axis: undefined,
      viscosity: undefined,
      closure: undefined,
      solver: undefined,
      calcBox: undefined,
      pressureDrop: undefined,
    } as unknown as PermeabilityOptions;
    const { permeability } = await computePermeability(device, lattice, options);
    expect(permeability).toEqual((await computePermeability(device, lattice)).permeability);
  });
});

describe("control of a permeability", () => {
  it("tells progress until nothing is left", async () => {
    const told: SolveProgress[] = [];
    const { solver } = await computePermeability(
      device,
      lattice,
      {},
      { onProgress: (progress) => told.push(progress) },
    );
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)!.iterations).toBe(solver.iterations);
  });

  it("stops with the signal's reason, before and while it solves, and frees everything", async () => {
    const reason = new Error("another network was chosen");
    const controller = new AbortController();
    const buffers = countBuffers(device);
    try {
      const early = computePermeability(device, lattice, {}, { signal: AbortSignal.abort(reason) });
      await expect(early).rejects.toBe(reason);
      const onProgress = () => controller.abort(reason);
      const late = computePermeability(device, lattice, {}, { signal: controller.signal, onProgress });
      await expect(late).rejects.toBe(reason);
      expect(buffers.count).toBe(0);
      expect(buffers.created).toBeGreaterThan(0);
    } finally {
      buffers.stop();
    }
  });

  it("says how long it took", async () => {
    const start = performance.now();
    const { timings } = await computePermeability(device, lattice);
    const seconds = (performance.now() - start) / 1000;
    expect(timings.setup).toBeGreaterThan(0);
    expect(timings.solve).toBeGreaterThan(0);
    expect(timings.setup + timings.solve).toBeLessThanOrEqual(seconds + 1e-3);
  });
});
