/** What preconditions one solve: multigrid, renewed when it has become too old, or Jacobi, also where multigrid fails. */
import type { InnerOutcome } from "./cg-kernels.ts";
import type { InnerIteration } from "./inner-solve.ts";
import type { MultigridPreconditioner } from "./preconditioner.ts";
import type { PreconditionerReport } from "./report.ts";

/** Of an inner solve of the whole batch. */
export interface InnerSummary {
  readonly outcomes: readonly InnerOutcome[];
  /** Of the system that took most. */
  readonly iterations: number;
  /** By how much it was to reduce the residual. */
  readonly decades: number;
}

const NOTHING_TO_COARSEN =
  "the batch is as small as a coarsest level, or no pore depends strongly on another: there is nothing to coarsen";

export class ActivePreconditioner {
  readonly #jacobi: InnerIteration;
  #multigrid: MultigridPreconditioner | undefined;
  #iteration: InnerIteration;
  #fallback: string | undefined;
  #seconds = 0;

  /** @throws {LimitError} when the hierarchy does not fit the device */
  static async start(
    jacobi: InnerIteration,
    multigrid: MultigridPreconditioner | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ActivePreconditioner> {
    const active = new ActivePreconditioner(jacobi, multigrid);
    if (multigrid) active.#use(await multigrid.prepare(signal));
    return active;
  }

  private constructor(jacobi: InnerIteration, multigrid: MultigridPreconditioner | undefined) {
    this.#jacobi = jacobi;
    this.#multigrid = multigrid;
    this.#iteration = jacobi;
  }

  get iteration(): InnerIteration {
    return this.#iteration;
  }

  /** How many iterations an inner solve over so many decades may take. */
  allowIterations(decades: number): number {
    return this.#multigrid?.allowIterations(decades) ?? Number.POSITIVE_INFINITY;
  }

  /** @returns whether the next inner solve iterates otherwise, so that how this one ended says nothing of the matrix */
  async judge(inner: InnerSummary, signal: AbortSignal | undefined): Promise<boolean> {
    const multigrid = this.#multigrid;
    if (!multigrid) return false;
    const broken = inner.outcomes.find((outcome) => outcome === "breakdown" || outcome === "non-finite");
    const isSlow = inner.iterations >= multigrid.allowIterations(inner.decades);
    if (!broken && !isSlow) {
      multigrid.note(inner.iterations, inner.decades);
      return false;
    }
    if (multigrid.isNew) {
      const how = broken ? `ended with "${broken}"` : `took ${inner.iterations} iterations`;
      this.#fallBack(`an inner solve with multigrid ${how}`);
    } else {
      this.#use(await multigrid.renew(signal));
    }
    return true;
  }

  report(): PreconditionerReport {
    const hierarchy = this.#multigrid?.description;
    const seconds = this.#seconds + (this.#multigrid?.takeSeconds() ?? 0);
    return {
      preconditioner: this.#multigrid ? "multigrid" : "jacobi",
      ...(this.#fallback && { preconditionerFallback: this.#fallback }),
      preconditionerSeconds: seconds,
      ...(hierarchy && { hierarchy }),
    };
  }

  #use(iteration: InnerIteration | undefined): void {
    if (iteration) this.#iteration = iteration;
    else this.#fallBack(NOTHING_TO_COARSEN);
  }

  #fallBack(reason: string): void {
    this.#seconds += this.#multigrid?.takeSeconds() ?? 0;
    this.#multigrid = undefined;
    this.#iteration = this.#jacobi;
    this.#fallback = reason;
  }
}
