/** What networks from files bring along: parts that carry nothing, and parts that are nothing. */
import { describe, expect, it } from "vitest";
import { FlowBatch } from "../../src/flow/flow-batch.ts";
import { computePermeability } from "../../src/flow/permeability.ts";
import {
  GIVEN_CONDUCTANCE,
  generateCubic,
  INLET_RESERVOIR,
  OUTLET_RESERVOIR,
  PoreNetwork,
} from "../../src/network/index.ts";
import { useDevice } from "../support/device.ts";
import {
  caseOf,
  type Link,
  largestDifference,
  relativeDifference,
  SKETCHED,
  sketchNetwork,
} from "./networks.ts";

const device = await useDevice();

const solve = (network: PoreNetwork) => computePermeability(device, network, SKETCHED);

/** 0 in, 3 out: 2 and 3 in series with 6 make 1. */
const CHAIN: readonly Link[] = [
  [0, 1, 2],
  [1, 2, 3],
  [2, 3, 6],
];

describe("what carries no flow is left out and counted, and changes nothing", () => {
  it.each<
    [string, number, Link[], Partial<Record<"isolatedPores" | "droppedPores" | "componentCount", number>>]
  >([
    ["isolated pores", 7, [], { isolatedPores: 3, droppedPores: 3, componentCount: 1 }],
    [
      "a floating cluster",
      7,
      [
        [4, 5, 1],
        [5, 6, 1e6],
        [6, 4, 1e-9],
      ],
      { isolatedPores: 0, droppedPores: 3, componentCount: 2 },
    ],
    [
      "pores that only touch the inlet",
      6,
      [
        [0, 4, 8],
        [4, 5, 1e-3],
      ],
      { isolatedPores: 0, droppedPores: 2, componentCount: 2 },
    ],
    ["pores that only touch the outlet", 5, [[4, 3, 8]], { isolatedPores: 0, droppedPores: 1 }],
    ["a throat from a pore to itself", 4, [[1, 1, 5]], { droppedPores: 0, componentCount: 1 }],
    [
      "throats of no conductance",
      6,
      [
        [0, 4, 0],
        [4, 3, 5],
        [1, 3, 0],
        [2, 5, 0],
      ],
      { isolatedPores: 1, droppedPores: 2, componentCount: 2 },
    ],
    [
      "throats between held pores of one side",
      6,
      [[0, 0, 3]],
      { isolatedPores: 2, droppedPores: 2, componentCount: 1 },
    ],
  ])("%s", async (_, poreCount, links, counts) => {
    const { permeability, pressures, throatFlows, domain, solver, balance } = await solve(
      sketchNetwork(poreCount, [...links, ...CHAIN], [0], [3]),
    );
    expect(relativeDifference(permeability.m2, 1)).toBeLessThan(1e-13);
    expect(solver.status).toBe("converged");
    expect(balance).toBeLessThan(1e-9);
    expect(domain).toMatchObject({ percolates: true, componentsSolved: 1, ...counts });
    const dropped = new Array(poreCount - 4).fill(Number.NaN);
    expect(largestDifference(pressures, [1, 1 / 2, 1 / 6, 0, ...dropped])).toBeLessThan(1e-9);
    const still = links.map(() => 0);
    expect(largestDifference(throatFlows, [...still, 1, 1, 1])).toBeLessThan(1e-9);
  });

  it("a dead end, which has the pressure of where it hangs", async () => {
    const links: Link[] = [...CHAIN, [1, 4, 1e-4], [4, 5, 1e3], [5, 6, 1]];
    const { permeability, pressures, throatFlows } = await solve(sketchNetwork(7, links, [0], [3]));
    expect(relativeDifference(permeability.m2, 1)).toBeLessThan(1e-10);
    expect(largestDifference(pressures, [1, 1 / 2, 1 / 6, 0, 1 / 2, 1 / 2, 1 / 2])).toBeLessThan(1e-5);
    expect(largestDifference(throatFlows.subarray(3), [0, 0, 0])).toBeLessThan(1e-9);
  });
});

describe("a network of very few pores", () => {
  it("is one pore between two reservoirs", async () => {
    const network = new PoreNetwork({
      coords: Float64Array.of(5e-4, 5e-4, 5e-4),
      conns: Int32Array.of(INLET_RESERVOIR, 0, 0, OUTLET_RESERVOIR),
      box: { origin: [0, 0, 0], size: [1e-3, 2e-3, 3e-3] },
      properties: [[GIVEN_CONDUCTANCE, Float64Array.of(3e-12, 1e-12)]],
    });
    const result = await computePermeability(device, network, { pressureDrop: 4 });
    expect(result.boundary).toBe("reservoirs");
    expect(relativeDifference(result.flowRate, 4 * 0.75e-12)).toBeLessThan(1e-14);
    expect(relativeDifference(result.permeability.m2, (0.75e-12 * 1e-3) / 6e-6)).toBeLessThan(1e-14);
    expect(largestDifference(result.pressures, [3])).toBeLessThan(1e-12);
    expect(largestDifference(result.throatFlows, [3e-12, 3e-12])).toBeLessThan(1e-23);
  });

  it("is one pore, held or free, and no throat", async () => {
    for (const inlet of [[0], []]) {
      const { permeability, solver, pressures } = await solve(sketchNetwork(1, [], inlet, []));
      expect(permeability).toEqual({ m2: 0, mD: 0, relativeErrorEstimate: 0 });
      expect(solver.status).toBe("not-percolating");
      expect([...pressures]).toEqual([inlet.length > 0 ? 1 : Number.NaN]);
    }
  });

  it("is one throat straight from inlet to outlet, beside what is solved", async () => {
    const links: Link[] = [...CHAIN, [3, 0, 0.25]];
    const { permeability, throatFlows, domain } = await solve(sketchNetwork(4, links, [0], [3]));
    expect(relativeDifference(permeability.m2, 1.25)).toBeLessThan(1e-13);
    expect(throatFlows[3]).toBe(-0.25);
    expect(domain.percolates).toBe(true);
  });

  it("is a pore with both labels, which the inlet holds", async () => {
    const { pressures, permeability } = await solve(sketchNetwork(3, [[0, 1, 1]], [0, 1], [1, 2]));
    expect([...pressures]).toEqual([1, 1, 0]);
    expect(permeability.m2).toBe(0);
  });
});

