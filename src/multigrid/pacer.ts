/** Long work on the host in short turns, so that a page goes on answering while it is done. */

/** A turn [ms]: longer than a frame of a page only now and then. */
const TURN = 24;
/** Rows between two looks at the clock. */
const BLOCK = 2048;

export class Pacer {
  readonly #signal: AbortSignal | undefined;
  #turnBegan = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
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
