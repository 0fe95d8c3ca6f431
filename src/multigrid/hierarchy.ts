/**
 * A multigrid hierarchy for a ragged batch of grounded Laplacians.
 *
 *   classical coarsening (J. Ruge and K. Stüben, 1987): strong neighbours, a parallel independent set of coarse rows,
 *   interpolation over two steps from at most four of them, A_c = Pᵀ A P
 *
 * A batch is block-diagonal: its systems go through the same levels, each by itself. Every level is a grounded graph
 * Laplacian without negative weights. The structure (coarse rows, columns of interpolation, patterns) comes from the
 * values at hand when it is built; `update` finds the weights anew for other values and leaves the structure as it is.
 */
import { type BufferSet, createBufferSet } from "../gpu/buffers.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import { Bottom } from "./bottom.ts";
import { buildOnDevice, canBuildOnDevice } from "./device-setup.ts";
import { buildOnHost } from "./host-setup.ts";
import type { BuiltLevels, LevelVectors } from "./level.ts";
import { BOTTOM_ROWS } from "./limits.ts";
import type { SetupContext } from "./setup-context.ts";

export interface HierarchyOptions {
  /**
   * Where levels are built. `"auto"`: by kernels on hardware; on the host where the adapter computes on the CPU, which
   * is faster there, and where an array of the matrix is larger than a binding.
   */
  readonly setup?: "auto" | "device" | "host";
  readonly signal?: AbortSignal;
  /** The largest buffer to make of what the host cuts into pages [bytes]; by default the largest that the device binds. */
  readonly pageBytes?: number;
}

export interface LevelDescription {
  readonly unknowns: number;
  /** Entries of the matrix, the diagonal included. */
  readonly nonzeros: number;
}

/** Plain numbers, as results and logs want them. */
export interface HierarchyDescription {
  /** The finest first. */
  readonly levels: readonly LevelDescription[];
  /** Entries of all levels over those of the finest. */
  readonly operatorComplexity: number;
  /** Unknowns of all levels over those of the finest. */
  readonly gridComplexity: number;
  /** On the device. */
  readonly bytes: number;
  readonly setup: "device" | "host";
  /** Whether the coarsest level is solved exactly; where coarsening had to end before, it is only smoothed. */
  readonly isBottomExact: boolean;
}

export class Hierarchy implements Disposable {
  readonly levels: BuiltLevels;
  /** Below the finest. */
  readonly vectors: readonly LevelVectors[];
  /** What solves the coarsest level exactly; absent where it is too large for that. */
  readonly bottom: Bottom | undefined;
  readonly #matrix: RaggedLaplacian;
  readonly #set: BufferSet;
  readonly #setup: "device" | "host";
  #finest: LevelDescription | undefined;

  /**
   * @param matrix with weights
   * @throws {LimitError} when the levels do not fit the device
   * @throws what `signal` was aborted with
   * @example
   * using hierarchy = await Hierarchy.create(matrix);
   * console.log(formatHierarchy(hierarchy.describe()));
   */
  static async create(matrix: RaggedLaplacian, options: HierarchyOptions = {}): Promise<Hierarchy> {
    const { setup = "auto", signal, pageBytes } = options;
    const { device, shape } = matrix;
    const place = setup === "auto" ? choosePlace(matrix) : setup;
    const { set } = await createBufferSet(device, "the hierarchy", () => undefined);
    const context: SetupContext = { device, shape, set, ...(pageBytes && { pageBytes }) };
    try {
      const levels = await (place === "device" ? buildOnDevice : buildOnHost)(context, matrix, signal);
      const vectors = levels.coarse.map(({ rowCount }) => createVectors(set, rowCount));
      const bottom = await createBottom(context, levels, vectors);
      return new Hierarchy(matrix, set, place, levels, vectors, bottom);
    } catch (error) {
      set.destroy();
      throw error;
    }
  }

  private constructor(
    matrix: RaggedLaplacian,
    set: BufferSet,
    setup: "device" | "host",
    levels: BuiltLevels,
    vectors: readonly LevelVectors[],
    bottom: Bottom | undefined,
  ) {
    this.#matrix = matrix;
    this.#set = set;
    this.#setup = setup;
    this.levels = levels;
    this.vectors = vectors;
    this.bottom = bottom;
  }

  /** On the device. */
  get byteLength(): number {
    return this.#set.byteLength;
  }

  /**
   * The same structure for the weights that the matrix has now.
   * @throws what `signal` was aborted with; it is then to be updated again
   */
  async update(signal?: AbortSignal): Promise<void> {
    await this.levels.update(signal);
    this.bottom?.setMatrix(await this.levels.readCoarsest());
  }

  describe(): HierarchyDescription {
    this.#finest ??= countFinest(this.#matrix);
    const finest = this.#finest;
    const coarse = this.levels.coarse.map(({ rowCount, nonzeros }) => ({
      unknowns: rowCount,
      nonzeros: nonzeros + rowCount,
    }));
    const levels = [finest, ...coarse];
    return {
      levels,
      operatorComplexity: levels.reduce((sum, { nonzeros }) => sum + nonzeros / finest.nonzeros, 0),
      gridComplexity: levels.reduce((sum, { unknowns }) => sum + unknowns / finest.unknowns, 0),
      bytes: this.byteLength,
      setup: this.#setup,
      isBottomExact: this.bottom !== undefined,
    };
  }

  destroy(): void {
    this.#set.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }
}

/** A description as a table of text. */
export function formatHierarchy({ levels, ...description }: HierarchyDescription): string {
  const { operatorComplexity, gridComplexity, bytes, setup, isBottomExact } = description;
  const rows = levels.map(({ unknowns, nonzeros }, k) =>
    [String(k).padStart(5), String(unknowns).padStart(12), String(nonzeros).padStart(12)].join(" "),
  );
  return [
    "level     unknowns     nonzeros",
    ...rows,
    `operator complexity ${operatorComplexity.toFixed(2)}, grid complexity ${gridComplexity.toFixed(2)}, ${(bytes / 1e6).toFixed(1)} MB`,
    `built on the ${setup}; coarsest level ${isBottomExact ? "solved exactly" : "smoothed only"}`,
  ].join("\n");
}

function choosePlace(matrix: RaggedLaplacian): "device" | "host" {
  return matrix.device.kind === "hardware" && canBuildOnDevice(matrix) ? "device" : "host";
}

/** One word more than rows: what slots that only fill point at, always zero. */
function createVectors(set: BufferSet, rowCount: number): LevelVectors {
  const bytes = 4 * (rowCount + 1);
  return {
    load: set.storage("coarse load", bytes),
    x: set.storage("coarse x", bytes),
    result: set.storage("coarse result", bytes),
  };
}

async function createBottom(
  context: SetupContext,
  levels: BuiltLevels,
  vectors: readonly LevelVectors[],
): Promise<Bottom | undefined> {
  const last = levels.coarse[levels.coarse.length - 1];
  if (!last || last.rowCount > BOTTOM_ROWS) return undefined;
  const bottom = await Bottom.create(context, last.rowCount, vectors[vectors.length - 1]!);
  bottom.setMatrix(await levels.readCoarsest());
  return bottom;
}

function countFinest({ graphs, pattern }: RaggedLaplacian): LevelDescription {
  const unknowns = pattern.unknownStart[pattern.systemCount]!;
  let nonzeros = unknowns;
  for (const { ends } of graphs) {
    for (let k = 0; k < ends.length; k += 2) {
      if (ends[k]! >= 0 && ends[k + 1]! >= 0 && ends[k] !== ends[k + 1]) nonzeros += 2;
    }
  }
  return { unknowns, nonzeros };
}
