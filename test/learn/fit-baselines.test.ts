/** What is fitted beside a model: with what rows it makes do, and what it predicts. */
import { describe, expect, it } from "vitest";
import { applyKozenyCarman, applyRegression, fitBaselines, poolThroats } from "../../src/learn/baselines.ts";
import { completeTrainOptions } from "../../src/learn/train-options.ts";
import { prepareFor } from "../../src/learn/trained-model.ts";
import { makePair, makeRandom, scaleNetwork } from "./networks.ts";

const config = completeTrainOptions({ model: { width: 6, rounds: 2 } });
/** One network in five sizes, its permeability as the square of its size. */
const FACTORS = [0.4, 0.7, 1, 1.9, 3];
const rows = FACTORS.map((factor) => ({
  name: `x${factor}`,
  network: scaleNetwork(makePair(), factor),
  permeability: 2e-13 * factor ** 2,
}));

describe("baselines", () => {
  it("hold for a network of another size", () => {
    const baselines = fitBaselines(rows, config);
    const network = scaleNetwork(makePair(), 10);
    expect(baselines.kozenyCarman!.exponent).toBeCloseTo(1, 9);
    const law = applyKozenyCarman(baselines.kozenyCarman, { name: "large", network });
    expect(law / 2e-11).toBeCloseTo(1, 9);
    const regression = applyRegression(baselines, prepareFor({ config }, network));
    expect(regression / 2e-11).toBeCloseTo(1, 5);
  });

  it("make do without porosity and surface, and leave out what nothing flows through", () => {
    const bare = [5, 6, 7, 8].map((seed) => ({
      name: `${seed}`,
      network: makeRandom(seed),
      permeability: 1e-13 * seed,
    }));
    const closed = makeRandom(9);
    const cut = closed.with([["throat.radius", new Float64Array(closed.throatCount)]]);
    const baselines = fitBaselines([...bare, { name: "cut", network: cut, permeability: 1e-13 }], config);
    expect(baselines.kozenyCarman).toBeNull();
    expect(applyKozenyCarman(null, rows[0]!)).toBeNaN();
    const law = { factor: 1, exponent: 1 };
    expect(applyKozenyCarman(law, bare[0]!)).toBeNaN();
    expect(applyKozenyCarman(law, { ...bare[0]!, porosity: 0.5, specificSurface: 5 })).toBe(0.5 ** 3 / 25);
    const without = fitBaselines(bare, config);
    expect(baselines.regression).toEqual(without.regression);
  });

  it("have a graph network that pools, as large as the model", () => {
    const model = { ...config.model, readout: "network", bound: 100 };
    expect(poolThroats(config)).toEqual({ ...config, model });
    const flat = completeTrainOptions({ model: { rounds: 0 } });
    expect(poolThroats(flat).model).toMatchObject({ readout: "network", rounds: 1 });
  });
});