describe("a network that nothing flows through", () => {
  it.each<[string, number, Link[]]>([
    [
      "whose halves do not meet",
      6,
      [
        [0, 1, 1],
        [1, 2, 1],
        [3, 4, 1],
        [4, 5, 1],
      ],
    ],
    [
      "whose only bridge conducts nothing",
      6,
      [
        [0, 1, 1],
        [1, 4, 0],
        [4, 5, 1],
      ],
    ],
    [
      "of which no throat conducts",
      6,
      [
        [0, 1, 0],
        [1, 5, 0],
        [0, 5, 0],
      ],
    ],
    ["without throats", 6, []],
  ])("%s has permeability 0 and says why", async (_, count, links) => {
    const result = await solve(sketchNetwork(count, links, [0], [count - 1]));
    expect(result.permeability).toEqual({ m2: 0, mD: 0, relativeErrorEstimate: 0 });
    expect([result.flowRate, result.balance]).toEqual([0, 0]);
    expect(result.formationFactor).toBeUndefined();
    expect(result.solver).toMatchObject({ status: "not-percolating", iterations: 0 });
    expect(result.domain).toMatchObject({ percolates: false, componentsSolved: 0, droppedPores: count - 2 });
    const nothing = new Array(count - 2).fill(Number.NaN);
    expect([...result.pressures]).toEqual([1, ...nothing, 0]);
    expect(result.throatFlows.every((flow) => flow === 0)).toBe(true);
  });

  it("is not an error along an axis along which it has no pores at a face", async () => {
    const tube = generateCubic({ size: [5, 1, 1], spacing: 1e-4 });
    const along = await computePermeability(device, tube, { axis: "x" });
    const across = await computePermeability(device, tube, { axis: "y" });
    expect(along.solver.status).toBe("converged");
    expect(across).toMatchObject({ permeability: { m2: 0 }, solver: { status: "not-percolating" } });
  });
});

describe("formation factor", () => {
  it("is told where the flow has none of its own to tell: conductances given, geometry there", async () => {
    const radius = Float64Array.of(1e-5, 2e-5, 3e-5);
    const network = sketchNetwork(
      4,
      CHAIN,
      [0],
      [3],
      [
        ["throat.radius", radius],
        ["throat.total_length", Float64Array.of(1e-4, 2e-4, 3e-4)],
      ],
    );
    const { closure, formationFactor, permeability } = await solve(network);
    const resistance = 1e-4 / 1e-10 + 2e-4 / 4e-10 + 3e-4 / 9e-10;
    expect(closure).toBe("given");
    expect(relativeDifference(permeability.m2, 1)).toBeLessThan(1e-13);
    expect(relativeDifference(formationFactor!, resistance / Math.PI)).toBeLessThan(1e-12);
  });

  it("is not told by a solve that fell short", async () => {
    const { coords, conns, throatCount, box } = generateCubic({ size: [30, 6, 6], spacing: 1e-4 });
    const random = generateCubic({ size: [30, 6, 6], sigma: 2, seed: 389 }).numbers(GIVEN_CONDUCTANCE);
    const network = new PoreNetwork({
      coords,
      conns,
      ...(box && { box }),
      properties: [
        // Flow is the same in all of a row; currents are not.
        [GIVEN_CONDUCTANCE, new Float64Array(throatCount).fill(1e-13)],
        ["throat.radius", random.map((g) => 1e-6 * g)],
      ],
    });
    const usual = await computePermeability(device, network);
    const enough = usual.solver.iterations + 20;
    const limited = await computePermeability(device, network, { solver: { maxIterations: enough } });
    expect(limited.solver.status).toBe("converged");
    expect(usual.formationFactor).toBeDefined();
    expect(limited.formationFactor).toBeUndefined();
  });
});

describe("conductances further apart than single precision reaches", () => {
  it.each([1e-10, 1e-15, 1e-30, 1e-60, 1e-200])(
    "are right, or the status says otherwise: gaps of %f",
    async (gap) => {
      const links: Link[] = [
        [0, 1, 1],
        [1, 2, gap],
        [2, 3, 3 * gap],
        [3, 4, 1],
      ];
      const { permeability, solver } = await solve(sketchNetwork(5, links, [0], [4]));
      const error = relativeDifference(permeability.m2, 1 / (2 + 4 / (3 * gap)));
      if (gap >= 1e-10) expect(solver.status).toBe("converged");
      if (solver.status === "converged") expect(error).toBeLessThan(1e-8);
      else expect(error > 1e-8 && permeability.relativeErrorEstimate <= 1e-8).toBe(false);
    },
  );

  it("are only a scale where all of them are small or large", async () => {
    for (const scale of [1e-200, 1e-60, 1e60, 1e200]) {
      const links = CHAIN.map(([a, b, g]): Link => [a, b, g * scale]);
      using batch = await FlowBatch.create(device, [caseOf(sketchNetwork(4, links, [0], [3]), SKETCHED)]);
      const [solution] = await batch.solve();
      expect(solution!.solver.status).toBe("converged");
      expect(relativeDifference(solution!.flowRate, scale)).toBeLessThan(1e-13);
    }
  });
});
