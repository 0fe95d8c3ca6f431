/** The whole way from files to baselines, on small networks of real and synthetic rocks. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { selectRows } from "../../src/learn/dataset.ts";
import {
  averageFeatures,
  fitFeatureRegression,
  predictFeatureRegression,
} from "../../src/learn/feature-regression.ts";
import { computeFeatures, fitNormalization, normalizeFeatures } from "../../src/learn/features.ts";
import { fitKozenyCarman, predictKozenyCarman } from "../../src/learn/kozeny-carman.ts";
import { tabulateMetrics } from "../../src/learn/metrics.ts";
import { examineDomain, hydraulicConductance, resolveFlowDomain } from "../../src/network/index.ts";
import { readDataset } from "../../src/node/dataset-files.ts";
import { solveDomain } from "../network/oracle.ts";
import { prepare } from "./networks.ts";

const dataset = await readDataset(fileURLToPath(new URL("../fixtures/rocks", import.meta.url)));
/** K_pnm_voxel2 of the index, in the order of its rows. */
const TRADITIONAL = [0.0224785, 0.227531, 0.0039895, 0.0698962, 0.0132519, 0.257422, 1.51009, 0.690294];

describe("networks of rocks", () => {
  it("have every feature", () => {
    const features = dataset.rows.map(({ network, voxelSize }) =>
      computeFeatures(resolveFlowDomain(network), { voxelSize }),
    );
    for (const { throat, pore } of features) expect([...throat, ...pore].every(Number.isFinite)).toBe(true);
    const normalization = fitNormalization(features);
    expect([...normalization.throat.scale, ...normalization.pore.scale].every((scale) => scale > 0)).toBe(
      true,
    );
    const largest = features.flatMap((each) => {
      const { throat, pore } = normalizeFeatures(each, normalization);
      return [...throat, ...pore].map(Math.abs);
    });
    expect(Math.max(...largest)).toBeLessThan(10);
  });

  it("have the traditional permeability that their index tells, but for its classes of shape", () => {
    for (const [k, { network, voxelSize }] of dataset.rows.entries()) {
      const domain = resolveFlowDomain(network);
      const { values, viscosity } = hydraulicConductance(network);
      const { flowRate } = solveDomain(domain, examineDomain(domain, values), values);
      const permeability = (viscosity * flowRate * domain.length) / domain.area / voxelSize! ** 2;
      expect(Math.abs(permeability / TRADITIONAL[k]! - 1)).toBeLessThan(0.05);
    }
  });

  it("give the errors of every predictor by family and size", () => {
    const [train, test] = [selectRows(dataset, "train"), selectRows(dataset, "test")];
    const average = (row: (typeof train)[number]) => {
      const { domain, mask } = prepare(row.network);
      return averageFeatures(domain, mask, { voxelSize: row.voxelSize });
    };
    const law = fitKozenyCarman(train, { exponent: 1 });
    const regression = fitFeatureRegression(
      train.map(average),
      train.map(({ permeability }) => permeability),
    );
    const table = tabulateMetrics(test, [
      { name: "kozenyCarman", permeability: test.map((row) => predictKozenyCarman(law, row)) },
      {
        name: "regression",
        permeability: test.map((row) => predictFeatureRegression(regression, average(row))),
      },
    ]);
    expect(table.map(({ name, family, size, count }) => `${name} ${family} ${size} ${count}`)).toEqual(
      ["kozenyCarman", "regression"].flatMap((name) =>
        [
          "all all 3",
          "berea all 1",
          "blobs all 1",
          "overlap all 1",
          "all small 3",
          "berea small 1",
          "blobs small 1",
          "overlap small 1",
        ].map((rest) => `${name} ${rest}`),
      ),
    );
    expect(table.every(({ failed, mape }) => failed === 0 && mape > 0)).toBe(true);
    // The four rows of the fit are reproduced: four unknowns are fewer than the features.
    for (const row of train) {
      expect(predictFeatureRegression(regression, average(row)) / row.permeability).toBeCloseTo(1, 2);
    }
  });
});
