/**
 * The Berea sample against float64 direct solves of another implementation, which gives the published
 * permeability of a Bentheimer network to every digit.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readStatoil } from "../../src/io/index.ts";
import {
  electricalConductance,
  examineDomain,
  type FlowDomainOptions,
  hydraulicConductance,
  resolveFlowDomain,
  toMillidarcy,
} from "../../src/network/index.ts";
import { solveDomain } from "./oracle.ts";

const part = (file: string) => {
  const name = `berea_${file}.dat`;
  return { name, bytes: readFileSync(new URL(`../../examples/data/${name}`, import.meta.url)) };
};
const network = await readStatoil({
  link1: part("link1"),
  link2: part("link2"),
  node1: part("node1"),
  node2: part("node2"),
});

function solve(options: FlowDomainOptions) {
  const domain = resolveFlowDomain(network, options);
  const { conduitLengths, length, area } = domain;
  const { values, viscosity, closure } = hydraulicConductance(network, { conduitLengths, viscosity: 1.7 });
  const report = examineDomain(domain, values);
  const { flowRate, inletFlux, outletFlux } = solveDomain(domain, report, values, 1e-12);
  expect(closure).toBe("shape-factor");
  expect(Math.abs(inletFlux - outletFlux) / flowRate).toBeLessThan(1e-9);
  return { domain, report, permeability: (viscosity * flowRate * length) / area };
}

describe("Berea", () => {
  it("has the permeability of the reference along x, whatever the viscosity", () => {
    const { domain, report, permeability } = solve({});
    expect(domain).toMatchObject({ boundary: "reservoirs", extentSource: "box", length: 2.138e-3 });
    expect(Math.abs(permeability / 1.472430492099183e-12 - 1)).toBeLessThan(1e-10);
    expect(report.solved.reduce((sum, s) => sum + s, 0)).toBe(3658);
    expect(report.droppedPores).toBe(1001);
    expect(report.isolatedPores).toBe(831);
    expect(report.componentsSolved).toBe(1);
  });

  it("has the reference's permeability between the planes at 0.1 and 0.9", () => {
    const { domain, permeability } = solve({ calcBox: [0.1, 0.9] });
    expect(domain.length).toBeCloseTo(0.8 * 2.138e-3, 15);
    expect(Math.abs(toMillidarcy(permeability) / 1478.819994 - 1)).toBeLessThan(1e-10);
  });

  it("has the reference's formation factor", () => {
    const domain = resolveFlowDomain(network);
    const values = electricalConductance(network)!;
    const { flowRate } = solveDomain(domain, examineDomain(domain, values), values, 1e-12);
    expect(domain.area / (flowRate * domain.length)).toBeCloseTo(21.467211, 6);
  });

  // Direct simulation of the same image, published: 1304 and 1193 mD along y and z.
  it.each([
    ["y", 1304],
    ["z", 1193],
  ] as const)("is within a tenth of direct simulation along %s, held at the faces", (axis, simulated) => {
    const { domain, permeability } = solve({ axis });
    expect(domain.boundary).toBe("faces");
    expect(Math.abs(toMillidarcy(permeability) / simulated - 1)).toBeLessThan(0.1);
  });
});
