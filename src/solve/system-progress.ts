/** One system on its way through refinement: what is known of it, what it needs next, when it is done. */
import { EnergyErrorEstimator } from "./error-estimate.ts";
import type { InnerOutcome, InnerTask } from "./inner-solve.ts";
import type { CompleteSolverOptions } from "./options.ts";
import type { Measure } from "./refinement.ts";
import type { SolveStatus, SystemReport } from "./report.ts";

/** A refinement that leaves more than this of the residual, twice running, has met the end of the arithmetic. */
const STALLED = 0.7;
const MOST_STALLS = 3;
/** Relative errors of the energy below the rounding of the solution itself are not told apart. */
const SMALLEST_ERROR = 2 ** -52;

export class SystemProgress {
  readonly #options: CompleteSolverOptions;
  readonly #weightScale: number;
  readonly #rightHandSideNorm: number;
  readonly #estimator = new EnergyErrorEstimator();
  readonly #residuals: number[] = [];
  #status: SolveStatus | "running";
  #measure: Measure;
  /** What iterations had removed when the energy was measured. */
  #removedAtMeasure = 0;
  #scale = 1;
  #refinements = 0;
  #stalls = 0;

  constructor(measure: Measure, weightScale: number, options: CompleteSolverOptions) {
    this.#options = options;
    this.#weightScale = weightScale;
    this.#rightHandSideNorm = measure.residualNorm;
    this.#measure = measure;
    const isFinite = Number.isFinite(measure.residualNorm) && Number.isFinite(measure.energy);
    this.#status = !isFinite ? "non-finite" : measure.residualNorm === 0 ? "converged" : "running";
  }

  get isRunning(): boolean {
    return this.#status === "running";
  }

  get iterations(): number {
    return this.#estimator.iterations;
  }

  /** By the recurrence, between measurements. */
  get relativeResidual(): number {
    return this.#residuals.at(-1) ?? 1;
  }

  get relativeErrorEstimate(): number {
    if (this.#rightHandSideNorm === 0) return 0;
    const energy = this.#measure.energy - (this.#estimator.removed - this.#removedAtMeasure);
    return energy > 0 ? Math.max(SMALLEST_ERROR, this.#estimator.estimate() / energy) : Number.NaN;
  }

  nextTask(): InnerTask {
    if (!this.isRunning) return { scale: 0, threshold: 0, budget: 0 };
    const { tolerance, maxIterations, innerReduction } = this.#options;
    const norm = this.#measure.residualNorm;
    this.#scale = 2 ** -Math.round(Math.log2(norm));
    // A little below what is asked for, since the recurrence and the true residual differ a little.
    const wanted = (0.9 * tolerance * this.#rightHandSideNorm) / norm;
    const reduction = wanted < 1 ? Math.max(innerReduction, wanted) : innerReduction;
    const target = this.#scale * norm * reduction;
    return { scale: this.#scale, threshold: target * target, budget: maxIterations - this.iterations };
  }

  /** An iteration's (alpha r·z, r·r), in the inner system's units. */
  record(decrement: number, norm2: number): void {
    this.#estimator.push(decrement / this.#scale ** 2);
    this.#residuals.push(Math.sqrt(norm2) / this.#scale / this.#rightHandSideNorm);
  }

  /** Where only the energy is asked for, its estimate ends the inner solve. */
  isEnough(): boolean {
    const { tolerance, energyTolerance } = this.#options;
    return tolerance === Number.POSITIVE_INFINITY && this.relativeErrorEstimate <= energyTolerance;
  }

  /** After a refinement: the true residual and energy decide. */
  judge(measure: Measure, outcome: InnerOutcome): void {
    const before = this.#measure.residualNorm;
    this.#measure = measure;
    this.#removedAtMeasure = this.#estimator.removed;
    this.#refinements++;
    this.#status = this.#decide(before, outcome);
  }

  report(): SystemReport {
    const relativeErrorEstimate = this.relativeErrorEstimate;
    const toCallersUnits = 1 / this.#weightScale;
    return {
      status: this.#status === "running" ? "max-iterations" : this.#status,
      iterations: this.iterations,
      refinements: this.#refinements,
      relativeResidual: this.#measuredResidual(),
      energyErrorEstimate: relativeErrorEstimate * this.#measure.energy * toCallersUnits,
      relativeErrorEstimate,
      preconditioner: "jacobi",
      history: {
        relativeResidual: Float64Array.from(this.#residuals),
        energyDecrement: this.#estimator.listDecrements().map((value) => value * toCallersUnits),
      },
    };
  }

  #measuredResidual(): number {
    return this.#rightHandSideNorm === 0 ? 0 : this.#measure.residualNorm / this.#rightHandSideNorm;
  }

  #decide(before: number, outcome: InnerOutcome): SolveStatus | "running" {
    const { tolerance, energyTolerance, maxIterations } = this.#options;
    const { residualNorm, energy } = this.#measure;
    if (!Number.isFinite(residualNorm) || !Number.isFinite(energy) || outcome === "non-finite")
      return "non-finite";
    if (residualNorm === 0) return "converged";
    const isAccurate =
      energyTolerance === Number.POSITIVE_INFINITY || this.relativeErrorEstimate <= energyTolerance;
    if (this.#measuredResidual() <= tolerance && isAccurate) return "converged";
    if (this.iterations >= maxIterations) return "max-iterations";
    if (outcome === "breakdown" && residualNorm >= before) return "breakdown";
    this.#stalls = residualNorm > STALLED * before ? this.#stalls + 1 : 0;
    return this.#stalls >= MOST_STALLS ? "stagnated" : "running";
  }
}
