/**
 * The least value of a function that is expensive to evaluate, inside a box: the driver of kasa-variance.ts, kasa.ts and
 * annealing.ts. A method asks for values at points of the unit box; here the objective is called, what it answers is
 * recorded, and the search is ended.
 */
import { anneal } from "./annealing.ts";
import { createPrintedKasa } from "./kasa.ts";
import { searchResiduals } from "./kasa-residuals.ts";
import { searchWithVariance } from "./kasa-variance.ts";
import { createDeviceChains } from "./search-chains-device.ts";
import type { Answer, Method, Proposal } from "./search-method.ts";
import { evaluateObjective, evaluateTerms, type Objective, sumSquares } from "./search-objective.ts";
import { checkBounds, completeMinimizeOptions, type MinimizeOptions } from "./search-options.ts";
import type { Evaluation, SearchResult, SearchStatus } from "./search-result.ts";
import type { Bounds, SearchSettings } from "./search-settings.ts";
import { type RecordedRound, readState, SearchRecord } from "./search-state.ts";

export type { Objective } from "./search-objective.ts";
export type { MinimizeOptions } from "./search-options.ts";
export type { Evaluation, SearchProgress, SearchResult, SearchStatus } from "./search-result.ts";
export { type Bounds, MINIMIZE_METHODS, type MinimizeMethod } from "./search-settings.ts";
export type { SearchState } from "./search-state.ts";

/**
 * Searches for the least value of `objective` inside `bounds`. Deterministic by seed on one device, and so after a
 * resumption. On another device a state's evaluations are kept and the search goes on, though not to the same points.
 *
 * Values of +Infinity, and those of 10¹⁰⁰ and more, say that a point will not do; where all do, the first is returned.
 *
 * @param objective takes q points in the caller's units and returns, or promises, q values
 * @param bounds lowest and highest of each variable
 * @throws {OptionError} for bounds that are reversed, an option that is not understood, a state of another search, an
 *   objective that returns NaN, −Infinity or the wrong number of values; what had been found is in the last state
 * @throws {FormatError} for a damaged state
 * @throws what the objective throws, or what `signal` was aborted with unless `whenAborted` is "return"
 * @example
 * const bowl = (points: number[][]) => points.map(([x, y]) => (x! - 0.3) ** 2 + (y! + 1) ** 2);
 * const { x, value } = await minimize(bowl, [[-1, 1], [-2, 2]], { target: 1e-4, maxEvaluations: 40 });
 */
export async function minimize(
  objective: Objective,
  bounds: Bounds,
  options: MinimizeOptions = {},
): Promise<SearchResult> {
  const settings = completeMinimizeOptions(options);
  checkBounds(bounds);
  const recorded = options.state ? readState(options.state, bounds, settings) : [];
  const isOnDevice =
    options.device !== undefined && settings.method === "kasa-variance" && !settings.sumOfSquares;
  const runChains = isOnDevice ? await createDeviceChains(options.device!) : undefined;
  const method = methodOf(settings)({ dimension: bounds.length, ...settings, runChains });
  const run = new Run(objective, bounds, settings, options);
  try {
    return await run.drive(method, recorded);
  } finally {
    await method.return();
  }
}

function methodOf({ method, period, sumOfSquares }: SearchSettings): Method {
  if (method === "annealing") return anneal;
  if (method === "kasa") return createPrintedKasa(period);
  return sumOfSquares ? searchResiduals : searchWithVariance;
}

class Run {
  readonly #history: Evaluation[] = [];
  readonly #record: SearchRecord;
  #best: Evaluation | undefined;
  #isReached = false;
  #judged = 0;

  constructor(
    readonly objective: Objective,
    readonly bounds: Bounds,
    readonly settings: SearchSettings,
    readonly options: MinimizeOptions,
  ) {
    this.#record = new SearchRecord(bounds, settings);
  }

