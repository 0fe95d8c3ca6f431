import { describe, expect, it } from "vitest";
import { OptionError } from "../../src/errors.ts";
import {
  averageFeatures,
  fitFeatureRegression,
  type MeanFeatures,
  predictFeatureRegression,
} from "../../src/learn/feature-regression.ts";
import {
  fitKozenyCarman,
  measurePorosityAndSurface,
  predictKozenyCarman,
} from "../../src/learn/kozeny-carman.ts";
import { evaluateLinear, fitLinear } from "../../src/learn/least-squares.ts";
import { PoreNetwork } from "../../src/network/index.ts";
import { makePair, makeRandom, prepare, scaleNetwork } from "./networks.ts";

describe("fitLinear", () => {
  const rows = [
    [0.0, 0.3],
    [-0.27, -0.89],
    [-0.45, -0.99],
    [0.06, 1.34],
    [-0.49, -0.62],
    [0.49, 0.36],
  ];
  const targets = [0.11, -0.93, -0.03, 0.7, -1.34, -0.46];

  it("agrees with numpy.linalg.lstsq", () => {
    const { intercept, slopes } = fitLinear(rows, targets);
    expect(intercept).toBeCloseTo(-0.31535124, 7);
    expect(slopes[0]).toBeCloseTo(-0.43491279, 7);
    expect(slopes[1]).toBeCloseTo(0.68987, 5);
  });

  it("agrees with the closed form of ridge regression on standardised columns", () => {
    const { intercept, slopes } = fitLinear(rows, targets, 0.3);
    expect(intercept).toBeCloseTo(-0.28794025543548735, 12);
    expect(slopes[0]).toBeCloseTo(0.00961044, 7);
    expect(slopes[1]).toBeCloseTo(0.43203115, 7);
  });

  it("ignores columns that do not vary and refuses those that depend on each other", () => {
    const constant = fitLinear(
      rows.map((row) => [...row, 5]),
      targets,
    );
    expect(constant.slopes[2]).toBe(0);
    expect(evaluateLinear(constant, [0.1, 0.2, 5])).toBeCloseTo(
      evaluateLinear(fitLinear(rows, targets), [0.1, 0.2]),
      12,
    );
    const dependent = rows.map(([a, b]) => [a!, b!, a! - 2 * b!]);
    expect(() => fitLinear(dependent, targets)).toThrow(OptionError);
    const ridged = fitLinear(dependent, targets, 1e-6);
    expect(evaluateLinear(ridged, dependent[3]!)).toBeCloseTo(
      evaluateLinear(fitLinear(rows, targets), rows[3]!),
      4,
    );
  });

  it("refuses what is not finite or of unequal lengths", () => {
    expect(() => fitLinear([[1], [Number.NaN]], [1, 2])).toThrow(/Row 1/);
    expect(() => fitLinear([[1], [2, 3]], [1, 2])).toThrow(OptionError);
    expect(() => fitLinear([], [])).toThrow(OptionError);
  });
});

describe("Kozeny–Carman", () => {
  const network = makePair();
  const rows = [
    { porosity: 0.12, specificSurface: 6e4, permeability: 1.1e-14 },
    { porosity: 0.2, specificSurface: 8e4, permeability: 8e-14 },
    { porosity: 0.25, specificSurface: 9e4, permeability: 1.3e-13 },
    { porosity: 0.33, specificSurface: 7e4, permeability: 1.2e-12 },
  ].map((row, k) => ({ ...row, name: `rock ${k}`, network }));

  it("agrees with numpy.polyfit of ln K on ln φ³/S²", () => {
    const law = fitKozenyCarman(rows);
    expect(law.exponent).toBeCloseTo(1.696074032048482, 9);
    expect(law.factor / 9850272.489006422).toBeCloseTo(1, 7);
    const classical = fitKozenyCarman(rows, { exponent: 1 });
    expect(classical.exponent).toBe(1);
    expect(classical.factor).toBeCloseTo(0.06341526598126082, 12);
  });

  it("finds the law that made the data, and follows it", () => {
    const made = rows.map((row) => ({
      ...row,
      permeability: 0.2 * (row.porosity ** 3 / row.specificSurface ** 2),
    }));
    const law = fitKozenyCarman(made);
    expect(law.exponent).toBeCloseTo(1, 9);
    for (const row of made) expect(predictKozenyCarman(law, row) / row.permeability).toBeCloseTo(1, 9);
  });

  it("measures parallel tubes exactly: φ = N π r²/A, S = N 2 π r/A", () => {
    const [radius, count, length, area] = [1e-5, 3, 1e-3, 1e-8];
    const tubes = new PoreNetwork({
      coords: new Float64Array(0),
      conns: Int32Array.of(-1, -2, -1, -2, -1, -2),
      box: { origin: [0, 0, 0], size: [length, 1e-4, 1e-4] },
      properties: [
        ["throat.radius", new Float64Array(count).fill(radius)],
        ["throat.volume", new Float64Array(count).fill(Math.PI * radius ** 2 * length)],
      ],
    });
    const found = measurePorosityAndSurface(tubes)!;
    expect(found.porosity).toBeCloseTo((count * Math.PI * radius ** 2) / area, 12);
    expect(found.specificSurface / ((count * 2 * Math.PI * radius) / area)).toBeCloseTo(1, 12);
    expect(
      measurePorosityAndSurface(new PoreNetwork({ coords: new Float64Array(3), conns: new Int32Array(0) })),
    ).toBeUndefined();
  });

  it("takes a network's own where a row has none, and says when there are none", () => {
    const { porosity, specificSurface } = measurePorosityAndSurface(network)!;
    const bare = { name: "bare", network };
    const law = { factor: 0.2, exponent: 1 };
    expect(predictKozenyCarman(law, bare)).toBe(
      predictKozenyCarman(law, { ...bare, porosity, specificSurface }),
    );
    const empty = new PoreNetwork({ coords: new Float64Array(3), conns: new Int32Array(0) });
    expect(() => predictKozenyCarman(law, { name: "empty", network: empty })).toThrow(
      /"empty" are unknown and unknown/,
    );
  });
});

