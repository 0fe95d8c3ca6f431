/**
 * The time of one iteration of Jacobi-preconditioned conjugate gradients, from solves of two lengths:
 *
 *   t = (T(long) − T(short)) / (long − short)
 *
 * so that what a solve costs beside its iterations (start, true residual, reading the solution) cancels. Of several
 * repeats the shortest T of either length counts, since other work on the machine only ever adds.
 */
import {
  type ComputeDevice,
  ConjugateGradient,
  type GroundedGraph,
  RaggedLaplacian,
  type RaggedLaplacianOptions,
} from "porenet";

export interface TimerOptions extends RaggedLaplacianOptions {
  /** Iterations of the two solves. */
  readonly short: number;
  readonly long: number;
}

export interface IterationTime {
  readonly bestSeconds: number;
  readonly medianSeconds: number;
  /** Of all threads of the process, drivers that compute on the CPU included. */
  readonly cpuSeconds: number;
  /** Cores kept busy: CPU time over wall time, of all long solves. */
  readonly cores: number;
  readonly repeats: number;
}

interface Sample {
  readonly wall: number;
  readonly cpu: number;
}

/** Below any residual that arithmetic reaches: only the limit of iterations ends a solve. */
const NEVER = 1e-30;

export class IterationTimer implements Disposable {
  readonly matrix: RaggedLaplacian;
  readonly #solvers: readonly [ConjugateGradient, ConjugateGradient];
  readonly #lengths: readonly [number, number];
  readonly #samples: [Sample[], Sample[]] = [[], []];

  static async create(
    device: ComputeDevice,
    graph: GroundedGraph,
    weights: Float64Array,
    { short, long, ...options }: TimerOptions,
  ): Promise<IterationTimer> {
    const matrix = await RaggedLaplacian.create(device, [graph], options);
    matrix.setWeights(weights);
    const createSolver = (maxIterations: number) =>
      ConjugateGradient.create(matrix, {
        preconditioner: { kind: "jacobi" },
        tolerance: NEVER,
        energyTolerance: null,
        innerReduction: NEVER,
        maxIterations,
      });
    const timer = new IterationTimer(
      matrix,
      [await createSolver(short), await createSolver(long)],
      [short, long],
    );
    // The first solve compiles what the driver has left to compile.
    await timer.#solvers[0].solve();
    return timer;
  }

  private constructor(
    matrix: RaggedLaplacian,
    solvers: readonly [ConjugateGradient, ConjugateGradient],
    lengths: readonly [number, number],
  ) {
    this.matrix = matrix;
    this.#solvers = solvers;
    this.#lengths = lengths;
  }

  /** One solve of either length; returns what they took [s]. */
  async sample(): Promise<number> {
    let seconds = 0;
    for (const k of [0, 1] as const) {
      const cpu = process.cpuUsage();
      const start = performance.now();
      const { reports } = await this.#solvers[k].solve();
      const wall = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      if (reports[0]!.iterations !== this.#lengths[k]) {
        throw new Error(`${reports[0]!.iterations} iterations were done instead of ${this.#lengths[k]}.`);
      }
      this.#samples[k].push({ wall, cpu: (user + system) / 1e6 });
      seconds += wall;
    }
    return seconds;
  }

  get time(): IterationTime {
    const [short, long] = this.#samples;
    const perIteration = (seconds: number) => seconds / (this.#lengths[1] - this.#lengths[0]);
    const least = (samples: readonly Sample[], key: keyof Sample) =>
      Math.min(...samples.map((each) => each[key]));
    const slopes = long.map(({ wall }, k) => perIteration(wall - short[k]!.wall));
    const total = (key: keyof Sample) => long.reduce((sum, each) => sum + each[key], 0);
    return {
      bestSeconds: perIteration(least(long, "wall") - least(short, "wall")),
      medianSeconds: medianOf(slopes),
      cpuSeconds: perIteration(least(long, "cpu") - least(short, "cpu")),
      cores: total("cpu") / total("wall"),
      repeats: long.length,
    };
  }

  [Symbol.dispose](): void {
    for (const solver of this.#solvers) solver.destroy();
    this.matrix.destroy();
  }
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

/**
 * Samples the timers in turn, so that what disturbs the machine disturbs all of them, `repeats` times and on
 * until `seconds` have gone into each, at most five times as often.
 */
export async function sampleInTurn(
  timers: readonly IterationTimer[],
  { repeats, seconds }: { readonly repeats: number; readonly seconds: number },
): Promise<void> {
  let spent = 0;
  for (let round = 0; round < repeats || (spent < seconds && round < 5 * repeats); round++) {
    let longest = 0;
    for (const timer of timers) longest = Math.max(longest, await timer.sample());
    spent += longest;
  }
}
