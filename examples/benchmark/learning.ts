/** `npm run bench -- --batches` and `-- --training`: many small networks at once, and an epoch of training. */
import { tellProgress, writeJson } from "./command.ts";
import { describeProvenance, formatProvenance, type Provenance } from "./machine.ts";
import type { BatchesMeasurement } from "./measure-batches.ts";
import { describeBatches, describeTraining, formatBatches, formatTraining } from "./report-learning.ts";
import { findPython, findVersions, INSTALL_HINT, pinToOneCore } from "./run-peer.ts";
import { type ProcessOptions, runWorker } from "./run-worker.ts";
import { formatTargets, judgeBatches, judgeTraining } from "./targets.ts";

export interface LearningOptions {
  readonly dataset?: string;
  readonly python?: string;
  readonly json?: string;
  readonly quick?: boolean;
}

const NETWORKS = 1000;
const QUICK_NETWORKS = 40;
/** Above it the batch's K is wrong; what float32 leaves of the resident one is in the table. */
const PERMEABILITY_TOLERANCE = 1e-8;

export async function runBatches(options: LearningOptions, process: ProcessOptions): Promise<number> {
  const provenance = describeProvenance();
  const python = findPython(options.python);
  const versions = await findVersions(python);
  tellProgress("networks in batches, and one after the other");
  const measured = await runWorker(
    {
      kind: "batches",
      dataset: options.dataset,
      networks: options.quick ? QUICK_NETWORKS : NETWORKS,
      repeats: options.quick ? 2 : 15,
      python: versions?.scipy ? python : undefined,
      pin: pinToOneCore(),
    },
    process,
  );
  const targets = judgeBatches(measured);
  console.log(
    [
      ...formatHeader(provenance, measured),
      versions?.scipy
        ? `peer      Python ${versions.python}, NumPy ${versions.numpy}, SciPy ${versions.scipy}, on one core`
        : `peer      none: ${INSTALL_HINT}`,
      describeBatches(measured),
      "\nFrom conductances on the host to all K and ∂K/∂g there; differences are from SciPy's\n",
      formatBatches(measured),
      `\n${formatTargets(targets)}`,
    ].join("\n"),
  );
  writeJson(options.json, { ...provenance, peer: versions ?? null, ...measured, targets });
  return isRight(measured) ? 0 : 1;
}

function isRight({ unconverged, differences }: BatchesMeasurement): boolean {
  const batch = differences.find(({ method }) => method === "batch");
  const isSame = batch === undefined || batch.permeability <= PERMEABILITY_TOLERANCE;
  return isSame && unconverged.every((count) => count === 0);
}

export async function runTraining(options: LearningOptions, process: ProcessOptions): Promise<number> {
  const provenance = describeProvenance();
  tellProgress("an epoch of training, in parts");
  const measured = await runWorker(
    {
      kind: "training",
      dataset: options.dataset,
      networks: options.quick ? QUICK_NETWORKS : NETWORKS,
      repeats: options.quick ? 2 : 9,
    },
    process,
  );
  const targets = judgeTraining(measured);
  console.log(
    [
      ...formatHeader(provenance, measured),
      ...describeTraining(measured),
      "\nAn epoch, medians\n",
      formatTraining(measured),
      `\n${formatTargets(targets)}`,
    ].join("\n"),
  );
  writeJson(options.json, { ...provenance, ...measured, targets });
  return 0;
}

function formatHeader(provenance: Provenance, { device }: Pick<BatchesMeasurement, "device">): string[] {
  return [...formatProvenance(provenance), `adapter   ${device.name} (${device.kind}, ${device.source})`];
}
