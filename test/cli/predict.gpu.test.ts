/**
 * `porenet predict`, `evaluate` and `solve --closure learned` with a model of random weights: their numbers against
 * a float64 solve of the conductances that the model gives on the host.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { fitBaselines, poolThroats } from "../../src/learn/baselines.ts";
import { type Dataset, type DatasetRow, selectRows } from "../../src/learn/dataset.ts";
import { averageFeatures, predictFeatureRegression } from "../../src/learn/feature-regression.ts";
import { predictKozenyCarman } from "../../src/learn/kozeny-carman.ts";
import { evaluateModel, predictConductance, prepareFor } from "../../src/learn/trained-model.ts";
import {
  type Axis,
  examineDomain,
  type FlowDomain,
  hydraulicConductance,
  type PoreNetwork,
  resolveFlowDomain,
} from "../../src/network/index.ts";
import { readDataset } from "../../src/node/dataset-files.ts";
import { readNetworkFile } from "../../src/node/files.ts";
import { readModel, writeBaselines, writeModel } from "../../src/node/model-files.ts";
import { makeModel } from "../learn/made-model.ts";
import { solveDomain } from "../network/oracle.ts";
import { useDevice } from "../support/device.ts";
import { writeRow } from "./row.ts";
import { useFolder } from "./run-cli.ts";
import { runHere } from "./run-here.ts";

// Skips where there is no adapter; each run opens its own.
await useDevice();
const ROCKS = fileURLToPath(new URL("../fixtures/rocks", import.meta.url));
const [BLOBS, BEREA] = ["blobs_s_d074", "berea_sz_064_128_320"].map((name) => join(ROCKS, "nets", name)) as [
  string,
  string,
];
const folder = useFolder();
const MODEL = join(folder, "model");

const dataset: Dataset = await readDataset(ROCKS);
const [TRAIN, TEST] = [selectRows(dataset, "train"), selectRows(dataset, "test")];
const model = makeModel(TRAIN, { members: 2, model: { width: 5, rounds: 2 } });
const pooled = makeModel(TRAIN, poolThroats(model.config));
const baselines = fitBaselines(TRAIN, model.config);
const rowOf = (name: string) => dataset.rows.find((row) => row.name === name)!;

beforeAll(async () => {
  await writeModel(MODEL, model);
  await writeModel(join(MODEL, "pooled"), pooled);
  await writeBaselines(MODEL, baselines);
  writeRow(folder);
  const row = JSON.parse(readFileSync(join(folder, "row.json"), "utf8"));
  // A fifth pore aside, so that the pores have an extent.
  row["pore.coords"][4][2] = 5e-5;
  writeFileSync(join(folder, "bare.json"), JSON.stringify(row));
  row["throat.radius"] = [1e-6, 1e-6, 1e-6];
  row["throat.hydraulic_conductance"][1] = 0;
  writeFileSync(join(folder, "cut.json"), JSON.stringify(row));
});

/** [m²] */
function solveOnHost(domain: FlowDomain, conductance: Float64Array, viscosity: number): number {
  const { flowRate } = solveDomain(domain, examineDomain(domain, conductance), conductance);
  return (viscosity * flowRate * domain.length) / domain.area;
}

function traditionalOf(network: PoreNetwork, axis: Axis = "x"): number {
  const { values, viscosity } = hydraulicConductance(network);
  return solveOnHost(resolveFlowDomain(network, { axis }), values, viscosity);
}

function learnedOf(
  { network, voxelSize }: Pick<DatasetRow, "network" | "voxelSize">,
  axis: Axis = "x",
): number {
  const graph = prepareFor(model, network, { voxelSize, domain: { axis } });
  const { values, viscosity } = predictConductance(model, graph);
  return solveOnHost(graph.domain, values, viscosity);
}

const expectRatio = (value: number, expected: number) =>
  expect(Math.abs(value / expected - 1)).toBeLessThan(1e-8);