describe("regression on mean features", () => {
  const networks = Array.from({ length: 40 }, (_, k) => scaleNetwork(makeRandom(100 + k), 1 + k / 10));
  const averages = networks.map((network) => {
    const { domain, mask } = prepare(network);
    return averageFeatures(domain, mask, { voxelSize: 1e-6 });
  });
  const column = (name: string) => averages[0]!.columns.indexOf(name);

  it("averages over what carries flow and leaves features of the sample out", () => {
    const network = networks.find((each) => prepare(each).mask.throat.includes(0))!;
    const { domain, mask } = prepare(network);
    const radii = network.numbers("throat.radius").filter((_, e) => mask.throat[e] === 1);
    const mean = radii.reduce((sum, r) => sum + Math.log(r / 1e-6), 0) / radii.length;
    const found = averageFeatures(domain, mask, { voxelSize: 1e-6 });
    expect(found.values[column("throat.radiusOverVoxel")]).toBeCloseTo(mean, 5);
    expect(found.columns.filter((name) => /reservoirEnds|isAtFace/.test(name))).toEqual([]);
  });

  it("finds a law that is linear in the means", () => {
    const law = (each: MeanFeatures) =>
      each.meanThroatRadius ** 2 *
      Math.exp(
        -3 +
          1.5 * each.values[column("throat.coordinationMean")]! -
          0.8 * each.values[column("throat.radiusMean")]!,
      );
    const regression = fitFeatureRegression(averages, averages.map(law));
    for (const each of averages)
      expect(predictFeatureRegression(regression, each) / law(each)).toBeCloseTo(1, 2);
  });

  it("scales with length squared", () => {
    const permeability = averages.map(
      ({ meanThroatRadius }, k) => meanThroatRadius ** 2 * (1 + 0.1 * Math.sin(k)),
    );
    const regression = fitFeatureRegression(averages, permeability);
    const { domain, mask } = prepare(scaleNetwork(networks[5]!, 3));
    const scaled = predictFeatureRegression(regression, averageFeatures(domain, mask, { voxelSize: 3e-6 }));
    expect(scaled / predictFeatureRegression(regression, averages[5]!)).toBeCloseTo(9, 3);
  });

  it("takes the mean for what is not known, and does not lean on rounding", () => {
    const permeability = averages.map(
      ({ meanThroatRadius }, k) => meanThroatRadius ** 2 * (1 + 0.1 * Math.sin(k)),
    );
    const regression = fitFeatureRegression(averages, permeability);
    const means = averages.map(({ values }) => values[column("throat.radiusOverVoxel")]!);
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
    const change = (value: number) => ({
      ...averages[5]!,
      values: averages[5]!.values.map((each, k) => (k === column("throat.radiusOverVoxel") ? value : each)),
    });
    expect(predictFeatureRegression(regression, change(Number.NaN))).toBeCloseTo(
      predictFeatureRegression(regression, change(mean)),
      25,
    );
    // ⟨r⟩ is over the open throats: with all of them in the flow the mean of ln(r/⟨r⟩) is rounding alone.
    expect(regression.columns).toContain("throat.radiusOverMean");
    expect(Math.abs(regression.fit.slopes[column("throat.radiusOverMean")]!)).toBeLessThan(100);
  });

  it("refuses other columns", () => {
    const regression = fitFeatureRegression(
      averages,
      averages.map(() => 1e-12),
    );
    expect(() => predictFeatureRegression(regression, { ...averages[0]!, columns: ["a"] })).toThrow(
      OptionError,
    );
    expect(() => fitFeatureRegression([], [])).toThrow(OptionError);
  });
});
