/**
 * The multigrid hierarchy of solves without the host (resident-solve.ts): made and renewed between them, while they only
 * use it.
 *
 * A solve records its iterations before anybody knows how many it takes, and what is recorded costs the host even where
 * it launches nothing. So a hierarchy is tried out when it is new, on the weights that it was made for, and from then on
 * each inner solve records what `allowStale` grants an old one. A solve that needs more says so in its report.
 *
 * A hierarchy is renewed when what solves took too long, in all, is what renewing takes: never much later than would
 * have been best, and never for a few iterations. Decided by counts, not by the clock, so that results repeat.
 */
import { PorenetError } from "../errors.ts";
import { readBuffer } from "../gpu/readback.ts";
import { Hierarchy, type HierarchyDescription } from "../multigrid/hierarchy.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import type { CgWorkspace } from "./cg-kernels.ts";
import type { SolveControl } from "./options.ts";
import { allowStale } from "./preconditioner.ts";
import { INNER_REDUCTION } from "./resident-bindings.ts";
import { ResidentCycle } from "./resident-cycle.ts";
import type { ResidentReport, ResidentSolve } from "./resident-solve.ts";

/**
 * What came of a fit: nothing was to be done, weights were found anew through the same structure, levels were built
 * anew, or multigrid is given up for the diagonal.
 */
export type PreconditionerFit = "kept" | "updated" | "built" | "jacobi";

/** Iterations of an inner solve with a hierarchy that has not been tried out. */
const TRIAL_ITERATIONS = 32;
const INNER_DECADES = -Math.log10(INNER_REDUCTION);
/** What renewing takes, in iterations, about: finding the weights and trying them out. */
const RENEWAL_ITERATIONS = 20;
/** Beyond these a float32 residual says little. */
const MOST_DECADES = 8;

export class ResidentPreconditioner implements Disposable {
  readonly #matrix: RaggedLaplacian;
  readonly #workspace: CgWorkspace;
  readonly #solves: readonly ResidentSolve[];
  readonly #setup: "auto" | "device" | "host";
  #hierarchy: Hierarchy | undefined;
  #cycle: ResidentCycle | undefined;
  /** The most that each solve took for a decade of its residual when the hierarchy was new: loads differ. */
  readonly #iterationsPerDecade = new Map<ResidentSolve, number>();
  /** Iterations since it was new that a new one would have saved; infinite after a solve that fell short. */
  #excess = 0;
  /** How often each had been submitted when its reports were read last. */
  readonly #seen = new Map<ResidentSolve, number>();
  #hasFailed = false;
  #isDestroyed = false;
  #fitting: Promise<PreconditionerFit> | undefined;

  /** @param solves of this matrix, all of whose systems are large, and this workspace; the first needs no load */
  constructor(
    matrix: RaggedLaplacian,
    workspace: CgWorkspace,
    solves: readonly ResidentSolve[],
    setup: "auto" | "device" | "host" = "auto",
  ) {
    this.#matrix = matrix;
    this.#workspace = workspace;
    this.#solves = solves;
    this.#setup = setup;
  }

  /** On the device. */
  get byteLength(): number {
    return (this.#hierarchy?.byteLength ?? 0) + (this.#cycle?.byteLength ?? 0);
  }

  /** Absent until it is first fitted, and where multigrid is given up. */
  get description(): HierarchyDescription | undefined {
    return this.#hierarchy?.describe();
  }

  /**
   * Fits the hierarchy to the weights on the device, where there is none, or where the last solves took too long with
   * it. After "updated" and "built" the first of the solves has solved for these weights.
   *
   * @throws {LimitError} when the levels do not fit the device; solves then go on with the diagonal
   * @throws what `signal` was aborted with; the next fit begins again
   * @throws {DeviceLostError} when the device is lost
   */
  fit({ signal }: Pick<SolveControl, "signal"> = {}): Promise<PreconditionerFit> {
    const matrix = this.#matrix;
    const { weights } = matrix;
    const scales = matrix.scales.slice();
    this.#fitting ??= this.#fit(signal).finally(() => {
      this.#fitting = undefined;
      matrix.weights = weights;
      matrix.scales.set(scales);
    });
    return this.#fitting;
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#drop();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  async #fit(signal: AbortSignal | undefined): Promise<PreconditionerFit> {
    signal?.throwIfAborted();
    if (this.#hasFailed) return "jacobi";
    if (this.#cycle && !(await this.#isDue())) return "kept";
    await this.#readWeights();
    signal?.throwIfAborted();
    if (this.#cycle) {
      await this.#hierarchy!.update(signal);
      this.#requireAlive();
      if (!(await this.#tryOut())) {
        this.#excess = 0;
        return "updated";
      }
    }
    await this.#build(signal);
    if (!this.#cycle || (await this.#tryOut())) return this.#giveUp();
    const perDecade = this.#iterationsPerDecade.get(this.#solves[0]!)!;
    if (perDecade > 0) this.#use(allowStale(perDecade, INNER_DECADES));
    return "built";
  }

  /** Levels of before are given back first: there need not be room for both. */
  async #build(signal: AbortSignal | undefined): Promise<void> {
    this.#drop();
    this.#iterationsPerDecade.clear();
    this.#excess = 0;
    try {
      this.#hierarchy = await Hierarchy.create(this.#matrix, {
        setup: this.#setup,
        ...(signal && { signal }),
      });
      if (this.#hierarchy.levels.transfers.length > 0) {
        this.#cycle = await ResidentCycle.create(this.#matrix, this.#workspace, this.#hierarchy);
      }
      this.#requireAlive();
    } catch (error) {
      this.#drop();
      throw error;
    }
    this.#use(TRIAL_ITERATIONS);
  }

