/** Networks whose permeability is known without solving anything. */
import { describe, expect, it } from "vitest";
import { computePermeabilities, computePermeability } from "../../src/flow/permeability.ts";
import { generateCubic, generateRandom, PoreNetwork, type PropertyArray } from "../../src/network/index.ts";
import { makeRandom } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";
import { type Link, largestDifference, relativeDifference, SKETCHED, sketchNetwork } from "./networks.ts";

const device = await useDevice();

/** Of a tube through the whole of a sample: g = π r⁴/(8 μ L), K = μ g L/A. */
const tube = (radius: number, area: number) => (Math.PI * radius ** 4) / (8 * area);

/** Tubes side by side along x, none joined to another, each of so many throats of one radius. */
function bundleOf(
  radii: readonly number[],
  throatsOf: (tube: number) => number,
  length: number,
  side: number,
) {
  const coords: number[] = [];
  const conns: number[] = [];
  const radius: number[] = [];
  const inlet: number[] = [];
  const outlet: number[] = [];
  radii.forEach((r, k) => {
    const count = throatsOf(k);
    for (let i = 0; i <= count; i++) {
      if (i > 0) conns.push(coords.length / 3 - 1, coords.length / 3);
      if (i > 0) radius.push(r);
      coords.push((length * i) / count, side / 2, side / 2);
      inlet.push(i === 0 ? 1 : 0);
      outlet.push(i === count ? 1 : 0);
    }
  });
  return new PoreNetwork({
    coords: Float64Array.from(coords),
    conns: Int32Array.from(conns),
    box: { origin: [0, 0, 0], size: [length, side, side] },
    properties: [
      ["throat.radius", Float64Array.from(radius)],
      ["pore.inlet", Uint8Array.from(inlet)],
      ["pore.outlet", Uint8Array.from(outlet)],
    ],
  });
}

/** All lengths times `factor`. */
function scaleNetwork(network: PoreNetwork, factor: number): PoreNetwork {
  const scaled = (values: PropertyArray) => (values as Float64Array).map((value) => factor * value);
  const times = (edges: readonly [number, number, number]) =>
    [factor * edges[0], factor * edges[1], factor * edges[2]] as const;
  const lengths = ["throat.radius", "throat.diameter", "throat.total_length"];
  return network.with(
    lengths.map((name) => [name, scaled(network.get(name)!)]),
    {
      coords: scaled(network.coords) as Float64Array,
      box: { origin: times(network.box!.origin), size: times(network.box!.size) },
    },
  );
}

