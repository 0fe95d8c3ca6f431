/** Annealing chains on the device against the same judgement in float64. */
import { describe, expect, it } from "vitest";
import { minimize, type SearchState } from "../../src/calibrate/minimize.ts";
import { type ChainTally, createJudge, type Quest, worthOf } from "../../src/calibrate/search-chains.ts";
import { createDeviceChains } from "../../src/calibrate/search-chains-device.ts";
import { FORMS } from "../../src/calibrate/search-choice.ts";
import { type CovarianceForm, priorOf } from "../../src/calibrate/search-covariance.ts";
import { distanceBetween, drawDesign, RandomStream } from "../../src/calibrate/search-random.ts";
import { Surrogate } from "../../src/calibrate/search-surrogate.ts";
import { useDevice } from "../support/device.ts";
import { branin } from "./search-functions.ts";

const device = await useDevice();

function makeQuest(form: CovarianceForm, count: number, dimension: number, seed: number): Quest {
  const random = new RandomStream(seed);
  const design = drawDesign(random, count, dimension);
  const values = Float64Array.from(design, (x) => x.reduce((sum, u, j) => sum + Math.sin((3 + j) * u), 0));
  const theta = priorOf(form, dimension).mean.slice();
  theta[theta.length - 1] = Math.log(1e-3);
  const points = Float64Array.from(design.flatMap((x) => [...x]));
  const surrogate = Surrogate.create(form, points, values, theta)!;
  return {
    surrogate,
    threshold: values.reduce((least, value) => Math.min(least, value)),
    low: new Float64Array(dimension).fill(0.1),
    high: new Float64Array(dimension).fill(0.9),
    near: design.slice(0, 3),
    spread: 0.3,
    closed: [{ center: new Float64Array(dimension).fill(0.5), radius: 0.1 }],
    temperature: 2,
  };
}

const emptyTally = (): ChainTally => ({ judged: 0, moved: 0, accepted: 0 });
const lanes = () => (device.kind === "hardware" ? 64 : 8);

describe("chains on the device", () => {
  for (const form of FORMS) {
    for (const [count, dimension] of [
      [9, 1],
      [40, 2],
      [65, 6],
    ] as const) {
      it(`find what the host judges as well: ${form.shape} ${form.model}, ${count} points, ${dimension} axes`, async () => {
        const quest = makeQuest(form, count, dimension, 1009 + count);
        const chains = 8 * lanes() + 1;
        const run = await createDeviceChains(device, chains);
        const tally = emptyTally();
        const states = await run(quest, new RandomStream(1013), tally);
        expect(states).toHaveLength(Math.min(64, chains));
        expect(tally.moved).toBe(25 * chains);
        expect(tally.accepted).toBeGreaterThan(0);
        expect(tally.accepted).toBeLessThan(tally.moved);
        const judgement = quest.surrogate.createJudgement();
        for (const { x, worth } of states) {
          for (const each of x) expect(each >= 0.1 && each <= 0.9).toBe(true);
          expect(distanceBetween(x, quest.closed[0]!.center)).toBeGreaterThan(0.1 - 1e-6);
          quest.surrogate.predict(x, judgement);
          expect(worth).toBe(worthOf(judgement, quest.threshold));
        }
        // Chains climb: the best of them beats what as many points drawn at random come to.
        const judge = createJudge(quest, emptyTally());
        const random = new RandomStream(1019);
        const drawn = Array.from({ length: chains }, () =>
          judge(quest.low.map((low, axis) => low + (quest.high[axis]! - low) * random.uniform())),
        );
        const best = Math.max(...states.map(({ worth }) => worth));
        expect(best).toBeGreaterThanOrEqual(Math.max(...drawn));
      });
    }
  }

  it("judge in float32 what float64 does", async () => {
    for (const form of FORMS) {
      const quest = makeQuest(form, 50, 3, 1021);
      const run = await createDeviceChains(device, 3 * lanes());
      const states = await run.judgeAlone(quest, new RandomStream(1031));
      const judge = createJudge(quest, emptyTally());
      for (const { x, worth } of states) {
        const exact = judge(x);
        expect(Math.abs(worth - exact)).toBeLessThan(2e-3 * Math.max(1, Math.abs(exact)));
      }
    }
  });

  it("repeat from a seed", async () => {
    const quest = makeQuest(FORMS[0]!, 30, 2, 1033);
    const run = await createDeviceChains(device);
    const first = await run(quest, new RandomStream(1039), emptyTally());
    const second = await run(quest, new RandomStream(1039), emptyTally());
    const other = await run(quest, new RandomStream(1049), emptyTally());
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

describe("a search on the device", () => {
  const bounds = [
    [-5, 10],
    [0, 15],
  ] as const;
  const objective = (points: number[][]) => points.map(branin);

  it("ends at the minimum, and a resumed one at the same points", async () => {
    const states: SearchState[] = [];
    const options = { device, seed: 1051, maxEvaluations: 40, target: 0.4018 };
    const whole = await minimize(objective, bounds, {
      ...options,
      onState: (state) => void states.push(state),
    });
    expect(whole.status).toBe("target");
    expect(whole.judged).toBeGreaterThan(1000 * (whole.rounds - 5));
    const state = JSON.parse(JSON.stringify(states[9]!)) as SearchState;
    const resumed = await minimize(objective, bounds, { ...options, state });
    expect(resumed).toEqual(whole);
  });
});
