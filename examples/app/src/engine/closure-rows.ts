/** Rows of the table in which closures stand beside each other. */
import { PorenetError } from "porenet";
import type { Solution } from "./session.ts";

export type ClosureRow =
  | {
      /** As it was asked for. */
      readonly closure: string;
      readonly m2: number;
      readonly mD: number;
      /** K over that of the first row. */
      readonly ratio: number;
      readonly formationFactor: number | undefined;
      readonly iterations: number;
      readonly status: string;
      /** [s] */
      readonly seconds: number;
      readonly fault?: undefined;
    }
  | { readonly closure: string; readonly fault: string };

/** @param before the rows above */
export function compareRow(closure: string, { result }: Solution, before: readonly ClosureRow[]): ClosureRow {
  const { permeability, formationFactor, solver, timings } = result;
  const first = before.find((row) => row.fault === undefined);
  return {
    closure,
    m2: permeability.m2,
    mD: permeability.mD,
    ratio: first === undefined ? 1 : permeability.m2 / first.m2,
    formationFactor,
    iterations: solver.iterations,
    status: solver.status,
    seconds: timings.setup + timings.solve,
  };
}

/** @throws what is no fault of the network's or the closure's */
export function describeFault(error: unknown): string {
  if (error instanceof PorenetError) return error.message;
  throw error;
}
