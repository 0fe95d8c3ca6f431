/**
 * One inner solve of the whole batch, A y = s r in float32, wholly on the device: the host submits blocks of
 * iterations and, one block later, looks at what became of them. Where all systems have ended, what is still
 * submitted dispatches nothing.
 */
import { mapAndCopy } from "../gpu/readback.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import { type CgWorkspace, type InnerOutcome, OUTCOMES, STATE_WORDS, StateWord } from "./cg-kernels.ts";
import { BLOCK_WORK, encodeIterations, encodeStart } from "./encode-inner.ts";

/** What the inner solve of one system starts from. */
export interface InnerTask {
  /** s, a power of two; 0 leaves the system out. */
  readonly scale: number;
  /** Ends when (s |r|)² is at or below. */
  readonly threshold: number;
  readonly budget: number;
}

/** Told after each block, for each system that made iterations in it. */
export interface BlockListener {
  /** (alpha r·z, r·r) of each iteration, in the inner system's units. */
  record(system: number, energyDecrement: number, norm2: number): void;
  /** True when the system may end early. */
  isEnough(system: number): boolean;
  blockEnded(systemsLeft: number): void;
}

/** What is iterated: commands, recorded into passes. */
export interface InnerIteration {
  /** What an iteration takes, in those of Jacobi's. */
  readonly cost: number;
  encodeStart(pass: GPUComputePassEncoder): void;
  /** @param iterations even */
  encodeIterations(pass: GPUComputePassEncoder, iterations: number): void;
}

/** Conjugate gradients with the diagonal as preconditioner. */
export function iterateJacobi(matrix: RaggedLaplacian, workspace: CgWorkspace): InnerIteration {
  return {
    cost: 1,
    encodeStart: (pass) => encodeStart(pass, matrix, workspace),
    encodeIterations: (pass, iterations) => encodeIterations(pass, matrix, workspace, iterations),
  };
}

const FIRST_BLOCK = 8;

export class InnerSolve {
  readonly #matrix: RaggedLaplacian;
  readonly #workspace: CgWorkspace;
  readonly #iteration: InnerIteration;
  /** How much a block may add to the iterations before it. */
  readonly #growth: number;
  #submitted = 0;

  constructor(matrix: RaggedLaplacian, workspace: CgWorkspace, iteration: InnerIteration, growth: number) {
    this.#matrix = matrix;
    this.#workspace = workspace;
    this.#iteration = iteration;
    this.#growth = growth;
  }

  /**
   * @returns how each system ended
   * @throws what `signal` was aborted with, at most one block later
   */
  async run(
    tasks: readonly InnerTask[],
    listener: BlockListener,
    signal?: AbortSignal,
  ): Promise<readonly InnerOutcome[]> {
    const seen = new Uint32Array(tasks.length);
    const outcomes: InnerOutcome[] = tasks.map(() => "reduced");
    this.#submitStart(tasks);
    let slot = 0;
    let pending = this.#submitBlock(slot);
    for (;;) {
      slot = 1 - slot;
      const ahead = signal?.aborted ? undefined : this.#submitBlock(slot);
      let left: number;
      try {
        left = this.#readBlock(await pending.data, seen, outcomes, listener);
      } catch (error) {
        // The buffer that is still being mapped must be free when the next solve begins.
        await ahead?.data.catch(() => undefined);
        throw error;
      }
      if (signal?.aborted) {
        await ahead?.data;
        throw signal.reason;
      }
      if (left === 0) {
        await ahead?.data;
        return outcomes;
      }
      pending = ahead!;
    }
  }

  #submitStart(tasks: readonly InnerTask[]): void {
    const { device } = this.#matrix;
    const { buffers } = this.#workspace;
    const words = new Uint32Array(STATE_WORDS * tasks.length);
    const floats = new Float32Array(words.buffer);
    tasks.forEach(({ scale, threshold, budget }, s) => {
      floats[s * STATE_WORDS + StateWord.scale] = scale;
      floats[s * STATE_WORDS + StateWord.threshold] = threshold;
      words[s * STATE_WORDS + StateWord.budget] = scale === 0 ? 0 : budget;
    });
    device.gpu.queue.writeBuffer(buffers.state, 0, words);
    const encoder = device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    this.#iteration.encodeStart(pass);
    pass.end();
    device.gpu.queue.submit([encoder.finish()]);
  }

  #submitBlock(slot: number): { data: Promise<ArrayBuffer> } {
    const { device } = this.#matrix;
    const { buffers } = this.#workspace;
    const staging = buffers.readback[slot]!;
    const encoder = device.gpu.createCommandEncoder();
    const pass = encoder.beginComputePass();
    this.#iteration.encodeIterations(pass, this.#nextBlock());
    pass.end();
    encoder.copyBufferToBuffer(buffers.state, 0, staging, 0, buffers.state.size);
    encoder.copyBufferToBuffer(buffers.history, 0, staging, buffers.state.size, buffers.history.size);
    device.gpu.queue.submit([encoder.finish()]);
    const data = mapAndCopy(device, staging);
    data.catch(() => undefined);
    return { data };
  }

  /** Passes on what is new; returns how many systems still run. */
  #readBlock(
    data: ArrayBuffer,
    seen: Uint32Array,
    outcomes: InnerOutcome[],
    listener: BlockListener,
  ): number {
    const { historyCapacity, buffers } = this.#workspace;
    const words = new Uint32Array(data);
    const history = new Float32Array(data, buffers.state.size);
    let left = 0;
    for (let s = 0; s < seen.length; s++) {
      const at = s * STATE_WORDS;
      const iteration = words[at + StateWord.iteration]!;
      for (let k = seen[s]!; k < iteration; k++) {
        const entry = 2 * (s * historyCapacity + (k % historyCapacity));
        listener.record(s, history[entry]!, history[entry + 1]!);
      }
      seen[s] = iteration;
      const isRunning = words[at + StateWord.running] !== 0;
      if (isRunning && listener.isEnough(s)) this.#stopSystem(s);
      if (isRunning) left++;
      else if (words[at + StateWord.budget] !== 0) {
        outcomes[s] = OUTCOMES[words[at + StateWord.outcome]!] ?? "non-finite";
      }
    }
    listener.blockEnded(left);
    return left;
  }

  #stopSystem(system: number): void {
    const { device } = this.#matrix;
    const { state } = this.#workspace.buffers;
    device.gpu.queue.writeBuffer(state, 4 * (system * STATE_WORDS + StateWord.running), new Uint32Array(2));
  }

  /** Short blocks first, since many solves are short; then as long as they may be. */
  #nextBlock(): number {
    const { pattern, device } = this.#matrix;
    const work = this.#iteration.cost * pattern.rowCount;
    const most = Math.min(this.#workspace.historyCapacity, BLOCK_WORK[device.kind] / work);
    const wanted = Math.min(most, Math.max(FIRST_BLOCK, this.#growth * this.#submitted));
    const iterations = Math.max(2, 2 * Math.floor(wanted / 2));
    this.#submitted += iterations;
    return iterations;
  }
}
