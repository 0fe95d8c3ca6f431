/** Coarse matrices of the host against products of dense matrices in float64. */
import { describe, expect, it } from "vitest";
import {
  chooseCoarseRows,
  chooseColumns,
  transposeColumns,
  weighColumns,
} from "../../src/multigrid/host-coarsening.ts";
import { type HostMatrix, type HostTransfer, measureRows } from "../../src/multigrid/host-matrix.ts";
import { multiplyCoarse, updateCoarse } from "../../src/multigrid/host-product.ts";
import { buildHostLevels, type HostLevel, updateHostLevels } from "../../src/multigrid/host-setup.ts";
import { BOTTOM_ROWS } from "../../src/multigrid/limits.ts";
import { drawGraph, drawWeight, makeRandom, type WeightedGraph } from "../sparse/graphs.ts";
import { densifyWeights, drawDense, drawLattice, drawNearest, pacer, toHostMatrix } from "./levels.ts";

const cases: readonly { name: string; own: WeightedGraph }[] = [
  { name: "a lattice of one conductance", own: drawLattice(6, 0, 61) },
  { name: "a lattice of three e-folds", own: drawLattice(6, 3, 67) },
  { name: "points and their nearest", own: drawNearest(250, 5, 71) },
  { name: "clusters with duplicates", own: drawGraph("clusters", 250, 73, 4) },
  { name: "a star", own: drawGraph("star", 200, 79, 3) },
  { name: "a dense graph", own: drawDense(100, 0.6, 83) },
];

async function buildTransfer(matrix: HostMatrix): Promise<HostTransfer> {
  const measure = measureRows(matrix);
  const { coarseOf, coarseCount } = await chooseCoarseRows(matrix, measure, pacer);
  const columns = await chooseColumns(matrix, measure, coarseOf, pacer);
  const weights = new Float32Array(columns.length);
  await weighColumns(matrix, measure, { coarseOf, columns }, weights, pacer);
  return { coarseCount, coarseOf, columns, weights, ...transposeColumns(columns, coarseCount) };
}

/** P, row by row. */
function spread({ columns, weights, coarseCount }: HostTransfer): Float64Array[] {
  return Array.from({ length: columns.length / 4 }, (_, i) => {
    const row = new Float64Array(coarseCount);
    for (let at = 4 * i; at < 4 * i + 4; at++) if (columns[at]! >= 0) row[columns[at]!]! += weights[at]!;
    return row;
  });
}

/** A with its diagonal. */
function assemble(matrix: HostMatrix): Float64Array[] {
  return densifyWeights(matrix).map((row, i) => {
    const diagonal = row.reduce((sum, w) => sum + w, matrix.ground[i]!);
    const own = row.map((w) => -w);
    own[i]! += diagonal;
    return own;
  });
}

function multiply(a: readonly Float64Array[], b: readonly Float64Array[]): Float64Array[] {
  return a.map((row) => {
    const sums = new Float64Array(b[0]!.length);
    row.forEach((value, k) => {
      if (value !== 0) for (let j = 0; j < sums.length; j++) sums[j]! += value * b[k]![j]!;
    });
    return sums;
  });
}

const transpose = (a: readonly Float64Array[]) =>
  Array.from(a[0]!, (_, j) => Float64Array.from(a, (row) => row[j]!));

/** Where the coarse matrix is not Pᵀ A P: the largest difference, relative to what the row is a sum of. */
function compare(matrix: HostMatrix, transfer: HostTransfer, coarse: HostMatrix) {
  const p = spread(transfer);
  const a = assemble(matrix);
  const product = multiply(transpose(p), multiply(a, p));
  const ones = p.map((row) => Float64Array.of(row.reduce((sum, value) => sum + value, 0)));
  const grounds = multiply(transpose(p), multiply(a, ones)).map(([value]) => value!);
  const found = densifyWeights(coarse);
  let worst = 0;
  let dropped = 0;
  product.forEach((row, i) => {
    const size = p.reduce((sum, own, k) => sum + own[i]! * a[k]![k]!, 0);
    row.forEach((value, j) => {
      if (i === j) return;
      if (value > 1e-9 * size) dropped++;
      worst = Math.max(worst, Math.abs(found[i]![j]! - Math.max(0, -value)) / size);
    });
    worst = Math.max(worst, Math.abs(coarse.ground[i]! - Math.max(0, grounds[i]!)) / size);
  });
  return { worst, dropped };
}

