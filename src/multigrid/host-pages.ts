/** A level that the host built, on the device: in pages, so that no buffer is larger than a binding. */
import { writeBuffer } from "../gpu/buffers.ts";
import type { ComputeDevice } from "../gpu/device.ts";
import type { HostMatrix, HostMeasure, HostTransfer } from "./host-matrix.ts";
import type { CoarseLevel, LevelTransfer, ProlongationPage, SlicedPage } from "./level.ts";
import type { SetupContext } from "./setup-context.ts";
import { cutSlices, fillSlots, SLICE_ROWS, sliceRows } from "./sliced-rows.ts";

/** Buffers, and how to fill them with what the host's arrays hold by then. */
export interface HostPages<Buffers> {
  readonly buffers: Buffers;
  readonly send: () => void;
}

/** The matrix, sent. */
export function createLevelPages(
  context: SetupContext,
  { rowCount, rowStart, column, weight, ground: grounds }: HostMatrix,
  { smoother: smoothers }: HostMeasure,
): HostPages<CoarseLevel> {
  const { device, set } = context;
  // What fills slices has a row of its own behind the others.
  const ground = set.storage("coarse ground", 4 * (rowCount + 1));
  const smoother = set.storage("coarse smoother", 4 * (rowCount + 1));
  const rows = createSlicedPages(context, "coarse", rowStart, column, rowCount, () => weight);
  const send = () => {
    writeBuffer(device, ground, grounds);
    writeBuffer(device, smoother, smoothers);
    rows.send();
  };
  send();
  return {
    buffers: {
      rowCount,
      nonzeros: column.length,
      matrix: { kind: "slices", pages: rows.buffers },
      ground,
      smoother,
    },
    send,
  };
}

/** Interpolation and its transpose, sent. */
export function createTransferPages(
  context: SetupContext,
  { coarseCount, columns, weights, linkStart, links }: HostTransfer,
): HostPages<LevelTransfer> {
  const { device, set } = context;
  const pageRows = Math.floor(mostWords(context) / 4);
  const prolongation: ProlongationPage[] = [];
  for (let firstRow = 0; firstRow < columns.length / 4; firstRow += pageRows) {
    const rowCount = Math.min(pageRows, columns.length / 4 - firstRow);
    const part = columns.subarray(4 * firstRow, 4 * (firstRow + rowCount));
    prolongation.push({
      firstRow,
      rowCount,
      columns: set.upload("interpolation columns", part),
      weights: set.storage("interpolation weights", part.byteLength),
    });
  }
  // Loops, since `from` with a function takes many times as long.
  const linkedRows = new Int32Array(links.length);
  for (let k = 0; k < links.length; k++) linkedRows[k] = links[k]! >> 2;
  const readWeights = () => {
    const linkWeights = new Float32Array(links.length);
    for (let k = 0; k < links.length; k++) linkWeights[k] = weights[links[k]!]!;
    return linkWeights;
  };
  const restriction = createSlicedPages(context, "restriction", linkStart, linkedRows, 0, readWeights);
  const send = () => {
    for (const { firstRow, rowCount, weights: buffer } of prolongation) {
      writeBuffer(device, buffer, weights.subarray(4 * firstRow, 4 * (firstRow + rowCount)));
    }
    restriction.send();
  };
  send();
  const pages = restriction.buffers;
  const linkCount = links.length;
  return { buffers: { coarseCount, linkCount, prolongation, restriction: { kind: "slices", pages } }, send };
}

/** @param fillerColumn what slots without an entry point at */
function createSlicedPages(
  context: SetupContext,
  what: string,
  rowStart: Int32Array,
  column: Int32Array,
  fillerColumn: number,
  readWeights: () => Float32Array,
): HostPages<SlicedPage[]> {
  const { device, set } = context;
  const sliced = sliceRows(rowStart);
  const cuts = cutSlices(sliced, mostWords(context));
  const pages = cuts.map((cut): SlicedPage => {
    const [first, end] = cut;
    const firstLayer = sliced.layerStart[first]!;
    const layers = sliced.layerStart.slice(first, end + 1).map((layer) => layer - firstLayer);
    const slots = fillSlots(sliced, cut, rowStart, column, fillerColumn);
    return {
      sliceCount: end - first,
      layerStart: set.upload(`layers of ${what} rows`, layers),
      order: set.upload(`order of ${what} rows`, sliced.order.subarray(SLICE_ROWS * first, SLICE_ROWS * end)),
      column: set.upload(`${what} column`, slots),
      weight: set.storage(`${what} weight`, slots.byteLength),
    };
  });
  const send = () => {
    const weights = readWeights();
    for (const [k, cut] of cuts.entries()) {
      writeBuffer(device, pages[k]!.weight, fillSlots(sliced, cut, rowStart, weights, 0));
    }
  };
  return { buffers: pages, send };
}

function mostWords({ device, pageBytes }: SetupContext): number {
  return Math.floor((pageBytes ?? largestBinding(device)) / 4);
}

function largestBinding({ limits }: ComputeDevice): number {
  return Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
}
