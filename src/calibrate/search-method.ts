/** What a search method is to the driver (minimize.ts): it asks for values at points of the unit box, round by round. */
import type { ChainRunner } from "./search-chains.ts";

/** Points to evaluate, and how the search stands. */
export interface Proposal {
  /** In the unit box, at least one. */
  readonly points: readonly Float64Array[];
  /** Of the annealing, in the units of what it walks on. */
  readonly temperature: number;
  /** Share of the moves since the last proposal that were accepted; NaN without any. */
  readonly acceptance: number;
  /** Decisions taken by kriging since the last proposal. */
  readonly judged: number;
  readonly phase: Phase;
}

/**
 * `design`: first points; `global`: anywhere; `local`: in a trust region; `walk`: where an annealing chain stands.
 */
export type Phase = "design" | "global" | "local" | "walk";

/** What was evaluated: the proposal's points, or where a record of an earlier run differs, that one's. */
export interface Answer {
  readonly points: readonly Float64Array[];
  /** Not NaN and above −Infinity. */
  readonly values: readonly number[];
  /** Of a sum of squares, its terms; not finite where the point will not do. */
  readonly residuals?: readonly (readonly number[])[] | undefined;
}

export interface MethodSetup {
  readonly dimension: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly maxEvaluations: number;
  /** In place of the host's chains. */
  readonly runChains?: ChainRunner | undefined;
}

/** Ends by itself only when it has nothing more to ask. */
export type Method = (setup: MethodSetup) => AsyncGenerator<Proposal, void, Answer>;
