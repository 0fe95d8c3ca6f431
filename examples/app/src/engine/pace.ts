/** What goes on beside long work: drawing in its share of the time, and letting messages in. */

/** Work that may take a share of all time only: having taken t, it is due again no sooner than t (1/share − 1) later. */
export class Pace {
  readonly #share: number;
  readonly #least: number;
  #due = Number.NEGATIVE_INFINITY;

  /**
   * @param share of the time, above 0 and up to 1
   * @param least between two runs [ms]
   */
  constructor(share: number, least: number) {
    this.#share = share;
    this.#least = least;
  }

  get isDue(): boolean {
    return performance.now() >= this.#due;
  }

  async run<T>(work: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      const end = performance.now();
      this.#due = end + Math.max(this.#least, (end - start) * (1 / this.#share - 1));
    }
  }
}

/** Waits until messages that have come, as to pause or to stop, have been heard. */
export function hearMessages(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Whether a promise is still waited for, told within two microtasks. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let isWaiting = true;
  const settle = () => {
    isWaiting = false;
  };
  promise.then(settle, settle);
  await undefined;
  await undefined;
  return isWaiting;
}
