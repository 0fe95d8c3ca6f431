/**
 * The pattern of the coarse matrix Pᵀ A P: a row's columns are gathered in a table of the lane's own, counted, and
 * filled in once there is room for all. Rows with more columns than the tables hold wait for larger ones, of which
 * there are fewer.
 */
import { type BufferSet, createBufferSet } from "../gpu/buffers.ts";
import { createKernel, dispatchGroups, submitPass } from "../gpu/kernel.ts";
import { readBuffer } from "../gpu/readback.ts";
import type { DeviceMatrix } from "./device-level.ts";
import { createRowLaunch, type RowLaunchOptions } from "./row-launch.ts";
import { RunningSums } from "./running-sums.ts";
import type { SetupContext } from "./setup-context.ts";

/** Keys that a table holds at first, and by how much it grows: half of it may be taken. */
const FIRST_CAPACITY = 512;
const GROWTH = 16;
/** Bytes of all tables: what a software driver keeps in its caches, and what hardware spares. */
const TABLE_BYTES = { software: 2 ** 21, hardware: 2 ** 26 };
/** Rows are filled up to whole groups of so many slots. */
const GRANULE = 4;

export interface CoarsePattern {
  /** Slots of all rows, those that only fill included. */
  readonly slotCount: number;
  readonly column: GPUBuffer;
  readonly nonzeros: number;
}

interface PatternSource {
  readonly coarseCount: number;
  readonly columns: GPUBuffer;
  readonly links: GPUBuffer;
  readonly rowStarts: number;
  readonly entries: number;
}

/** Writes where the coarse rows begin into `links`, from `rowStarts` on, and makes the columns. */
export async function buildCoarsePattern(
  context: SetupContext,
  matrix: DeviceMatrix,
  source: PatternSource,
): Promise<CoarsePattern> {
  const { device, shape, set } = context;
  const { coarseCount, links, rowStarts } = source;
  const { set: temporary, buffers } = await createBufferSet(device, "the coarse pattern", (own) => ({
    counts: own.storage("entries of coarse rows", 4 * coarseCount),
    starts: own.storage("slots of coarse rows", 4 * (coarseCount + 1)),
    left: own.storage("rows left, entries", 8),
  }));
  try {
    const { counts, starts, left } = buffers;
    const scan = await RunningSums.create(temporary, device, shape, coarseCount, buffers, {
      granule: GRANULE,
    });
    const count = await createKernel(device, "multigrid/count-coarse", { lanes: shape.lanes });
    const classes: TableClass[] = [];
    let remaining = coarseCount;
    while (remaining > 0) {
      const table = createTableClass(temporary, context, matrix, source, classes);
      classes.push(table);
      device.gpu.queue.writeBuffer(left, 0, new Uint32Array(1));
      const kernel = count.bind({ ...table.bindings, counts, left });
      submitPass(device, (pass) => dispatchGroups(pass, kernel, table.groupCount));
      remaining = new Uint32Array(await readBuffer(device, left, 0, 4))[0]!;
    }
    submitPass(device, (pass) => scan.encode(pass));
    copyWords(context, starts, links, rowStarts, coarseCount + 1);
    const [slotCount] = new Uint32Array(await readBuffer(device, starts, 4 * coarseCount, 4));
    const [nonzeros] = new Uint32Array(await readBuffer(device, left, 4, 4));
    const coarseColumn = set.storage("coarse column", 4 * slotCount!);
    const fill = await createKernel(device, "multigrid/fill-coarse", { lanes: shape.lanes });
    submitPass(device, (pass) => {
      for (const table of classes) {
        dispatchGroups(pass, fill.bind({ ...table.bindings, coarseColumn }), table.groupCount);
      }
    });
    return { slotCount: slotCount!, column: coarseColumn, nonzeros: nonzeros! };
  } finally {
    temporary.destroy();
  }
}

export function copyWords(
  { device }: SetupContext,
  from: GPUBuffer,
  to: GPUBuffer,
  toWord: number,
  words: number,
): void {
  const encoder = device.gpu.createCommandEncoder();
  encoder.copyBufferToBuffer(from, 0, to, 4 * toWord, 4 * words);
  device.gpu.queue.submit([encoder.finish()]);
}

interface TableClass {
  readonly most: number;
  readonly groupCount: number;
  readonly bindings: {
    readonly level: GPUBuffer;
    readonly rowTable: DeviceMatrix["rowTable"];
    readonly column: GPUBuffer;
    readonly columns: GPUBuffer;
    readonly links: GPUBuffer;
    readonly scratch: GPUBuffer;
    readonly table: GPUBuffer;
  };
}

/** The tables after those in `smaller`: for rows with more slots than theirs are for. */
function createTableClass(
  temporary: BufferSet,
  { device, shape }: SetupContext,
  matrix: DeviceMatrix,
  { coarseCount, columns, links, rowStarts, entries }: PatternSource,
  smaller: readonly TableClass[],
): TableClass {
  const { rowCount, rowTable, column, sliceTable, isSliced } = matrix;
  const capacity = FIRST_CAPACITY * GROWTH ** smaller.length;
  const laneBytes = 4 * (capacity + capacity / 2);
  const mostGroups = Math.max(1, Math.floor(TABLE_BYTES[device.kind] / (laneBytes * shape.lanes)));
  const options: RowLaunchOptions = {
    launchedRows: coarseCount,
    sliceTable,
    isSliced,
    coarseCount,
    rowStarts,
    entries,
    mostGroups,
  };
  const { uniform: level, groupCount } = createRowLaunch(temporary, device, shape, rowCount, options);
  const least = smaller.length === 0 ? 0 : smaller[smaller.length - 1]!.most + 1;
  const isFirst = smaller.length === 0 ? 1 : 0;
  // A row of `most` slots has at most as many columns as half of a table holds.
  const most = capacity / 2;
  const table = temporary.uniform("table", Uint32Array.of(capacity, least, most, isFirst));
  const scratch = temporary.storage("tables", laneBytes * shape.lanes * groupCount);
  return { most, groupCount, bindings: { level, rowTable, column, columns, links, scratch, table } };
}
