/** The table of `npm run bench -- --sizes`. */
import {
  formatCount,
  formatExponent,
  formatMegabytes,
  formatMilliseconds,
  formatNumber,
  formatPercent,
  formatTable,
} from "./markdown.ts";
import type { SizeMeasurement } from "./sizes.ts";

export function formatSizes(sizes: readonly SizeMeasurement[]): string {
  const rows = sizes.map(({ label, unknowns, solve, permeability, memory, ...each }) => {
    const { matrixSeconds, preconditionerSeconds, solveSeconds } = solve;
    const total = matrixSeconds + preconditionerSeconds + solveSeconds;
    return [
      label,
      solve.preconditioner,
      formatCount(unknowns),
      solve.status === "converged" ? String(solve.iterations) : `${solve.iterations} (${solve.status})`,
      formatNumber(matrixSeconds),
      formatNumber(preconditionerSeconds),
      formatNumber(solveSeconds),
      formatNumber((1e6 * total) / unknowns),
      formatMegabytes(memory.deviceBytes),
      formatNumber(each.deviceBytesPerUnknown),
      formatMegabytes(memory.peakBytes),
      formatMilliseconds(each.jacobiIteration.bestSeconds),
      formatPercent(each.jacobiIteration.shareOfCopy),
      formatExponent(permeability.relativeError),
    ];
  });
  const solved = [
    "unknowns",
    "iterations",
    "matrix s",
    "preconditioner s",
    "solve s",
    "µs an unknown, in all",
  ];
  const moved = ["on device MB", "B an unknown", "peak MB", "Jacobi iteration ms", "of the copy"];
  return formatTable(["case", "preconditioner", ...solved, ...moved, "error of K"], rows, 2);
}
