/** peers/batch.py kept alive: a word in, a line of JSON out, so that its turns and porenet's alternate. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { ONE_THREAD } from "./run-peer.ts";

const SCRIPT = fileURLToPath(new URL("peers/batch.py", import.meta.url));

/** How it assembles: triplets each time, or values into a pattern that is kept. */
export type LoopMethod = "coo" | "kept";

export interface LoopTime {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export class PeerLoop implements Disposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  #stderr = "";

  /** @param pin the prefix that holds a process on one core, or none */
  constructor(python: string, pin: readonly string[], folder: string) {
    const [command, ...args] = [...pin, python, SCRIPT, folder];
    this.#child = spawn(command!, args, {
      env: { ...process.env, ...ONE_THREAD },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
    });
    // What went wrong is told by the answer that does not come.
    this.#child.on("error", (error) => {
      this.#stderr += error.message;
    });
    this.#child.stdin.on("error", () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** One loop over all networks. */
  run(method: LoopMethod): Promise<LoopTime> {
    return this.#ask(method) as Promise<LoopTime>;
  }

  /** Has the answers of the last loop written into the folder. */
  async write(): Promise<void> {
    await this.#ask("write");
  }

  [Symbol.dispose](): void {
    this.#child.stdin.end();
  }

  async #ask(word: string): Promise<unknown> {
    this.#child.stdin.write(`${word}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`The loop of SciPy ended: ${this.#stderr.trim().slice(-2000)}`);
    return JSON.parse(value);
  }
}
