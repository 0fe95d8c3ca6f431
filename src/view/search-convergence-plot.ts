/** How searches for an optimum went: best value against true evaluations, method by method. */
import { OptionError } from "../errors.ts";
import { rejectUnknownKeys } from "../network/options.ts";
import { drawAxes } from "./axes.ts";
import {
  type BestSoFar,
  evaluationAt,
  measureTarget,
  type SearchRun,
  summarizeRuns,
  type TargetReached,
} from "./best-so-far.ts";
import { drawBand, drawCurve, styleCurve } from "./curve-marks.ts";
import { formatPlain } from "./number-text.ts";
import {
  addMargin,
  canShow,
  drawHeading,
  findRange,
  formatShort,
  placePlot,
  requireShown,
} from "./plot-frame.ts";
import { makeScale, type Scale, type ScaleKind } from "./scale.ts";
import type { FigureSize } from "./solve-view.ts";
import { drawDocument, drawLine } from "./svg.ts";
import { drawLineSymbol, type SymbolEntry } from "./symbol-row.ts";
import { MUTED } from "./theme.ts";

export interface SearchMethod {
  readonly name: string;
  /** One run a seed. */
  readonly runs: readonly SearchRun[];
}

export interface SearchConvergenceOptions extends FigureSize {
  readonly title?: string;
  readonly note?: string;
  /** Default "true evaluations". */
  readonly xLabel?: string;
  /** Default "best value". */
  readonly yLabel?: string;
  readonly xScale?: ScaleKind;
  readonly yScale?: ScaleKind;
  /** A line across; the legend tells how many runs reached it, and after how many evaluations. */
  readonly target?: number;
}

const OPTIONS = ["title", "note", "xLabel", "yLabel", "xScale", "yScale", "target", "width", "height"];
const TARGET_DASHES = "4 3";

/**
 * Convergence of searches as an SVG file: for each method the median over its runs as stairs, and a band from
 * quartile to quartile where there are several runs. A run that has ended keeps its best. Medians that are not
 * positive have no place on a logarithmic axis; a note says where they begin.
 *
 * @throws {OptionError} when a method has no run, lengths differ, evaluations decrease or cannot stand on their
 *   axis, or there is nothing to show
 * @example
 * const svg = renderSearchConvergence(
 *   [{ name: "annealing", runs: [{ values: [9, 4, 6, 1] }, { values: [7, 8, 2, 1.5] }] }],
 *   { target: 1, yScale: "log", yLabel: "error [-]" },
 * );
 */
export function renderSearchConvergence(
  methods: readonly SearchMethod[],
  options: SearchConvergenceOptions = {},
): string {
  checkMethods(methods, options);
  const { width = 720, height = 440, title = "Convergence of the search", note = "", target } = options;
  const { xScale = "linear", yScale = "linear" } = options;
  const lines = methods.map((method) => summarizeMethod(method, target));
  const hidden = lines.flatMap((line) => noteHidden(line, yScale));
  const panel = { x: 8, y: 6, width: width - 16, height: height - 12 };
  const at = { x: panel.x + 2, y: panel.y + 21, width: panel.width - 12 };
  const heading = drawHeading(at, [note, ...hidden], listEntries(lines, target));
  const across = spanEvaluations(methods, xScale);
  const along = spanValues(lines, target, yScale);
  const { plot, y } = placePlot(panel, heading.height, (range) =>
    makeScale(yScale, along, range, { nice: yScale === "linear", spacing: 26 }),
  );
  // No ticks between whole numbers.
  const spacing = xScale === "log" ? 50 : Math.max(50, plot.width / Math.max(1, across[1] - across[0]));
  const x = makeScale(xScale, across, [plot.x, plot.x + plot.width], { spacing });
  const { xLabel = "true evaluations", yLabel = "best value" } = options;
  const body = [
    drawAxes(panel, plot, x, y, { title, x: xLabel, y: yLabel }),
    heading.svg,
    ...lines.map((line, k) => (line.runs > 1 ? drawQuartiles(line.best, x, y, k) : "")),
    ...lines.map(({ best }, k) => drawCurve(traceSteps(best, best.median, x, y), styleCurve(k), 1.8)),
  ];
  if (target !== undefined) {
    const dashes = { stroke: MUTED, "stroke-width": "1.4", "stroke-dasharray": TARGET_DASHES };
    body.push(drawLine(plot.x, y.at(target), plot.x + plot.width, y.at(target), dashes));
  }
  const document = { width, height, title, description: describe(lines, yLabel, hidden) };
  return drawDocument(document, body.filter((part) => part !== "").join("\n"));
}

interface MethodLine {
  readonly name: string;
  readonly runs: number;
  readonly best: BestSoFar;
  readonly reached: TargetReached | undefined;
}

function summarizeMethod({ name, runs }: SearchMethod, target: number | undefined): MethodLine {
  const reached = target === undefined ? undefined : measureTarget(runs, target);
  return { name, runs: runs.length, best: summarizeRuns(runs), reached };
}

/** Where a logarithmic axis loses a median: values only fall, so that nothing comes back. */
function noteHidden({ name, best }: MethodLine, kind: ScaleKind): string[] {
  const place = best.median.findIndex((value) => Number.isFinite(value) && !canShow(value, kind));
  if (place < 0) return [];
  return [`${name}: median ≤ 0, not shown, from evaluation ${formatShort(best.evaluation[place]!)} on`];
}

