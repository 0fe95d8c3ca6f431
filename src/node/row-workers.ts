/** Threads of Node for tasks on rows: they take blocks of rows from a counter that they share. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { RowPiece } from "../multigrid/row-product.ts";
import type { RowTask } from "../multigrid/row-tasks.ts";
import type { RowWorkers } from "../multigrid/row-workers.ts";
import type { RowOrder, RowReply } from "./row-worker.ts";

const MOST_THREADS = 8;
/** So many blocks for each thread, that none has to wait long for the last. */
const BLOCKS_PER_THREAD = 16;
const [LEAST_BLOCK, LARGEST_BLOCK] = [256, 8192];
const IDLE = 4000;
/** What a thread runs: beside this file in the sources, and beside the chunk that it is part of in the package. */
function findEntry(): URL {
  if (!import.meta.url.endsWith(".ts")) return new URL("./row-worker.js", import.meta.url);
  const source = new URL("./row-worker.ts", import.meta.url);
  try {
    // tsx reads TypeScript on the main thread only, unless another thread asks for it.
    const reader = import.meta.resolve("tsx/esm/api");
    const script = `(await import("${reader}")).register(); await import("${source}");`;
    return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
  } catch {
    return source;
  }
}

export interface NodeRowWorkersOptions {
  /** Default: one a core, at most 8. */
  readonly count?: number;
  /** What each thread runs. */
  readonly entry?: URL;
  /** Node's flags for the threads; by default those of the process. */
  readonly execArgv?: readonly string[];
  /** Threads that had nothing to do for so long [ms] end, and with them what memory they hold. Default 4000. */
  readonly idle?: number;
}

interface Run {
  readonly pieces: RowPiece[];
  waiting: number;
  readonly end: (isWhole: boolean) => void;
}

/** Threads start with the first task, and do not keep the process alive. */
export class NodeRowWorkers implements RowWorkers {
  readonly #options: NodeRowWorkersOptions;
  readonly #count: number;
  readonly #runs = new Map<number, Run>();
  #threads: Worker[] = [];
  #nextId = 1;
  #hasAnswered = false;
  #isUseless = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: NodeRowWorkersOptions = {}) {
    this.#options = options;
    this.#count = options.count ?? Math.min(MOST_THREADS, availableParallelism());
  }

  /** Whether threads could not start here: later ones would not either. */
  get isUseless(): boolean {
    return this.#isUseless;
  }

  /** Threads that there are now. */
  get threadCount(): number {
    return this.#threads.length;
  }

  async run(task: RowTask, rowCount: number, signal?: AbortSignal): Promise<RowPiece[] | undefined> {
    signal?.throwIfAborted();
    const control = new Int32Array(new SharedArrayBuffer(8));
    const stop = () => Atomics.store(control, 1, 1);
    signal?.addEventListener("abort", stop);
    try {
      const pieces = await this.#share(task, rowCount, control);
      signal?.throwIfAborted();
      return pieces?.sort((a, b) => a.firstRow - b.firstRow);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Ends all threads; a task that they were at is then not done. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const threads = this.#threads;
    const runs = [...this.#runs.values()];
    this.#threads = [];
    this.#runs.clear();
    await Promise.all(threads.map((thread) => thread.terminate()));
    for (const { end } of runs) end(false);
  }

  async #share(task: RowTask, rowCount: number, control: Int32Array): Promise<RowPiece[] | undefined> {
    clearTimeout(this.#idle);
    if (this.#threads.length === 0) this.#start();
    if (this.#threads.length === 0) return undefined;
    const share = Math.ceil(rowCount / (BLOCKS_PER_THREAD * this.#threads.length));
    const blockRows = Math.min(LARGEST_BLOCK, Math.max(LEAST_BLOCK, share));
    const order: RowOrder = { id: this.#nextId++, task, rowCount, blockRows, control };
    const pieces: RowPiece[] = [];
    const isWhole = await new Promise<boolean>((resolve) => {
      this.#runs.set(order.id, { pieces, waiting: this.#threads.length, end: resolve });
      for (const thread of this.#threads) {
        thread.ref();
        thread.postMessage(order);
      }
    });
    if (this.#runs.size === 0) this.#rest();
    return isWhole ? pieces : undefined;
  }

  #start(): void {
    const { entry = findEntry(), execArgv } = this.#options;
    try {
      for (let k = 0; k < this.#count; k++) {
        const thread = new Worker(entry, { ...(execArgv && { execArgv: [...execArgv] }) });
        this.#threads.push(thread);
        const fail = () => {
          if (this.#threads.includes(thread)) this.#fail();
        };
        thread.on("message", (reply: RowReply) => this.#receive(reply));
        thread.on("error", fail);
        thread.on("messageerror", fail);
        thread.on("exit", fail);
      }
    } catch {
      this.#fail();
    }
  }

  #receive({ id, pieces }: RowReply): void {
    this.#hasAnswered = true;
    const run = this.#runs.get(id);
    if (!run) return;
    for (const piece of pieces) run.pieces.push(piece);
    if (--run.waiting > 0) return;
    this.#runs.delete(id);
    run.end(true);
  }

  #fail(): void {
    this.#isUseless ||= !this.#hasAnswered;
    void this.close();
  }

  #rest(): void {
    for (const thread of this.#threads) thread.unref();
    this.#idle = setTimeout(() => void this.close(), this.#options.idle ?? IDLE).unref();
  }
}

let shared: NodeRowWorkers | undefined;

/** The process's own; none on a machine with one core. */
export function rowWorkers(): RowWorkers | undefined {
  if (availableParallelism() < 2) return undefined;
  shared ??= new NodeRowWorkers();
  return shared.isUseless ? undefined : shared;
}
