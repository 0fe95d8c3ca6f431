/**
 * From one level to the next: which rows are coarse, how the others interpolate from them, and the coarse matrix
 *
 *   A_c = Pᵀ A P,
 *
 * all on the device. What depends on values alone can be done again without what they depend on (`encodeValues`).
 */

import { createBufferSet } from "../gpu/buffers.ts";
import { type BoundKernel, createKernel, dispatchGroups, submitPass } from "../gpu/kernel.ts";
import { readBuffer } from "../gpu/readback.ts";
import { chooseCoarse } from "./choose-coarse.ts";
import { buildCoarsePattern, copyWords } from "./coarse-pattern.ts";
import type { DeviceMatrix, DeviceTransfer } from "./device-level.ts";
import { THETA } from "./host-matrix.ts";
import { isWorthwhile } from "./limits.ts";
import { createRowLaunch, encodeSteps, type Step } from "./row-launch.ts";
import { RunningSums } from "./running-sums.ts";
import type { SetupContext } from "./setup-context.ts";

export interface Coarsening {
  readonly transfer: DeviceTransfer;
  readonly coarse: DeviceMatrix;
  readonly nonzeros: number;
  /** Weights of the transfer and of the coarse matrix, from the values of the level above. */
  readonly valueSteps: readonly Step[];
}

/** Thresholds, smoother and, of the finest level, grounds: what a level's values say of its rows. */
export async function bindMeasure(context: SetupContext, matrix: DeviceMatrix): Promise<Step> {
  const { device, shape, set } = context;
  const { rowCount, rowTable, column, weight, ground, threshold, smoother } = matrix;
  const measure = await createKernel(device, "multigrid/measure-rows", { lanes: shape.lanes, theta: THETA });
  const { uniform: level, groupCount } = createRowLaunch(set, device, shape, rowCount, matrix);
  return {
    kernel: measure.bind({ level, rowTable, column, weight, ground, threshold, smoother }),
    groupCount,
  };
}

/**
 * @param matrix a level that has been measured
 * @returns `undefined` where there is nothing to gain by a coarser level
 * @throws {LimitError} when it does not fit the device
 */
export async function coarsenLevel(
  context: SetupContext,
  matrix: DeviceMatrix,
): Promise<Coarsening | undefined> {
  const { set } = context;
  const coarseOf = set.storage("coarse numbers", 4 * (matrix.rowCount + 1));
  const coarseCount = await chooseCoarse(context, matrix, coarseOf);
  if (!isWorthwhile(coarseCount, matrix.rowCount)) return undefined;
  const transfer = await buildTransfer(context, matrix, coarseOf, coarseCount);
  const pattern = await buildCoarsePattern(context, matrix, transfer);
  const { links, rowStarts } = transfer;
  const perRow = 4 * (coarseCount + 1);
  const coarse: DeviceMatrix = {
    rowCount: coarseCount,
    isSliced: false,
    sliceTable: 0,
    rowTable: { buffer: links, offset: 4 * rowStarts, size: perRow },
    column: pattern.column,
    weight: set.storage("coarse weight", 4 * pattern.slotCount),
    ground: set.storage("coarse ground", perRow),
    smoother: set.storage("coarse smoother", perRow),
    threshold: set.storage("coarse threshold", perRow),
  };
  const valueSteps = await bindValues(context, matrix, transfer, coarse);
  submitPass(context.device, (pass) => encodeSteps(pass, valueSteps));
  return { transfer, coarse, nonzeros: pattern.nonzeros, valueSteps };
}

/** Whole multiples of 256 bytes, as parts of a buffer must begin. */
function alignWords(words: number): number {
  return Math.ceil(words / 64) * 64;
}

