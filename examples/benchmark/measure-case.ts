/** One case on this process's device: its solve first, in memory of its own, then the time of an iteration. */
import {
  type AdapterChoice,
  type ComputeDevice,
  FlowBatch,
  type FlowCase,
  type FlowSolution,
  type FlowSystem,
  type LaunchShape,
  type SolverOptions,
  type SolveStatus,
} from "porenet";
import { requestDevice } from "porenet/node";
import { generateCase, parseCase, permeabilityOf } from "./cases.ts";
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

export interface SolveMeasurement {
  readonly status: SolveStatus;
  readonly iterations: number;
  readonly refinements: number;
  readonly relativeResidual: number;
  readonly setupSeconds: number;
  readonly solveSeconds: number;
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

export async function measureCase(task: CaseTask): Promise<CaseMeasurement> {
  const { publishedPermeability: published, ...found } = parseCase(task.label);
  const flowCase = generateCase({ ...found, publishedPermeability: published });
  const afterGenerationBytes = peakMemory();
  using device = await requestDevice();

  const { solve, solution, deviceBytes } = await solveCase(device, flowCase, RESIDUAL_ONLY);
  const peakBytes = peakMemory();
  const exact =
    solution.relativeErrorEstimate <= ENERGY_TOLERANCE
      ? solution
      : (await solveCase(device, flowCase, { energyTolerance: ENERGY_TOLERANCE })).solution;
  const value = permeabilityOf(flowCase, exact.flowRate);

  const { graph } = solution.system;
  const nonzeros = countNonzeros(graph);
  return {
    label: task.label,
    device: { name: device.name, kind: device.kind, source: device.source },
    unknowns: graph.unknownCount,
    nonzeros,
    requiredBytes: requiredBytes(graph.unknownCount, nonzeros),
    ...(await timeOrderings(device, solution.system, task)),
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

async function solveCase(
  device: ComputeDevice,
  flowCase: FlowCase,
  solver: SolverOptions,
): Promise<{ solve: SolveMeasurement; solution: FlowSolution; deviceBytes: number }> {
  const lap = startLaps();
  using batch = await FlowBatch.create(device, [flowCase], { solver });
  const setup = lap();
  const [solution] = await batch.solve();
  const solved = lap();
  const { status, iterations, refinements, relativeResidual } = solution!.solver;
  return {
    solution: solution!,
    deviceBytes: batch.byteLength,
    solve: {
      status,
      iterations,
      refinements,
      relativeResidual,
      setupSeconds: setup.wall,
      solveSeconds: solved.wall,
      setupCpuSeconds: setup.cpu,
      solveCpuSeconds: solved.cpu,
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

/** Each call tells wall and CPU time since the one before [s]. */
function startLaps(): () => { wall: number; cpu: number } {
  let start = performance.now();
  let usage = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(usage);
    const wall = (performance.now() - start) / 1000;
    start = performance.now();
    usage = process.cpuUsage();
    return { wall, cpu: (user + system) / 1e6 };
  };
}
