/**
 * Preconditioned conjugate gradients for a ragged batch of grounded Laplacians, to float64 accuracy from float32
 * hardware.
 *
 *   x = 0
 *   repeat  r = b - A x in two-float arithmetic, b being what the ground at 1 gives, or a load
 *           solve A y = s r in float32 until |r| has fallen by `innerReduction`, s making |s r| about 1, by conjugate
 *           gradients with the diagonal or a multigrid cycle as preconditioner
 *           x += y / s
 *   until   |r| <= tolerance |b|  and  the estimated error of the energy is small enough
 *
 * What is reported is measured on the true system. The energy's error is estimated across all inner solves: each
 * iteration removes a known part of it (error-estimate.ts).
 */
import { PorenetError } from "../errors.ts";
import type { HierarchyDescription } from "../multigrid/hierarchy.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import { ActivePreconditioner } from "./active-preconditioner.ts";
import { type CgWorkspace, createCgWorkspace } from "./cg-kernels.ts";
import { InnerSolve, type InnerTask, iterateJacobi } from "./inner-solve.ts";
import { scaleLoad, unscaleSolution } from "./load.ts";
import {
  type CompleteSolverOptions,
  completeOptions,
  type SolveControl,
  type SolverOptions,
} from "./options.ts";
import { choosePreconditioner, MultigridPreconditioner } from "./preconditioner.ts";
import { createRefinement, type Refinement, type VisitSolution } from "./refinement.ts";
import type { PreconditionerReport, SystemReport } from "./report.ts";
import { SystemProgress } from "./system-progress.ts";

export interface SolveResult {
  /** Unknowns of all systems, one system after the other, each in the caller's order. */
  readonly x: Float64Array;
  readonly reports: readonly SystemReport[];
}

/**
 * A solver bound to one matrix: buffers and kernels are made once, weights may change between solves.
 *
 * @example
 * using matrix = await RaggedLaplacian.create(device, [graph]);
 * matrix.setWeights(weights);
 * using solver = await ConjugateGradient.create(matrix, { tolerance: 1e-10 });
 * const { x, reports } = await solver.solve();
 */
export class ConjugateGradient implements Disposable {
  readonly #matrix: RaggedLaplacian;
  readonly #workspace: CgWorkspace;
  readonly #options: SolverOptions;
  readonly #residualOn: "device" | "host" | undefined;
  #multigrid: MultigridPreconditioner | undefined;
  #isDestroyed = false;

  /**
   * @param residualOn where true residuals are computed; by default on the device if its arithmetic allows it
   * @throws {OptionError} for options that are not understood
   * @throws {LimitError} when the vectors do not fit the device
   */
  static async create(
    matrix: RaggedLaplacian,
    options: SolverOptions = {},
    residualOn?: "device" | "host",
  ): Promise<ConjugateGradient> {
    completeOptions(options);
    return new ConjugateGradient(matrix, await createCgWorkspace(matrix), options, residualOn);
  }

  private constructor(
    matrix: RaggedLaplacian,
    workspace: CgWorkspace,
    options: SolverOptions,
    residualOn: "device" | "host" | undefined,
  ) {
    this.#matrix = matrix;
    this.#workspace = workspace;
    this.#options = options;
    this.#residualOn = residualOn;
  }

  /** On the device, without the matrix. */
  get byteLength(): number {
    return this.#workspace.set.byteLength + (this.#multigrid?.byteLength ?? 0);
  }

  /** The multigrid hierarchy that the last solve used, if it used one. */
  describePreconditioner(): HierarchyDescription | undefined {
    return this.#multigrid?.description;
  }

