/**
 * Flow in many networks, or in one network many times, solved together on the device: a ragged batch of
 * domains, each with its conductances. A single network is a batch of one.
 *
 * Cases of one domain share what they can: domain, graph and row order are found once. One pattern takes new
 * conductances as often as they come.
 */
import { OptionError, PorenetError } from "../errors.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import type { HierarchyDescription } from "../multigrid/hierarchy.ts";
import type { SolveControl, SolverOptions } from "../solve/options.ts";
import type { SystemReport } from "../solve/report.ts";
import type { RaggedLaplacianOptions } from "../sparse/ragged-laplacian.ts";
import { BatchSolver, type FindAnswer } from "./batch-solver.ts";
import { computeFlowField, type FlowField } from "./flow-field.ts";
import type { FlowCase, FlowSystem } from "./flow-system.ts";
import { buildFlowSystems } from "./flow-systems.ts";
import { uploadPressures } from "./pressure-buffer.ts";
import { reportUnsolved } from "./unsolved.ts";

export interface FlowBatchOptions extends RaggedLaplacianOptions {
  readonly solver?: SolverOptions;
}

export interface FlowSolveControl extends SolveControl {
  /** Indices of cases whose pressures are to be left on the device too, as `pressureBuffer` of their solutions. */
  readonly pressureBuffersOf?: readonly number[];
}

export interface FlowSolution extends FlowField {
  readonly system: FlowSystem;
  readonly solver: SystemReport;
  /** Estimate of the flow rate's relative error, and with it the permeability's. */
  readonly relativeErrorEstimate: number;
  /**
   * Where it was asked for: `pressures` as n f32 in a storage buffer, NaN (0x7fc00000) in pores that are not solved.
   * Who asked destroys it.
   */
  readonly pressureBuffer?: GPUBuffer;
}

/** What answers a load, system by system. */
export interface LoadSolution {
  /** n: 0 in pores that are held or not solved; NaN in all where the system or the load makes no sense. */
  readonly values: Float64Array;
  readonly solver: SystemReport;
}

export class FlowBatch implements Disposable {
  readonly #device: ComputeDevice;
  readonly #options: FlowBatchOptions;
  #systems: readonly FlowSystem[];
  #solver: BatchSolver | undefined;
  #solving = 0;

  /**
   * Examines the domains and builds the pattern of what can be solved.
   *
   * A case that makes no sense, or through which nothing flows, spoils none of the others: its system carries
   * the `fault`, and its solution the status `non-finite`, `invalid` or `not-percolating`.
   *
   * @throws {NetworkError} when a case has not one conductance for each throat
   * @throws {OptionError} for solver options that are not understood
   * @throws {LimitError} when the batch does not fit the device
   * @example
   * using batch = await FlowBatch.create(device, [{ domain, conductance }]);
   * const [solution] = await batch.solve();
   */
  static async create(
    device: ComputeDevice,
    cases: readonly FlowCase[],
    options: FlowBatchOptions = {},
  ): Promise<FlowBatch> {
    const systems = buildFlowSystems(cases);
    return new FlowBatch(device, options, systems, await BatchSolver.create(device, systems, options));
  }

  private constructor(
    device: ComputeDevice,
    options: FlowBatchOptions,
    systems: readonly FlowSystem[],
    solver: BatchSolver | undefined,
  ) {
    this.#device = device;
    this.#options = options;
    this.#systems = systems;
    this.#solver = solver;
  }

  /** One for each case, with the conductances set last. */
  get systems(): readonly FlowSystem[] {
    return this.#systems;
  }

  /** On the device. */
  get byteLength(): number {
    return this.#solver?.byteLength ?? 0;
  }

  /** The multigrid hierarchy that preconditions the batch, once a solve has built one. */
  describePreconditioner(): HierarchyDescription | undefined {
    return this.#solver?.describePreconditioner();
  }

