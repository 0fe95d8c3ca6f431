/**
 * The forward model of a calibration: from controls of NET-PFS networks to the targets' values, hundreds of candidates
 * at once. Candidates share pores, throats and random numbers (common random numbers: they differ by their controls
 * alone), and several clouds of pores tell how far a value scatters.
 *
 * What a change of radius does is known without a solve, Q = r⁴ f(d, …): a candidate whose throats have been solved
 * before, at whatever radius, costs none.
 */
import { OptionError } from "../errors.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { rejectUnknownKeys, requireInteger } from "../network/options.ts";
import type { PoreNetwork } from "../network/pore-network.ts";
import { CandidateClouds } from "./candidate-clouds.ts";
import {
  applyControls,
  type Control,
  checkCandidates,
  checkControls,
  type NetworkBase,
} from "./candidate-controls.ts";
import { checkReach, findWidestCorners } from "./candidate-reach.ts";
import { CandidateSolver } from "./candidate-solver.ts";
import {
  type CandidateStatus,
  describeCandidate,
  joinStatuses,
  measureTarget,
  requestsOf,
  type SeededCandidate,
} from "./candidate-values.ts";
import { generateNetPfs } from "./net-pfs.ts";
import { averageTarget, checkTargets, type Target } from "./targets.ts";
import { propagateError, sumMisfits } from "./targets-misfit.ts";

export interface ForwardModelOptions {
  /** What the controls do not say. */
  readonly network: NetworkBase;
  readonly controls: readonly Control[];
  readonly targets: readonly Target[];
  /** One cloud of pores each; values are means over them. */
  readonly seeds: readonly number[];
}

export interface ForwardControl {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?:
    | ((progress: { readonly solved: number; readonly solves: number }) => void)
    | undefined;
}

export interface ForwardResult {
  /** Candidates x targets: means over the clouds. */
  readonly values: Float64Array;
  /** Candidates x targets: standard errors of these means; NaN where there is one cloud. */
  readonly standardErrors: Float64Array;
  /** Candidates x targets x clouds; of a formation factor its inverse. */
  readonly cloudValues: Float64Array;
  readonly statuses: readonly CandidateStatus[];
  /** Linear systems solved for this call. */
  readonly solves: number;
}

export interface MisfitResult extends ForwardResult {
  /** J of each candidate. */
  readonly misfits: Float64Array;
  /** Their standard errors over clouds; NaN where there is one. */
  readonly misfitErrors: Float64Array;
}

export class ForwardModel implements Disposable {
  readonly controls: readonly Control[];
  readonly targets: readonly Target[];
  readonly seeds: readonly number[];
  readonly #base: NetworkBase;
  readonly #clouds: CandidateClouds;
  readonly #solver: CandidateSolver;
  #turn: Promise<unknown> = Promise.resolve();

  /** @see createForwardModel */
  constructor(device: ComputeDevice, options: ForwardModelOptions) {
    rejectUnknownKeys("createForwardModel", options, ["network", "controls", "targets", "seeds"]);
    checkControls(options.controls, options.network);
    checkTargets(options.targets);
    checkSeeds(options.seeds);
    this.controls = [...options.controls];
    this.targets = [...options.targets];
    this.seeds = [...options.seeds];
    this.#base = options.network;
    const highest = this.options(this.controls.map(({ high }) => high));
    this.#clouds = new CandidateClouds({ distance: highest.distance, neighbours: highest.neighbours });
    this.#solver = new CandidateSolver(device);
  }

  /** As `minimize` wants them: lower and upper bound of each control. */
  get bounds(): [number, number][] {
    return this.controls.map(({ low, high }) => [low, high]);
  }

