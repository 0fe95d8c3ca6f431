/** What a search tells while it runs and in the end. */
import type { Phase } from "./search-method.ts";

export interface Evaluation {
  readonly x: readonly number[];
  /** +Infinity where the point would not do. */
  readonly value: number;
  /** Of a sum of squares, its terms. */
  readonly residuals?: readonly number[];
}

export interface SearchProgress {
  /** The least so far. */
  readonly value: number;
  readonly x: readonly number[];
  readonly evaluations: number;
  readonly rounds: number;
  /** Share of the moves of this round that were accepted; undefined where none was made. */
  readonly acceptance?: number | undefined;
  /** Of the annealing: in the objective's unit, or for `kasa-variance` of ln EI. */
  readonly temperature: number;
  readonly phase: Phase;
  /** Decisions taken by kriging so far. */
  readonly judged: number;
}

export type SearchStatus = "target" | "max-evaluations" | "aborted";

export interface SearchResult extends Evaluation {
  readonly evaluations: number;
  /** All evaluations in their order. */
  readonly history: readonly Evaluation[];
  readonly status: SearchStatus;
  readonly rounds: number;
  /** Decisions taken by kriging in place of the objective. */
  readonly judged: number;
}