  /**
   * Gives all cases new conductances. Where they are above 0 on the same throats as before, or on fewer, the
   * pattern stays and only values change; where throats come to conduct that did not when it was built, it is
   * built anew. What percolates is found anew wherever it may have changed.
   *
   * @param conductances one array for each case, m [m³/(Pa·s)]; they are copied
   * @throws {OptionError} when their number is wrong
   * @throws {NetworkError} when one has not one conductance for each throat
   * @throws {LimitError} when a new pattern does not fit the device; the batch is then as it was
   * @example
   * await batch.setConductances(batch.systems.map(({ conductance }) => conductance.map((g) => 2 * g)));
   */
  async setConductances(conductances: readonly Float64Array[]): Promise<void> {
    if (conductances.length !== this.#systems.length) {
      throw new OptionError(
        "conductances",
        `There are ${conductances.length} sets of conductances for ${this.#systems.length} cases.`,
        "Give one set for each case, in the cases' order.",
      );
    }
    if (this.#solving > 0) {
      throw new PorenetError("The batch is being solved.", "Await solve() before setConductances().");
    }
    const cases = this.#systems.map(({ domain }, k) => ({ domain, conductance: conductances[k]!.slice() }));
    const systems = buildFlowSystems(cases, [...this.#systems, ...(this.#solver?.built ?? [])]);
    const isSolvable = systems.some(({ graph }) => graph.unknownCount > 0);
    if (this.#solver ? this.#solver.fits(systems) : !isSolvable) {
      this.#solver?.setWeights(systems);
    } else {
      const solver = await BatchSolver.create(this.#device, systems, this.#options);
      this.destroy();
      this.#solver = solver;
    }
    this.#systems = systems;
  }

  /**
   * Solves every system; one that falls short says so in its status.
   * @throws what `signal` was aborted with
   * @throws {DeviceLostError} when the device is lost
   * @throws {LimitError} when pressures that are to be left on the device do not fit
   * @example
   * const [{ pressureBuffer }] = await batch.solve({ pressureBuffersOf: [0] });
   */
  async solve(control: FlowSolveControl = {}): Promise<FlowSolution[]> {
    const systems = this.#systems;
    const kept = prepareKept(control.pressureBuffersOf, systems.length);
    try {
      const found = await this.#run((solver) => solver.solve(systems, control, kept));
      const solutions = systems.map((system, k) => {
        const { x, report } = found(k) ?? { x: new Float64Array(), report: reportUnsolved(system) };
        return joinSolution(system, x, report);
      });
      for (const [k, buffer] of kept) {
        const pressureBuffer = buffer ?? (await uploadPressures(this.#device, solutions[k]!.pressures));
        kept.set(k, pressureBuffer);
        solutions[k] = { ...solutions[k]!, pressureBuffer };
      }
      return solutions;
    } catch (error) {
      for (const buffer of kept.values()) buffer?.destroy();
      throw error;
    }
  }

  /**
   * Solves A x = load for every system, with inlet and outlet both at 0: adjoints and tangents are such solves.
   * @param loads n of each system, or `undefined` for none; only values in solved pores count
   * @param options in place of the batch's own
   * @throws {OptionError} when their number is wrong
   */
  async solveLoads(
    loads: readonly (Float64Array | undefined)[],
    options: SolverOptions = {},
    control: SolveControl = {},
  ): Promise<LoadSolution[]> {
    const systems = this.#systems;
    checkLoads(systems, loads);
    const found = await this.#run((solver) => solver.solveLoads(systems, loads, options, control));
    return systems.map((system, k) => {
      const answer = found(k);
      const values = new Float64Array(system.domain.poreState.length);
      if (!answer) {
        return { values: system.fault ? values.fill(Number.NaN) : values, solver: reportUnsolved(system) };
      }
      for (let u = 0; u < answer.x.length; u++) values[system.poreOfUnknown[u]!] = answer.x[u]!;
      return { values, solver: answer.report };
    });
  }

  destroy(): void {
    this.#solver?.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  async #run(solve: (solver: BatchSolver) => Promise<FindAnswer>): Promise<FindAnswer> {
    if (!this.#solver) return () => undefined;
    this.#solving++;
    try {
      return await solve(this.#solver);
    } finally {
      this.#solving--;
    }
  }
}

/** @throws {OptionError} when there is no such case */
function prepareKept(indices: readonly number[] = [], caseCount: number): Map<number, GPUBuffer | undefined> {
  for (const k of indices) {
    if (Number.isInteger(k) && k >= 0 && k < caseCount) continue;
    throw new OptionError(
      "pressureBuffersOf",
      `There is no case ${k} in a batch of ${caseCount}.`,
      "Name cases by their indices, from 0.",
    );
  }
  return new Map(indices.map((k) => [k, undefined]));
}

function checkLoads(systems: readonly FlowSystem[], loads: readonly (Float64Array | undefined)[]): void {
  const wrong = loads.findIndex((load, k) => load && load.length !== systems[k]?.domain.poreState.length);
  if (loads.length === systems.length && wrong < 0) return;
  throw new OptionError(
    "loads",
    wrong < 0
      ? `There are ${loads.length} loads for ${systems.length} systems.`
      : `The load of system ${wrong} holds ${loads[wrong]!.length} numbers.`,
    "Give one number for each pore of each system.",
  );
}

function joinSolution(system: FlowSystem, x: Float64Array, solver: SystemReport): FlowSolution {
  const field = computeFlowField(system, x);
  if (system.fault) return { ...field, system, solver, relativeErrorEstimate: Number.NaN };
  const relativeErrorEstimate = field.flowRate > 0 ? solver.energyErrorEstimate / field.flowRate : 0;
  return { ...field, system, solver, relativeErrorEstimate };
}
