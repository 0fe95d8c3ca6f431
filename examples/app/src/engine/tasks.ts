/** One long task at a time: it tells how far it is, can be paused where it says so, and stopped. */

/** How far a task is, for the page. */
export interface TaskState {
  readonly title: string;
  readonly state: "running" | "paused" | "done" | "stopped" | "failed";
  /** Of the whole, where it is known. */
  readonly fraction?: number;
  readonly text?: string;
}

/** What a task's work is given. */
export interface Task {
  readonly signal: AbortSignal;
  report(progress: { readonly fraction?: number; readonly text?: string }): void;
  /** Resolves at once, or when a paused task goes on. */
  whenRunning(): Promise<void>;
}

/** What a stopped task is rejected with. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

export class TaskRunner {
  readonly #tell: (state: TaskState) => void;
  readonly #onFault: (error: unknown) => void;
  #controller: AbortController | undefined;
  #state: TaskState | undefined;
  #ended: Promise<unknown> = Promise.resolve();
  #resume: (() => void) | undefined;
  #running: Promise<void> = Promise.resolve();

  /** @param onFault told of what a task failed with, unless it was stopped */
  constructor(tell: (state: TaskState) => void, onFault: (error: unknown) => void = () => {}) {
    this.#tell = tell;
    this.#onFault = onFault;
  }

  /** The title of the task that is under way. */
  get underWay(): string | undefined {
    const state = this.#state;
    return state?.state === "running" || state?.state === "paused" ? state.title : undefined;
  }

  /**
   * Stops the task that is under way, if any, and begins another.
   * @throws {StoppedError} when it is stopped; else what `work` throws
   */
  async run<T>(title: string, work: (task: Task) => Promise<T>): Promise<T> {
    this.stop();
    const controller = new AbortController();
    this.#controller = controller;
    const before = this.#ended;
    const result = this.#perform(title, work, controller, before);
    this.#ended = result.catch(() => undefined);
    return result;
  }

  pause(): void {
    if (this.#state?.state !== "running" || this.#resume) return;
    this.#running = new Promise((resolve) => {
      this.#resume = resolve;
    });
    this.#set({ ...this.#state, state: "paused" });
  }

  resume(): void {
    if (!this.#resume) return;
    this.#resume();
    this.#resume = undefined;
    if (this.#state?.state === "paused") this.#set({ ...this.#state, state: "running" });
  }

  stop(): void {
    this.#controller?.abort(new StoppedError("Stopped."));
    this.resume();
  }

  async #perform<T>(
    title: string,
    work: (task: Task) => Promise<T>,
    controller: AbortController,
    before: Promise<unknown>,
  ): Promise<T> {
    await before;
    const { signal } = controller;
    this.#set({ title, state: "running" });
    const task: Task = {
      signal,
      report: (progress) => {
        // Who was stopped may still be on its way to noticing it.
        if (!signal.aborted) this.#set({ title, state: this.#resume ? "paused" : "running", ...progress });
      },
      whenRunning: () => this.#running,
    };
    try {
      signal.throwIfAborted();
      const result = await work(task);
      this.#set({ title, state: "done" });
      return result;
    } catch (error) {
      if (!signal.aborted) this.#onFault(error);
      this.#set({ title, state: signal.aborted ? "stopped" : "failed" });
      throw error;
    } finally {
      if (this.#controller === controller) this.#controller = undefined;
    }
  }

  #set(state: TaskState): void {
    this.#state = state;
    this.#tell(state);
  }
}
