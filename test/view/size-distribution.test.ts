import { describe, expect, test } from "vitest";
import { OptionError } from "../../src/errors.ts";
import { PoreNetwork, type PropertyArray } from "../../src/network/pore-network.ts";
import { computeSizeDistributions, renderSizeDistribution } from "../../src/view/index.ts";
import { chooseEdges, computeSizeDistribution, readQuantile } from "../../src/view/size-distribution.ts";
import { makeRandom } from "./random.ts";
import { calibrateAxis, readElements, readTexts } from "./svg-reading.ts";

/** Lognormal radii about 8 µm. */
function makeRadii(count: number, seed: number, spread = 0.7): Float64Array {
  const random = makeRandom(seed);
  return Float64Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    return 8e-6 * Math.exp(spread * normal);
  });
}

function makeNetwork(properties: [string, PropertyArray][], pores: number, throats = 0): PoreNetwork {
  const coords = new Float64Array(3 * pores);
  return new PoreNetwork({ name: "sizes", coords, conns: new Int32Array(2 * throats), properties });
}

/** Counts in the plainest way. */
function countSlowly(radii: Float64Array, edges: Float64Array): number[] {
  const last = edges.length - 2;
  return Array.from({ length: last + 1 }, (_, bin) => {
    const holds = (r: number) =>
      r >= edges[bin]! && (r < edges[bin + 1]! || (bin === last && r === edges[bin + 1]));
    return radii.filter(holds).length;
  });
}

describe("computeSizeDistribution", () => {
  for (const kind of ["linear", "log"] as const) {
    test(`counts on a ${kind} axis equal plain counting and sum to n`, () => {
      const radii = makeRadii(1237, 7001);
      const edges = chooseEdges([radii.slice().sort()], kind);
      const { counts, shares, total, leftOut } = computeSizeDistribution(radii, edges);
      expect([...counts]).toEqual(countSlowly(radii, edges));
      expect(counts.reduce((sum, count) => sum + count)).toBe(1237);
      expect([total, leftOut]).toEqual([1237, 0]);
      for (const [bin, count] of counts.entries()) expect(shares[bin]).toBeCloseTo(count / 1237, 14);
    });
  }

  test("values on an edge belong to the bin above, the last edge to the last bin", () => {
    const { counts } = computeSizeDistribution(Float64Array.of(1, 2, 2, 3, 4), Float64Array.of(1, 2, 3, 4));
    expect([...counts]).toEqual([1, 2, 2]);
  });

  test.each([1236, 1237])("the median of %i radii is the middle of the sorted ones", (count) => {
    const radii = makeRadii(count, 7013);
    const sorted = [...radii].sort((a, b) => a - b);
    const middle = (sorted[(count - 1) >> 1]! + sorted[count >> 1]!) / 2;
    const edges = chooseEdges([radii.slice().sort()], "log");
    expect(computeSizeDistribution(radii, edges).median).toBe(middle);
  });

  test("the weighted median halves the weight", () => {
    const radii = makeRadii(2001, 7027);
    const volumes = radii.map((r) => r ** 3);
    const { median, shares } = computeSizeDistribution(
      radii,
      chooseEdges([radii.slice().sort()], "log"),
      volumes,
    );
    const sum = volumes.reduce((a, b) => a + b);
    const below = radii.reduce((part, r) => part + (r < median ? r ** 3 : 0), 0);
    expect(below).toBeLessThan(sum / 2);
    expect(below + median ** 3).toBeGreaterThanOrEqual(sum / 2);
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(median).toBeGreaterThan(computeSizeDistribution(radii, Float64Array.of(0, 1)).median);
  });

  test("what is not a positive number is left out and counted", () => {
    const radii = Float64Array.of(3e-6, Number.NaN, 0, -1e-6, 5e-6, Number.POSITIVE_INFINITY);
    const network = makeNetwork([["pore.radius", radii]], 6);
    const { distribution } = computeSizeDistributions(network).sizes[0]!;
    expect(distribution.total).toBe(2);
    expect(distribution.leftOut).toBe(4);
    expect(distribution.median).toBeCloseTo(4e-6, 18);
  });

  test("equal radii fall into one bin", () => {
    const radii = new Float64Array(9).fill(4e-6);
    const { counts, median } = computeSizeDistribution(radii, chooseEdges([radii], "log"));
    expect([...counts]).toEqual([9]);
    expect(median).toBe(4e-6);
  });

  test("quantiles interpolate as numpy's do", () => {
    // numpy.quantile([1, 2, 4, 8], [0.1, 0.25, 0.99])
    const sorted = Float64Array.of(1, 2, 4, 8);
    expect([0.1, 0.25, 0.99].map((part) => readQuantile(sorted, part))).toEqual([
      1.3,
      1.75,
      expect.closeTo(7.88, 12),
    ]);
  });
});

