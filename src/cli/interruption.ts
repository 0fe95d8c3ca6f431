/** Ctrl-C as an AbortSignal: work stops cleanly and frees what it holds; a second Ctrl-C ends at once. */
import { constants } from "node:os";

/** Ctrl-C, a polite kill, and a terminal that was closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type Stop = (typeof SIGNALS)[number];

/** What work is aborted with. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  /** 128 and the signal's number, as shells have it. */
  readonly exitCode: number;

  constructor(signal: Stop) {
    super("interrupted");
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Runs `work` with a signal that Ctrl-C, SIGTERM and SIGHUP abort.
 * @throws {Interruption} when it was
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const listen = (signal: Stop) => {
    const abort = () => {
      process.off(signal, abort);
      controller.abort(new Interruption(signal));
    };
    process.on(signal, abort);
    return () => process.off(signal, abort);
  };
  const stops = SIGNALS.map(listen);
  try {
    const result = await work(controller.signal);
    controller.signal.throwIfAborted();
    return result;
  } finally {
    for (const stop of stops) stop();
  }
}
