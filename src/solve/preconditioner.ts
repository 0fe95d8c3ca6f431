/**
 * Which preconditioner a batch gets, and how long a multigrid hierarchy is kept while weights change.
 *
 * A hierarchy that was built for other weights still preconditions; what it costs are iterations. It stays while a
 * solve takes at most `SLACK` times as many as with a new one, then its weights are found anew through the same
 * structure, and where that does not help, it is built anew: a training step or the next candidate of a calibration
 * mostly pays nothing.
 */
import { OptionError } from "../errors.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import { requireLimit } from "../gpu/error-scopes.ts";
import { Hierarchy, type HierarchyDescription } from "../multigrid/hierarchy.ts";
import { STORAGE_BUFFERS } from "../multigrid/limits.ts";
import type { GroundedGraph } from "../sparse/graph.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import type { CgWorkspace } from "./cg-kernels.ts";
import { MultigridIteration } from "./multigrid-iteration.ts";
import type { PreconditionerOptions } from "./options.ts";

/** Unknowns of a batch's largest system from which on multigrid is faster, by the kind of adapter. */
export const MULTIGRID_UNKNOWNS = { software: 8_000, hardware: 50_000 };

/**
 * What `options` mean for a batch of these systems.
 * @throws {LimitError} when multigrid is asked for and the device binds too few buffers to a kernel
 */
export function choosePreconditioner(
  device: Pick<ComputeDevice, "kind" | "limits">,
  graphs: readonly Pick<GroundedGraph, "unknownCount">[],
  options: PreconditionerOptions,
): "jacobi" | "multigrid" {
  if (options.kind === "multigrid") {
    requireLimit(device, BUFFER_LIMIT, STORAGE_BUFFERS, 'Use { kind: "auto" }, which takes Jacobi here.');
  }
  if (options.kind !== "auto") return options.kind;
  const isLarge = graphs.some(({ unknownCount }) => unknownCount >= MULTIGRID_UNKNOWNS[device.kind]);
  return isLarge && canBindMultigrid(device) ? "multigrid" : "jacobi";
}

/** Whether the device binds as many buffers to a kernel as multigrid's take. */
export function canBindMultigrid({ limits }: Pick<ComputeDevice, "limits">): boolean {
  return limits[BUFFER_LIMIT] >= STORAGE_BUFFERS;
}

const BUFFER_LIMIT = "maxStorageBuffersPerShaderStage";

/** A stale hierarchy may take so many times the iterations of a new one, and some more. */
const SLACK = 1.5;
const FEW = 4;
/** A new one takes some twenty; at ten times as many it is of no use. */
const MOST_ITERATIONS = 200;

/** What an inner solve over so many decades may take with a stale hierarchy, from what each decade took with a new one. */
export function allowStale(iterationsPerDecade: number, decades: number): number {
  return Math.min(MOST_ITERATIONS, Math.ceil(SLACK * iterationsPerDecade * decades) + FEW);
}

type Freshness = "new" | "updated" | "stale";

export class MultigridPreconditioner implements Disposable {
  readonly #matrix: RaggedLaplacian;
  readonly #workspace: CgWorkspace;
  readonly #setup: "auto" | "device" | "host";
  #hierarchy: Hierarchy | undefined;
  #iteration: MultigridIteration | undefined;
  #freshness: Freshness = "new";
  /** Of the weights that the hierarchy has seen last. */
  #version = -1;
  /** The most that an inner solve took for each decade of its residual when the hierarchy was new. */
  #iterationsPerDecade = 0;
  #seconds = 0;

  constructor(
    matrix: RaggedLaplacian,
    workspace: CgWorkspace,
    { setup = "auto" }: { readonly setup?: "auto" | "device" | "host" } = {},
  ) {
    if (matrix.pattern.smallChunkCount > 0) {
      throw new OptionError(
        "smallRows",
        `${matrix.pattern.smallChunkCount} systems of the matrix are kept for kernels that solve one each.`,
        "Create the matrix with { smallRows: 0 } for multigrid.",
      );
    }
    this.#matrix = matrix;
    this.#workspace = workspace;
    this.#setup = setup;
  }

  /** On the device. */
  get byteLength(): number {
    return (this.#hierarchy?.byteLength ?? 0) + (this.#iteration?.byteLength ?? 0);
  }

  /** Absent until the first solve. */
  get description(): HierarchyDescription | undefined {
    return this.#hierarchy?.describe();
  }

  /** What making and renewing it has taken since it was last asked [s]. */
  takeSeconds(): number {
    const seconds = this.#seconds;
    this.#seconds = 0;
    return seconds;
  }

  /**
   * @returns what iterates with it, or `undefined` where the matrix has nothing that a coarser level would help with
   * @throws {LimitError} when the levels do not fit the device
   */
  async prepare(signal?: AbortSignal): Promise<MultigridIteration | undefined> {
    const isStale = this.#version !== this.#matrix.version;
    // Where there was nothing to coarsen, other weights may give something.
    if (!this.#hierarchy || (isStale && !this.#iteration)) await this.#build(signal);
    else if (isStale) this.#freshness = "stale";
    this.#version = this.#matrix.version;
    return this.#iteration;
  }

  get isNew(): boolean {
    return this.#freshness === "new";
  }

  /** Iterations that an inner solve over so many decades may take before it is time for `renew`. */
  allowIterations(decades: number): number {
    if (this.isNew) return MOST_ITERATIONS;
    return allowStale(this.#iterationsPerDecade, decades);
  }

  /** Tells what an inner solve over so many decades took. */
  note(iterations: number, decades: number): void {
    if (!this.isNew || !(decades > 0)) return;
    this.#iterationsPerDecade = Math.max(this.#iterationsPerDecade, iterations / decades);
  }

  /** Fits it to the weights of now: the next step from stale to new. */
  async renew(signal?: AbortSignal): Promise<MultigridIteration | undefined> {
    if (this.#freshness !== "stale") {
      await this.#build(signal);
      return this.#iteration;
    }
    const start = performance.now();
    await this.#hierarchy!.update(signal);
    this.#freshness = "updated";
    this.#seconds += (performance.now() - start) / 1000;
    return this.#iteration;
  }

  destroy(): void {
    this.#iteration?.destroy();
    this.#hierarchy?.destroy();
    this.#iteration = undefined;
    this.#hierarchy = undefined;
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  async #build(signal?: AbortSignal): Promise<void> {
    const start = performance.now();
    this.destroy();
    const options = { setup: this.#setup, ...(signal && { signal }) };
    this.#hierarchy = await Hierarchy.create(this.#matrix, options);
    if (this.#hierarchy.levels.transfers.length > 0) {
      this.#iteration = await MultigridIteration.create(this.#matrix, this.#workspace, this.#hierarchy);
    }
    this.#freshness = "new";
    this.#iterationsPerDecade = 0;
    this.#seconds += (performance.now() - start) / 1000;
  }
}
