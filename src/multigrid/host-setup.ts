/** Builds the levels on the host, in short turns, and sends them to the device page by page. */
import { writeBuffer } from "../gpu/buffers.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import { chooseCoarseRows, chooseColumns, transposeColumns, weighColumns } from "./host-coarsening.ts";
import { type HostMatrix, type HostMeasure, measureRows, readFinest } from "./host-matrix.ts";
import { createLevelPages, createTransferPages, type HostPages } from "./host-pages.ts";
import { type HostTransfer, multiplyCoarse, updateCoarse } from "./host-product.ts";
import type { BuiltLevels, DenseLaplacian } from "./level.ts";
import { BOTTOM_ROWS, isWorthwhile, MOST_LEVELS } from "./limits.ts";
import { Pacer } from "./pacer.ts";
import type { SetupContext } from "./setup-context.ts";

export interface HostLevel {
  readonly matrix: HostMatrix;
  measure: HostMeasure;
  /** To the next level; absent at the coarsest. */
  transfer?: HostTransfer;
}

/** Levels from the finest on, wholly on the host. */
export async function buildHostLevels(finest: HostMatrix, pacer: Pacer): Promise<HostLevel[]> {
  const levels: HostLevel[] = [];
  let matrix: HostMatrix | undefined = finest;
  while (matrix) {
    const own: HostMatrix = matrix;
    const level: HostLevel = { matrix: own, measure: measureRows(own) };
    levels.push(level);
    matrix = undefined;
    if (own.rowCount <= BOTTOM_ROWS || levels.length > MOST_LEVELS) break;
    const { coarseOf, coarseCount } = await chooseCoarseRows(own, level.measure, pacer);
    if (!isWorthwhile(coarseCount, own.rowCount)) break;
    const columns = await chooseColumns(own, level.measure, coarseOf, pacer);
    const weights = new Float32Array(columns.length);
    await weighColumns(own, level.measure, { coarseOf, columns }, weights, pacer);
    level.transfer = { coarseCount, coarseOf, columns, weights, ...transposeColumns(columns, coarseCount) };
    matrix = await multiplyCoarse(own, level.transfer, pacer);
  }
  return levels;
}

/** @throws {LimitError} when a level does not fit the device */
export async function buildOnHost(
  context: SetupContext,
  source: RaggedLaplacian,
  signal?: AbortSignal,
): Promise<BuiltLevels> {
  const levels = await buildHostLevels(readFinest(source), new Pacer(signal));
  const smoother = context.set.upload("smoother", levels[0]!.measure.smoother);
  const coarse = levels.slice(1).map(({ matrix, measure }) => createLevelPages(context, matrix, measure));
  const transfers = levels.flatMap(({ transfer }) =>
    transfer ? [createTransferPages(context, transfer)] : [],
  );
  const sendAll = () => {
    writeBuffer(context.device, smoother, levels[0]!.measure.smoother);
    const pages: readonly HostPages<unknown>[] = [...coarse, ...transfers];
    for (const { send } of pages) send();
  };
  return {
    smoother,
    transfers: transfers.map(({ buffers }) => buffers),
    coarse: coarse.map(({ buffers }) => buffers),
    update: async (updateSignal) => {
      await updateHostLevels(levels, readFinest(source), new Pacer(updateSignal));
      sendAll();
    },
    readCoarsest: async () => densify(levels[levels.length - 1]!.matrix),
  };
}

/** New values through the structure that is there. */
export async function updateHostLevels(
  levels: readonly HostLevel[],
  finest: HostMatrix,
  pacer: Pacer,
): Promise<void> {
  levels[0]!.matrix.weight.set(finest.weight);
  levels[0]!.matrix.ground.set(finest.ground);
  for (let k = 0; k < levels.length; k++) {
    const level = levels[k]!;
    const measure = measureRows(level.matrix);
    level.measure.threshold.set(measure.threshold);
    level.measure.smoother.set(measure.smoother);
    const { transfer } = level;
    if (!transfer) continue;
    await weighColumns(level.matrix, level.measure, transfer, transfer.weights, pacer);
    await updateCoarse(level.matrix, transfer, levels[k + 1]!.matrix, pacer);
  }
}

/** Weights are made symmetric: either half comes from a sum of its own. */
function densify({ rowCount, rowStart, column, weight, ground }: HostMatrix): DenseLaplacian {
  const dense = new Float64Array(rowCount ** 2);
  for (let i = 0; i < rowCount; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      dense[i * rowCount + column[k]!]! += weight[k]! / 2;
      dense[column[k]! * rowCount + i]! += weight[k]! / 2;
    }
  }
  return { weight: dense, ground: Float64Array.from(ground) };
}
