/**
 * A V-cycle with one smoothing step on either side, as launches in their order. What an unknown of a level moves, in
 * bytes (k entries a row; some 1.7 links a row; c coarse rows a row, about 0.4):
 *
 *   launch       reads                                        writes     a coarse level    the finest, near columns
 *   residual     columns, weights, x, load                    r          8k + 16           6k + 12
 *   restrict     links, their weights, r; m                   load, x    20 + 16 c         20 + 16 c
 *   prolong      four columns and weights, coarse result, x   x          40 + 4 c          40 + 4 c
 *   smooth       columns, weights, x, load, m                 result     8k + 20           6k + 16
 */
import { type BufferRange, createKernel } from "../gpu/kernel.ts";
import { dispatchSize } from "../gpu/launch-shape.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import type { Hierarchy } from "./hierarchy.ts";
import type { CoarseLevel, LevelTransfer, LevelVectors } from "./level.ts";
import { createRowLaunch, type Step } from "./row-launch.ts";
import type { SetupContext } from "./setup-context.ts";
import { SLICE_ROWS } from "./sliced-rows.ts";

/** The finest level's vectors, `vectorLength` rows each, and sums by chunk. */
export interface FineVectors {
  /** The residual that the cycle is given. */
  readonly load: BufferRange;
  /** m times the load, as whoever writes the load has it at hand; the grounds' rows are 0. */
  readonly x: BufferRange;
  /** Overwritten. */
  readonly residual: BufferRange;
  /** The answer, and the partial sums of load · result. */
  readonly result: BufferRange;
  readonly partialProduct: GPUBuffer;
}

export interface CycleStep extends Step {
  /** 0: the finest. */
  readonly level?: number;
}

type Relax = (smooths: 0 | 1, result: BufferRange) => Promise<Step[]>;

/** The launches of one cycle. */
export async function bindCycle(
  context: SetupContext,
  matrix: RaggedLaplacian,
  hierarchy: Hierarchy,
  fine: FineVectors,
): Promise<CycleStep[]> {
  const { levels, vectors, bottom } = hierarchy;
  const { transfers, coarse, smoother } = levels;
  const down: CycleStep[] = [];
  const up: CycleStep[][] = [];
  const at = (level: number, steps: readonly Step[]) => steps.map((step): CycleStep => ({ ...step, level }));
  let relax: Relax = (smooths, result) => bindFineRelaxation(matrix, smoother, fine, smooths, result);
  let own: { x: BufferRange; residual: BufferRange; result: BufferRange } = fine;
  for (const [k, transfer] of transfers.entries()) {
    const [next, nextVectors] = [coarse[k]!, vectors[k]!];
    down.push(...at(k, await relax(0, own.residual)));
    down.push(...at(k, await bindRestriction(context, transfer, own.residual, next, nextVectors)));
    up.push([
      ...at(k, await bindProlongation(context, transfer, nextVectors.result, own.x)),
      ...at(k, await relax(1, own.result)),
    ]);
    relax = (smooths, result) => bindRelaxation(context, next, nextVectors, smooths, result);
    own = { x: nextVectors.x, residual: nextVectors.result, result: nextVectors.result };
  }
  const end = bottom ? [bottom.step] : await relax(1, own.result);
  return [...down, ...at(transfers.length, end), ...up.reverse().flat()];
}

async function bindFineRelaxation(
  { device, shape, buffers }: RaggedLaplacian,
  smoother: GPUBuffer,
  { load, x, partialProduct }: FineVectors,
  smooths: 0 | 1,
  result: BufferRange,
): Promise<Step[]> {
  return Promise.all(
    buffers.segments.map(async ({ page, launches, chunkCount }) => {
      const near = page.nearColumn ? 1 : 0;
      const kernel = await createKernel(device, "multigrid/relax-fine", {
        lanes: shape.lanes,
        near,
        smooths,
      });
      const bound = kernel.bind({
        launch: launches[0]!,
        batchLayout: buffers.batchLayout,
        column: page.nearColumn ?? page.column,
        weight: page.weight,
        x,
        xRows: x,
        load,
        smoother,
        result,
        partialProduct,
      });
      return { kernel: bound, groupCount: chunkCount };
    }),
  );
}

async function bindRelaxation(
  { device, shape, set }: SetupContext,
  { rowCount, matrix, ground, smoother }: CoarseLevel,
  { load, x }: LevelVectors,
  smooths: 0 | 1,
  result: BufferRange,
): Promise<Step[]> {
  const constants = { lanes: shape.lanes, smooths };
  const vectors = { ground, smoother, load, x, result };
  if (matrix.kind === "rows") {
    const kernel = await createKernel(device, "multigrid/relax-rows", constants);
    const { rowTable, column, weight } = matrix;
    const { uniform: level, groupCount } = createRowLaunch(set, device, shape, rowCount);
    return [{ kernel: kernel.bind({ level, rowTable, column, weight, ...vectors }), groupCount }];
  }
  const kernel = await createKernel(device, "multigrid/relax-slices", constants);
  return matrix.pages.map(({ sliceCount, ...page }) => {
    const { uniform: level, groupCount } = createRowLaunch(
      set,
      device,
      shape,
      VECTORS_PER_SLICE * sliceCount,
    );
    return { kernel: kernel.bind({ level, ...page, ...vectors }), groupCount };
  });
}

/** Of four rows each. */
const VECTORS_PER_SLICE = SLICE_ROWS / 4;

async function bindRestriction(
  { device, shape, set }: SetupContext,
  { restriction, coarseCount }: LevelTransfer,
  residual: BufferRange,
  { smoother }: CoarseLevel,
  { load, x }: LevelVectors,
): Promise<Step[]> {
  const constants = { lanes: shape.lanes };
  const vectors = { residual, smoother, load, x };
  if (restriction.kind === "links") {
    const kernel = await createKernel(device, "multigrid/restrict-links", constants);
    const { links, linkWeights, entries } = restriction;
    const { uniform: level, groupCount } = createRowLaunch(set, device, shape, coarseCount, { entries });
    return [{ kernel: kernel.bind({ level, links, linkWeights, ...vectors }), groupCount }];
  }
  const kernel = await createKernel(device, "multigrid/restrict-slices", constants);
  return restriction.pages.map(({ sliceCount, ...page }) => {
    const { uniform: level, groupCount } = createRowLaunch(
      set,
      device,
      shape,
      VECTORS_PER_SLICE * sliceCount,
    );
    return { kernel: kernel.bind({ level, ...page, ...vectors }), groupCount };
  });
}

async function bindProlongation(
  { device, shape, set }: SetupContext,
  { prolongation, coarseCount }: LevelTransfer,
  coarse: GPUBuffer,
  x: BufferRange,
): Promise<Step[]> {
  const kernel = await createKernel(device, "multigrid/prolong", { lanes: shape.lanes });
  return prolongation.map(({ firstRow: pageRow, rowCount, columns, weights }) => {
    const options = { pageRow, coarseCount };
    const { uniform: level, groupCount } = createRowLaunch(set, device, shape, rowCount, options);
    return { kernel: kernel.bind({ level, columns, weights, coarse, x }), groupCount };
  });
}

/** Arguments of an indirect launch. */
export function groupsOf({ groupCount }: Step): [number, number, number] {
  return [...dispatchSize(groupCount), 1];
}