describe("porenet predict", () => {
  it("gives an object for each network and axis: the model's permeability, and the traditional one", async () => {
    const voxel = `${rowOf("blobs_s_d074").voxelSize}`;
    const args = [
      "predict",
      MODEL,
      BLOBS,
      `${BEREA}_link1.dat`,
      "--axis",
      "all",
      "--voxel-size",
      voxel,
      "--json",
    ];
    const { code, stdout, stderr } = await runHere(args);
    expect([code, stderr]).toEqual([0, ""]);
    const list = JSON.parse(stdout);
    expect(list.map((each: { network: string; axis: string }) => `${each.network} ${each.axis}`)).toEqual(
      ["blobs_s_d074", "berea_sz_064_128_320"].flatMap((name) =>
        ["x", "y", "z"].map((axis) => `${name} ${axis}`),
      ),
    );
    for (const { network, axis, permeability, traditional, status } of list) {
      const facts = { voxelSize: Number(voxel) };
      const row = { network: await readNetworkFile(join(ROCKS, "nets", network), facts), ...facts };
      expect([status, traditional.status, traditional.closure]).toEqual([
        "converged",
        "converged",
        "shape-factor",
      ]);
      expectRatio(permeability.m2, learnedOf(row, axis));
      expectRatio(traditional.m2, traditionalOf(row.network, axis));
      for (const { m2, mD } of [permeability, traditional]) expectRatio(m2 / mD, 9.869233e-16);
      expect(Math.abs(permeability.m2 / traditional.m2 - 1)).toBeGreaterThan(0.01);
    }
  });

  it("says what is not known, what flows not and what is lacking, and tells the others all the same", async () => {
    const cut = await runHere(["predict", MODEL, join(folder, "cut.json"), BLOBS]);
    expect(cut.code).toBe(1);
    expect(cut.stdout).toMatch(/^cut +x +not-percolating +not-percolating$/m);
    expect(cut.stdout).toMatch(/^blobs_s_d074 +x +\S+ mD +\S+e-1\d +\S+ mD$/m);
    expect(cut.stdout).toMatch(
      /^model +4 networks of rocks \(berea, grain\); mean error 12.5 % on networks held out$/m,
    );
    expect(cut.stderr).toMatch(/voxel size of 2 networks is not known/);
    expect(cut.stderr).toMatch(/cut along x: nothing flows/);
    const bare = await runHere(["predict", MODEL, join(folder, "bare.json"), "--json", "--quiet"]);
    expect(bare.code).toBe(2);
    expect(bare.stderr).toMatch(/bare along x: .*radii/);
    expect(JSON.parse(bare.stdout)).toMatchObject([
      { network: "bare", status: "invalid", permeability: { m2: null } },
    ]);
  });
});

