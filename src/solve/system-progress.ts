/** One system on its way through refinement: what is known of it, what it needs next, when it is done. */
import type { InnerOutcome } from "./cg-kernels.ts";
import { EnergyErrorEstimator } from "./error-estimate.ts";
import type { InnerTask } from "./inner-solve.ts";
import type { CompleteSolverOptions } from "./options.ts";
import type { Measure } from "./refinement.ts";
import type { PreconditionerReport, SolveStatus, SystemReport } from "./report.ts";

/**
 * So many refinements running that leave more than this of the smallest residual have met the end of the
 * arithmetic. Some are granted: where links are weak, the residual rises before it falls.
 */
const STALLED = 0.7;
const MOST_STALLS = 6;
const MILDEST_REDUCTION = 0.1;
/** An inner solve aims a little below what is asked for: its recurrence and the true residual differ a little. */
const MARGIN = 0.9;
/** The solution is held in 48 bits: smaller relative errors of the energy are not told apart. */
const SMALLEST_ERROR = 2 ** -46;
/** The square of a smaller norm is less than float32 holds, and measured as 0. */
const SMALLEST_NORM = 2 ** -63;

export class SystemProgress {
  readonly #options: CompleteSolverOptions;
  /** Of energies: from the scaled system's units to the caller's. */
  readonly #toCallersUnits: number;
  /** The energy falls to its end when a ground drives the system, and rises to it when a load does. */
  readonly #energyDirection: 1 | -1;
  readonly #rightHandSideNorm: number;
  readonly #estimator = new EnergyErrorEstimator();
  #status: SolveStatus | "running";
  #measure: Measure;
  /** What iterations had removed when the energy was measured. */
  #removedAtMeasure = 0;
  #scale = 1;
  #refinements = 0;
  /** Of the next inner solve; milder after one that did not help. */
  #reduction: number;
  /** Iterations of inner solves that overflowed: done, but of no use. */
  #discarded = 0;
  #keptIterations = 0;
  #stalls = 0;
  #smallestResidual: number;

  /** @param loadScale of a system that a load drives; NaN where the load is not finite */
  constructor(measure: Measure, options: CompleteSolverOptions, weightScale: number, loadScale?: number) {
    this.#options = options;
    this.#toCallersUnits = loadScale === undefined ? 1 / weightScale : weightScale / loadScale ** 2;
    this.#energyDirection = loadScale === undefined ? -1 : 1;
    this.#rightHandSideNorm = measure.residualNorm;
    this.#measure = measure;
    this.#smallestResidual = measure.residualNorm;
    this.#reduction = options.innerReduction;
    const isNumber = Number.isFinite(measure.residualNorm) && Number.isFinite(measure.energy);
    this.#status =
      !isNumber || Number.isNaN(loadScale)
        ? "non-finite"
        : measure.residualNorm === 0
          ? "converged"
          : "running";
  }

  get isRunning(): boolean {
    return this.#status === "running";
  }

  get iterations(): number {
    return this.#estimator.iterations + this.#discarded;
  }

  /** By the recurrence, between measurements. */
  get relativeResidual(): number {
    const last = this.#estimator.lastResidual;
    return last === undefined ? 1 : Math.sqrt(last) / this.#rightHandSideNorm;
  }

