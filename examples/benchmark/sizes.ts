/**
 * `npm run bench -- --sizes`: what a solve takes from 10⁴ to 10⁷ pores, up to what the machine has memory and time
 * for. Each size is measured in a process of its own; what is left out is told with the reason.
 */
import { freemem } from "node:os";
import { listLabels, readPositiveIntegers, tellProgress, writeJson } from "./command.ts";
import { describeProvenance, formatProvenance } from "./machine.ts";
import type { CaseMeasurement } from "./measure-case.ts";
import { formatSizes } from "./report-sizes.ts";
import { measureCopies, type ProcessOptions, runWorker } from "./run-worker.ts";
import { bandwidthShare, isRight } from "./targets.ts";

/** 10 648, 125 000, 10⁶, 3.4·10⁶, 8·10⁶ and 10 077 696 pores. */
const SIZES = "cubic22:s2,cubic50:s2,cubic100:s2,cubic150:s2,cubic200:s2,cubic216:s2";
const QUICK_SIZES = "cubic12:s2,cubic20:s2";
/** A solve's process, a software driver's device included: 8·10⁶ pores are to fit into 12 GB. */
const BYTES_A_PORE = 1500;

/** What a solve took at one size; `solve` goes to a residual of 1e-8. */
export interface SizeMeasurement
  extends Pick<CaseMeasurement, "label" | "unknowns" | "solve" | "permeability" | "memory"> {
  /** Of all that the solver holds on the device. */
  readonly deviceBytesPerUnknown: number;
  /** Of an iteration of Jacobi-CG: its time, and what must move in it over that, relative to the best copy. */
  readonly jacobiIteration: { readonly bestSeconds: number; readonly shareOfCopy: number };
}

interface LeftOut {
  readonly label: string;
  readonly reason: string;
}

export async function runSizes(
  options: { cases?: string; limit?: string; quick?: boolean; json?: string },
  process: ProcessOptions,
): Promise<number> {
  const labels = listLabels(options.cases ?? (options.quick ? QUICK_SIZES : SIZES));
  const limit = readPositiveIntegers("limit", options.limit)[0] ?? process.limit;
  const provenance = describeProvenance();
  const measured: CaseMeasurement[] = [];
  const left: LeftOut[] = [];
  const copy = await measureCopies(options.quick ? 0.5 : 3, process, async () => {
    for (const label of labels) {
      tellProgress(label);
      const reason = lackOfMemory(label) ?? failureBefore(label, left);
      if (reason !== undefined) left.push({ label, reason });
      else
        await measureSize(label, { ...process, limit }).then(
          (each) => measured.push(each),
          (error: Error) => left.push({ label, reason: error.message }),
        );
    }
  });
  const sizes = measured.map((each) => describeSize(each, 1e9 * copy.gigabytesPerSecond));
  const { device } = copy;
  console.log(
    [
      ...formatProvenance(provenance),
      `adapter   ${device.name} (${device.kind}, ${device.source})`,
      `copy      ${copy.gigabytesPerSecond.toFixed(2)} GB/s by the best kernel, read and written`,
      "\nA solve to a relative residual of 1e-8 in float64, by size\n",
      formatSizes(sizes),
      ...left.map(({ label, reason }) => `left out: ${label}: ${reason}`),
    ].join("\n"),
  );
  writeJson(options.json, { ...provenance, device, copyBandwidth: copy, sizes, left });
  return measured.length > 0 && measured.every(isRight) ? 0 : 1;
}

function measureSize(label: string, process: ProcessOptions): Promise<CaseMeasurement> {
  return runWorker(
    { kind: "case", label, orderings: ["auto"], iterations: [4, 24], repeats: 3, seconds: 0 },
    process,
  );
}

function describeSize(measured: CaseMeasurement, copyBytesPerSecond: number): SizeMeasurement {
  const { label, unknowns, solve, permeability, memory, iteration } = measured;
  return {
    label,
    unknowns,
    solve,
    permeability,
    memory,
    deviceBytesPerUnknown: memory.deviceBytes / unknowns,
    jacobiIteration: {
      bestSeconds: iteration.auto!.bestSeconds,
      shareOfCopy: bandwidthShare(measured, copyBytesPerSecond),
    },
  };
}

/** @returns why the case is not tried; `undefined` where there is room for it */
function lackOfMemory(label: string): string | undefined {
  const needed = BYTES_A_PORE * countPores(label);
  const free = freemem();
  if (needed <= free) return undefined;
  const inGigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  return `needs about ${inGigabytes(needed)} GB of memory, ${inGigabytes(free)} GB are free`;
}

/** What fails for want of memory or time fails at larger sizes too. */
function failureBefore(label: string, left: readonly LeftOut[]): string | undefined {
  const smaller = left.find((each) => countPores(each.label) < countPores(label));
  return smaller && `${smaller.label}, which is smaller, was left out`;
}

/** As the label tells. */
export function countPores(label: string): number {
  const [, family, digits] = /^(cubic|knn)(\d+)/.exec(label) ?? [];
  return family === "cubic" ? Number(digits) ** 3 : 1000 * Number(digits);
}
