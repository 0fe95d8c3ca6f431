/** One case by porenet and by its peers in turn, and what the comparison says. */
import { rmSync } from "node:fs";
import { generateBenchmarkFlow, parseBenchmarkCase } from "porenet";
import { tellProgress } from "./command.ts";
import { exportCase } from "./export-case.ts";
import type { CaseMeasurement } from "./measure-case.ts";
import {
  isMultigrid,
  MOST_DIRECT_UNKNOWNS,
  type PeerMeasurement,
  type PeerMethod,
  runPeer,
} from "./run-peer.ts";
import { type ProcessOptions, runWorker } from "./run-worker.ts";

export interface ComparisonPlan {
  readonly python: string;
  readonly pin: readonly string[];
  readonly methods: readonly PeerMethod[];
  readonly iterations: readonly [short: number, long: number];
  readonly repeats: number;
  /** How often porenet and those peers whose ratios count take turns. */
  readonly rounds: number;
  /** Of each peer's process [s]. */
  readonly limit: number;
  readonly env: ProcessOptions["env"];
}

/** What one solver took, the least of its rounds. */
export interface SolverRow {
  /** `"porenet"`, or the peer's method. */
  readonly solver: string;
  /** porenet's; the methods of the peers name theirs. */
  readonly preconditioner: string | undefined;
  readonly converged: boolean;
  readonly unknowns: number;
  readonly iterations: number;
  /** `undefined` for direct solvers; for multigrid the solve's time over its iterations. */
  readonly iterationSeconds: number | undefined;
  readonly iterationCpuSeconds: number | undefined;
  /** From throats and conductances in memory to the matrix: pattern, assembly, transfer. */
  readonly matrixSeconds: number;
  /** From the matrix to a solver that is ready: the preconditioner. */
  readonly setupSeconds: number;
  readonly solveSeconds: number;
  readonly relativeResidual: number;
  readonly permeability: number;
  readonly peakBytes: number;
}

export interface Ratios {
  /** porenet's time over the peer's; of an iteration only where both have the same kind of preconditioner. */
  readonly iteration: number | undefined;
  readonly solve: number;
  /** Setup and solve, of a matrix that is there. */
  readonly setupAndSolve: number;
  /** The matrix included. */
  readonly total: number;
  /** Of the peer's K from porenet's, relative. */
  readonly permeabilityDifference: number;
}

export interface Comparison {
  readonly label: string;
  readonly own: CaseMeasurement;
  readonly ownRow: SolverRow;
  readonly peers: readonly (SolverRow & Ratios)[];
  readonly left: readonly { readonly solver: string; readonly reason: string }[];
}

/** Their ratios are judged, so that they take turns with porenet. */
const REFERENCES: readonly PeerMethod[] = ["petsc_cg_jacobi", "petsc_cg_boomeramg"];
/** Who takes longer runs once: noise is small beside it [s]. */
const TURN_LIMIT = 60;
/** porenet's own runs are what all else is compared with: they end late rather than never [s]. */
const OWN_LIMIT = 1800;

