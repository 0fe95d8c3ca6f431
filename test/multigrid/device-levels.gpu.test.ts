/** Levels that kernels build, each against the host's from the same values. */
import { describe, expect, it } from "vitest";
import { createBufferSet } from "../../src/gpu/buffers.ts";
import { readBuffer } from "../../src/gpu/readback.ts";
import { buildOnDevice } from "../../src/multigrid/device-setup.ts";
import {
  chooseCoarseRows,
  chooseColumns,
  transposeColumns,
  weighColumns,
} from "../../src/multigrid/host-coarsening.ts";
import {
  type HostMatrix,
  type HostTransfer,
  measureRows,
  readFinest,
} from "../../src/multigrid/host-matrix.ts";
import { multiplyCoarse } from "../../src/multigrid/host-product.ts";
import { buildOnHost } from "../../src/multigrid/host-setup.ts";
import type { BuiltLevels } from "../../src/multigrid/level.ts";
import type { RaggedLaplacian } from "../../src/sparse/ragged-laplacian.ts";
import { createMatrix, joinWeights } from "../sparse/batches.ts";
import { drawGraph, drawWeight, makeRandom, maxDifference, type WeightedGraph } from "../sparse/graphs.ts";
import { useDevice } from "../support/device.ts";
import {
  columnsOf,
  drawDense,
  drawLattice,
  drawNearest,
  pacer,
  type ReadTransfer,
  readLevel,
  readTransfer,
} from "./levels.ts";
import { drawArms } from "./networks.ts";

const device = await useDevice();

interface Case {
  readonly name: string;
  readonly batch: readonly WeightedGraph[];
}

const cases: readonly Case[] = [
  { name: "a lattice of one conductance", batch: [drawLattice(11, 0, 307)] },
  { name: "a lattice of three e-folds", batch: [drawLattice(11, 3, 311)] },
  { name: "points and their nearest", batch: [drawNearest(1200, 5, 313)] },
  { name: "a chain", batch: [drawGraph("chain", 1500, 317, 2)] },
  { name: "a star", batch: [drawGraph("star", 3000, 331, 4)] },
  { name: "clusters with duplicates", batch: [drawGraph("clusters", 900, 337, 3)] },
  { name: "a dense graph", batch: [drawDense(330, 0.8, 347, 2)] },
  {
    name: "three systems",
    batch: [drawLattice(8, 2, 349), drawNearest(700, 6, 353), drawGraph("tree", 600, 359, 5)],
  },
];

async function build<T>(
  matrix: RaggedLaplacian,
  place: typeof buildOnDevice,
  use: (levels: BuiltLevels) => Promise<T>,
): Promise<T> {
  const { set } = await createBufferSet(device, "a test", () => undefined);
  try {
    return await use(await place({ device, shape: matrix.shape, set }, matrix));
  } finally {
    set.destroy();
  }
}

/** Largest difference, each row relative to its own largest value. */
function compareRows(a: HostMatrix, b: HostMatrix): number {
  let worst = 0;
  for (let i = 0; i < b.rowCount; i++) {
    const [own, its] = [entriesOf(a, i), entriesOf(b, i)];
    const size = Math.max(b.ground[i]!, ...its.values());
    expect([i, own.size]).toEqual([i, its.size]);
    let difference = Math.abs(a.ground[i]! - b.ground[i]!);
    for (const [j, w] of its) difference = Math.max(difference, Math.abs((own.get(j) ?? Number.NaN) - w));
    if (size > 0 || difference > 0) worst = Math.max(worst, difference / size);
  }
  return worst;
}

function entriesOf({ rowStart, column, weight }: HostMatrix, row: number): Map<number, number> {
  const entries = new Map<number, number>();
  for (let k = rowStart[row]!; k < rowStart[row + 1]!; k++) entries.set(column[k]!, weight[k]!);
  return entries;
}

/** Columns and weights of a level's interpolation against the host's; returns it as the host would hold it. */
async function checkTransfer(fine: HostMatrix, { columns, weights }: ReadTransfer): Promise<HostTransfer> {
  const measure = measureRows(fine);
  const { coarseOf, coarseCount } = await chooseCoarseRows(fine, measure, pacer);
  const expected = await chooseColumns(fine, measure, coarseOf, pacer);
  // Among thousands of sums in float32 some are near enough to another for their order to change.
  let others = 0;
  for (let i = 0; i < fine.rowCount; i++) {
    const [own, its] = [columnsOf(columns, i).sort(), columnsOf(expected, i).sort()];
    if (coarseOf[i]! >= 0 || its.length === 0) expect([i, own]).toEqual([i, its]);
    else if (own.join() !== its.join()) others++;
  }
  expect(others).toBeLessThanOrEqual(0.002 * fine.rowCount);
  const transfer = { coarseCount, coarseOf, columns, weights, ...transposeColumns(columns, coarseCount) };
  await checkWeights(fine, transfer);
  return transfer;
}

