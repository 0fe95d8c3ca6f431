/**
 * Flow that stays on the device: conductances in one buffer, permeabilities, pressures and drops in others, and the
 * adjoint the same way back. Everything is submitted at once and nothing is mapped, so that a training step never
 * waits for the host. Buffers are all that a tensor library needs to know.
 *
 *   forward   g → p, drops p_i − p_j, K = μ L / A · Σ g (p_i − p_j)²           (pressures 1 at the inlet, 0 at the outlet)
 *   gradient  ∂K/∂g_e = μ L / A · (p_i − p_j)², from the drops, with no second solve
 *   adjoint   ∂J/∂p → ∂J/∂g_e = −(λ_i − λ_j)(p_i − p_j) with A λ = ∂J/∂p
 *
 * Large systems want multigrid, whose hierarchy the host makes and renews between steps (`fitPreconditioner`).
 *
 * Numbers are float32; solves are refined to `tolerance` in two-float arithmetic (the fallback for drivers that break
 * it is `FlowBatch`, whose residuals the host can compute).
 */

import { type BufferSet, createBufferSet } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { submitPass } from "../gpu/kernel.ts";
import { readBuffer } from "../gpu/readback.ts";
import type { HierarchyDescription } from "../multigrid/hierarchy.ts";
import type { FlowDomain } from "../network/flow-domain.ts";
import { rejectUnknownKeys, requirePositive } from "../network/options.ts";
import { completeOptions, type PreconditionerOptions, type SolveControl } from "../solve/options.ts";
import type { SolveStatus } from "../solve/report.ts";
import type { PreconditionerFit } from "../solve/resident-preconditioner.ts";
import type { ResidentReport, ResidentSolveOptions } from "../solve/resident-solve.ts";
import { buildFlowSystem, type FlowSystem } from "./flow-system.ts";
import { dispatchItems, MOST_GROUPS } from "./item-chunks.ts";
import {
  bindResidentKernels,
  createResidentBuffers,
  type ResidentBuffers,
  type ResidentKernels,
} from "./resident-kernels.ts";
import { layOutResident, type ResidentLayout } from "./resident-layout.ts";
import { countBytes, createResidentSolver, destroySolver, type ResidentSolver } from "./resident-solver.ts";

export interface ResidentFlowOptions extends ResidentSolveOptions {
  /** [Pa·s], of the fluid that the conductances hold for. Default 1e-3. */
  readonly viscosity?: number;
  /**
   * Default `{ kind: "auto" }`: multigrid, once it is fitted, where a system is too large for one workgroup, else Jacobi.
   */
  readonly preconditioner?: PreconditionerOptions;
}

const OPTIONS = [
  "viscosity",
  "preconditioner",
  "tolerance",
  "refinements",
  "maxIterations",
] as const satisfies readonly (keyof ResidentFlowOptions)[];

export class ResidentFlow implements Disposable {
  readonly device: ComputeDevice;
  readonly systems: readonly FlowSystem[];
  /** First throat of each domain among those of all, and the end. */
  readonly throatStart: Uint32Array;
  readonly poreStart: Uint32Array;
  /** μ L / A of each domain: what turns a flow rate at unit drop into a permeability [Pa·s/m]. */
  readonly factors: Float64Array;
  /** What goes in and what comes out. */
  readonly buffers: ResidentBuffers;
  readonly #set: BufferSet;
  readonly #solver: ResidentSolver;
  readonly #kernels: ResidentKernels;
  /** Where each system stands in the matrix; -1 for one without unknowns. */
  readonly #place: Int32Array;

  /**
   * Builds patterns and buffers for these domains; all their open throats may conduct.
   * @throws {OptionError} for options that are not understood
   * @throws {LimitError} when the batch does not fit the device
   * @example
   * using flow = await ResidentFlow.create(device, domains);
   * device.gpu.queue.writeBuffer(flow.buffers.conductance, 0, conductances);
   * flow.submit();
   */
  static async create(
    device: ComputeDevice,
    domains: readonly FlowDomain[],
    options: ResidentFlowOptions = {},
  ): Promise<ResidentFlow> {
    rejectUnknownKeys("ResidentFlow", options, OPTIONS);
    const { viscosity = 1e-3, preconditioner = { kind: "auto" }, ...solveOptions } = options;
    requirePositive("viscosity", viscosity);
    completeOptions({ preconditioner });
    const systems = buildOpenSystems(domains);
    const factors = Float64Array.from(domains, ({ length, area }) => (viscosity * length) / area);
    const solved = systems.flatMap(({ graph }, k) => (graph.unknownCount > 0 ? [k] : []));
    const place = new Int32Array(systems.length).fill(-1);
    solved.forEach((k, at) => {
      place[k] = at;
    });
    const graphs = solved.map((k) => systems[k]!.graph);
    const solver = await createResidentSolver(device, graphs, preconditioner, solveOptions);
    try {
      const { pattern } = solver.matrix;
      const layout = layOutResident(systems, place, pattern);
      const { set, buffers } = await createBufferSet(device, "the flow", (own) =>
        createResidentBuffers(own, layout, factors, pattern.rowCount, MOST_GROUPS[device.kind]),
      );
      const kernels = await bindResidentKernels(device, buffers, solver);
      return new ResidentFlow(device, systems, layout, factors, place, set, buffers, solver, kernels);
    } catch (error) {
      destroySolver(solver);
      throw error;
    }
  }