describe("tubes", () => {
  const side = 1e-3;
  const area = side * side;

  it("of one throat from face to face have π r⁴/(8 A), and nothing is left to solve", async () => {
    const result = await computePermeability(
      device,
      bundleOf([3e-5], () => 1, 5e-3, side),
    );
    expect(relativeDifference(result.permeability.m2, tube(3e-5, area))).toBeLessThan(1e-14);
    expect(relativeDifference(result.formationFactor!, area / (Math.PI * 3e-5 ** 2))).toBeLessThan(1e-14);
    expect(result.permeability.relativeErrorEstimate).toBe(0);
    expect(result.balance).toBe(0);
    expect(result.solver).toMatchObject({ status: "converged", iterations: 0, relativeResidual: 0 });
    expect(result.domain).toMatchObject({ percolates: true, componentsSolved: 0, droppedPores: 0 });
    expect([...result.pressures]).toEqual([1, 0]);
  });

  it("cut into pieces are the same tube, with pressure falling evenly", async () => {
    const whole = await computePermeability(
      device,
      bundleOf([2e-5], () => 1, 5e-3, side),
    );
    const result = await computePermeability(
      device,
      bundleOf([2e-5], () => 40, 5e-3, side),
      { pressureDrop: 80 },
    );
    expect(relativeDifference(result.permeability.m2, whole.permeability.m2)).toBeLessThan(1e-12);
    const even = Array.from({ length: 41 }, (_, i) => 80 - 2 * i);
    expect(largestDifference(result.pressures, even)).toBeLessThan(1e-7);
    const flow = 80 * whole.flowRate;
    expect(largestDifference(result.throatFlows, new Float64Array(40).fill(flow)) / flow).toBeLessThan(1e-7);
  });

  it("side by side and separate add up, each of them solved", async () => {
    const random = makeRandom(311);
    const radii = Array.from({ length: 90 }, () => 1e-6 * 10 ** (2 * random()));
    const result = await computePermeability(
      device,
      bundleOf(radii, (k) => 2 + (k % 7), 4e-3, side),
    );
    const sum = radii.reduce((total, r) => total + tube(r, area), 0);
    const open = radii.reduce((total, r) => total + Math.PI * r * r, 0);
    expect(result.solver.status).toBe("converged");
    expect(relativeDifference(result.permeability.m2, sum)).toBeLessThan(1e-10);
    expect(relativeDifference(result.formationFactor!, area / open)).toBeLessThan(1e-10);
    expect(result.domain).toMatchObject({ componentsSolved: 90, componentCount: 90, droppedPores: 0 });
  });

  it("in series add their resistances, though they are six decades apart", async () => {
    const random = makeRandom(313);
    const conductances = Array.from({ length: 60 }, () => 1e-12 * 10 ** (6 * random()));
    const links = conductances.map((g, k): Link => [k, k + 1, g]);
    const result = await computePermeability(device, sketchNetwork(61, links, [0], [60]), SKETCHED);
    const resistance = conductances.reduce((sum, g) => sum + 1 / g, 0);
    expect(result.solver.status).toBe("converged");
    expect(relativeDifference(result.permeability.m2, 1 / resistance)).toBeLessThan(1e-9);
  });

  it("between the same two pores add up", async () => {
    const links: Link[] = [
      [0, 1, 2e-13],
      [1, 0, 3e-13],
      [1, 2, 1e-13],
      [1, 2, 1e-13],
      [2, 1, 4e-13],
      [2, 3, 9e-13],
    ];
    const result = await computePermeability(device, sketchNetwork(4, links, [0], [3]), SKETCHED);
    const whole = 1 / (1 / 5e-13 + 1 / 6e-13 + 1 / 9e-13);
    expect(relativeDifference(result.permeability.m2, whole)).toBeLessThan(1e-12);
    expect(relativeDifference(result.throatFlows[1]!, -0.6 * whole)).toBeLessThan(1e-8);
    expect(relativeDifference(result.throatFlows[4]!, (-4 / 6) * whole)).toBeLessThan(1e-8);
  });

  it("in Wheatstone's bridge have its conductance and its cross flow", async () => {
    const [a, b, c, d, e] = [2, 5, 7, 3, 11];
    const links: Link[] = [
      [0, 1, a],
      [0, 2, b],
      [1, 3, c],
      [2, 3, d],
      [1, 2, e],
    ];
    const result = await computePermeability(device, sketchNetwork(4, links, [0], [3]), SKETCHED);
    // Kirchhoff: conductance is the sum over spanning trees over that over trees that part inlet and outlet.
    const trees = a * b * (c + d) + c * d * (a + b) + e * (a + b) * (c + d);
    const parted = (a + c) * (b + d) + e * (a + b + c + d);
    expect(relativeDifference(result.permeability.m2, trees / parted)).toBeLessThan(1e-13);
    const upper = (a * (b + d) + e * (a + b)) / parted;
    const lower = (b * (a + c) + e * (a + b)) / parted;
    expect(largestDifference(result.pressures, [1, upper, lower, 0])).toBeLessThan(1e-10);
    expect(Math.abs(result.throatFlows[4]! - e * (upper - lower))).toBeLessThan(1e-9);
  });
});