async function checkWeights(fine: HostMatrix, { coarseOf, columns, weights }: HostTransfer): Promise<void> {
  const expected = new Float32Array(weights.length);
  await weighColumns(fine, measureRows(fine), { coarseOf, columns }, expected, pacer);
  for (let i = 0; i < fine.rowCount; i++) {
    const its = expected.subarray(4 * i, 4 * i + 4);
    const difference = maxDifference(weights.subarray(4 * i, 4 * i + 4), its);
    if (difference > 1e-6 * Math.max(...its)) expect([i, difference]).toEqual([i, 0]);
  }
}

/** Rows of thousands of slots are summed in float32. */
function checkSmoother(found: Float32Array, fine: HostMatrix): void {
  for (const [i, value] of measureRows(fine).smoother.entries()) {
    if (Math.abs(found[i]! - value) > 1e-5 * value) expect([i, found[i]]).toEqual([i, value]);
  }
}

const readFloats = async (buffer: GPUBuffer, count: number) =>
  new Float32Array(await readBuffer(device, buffer, 0, 4 * count));

/** Walks down the levels. `known` holds the structure of each where it is not to be chosen anew. */
async function checkLevels(
  matrix: RaggedLaplacian,
  { transfers, coarse, smoother }: BuiltLevels,
  known?: readonly HostTransfer[],
): Promise<HostTransfer[]> {
  let fine = readFinest(matrix);
  let own = await readFloats(smoother, fine.rowCount);
  const checked: HostTransfer[] = [];
  for (const [k, transfer] of transfers.entries()) {
    checkSmoother(own, fine);
    const read = await readTransfer(device, transfer);
    const structure = known?.[k];
    const found = structure ? { ...structure, weights: read.weights } : await checkTransfer(fine, read);
    if (structure) {
      expect(read.columns).toEqual(structure.columns);
      await checkWeights(fine, found);
    }
    checked.push(found);
    const [level, product] = [await readLevel(device, coarse[k]!), await multiplyCoarse(fine, found, pacer)];
    expect([transfer.coarseCount, coarse[k]!.nonzeros]).toEqual([found.coarseCount, product.column.length]);
    expect(compareRows(level, product)).toBeLessThan(1e-5);
    fine = level;
    own = await readFloats(coarse[k]!.smoother, level.rowCount);
  }
  checkSmoother(own, fine);
  return checked;
}

describe.each(cases)("kernels build of $name", ({ batch }) => {
  it("what the host builds, level by level, and find all weights anew", async () => {
    const random = makeRandom(367);
    using matrix = await createMatrix(device, batch, { smallRows: 0 });
    await build(matrix, buildOnDevice, async (levels) => {
      expect(levels.transfers.length).toBeGreaterThan(0);
      const structure = await checkLevels(matrix, levels);
      matrix.setWeights(joinWeights(batch).map((w) => w * drawWeight(random, 1)));
      await levels.update();
      await checkLevels(matrix, levels, structure);
    });
  });
});

describe("levels that the host built", () => {
  it("arrive on the device as they are, as do new weights", async () => {
    const batch = cases.at(-1)!.batch;
    const random = makeRandom(373);
    using matrix = await createMatrix(device, batch, { smallRows: 0 });
    await build(matrix, buildOnHost, async (levels) => {
      const structure = await checkLevels(matrix, levels);
      matrix.setWeights(joinWeights(batch).map((w) => w * drawWeight(random, 1)));
      await levels.update();
      await checkLevels(matrix, levels, structure);
    });
  });
});

describe("rows with more neighbours than the first table holds", () => {
  it.each([700, 4300])("are built: %i", async (arms) => {
    using matrix = await createMatrix(device, [drawArms(arms, 379)], { smallRows: 0 });
    await build(matrix, buildOnDevice, async (levels) => {
      await checkLevels(matrix, levels);
      const { rowStart, rowCount } = await readLevel(device, levels.coarse[0]!);
      let most = 0;
      for (let i = 0; i < rowCount; i++) most = Math.max(most, rowStart[i + 1]! - rowStart[i]!);
      expect(most).toBe(arms);
    });
  });
});
