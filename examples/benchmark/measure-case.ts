/** One case on this process's device: its solve first, in memory of its own, then the time of an iteration. */
import {
  type AdapterChoice,
  type ComputeDevice,
  type FlowCase,
  type FlowSolution,
  type FlowSystem,
  generateBenchmarkFlow,
  type LaunchShape,
  parseBenchmarkCase,
  type SolverOptions,
  type SystemReport,
  timeFlow,
} from "porenet";
import { requestDevice } from "porenet/node";
import { type IterationTime, IterationTimer, sampleInTurn } from "./iteration-timer.ts";
import { countNonzeros, movedBytes, requiredBytes } from "./memory-traffic.ts";

export interface CaseTask {
  readonly kind: "case";
  readonly label: string;
  /** Of the rows; the first is what the report calls the time of an iteration. */
  readonly orderings: readonly ("auto" | "given")[];
  readonly iterations: readonly [short: number, long: number];
  readonly repeats: number;
  /** Least time for the repeats of one ordering [s]. */
  readonly seconds: number;
}

export interface SolveMeasurement
  extends Pick<
    SystemReport,
    "status" | "preconditioner" | "iterations" | "refinements" | "relativeResidual"
  > {
  /** From throats and conductances in memory to the matrix on the device. */
  readonly matrixSeconds: number;
  /** What the preconditioner takes beside the matrix. */
  readonly preconditionerSeconds: number;
  readonly solveSeconds: number;
  /** Of all threads, until the system is on the device, and from there to the end. */
  readonly setupCpuSeconds: number;
  readonly solveCpuSeconds: number;
}

export interface CaseMeasurement {
  readonly label: string;
  readonly device: AdapterChoice;
  readonly shape: LaunchShape;
  readonly unknowns: number;
  readonly nonzeros: number;
  /** An iteration's: what must move, and what porenet's layout moves. */
  readonly requiredBytes: number;
  readonly movedBytes: number;
  readonly iteration: Readonly<Record<string, IterationTime>>;
  /** A small solve before, in which kernels are compiled: what a process pays once. */
  readonly warmUpSeconds: number;
  readonly solve: SolveMeasurement;
  readonly permeability: {
    readonly value: number;
    readonly published: number | undefined;
    readonly relativeError: number | undefined;
    /** porenet's own estimate. */
    readonly relativeErrorEstimate: number;
    /** Iterations until K itself was known to 1e-9; those of `solve` where that was enough. */
    readonly iterations: number;
  };
  readonly memory: {
    /** Of the process to the end of the solve: Node, network, solver and, on a software driver, the device. */
    readonly peakBytes: number;
    readonly afterGenerationBytes: number;
    readonly deviceBytes: number;
  };
}

const RESIDUAL_ONLY: SolverOptions = { tolerance: 1e-8, energyTolerance: null };
const ENERGY_TOLERANCE = 1e-9;
/** Of 12 000 unknowns: solved with either preconditioner in a fraction of a second. */
const WARM_UP = "cubic24:s2";

export async function measureCase(task: CaseTask): Promise<CaseMeasurement> {
  const benchmark = parseBenchmarkCase(task.label);
  const { published } = benchmark;
  const { flowCase, viscosity } = generateBenchmarkFlow(benchmark);
  const afterGenerationBytes = peakMemory();
  using device = await requestDevice();
  const warmUpSeconds = await warmUp(device);

  const { solve, solution, deviceBytes } = await solveCase(device, flowCase, RESIDUAL_ONLY);
  const peakBytes = peakMemory();
  const exact =
    solution.relativeErrorEstimate <= ENERGY_TOLERANCE
      ? solution
      : (await solveCase(device, flowCase, { energyTolerance: ENERGY_TOLERANCE })).solution;
  const { length, area } = flowCase.domain;
  const value = (viscosity * exact.flowRate * length) / area;

  const { graph } = solution.system;
  const nonzeros = countNonzeros(graph);
  return {
    label: task.label,
    device: { name: device.name, kind: device.kind, source: device.source },
    unknowns: graph.unknownCount,
    nonzeros,
    requiredBytes: requiredBytes(graph.unknownCount, nonzeros),
    ...(await timeOrderings(device, solution.system, task)),
    warmUpSeconds,
    solve,
    permeability: {
      value,
      published,
      relativeError: published === undefined ? undefined : value / published - 1,
      relativeErrorEstimate: exact.relativeErrorEstimate,
      iterations: exact.solver.iterations,
    },
    memory: { peakBytes, afterGenerationBytes, deviceBytes },
  };
}

/**
 * Compiles the kernels that the case will use, as far as they do not depend on its size; the loops that build a hierarchy
 * are compiled by the engine once they have run for a while.
 */
async function warmUp(device: ComputeDevice): Promise<number> {
  const start = performance.now();
  const { flowCase } = generateBenchmarkFlow(parseBenchmarkCase(WARM_UP));
  for (const kind of ["jacobi", "multigrid", "multigrid", "multigrid"] as const) {
    await timeFlow(device, flowCase, { solver: { ...RESIDUAL_ONLY, preconditioner: { kind } } });
  }
  return (performance.now() - start) / 1000;
}

async function solveCase(
  device: ComputeDevice,
  flowCase: FlowCase,
  solver: SolverOptions,
): Promise<{ solve: SolveMeasurement; solution: FlowSolution; deviceBytes: number }> {
  const lap = startCpuLaps();
  let setupCpuSeconds = 0;
  const onReady = () => {
    setupCpuSeconds = lap();
  };
  const { solution, timings, deviceBytes } = await timeFlow(device, flowCase, { solver }, { onReady });
  const { status, preconditioner, iterations, refinements, relativeResidual } = solution.solver;
  return {
    solution,
    deviceBytes,
    solve: {
      status,
      preconditioner,
      iterations,
      refinements,
      relativeResidual,
      matrixSeconds: timings.matrix,
      preconditionerSeconds: timings.preconditioner,
      solveSeconds: timings.solve,
      setupCpuSeconds,
      solveCpuSeconds: lap(),
    },
  };
}

async function timeOrderings(device: ComputeDevice, system: FlowSystem, task: CaseTask) {
  const weights = weightsOf(system);
  const [short, long] = task.iterations;
  const timers: IterationTimer[] = [];
  try {
    for (const ordering of task.orderings) {
      timers.push(await IterationTimer.create(device, system.graph, weights, { short, long, ordering }));
    }
    await sampleInTurn(timers, task);
    const iteration = Object.fromEntries(task.orderings.map((name, k) => [name, timers[k]!.time]));
    return { iteration, shape: timers[0]!.matrix.shape, movedBytes: movedBytes(timers[0]!.matrix) };
  } finally {
    for (const timer of timers) timer[Symbol.dispose]();
  }
}

/** The conductance of each edge of the system's graph. */
export function weightsOf({ throatOfEdge, conductance }: FlowSystem): Float64Array {
  return Float64Array.from(throatOfEdge, (throat) => conductance[throat]!);
}

/** Largest resident set of this process so far [bytes]. */
function peakMemory(): number {
  return 1024 * process.resourceUsage().maxRSS;
}

/** Each call tells the CPU time of all threads since the one before [s]. */
function startCpuLaps(): () => number {
  let usage = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(usage);
    usage = process.cpuUsage();
    return (user + system) / 1e6;
  };
}