/** @throws {Error} when porenet itself cannot solve the case */
export async function compareCase(label: string, plan: ComparisonPlan): Promise<Comparison> {
  const folder = exportCase(generateBenchmarkFlow(parseBenchmarkCase(label)).flowCase);
  const own: CaseMeasurement[] = [];
  const peers = new Map<PeerMethod, PeerMeasurement[]>();
  const left: { solver: string; reason: string }[] = [];
  const tryPeer = async (method: PeerMethod): Promise<void> => {
    const rounds = peers.get(method) ?? [];
    if (left.some(({ solver }) => solver === method) || rounds.some(takesLong)) return;
    tellProgress(`${label}: ${method}`);
    const repeats = isMultigrid(method) ? 0 : plan.repeats;
    try {
      const measured = await runPeer(plan.python, plan.pin, { ...plan, folder, method, repeats });
      peers.set(method, [...rounds, measured]);
    } catch (error) {
      left.push({ solver: method, reason: (error as Error).message });
    }
  };
  try {
    for (let round = 0; round < plan.rounds; round++) {
      tellProgress(`${label}: porenet`);
      own.push(await measureOwn(label, plan));
      for (const method of REFERENCES) if (plan.methods.includes(method)) await tryPeer(method);
    }
    const { unknowns } = own[0]!;
    for (const method of plan.methods) {
      if (REFERENCES.includes(method)) continue;
      if (method === "scipy_spsolve" && unknowns > MOST_DIRECT_UNKNOWNS) {
        left.push({ solver: method, reason: `direct, only up to ${MOST_DIRECT_UNKNOWNS} unknowns` });
      } else await tryPeer(method);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const ownRow = describeOwn(own);
  const jacobiSeconds = least(own, ({ iteration }) => iteration.auto!.bestSeconds);
  const rows = [...peers.values()].map((rounds) => describePeer(rounds));
  return {
    label,
    own: own[0]!,
    ownRow,
    peers: rows.map((row) => ({ ...row, ...relate(ownRow, jacobiSeconds, row) })),
    left,
  };
}

function takesLong({ setupSeconds, solve }: PeerMeasurement): boolean {
  return setupSeconds + solve.solveSeconds > TURN_LIMIT;
}

function measureOwn(label: string, { iterations, repeats, env }: ComparisonPlan): Promise<CaseMeasurement> {
  return runWorker(
    { kind: "case", label, orderings: ["auto"], iterations, repeats, seconds: 0 },
    { env, limit: OWN_LIMIT },
  );
}

function describeOwn(rounds: readonly CaseMeasurement[]): SolverRow {
  const [{ unknowns, solve, permeability }] = rounds as [CaseMeasurement];
  const { status, preconditioner, iterations, relativeResidual } = solve;
  const isTimed = preconditioner === "jacobi";
  const leastOf = (measure: (round: CaseMeasurement) => number) => least(rounds, measure);
  return {
    solver: "porenet",
    preconditioner,
    converged: status === "converged",
    unknowns,
    iterations,
    iterationSeconds: leastOf((round) =>
      isTimed ? round.iteration.auto!.bestSeconds : round.solve.solveSeconds / iterations,
    ),
    iterationCpuSeconds: leastOf((round) =>
      isTimed ? round.iteration.auto!.cpuSeconds : round.solve.solveCpuSeconds / iterations,
    ),
    ...quickest(rounds, ({ solve }) => ({
      matrixSeconds: solve.matrixSeconds,
      setupSeconds: solve.preconditionerSeconds,
      solveSeconds: solve.solveSeconds,
    })),
    relativeResidual,
    permeability: permeability.value,
    peakBytes: leastOf(({ memory }) => memory.peakBytes),
  };
}

function describePeer(rounds: readonly PeerMeasurement[]): SolverRow {
  const [{ method, unknowns, solve, iteration }] = rounds as [PeerMeasurement];
  const solves = rounds.map((round) => round.solve);
  const { iterations, relativeResidual, permeability, converged } = solve;
  const perIteration = (seconds: number) => (iterations > 0 ? seconds / iterations : undefined);
  return {
    solver: method,
    preconditioner: undefined,
    converged,
    unknowns,
    iterations,
    iterationSeconds: iteration
      ? least(rounds, (round) => round.iteration!.bestSeconds)
      : perIteration(least(solves, ({ solveSeconds }) => solveSeconds)),
    iterationCpuSeconds: iteration
      ? least(rounds, (round) => round.iteration!.cpuSeconds)
      : perIteration(least(solves, ({ solveCpuSeconds }) => solveCpuSeconds)),
    ...quickest(rounds, (round) => ({
      matrixSeconds: round.assembleSeconds,
      setupSeconds: round.setupSeconds,
      solveSeconds: round.solve.solveSeconds,
    })),
    relativeResidual,
    permeability,
    peakBytes: least(rounds, ({ peakBytes }) => peakBytes),
  };
}

type Times = Pick<SolverRow, "matrixSeconds" | "setupSeconds" | "solveSeconds">;

/** Each part's least: what other work adds to one of them in one round says nothing of the solver. */
function quickest<T>(rounds: readonly T[], timesOf: (round: T) => Times): Times {
  const times = rounds.map(timesOf);
  return {
    matrixSeconds: least(times, ({ matrixSeconds }) => matrixSeconds),
    setupSeconds: least(times, ({ setupSeconds }) => setupSeconds),
    solveSeconds: least(times, ({ solveSeconds }) => solveSeconds),
  };
}

/** @param jacobiSeconds porenet's time of an iteration of Jacobi-CG, whatever it solves with */
function relate(own: SolverRow, jacobiSeconds: number, peer: SolverRow): Ratios {
  const setupAndSolve = ({ setupSeconds, solveSeconds }: SolverRow) => setupSeconds + solveSeconds;
  const total = (row: SolverRow) => row.matrixSeconds + setupAndSolve(row);
  const isJacobi = peer.solver.endsWith("_jacobi");
  const ownIteration = isJacobi
    ? jacobiSeconds
    : own.preconditioner === "jacobi"
      ? undefined
      : own.iterationSeconds;
  return {
    iteration:
      ownIteration !== undefined && peer.iterationSeconds !== undefined
        ? ownIteration / peer.iterationSeconds
        : undefined,
    solve: own.solveSeconds / peer.solveSeconds,
    setupAndSolve: setupAndSolve(own) / setupAndSolve(peer),
    total: total(own) / total(peer),
    permeabilityDifference: peer.permeability / own.permeability - 1,
  };
}

function least<T>(items: readonly T[], measure: (item: T) => number): number {
  return Math.min(...items.map(measure));
}