/** The last step ends with the longest run. */
function traceSteps(best: BestSoFar, values: readonly number[], x: Scale, y: Scale) {
  const toPixel = (value: number) => (canShow(value, y.kind) ? y.at(value) : Number.NaN);
  const heights = values.map(toPixel);
  const evaluations = [...best.evaluation, best.last];
  return { x: evaluations.map(x.at), y: [...heights, heights.at(-1)!], isStepped: true };
}

function drawQuartiles(best: BestSoFar, x: Scale, y: Scale, index: number): string {
  // A quartile off the axis leaves the band at its edge: above before all runs have a value, below at 0.
  const clamp = (value: number) =>
    canShow(value, y.kind) ? value : value > y.domain[1] ? y.domain[1] : y.domain[0];
  const isKnown = (k: number) => canShow(best.median[k]!, y.kind);
  const place = (values: readonly number[]) =>
    values.map((value, k) => (isKnown(k) ? clamp(value) : Number.NaN));
  const lower = traceSteps(best, place(best.lower), x, y);
  return drawBand(lower, traceSteps(best, place(best.upper), x, y).y, styleCurve(index).color);
}

function listEntries(lines: readonly MethodLine[], target: number | undefined): SymbolEntry[] {
  const entries = lines.map(({ name, runs, reached }, k): SymbolEntry => {
    const about = [
      ...(runs > 1 && reached === undefined ? [`${runs} runs`] : []),
      ...tellReached(reached, runs),
    ];
    const label = about.length === 0 ? name : `${name} (${about.join(", ")})`;
    return { label, draw: (x, y) => drawLineSymbol(x, y, { ...styleCurve(k), isBand: runs > 1 }) };
  });
  if (target !== undefined) {
    const line = { color: MUTED, dash: TARGET_DASHES };
    entries.push({ label: `target ${formatShort(target)}`, draw: (x, y) => drawLineSymbol(x, y, line) });
  }
  return entries;
}

/** "25 to the target, 29 of 30 runs" */
function tellReached(reached: TargetReached | undefined, runs: number): string[] {
  if (reached === undefined) return [];
  if (reached.count === 0) return [runs > 1 ? `target in none of ${runs} runs` : "target not reached"];
  const share = runs > 1 ? [`${reached.count} of ${runs} runs`] : [];
  return [
    ...(Number.isFinite(reached.median) ? [`${formatShort(reached.median)} to the target`] : []),
    ...(Number.isFinite(reached.median) ? share : [`target in ${share[0]}`]),
  ];
}

function spanEvaluations(methods: readonly SearchMethod[], kind: ScaleKind): [number, number] {
  const places = methods.flatMap(({ runs }) =>
    runs.flatMap((run) => [evaluationAt(run, 0), evaluationAt(run, run.values.length - 1)]),
  );
  const [low, high] = findRange(places, kind);
  return kind === "linear" ? [Math.min(0, low), high] : [low, high];
}

/** Medians and quartiles as far as the axis can show them, and the target. */
function spanValues(
  lines: readonly MethodLine[],
  target: number | undefined,
  kind: ScaleKind,
): [number, number] {
  const values = lines.flatMap(({ best, runs }) =>
    runs > 1 ? [...best.median, ...best.lower, ...best.upper] : best.median,
  );
  if (!lines.some(({ best }) => best.median.some((value) => canShow(value, kind)))) {
    throw new OptionError(
      "methods",
      `No method has a median that a ${kind} axis can show.`,
      "Give at least one finite value in most runs, above 0 on a logarithmic axis.",
    );
  }
  return addMargin(findRange(target === undefined ? values : [...values, target], kind), kind);
}

function describe(lines: readonly MethodLine[], yLabel: string, hidden: readonly string[]): string {
  const parts = lines.map(({ name, runs, best, reached }) => {
    const about = [`${yLabel} ${formatPlain(best.median.at(-1) ?? Number.NaN)} after ${best.last}`];
    if (runs > 1) about.push(`median of ${runs} runs`);
    return `${name}: ${[...about, ...tellReached(reached, runs)].join(", ")}`;
  });
  return `Best value against evaluations. ${[...parts, ...hidden].join("; ")}.`;
}

function checkMethods(methods: readonly SearchMethod[], options: SearchConvergenceOptions): void {
  rejectUnknownKeys("renderSearchConvergence", options, OPTIONS);
  if (options.target !== undefined) requireShown("target", options.target, options.yScale ?? "linear");
  if (methods.length === 0) throw new OptionError("methods", "There is no method.", "Give at least one.");
  for (const { name, runs } of methods) {
    if (runs.length === 0) throw new OptionError("methods", `"${name}" has no run.`, "Give at least one.");
    for (const [place, run] of runs.entries()) checkRun(`"${name}", run ${place}`, run, options.xScale);
  }
}

function checkRun(where: string, { evaluations, values }: SearchRun, kind: ScaleKind = "linear"): void {
  const fail = (message: string, remedy: string) => {
    throw new OptionError("methods", `${where}: ${message}`, remedy);
  };
  if (values.length === 0) fail("there is no value.", "Give at least one.");
  if (evaluations === undefined) return;
  if (evaluations.length !== values.length) {
    fail(`${evaluations.length} evaluations and ${values.length} values.`, "Give one value for each.");
  }
  for (let k = 0; k < evaluations.length; k++) {
    if (!canShow(evaluations[k]!, kind) || evaluations[k]! < (evaluations[k - 1] ?? 0)) {
      fail(
        `evaluations[${k}] is ${evaluations[k]}.`,
        "Give counts that do not decrease, above 0 on a log axis.",
      );
    }
  }
}
