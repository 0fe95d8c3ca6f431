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

type Relax = (smooths: 0 | 1, result: BufferRange) => Promise<Step[]>;

/** The launches of one cycle. */
export async function bindCycle(
  context: SetupContext,
  matrix: RaggedLaplacian,
  hierarchy: Hierarchy,
  fine: FineVectors,
): Promise<Step[]> {
  const { levels, vectors, bottom } = hierarchy;
  const { transfers, coarse, smoother } = levels;
  const down: Step[] = [];
  const up: Step[][] = [];
  let relax: Relax = (smooths, result) => bindFineRelaxation(matrix, smoother, fine, smooths, result);
  let own: { x: BufferRange; residual: BufferRange; result: BufferRange } = fine;
  for (const [k, transfer] of transfers.entries()) {
    const [next, nextVectors] = [coarse[k]!, vectors[k]!];
    down.push(...(await relax(0, own.residual)));
    down.push(...(await bindRestriction(context, transfer, own.residual, next, nextVectors)));
    up.push([
      ...(await bindProlongation(context, transfer, nextVectors.result, own.x)),
      ...(await relax(1, own.result)),
    ]);
    relax = (smooths, result) => bindRelaxation(context, next, nextVectors, smooths, result);
    own = { x: nextVectors.x, residual: nextVectors.result, result: nextVectors.result };
  }
  const end = bottom ? [bottom.step] : await relax(1, own.result);
  return [...down, ...end, ...up.reverse().flat()];
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
  { matrix, ground, smoother }: CoarseLevel,
  { load, x }: LevelVectors,
  smooths: 0 | 1,
  result: BufferRange,
): Promise<Step[]> {
  const kernel = await createKernel(device, "multigrid/relax", { lanes: shape.lanes, smooths });
  return matrix.map(({ firstRow: pageRow, rowCount, rowTable, column, weight }) => {
    const { uniform: level, groupCount } = createRowLaunch(set, device, shape, rowCount, { pageRow });
    const bound = { level, rowTable, column, weight, ground, smoother, load, x, result };
    return { kernel: kernel.bind(bound), groupCount };
  });
}

async function bindRestriction(
  { device, shape, set }: SetupContext,
  { restriction }: LevelTransfer,
  residual: BufferRange,
  { smoother }: CoarseLevel,
  { load, x }: LevelVectors,
): Promise<Step[]> {
  const kernel = await createKernel(device, "multigrid/restrict", { lanes: shape.lanes });
  return restriction.map(({ firstRow: pageRow, rowCount, links, entries, linkWeights }) => {
    const { uniform: level, groupCount } = createRowLaunch(set, device, shape, rowCount, {
      pageRow,
      entries,
    });
    return { kernel: kernel.bind({ level, links, linkWeights, residual, smoother, load, x }), groupCount };
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