describe.each(cases)("the coarse matrix of $name", ({ own }) => {
  const matrix = toHostMatrix(own);

  it("is the product off its diagonal, less what is negative, and at its grounds", async () => {
    const transfer = await buildTransfer(matrix);
    const coarse = await multiplyCoarse(matrix, transfer, pacer);
    expect(compare(matrix, transfer, coarse).worst).toBeLessThan(2e-7);
    expect(coarse.weight.every((w) => w >= 0)).toBe(true);
    expect(coarse.ground.every((g) => g >= 0)).toBe(true);
  });

  it("is symmetric, and names each column of a row once", async () => {
    const coarse = await multiplyCoarse(matrix, await buildTransfer(matrix), pacer);
    const dense = densifyWeights(coarse);
    const largest = dense.map((row) => Math.max(...row));
    for (let i = 0; i < coarse.rowCount; i++) {
      const columns = [...coarse.column.subarray(coarse.rowStart[i]!, coarse.rowStart[i + 1]!)];
      expect(new Set(columns).size).toBe(columns.length);
      expect(columns).not.toContain(i);
      for (let j = 0; j < i; j++) {
        const size = Math.max(largest[i]!, largest[j]!);
        expect(Math.abs(dense[i]![j]! - dense[j]![i]!)).toBeLessThanOrEqual(2e-7 * size);
      }
    }
  });

  it("follows new weights through the pattern that is there", async () => {
    const random = makeRandom(89);
    const transfer = await buildTransfer(matrix);
    const coarse = await multiplyCoarse(matrix, transfer, pacer);
    const others = { graph: own.graph, weights: own.weights.map((w) => w * drawWeight(random, 1)) };
    const changed = toHostMatrix(others);
    await weighColumns(changed, measureRows(changed), transfer, transfer.weights, pacer);
    await updateCoarse(changed, transfer, coarse, pacer);
    expect(compare(changed, transfer, coarse).worst).toBeLessThan(2e-7);
  });
});

describe("a product over two steps", () => {
  it("has entries of the wrong sign somewhere, which are left out", async () => {
    let dropped = 0;
    for (const { own } of cases) {
      const matrix = toHostMatrix(own);
      const transfer = await buildTransfer(matrix);
      dropped += compare(matrix, transfer, await multiplyCoarse(matrix, transfer, pacer)).dropped;
    }
    expect(dropped).toBeGreaterThan(0);
  });
});

describe("levels on the host", () => {
  const own = drawLattice(16, 2, 97);
  const valuesOf = (levels: readonly HostLevel[]) =>
    levels.map(({ matrix, measure, transfer }) => [
      matrix.weight,
      matrix.ground,
      measure.threshold,
      measure.smoother,
      transfer?.weights,
    ]);

  it("end at one small enough to be solved, each a fraction of the one before", async () => {
    const levels = await buildHostLevels(toHostMatrix(own), pacer);
    const counts = levels.map(({ matrix }) => matrix.rowCount);
    expect(counts[0]).toBe(16 ** 3);
    expect(counts.at(-1)).toBeLessThanOrEqual(BOTTOM_ROWS);
    expect(counts.at(-2)).toBeGreaterThan(BOTTOM_ROWS);
    for (const [k, count] of counts.slice(1).entries()) expect(count).toBeLessThan(0.6 * counts[k]!);
    levels.forEach(({ matrix, transfer }, k) => {
      expect(transfer?.coarseCount).toBe(counts[k + 1]);
      if (k > 0) expect(matrix.rowCount).toBe(levels[k - 1]!.transfer!.coarseCount);
    });
  });

  it("are as built anew when the weights come back to what they were", async () => {
    const levels = await buildHostLevels(toHostMatrix(own), pacer);
    const fresh = await buildHostLevels(toHostMatrix(own), pacer);
    const random = makeRandom(101);
    const others = { graph: own.graph, weights: own.weights.map((w) => w * drawWeight(random, 1)) };
    await updateHostLevels(levels, toHostMatrix(others), pacer);
    expect(valuesOf(levels)).not.toEqual(valuesOf(fresh));
    await updateHostLevels(levels, toHostMatrix(own), pacer);
    expect(valuesOf(levels)).toEqual(valuesOf(fresh));
  });

  it("are one where nothing depends strongly on anything", async () => {
    const graph = drawLattice(8, 1, 103);
    const matrix = toHostMatrix(graph);
    matrix.ground.fill(1e6);
    expect(await buildHostLevels(matrix, pacer)).toHaveLength(1);
  });
});