  /**
   * Solves every system from x = 0.
   *
   * Without a load, grounds are held at 1 and 0 as the graphs say. With one, all of them are at 0 and
   * A x = load is solved, as adjoints and tangents want it: `relativeResidual` is then |load − A x| / |load|,
   * energies are xᵀ A x, and a system whose load is 0 has converged at once.
   *
   * @param load over the unknowns of all systems, one system after the other, each in the caller's order
   * @param options in place of the solver's own, for this solve
   * @param visit shown the solution on the device, in the pattern's rows, before it is gone
   * @throws {OptionError} when the load does not have one number for each unknown
   * @throws what `signal` was aborted with
   * @throws {DeviceLostError} when the device is lost
   */
  async solve(
    control: SolveControl = {},
    load?: Float64Array,
    options: SolverOptions = {},
    visit?: VisitSolution,
  ): Promise<SolveResult> {
    control.signal?.throwIfAborted();
    const complete = completeOptions({ ...this.#options, ...options });
    const scaled = load && scaleLoad(this.#matrix, load);
    const refinement = await createRefinement(this.#matrix, this.#workspace, scaled, this.#residualOn);
    try {
      const { systems, used } = await this.#refine(refinement, complete, control, scaled?.scales);
      const x = await refinement.readSolution();
      if (visit) await refinement.visitSolution(visit);
      if (scaled) unscaleSolution(this.#matrix, scaled, x);
      this.#matrix.device.throwIfLost();
      return { x, reports: systems.map((system) => system.report(used)) };
    } catch (error) {
      throw this.#isDestroyed ? destroyedWhileSolving(error) : error;
    } finally {
      refinement[Symbol.dispose]();
    }
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#multigrid?.destroy();
    this.#workspace.set.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  async #refine(
    refinement: Refinement,
    options: CompleteSolverOptions,
    control: SolveControl,
    loadScales: Float64Array | undefined,
  ): Promise<{ systems: readonly SystemProgress[]; used: PreconditionerReport }> {
    const growth = options.tolerance === Number.POSITIVE_INFINITY ? EARLY_STOP_GROWTH : 1;
    const systems = (await refinement.measure()).map(
      (measure, s) => new SystemProgress(measure, options, this.#matrix.scales[s]!, loadScales?.[s]),
    );
    const preconditioner = await this.#startPreconditioner(options, control.signal);
    let inner = new InnerSolve(this.#matrix, this.#workspace, preconditioner.iteration, growth);
    while (systems.some((system) => system.isRunning)) {
      const decades = largestOf(systems, (system) => (system.isRunning ? system.decades : 0));
      const most = preconditioner.allowIterations(decades);
      const tasks = systems.map((system) => capBudget(system.nextTask(), most));
      const before = systems.map(({ iterations }) => iterations);
      const outcomes = await inner.run(tasks, listenFor(systems, control), control.signal);
      await refinement.accumulate();
      const measures = await refinement.measure();
      const iterations = largestOf(systems, (system, s) => system.iterations - before[s]!);
      const hasChanged = await preconditioner.judge({ outcomes, iterations, decades }, control.signal);
      systems.forEach((system, s) => {
        const outcome = hasChanged && outcomes[s] === "breakdown" ? "budget" : outcomes[s]!;
        if (system.isRunning) system.judge(measures[s]!, outcome);
      });
      if (hasChanged) inner = new InnerSolve(this.#matrix, this.#workspace, preconditioner.iteration, growth);
    }
    return { systems, used: preconditioner.report() };
  }

  async #startPreconditioner(
    { preconditioner }: CompleteSolverOptions,
    signal: AbortSignal | undefined,
  ): Promise<ActivePreconditioner> {
    const { device, graphs, pattern } = this.#matrix;
    const isFit = preconditioner.kind !== "auto" || pattern.smallChunkCount === 0;
    const kind = isFit ? choosePreconditioner(device, graphs, preconditioner) : "jacobi";
    if (kind === "multigrid") {
      const options = preconditioner.kind === "multigrid" ? preconditioner : {};
      this.#multigrid ??= new MultigridPreconditioner(this.#matrix, this.#workspace, options);
    }
    const jacobi = iterateJacobi(this.#matrix, this.#workspace);
    return ActivePreconditioner.start(jacobi, kind === "multigrid" ? this.#multigrid : undefined, signal);
  }
}

function capBudget(task: InnerTask, most: number): InnerTask {
  return { ...task, budget: Math.min(task.budget, most) };
}

/** Where the host ends inner solves, two blocks run on while it looks: they must be short beside what is done. */
const EARLY_STOP_GROWTH = 1 / 8;

function destroyedWhileSolving(cause: unknown): PorenetError {
  return new PorenetError(
    "The solver was destroyed while it solved.",
    "Await solve() before destroy(), and before the end of a block with `using`.",
    { cause },
  );
}

function listenFor(systems: readonly SystemProgress[], { onProgress }: SolveControl) {
  return {
    record: (s: number, decrement: number, norm2: number) => systems[s]!.record(decrement, norm2),
    isEnough: (s: number) => systems[s]!.isEnough(),
    blockEnded: () => {
      if (!onProgress) return;
      const running = systems.filter((system) => system.isRunning);
      onProgress({
        iterations: largestOf(running, (system) => system.iterations),
        relativeResidual: largestOf(running, (system) => system.relativeResidual),
        relativeErrorEstimate: largestOf(running, (system) => system.relativeErrorEstimate),
        systemsLeft: running.length,
      });
    },
  };
}

/** At least 0; NaN where any is. */
function largestOf(
  systems: readonly SystemProgress[],
  read: (system: SystemProgress, s: number) => number,
): number {
  return systems.reduce((largest, system, s) => Math.max(largest, read(system, s)), 0);
}