describe("renderSizeDistribution", () => {
  const pores = makeRadii(900, 7039);
  const throats = makeRadii(1700, 7043).map((r) => r / 3);
  const network = makeNetwork(
    [
      ["pore.diameter", pores.map((r) => 2 * r)],
      ["throat.inscribed_diameter", throats.map((r) => 2 * r)],
    ],
    900,
    1700,
  );

  test("the stairs are as high as plain counting says, read on the picture's own axes", () => {
    const svg = renderSizeDistribution(network, { scale: "log" });
    const stairs = readElements(svg, "path").filter((path) => path["fill-opacity"] !== undefined);
    expect(stairs.length).toBe(2);
    const toRadius = calibrateAxis(svg, "x", "log").toValue;
    const toShare = calibrateAxis(svg, "y", "linear").toValue;
    const { edges } = computeSizeDistributions(network, { scale: "log" }).sizes[0]!.distribution;
    for (const [index, radii] of [pores, throats].entries()) {
      const counts = countSlowly(radii, edges);
      const steps = [...stairs[index]!.d!.matchAll(/V([\d.]+)H([\d.]+)/g)];
      expect(steps.length).toBe(counts.length);
      steps.forEach(([, top, right], bin) => {
        expect(toShare(Number(top))).toBeCloseTo((100 * counts[bin]!) / radii.length, 0.5);
        expect(toRadius(Number(right)) / (edges[bin + 1]! * 1e6)).toBeCloseTo(1, 2);
      });
    }
  });

  test("medians are marked where they lie and written in the legend", () => {
    const svg = renderSizeDistribution(network, { scale: "log" });
    const toRadius = calibrateAxis(svg, "x", "log").toValue;
    const marks = readElements(svg, "line").filter((line) => line["stroke-dasharray"] !== undefined);
    for (const [index, radii] of [pores, throats].entries()) {
      const median = readQuantile(radii.slice().sort(), 0.5) * 1e6;
      expect(toRadius(Number(marks[index]!.x1)) / median).toBeCloseTo(1, 2);
      expect(
        readTexts(svg).some(({ content }) => content.includes(`median ${median.toPrecision(3)} µm`)),
      ).toBe(true);
    }
  });

  test("the axis is logarithmic when the radii spread", () => {
    expect(computeSizeDistributions(network).kind).toBe("log");
    const narrow = makeNetwork([["pore.radius", makeRadii(500, 7057, 0.1)]], 500);
    expect(computeSizeDistributions(narrow).kind).toBe("linear");
  });

  test("volumes weight the shares", () => {
    const radii = Float64Array.of(1e-6, 1e-6, 1e-6, 9e-6);
    const volumes = Float64Array.of(1, 1, 1, 7);
    const small = makeNetwork(
      [
        ["pore.radius", radii],
        ["pore.region_volume", volumes],
      ],
      4,
    );
    const { shares } = computeSizeDistributions(small, { weight: "volume" }).sizes[0]!.distribution;
    expect([shares[0], shares.at(-1)]).toEqual([expect.closeTo(0.3, 12), expect.closeTo(0.7, 12)]);
  });

  test("missing radii and volumes are named", () => {
    expect(() => renderSizeDistribution(makeNetwork([], 3))).toThrow(/throat\.radius, throat\.diameter/);
    expect(() => renderSizeDistribution(network, { weight: "volume" })).toThrow(/pore\.volume/);
    const zero = makeNetwork([["pore.radius", new Float64Array(3)]], 3);
    expect(() => renderSizeDistribution(zero)).toThrow(OptionError);
  });
});
