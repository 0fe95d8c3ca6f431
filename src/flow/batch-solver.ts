/** The matrix of those systems of a batch that have unknowns, and what solves it. */
import type { ComputeDevice } from "../gpu/device.ts";
import type { HierarchyDescription } from "../multigrid/hierarchy.ts";
import { ConjugateGradient, type SolveResult } from "../solve/conjugate-gradient.ts";
import type { SolveControl, SolverOptions } from "../solve/options.ts";
import { choosePreconditioner } from "../solve/preconditioner.ts";
import type { SystemReport } from "../solve/report.ts";
import { RaggedLaplacian, type RaggedLaplacianOptions } from "../sparse/ragged-laplacian.ts";
import type { FlowSystem } from "./flow-system.ts";
import { fillWeights, fitsPattern, putPores, takeUnknowns } from "./pattern-place.ts";
import { gatherPressures } from "./pressure-buffer.ts";

/** Of the k-th system: its unknowns, in its graph's order, and report; `undefined` where it has no unknowns. */
export type FindAnswer = (k: number) => { x: Float64Array; report: SystemReport } | undefined;

export class BatchSolver implements Disposable {
  readonly #matrix: RaggedLaplacian;
  readonly #solver: ConjugateGradient;
  /** Of each place in the matrix the system that its pattern was built for. */
  readonly built: readonly FlowSystem[];
  /** The place of each system of the batch, -1 where it has none. */
  readonly #placeOf: Int32Array;

  /** @returns `undefined` where there is nothing to solve */
  static async create(
    device: ComputeDevice,
    systems: readonly FlowSystem[],
    { solver: solverOptions = {}, ...matrixOptions }: RaggedLaplacianOptions & { solver?: SolverOptions },
  ): Promise<BatchSolver | undefined> {
    const built = systems.filter(({ graph }) => graph.unknownCount > 0);
    if (built.length === 0) return undefined;
    let place = 0;
    const placeOf = Int32Array.from(systems, ({ graph }) => (graph.unknownCount > 0 ? place++ : -1));
    const graphs = built.map(({ graph }) => graph);
    const kind = choosePreconditioner(device, graphs, solverOptions.preconditioner ?? { kind: "auto" });
    // A cycle goes over all systems at once: none are left to kernels that solve one each.
    const rows = kind === "multigrid" ? { smallRows: 0 } : {};
    const matrix = await RaggedLaplacian.create(device, graphs, { ...matrixOptions, ...rows });
    try {
      const conjugateGradient = await ConjugateGradient.create(matrix, solverOptions);
      const solver = new BatchSolver(matrix, conjugateGradient, built, placeOf);
      solver.setWeights(systems);
      return solver;
    } catch (error) {
      matrix.destroy();
      throw error;
    }
  }

  private constructor(
    matrix: RaggedLaplacian,
    solver: ConjugateGradient,
    built: readonly FlowSystem[],
    placeOf: Int32Array,
  ) {
    this.#matrix = matrix;
    this.#solver = solver;
    this.built = built;
    this.#placeOf = placeOf;
  }

  /** On the device. */
  get byteLength(): number {
    return this.#matrix.byteLength + this.#solver.byteLength;
  }

  /** The multigrid hierarchy, once there is one. */
  describePreconditioner(): HierarchyDescription | undefined {
    return this.#solver.describePreconditioner();
  }

  /** Whether the pattern has all edges of these systems. */
  fits(systems: readonly FlowSystem[]): boolean {
    return systems.every((system, k) => {
      if (system.graph.unknownCount === 0) return true;
      const built = this.built[this.#placeOf[k]!];
      return built !== undefined && fitsPattern(system, built);
    });
  }

  setWeights(systems: readonly FlowSystem[]): void {
    const { edgeCount, edgeStart } = this.#matrix.pattern;
    const weights = new Float64Array(edgeCount);
    systems.forEach((system, k) => {
      const place = this.#placeOf[k]!;
      if (place < 0) return;
      const own = weights.subarray(edgeStart[place]!, edgeStart[place + 1]!);
      fillWeights(system, this.built[place]!, own);
    });
    this.#matrix.setWeights(weights);
  }

  /** @param kept takes the pressures, on the device, of the systems that are its keys and have unknowns */
  async solve(
    systems: readonly FlowSystem[],
    control: SolveControl,
    kept: Map<number, GPUBuffer | undefined>,
  ): Promise<FindAnswer> {
    const wanted = [...kept.keys()].filter((k) => this.#placeOf[k]! >= 0);
    const gather = async (solution: GPUBuffer): Promise<void> => {
      for (const k of wanted) {
        const place = this.#placeOf[k]!;
        const { device, pattern } = this.#matrix;
        const at = { built: this.built[place]!, pattern, place };
        kept.set(k, await gatherPressures(device, systems[k]!, at, solution));
      }
    };
    const visit = wanted.length > 0 ? gather : undefined;
    return this.#findIn(systems, await this.#solver.solve(control, undefined, {}, visit));
  }

  /** @param loads of the pores of each system */
  async solveLoads(
    systems: readonly FlowSystem[],
    loads: readonly (Float64Array | undefined)[],
    options: SolverOptions,
    control: SolveControl,
  ): Promise<FindAnswer> {
    const { unknownStart, rowOfUnknown } = this.#matrix.pattern;
    const load = new Float64Array(rowOfUnknown.length);
    loads.forEach((own, k) => {
      const place = this.#placeOf[k]!;
      if (!own || place < 0) return;
      const part = load.subarray(unknownStart[place]!, unknownStart[place + 1]!);
      putPores(systems[k]!, this.built[place]!, own, part);
    });
    return this.#findIn(systems, await this.#solver.solve(control, load, options));
  }

  destroy(): void {
    this.#solver.destroy();
    this.#matrix.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  #findIn(systems: readonly FlowSystem[], { x, reports }: SolveResult): FindAnswer {
    const { unknownStart } = this.#matrix.pattern;
    return (k) => {
      const place = this.#placeOf[k]!;
      const system = systems[k]!;
      if (place < 0 || system.graph.unknownCount === 0) return undefined;
      const part = x.subarray(unknownStart[place]!, unknownStart[place + 1]!);
      return { x: takeUnknowns(system, this.built[place]!, part), report: reports[place]! };
    };
  }
}
