import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import {
  examineDomain,
  generateBenchmarkNetwork,
  hydraulicConductance,
  type PropertyArray,
  resolveFlowDomain,
} from "../../src/network/index.ts";
import { solveDomain } from "./oracle.ts";

interface Reference {
  readonly pores: number;
  readonly throats: number;
  readonly length: number;
  readonly area: number;
  readonly sha256: Readonly<Record<"conns" | "coords" | "inlet" | "outlet", string>>;
  readonly conductance: Readonly<
    Record<string, { indices: number[]; values: number[]; sum: number; sumOfLogarithms: number }>
  >;
}

const references: Record<string, Reference> = JSON.parse(
  readFileSync(new URL("../fixtures/benchmark-networks.json", import.meta.url), "utf8"),
);
const cases = Object.entries(references).flatMap(([name, reference]) =>
  Object.keys(reference.conductance).map((tag) => ({ name, tag, reference })),
);

const sha256 = (values: PropertyArray) =>
  createHash("sha256")
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest("hex");
const generate = (name: string, tag: string) =>
  generateBenchmarkNetwork(name, tag === "p" ? {} : { sigma: Number(tag.slice(1)) });

describe.each(cases)("$name $tag", ({ name, tag, reference }) => {
  const network = generate(name, tag);

  it("has the throats, coordinates, labels and extent of the specification, to the last bit", () => {
    expect([network.poreCount, network.throatCount]).toEqual([reference.pores, reference.throats]);
    expect(sha256(network.conns)).toBe(reference.sha256.conns);
    expect(sha256(network.coords)).toBe(reference.sha256.coords);
    expect(sha256(network.get("pore.inlet")!)).toBe(reference.sha256.inlet);
    expect(sha256(network.get("pore.outlet")!)).toBe(reference.sha256.outlet);
    const { length, area } = resolveFlowDomain(network);
    expect([length, area]).toEqual([reference.length, reference.area]);
  });

  // NumPy's vectorised logarithm and cosine are up to 3 units in the last place off, ln g multiplies that by sigma z.
  it("has the specified conductances within 1e-14", () => {
    const g = network.numbers("throat.hydraulic_conductance");
    const { indices, values, sum, sumOfLogarithms } = reference.conductance[tag]!;
    for (const [k, e] of indices.entries()) expect(Math.abs(g[e]! / values[k]! - 1)).toBeLessThan(1e-14);
    expect(Math.abs(g.reduce((s, v) => s + v, 0) / sum - 1)).toBeLessThan(1e-12);
    expect(Math.abs(g.reduce((s, v) => s + Math.log(v), 0) - sumOfLogarithms)).toBeLessThan(
      1e-11 * Math.abs(sumOfLogarithms) + 1e-9,
    );
  });
});

describe("permeability at unit viscosity", () => {
  // Published with the specification: float64 direct solves, ten digits.
  it.each([
    ["cubic20", "s0", 1],
    ["cubic20", "s1", 1.162890355],
    ["cubic20", "s2", 1.59778323],
    ["cubic20", "s4", 3.736508071],
    ["knn10k", "p", 1.729522512e-4],
    ["knn10ks", "p", 1.729522512e-4],
  ])("%s %s", (name, tag, expected) => {
    const network = generate(name, tag);
    const domain = resolveFlowDomain(network);
    const { values, viscosity, closure } = hydraulicConductance(network, { viscosity: 1 });
    expect(closure).toBe("given");
    const { flowRate } = solveDomain(domain, examineDomain(domain, values), values, 1e-12);
    const permeability = (viscosity * flowRate * domain.length) / domain.area;
    expect(Math.abs(permeability / expected - 1)).toBeLessThan(1e-8);
  });
});

it("refuses other names and options", () => {
  for (const name of ["cubic", "knn10", "cubic20ks", "grid20", ""]) {
    expect(() => generateBenchmarkNetwork(name)).toThrow(OptionError);
  }
  expect(() => generateBenchmarkNetwork("knn10k", { sigma: 1 })).toThrow(/sigma/);
  expect(() => generateBenchmarkNetwork("cubic20", { seed: 3 } as never)).toThrow(/seed/);
});