describe("porenet evaluate", () => {
  it("gives the errors of all five predictors on the rows for testing, by family and size", async () => {
    const { code, stdout, stderr } = await runHere(["evaluate", MODEL, ROCKS, "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    const { rows, failures } = JSON.parse(stdout);
    expect(failures).toEqual([]);
    const names = ["model", "traditional", "kozenyCarman", "regression", "pooledGnn"];
    expect([...new Set(rows.map(({ name }: { name: string }) => name))]).toEqual(names);
    expect(rows).toHaveLength(5 * 8);
    const predictors: Record<string, (row: DatasetRow) => number> = {
      model: (row) => learnedOf(row),
      traditional: ({ network }) => traditionalOf(network),
      kozenyCarman: (row) => predictKozenyCarman(baselines.kozenyCarman!, row),
      regression: ({ network, voxelSize }) => {
        const { domain, mask } = prepareFor(model, network);
        return predictFeatureRegression(baselines.regression, averageFeatures(domain, mask, { voxelSize }));
      },
      pooledGnn: ({ network, voxelSize }) => {
        const graph = prepareFor(pooled, network, { voxelSize });
        return graph.basePermeability * Math.exp(evaluateModel(pooled, graph)[0]!);
      },
    };
    for (const name of names) {
      const ratios = TEST.map((row) => predictors[name]!(row) / row.permeability);
      const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
      const row = rows.find((each: Record<string, unknown>) => each.name === name && each.size === "all");
      expect(row).toMatchObject({ family: "all", count: 3, failed: 0 });
      expect(row.mape).toBeCloseTo(mean(ratios.map((q) => Math.abs(q - 1))), 7);
      expect(row.biasLog10).toBeCloseTo(mean(ratios.map(Math.log10)), 7);
      expect(row.withinFactor2).toBeCloseTo(mean(ratios.map((q) => (q >= 0.5 && q <= 2 ? 1 : 0))), 12);
      const keys = ["name", "family", "size", "count", "failed", "r2Log10", "rmseLog10", "mape", "medianApe"];
      expect(Object.keys(row)).toEqual([...keys, "withinFactor2", "biasLog10"]);
    }
  });

  it("names what fails and counts it, and takes all rows where none says what it is for", async () => {
    writeFileSync(
      join(folder, "list.csv"),
      `network,permeability\n${BLOBS},1e-14\nbare.json,1e-14\n${BEREA},7e-14\n`,
    );
    const { code, stdout, stderr } = await runHere(["evaluate", MODEL, join(folder, "list.csv"), "--json"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/bare.json has no prediction: .*radii/);
    const { rows, failures } = JSON.parse(stdout);
    expect(failures).toMatchObject([{ name: "bare.json", status: "invalid" }]);
    expect(
      rows.map(({ name, count, failed }: Record<string, unknown>) => `${name} ${count} ${failed}`),
    ).toEqual(["model 3 1", "traditional 3 1", "kozenyCarman 3 1", "regression 3 1", "pooledGnn 3 1"]);
  });

  it("prints a table, draws figures, and keeps the errors with the model where it is asked to", async () => {
    const plots = join(folder, "plots");
    const { code, stdout } = await runHere([
      "evaluate",
      MODEL,
      ROCKS,
      "--plot",
      plots,
      "--record",
      "--quiet",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^family +size +predictor +count +R² log/);
    expect(stdout).toMatch(/^blobs +all +pooledGnn +1 +- /m);
    for (const name of ["losses-1", "parity", "error-by-size"]) {
      expect(stdout).toContain(`wrote  ${join(plots, `${name}.svg`)}`);
      expect(readFileSync(join(plots, `${name}.svg`), "utf8")).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
    }
    expect(existsSync(join(plots, "losses-2.svg"))).toBe(false);
    const { trainedOn, members } = await readModel(MODEL);
    expect(trainedOn).toMatchObject({ name: "rocks", errors: [{ of: "rocks, test", count: 3 }] });
    expect(members).toEqual(model.members);
    const mape = Number(/^all +all +model +3 +(?:\S+ +){3}(\S+)/m.exec(stdout)![1]);
    expect(100 * trainedOn.errors![0]!.mape).toBeCloseTo(mape, 0);
  });

  it("uses what there is of an unfinished training, and says so", async () => {
    const place = join(folder, "unfinished");
    await writeModel(place, { ...model, members: model.members.slice(0, 1) });
    const { code, stdout, stderr } = await runHere(["evaluate", place, ROCKS, "--split", "train", "--json"]);
    expect(stderr).toMatch(/unfinished is unfinished, 1 of 2 members/);
    expect(stderr).toMatch(/lacks baselines to compare with/);
    const { rows } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(rows.slice(0, 1)).toMatchObject([{ name: "model", count: 4 }]);
    expect(new Set(rows.map(({ name }: { name: string }) => name))).toEqual(
      new Set(["model", "traditional"]),
    );
  });
});

describe("porenet solve --closure learned", () => {
  const solve = (...args: string[]) =>
    runHere(["solve", BLOBS, "--closure", "learned", "--model", MODEL, "--voxel-size", "1e-6", ...args]);

  it("solves with the model's conductances and names it", async () => {
    const gradient = join(folder, "gradient.csv");
    const { code, stdout, stderr } = await solve("--axis", "y", "--gradient", gradient, "--json");
    expect([code, stderr]).toEqual([0, ""]);
    const { results, model: told } = JSON.parse(stdout);
    const facts = { voxelSize: 1e-6 };
    const row = { network: await readNetworkFile(BLOBS, facts), ...facts };
    expectRatio(results[0].permeability.m2, learnedOf(row, "y"));
    expect(results[0]).toMatchObject({
      closure: "learned",
      viscosity: 1e-3,
      solver: { status: "converged" },
    });
    expect(results[0].formationFactor).toBeGreaterThan(1);
    expect(told).toMatchObject({
      trainedOn: { name: "rocks", networks: 4, families: ["berea", "grain"] },
      validationError: 0.125,
    });
    const [head, first] = readFileSync(gradient, "utf8").split("\n");
    expect(head).toBe("throat,conductance,dK_dg");
    const { values } = predictConductance(
      model,
      prepareFor(model, row.network, { ...row, domain: { axis: "y" } }),
    );
    expectRatio(Number(first!.split(",")[1]), values[0]!);
  });

  it("gives the same permeability for another fluid, and cuts what a calc box cuts", async () => {
    const run = async (...args: string[]) => JSON.parse((await solve("--json", ...args)).stdout).results[0];
    const water = await run();
    const oil = await run("--viscosity", "7e-3", "--pressure-drop", "20");
    const box = await run("--calc-box", "0.1,0.9");
    expectRatio(oil.permeability.m2, water.permeability.m2);
    expectRatio(oil.flowRate, (20 / 7) * water.flowRate);
    const network = await readNetworkFile(BLOBS, { voxelSize: 1e-6 });
    const domain = { calcBox: [0.1, 0.9] } as const;
    const graph = prepareFor(model, network, { voxelSize: 1e-6, domain });
    const { values, viscosity } = predictConductance(model, graph);
    expectRatio(box.permeability.m2, solveOnHost(graph.domain, values, viscosity));
  });

  it("tells people what the model was trained on and how far off it is, and that nothing flows", async () => {
    const { stdout } = await solve("--no-formation-factor");
    expect(stdout).toMatch(/closure +learned, viscosity 0.001 Pa·s/);
    expect(stdout).toMatch(/^model +4 networks of rocks \(berea, grain\); mean error \S+ % on /m);
    const args = ["--closure", "learned", "--model", MODEL, "--quiet", "--json"];
    const cut = await runHere(["solve", join(folder, "cut.json"), ...args]);
    expect(cut.code).toBe(1);
    expect(JSON.parse(cut.stdout).results[0]).toMatchObject({
      closure: "learned",
      permeability: { m2: 0 },
      solver: { status: "not-percolating" },
    });
  });
});
