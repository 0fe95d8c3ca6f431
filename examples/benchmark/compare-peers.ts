/** One case by porenet and by its peers in turn, and what the comparison says. */
import { rmSync } from "node:fs";
import { generateCase, parseCase } from "./cases.ts";
import { tellProgress } from "./command.ts";
import { exportCase } from "./export-case.ts";
import type { CaseMeasurement } from "./measure-case.ts";
import { MOST_DIRECT_UNKNOWNS, type PeerMeasurement, type PeerMethod, runPeer } from "./run-peer.ts";
import { type ProcessOptions, runWorker } from "./run-worker.ts";

export interface ComparisonPlan {
  readonly python: string;
  readonly pin: readonly string[];
  readonly methods: readonly PeerMethod[];
  readonly iterations: readonly [short: number, long: number];
  readonly repeats: number;
  /** How often porenet and PETSc's Jacobi-CG, whose ratio counts, take turns. */
  readonly rounds: number;
  /** Of each peer's process [s]. */
  readonly limit: number;
  readonly env: ProcessOptions["env"];
}

/** What one solver took, the least of its rounds. */
export interface SolverRow {
  readonly solver: string;
  readonly unknowns: number;
  readonly iterations: number;
  /** `undefined` for direct solvers; for multigrid the solve's time over its iterations. */
  readonly iterationSeconds: number | undefined;
  readonly iterationCpuSeconds: number | undefined;
  /** From throats and conductances in memory to a solver that is ready. */
  readonly setupSeconds: number;
  readonly solveSeconds: number;
  readonly relativeResidual: number;
  readonly permeability: number;
  readonly peakBytes: number;
}

export interface Ratios {
  /** porenet's time over the peer's. */
  readonly iteration: number | undefined;
  readonly solve: number;
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

const REFERENCE: PeerMethod = "petsc_cg_jacobi";
/** porenet's own runs are what all else is compared with: they end late rather than never [s]. */
const OWN_LIMIT = 1800;
const MULTIGRID: readonly PeerMethod[] = ["petsc_cg_gamg", "petsc_cg_boomeramg"];

export async function compareCase(label: string, plan: ComparisonPlan): Promise<Comparison> {
  const folder = exportCase(generateCase(parseCase(label)));
  const own: CaseMeasurement[] = [];
  const peers = new Map<PeerMethod, PeerMeasurement[]>();
  const left: { solver: string; reason: string }[] = [];
  const tryPeer = async (method: PeerMethod): Promise<void> => {
    if (left.some(({ solver }) => solver === method)) return;
    tellProgress(`${label}: ${method}`);
    const repeats = MULTIGRID.includes(method) ? 0 : plan.repeats;
    try {
      const measured = await runPeer(plan.python, plan.pin, { ...plan, folder, method, repeats });
      peers.set(method, [...(peers.get(method) ?? []), measured]);
    } catch (error) {
      left.push({ solver: method, reason: (error as Error).message });
    }
  };
  try {
    for (let round = 0; round < plan.rounds; round++) {
      if (plan.methods.includes(REFERENCE)) await tryPeer(REFERENCE);
      tellProgress(`${label}: porenet`);
      own.push(await measureOwn(label, plan));
    }
    const { unknowns } = own[0]!;
    for (const method of plan.methods) {
      if (method === REFERENCE) continue;
      if (method === "scipy_spsolve" && unknowns > MOST_DIRECT_UNKNOWNS) {
        left.push({ solver: method, reason: `direct, only up to ${MOST_DIRECT_UNKNOWNS} unknowns` });
      } else await tryPeer(method);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const ownRow = describeOwn(own);
  const rows = [...peers.values()].map((rounds) => describePeer(rounds));
  return {
    label,
    own: own[0]!,
    ownRow,
    peers: rows.map((row) => ({ ...row, ...relate(ownRow, row) })),
    left,
  };
}

function measureOwn(label: string, { iterations, repeats, env }: ComparisonPlan): Promise<CaseMeasurement> {
  return runWorker(
    { kind: "case", label, orderings: ["auto"], iterations, repeats, seconds: 0 },
    { env, limit: OWN_LIMIT },
  );
}

function describeOwn(rounds: readonly CaseMeasurement[]): SolverRow {
  const [{ unknowns, solve, permeability }] = rounds as [CaseMeasurement];
  const times = rounds.map(({ iteration }) => iteration.auto!);
  return {
    solver: "porenet",
    unknowns,
    iterations: solve.iterations,
    iterationSeconds: least(times, (time) => time.bestSeconds),
    iterationCpuSeconds: least(times, (time) => time.cpuSeconds),
    setupSeconds: least(rounds, (round) => round.solve.setupSeconds),
    solveSeconds: least(rounds, (round) => round.solve.solveSeconds),
    relativeResidual: solve.relativeResidual,
    permeability: permeability.value,
    peakBytes: least(rounds, ({ memory }) => memory.peakBytes),
  };
}

function describePeer(rounds: readonly PeerMeasurement[]): SolverRow {
  const [{ method, unknowns, solve, iteration }] = rounds as [PeerMeasurement];
  const solves = rounds.map((round) => round.solve);
  const { iterations, relativeResidual, permeability, converged } = solve;
  const perIteration = (seconds: number) => (iterations > 0 ? seconds / iterations : undefined);
  return {
    solver: converged ? method : `${method} (not converged)`,
    unknowns,
    iterations,
    iterationSeconds: iteration
      ? least(rounds, (round) => round.iteration!.bestSeconds)
      : perIteration(least(solves, ({ solveSeconds }) => solveSeconds)),
    iterationCpuSeconds: iteration
      ? least(rounds, (round) => round.iteration!.cpuSeconds)
      : perIteration(least(solves, ({ solveCpuSeconds }) => solveCpuSeconds)),
    setupSeconds: least(rounds, (round) => round.assembleSeconds + round.setupSeconds),
    solveSeconds: least(solves, ({ solveSeconds }) => solveSeconds),
    relativeResidual,
    permeability,
    peakBytes: least(rounds, ({ peakBytes }) => peakBytes),
  };
}

function relate(own: SolverRow, peer: SolverRow): Ratios {
  const total = ({ setupSeconds, solveSeconds }: SolverRow) => setupSeconds + solveSeconds;
  return {
    iteration:
      own.iterationSeconds !== undefined && peer.iterationSeconds !== undefined
        ? own.iterationSeconds / peer.iterationSeconds
        : undefined,
    solve: own.solveSeconds / peer.solveSeconds,
    total: total(own) / total(peer),
    permeabilityDifference: peer.permeability / own.permeability - 1,
  };
}

function least<T>(items: readonly T[], measure: (item: T) => number): number {
  return Math.min(...items.map(measure));
}