describe("a cubic lattice of equal conductances", () => {
  it.each(["x", "y", "z"] as const)("has its conductance over its spacing along %s", async (axis) => {
    const network = generateCubic({
      size: [11, 9, 7],
      spacing: 2e-4,
      conductance: 3e-13,
      flowAxis: axis,
    });
    const result = await computePermeability(device, network, { axis, viscosity: 2e-3 });
    expect(relativeDifference(result.permeability.m2, (2e-3 * 3e-13) / 2e-4)).toBeLessThan(1e-12);
    expect(result.balance).toBeLessThan(1e-10);
    expect(result.permeability.relativeErrorEstimate).toBeLessThan(1e-9);
    expect(result).toMatchObject({ axis, closure: "given", boundary: "labels", extentSource: "box" });
  });

  it("has 1 at 20³, whole numbers being whole", async () => {
    const { permeability } = await computePermeability(device, generateCubic({ size: 20 }));
    expect(Math.abs(permeability.m2 - 1)).toBeLessThan(1e-12);
    expect(relativeDifference(permeability.mD, 1 / 9.869233e-16)).toBeLessThan(1e-12);
  });
});

describe("units", () => {
  const network = generateRandom({
    count: 400,
    connect: { kind: "nearest", k: 4 },
    seed: 317,
    size: 1e-3,
  });

  it.each([7, 1e-3, 1e5])("all lengths times %f are permeability times its square", async (factor) => {
    const usual = await computePermeability(device, network);
    const scaled = await computePermeability(device, scaleNetwork(network, factor));
    expect(usual.permeability.m2).toBeGreaterThan(0);
    const expected = factor ** 2 * usual.permeability.m2;
    expect(relativeDifference(scaled.permeability.m2, expected)).toBeLessThan(1e-9);
    expect(relativeDifference(scaled.flowRate, factor ** 3 * usual.flowRate)).toBeLessThan(1e-9);
    expect(relativeDifference(scaled.formationFactor!, usual.formationFactor!)).toBeLessThan(1e-9);
    expect(largestDifference(scaled.pressures, usual.pressures)).toBeLessThan(1e-6);
  });

  it("viscosity changes the flow rate and leaves the permeability", async () => {
    const thin = await computePermeability(device, network, { viscosity: 1e-5 });
    const thick = await computePermeability(device, network, { viscosity: 1.7 });
    expect(relativeDifference(thin.permeability.m2, thick.permeability.m2)).toBeLessThan(1e-10);
    expect(relativeDifference(thin.flowRate, 1.7e5 * thick.flowRate)).toBeLessThan(1e-10);
    expect([thin.viscosity, thick.viscosity]).toEqual([1e-5, 1.7]);
  });

  it("pressure drop is a factor of pressures and flows", async () => {
    const unit = await computePermeability(device, network);
    const high = await computePermeability(device, network, { pressureDrop: 2e4 });
    expect(high.permeability).toEqual(unit.permeability);
    expect(high.flowRate).toBe(2e4 * unit.flowRate);
    expect([...high.pressures]).toEqual([...unit.pressures.map((p) => 2e4 * p)]);
    expect([...high.throatFlows]).toEqual([...unit.throatFlows.map((q) => 2e4 * q)]);
    expect(high.balance).toBe(unit.balance);
  });

  it("a fluid of unit viscosity is meant by conductances that are given, unless it is stated", async () => {
    const cubic = generateCubic({ size: 6, sigma: 1, seed: 331 });
    const [unit] = await computePermeabilities(device, cubic, ["x"]);
    const [stated] = await computePermeabilities(device, cubic, ["x"], { viscosity: 0.25 });
    expect(unit!.viscosity).toBe(1);
    expect(relativeDifference(stated!.permeability.m2, 0.25 * unit!.permeability.m2)).toBeLessThan(1e-14);
    expect(unit!.formationFactor).toBeUndefined();
  });
});
