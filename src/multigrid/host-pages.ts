/** A level that the host built, on the device: in pages of rows, so that no buffer is larger than a binding. */
import { writeBuffer } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import type { HostMatrix, HostMeasure } from "./host-matrix.ts";
import type { HostTransfer } from "./host-product.ts";
import type { CoarseLevel, LevelTransfer, MatrixPage, ProlongationPage, RestrictionPage } from "./level.ts";
import type { SetupContext } from "./setup-context.ts";

/** Buffers, and how to fill them with what the host's arrays hold by then. */
export interface HostPages<Buffers> {
  readonly buffers: Buffers;
  readonly send: () => void;
}

/** Rows are filled up to whole groups of so many slots. */
const GRANULE = 4;

/** The matrix, sent. */
export function createLevelPages(
  { device, set, pageBytes }: SetupContext,
  matrix: HostMatrix,
  measure: HostMeasure,
): HostPages<CoarseLevel> {
  const { rowCount, rowStart, column, weight } = matrix;
  const ground = set.upload("coarse ground", matrix.ground);
  const smoother = set.upload("coarse smoother", measure.smoother);
  const slotsOf = (row: number) => Math.ceil((rowStart[row + 1]! - rowStart[row]!) / GRANULE) * GRANULE;
  const tables = cutRows(rowCount, mostWords(device, pageBytes), slotsOf).map(
    ({ firstRow, rowCount: rows }) => fillTable(firstRow, rows, slotsOf),
  );
  const pages = tables.map(({ firstRow, rowTable }): MatrixPage => {
    const rows = rowTable.length - 1;
    const slots = spreadRows(matrix, firstRow, rowTable, column, rowCount);
    return {
      firstRow,
      rowCount: rows,
      rowTable: set.upload("coarse rows", rowTable),
      column: set.upload("coarse column", slots),
      weight: set.upload("coarse weight", spreadRows(matrix, firstRow, rowTable, weight, 0)),
    };
  });
  return {
    buffers: { rowCount, nonzeros: column.length, matrix: pages, ground, smoother },
    send: () => {
      writeBuffer(device, ground, matrix.ground);
      writeBuffer(device, smoother, measure.smoother);
      pages.forEach((page, k) => {
        const { firstRow, rowTable } = tables[k]!;
        writeBuffer(device, page.weight, spreadRows(matrix, firstRow, rowTable, weight, 0));
      });
    },
  };
}

/** Interpolation and its transpose, sent. */
export function createTransferPages(
  { device, set, pageBytes }: SetupContext,
  { coarseCount, columns, weights, linkStart, links }: HostTransfer,
): HostPages<LevelTransfer> {
  const most = mostWords(device, pageBytes);
  const part = <T extends Uint32Array | Float32Array>(array: T, { firstRow, rowCount }: Rows) =>
    array.subarray(4 * firstRow, 4 * (firstRow + rowCount)) as T;
  const prolongation = cutRows(columns.length / 4, most, () => 4).map(
    (rows): ProlongationPage => ({
      ...rows,
      columns: set.upload("interpolation columns", part(columns, rows)),
      weights: set.upload("interpolation weights", part(weights, rows)),
    }),
  );
  const linkWeightsOf = ({ firstRow, rowCount }: Rows) => {
    const [begin, end] = [linkStart[firstRow]!, linkStart[firstRow + rowCount]!];
    const values = new Float32Array(end - begin);
    for (let k = begin; k < end; k++) values[k - begin] = weights[links[k]!]!;
    return values;
  };
  // A row takes one word for where its links begin, and one for each.
  const restriction = cutRows(coarseCount, most, (row) => 1 + linkStart[row + 1]! - linkStart[row]!).map(
    (rows): RestrictionPage => {
      const { firstRow, rowCount } = rows;
      const [begin, end] = [linkStart[firstRow]!, linkStart[firstRow + rowCount]!];
      const words = new Uint32Array(rowCount + 1 + end - begin);
      for (let r = 0; r <= rowCount; r++) words[r] = linkStart[firstRow + r]! - begin;
      words.set(links.subarray(begin, end), rowCount + 1);
      return {
        ...rows,
        links: set.upload("links", words),
        entries: rowCount + 1,
        linkWeights: set.upload("link weights", linkWeightsOf(rows)),
      };
    },
  );
  return {
    buffers: { coarseCount, prolongation, restriction },
    send: () => {
      for (const page of prolongation) writeBuffer(device, page.weights, part(weights, page));
      for (const page of restriction) writeBuffer(device, page.linkWeights, linkWeightsOf(page));
    },
  };
}

interface Rows {
  readonly firstRow: number;
  readonly rowCount: number;
}

function mostWords({ limits }: ComputeDevice, pageBytes: number | undefined): number {
  return (
    Math.floor((pageBytes ?? Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize)) / 4) - 1
  );
}

/** Consecutive rows whose words fit a page; a row that fits none has one of its own, which the device then refuses. */
function cutRows(rowCount: number, mostWords: number, wordsOf: (row: number) => number): Rows[] {
  const pages: Rows[] = [];
  let firstRow = 0;
  let words = 0;
  for (let row = 0; row < rowCount; row++) {
    const own = wordsOf(row);
    if (words + own > mostWords && row > firstRow) {
      pages.push({ firstRow, rowCount: row - firstRow });
      firstRow = row;
      words = 0;
    }
    words += own;
  }
  pages.push({ firstRow, rowCount: rowCount - firstRow });
  return pages;
}

function fillTable(firstRow: number, rows: number, slotsOf: (row: number) => number) {
  const rowTable = new Uint32Array(rows + 1);
  for (let r = 0; r < rows; r++) rowTable[r + 1] = rowTable[r]! + slotsOf(firstRow + r);
  return { firstRow, rowTable };
}

/** Values of a page's rows, each filled up with `filler`. */
function spreadRows<T extends Uint32Array | Float32Array>(
  { rowStart }: HostMatrix,
  firstRow: number,
  rowTable: Uint32Array,
  values: T,
  filler: number,
): T {
  const slots = new (values.constructor as new (length: number) => T)(rowTable[rowTable.length - 1]!);
  if (filler !== 0) slots.fill(filler);
  for (let r = 0; r + 1 < rowTable.length; r++) {
    let at = rowTable[r]!;
    for (let k = rowStart[firstRow + r]!; k < rowStart[firstRow + r + 1]!; k++) slots[at++] = values[k]!;
  }
  return slots;
}
