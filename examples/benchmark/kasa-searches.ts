/** Searches of test functions over many seeds, their table and what they are held to. */
import type { ComputeDevice } from "porenet";
import { type MinimizeMethod, minimize } from "porenet/calibrate";
import { listFunctions, TARGETS } from "./kasa-functions.ts";
import { formatNumber, formatTable } from "./markdown.ts";
import type { Target } from "./targets.ts";

export interface SearchMeasurement {
  readonly function: string;
  readonly method: MinimizeMethod;
  readonly maxEvaluations: number;
  /** Of each seed, the evaluation that met the goal; null where none did. */
  readonly evaluations: readonly (number | null)[];
  /** Of all seeds together. */
  readonly seconds: number;
}

export interface SearchSetting {
  readonly seeds: number;
  readonly batchSize: number;
  readonly device: ComputeDevice | undefined;
}

/** Without kriging evaluations are cheap, and many more are needed. */
const OTHERS_SHARE = { "kasa-variance": 1, kasa: 3, annealing: 20 };
const FIRST_SEED = 211;
const SEED_STEP = 97;

export async function measureSearch(
  name: string,
  method: MinimizeMethod,
  { seeds, batchSize, device }: SearchSetting,
): Promise<SearchMeasurement> {
  const start = performance.now();
  const evaluations: (number | null)[] = [];
  let maxEvaluations = 0;
  for (let k = 0; k < seeds; k++) {
    const seed = FIRST_SEED + SEED_STEP * k;
    const { value, bounds, goal, ...test } = listFunctions(seed).find((each) => each.name === name)!;
    maxEvaluations = OTHERS_SHARE[method] * test.maxEvaluations;
    const { status, history } = await minimize((points) => points.map(value), bounds, {
      method,
      seed,
      batchSize,
      maxEvaluations,
      target: goal,
      device,
    });
    evaluations.push(status === "target" ? history.findIndex((each) => each.value <= goal) + 1 : null);
  }
  const seconds = (performance.now() - start) / 1000;
  return { function: name, method, maxEvaluations, evaluations, seconds };
}

/** By how many of all seeds had the goal then; Infinity where fewer than that share ever had. */
export function quantileOf({ evaluations }: SearchMeasurement, share: number): number {
  const sorted = evaluations.map((each) => each ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low === high ? low : low + (at - Math.floor(at)) * (high - low);
}

export function successOf({ evaluations }: SearchMeasurement): number {
  return evaluations.filter((each) => each !== null).length / evaluations.length;
}

export function formatSearches(searches: readonly SearchMeasurement[]): string[] {
  const rows = searches.map((search) => [
    search.function,
    search.method,
    formatNumber(quantileOf(search, 0.5)),
    formatNumber(quantileOf(search, 0.1)),
    formatNumber(quantileOf(search, 0.9)),
    `${search.evaluations.filter((each) => each !== null).length} of ${search.evaluations.length}`,
    String(search.maxEvaluations),
    formatNumber(search.seconds / search.evaluations.length),
    search.method === "kasa-variance" ? (TARGETS[search.function]?.others ?? "") : "",
  ]);
  const header = [
    "function",
    "method",
    "median",
    "10 %",
    "90 %",
    "success",
    "at most",
    "s a search",
    "others",
  ];
  return ["True evaluations to the goal:", "", formatTable(header, rows, 2)];
}

/** Targets are those of one evaluation a round. */
export function judgeSearches(searches: readonly SearchMeasurement[], batchSize: number): Target[] {
  if (batchSize > 1) return [];
  return searches.flatMap((search): Target[] => {
    const target = TARGETS[search.function];
    if (!target || search.method !== "kasa-variance") return [];
    const [median, success] = [quantileOf(search, 0.5), successOf(search)];
    return [
      {
        what: `${search.function}: median of true evaluations, and share of searches that succeed`,
        limit: `<= ${target.most}, >= ${target.success}`,
        measured: `${formatNumber(median)}, ${success.toFixed(2)}`,
        passed: median <= target.most && success >= target.success,
      },
    ];
  });
}
