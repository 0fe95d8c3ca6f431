/** Builds the levels on the host, on threads or in short turns, and sends them to the device page by page. */
import { writeBuffer } from "../gpu/buffers.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import { chooseCoarseRows, chooseColumns, transposeColumns, weighColumns } from "./host-coarsening.ts";
import {
  createMeasure,
  densify,
  fillFinest,
  type HostMatrix,
  type HostMeasure,
  type HostTransfer,
  readFinest,
} from "./host-matrix.ts";
import { createLevelPages, createTransferPages, type HostPages } from "./host-pages.ts";
import { multiplyCoarse, updateCoarse } from "./host-product.ts";
import type { BuiltLevels } from "./level.ts";
import { BOTTOM_ROWS, isWorthwhile, MOST_LEVELS } from "./limits.ts";
import { Pacer } from "./pacer.ts";
import { findRowWorkers } from "./row-workers.ts";
import type { SetupContext } from "./setup-context.ts";

export interface HostLevel {
  readonly matrix: HostMatrix;
  readonly measure: HostMeasure;
  /** To the next level; absent at the coarsest. */
  transfer?: HostTransfer;
}

/** Levels from the finest on, wholly on the host. */
export async function buildHostLevels(finest: HostMatrix, pacer: Pacer): Promise<HostLevel[]> {
  const levels: HostLevel[] = [];
  let matrix: HostMatrix | undefined = finest;
  while (matrix) {
    const own: HostMatrix = matrix;
    const level: HostLevel = { matrix: own, measure: createMeasure(own, pacer.allocate) };
    levels.push(level);
    await measureLevel(level, pacer);
    matrix = undefined;
    if (own.rowCount <= BOTTOM_ROWS || levels.length > MOST_LEVELS) break;
    const { coarseOf, coarseCount } = await chooseCoarseRows(own, level.measure, pacer);
    if (!isWorthwhile(coarseCount, own.rowCount)) break;
    const columns = await chooseColumns(own, level.measure, coarseOf, pacer);
    const weights = pacer.allocate(Float32Array, columns.length);
    await weighColumns(own, level.measure, { coarseOf, columns }, weights, pacer);
    const transposed = transposeColumns(columns, coarseCount, pacer.allocate);
    level.transfer = { coarseCount, coarseOf, columns, weights, ...transposed };
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
  const { rowCount } = source.pattern;
  const pacer = new Pacer(signal, findRowWorkers(rowCount));
  const levels = await buildHostLevels(readFinest(source, pacer.allocate), pacer);
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
      fillFinest(source, levels[0]!.matrix);
      const own = new Pacer(updateSignal, findRowWorkers(rowCount));
      await updateHostLevels(levels, levels[0]!.matrix, own);
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
  const { matrix } = levels[0]!;
  if (matrix !== finest) {
    matrix.weight.set(finest.weight);
    matrix.ground.set(finest.ground);
  }
  for (let k = 0; k < levels.length; k++) {
    const level = levels[k]!;
    await measureLevel(level, pacer);
    const { transfer } = level;
    if (!transfer) continue;
    await weighColumns(level.matrix, level.measure, transfer, transfer.weights, pacer);
    await updateCoarse(level.matrix, transfer, levels[k + 1]!.matrix, pacer);
  }
}

async function measureLevel({ matrix, measure }: HostLevel, pacer: Pacer): Promise<void> {
  await pacer.runRows({ kind: "measure", matrix, measure }, matrix.rowCount);
}
