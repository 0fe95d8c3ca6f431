/** The search's kriging against the library's own, finite differences and refits. */
import { describe, expect, it } from "vitest";
import { Kriging } from "../../src/calibrate/kriging.ts";
import { FORMS, SurrogateChooser } from "../../src/calibrate/search-choice.ts";
import { type CovarianceForm, countParameters, priorOf } from "../../src/calibrate/search-covariance.ts";
import { drawDesign, RandomStream } from "../../src/calibrate/search-random.ts";
import { Surrogate } from "../../src/calibrate/search-surrogate.ts";
import { WARPS, warpPenalty, warpValues } from "../../src/calibrate/search-warp.ts";
import { RANGE_OVER_LENGTH } from "../../src/calibrate/variogram.ts";

const DIMENSION = 3;

function drawCase(form: CovarianceForm, count = 18) {
  const random = new RandomStream(1061);
  const design = drawDesign(random, count, DIMENSION);
  const points = Float64Array.from(design.flatMap((x) => [...x]));
  const values = Float64Array.from(
    design,
    (x) => Math.sin(4 * x[0]!) + x[1]! * x[2]! + 0.3 * random.normal(),
  );
  const theta = priorOf(form, DIMENSION).mean.map((each) => each + 0.4 * random.normal());
  theta[theta.length - 1] = Math.log(0.05);
  return { random, points, values, theta, surrogate: Surrogate.create(form, points, values, theta)! };
}

describe.each(FORMS)("kriging with a $shape $model covariance", (form) => {
  it("has the likelihood's gradient", () => {
    const { points, values, theta, surrogate } = drawCase(form);
    const gradient = new Float64Array(countParameters(form, DIMENSION));
    surrogate.differentiate(gradient);
    theta.forEach((_, i) => {
      const [up, down] = [1e-5, -1e-5].map((step) => {
        const moved = theta.map((each, k) => each + (k === i ? step : 0));
        return Surrogate.create(form, points, values, moved)!.deviance;
      });
      expect(gradient[i]!).toBeCloseTo((up! - down!) / 2e-5, 6);
    });
  });

  it("has the gradients of estimate and variance", () => {
    const { random, surrogate } = drawCase(form);
    const judgement = surrogate.createJudgement();
    const other = surrogate.createJudgement();
    for (let k = 0; k < 5; k++) {
      const x = Float64Array.from({ length: DIMENSION }, () => random.uniform());
      surrogate.predictGradient(x, judgement);
      x.forEach((_, axis) => {
        const [up, down] = [1e-6, -1e-6].map((step) => {
          surrogate.predict(
            x.map((each, j) => each + (j === axis ? step : 0)),
            other,
          );
          return { ...other };
        });
        expect(judgement.estimateGradient[axis]!).toBeCloseTo((up!.estimate - down!.estimate) / 2e-6, 5);
        expect(judgement.varianceGradient[axis]!).toBeCloseTo((up!.variance - down!.variance) / 2e-6, 5);
      });
    }
  });

  it("foretells a point left out as kriging without it does", () => {
    const { points, values, theta, surrogate } = drawCase(form);
    for (const left of [0, 7, 17]) {
      const keep = Array.from(values.keys()).filter((i) => i !== left);
      const rows = Float64Array.from(
        keep.flatMap((i) => [...points.slice(i * DIMENSION, (i + 1) * DIMENSION)]),
      );
      const rest = Surrogate.create(
        form,
        rows,
        Float64Array.from(keep, (i) => values[i]!),
        theta,
      )!;
      const judgement = rest.createJudgement();
      rest.predict(points.slice(left * DIMENSION, (left + 1) * DIMENSION), judgement);
      // The sill stays that of all points, and an observation has the nugget too.
      const variance =
        (judgement.variance * surrogate.sill) / rest.sill + surrogate.sill * surrogate.covariance.nugget;
      const residual = values[left]! - judgement.estimate;
      const density = -0.5 * Math.log(variance) - (0.5 * residual * residual) / variance;
      expect(surrogate.leaveOneOutDensity(left)).toBeCloseTo(density, 6);
    }
  });
});

