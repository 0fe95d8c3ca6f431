/** What `porenet bench` found, as a table, as plain data, and as what fell short. */
import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import type { LimitError } from "../errors.ts";
import type { BenchmarkResult } from "../flow/benchmark.ts";
import type { AdapterChoice } from "../gpu/device.ts";
import { describeRemedy } from "../solve/report.ts";
import { sayFlags } from "./faults.ts";
import { formatTable } from "./table.ts";
import { readVersion } from "./version.ts";

/** A case that was not solved, since the device has no room for it. */
export interface UnfitCase {
  readonly label: string;
  readonly fault: LimitError;
}

export interface BenchRun {
  readonly device: AdapterChoice;
  readonly outcomes: readonly (BenchmarkResult | UnfitCase)[];
}

export function summarizeRun({ device, outcomes }: BenchRun) {
  return {
    passed: outcomes.every((each) => !isUnfit(each) && each.passed),
    version: readVersion(),
    date: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model.trim(),
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      system: `${type()} ${release()}`,
      node: process.version,
    },
    device,
    cases: outcomes.map((each) =>
      isUnfit(each) ? { label: each.label, passed: false, fault: each.fault.message } : each,
    ),
  };
}

export function describeRun({ device, outcomes }: BenchRun): string[] {
  const head = [
    "case",
    "status",
    "preconditioner",
    "unknowns",
    "iterations",
    "setup s",
    "solve s",
    "residual",
  ];
  const rows = outcomes.map((each) => (isUnfit(each) ? describeUnfit(each) : describeResult(each)));
  const passed = outcomes.filter((each) => !isUnfit(each) && each.passed).length;
  return [
    ...formatTable([...head, "K m²", "published K", "difference", "ok"], rows, 3),
    "",
    `${passed} of ${outcomes.length} cases passed on ${device.name} (${device.kind})`,
  ];
}

function describeResult(result: BenchmarkResult): string[] {
  const { timings, published, relativeDifference } = result;
  return [
    result.label,
    result.status,
    result.preconditioner,
    String(result.unknowns),
    String(result.iterations),
    (timings.matrix + timings.preconditioner).toFixed(2),
    timings.solve.toFixed(2),
    result.relativeResidual.toExponential(1),
    formatPermeability(result.permeability),
    published === null ? "-" : formatPermeability(published),
    relativeDifference?.toExponential(1) ?? "-",
    result.passed ? "yes" : "NO",
  ];
}

/** Ten digits [m²]. */
function formatPermeability(value: number): string {
  return Math.abs(value) >= 1e-3 ? value.toPrecision(10) : value.toExponential(9);
}

function describeUnfit({ label }: UnfitCase): string[] {
  return [label, "too large", ...new Array<string>(9).fill("-"), "NO"];
}

/** Each case that did not pass, with what to do about it where that is known. */
export function listShortfalls({ outcomes }: BenchRun): { what: string; remedy: string }[] {
  return outcomes.flatMap((each) => {
    if (isUnfit(each)) return [{ what: `${each.label}: ${each.fault.message}`, remedy: "" }];
    if (each.passed) return [];
    const { label, status, iterations, relativeDifference, allowedDifference } = each;
    if (status !== "converged") {
      const what = `${label}: the solve fell short (${status}) after ${iterations} iterations.`;
      return [{ what, remedy: sayFlags(describeRemedy(status)) }];
    }
    const what = `${label}: the permeability is ${relativeDifference!.toExponential(1)} off, relative; at most ${allowedDifference!.toExponential(1)} is right.`;
    return [
      {
        what,
        remedy: "The driver or porenet computes wrongly: please report it with porenet devices' output.",
      },
    ];
  });
}

function isUnfit(outcome: BenchmarkResult | UnfitCase): outcome is UnfitCase {
  return "fault" in outcome;
}
