/** What the benchmarks are held to. A target that does not concern the case or the adapter is left out. */
import type { AdapterChoice } from "porenet";
import type { Comparison } from "./compare-peers.ts";
import type { BatchesMeasurement, BatchMethod } from "./measure-batches.ts";
import type { CaseMeasurement } from "./measure-case.ts";
import { solverShare, type TrainingMeasurement } from "./measure-training.ts";

export interface Target {
  readonly what: string;
  readonly limit: string;
  readonly measured: string;
  readonly passed: boolean;
}

/** Relative to the published value; above it the benchmark fails. */
export const PERMEABILITY_TOLERANCE = 1e-8;
const LEAST_BANDWIDTH_SHARE = 0.5;
const MOST_MEMORY = 1.5e9;
const MILLION = 900_000;
const LARGEST_CUBIC = "cubic100:s2";
const MOST_TIMES_PETSC = { lavapipe: 1.5, swiftshader: 4 };

/** Where setup and solve are held to those of PETSc's solvers on one core. */
const BOOMERAMG_CASES = ["cubic100:s2", "cubic100:s4", "knn1000k:p"];
const JACOBI_CASES = ["cubic50:s2", "cubic50:s4", ...BOOMERAMG_CASES];
const HARDWARE_CASE = "cubic200:s2";
const JACOBI_PEERS = ["petsc_cg_jacobi", "scipy_cg_jacobi"];
const MOST_TIMES_BOOMERAMG = 2;
const LEAST_TIMES_FASTER_ON_HARDWARE = 30;

const LEAST_TIMES_SCIPY = 5;
/** Networks: with few, what a launch costs counts. */
const MANY = 1000;
const MOST_SOLVER_SHARE = 0.5;

type SoftwareDriver = keyof typeof MOST_TIMES_PETSC;

export function driverOf({ name }: AdapterChoice): SoftwareDriver | undefined {
  if (/llvmpipe|lavapipe/i.test(name)) return "lavapipe";
  return /swiftshader/i.test(name) ? "swiftshader" : undefined;
}

/** Converged, and within the tolerance of the published value where there is one. */
export function isRight({ solve, permeability }: CaseMeasurement): boolean {
  const { relativeError } = permeability;
  if (solve.status !== "converged") return false;
  return relativeError === undefined || Math.abs(relativeError) <= PERMEABILITY_TOLERANCE;
}

export function judgeCase(measured: CaseMeasurement, copyBytesPerSecond: number): Target[] {
  const { label, device, permeability, memory, unknowns } = measured;
  const targets: Target[] = [
    {
      what: `${label}: permeability against the published one, relative`,
      limit: `<= ${PERMEABILITY_TOLERANCE}`,
      measured: permeability.relativeError?.toExponential(1) ?? `none published (${measured.solve.status})`,
      passed: isRight(measured),
    },
  ];
  if (label === LARGEST_CUBIC && driverOf(device) === "lavapipe") {
    const share = bandwidthShare(measured, copyBytesPerSecond);
    targets.push({
      what: `${label}: share of the copy bandwidth on lavapipe`,
      limit: `>= ${LEAST_BANDWIDTH_SHARE}`,
      measured: share.toFixed(2),
      passed: share >= LEAST_BANDWIDTH_SHARE,
    });
  }
  if (unknowns >= MILLION && unknowns <= 1.1 * MILLION) {
    const bytes = memory.peakBytes + (device.kind === "hardware" ? memory.deviceBytes : 0);
    targets.push({
      what: `${label}: memory of a solve in all`,
      limit: `< ${MOST_MEMORY / 1e9} GB`,
      measured: `${(bytes / 1e9).toFixed(2)} GB`,
      passed: bytes < MOST_MEMORY,
    });
  }
  return targets;
}

/** What must move an iteration over its time, relative to the copy. */
export function bandwidthShare(
  { requiredBytes, iteration }: CaseMeasurement,
  copyBytesPerSecond: number,
): number {
  return requiredBytes / firstTime(iteration) / copyBytesPerSecond;
}

