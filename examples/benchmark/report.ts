/** The tables of `npm run bench`. */
import {
  formatCount,
  formatExponent,
  formatMegabytes,
  formatMilliseconds,
  formatNumber,
  formatPercent,
  formatTable,
} from "./markdown.ts";
import type { CaseMeasurement } from "./measure-case.ts";
import type { ShapesMeasurement } from "./measure-shapes.ts";
import { bandwidthShare } from "./targets.ts";

export function formatIterations(cases: readonly CaseMeasurement[], copyBytesPerSecond: number): string {
  const rows = cases.map((each) => {
    const time = Object.values(each.iteration)[0]!;
    return [
      each.label,
      formatCount(each.unknowns),
      formatCount(each.nonzeros),
      formatMilliseconds(time.bestSeconds),
      formatMilliseconds(time.medianSeconds),
      `${formatMilliseconds(time.cpuSeconds)} (${time.cores.toFixed(1)})`,
      formatNumber(each.requiredBytes / 1e6),
      formatNumber(each.movedBytes / 1e6),
      formatNumber(each.requiredBytes / time.bestSeconds / 1e9),
      formatPercent(bandwidthShare(each, copyBytesPerSecond)),
    ];
  });
  const header = ["case", "unknowns", "nonzeros", "ms, best", "ms, median", "CPU ms (cores)"];
  return formatTable([...header, "MB that must move", "MB moved", "GB/s", "of the copy"], rows);
}

export function formatSolves(cases: readonly CaseMeasurement[]): string {
  const rows = cases.map(({ label, solve, permeability, memory }) => [
    label,
    solve.preconditioner,
    solve.status === "converged" ? String(solve.iterations) : `${solve.iterations} (${solve.status})`,
    formatNumber(solve.matrixSeconds),
    formatNumber(solve.preconditionerSeconds),
    formatNumber(solve.solveSeconds),
    formatNumber(solve.solveCpuSeconds),
    formatExponent(solve.relativeResidual),
    permeability.value.toPrecision(10),
    permeability.published?.toPrecision(10) ?? "–",
    formatExponent(permeability.relativeError),
    formatMegabytes(memory.peakBytes),
    formatMegabytes(memory.deviceBytes),
  ]);
  const header = ["case", "preconditioner", "iterations", "matrix s", "preconditioner s", "solve s", "CPU s"];
  const results = ["residual", "K m²", "published K", "relative error", "peak MB", "on device MB"];
  return formatTable([...header, ...results], rows, 2);
}

export function formatOrderings(cases: readonly CaseMeasurement[]): string {
  const rows = cases.map(({ label, iteration }) => {
    const given = iteration.given?.bestSeconds ?? Number.NaN;
    const auto = iteration.auto?.bestSeconds ?? Number.NaN;
    return [label, formatMilliseconds(given), formatMilliseconds(auto), formatNumber(given / auto)];
  });
  return formatTable(["case", "given ms", "auto ms", "given / auto"], rows);
}

/** Lanes down, chunks across, ms an iteration; the chosen shape in bold. */
export function formatShapes({ label, unknowns, chosen, shapes }: ShapesMeasurement): string {
  const lanes = [...new Set(shapes.map((shape) => shape.lanes))].sort((a, b) => a - b);
  const chunks = [...new Set(shapes.map((shape) => shape.maxChunks))].sort((a, b) => a - b);
  const isChosen = (l: number, c: number) => l === chosen.lanes && c === chosen.maxChunks;
  const rows = lanes.map((l) => [
    `${l} lanes`,
    ...chunks.map((c) => {
      const found = shapes.find((shape) => shape.lanes === l && shape.maxChunks === c);
      const text = found ? formatMilliseconds(found.bestSeconds) : "–";
      return isChosen(l, c) ? `**${text}**` : text;
    }),
  ]);
  const best = shapes.reduce((a, b) => (b.bestSeconds < a.bestSeconds ? b : a));
  const own = shapes.find((shape) => isChosen(shape.lanes, shape.maxChunks))!;
  return [
    `ms an iteration, ${label} (${formatCount(unknowns)} unknowns), by lanes and most chunks\n`,
    formatTable(["", ...chunks.map((c) => `${c} chunks`)], rows),
    `\nbest      ${best.lanes} lanes, ${best.maxChunks} chunks: ${formatMilliseconds(best.bestSeconds)} ms`,
    `chosen    ${own.lanes} lanes, ${own.maxChunks} chunks: ${formatNumber(own.bestSeconds / best.bestSeconds)} times the best`,
  ].join("\n");
}
