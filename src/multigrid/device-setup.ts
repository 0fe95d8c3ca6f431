/** Builds the levels with kernels, each level's work in a few submits, of which the host reads no more than counts. */
import { submitPass } from "../gpu/kernel.ts";
import { readBuffer } from "../gpu/readback.ts";
import type { RaggedLaplacian } from "../sparse/ragged-laplacian.ts";
import { bindMeasure, type Coarsening, coarsenLevel } from "./device-coarsening.ts";
import type { DeviceMatrix } from "./device-level.ts";
import { densify } from "./host-matrix.ts";
import type { BuiltLevels, CoarseLevel, DenseLaplacian, LevelTransfer } from "./level.ts";
import { BOTTOM_ROWS, MOST_LEVELS } from "./limits.ts";
import { encodeSteps } from "./row-launch.ts";
import type { SetupContext } from "./setup-context.ts";

/** Kernels that go from row to row bind each array whole. */
export function canBuildOnDevice({ buffers }: RaggedLaplacian): boolean {
  return buffers.pages.length === 1;
}

/** @throws {LimitError} when a level does not fit the device */
export async function buildOnDevice(
  context: SetupContext,
  matrix: RaggedLaplacian,
  signal?: AbortSignal,
): Promise<BuiltLevels> {
  const { device } = context;
  const finest = createFinest(context, matrix);
  const measure = await bindMeasure(context, finest);
  submitPass(device, (pass) => encodeSteps(pass, [measure]));
  const coarsenings: Coarsening[] = [];
  let last = finest;
  while (last.rowCount > BOTTOM_ROWS && coarsenings.length < MOST_LEVELS) {
    signal?.throwIfAborted();
    const coarsening = await coarsenLevel(context, last);
    if (!coarsening) break;
    coarsenings.push(coarsening);
    last = coarsening.coarse;
  }
  return {
    smoother: finest.smoother,
    transfers: coarsenings.map((coarsening, k) =>
      describeTransfer(coarsening, k === 0 ? finest.rowCount : coarsenings[k - 1]!.coarse.rowCount),
    ),
    coarse: coarsenings.map(describeLevel),
    update: async () => {
      submitPass(device, (pass) => {
        encodeSteps(pass, [measure]);
        for (const { valueSteps } of coarsenings) encodeSteps(pass, valueSteps);
      });
    },
    readCoarsest: () => readDense(context, last),
  };
}

function createFinest({ set }: SetupContext, { pattern, buffers }: RaggedLaplacian): DeviceMatrix {
  const { column, weight, sliceTable } = buffers.pages[0]!;
  return {
    rowCount: pattern.rowCount,
    isSliced: true,
    sliceTable,
    rowTable: buffers.batchLayout,
    column,
    weight,
    ground: set.storage("ground", 4 * pattern.rowCount),
    smoother: set.storage("smoother", 4 * pattern.rowCount),
    threshold: set.storage("threshold", 4 * pattern.rowCount),
  };
}

function describeTransfer({ transfer }: Coarsening, rowCount: number): LevelTransfer {
  const { coarseCount, linkCount, columns, weights, links, entries, linkWeights } = transfer;
  return {
    coarseCount,
    linkCount,
    prolongation: [{ firstRow: 0, rowCount, columns, weights }],
    restriction: { kind: "links", links, entries, linkWeights },
  };
}

function describeLevel({ coarse, nonzeros }: Coarsening): CoarseLevel {
  const { rowCount, rowTable, column, weight, ground, smoother } = coarse;
  return { rowCount, nonzeros, matrix: { kind: "rows", rowTable, column, weight }, ground, smoother };
}

async function readDense({ device }: SetupContext, matrix: DeviceMatrix): Promise<DenseLaplacian> {
  const { rowCount: n, rowTable, column, weight, ground } = matrix;
  const table = "buffer" in rowTable ? rowTable : { buffer: rowTable };
  const [starts, columns, values, grounds] = await Promise.all([
    readBuffer(device, table.buffer, table.offset, 4 * (n + 1)),
    readBuffer(device, column),
    readBuffer(device, weight),
    readBuffer(device, ground, 0, 4 * n),
  ]);
  return densify({
    rowCount: n,
    rowStart: new Int32Array(starts),
    column: new Int32Array(columns),
    weight: new Float32Array(values),
    ground: new Float32Array(grounds),
  });
}