  async drive(method: ReturnType<Method>, recorded: readonly RecordedRound[]): Promise<SearchResult> {
    const { signal } = this.options;
    let answer: Answer = { points: [], values: [] };
    while (!this.#status) {
      if (signal?.aborted) return this.#abort(signal.reason);
      const { value: proposal } = await method.next(answer);
      if (!proposal) break;
      this.#judged += proposal.judged;
      const known = recorded[this.#record.rounds.length];
      try {
        answer = known ? this.#recall(known, proposal) : await this.#evaluate(proposal);
      } catch (error) {
        if (signal?.aborted && error === signal.reason) return this.#abort(error);
        throw error;
      }
      if (!known) await this.#tell(proposal);
    }
    return this.#result(this.#status ?? "max-evaluations");
  }

  get #status(): SearchStatus | undefined {
    const { maxEvaluations } = this.settings;
    if (this.#isReached) return "target";
    return this.#history.length >= maxEvaluations ? "max-evaluations" : undefined;
  }

  /** The proposal's points as far as there are evaluations left. */
  async #evaluate({ points: proposed }: Proposal): Promise<Answer> {
    const { batchSize, maxEvaluations, sumOfSquares } = this.settings;
    const values: number[] = [];
    const residuals: number[][] = [];
    const points = proposed.slice(0, maxEvaluations - this.#history.length);
    const places = points.map((point) => this.#toCaller(point));
    while (values.length < places.length && !this.#isReached) {
      const batch = places.slice(values.length, values.length + batchSize);
      const { values: found, residuals: terms } = await this.#ask(batch);
      batch.forEach((x, i) => {
        this.#look({ x, value: found[i]!, ...(terms && { residuals: terms[i]! }) });
      });
      values.push(...found);
      residuals.push(...(terms ?? []));
    }
    const round = { values, residuals: sumOfSquares ? residuals : undefined };
    this.#record.add({ points: places.slice(0, values.length), ...round });
    return { points: points.slice(0, values.length), ...round };
  }

  async #ask(batch: readonly (readonly number[])[]): Promise<{ values: number[]; residuals?: number[][] }> {
    const { signal } = this.options;
    if (!this.settings.sumOfSquares) {
      return { values: await evaluateObjective(this.objective, batch, signal) };
    }
    const count = this.#best?.residuals?.length;
    const residuals = await evaluateTerms(this.objective, batch, signal, count);
    return { values: residuals.map(sumSquares), residuals };
  }

  #recall(known: RecordedRound, { points: proposed }: Proposal): Answer {
    this.#record.add(known);
    known.points.forEach((x, i) => {
      const terms = known.residuals?.[i];
      this.#look({ x, value: known.values[i]!, ...(terms && { residuals: terms }) });
    });
    const points = known.points.map((place, i) => {
      const point = proposed[i];
      const isSame = point && this.#toCaller(point).every((each, axis) => each === place[axis]);
      return isSame ? point : this.#toUnit(place);
    });
    return { points, values: known.values, residuals: known.residuals };
  }

  /** The best is the least of those that are enough, where there are any. */
  #look(evaluation: Evaluation): void {
    this.#history.push(evaluation);
    const { value } = evaluation;
    const isEnough = value <= this.settings.target || this.options.isEnough?.(evaluation) === true;
    const isBetter = isEnough === this.#isReached ? value < (this.#best?.value ?? Infinity) : isEnough;
    if (!this.#best || isBetter) this.#best = evaluation;
    this.#isReached ||= isEnough;
  }

  async #tell({ acceptance, temperature, phase }: Proposal): Promise<void> {
    const { onState, onProgress } = this.options;
    await onState?.(this.#record.toState());
    onProgress?.({
      ...this.#best!,
      evaluations: this.#history.length,
      rounds: this.#record.rounds.length,
      acceptance: Number.isNaN(acceptance) ? undefined : acceptance,
      temperature,
      phase,
      judged: this.#judged,
    });
  }

  #abort(reason: unknown): SearchResult {
    if (this.settings.whenAborted === "throw" || !this.#best) throw reason;
    return this.#result("aborted");
  }

  #result(status: SearchStatus): SearchResult {
    const { x, value } = this.#best!;
    return {
      x: [...x],
      value,
      evaluations: this.#history.length,
      history: this.#history,
      status,
      rounds: this.#record.rounds.length,
      judged: this.#judged,
    };
  }

  #toCaller(point: Float64Array): number[] {
    return this.bounds.map(([low, high], axis) => Math.min(high, low + (high - low) * point[axis]!));
  }

  #toUnit(place: readonly number[]): Float64Array {
    return Float64Array.from(this.bounds, ([low, high], axis) =>
      Math.min(1, Math.max(0, (place[axis]! - low) / (high - low))),
    );
  }
}
