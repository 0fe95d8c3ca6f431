/** Long work on the host: on threads where there are any, else in short turns, so that a page goes on answering. */
import { type Allocate, allocateOwn, allocateShared } from "./row-memory.ts";
import type { RowPiece } from "./row-product.ts";
import { isShareable, type RowTask, startTask } from "./row-tasks.ts";
import type { RowWorkers } from "./row-workers.ts";

/** A turn [ms]: longer than a frame of a page only now and then. */
const TURN = 24;
/** Rows between two looks at the clock. */
const BLOCK = 2048;
/** Fewer rows are done here before threads have been told of them. */
const LEAST_SHARED = 8192;

export class Pacer {
  /** What tasks work on is to be allocated by this. */
  readonly allocate: Allocate;
  readonly #signal: AbortSignal | undefined;
  #workers: RowWorkers | undefined;
  #turnBegan = performance.now();

  constructor(signal?: AbortSignal, workers?: RowWorkers) {
    this.#signal = signal;
    this.#workers = workers;
    this.allocate = workers ? allocateShared : allocateOwn;
  }

  /**
   * Does a task for `count` rows; returns what came out beside what it wrote to its arrays, by rows.
   * @throws what the signal was aborted with
   */
  async runRows(task: RowTask, count: number): Promise<RowPiece[]> {
    if (this.#workers && count >= LEAST_SHARED && isShareable(task)) {
      const pieces = await this.#workers.run(task, count, this.#signal);
      this.#turnBegan = performance.now();
      if (pieces) return pieces;
      this.#workers = undefined;
    }
    const pieces: RowPiece[] = [];
    const keep = (piece: RowPiece) => void pieces.push(piece);
    await this.forBlocks(count, startTask(task, keep));
    return pieces;
  }

  /**
   * Calls `work` for block after block of `count` rows, and lets others have a turn when its own is over.
   * @throws what the signal was aborted with
   * @example await pacer.forBlocks(rowCount, (begin, end) => { for (let i = begin; i < end; i++) … });
   */
  async forBlocks(count: number, work: (begin: number, end: number) => void): Promise<void> {
    for (let begin = 0; begin < count; begin += BLOCK) {
      work(begin, Math.min(count, begin + BLOCK));
      if (performance.now() - this.#turnBegan < TURN) continue;
      await new Promise<void>((resolve) => setTimeout(resolve));
      this.#turnBegan = performance.now();
      this.#signal?.throwIfAborted();
    }
  }
}
