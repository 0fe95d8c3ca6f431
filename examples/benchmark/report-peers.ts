/** The table of `npm run bench:peers`, and what was left out. */
import type { Comparison, SolverRow } from "./compare-peers.ts";
import {
  formatCount,
  formatExponent,
  formatMegabytes,
  formatMilliseconds,
  formatNumber,
  formatTable,
} from "./markdown.ts";

/** Times in the rows of the peers; the last five columns are porenet's over the peer's, and K against porenet's. */
export function formatComparisons(comparisons: readonly Comparison[]): string {
  const rows = comparisons.flatMap(({ label, ownRow, peers }) => [
    [...describeRow(label, ownRow), "–", "–", "–", "–", "–"],
    ...peers.map((peer) => [
      ...describeRow(label, peer),
      peer.iteration === undefined ? "–" : formatNumber(peer.iteration),
      formatNumber(peer.solve),
      formatNumber(peer.setupAndSolve),
      formatNumber(peer.total),
      formatExponent(peer.permeabilityDifference),
    ]),
  ]);
  const sizes = ["case", "solver", "unknowns", "iterations", "ms an iteration", "CPU ms"];
  const times = ["matrix s", "setup s", "solve s", "residual", "K m²", "peak MB"];
  const ratios = ["× iteration", "× solve", "× setup + solve", "× all", "K from porenet's"];
  return formatTable([...sizes, ...times, ...ratios], rows, 2);
}

function describeRow(label: string, row: SolverRow): string[] {
  const milliseconds = (seconds: number | undefined) =>
    seconds === undefined ? "–" : formatMilliseconds(seconds);
  return [
    label,
    nameSolver(row),
    formatCount(row.unknowns),
    String(row.iterations),
    milliseconds(row.iterationSeconds),
    milliseconds(row.iterationCpuSeconds),
    formatNumber(row.matrixSeconds),
    formatNumber(row.setupSeconds),
    formatNumber(row.solveSeconds),
    formatExponent(row.relativeResidual),
    row.permeability.toPrecision(10),
    formatMegabytes(row.peakBytes),
  ];
}

function nameSolver({ solver, preconditioner, converged }: SolverRow): string {
  const notes = [...(preconditioner ? [preconditioner] : []), ...(converged ? [] : ["not converged"])];
  return notes.length > 0 ? `${solver} (${notes.join(", ")})` : solver;
}

export function listLeft(comparisons: readonly Comparison[]): string[] {
  return comparisons.flatMap(({ label, left }) =>
    left.map(({ solver, reason }) => `left out: ${solver} on ${label}: ${reason}`),
  );
}