async function buildTransfer(
  context: SetupContext,
  matrix: DeviceMatrix,
  coarseOf: GPUBuffer,
  coarseCount: number,
): Promise<DeviceTransfer> {
  const { device, shape, set } = context;
  const { rowCount, rowTable, column, weight, threshold } = matrix;
  const constants = { lanes: shape.lanes };
  const [choose, count, fill, sort] = await Promise.all([
    createKernel(device, "multigrid/choose-columns", constants),
    createKernel(device, "multigrid/count-links", constants),
    createKernel(device, "multigrid/fill-links", constants),
    createKernel(device, "multigrid/sort-links", constants),
  ]);
  const columns = set.storage("interpolation columns", 16 * rowCount);
  const weights = set.storage("interpolation weights", 16 * rowCount);
  const rowStarts = alignWords(coarseCount + 1);
  const entries = 2 * rowStarts;
  const { set: temporary, buffers } = await createBufferSet(device, "the interpolation", (own) => ({
    counts: own.storage("links of coarse rows", 4 * coarseCount),
    starts: own.storage("starts of links", 4 * (coarseCount + 1)),
    filled: own.storage("links that are there", 4 * coarseCount),
  }));
  try {
    const { counts, starts, filled } = buffers;
    const options = { ...matrix, coarseCount, rowStarts, entries };
    const { uniform: level, groupCount } = createRowLaunch(temporary, device, shape, rowCount, options);
    const scan = await RunningSums.create(temporary, device, shape, coarseCount, { counts, starts });
    submitPass(device, (pass) => {
      const chosen = choose.bind({ level, rowTable, column, weight, threshold, coarseOf, columns });
      dispatchGroups(pass, chosen, groupCount);
      dispatchGroups(pass, count.bind({ level, columns, counts }), groupCount);
      scan.encode(pass);
    });
    const [linkCount] = new Uint32Array(await readBuffer(device, starts, 4 * coarseCount, 4));
    const links = set.storage("links", 4 * (entries + linkCount!));
    copyWords(context, starts, links, 0, coarseCount + 1);
    const coarseRows = createRowLaunch(temporary, device, shape, coarseCount, options);
    submitPass(device, (pass) => {
      dispatchGroups(pass, fill.bind({ level, columns, filled, links }), groupCount);
      dispatchGroups(pass, sort.bind({ level: coarseRows.uniform, links }), coarseRows.groupCount);
    });
    const linkWeights = set.storage("link weights", 4 * linkCount!);
    return {
      coarseCount,
      coarseOf,
      columns,
      weights,
      links,
      rowStarts,
      entries,
      linkCount: linkCount!,
      linkWeights,
    };
  } finally {
    temporary.destroy();
  }
}

async function bindValues(
  context: SetupContext,
  matrix: DeviceMatrix,
  transfer: DeviceTransfer,
  coarse: DeviceMatrix,
): Promise<Step[]> {
  const { device, shape, set } = context;
  const { rowCount, rowTable, column, weight, ground, threshold } = matrix;
  const { coarseOf, columns, weights, links, linkWeights, coarseCount } = transfer;
  const constants = { lanes: shape.lanes };
  const [weigh, weighLinks, weighCoarse, measureDefect, groundCoarse] = await Promise.all([
    createKernel(device, "multigrid/weigh-columns", constants),
    createKernel(device, "multigrid/weigh-links", constants),
    createKernel(device, "multigrid/weigh-coarse", constants),
    createKernel(device, "multigrid/measure-defect", constants),
    createKernel(device, "multigrid/ground-coarse", constants),
  ]);
  const defect = set.storage("defect", 4 * rowCount);
  const options = { ...matrix, ...transfer };
  const fine = createRowLaunch(set, device, shape, rowCount, options);
  const product = createRowLaunch(set, device, shape, rowCount, { ...options, launchedRows: coarseCount });
  const rows = createRowLaunch(set, device, shape, coarseCount, options);
  const own = { rowTable, column, weight, ground };
  const { column: coarseColumn, weight: coarseWeight } = coarse;
  const fineLevel = { ...own, level: fine.uniform };
  const step = (kernel: BoundKernel, { groupCount }: { groupCount: number }): Step => ({
    kernel,
    groupCount,
  });
  return [
    step(weigh.bind({ ...fineLevel, threshold, coarseOf, columns, weights }), fine),
    step(weighLinks.bind({ level: rows.uniform, weights, links, linkWeights }), rows),
    step(measureDefect.bind({ ...fineLevel, weights, defect }), fine),
    step(groundCoarse.bind({ level: rows.uniform, links, linkWeights, defect, ground: coarse.ground }), rows),
    step(
      weighCoarse.bind({
        ...own,
        level: product.uniform,
        columns,
        weights,
        links,
        coarseColumn,
        coarseWeight,
      }),
      product,
    ),
    await bindMeasure(context, coarse),
  ];
}
