/** What a search is asked for, checked. */
import { OptionError } from "../errors.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { rejectUnknownKeys, requireChoice, requireInteger } from "../network/options.ts";
import { PRINTED_PERIOD } from "./kasa.ts";
import type { Evaluation, SearchProgress } from "./search-result.ts";
import {
  type Bounds,
  MINIMIZE_METHODS,
  type MinimizeMethod,
  type SearchSettings,
} from "./search-settings.ts";
import type { SearchState } from "./search-state.ts";

export interface MinimizeOptions {
  /** Chains run on it. Without one they run on the host, in float64, and are fewer. */
  readonly device?: ComputeDevice | undefined;
  /** Default `"kasa-variance"`. */
  readonly method?: MinimizeMethod;
  /** Default 7. */
  readonly seed?: number;
  /** True evaluations at most. Default 200. */
  readonly maxEvaluations?: number;
  /** The search ends when a value is this or less. */
  readonly target?: number | undefined;
  /** The search also ends at an evaluation that this says is good enough: of a sum of squares by its terms, say. */
  readonly isEnough?: ((evaluation: Evaluation) => boolean) | undefined;
  /** Points a call of the objective: q. Default 1. */
  readonly batchSize?: number;
  /** Of `kasa`: one step of so many is decided by the model. Default 3. */
  readonly period?: number;
  /**
   * The objective is a sum of squares and returns its terms, a list for each point. `kasa-variance` kriges each of them
   * then (kasa-residuals.ts); the others take the sum.
   */
  readonly sumOfSquares?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** An abort rejects with the signal's reason, or returns the best so far. Default `"throw"`. */
  readonly whenAborted?: "throw" | "return";
  /** After every round. */
  readonly onProgress?: ((progress: SearchProgress) => void) | undefined;
  /** After every round, awaited before the next: plain JSON to go on from. */
  readonly onState?: ((state: SearchState) => void | Promise<void>) | undefined;
  /** Goes on from here, to the same result as if there had been no break. */
  readonly state?: SearchState | undefined;
}

const KEYS = [
  "device",
  "method",
  "seed",
  "maxEvaluations",
  "target",
  "isEnough",
  "batchSize",
  "period",
  "sumOfSquares",
  "signal",
  "whenAborted",
  "onProgress",
  "onState",
  "state",
] as const;

/** @throws {OptionError} for an unknown key or a value out of range */
export function completeMinimizeOptions(options: MinimizeOptions): SearchSettings {
  rejectUnknownKeys("minimize", options, KEYS);
  const target = options.target ?? Number.NEGATIVE_INFINITY;
  if (typeof target !== "number" || Number.isNaN(target)) {
    throw new OptionError("target", `target is ${target}.`, "Give a number, or leave it out.");
  }
  return {
    method: requireChoice("method", options.method ?? "kasa-variance", MINIMIZE_METHODS),
    seed: requireInteger("seed", options.seed ?? 7, 0, 2 ** 32 - 1),
    maxEvaluations: requireInteger("maxEvaluations", options.maxEvaluations ?? 200, 1),
    target,
    batchSize: requireInteger("batchSize", options.batchSize ?? 1, 1, 65536),
    period: requireInteger("period", options.period ?? PRINTED_PERIOD, 2),
    sumOfSquares: options.sumOfSquares === true,
    whenAborted: requireChoice("whenAborted", options.whenAborted ?? "throw", ["throw", "return"]),
  };
}

/** @throws {OptionError} unless every low bound is below its high one, both finite */
export function checkBounds(bounds: Bounds): void {
  if (!Array.isArray(bounds) || bounds.length === 0) {
    throw new OptionError("bounds", "There are no bounds.", "Give [low, high] for each variable.");
  }
  bounds.forEach((pair, axis) => {
    const [low, high] = Array.isArray(pair) && pair.length === 2 ? pair : [Number.NaN, Number.NaN];
    if (low < high && Number.isFinite(high - low)) return;
    const isReversed = low > high;
    throw new OptionError(
      "bounds",
      `bounds[${axis}] is ${JSON.stringify(pair)}.`,
      isReversed ? "Swap them: the low bound comes first." : "Give [low, high], two numbers with low < high.",
    );
  });
}
