/** One network solved with its time taken apart, as benchmarks report it. */
import type { ComputeDevice } from "../gpu/device.ts";
import type { SolveControl } from "../solve/options.ts";
import type { SystemReport } from "../solve/report.ts";
import { FlowBatch, type FlowBatchOptions, type FlowSolution } from "./flow-batch.ts";
import type { FlowCase } from "./flow-system.ts";

/** From throats and conductances in memory to pressures and K. Generating the network is outside. */
export interface FlowTimings {
  /** Examining the domain, ordering, pattern, compiling shaders, transfer, assembly of the matrix [s]. */
  readonly matrix: number;
  /** What the preconditioner needs besides: a hierarchy; 0 for Jacobi, whose diagonal the assembly gives [s]. */
  readonly preconditioner: number;
  /** Iterations and refinements, and reading the results back [s]. */
  readonly solve: number;
}

export interface TimedFlow {
  readonly solution: FlowSolution;
  readonly timings: FlowTimings;
  /** Held on the device when the solve ended [bytes]. */
  readonly deviceBytes: number;
}

export interface TimedFlowControl extends SolveControl {
  /** Called when the system is on the device and solving begins. */
  readonly onReady?: (() => void) | undefined;
}

/**
 * Solves one case by a batch of its own.
 *
 * @throws {NetworkError} when a conductance makes no sense
 * @throws {OptionError} for options that are not understood
 * @throws {LimitError} when the case does not fit the device
 * @example
 * const domain = resolveFlowDomain(network);
 * const conductance = hydraulicConductance(network).values;
 * const { solution, timings } = await timeFlow(device, { domain, conductance });
 * console.log(solution.solver.preconditioner, timings.preconditioner + timings.solve);
 */
export async function timeFlow(
  device: ComputeDevice,
  flowCase: FlowCase,
  options: FlowBatchOptions = {},
  { onReady, ...control }: TimedFlowControl = {},
): Promise<TimedFlow> {
  control.signal?.throwIfAborted();
  const start = performance.now();
  using batch = await FlowBatch.create(device, [flowCase], options);
  for (const { fault } of batch.systems) if (fault) throw fault;
  const ready = performance.now();
  onReady?.();
  const [solution] = await batch.solve(control);
  const done = performance.now();
  const spent = { create: (ready - start) / 1000, solve: (done - ready) / 1000 };
  return {
    solution: solution!,
    timings: splitTimings(spent, solution!.solver),
    deviceBytes: batch.byteLength,
  };
}

/** @param spent on `FlowBatch.create` and on `solve` [s] */
function splitTimings(
  spent: { readonly create: number; readonly solve: number },
  report: SystemReport,
): FlowTimings {
  const { preconditionerSeconds: preconditioner } = report;
  return { matrix: spent.create, preconditioner, solve: spent.solve - preconditioner };
}
