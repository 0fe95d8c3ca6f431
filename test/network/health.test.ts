import { describe, expect, it } from "vitest";
import { NetworkError } from "../../src/errors.ts";
import {
  describeNetwork,
  examineDomain,
  examineNetwork,
  generateBenchmarkNetwork,
  generateCubic,
  INLET_RESERVOIR,
  OUTLET_RESERVOIR,
  PoreNetwork,
  type PropertyArray,
  quantilesOf,
  resolveFlowDomain,
  trimNetwork,
  trimToSpanning,
} from "../../src/network/index.ts";
import { solveDomain } from "./oracle.ts";

const box = { origin: [0, 0, 0], size: [1e-3, 1e-3, 1e-3] } as const;
/**
 * Reservoir – 0 – 1 – 2 – reservoir, a dead end 1 – 3 – 4, a floating pair 5 – 6, an isolated pore 7,
 * a second throat 2 – 1 and a throat from 0 to itself.
 */
const oddNetwork = (properties: Record<string, PropertyArray> = {}) =>
  new PoreNetwork({
    name: "odd",
    coords: Float64Array.from({ length: 24 }, (_, k) => 1e-4 * ((7 * k) % 10)),
    conns: Int32Array.of(INLET_RESERVOIR, 0, 0, 1, 1, 2, 2, OUTLET_RESERVOIR, 1, 3, 3, 4, 5, 6, 2, 1, 0, 0),
    box,
    properties: Object.entries(properties),
  });

describe("examineNetwork", () => {
  it("counts what is there", () => {
    const report = examineNetwork(oddNetwork());
    expect(report).toMatchObject({
      pores: 8,
      throats: 9,
      reservoirThroats: 2,
      isolatedPores: 1,
      deadEndPores: 3,
      components: { count: 2, largest: [5, 2] },
      flow: {
        axis: "x",
        boundary: "reservoirs",
        spans: true,
        solvedPores: 5,
        droppedPores: 3,
        componentsSolved: 1,
      },
    });
    const found = (text: RegExp) => report.findings.find((finding) => text.test(finding.message));
    expect(found(/another throat joins already/)).toMatchObject({
      indices: [7],
      count: 1,
      severity: "warning",
    });
    expect(found(/to itself/)).toMatchObject({ indices: [8], count: 1 });
    expect(found(/without any throat/)).toMatchObject({ indices: [7], count: 1, severity: "note" });
    expect(found(/clusters/)).toMatchObject({ indices: [5, 6], count: 2 });
  });

  it("is plain data", () => {
    const report = examineNetwork(oddNetwork({ "throat.radius": new Float64Array(9).fill(1e-5) }));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(JSON.stringify(report)).not.toMatch(/"0":/);
  });

  it("names values that are not finite or negative, errors first", () => {
    const radius = new Float64Array(9).fill(1e-5);
    radius[3] = Number.NaN;
    radius[5] = -1e-5;
    const wide = new Float64Array(27).fill(1e-5);
    wide[20] = Infinity;
    const shift = Float64Array.from({ length: 8 }, () => -1);
    const { findings } = examineNetwork(
      oddNetwork({ "throat.radius": radius, "throat.conduit_lengths": wide, "pore.shift": shift }),
    );
    const errors = findings.filter((finding) => finding.severity === "error");
    expect(errors.map(({ message, indices }) => [message.split(" ")[0], ...indices])).toEqual([
      ["throat.radius", 3],
      ["throat.radius", 5],
      ["throat.conduit_lengths", 6],
    ]);
    expect(findings.slice(0, 3)).toEqual(errors);
  });

  it("asks for the voxel size where radii are metres", () => {
    const radius = new Float64Array(9).fill(3.1);
    const { findings } = examineNetwork(oddNetwork({ "throat.radius": radius }));
    expect(findings.find((f) => f.message.includes("median throat radius is 3.1 m"))).toMatchObject({
      severity: "warning",
      remedy: expect.stringContaining("voxel size"),
    });
    const micrometres = examineNetwork(oddNetwork({ "throat.radius": radius.fill(3.1e-6) }));
    expect(micrometres.findings.some((f) => f.message.includes("throat radius"))).toBe(false);
  });

  it("says when nothing spans", () => {
    const report = examineNetwork(new PoreNetwork({ coords: new Float64Array(6), conns: new Int32Array(0) }));
    expect(report.flow.spans).toBe(false);
    expect(report.findings[0]).toMatchObject({
      severity: "error",
      message: expect.stringContaining("inlet and outlet"),
    });
  });

  it("lists twenty indices of many", () => {
    const coords = new Float64Array(300).map((_, k) => 1e-4 * k);
    const finding = examineNetwork(new PoreNetwork({ coords, conns: Int32Array.of(0, 1) })).findings.find(
      (f) => f.message.includes("without any throat"),
    );
    expect(finding).toMatchObject({ count: 98 });
    expect(finding!.indices).toHaveLength(20);
  });
});