  /** @returns whether it is too slow for the weights of now */
  async #tryOut(): Promise<boolean> {
    const solve = this.#solves[0]!;
    solve.submit();
    const reports = await this.#readReports(solve);
    if (reports.some(hasFailed)) return true;
    const perDecade = this.#expectPerDecade(solve, reports);
    return (
      perDecade > 0 && reports.some((report) => report.iterations > allowStale(perDecade, decadesOf(report)))
    );
  }

  async #isDue(): Promise<boolean> {
    const fresh = this.#solves.filter((solve) => solve.solveCount !== (this.#seen.get(solve) ?? 0));
    const found = await Promise.all(fresh.map((solve) => this.#readReports(solve)));
    found.forEach((reports, k) => {
      if (reports.some(hasFailed)) {
        this.#excess = Number.POSITIVE_INFINITY;
        return;
      }
      const perDecade = this.#expectPerDecade(fresh[k]!, reports);
      this.#excess += largestOf(reports, (report) => report.iterations - perDecade * decadesOf(report));
    });
    return this.#excess >= RENEWAL_ITERATIONS;
  }

  /** What the solve took with a new hierarchy, for which these reports are taken where it had not been seen before. */
  #expectPerDecade(solve: ResidentSolve, reports: readonly ResidentReport[]): number {
    const known = this.#iterationsPerDecade.get(solve);
    if (known !== undefined) return known;
    const found = largestOf(reports, (report) => report.iterations / decadesOf(report));
    this.#iterationsPerDecade.set(solve, found);
    return found;
  }

  /** Of the solve submitted last. */
  async #readReports(solve: ResidentSolve): Promise<readonly ResidentReport[]> {
    this.#seen.set(solve, solve.solveCount);
    const reports = await solve.readReports();
    this.#requireAlive();
    return reports;
  }

  /** For levels that the host finds: as they are on the device, scaled. */
  async #readWeights(): Promise<void> {
    if (this.#hierarchy?.describe().setup === "device") return;
    const matrix = this.#matrix;
    const [page] = matrix.buffers.edgePages;
    const pairs = new Float32Array(await readBuffer(matrix.device, page!.edgeWeight));
    this.#requireAlive();
    const weights = new Float64Array(matrix.pattern.edgeCount);
    for (let k = 0; k < weights.length; k++) weights[k] = pairs[2 * k]! + pairs[2 * k + 1]!;
    matrix.weights = weights;
    matrix.scales.fill(1);
  }

  /** From now on, if there is something to use. */
  #use(iterations: number): void {
    for (const solve of this.#solves) solve.precondition(this.#cycle, iterations);
  }

  #giveUp(): "jacobi" {
    this.#hasFailed = true;
    this.#drop();
    return "jacobi";
  }

  #drop(): void {
    for (const solve of this.#solves) solve.precondition(undefined);
    this.#cycle?.destroy();
    this.#hierarchy?.destroy();
    this.#cycle = undefined;
    this.#hierarchy = undefined;
  }

  #requireAlive(): void {
    if (!this.#isDestroyed) return;
    throw new PorenetError(
      "The flow was destroyed while its preconditioner was fitted.",
      "Await fitPreconditioner() before destroy(), and before the end of a block with `using`.",
    );
  }
}

/** Whether there was something to solve that it did not solve. */
function hasFailed({ status, iterations }: ResidentReport): boolean {
  return status === "non-finite" || (status !== "converged" && iterations > 0);
}

function decadesOf({ relativeResidual }: ResidentReport): number {
  return Math.min(MOST_DECADES, Math.max(1, -Math.log10(relativeResidual)));
}

function largestOf(reports: readonly ResidentReport[], measure: (report: ResidentReport) => number): number {
  return reports.reduce((largest, report) => Math.max(largest, measure(report)), 0);
}
