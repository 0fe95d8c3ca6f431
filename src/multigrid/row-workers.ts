/** Threads that a host may have for tasks on rows; who knows how to start them registers that here. */
import type { RowPiece } from "./row-product.ts";
import type { RowTask } from "./row-tasks.ts";

export interface RowWorkers {
  /**
   * Does a task whose arrays are all shared, for rows from 0 to `rowCount`.
   * @returns what came out beside what was written to the arrays, by rows; `undefined` when a thread could not start or
   * died, none of them being at work any more: the task is then to be done again elsewhere
   * @throws what the signal was aborted with
   */
  run(task: RowTask, rowCount: number, signal?: AbortSignal): Promise<RowPiece[] | undefined>;
}

/** With fewer rows than this, starting threads takes longer than they save. */
const LEAST_ROWS = 400_000;

let provider: (() => RowWorkers | undefined) | undefined;

/** @param provide called at each setup that is large enough; threads may be started as late as they are needed */
export function provideRowWorkers(provide: (() => RowWorkers | undefined) | undefined): void {
  provider = provide;
}

/** Threads for the setup of a matrix with so many rows, where there are any. */
export function findRowWorkers(rowCount: number): RowWorkers | undefined {
  return rowCount >= LEAST_ROWS ? provider?.() : undefined;
}