  /** What `generateNetPfs` makes a candidate's network of. */
  options(candidate: ArrayLike<number>, seed: number = this.seeds[0]!) {
    return applyControls(this.#base, this.controls, candidate, seed);
  }

  /**
   * The network of a candidate, with the cloud of one seed.
   * @throws {OptionError} as `generateNetPfs`
   */
  network(candidate: ArrayLike<number>, seed?: number): PoreNetwork {
    return generateNetPfs(this.options(candidate, seed));
  }

  /**
   * The targets' values for candidates, each one number a control. Calls wait for one another.
   *
   * @throws {OptionError} when a candidate makes no sense, naming it
   * @throws {LimitError} when a network does not fit the device
   * @throws what `signal` was aborted with
   * @example
   * const { values, statuses } = await model.evaluate([[0.17e-3, 1.2e-3], [0.2e-3, 1.1e-3]]);
   */
  evaluate(candidates: readonly ArrayLike<number>[], control: ForwardControl = {}): Promise<ForwardResult> {
    const result = this.#turn.then(() => this.#evaluate(candidates, control));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** The same with the sum of squared misfits to the targets (targets-misfit.ts) and its standard error. */
  async evaluateMisfits(
    candidates: readonly ArrayLike<number>[],
    control: ForwardControl = {},
  ): Promise<MisfitResult> {
    const result = await this.evaluate(candidates, control);
    const width = this.targets.length;
    const of = (array: Float64Array, c: number) => array.subarray(c * width, (c + 1) * width);
    const misfits = Float64Array.from(candidates, (_, c) => sumMisfits(this.targets, of(result.values, c)));
    const misfitErrors = Float64Array.from(candidates, (_, c) =>
      propagateError(this.targets, of(result.values, c), of(result.standardErrors, c)),
    );
    return { ...result, misfits, misfitErrors };
  }

  /** An objective for `minimize`: the misfits of points. */
  get objective(): (points: number[][], control?: ForwardControl) => Promise<number[]> {
    return async (points, control) => [...(await this.evaluateMisfits(points, control)).misfits];
  }

  destroy(): void {
    this.#solver.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  /** @throws {NetworkError} when a target asks for flow that no candidate within the bounds can have */
  checkReach(): void {
    const corners = findWidestCorners(this.controls).map((corner) =>
      this.seeds.map((seed) => this.options(corner, seed)),
    );
    checkReach(this.targets, corners, this.#clouds);
  }

  async #evaluate(
    candidates: readonly ArrayLike<number>[],
    { signal, onProgress }: ForwardControl,
  ): Promise<ForwardResult> {
    checkCandidates(this.controls, candidates);
    signal?.throwIfAborted();
    const described = this.#describe(candidates);
    const requests = described.flatMap((each) => requestsOf(each, this.targets));
    let solved = 0;
    const solves = await this.#solver.answer(requests, {
      signal,
      onSolved: (systems, all) => onProgress?.({ solved: (solved += systems), solves: all }),
    });
    return { ...this.#average(candidates.length, described), solves };
  }

  /** Candidates x clouds. */
  #describe(candidates: readonly ArrayLike<number>[]): SeededCandidate[] {
    const options = candidates.flatMap((candidate) =>
      this.seeds.map((seed) => this.options(candidate, seed)),
    );
    this.#clouds.reach(options);
    return options.map((each) => describeCandidate(each, this.#clouds.get(each)));
  }

  #average(count: number, described: readonly SeededCandidate[]): Omit<ForwardResult, "solves"> {
    const width = this.targets.length;
    const clouds = this.seeds.length;
    const cloudValues = new Float64Array(count * width * clouds);
    const values = new Float64Array(count * width);
    const standardErrors = new Float64Array(count * width);
    const statuses: CandidateStatus[] = [];
    for (let c = 0; c < count; c++) {
      const own = described.slice(c * clouds, (c + 1) * clouds);
      this.targets.forEach((target, t) => {
        const each = own.map((candidate) => measureTarget(candidate, target, this.#solver));
        cloudValues.set(each, (c * width + t) * clouds);
        const { value, standardError } = averageTarget(target, each);
        values[c * width + t] = value;
        standardErrors[c * width + t] = standardError;
      });
      statuses.push(
        joinStatuses(
          own.flatMap((each) => requestsOf(each, this.targets)),
          this.#solver,
        ),
      );
    }
    return { values, standardErrors, cloudValues, statuses };
  }
}

/**
 * A forward model on a device.
 *
 * Bounds say which throats are laid out beforehand; candidates beyond them are evaluated as well, at the price of new
 * patterns.
 *
 * @throws {OptionError} when a control, a target or the network is not understood or out of range
 * @throws {NetworkError} when a target asks for flow and nothing flows within the bounds
 * @example
 * using model = createForwardModel(device, {
 *   network: { ...SAND_CASE.network },
 *   controls: [
 *     { name: "throatRadius", low: 0.05e-3, high: 0.3e-3 },
 *     { name: "distance", low: 0.8e-3, high: 1.6e-3 },
 *   ],
 *   targets: [{ kind: "permeability", value: 2e-10 }, { kind: "coordination", value: 2.5 }],
 *   seeds: [11, 12, 13],
 * });
 * const { values, standardErrors } = await model.evaluate([[0.17e-3, 1.2e-3]]);
 */
export function createForwardModel(device: ComputeDevice, options: ForwardModelOptions): ForwardModel {
  const model = new ForwardModel(device, options);
  model.checkReach();
  return model;
}

function checkSeeds(seeds: readonly number[]): void {
  if (!Array.isArray(seeds) || seeds.length === 0 || new Set(seeds).size !== seeds.length) {
    throw new OptionError("seeds", `seeds are ${String(seeds)}.`, "Give one or more seeds, all different.");
  }
  for (const seed of seeds) requireInteger("seeds", seed, 0, 2 ** 32 - 1);
}