describe("the search's kriging", () => {
  it.each(FORMS.filter(({ shape }) => shape === "product"))("is that of the library: $model", (form) => {
    const { random, points, values, theta, surrogate } = drawCase(form);
    // e^(−h²/2ℓ²) has √2 times the length of e^(−h²/ℓ²).
    const factor = RANGE_OVER_LENGTH[form.model] * (form.model === "gaussian" ? Math.SQRT2 : 1);
    const { sill, covariance } = surrogate;
    const kriging = new Kriging(points, values, {
      dimension: DIMENSION,
      nuggetKind: "noise",
      variogram: {
        model: form.model,
        sill,
        nugget: sill * covariance.nugget,
        ranges: Array.from(theta.slice(0, DIMENSION), (each) => factor * Math.exp(each)),
      },
    });
    const judgement = surrogate.createJudgement();
    for (let k = 0; k < 6; k++) {
      const x = Float64Array.from({ length: DIMENSION }, () => random.uniform());
      surrogate.predict(x, judgement);
      const { estimate, variance } = kriging.predict(x);
      expect(judgement.estimate).toBeCloseTo(estimate[0]!, 9);
      expect(judgement.variance).toBeCloseTo(variance[0]!, 9);
    }
  });

  it("learns a sum of curves from fewer points than a product could", () => {
    const f = (x: Float64Array) => x.reduce((sum, u, j) => sum + Math.sin((5 + j) * u), 0);
    const random = new RandomStream(1063);
    const design = drawDesign(random, 40, 4);
    const chooser = new SurrogateChooser(4);
    const points = Float64Array.from(design.flatMap((x) => [...x]));
    const { surrogate, warped } = chooser.choose(points, design.map(f));
    expect(surrogate.covariance.form.shape).toBe("additive");
    const judgement = surrogate.createJudgement();
    let sum = 0;
    for (let k = 0; k < 50; k++) {
      const x = Float64Array.from({ length: 4 }, () => 0.05 + 0.9 * random.uniform());
      surrogate.predict(x, judgement);
      sum += (judgement.estimate - warped.map(f(x))) ** 2;
    }
    // In standard deviations of the values.
    expect(Math.sqrt(sum / 50)).toBeLessThan(0.2);
  });

  it("stands points on top of each other, and values that are all equal", () => {
    const points = Float64Array.of(0.5, 0.5, 0.5, 0.5, 0.2, 0.8, 0.2, 0.8, 0.9, 0.1);
    for (const values of [
      [1, 1, 2, 2.5, 3],
      [4, 4, 4, 4, 4],
      [1, 1e300, 2, Number.POSITIVE_INFINITY, -1e300],
    ]) {
      const { surrogate } = new SurrogateChooser(2).choose(points, values);
      const judgement = surrogate.createJudgement();
      surrogate.predict(Float64Array.of(0.3, 0.4), judgement);
      expect(Number.isFinite(judgement.estimate)).toBe(true);
      expect(judgement.variance).toBeGreaterThan(0);
    }
  });
});

describe("warps", () => {
  const values = [3, -1, 12, 0.5, 7, Number.POSITIVE_INFINITY, 2, 1e120];

  it.each(WARPS)("keep the order, with the slope of finite differences: $end $share", (warp) => {
    const { map, logSlope, values: warped, logJacobian } = warpValues(values, warp);
    const feasible = [-1, 0.5, 2, 3, 7, 12];
    for (let i = 1; i < feasible.length; i++) {
      expect(map(feasible[i]!)).toBeGreaterThan(map(feasible[i - 1]!));
    }
    for (const y of feasible.slice(1, -1)) {
      expect(Math.exp(logSlope(y))).toBeCloseTo((map(y + 1e-6) - map(y - 1e-6)) / 2e-6, 6);
    }
    expect(logJacobian).toBeCloseTo(
      feasible.reduce((sum, y) => sum + logSlope(y), 0),
      12,
    );
    // What will not do is as bad as the worst that does.
    expect([warped[5], warped[7]]).toEqual([map(12), map(12)]);
    expect(warpPenalty(warp)).toBeGreaterThanOrEqual(0);
  });

  it("let what will not do stand out where little else does", () => {
    const few = [
      Number.POSITIVE_INFINITY,
      2,
      Number.POSITIVE_INFINITY,
      1e200,
      Number.POSITIVE_INFINITY,
      3,
      1e101,
    ];
    const { values: warped, map } = warpValues(few, WARPS[0]!);
    expect(warped[0]).toBe(map(3) + 1);
    expect([warped[2], warped[3], warped[6]]).toEqual([warped[0], warped[0], warped[0]]);
    expect([warped[1], warped[5]]).toEqual([map(2), map(3)]);
  });

  it("are chosen by the likelihood: walls call for the lower end", () => {
    const design = drawDesign(new RandomStream(1069), 24, 2);
    const steep = design.map(([a, b]) => Math.exp(12 * ((a! - 0.4) ** 2 + (b! - 0.6) ** 2)));
    const points = Float64Array.from(design.flatMap((x) => [...x]));
    const { warped } = new SurrogateChooser(2).choose(points, steep);
    const [low, mid, high] = [1, 10, 100].map(warped.map);
    // Equal ratios become nearly equal distances.
    expect((high! - mid!) / (mid! - low!)).toBeLessThan(2);
  });
});
