/** What a solve is asked for: plain data, the same in code, in JSON and behind the command line's flags. */
import { OptionError } from "../errors.ts";

/** What conjugate gradients are preconditioned by. */
export type PreconditionerOptions =
  /** Multigrid where a system is large enough for it to be faster, else Jacobi. */
  | { readonly kind: "auto" }
  | { readonly kind: "jacobi" }
  /** Classical multigrid; `setup` says where its levels are built: by default where that is faster. */
  | { readonly kind: "multigrid"; readonly setup?: "auto" | "device" | "host" };

export interface SolverOptions {
  readonly method?: "cg";
  /** Default `{ kind: "auto" }`. */
  readonly preconditioner?: PreconditionerOptions;
  /** Largest |b - A x| / |b| of the true system, in float64 [-]; `null` leaves the residual free. Default 1e-10. */
  readonly tolerance?: number | null;
  /**
   * Largest estimated error of the energy, and with it of a permeability, relative to it [-]; `null` leaves it
   * free. Default 1e-9.
   */
  readonly energyTolerance?: number | null;
  /** Of each system, over all refinements. Default 1 000 000. */
  readonly maxIterations?: number;
  /** By how much an inner float32 solve reduces its residual before the true one is computed anew. Default 1e-4. */
  readonly innerReduction?: number;
}

export interface SolveControl {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SolveProgress) => void) | undefined;
}

export interface SolveProgress {
  /** Of the system that has done most. */
  readonly iterations: number;
  /** The largest of those still being solved, by the recurrence. */
  readonly relativeResidual: number;
  /** The largest estimate of those still being solved; NaN while there is none. */
  readonly relativeErrorEstimate: number;
  readonly systemsLeft: number;
}

export type CompleteSolverOptions = { readonly [K in keyof SolverOptions]-?: NonNullable<SolverOptions[K]> };

/**
 * Fills in defaults; what is free becomes infinite.
 * @throws {OptionError} for an unknown key or a value out of range
 */
export function completeOptions(options: SolverOptions): CompleteSolverOptions {
  for (const key of Object.keys(options)) {
    if (!KEYS.has(key)) {
      throw new OptionError(key, `The solver has no option "${key}".`, `It has: ${[...KEYS].join(", ")}.`);
    }
  }
  const { method = "cg", preconditioner = { kind: "auto" } } = options;
  if (method !== "cg") throw new OptionError("method", `There is no method "${method}".`, 'Use "cg".');
  checkPreconditioner(preconditioner);
  const complete = {
    method,
    preconditioner,
    tolerance: readLimit(options.tolerance, 1e-10),
    energyTolerance: readLimit(options.energyTolerance, 1e-9),
    maxIterations: options.maxIterations ?? 1_000_000,
    innerReduction: options.innerReduction ?? 1e-4,
  };
  requirePositive("tolerance", complete.tolerance);
  requirePositive("energyTolerance", complete.energyTolerance);
  requirePositive("maxIterations", complete.maxIterations);
  requirePositive("innerReduction", complete.innerReduction);
  if (
    complete.tolerance === Number.POSITIVE_INFINITY &&
    complete.energyTolerance === Number.POSITIVE_INFINITY
  ) {
    throw new OptionError("tolerance", "Neither tolerance nor energyTolerance is set.", "Set one of them.");
  }
  return complete;
}

const KINDS = ["auto", "jacobi", "multigrid"];
const SETUPS = ["auto", "device", "host"];

function checkPreconditioner(preconditioner: PreconditionerOptions): void {
  const { kind } = preconditioner;
  if (!KINDS.includes(kind)) {
    const remedy = `Use { kind: "${KINDS.join('" }, { kind: "')}" }.`;
    throw new OptionError("preconditioner", `There is no preconditioner "${kind}".`, remedy);
  }
  for (const key of Object.keys(preconditioner)) {
    if (key === "kind" || (key === "setup" && kind === "multigrid")) continue;
    const remedy = kind === "multigrid" ? 'It has: "setup".' : "It has none.";
    throw new OptionError(key, `The preconditioner "${kind}" has no option "${key}".`, remedy);
  }
  if (preconditioner.kind !== "multigrid" || preconditioner.setup === undefined) return;
  if (!SETUPS.includes(preconditioner.setup)) {
    const remedy = `Use "${SETUPS.join('", "')}".`;
    throw new OptionError("setup", `There is no setup "${preconditioner.setup}".`, remedy);
  }
}

const KEYS = new Set([
  "method",
  "preconditioner",
  "tolerance",
  "energyTolerance",
  "maxIterations",
  "innerReduction",
]);

function readLimit(value: number | null | undefined, fallback: number): number {
  return value === null ? Number.POSITIVE_INFINITY : (value ?? fallback);
}

function requirePositive(option: string, value: number): void {
  if (!(value > 0)) throw new OptionError(option, `${option} is ${value}.`, "Give a positive number.");
}
