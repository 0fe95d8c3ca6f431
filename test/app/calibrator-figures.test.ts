import { describe, expect, it } from "vitest";
import { bestOf, drawSearch, historyOf, unitOf } from "../../examples/app/src/engine/calibrator-figures.ts";
import { completeCalibration, type SearchState } from "../../src/calibrate/index.ts";
import { uniform } from "../../src/network/index.ts";

const CONFIG = completeCalibration({
  network: { preset: "sand" },
  controls: [
    { name: "throatRadius", low: 1e-4, high: 4e-4 },
    { name: "throatRadiusSpread", low: 0, high: 0.5 },
  ],
  targets: [
    { kind: "permeability", value: 1e-11 },
    { kind: "coordination", value: 2.5 },
  ],
});

/** Of points all over the bounds, with the residuals of a bowl around r = 2e-4, spread 0.2. */
function drawState(count: number): SearchState {
  const points: number[] = [];
  const residuals: (number | null)[] = [];
  const values: (number | null)[] = [];
  for (let i = 0; i < count; i++) {
    const [u, v] = [uniform(91, 3, i), uniform(91, 4, i)];
    points.push(Math.log(1e-4) + u * Math.log(4), 0.5 * v);
    const terms = [2 * (u - 0.5), v - 0.4];
    const isBlocked = i === 1;
    residuals.push(...terms.map((term) => (isBlocked ? null : term)));
    values.push(isBlocked ? null : terms[0]! ** 2 + terms[1]! ** 2);
  }
  return {
    format: "porenet search",
    version: 1,
    method: "kasa-variance",
    seed: 9,
    batchSize: 1,
    period: 10,
    bounds: [
      [Math.log(1e-4), Math.log(4e-4)],
      [0, 0.5],
    ],
    rounds: [count],
    points,
    values,
    residuals,
    checksum: "",
  };
}

describe("figures of a search", () => {
  it("reads candidates out of a state: a positive control by its logarithm, another as it is", () => {
    const history = historyOf(CONFIG, drawState(5));
    expect(history).toHaveLength(5);
    for (const [i, { x, residuals }] of history.entries()) {
      expect(x[0]! / (1e-4 * 4 ** uniform(91, 3, i))).toBeCloseTo(1, 12);
      expect(x[1]).toBe(0.5 * uniform(91, 4, i));
      if (i !== 1) expect(residuals![1]).toBeCloseTo(uniform(91, 4, i) - 0.4, 12);
    }
    expect(history[1]).toMatchObject({ value: Infinity, residuals: [Infinity, Infinity] });
  });

  it("finds the best, and none where nothing will do", () => {
    const history = historyOf(CONFIG, drawState(30));
    expect(bestOf(history)!.value).toBe(Math.min(...history.map(({ value }) => value)));
    expect(bestOf(history.slice(1, 2))).toBeUndefined();
    expect(drawSearch(CONFIG, history.slice(1, 2))).toEqual([]);
  });

  it("draws convergence first, and the surface once there is enough to krige from", () => {
    const history = historyOf(CONFIG, drawState(30));
    const named = (count: number) => drawSearch(CONFIG, history.slice(0, count)).map(({ name }) => name);
    expect(named(3)).toEqual(["convergence"]);
    expect(named(12)).toEqual(["error-surface", "convergence"]);
    const [surface] = drawSearch(CONFIG, history);
    expect(surface!.svg).toContain("throat radius r [mm]");
    expect(surface!.svg).toContain("30 true evaluations");
    expect(surface!.svg).toContain("kriging standard deviation");
  });

  it("draws a level surface where all values are one, and none for a single control", () => {
    const state = drawState(12);
    const flat = {
      ...state,
      residuals: state.residuals!.map(() => 0.5),
      values: state.values.map(() => 0.5),
    };
    const names = drawSearch(CONFIG, historyOf(CONFIG, flat)).map(({ name }) => name);
    expect(names).toEqual(["error-surface", "convergence"]);
    const single = { ...CONFIG, controls: CONFIG.controls.slice(0, 1) };
    const alone = historyOf(CONFIG, drawState(12)).map((each) => ({ ...each, x: each.x.slice(0, 1) }));
    expect(drawSearch(single, alone).map(({ name }) => name)).toEqual(["convergence"]);
  });

  it("kriges from a part of many, all of them being shown", () => {
    const start = performance.now();
    const [surface] = drawSearch(CONFIG, historyOf(CONFIG, drawState(900)));
    expect(performance.now() - start).toBeLessThan(20_000);
    expect(surface!.svg).toContain("900 true evaluations");
  });

  it("shows lengths in millimetres, of fine rock in micrometres", () => {
    expect(unitOf({ name: "distance", low: 1e-4, high: 1e-3 })).toMatchObject({ unit: "mm", factor: 1e3 });
    expect(unitOf({ name: "throatRadius", low: 1e-6, high: 2e-5 })).toMatchObject({
      unit: "µm",
      factor: 1e6,
    });
    expect(unitOf({ name: "neighbours", low: 2, high: 4 })).toMatchObject({ unit: "-", factor: 1 });
  });
});