/** The time of an iteration in the ordering that solves use. */
export function firstTime(iteration: CaseMeasurement["iteration"]): number {
  return Object.values(iteration)[0]!.bestSeconds;
}

/** @param ratio porenet's time of an iteration over that of PETSc's Jacobi-CG on one core */
export function judgeRatio(label: string, device: AdapterChoice, ratio: number): Target[] {
  const driver = driverOf(device);
  if (label !== LARGEST_CUBIC || !driver) return [];
  const limit = MOST_TIMES_PETSC[driver];
  return [
    {
      what: `${label}: an iteration on ${driver} over PETSc's Jacobi-CG on one core`,
      limit: `<= ${limit}`,
      measured: ratio.toFixed(2),
      passed: ratio <= limit,
    },
  ];
}

/** Setup and solve to a residual of 1e-8, of a matrix that is there, over the peers'. */
export function judgePeers({ label, own, peers }: Pick<Comparison, "label" | "own" | "peers">): Target[] {
  const solved = peers.filter(({ converged }) => converged);
  const judge = (solver: string, most: number): Target[] =>
    solved
      .filter((peer) => peer.solver === solver)
      .map(({ setupAndSolve }) => ({
        what: `${label}: setup + solve over those of ${solver} on one core`,
        limit: `<= ${formatLimit(most)}`,
        measured: setupAndSolve.toPrecision(3),
        passed: own.solve.status === "converged" && setupAndSolve <= most,
      }));
  if (own.device.kind === "hardware") {
    return label === HARDWARE_CASE ? judge("petsc_cg_boomeramg", 1 / LEAST_TIMES_FASTER_ON_HARDWARE) : [];
  }
  if (driverOf(own.device) !== "lavapipe") return [];
  return [
    ...(BOOMERAMG_CASES.includes(label) ? judge("petsc_cg_boomeramg", MOST_TIMES_BOOMERAMG) : []),
    ...(JACOBI_CASES.includes(label) ? JACOBI_PEERS.flatMap((solver) => judge(solver, 1)) : []),
  ];
}

function formatLimit(ratio: number): string {
  return ratio < 1 ? `1/${Math.round(1 / ratio)}` : String(ratio);
}

/** How many times faster than SciPy's loop, by the best of all turns; `undefined` where SciPy was not measured. */
export function speedUp(
  { times }: BatchesMeasurement,
  method: BatchMethod,
  peer: BatchMethod = "scipy coo",
): number | undefined {
  const secondsOf = (name: BatchMethod) => times.find((each) => each.method === name)?.bestSeconds;
  const [own, other] = [secondsOf(method), secondsOf(peer)];
  return own === undefined || other === undefined ? undefined : other / own;
}

export function judgeBatches(measured: BatchesMeasurement): Target[] {
  if (driverOf(measured.device) !== "lavapipe" || measured.networks < MANY) return [];
  const ratio = speedUp(measured, "resident");
  if (ratio === undefined) return [];
  return [
    {
      what: `ResidentFlow, ${measured.networks} networks on lavapipe: times faster than SciPy's loop`,
      limit: `>= ${LEAST_TIMES_SCIPY}`,
      measured: ratio.toFixed(2),
      passed: ratio >= LEAST_TIMES_SCIPY,
    },
  ];
}

export function judgeTraining(measured: TrainingMeasurement): Target[] {
  const share = solverShare(measured);
  return [
    {
      what: "solve and gradient: share of a step of training",
      limit: `<= ${MOST_SOLVER_SHARE}`,
      measured: share.toFixed(2),
      passed: share <= MOST_SOLVER_SHARE,
    },
  ];
}

export function formatTargets(targets: readonly Target[]): string {
  if (targets.length === 0) return "targets: none concerns these cases on this adapter";
  return targets
    .map(
      ({ what, limit, measured, passed }) => `${passed ? "pass" : "FAIL"}  ${what}: ${measured} (${limit})`,
    )
    .join("\n");
}
