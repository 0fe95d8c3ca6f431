/** peers/peer.py from here: is Python there, with what, and one solver on one exported case, on one core. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { runForJson } from "./run-worker.ts";

export const PEER_METHODS = [
  "petsc_cg_jacobi",
  "petsc_cg_gamg",
  "petsc_cg_boomeramg",
  "scipy_cg_jacobi",
  "scipy_spsolve",
] as const;
export type PeerMethod = (typeof PEER_METHODS)[number];

/** Multigrid's iterations are other iterations: they are not timed apart. */
export function isMultigrid(method: PeerMethod): boolean {
  return method === "petsc_cg_gamg" || method === "petsc_cg_boomeramg";
}

export interface PeerVersions {
  readonly python: string;
  readonly numpy: string | null;
  readonly scipy: string | null;
  readonly petsc: string | null;
}

export interface PeerMeasurement {
  readonly method: PeerMethod;
  readonly unknowns: number;
  readonly nonzeros: number;
  /** From throats and conductances to the matrix in CSR. */
  readonly assembleSeconds: number;
  /** From there to a solver that is ready. */
  readonly setupSeconds: number;
  readonly setupCpuSeconds: number;
  readonly iteration: {
    readonly bestSeconds: number;
    readonly medianSeconds: number;
    readonly cpuSeconds: number;
  } | null;
  readonly solve: {
    readonly converged: boolean;
    readonly iterations: number;
    readonly relativeResidual: number;
    readonly solveSeconds: number;
    readonly solveCpuSeconds: number;
    readonly permeability: number;
  };
  readonly peakBytes: number;
}

export const INSTALL_HINT = "apt-get install python3-numpy python3-scipy python3-petsc4py-real";
/** Direct factorisation fills in: at 120 000 unknowns it takes minutes and 5 GB, at a million it never ends. */
export const MOST_DIRECT_UNKNOWNS = 150_000;

const SCRIPT = fileURLToPath(new URL("peers/peer.py", import.meta.url));
/** Debian's packages belong to its own interpreter, which need not be the first on the path. */
const SYSTEM_PYTHON = "/usr/bin/python3";
export const ONE_THREAD = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

export function findPython(wanted: string | undefined): string {
  return wanted ?? (existsSync(SYSTEM_PYTHON) ? SYSTEM_PYTHON : "python3");
}

/** `undefined` where the interpreter cannot be run. */
export async function findVersions(python: string): Promise<PeerVersions | undefined> {
  try {
    return (await runForJson(python, [SCRIPT, "--versions"], { limit: 60 })) as PeerVersions;
  } catch {
    return undefined;
  }
}

/** What of `methods` can run with these packages. */
export function listRunnable(
  methods: readonly PeerMethod[],
  versions: PeerVersions | undefined,
): PeerMethod[] {
  if (!versions?.numpy || !versions.scipy) return [];
  return methods.filter((method) => versions.petsc !== null || !method.startsWith("petsc"));
}

/** The prefix that holds a process on one core, empty where the system has none. */
export function pinToOneCore(): string[] {
  const prefix = ["taskset", "-c", String(availableParallelism() - 1)];
  try {
    execFileSync(prefix[0]!, [...prefix.slice(1), "true"], { stdio: "ignore" });
    return prefix;
  } catch {
    return [];
  }
}

export interface PeerTask {
  readonly folder: string;
  readonly method: PeerMethod;
  readonly iterations: readonly [short: number, long: number];
  readonly repeats: number;
  /** After so long the process is killed [s]. */
  readonly limit: number;
}

export async function runPeer(
  python: string,
  pin: readonly string[],
  { folder, method, iterations, repeats, limit }: PeerTask,
): Promise<PeerMeasurement> {
  const [command, ...args] = [...pin, python, SCRIPT, folder, method];
  const lengths = ["--short", String(iterations[0]), "--long", String(iterations[1])];
  return (await runForJson(command!, [...args, ...lengths, "--repeats", String(repeats)], {
    env: ONE_THREAD,
    limit,
  })) as PeerMeasurement;
}
