/**
 * A benchmark case from its label to a verdict: generate, solve, compare the permeability with the published one.
 * What comes back is plain data, for tables and JSON.
 */
import type { ComputeDevice } from "../gpu/device.ts";
import { resolveFlowDomain } from "../network/boundary.ts";
import { hydraulicConductance } from "../network/closure.ts";
import type { SolveControl } from "../solve/options.ts";
import type { SystemReport } from "../solve/report.ts";
import { type BenchmarkCase, parseBenchmarkCase } from "./benchmark-cases.ts";
import { type FlowTimings, timeFlow } from "./benchmark-solve.ts";
import type { FlowBatchOptions } from "./flow-batch.ts";
import type { FlowCase } from "./flow-system.ts";

export interface BenchmarkResult
  extends Pick<SystemReport, "status" | "preconditioner" | "iterations" | "refinements"> {
  readonly label: string;
  readonly pores: number;
  readonly throats: number;
  readonly unknowns: number;
  /** |b − A x| / |b| of the true system, in float64 arithmetic. */
  readonly relativeResidual: number;
  readonly timings: FlowTimings & {
    /** Generating the network, and what it conducts [s]. */
    readonly generate: number;
  };
  /** Held on the device when the solve ended [bytes]. */
  readonly deviceBytes: number;
  /** [m²] */
  readonly permeability: number;
  /** The solver's own, of K. */
  readonly relativeErrorEstimate: number;
  /** [m²]; `null` where none is known. */
  readonly published: number | null;
  /** K from the published one, relative to it. */
  readonly relativeDifference: number | null;
  /** What the difference may be in size. */
  readonly allowedDifference: number | null;
  /** Converged, and where a permeability is known, equal to it within what is allowed. */
  readonly passed: boolean;
}

export type BenchmarkStage = "generating" | "preparing" | "solving";

export interface BenchmarkControl extends SolveControl {
  readonly onStage?: ((stage: BenchmarkStage) => void) | undefined;
}

/** What a solve with default options allows itself, and how far its estimate of K's error may be from the error. */
const USUAL_ERROR = 1e-9;
const ESTIMATE_FACTOR = 10;

/**
 * Generates a case's network, solves for its permeability along x, and judges it.
 *
 * The difference may be what the published value itself may be off by, and ten times the error that the solve
 * estimates for its own K, or 1e-8 where that is more: estimates are within a factor of ten of the true error.
 *
 * @param benchmark a label (see `parseBenchmarkCase`), or a case of the caller's own
 * @throws {OptionError} when there is no such case
 * @throws {LimitError} when the case does not fit the device
 * @throws what `signal` was aborted with
 * @example
 * const { permeability, passed } = await runBenchmarkCase(device, "cubic50:s2");
 */
export async function runBenchmarkCase(
  device: ComputeDevice,
  benchmark: string | BenchmarkCase,
  options: FlowBatchOptions = {},
  { onStage, ...control }: BenchmarkControl = {},
): Promise<BenchmarkResult> {
  const found = typeof benchmark === "string" ? parseBenchmarkCase(benchmark) : benchmark;
  control.signal?.throwIfAborted();
  onStage?.("generating");
  const start = performance.now();
  const { flowCase, viscosity } = generateBenchmarkFlow(found);
  const generate = (performance.now() - start) / 1000;
  onStage?.("preparing");
  const timed = await timeFlow(device, flowCase, options, {
    ...control,
    onReady: () => onStage?.("solving"),
  });
  const { domain } = flowCase;
  const { flowRate, relativeErrorEstimate, system, solver } = timed.solution;
  const permeability = (viscosity * flowRate * domain.length) / domain.area;
  return {
    label: found.label,
    pores: domain.network.poreCount,
    throats: domain.network.throatCount,
    unknowns: system.graph.unknownCount,
    status: solver.status,
    preconditioner: solver.preconditioner,
    iterations: solver.iterations,
    refinements: solver.refinements,
    relativeResidual: solver.relativeResidual,
    timings: { generate, ...timed.timings },
    deviceBytes: timed.deviceBytes,
    permeability,
    relativeErrorEstimate,
    ...judge(found, solver.status, permeability, relativeErrorEstimate),
  };
}

/** The case's network as it is solved: pressures held at its faces along x. Viscosity in [Pa·s]. */
export function generateBenchmarkFlow(benchmark: BenchmarkCase): {
  readonly flowCase: FlowCase;
  readonly viscosity: number;
} {
  const network = benchmark.generate();
  const { values, viscosity } = hydraulicConductance(network);
  return { flowCase: { domain: resolveFlowDomain(network), conductance: values }, viscosity };
}

function judge(
  { published, publishedError = 0 }: BenchmarkCase,
  status: SystemReport["status"],
  permeability: number,
  estimate: number,
): Pick<BenchmarkResult, "published" | "relativeDifference" | "allowedDifference" | "passed"> {
  const isConverged = status === "converged";
  if (published === undefined) {
    return { published: null, relativeDifference: null, allowedDifference: null, passed: isConverged };
  }
  const relativeDifference = permeability / published - 1;
  const allowedDifference = publishedError + ESTIMATE_FACTOR * Math.max(USUAL_ERROR, estimate);
  const passed = isConverged && Math.abs(relativeDifference) <= allowedDifference;
  return { published, relativeDifference, allowedDifference, passed };
}
