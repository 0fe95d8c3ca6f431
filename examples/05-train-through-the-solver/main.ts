/**
 * Train, evaluate, use: conductances learnt from nothing but one permeability per network, through the flow solver.
 *
 * An argument names the data set, a folder with an index.csv; without one it is a handful of small rocks.
 */

import {
  evaluateRows,
  fitBaselines,
  type MetricsRow,
  predictPermeabilities,
  selectRows,
  tabulateMetrics,
  train,
} from "porenet/learn";
import { readDataset, requestDevice } from "porenet/node";

const SAMPLE = new URL("../../test/fixtures/rocks", import.meta.url);

const dataset = await readDataset(process.argv[2] ?? SAMPLE);
const learnt = selectRows(dataset, "train");
const unseen = selectRows(dataset, "test");
using device = await requestDevice();

console.log(`training on ${learnt.length} networks, testing on ${unseen.length}, on ${device.name}`);
const model = await train(
  device,
  learnt,
  {},
  {
    onProgress({ member, members, epoch, loss, validation, secondsLeft }) {
      if (epoch % 5 !== 0) return;
      console.log(
        `member ${member + 1} of ${members}, epoch ${epoch}: loss ${loss.toFixed(4)}, ` +
          `held out ${(100 * validation).toFixed(1)} %, ${secondsLeft.toFixed(0)} s left at most`,
      );
    },
  },
);

const baselines = fitBaselines(learnt, model.config);
const { predictions } = await evaluateRows(device, unseen, { model, baselines });
console.log("\nOn networks that were not trained on:");
console.log(
  "predictor        size     count   R² of log10 K   mean error   median error   within a factor 2",
);
const sizes = new Set(unseen.map(({ size }) => size));
for (const metrics of tabulateMetrics(unseen, predictions)) {
  const isOfSize = metrics.size === "all" || sizes.size > 1;
  if (metrics.family === "all" && isOfSize) console.log(formatRow(metrics));
}

const [row] = unseen;
const [prediction] = await predictPermeabilities(device, model, [row!]);
console.log(
  `\n${row!.name}: learned ${prediction!.permeability.toExponential(3)} m², ` +
    `traditional ${prediction!.traditional.permeability.toExponential(3)} m², ` +
    `direct simulation ${row!.permeability.toExponential(3)} m²`,
);

function formatRow({ name, size, count, r2Log10, mape, medianApe, withinFactor2 }: MetricsRow): string {
  const percent = (share: number, width: number) => `${(100 * share).toFixed(1)} %`.padStart(width);
  return [
    name.padEnd(16),
    size.padEnd(8),
    String(count).padStart(5),
    r2Log10.toFixed(4).padStart(15),
    percent(mape, 12),
    percent(medianApe, 14),
    percent(withinFactor2, 19),
  ].join(" ");
}