  private constructor(
    device: ComputeDevice,
    systems: readonly FlowSystem[],
    layout: ResidentLayout,
    factors: Float64Array,
    place: Int32Array,
    set: BufferSet,
    buffers: ResidentBuffers,
    solver: ResidentSolver,
    kernels: ResidentKernels,
  ) {
    this.device = device;
    this.systems = systems;
    this.throatStart = layout.throatStart;
    this.poreStart = layout.poreStart;
    this.factors = factors;
    this.buffers = buffers;
    this.#place = place;
    this.#set = set;
    this.#solver = solver;
    this.#kernels = kernels;
  }

  /** On the device. */
  get byteLength(): number {
    return this.#set.byteLength + countBytes(this.#solver);
  }

  /** The multigrid hierarchy of large systems, once it is fitted. */
  describePreconditioner(): HierarchyDescription | undefined {
    return this.#solver.multigrid?.description;
  }

  /** From `buffers.conductance` to `permeability`, `pressure` and `drop`; returns at once. */
  submit(): void {
    this.#submit((pass) => this.#encodeAssembly(pass));
    this.#solver.flow.submit();
    this.#submit((pass) => this.#encodeResults(pass));
  }

  /**
   * From `buffers.pressureGradient` (∂J/∂p of every pore) to `gradient` (∂J/∂g of every throat), for the conductances
   * in `buffers.conductance` and the drops in `buffers.drop`; returns at once. Held pores' ∂J/∂p has no effect.
   */
  submitAdjoint(): void {
    const { measureLoad, scatterLoad, gradient } = this.#kernels;
    const { throats, pores } = this.buffers;
    this.#submit((pass) => {
      this.#encodeAssembly(pass);
      dispatchItems(pass, measureLoad, pores);
      dispatchItems(pass, scatterLoad, pores);
    });
    this.#solver.adjoint.submit();
    this.#submit((pass) => dispatchItems(pass, gradient, throats));
  }

  /**
   * How the last solve of each system ended: 16 bytes a system are read back.
   * @throws {DeviceLostError} when the device is lost
   */
  async readReports(): Promise<ResidentReport[]> {
    const scales = new Float32Array(await readBuffer(this.device, this.buffers.systemScale));
    const solved = await this.#solver.flow.readReports();
    return this.systems.map(({ report }, s) => {
      if (scales[2 * s + 1] !== 0) return describeUnsolved("non-finite");
      if (this.#place[s]! >= 0) return solved[this.#place[s]!]!;
      return describeUnsolved(report.percolates ? "converged" : "not-percolating");
    });
  }

  /**
   * Fits the multigrid hierarchy that preconditions large systems to `buffers.conductance`, where there is none yet or
   * the last solves took too many iterations with it; small systems need none. Until the first fit large systems go on
   * with Jacobi. A hierarchy serves while conductances drift: call this once they have their first values, then after
   * each step or now and then; mostly it reads 16 bytes a system and answers `"kept"`.
   *
   * After `"updated"` and `"built"`, `permeability`, `pressure` and `drop` hold the answer for these conductances, also
   * where the last solve fell short because they had changed too much. `"jacobi"`: multigrid does not help here.
   *
   * @throws {LimitError} when the hierarchy does not fit the device
   * @throws what `signal` was aborted with
   * @throws {DeviceLostError} when the device is lost
   * @example
   * device.gpu.queue.writeBuffer(flow.buffers.conductance, 0, conductances);
   * await flow.fitPreconditioner();
   * flow.submit();
   */
  async fitPreconditioner(control: Pick<SolveControl, "signal"> = {}): Promise<PreconditionerFit> {
    const { multigrid } = this.#solver;
    if (!multigrid) return "kept";
    this.#submit((pass) => this.#encodeAssembly(pass));
    const fit = await multigrid.fit(control);
    if (fit === "updated" || fit === "built") this.#submit((pass) => this.#encodeResults(pass));
    return fit;
  }

  destroy(): void {
    this.#set.destroy();
    destroySolver(this.#solver);
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  /** From conductances to the matrix. */
  #encodeAssembly(pass: GPUComputePassEncoder): void {
    const { measureConductance, loadConductance } = this.#kernels;
    dispatchItems(pass, measureConductance, this.buffers.throats);
    dispatchItems(pass, loadConductance, this.buffers.throats);
    this.#solver.matrix.encodeAssembly(pass);
  }

  #encodeResults(pass: GPUComputePassEncoder): void {
    const { drops, permeability, pressures } = this.#kernels;
    const { throats, pores } = this.buffers;
    dispatchItems(pass, drops, throats);
    dispatchItems(pass, permeability, throats);
    dispatchItems(pass, pressures, pores);
  }

  #submit(encode: (pass: GPUComputePassEncoder) => void): void {
    submitPass(this.device, encode);
  }
}

/** With all open throats conducting; a domain that comes again shares its system, and with it its row order. */
function buildOpenSystems(domains: readonly FlowDomain[]): FlowSystem[] {
  const known = new Map<FlowDomain, FlowSystem>();
  return domains.map((domain) => {
    let system = known.get(domain);
    if (!system) {
      const conductance = new Float64Array(domain.throatOpen.length).fill(1);
      known.set(domain, (system = buildFlowSystem({ domain, conductance })));
    }
    return system;
  });
}

function describeUnsolved(status: SolveStatus): ResidentReport {
  return { status, iterations: 0, relativeResidual: 0 };
}