  get relativeErrorEstimate(): number {
    if (this.#rightHandSideNorm === 0) return 0;
    const energy = this.#energy;
    if (!(energy > 0)) return Number.NaN;
    const estimate = Math.max(SMALLEST_ERROR, this.#estimator.estimate() / energy);
    // Where nothing is left of the residual, too few iterations for an estimate are enough.
    const isExact = this.#measure.residualNorm === 0 && SMALLEST_NORM <= SMALLEST_ERROR * energy;
    return Number.isNaN(estimate) && isExact ? SMALLEST_ERROR : estimate;
  }

  nextTask(): InnerTask {
    if (!this.isRunning) return { scale: 0, threshold: 0, budget: 0 };
    const { maxIterations } = this.#options;
    const norm = this.#measure.residualNorm;
    this.#scale = 2 ** -Math.round(Math.log2(norm));
    const target = this.#scale * norm * this.#chooseReduction();
    return { scale: this.#scale, threshold: target * target, budget: maxIterations - this.iterations };
  }

  /** By how many decades the next inner solve is to reduce the residual. */
  get decades(): number {
    return Math.log10(1 / this.#chooseReduction());
  }

  /** An iteration's (alpha r·z, r·r), in the inner system's units. */
  record(decrement: number, norm2: number): void {
    this.#estimator.push(decrement / this.#scale ** 2, norm2 / this.#scale ** 2);
  }

  /** Where only the energy is asked for, its estimate ends the inner solve. */
  isEnough(): boolean {
    const { tolerance, energyTolerance } = this.#options;
    if (tolerance < Number.POSITIVE_INFINITY) return false;
    return this.#isAccurate(this.relativeResidual * this.#rightHandSideNorm, MARGIN * energyTolerance);
  }

  /** After a refinement: the true residual and energy decide. */
  judge(measure: Measure, outcome: InnerOutcome): void {
    const before = this.#measure.residualNorm;
    if (outcome === "non-finite") this.#discardSolve();
    this.#keptIterations = this.#estimator.iterations;
    this.#measure = measure;
    this.#removedAtMeasure = this.#estimator.removed;
    this.#refinements++;
    this.#status = this.#decide(before, outcome);
  }

  /** @param preconditioner what the solve used */
  report(preconditioner: PreconditionerReport): SystemReport {
    const relativeErrorEstimate = this.relativeErrorEstimate;
    const toCallersUnits = this.#toCallersUnits;
    return {
      status: this.#status === "running" ? "max-iterations" : this.#status,
      iterations: this.iterations,
      refinements: this.#refinements,
      relativeResidual: this.#measuredResidual(),
      energyErrorEstimate: relativeErrorEstimate * this.#measure.energy * toCallersUnits,
      relativeErrorEstimate,
      ...preconditioner,
      history: {
        relativeResidual: this.#estimator
          .listResiduals()
          .map((norm2) => Math.sqrt(norm2) / this.#rightHandSideNorm),
        energyDecrement: this.#estimator.listDecrements().map((value) => value * toCallersUnits),
      },
    };
  }

  #chooseReduction(): number {
    const wanted = (MARGIN * this.#options.tolerance * this.#rightHandSideNorm) / this.#measure.residualNorm;
    return wanted < 1 ? Math.max(this.#reduction, wanted) : this.#reduction;
  }

  /** By the measured energy and what iterations have removed since. */
  get #energy(): number {
    return this.#measure.energy + this.#energyDirection * (this.#estimator.removed - this.#removedAtMeasure);
  }

  /**
   * Whether the energy's error is small enough. The estimate sees only what iterations have begun to remove, and
   * is blind to a part that hangs on the rest by links far weaker than its own. There the residual tells: if such
   * a part is off by d, its links of weight w leave a residual of about w d and an error of w d² of an energy
   * of about w; so |r| relative to the energy (at a unit drop) must be below the square root of what is allowed.
   * A load has no unit to measure d by, and is judged by the estimate alone.
   */
  #isAccurate(residualNorm: number, energyTolerance: number): boolean {
    if (energyTolerance === Number.POSITIVE_INFINITY) return true;
    const isUnitDrop = this.#energyDirection === -1;
    if (isUnitDrop && Math.max(residualNorm, SMALLEST_NORM) > Math.sqrt(energyTolerance) * this.#energy)
      return false;
    return this.relativeErrorEstimate <= energyTolerance;
  }

  #measuredResidual(): number {
    return this.#rightHandSideNorm === 0 ? 0 : this.#measure.residualNorm / this.#rightHandSideNorm;
  }

  #discardSolve(): void {
    this.#discarded += this.#estimator.iterations - this.#keptIterations;
    this.#estimator.truncate(this.#keptIterations);
  }

  #decide(before: number, outcome: InnerOutcome): SolveStatus | "running" {
    const { tolerance, energyTolerance, maxIterations } = this.#options;
    const { residualNorm, energy } = this.#measure;
    if (!Number.isFinite(residualNorm) || !Number.isFinite(energy)) return "non-finite";
    const isSmall = this.#measuredResidual() <= tolerance;
    if (isSmall && this.#isAccurate(residualNorm, energyTolerance)) return "converged";
    if (residualNorm === 0) return "stagnated";
    if (this.iterations >= maxIterations) return "max-iterations";
    if (outcome === "breakdown" && residualNorm >= before) return "breakdown";
    const isStalled = residualNorm > STALLED * this.#smallestResidual;
    this.#stalls = isStalled ? this.#stalls + 1 : 0;
    // Beyond what float32 can do, each inner solve should ask for less.
    if (isStalled) this.#reduction = Math.min(MILDEST_REDUCTION, Math.sqrt(this.#reduction));
    this.#smallestResidual = Math.min(this.#smallestResidual, residualNorm);
    return this.#stalls >= MOST_STALLS ? "stagnated" : "running";
  }
}