describe("statistics", () => {
  it("of a cubic lattice are known", () => {
    const { coordination, throatLength, porosity } = describeNetwork(
      generateCubic({ size: 3, spacing: 0.5 }),
    );
    expect(coordination).toEqual({ mean: 4, max: 6, histogram: [0, 0, 0, 8, 12, 6, 1] });
    expect(throatLength).toEqual({ min: 0.5, q10: 0.5, median: 0.5, q90: 0.5, max: 0.5, mean: 0.5 });
    expect(porosity).toBeUndefined();
  });

  it("take porosity from volumes and box, clay apart", () => {
    const statistics = describeNetwork(
      oddNetwork({
        "pore.volume": new Float64Array(8).fill(1e-11),
        "throat.volume": new Float64Array(9).fill(2e-12),
        "throat.clay_volume": new Float64Array(9).fill(1e-12),
      }),
    );
    expect(statistics.porosity).toBeCloseTo(0.098, 12);
    expect(statistics.clayFraction).toBeCloseTo(0.009, 12);
  });

  it("interpolate quantiles of the finite values", () => {
    expect(quantilesOf(Float64Array.of(5, 1, Number.NaN, 3, 2, 4))).toEqual({
      min: 1,
      q10: 1.4,
      median: 3,
      q90: 4.6,
      max: 5,
      mean: 3,
    });
    expect(quantilesOf(new Float64Array(0))).toBeUndefined();
  });
});

describe("trimming", () => {
  it("renumbers throats and carries properties, labels and wide ones", () => {
    const network = oddNetwork({
      "pore.volume": Float64Array.from({ length: 8 }, (_, i) => i),
      "pore.mark": Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1),
      "throat.conduit_lengths": Float64Array.from({ length: 27 }, (_, k) => k),
    });
    const trimmed = trimNetwork(network, [1, 0, 1, 1, 1, 0, 0, 1]);
    expect([...trimmed.pores]).toEqual([0, 2, 3, 4, 7]);
    expect([...trimmed.throats]).toEqual([0, 3, 5, 8]);
    expect([...trimmed.newPore]).toEqual([0, -1, 1, 2, 3, -1, -1, 4]);
    expect([...trimmed.network.conns]).toEqual([INLET_RESERVOIR, 0, 1, OUTLET_RESERVOIR, 2, 3, 0, 0]);
    expect([...trimmed.network.numbers("pore.volume")]).toEqual([0, 2, 3, 4, 7]);
    expect(trimmed.network.get("pore.mark")).toEqual(Uint8Array.of(0, 0, 1, 0, 1));
    expect([...trimmed.network.numbers("throat.conduit_lengths")]).toEqual([
      0, 1, 2, 9, 10, 11, 15, 16, 17, 24, 25, 26,
    ]);
    expect([...trimmed.network.coords.subarray(3, 6)]).toEqual([...network.coords.subarray(6, 9)]);
    expect(trimmed.network.box).toEqual(box);
    expect(() => trimNetwork(network, [1, 1])).toThrow(NetworkError);
  });

  it("to nothing leaves an empty network", () => {
    const { network } = trimNetwork(oddNetwork({ "pore.volume": new Float64Array(8) }), new Uint8Array(8));
    expect([network.poreCount, network.throatCount]).toEqual([0, 0]);
  });

  it("to what spans keeps dead ends on it and drops clusters", () => {
    expect([...trimToSpanning(oddNetwork()).pores]).toEqual([0, 1, 2, 3, 4]);
    const throatsShut = Float64Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1);
    expect([...trimToSpanning(oddNetwork(), {}, throatsShut).pores]).toEqual([0, 1, 2]);
  });

  it("changes no flow", () => {
    const network = generateBenchmarkNetwork("knn10k");
    const trimmed = trimToSpanning(network).network;
    expect(trimmed.poreCount).toBeLessThan(network.poreCount);
    expect(examineNetwork(trimmed).flow.droppedPores).toBe(0);
    const [before, after] = [network, trimmed].map((n) => {
      const domain = resolveFlowDomain(n);
      const conductance = n.numbers("throat.hydraulic_conductance");
      return solveDomain(domain, examineDomain(domain, conductance), conductance, 1e-12).flowRate;
    });
    expect(Math.abs(after! / before! - 1)).toBeLessThan(1e-10);
  });
});
