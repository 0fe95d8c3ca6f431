/**
 * Flow in many networks, or in one network many times, solved together on the device: a ragged batch of
 * domains, each with its conductances. A single network is a batch of one.
 */
import type { ComputeDevice } from "../gpu/device.ts";
import { ConjugateGradient } from "../solve/conjugate-gradient.ts";
import type { SolveControl, SolverOptions } from "../solve/options.ts";
import type { SolveStatus, SystemReport } from "../solve/report.ts";
import { RaggedLaplacian, type RaggedLaplacianOptions } from "../sparse/ragged-laplacian.ts";
import { computeFlowField, type FlowField } from "./flow-field.ts";
import { buildFlowSystem, type FlowCase, type FlowSystem } from "./flow-system.ts";

export interface FlowBatchOptions extends RaggedLaplacianOptions {
  readonly solver?: SolverOptions;
}

export interface FlowSolution extends FlowField {
  readonly system: FlowSystem;
  readonly solver: SystemReport;
  /** Estimate of the flow rate's relative error, and with it the permeability's. */
  readonly relativeErrorEstimate: number;
}

export class FlowBatch implements Disposable {
  readonly systems: readonly FlowSystem[];
  readonly #matrix: RaggedLaplacian | undefined;
  readonly #solver: ConjugateGradient | undefined;
  /** Systems that have unknowns, in the order of the matrix. */
  readonly #solved: readonly number[];

  /**
   * Examines the domains and builds the pattern of what can be solved.
   *
   * @throws {NetworkError} when a conductance is negative or not finite
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
    const { solver: solverOptions = {}, ...matrixOptions } = options;
    const systems = cases.map((each) => buildFlowSystem(each));
    const solved = systems.flatMap(({ graph }, k) => (graph.unknownCount > 0 ? [k] : []));
    if (solved.length === 0) return new FlowBatch(systems, solved, undefined, undefined);
    const graphs = solved.map((k) => systems[k]!.graph);
    const matrix = await RaggedLaplacian.create(device, graphs, matrixOptions);
    try {
      const solver = await ConjugateGradient.create(matrix, solverOptions);
      const batch = new FlowBatch(systems, solved, matrix, solver);
      batch.#setWeights(systems.map(({ conductance }) => conductance));
      return batch;
    } catch (error) {
      matrix.destroy();
      throw error;
    }
  }

  private constructor(
    systems: readonly FlowSystem[],
    solved: readonly number[],
    matrix: RaggedLaplacian | undefined,
    solver: ConjugateGradient | undefined,
  ) {
    this.systems = systems;
    this.#solved = solved;
    this.#matrix = matrix;
    this.#solver = solver;
  }

  /** On the device. */
  get byteLength(): number {
    return (this.#matrix?.byteLength ?? 0) + (this.#solver?.byteLength ?? 0);
  }

  /**
   * Solves every system; one that falls short says so in its status.
   * @throws what `signal` was aborted with
   * @throws {DeviceLostError} when the device is lost
   */
  async solve(control: SolveControl = {}): Promise<FlowSolution[]> {
    const result = await this.#solver?.solve(control);
    const start = this.#matrix?.pattern.unknownStart;
    let place = 0;
    return this.systems.map((system) => {
      if (system.graph.unknownCount === 0) {
        return joinSolution(system, new Float64Array(), reportNothingSolved(system));
      }
      const x = result!.x.subarray(start![place]!, start![place + 1]!);
      return joinSolution(system, x, result!.reports[place++]!);
    });
  }

  destroy(): void {
    this.#solver?.destroy();
    this.#matrix?.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  #setWeights(conductances: readonly Float64Array[]): void {
    const matrix = this.#matrix!;
    const weights = new Float64Array(matrix.pattern.edgeCount);
    this.#solved.forEach((k, place) => {
      const { throatOfEdge } = this.systems[k]!;
      const conductance = conductances[k]!;
      const start = matrix.pattern.edgeStart[place]!;
      for (let edge = 0; edge < throatOfEdge.length; edge++) {
        weights[start + edge] = conductance[throatOfEdge[edge]!]!;
      }
    });
    matrix.setWeights(weights);
  }
}

function joinSolution(system: FlowSystem, x: Float64Array, solver: SystemReport): FlowSolution {
  const field = computeFlowField(system, x);
  const relativeErrorEstimate = field.flowRate > 0 ? solver.energyErrorEstimate / field.flowRate : 0;
  return { ...field, system, solver, relativeErrorEstimate };
}

/** Of a system without unknowns: flow straight from inlet to outlet, or none. */
function reportNothingSolved(system: FlowSystem): SystemReport {
  const status: SolveStatus = system.report.percolates ? "converged" : "not-percolating";
  return {
    status,
    iterations: 0,
    refinements: 0,
    relativeResidual: 0,
    energyErrorEstimate: 0,
    relativeErrorEstimate: 0,
    preconditioner: "jacobi",
    history: { relativeResidual: new Float64Array(), energyDecrement: new Float64Array() },
  };
}
