/**
 * `npm run bench:learning -- --dataset DIR`: how well learned conductances give permeabilities that were never seen, by
 * several seeds, and with each family left out of training. Training itself is `porenet train`'s.
 */
import { basename } from "node:path";
import type { ComputeDevice } from "porenet";
import {
  type DatasetRow,
  evaluateRows,
  fitBaselines,
  leaveFamiliesOut,
  type MetricsRow,
  poolThroats,
  selectRows,
  tabulateMetrics,
  train,
} from "porenet/learn";
import { type NodeDeviceOptions, readDataset, requestDevice } from "porenet/node";
import {
  readOptions,
  readPositiveIntegers,
  runCommand,
  tellProgress,
  UsageError,
  writeJson,
} from "./command.ts";
import { describeProvenance, formatProvenance } from "./machine.ts";
import { formatNumber, formatTable } from "./markdown.ts";

const USAGE = `npm run bench:learning -- --dataset DIR [--seeds 7,17,29] [--families] [--adapter hardware|system|swiftshader]
                         [--json FILE]`;

interface Accuracy {
  readonly seed: number;
  /** Rows of `tabulateMetrics`, on the rows whose split is test. */
  readonly test: readonly MetricsRow[];
  /** Of each family: the model trained on all others, on all rows of this family that are small or large. */
  readonly leftOut?: readonly { readonly family: string; readonly rows: readonly MetricsRow[] }[];
  readonly trainingSeconds: number;
}

await runCommand(async () => {
  const options = readOptions(["dataset", "seeds", "adapter", "json"], ["families"]);
  if (options.dataset === undefined) throw new UsageError("--dataset is needed: a folder with an index.csv.");
  const seeds = options.seeds === undefined ? [7, 17, 29] : readPositiveIntegers("seeds", options.seeds);
  const dataset = await readDataset(options.dataset);
  const wanted = options.adapter === undefined ? {} : { adapter: options.adapter };
  const provenance = describeProvenance();
  using device = await requestDevice(wanted as NodeDeviceOptions);
  const results: Accuracy[] = [];
  const learnt = selectRows(dataset, "train");
  for (const seed of seeds) {
    const start = performance.now();
    const test = await measure(device, learnt, selectRows(dataset, "test"), seed);
    const trainingSeconds = (performance.now() - start) / 1000;
    const leftOut = options.families ? await measureFamilies(device, learnt, seed) : undefined;
    results.push({ seed, test, trainingSeconds, ...(leftOut && { leftOut }) });
  }
  writeJson(options.json, { ...provenance, device: device.name, dataset: basename(dataset.name), results });
  console.log([...formatProvenance(provenance), `device    ${device.name}`, "", report(results)].join("\n"));
  return 0;
}, USAGE);

async function measure(
  device: ComputeDevice,
  learnt: readonly DatasetRow[],
  test: readonly DatasetRow[],
  seed: number,
): Promise<MetricsRow[]> {
  tellProgress(`seed ${seed}, ${learnt.length} networks`);
  const model = await train(device, learnt, { seed });
  tellProgress("the network that pools");
  const pooled = await train(device, learnt, poolThroats(model.config));
  const baselines = fitBaselines(learnt, model.config);
  const { predictions } = await evaluateRows(device, test, { model, baselines, pooled });
  return tabulateMetrics(test, predictions);
}

async function measureFamilies(device: ComputeDevice, learnt: readonly DatasetRow[], seed: number) {
  const found: { family: string; rows: MetricsRow[] }[] = [];
  for (const { family, train: others, test } of leaveFamiliesOut(learnt)) {
    tellProgress(`seed ${seed}, without ${family}`);
    const model = await train(device, others, { seed });
    const { predictions } = await evaluateRows(device, test, { model });
    found.push({ family, rows: tabulateMetrics(test, predictions) });
  }
  return found;
}

function report(results: readonly Accuracy[]): string {
  const header = [
    "seed",
    "predictor",
    "size",
    "networks",
    "R² log10",
    "RMSE log10",
    "MAPE",
    "median",
    "within 2",
    "bias log10",
  ];
  const cells = (row: MetricsRow) => [
    String(row.count),
    row.r2Log10.toFixed(4),
    row.rmseLog10.toFixed(4),
    percent(row.mape),
    percent(row.medianApe),
    percent(row.withinFactor2),
    formatNumber(row.biasLog10),
  ];
  const test = results.flatMap(({ seed, test: rows }) =>
    rows
      .filter(({ family }) => family === "all")
      .map((row) => [String(seed), row.name, row.size, ...cells(row)]),
  );
  const leftOut = results.flatMap(({ seed, leftOut: families = [] }) =>
    families.flatMap(({ family, rows }) =>
      rows
        .filter((row) => row.family === "all" && row.size === "all")
        .map((row) => [String(seed), row.name, `without ${family}`, ...cells(row)]),
    ),
  );
  const tables = [formatTable(header, test)];
  if (leftOut.length > 0)
    tables.push("", "Each family by what was learnt from the others:", "", formatTable(header, leftOut));
  return tables.join("\n");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
