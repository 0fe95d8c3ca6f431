/** What every search has been told, complete. */

export const MINIMIZE_METHODS = ["kasa-variance", "kasa", "annealing"] as const;

/**
 * - `kasa-variance`: the model is called where kriging leaves a decision open (kasa-variance.ts).
 * - `kasa`: as printed by Hu et al. 2019 (kasa.ts).
 * - `annealing`: without kriging (annealing.ts).
 */
export type MinimizeMethod = (typeof MINIMIZE_METHODS)[number];

/** Lowest and highest of each variable, in its own unit. */
export type Bounds = readonly (readonly [low: number, high: number])[];

export interface SearchSettings {
  readonly method: MinimizeMethod;
  readonly seed: number;
  readonly maxEvaluations: number;
  readonly target: number;
  readonly batchSize: number;
  readonly period: number;
  readonly sumOfSquares: boolean;
  readonly whenAborted: "throw" | "return";
}
