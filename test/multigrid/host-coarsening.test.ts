import { describe, expect, it } from "vitest";
import { chooseCoarseRows, hashIndex, NOWHERE } from "../../src/multigrid/host-coarsening.ts";
import { type HostMatrix, measureRows, THETA } from "../../src/multigrid/host-matrix.ts";
import { Pacer } from "../../src/multigrid/pacer.ts";
import { makeGraph, makeRandom } from "../sparse/graphs.ts";
import { cases, coarsen, findDependence } from "./coarsening-cases.ts";
import { columnsOf, drawLattice, pacer, toHostMatrix } from "./levels.ts";

const neighboursOf = ({ rowStart, column }: HostMatrix, i: number) => [
  ...column.subarray(rowStart[i]!, rowStart[i + 1]!),
];

/** C. Wellons's lowbias32 in whole numbers of any length. */
function hashExactly(index: number): number {
  const mask = 0xffffffffn;
  let x = BigInt(index);
  x ^= x >> 16n;
  x = (x * 0x7feb352dn) & mask;
  x ^= x >> 15n;
  x = (x * 0x846ca68bn) & mask;
  x ^= x >> 16n;
  return Number(x);
}

describe("the hash of an index", () => {
  it("is lowbias32", () => {
    const random = makeRandom(43);
    const indices = [0, 1, 2, 31, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];
    for (let k = 0; k < 2000; k++) indices.push(Math.floor(random() * 2 ** 32));
    expect(indices.map(hashIndex)).toEqual(indices.map(hashExactly));
  });
});

describe.each(cases)("coarse rows of $name", ({ own }) => {
  const matrix = toHostMatrix(own);
  const depends = findDependence(matrix);

  it("are those that a greedy choice by rank takes, one row at a time", async () => {
    const { coarseOf, coarseCount } = await chooseCoarseRows(matrix, measureRows(matrix), pacer);
    const n = matrix.rowCount;
    const dependents = Array.from({ length: n }, (_, i) =>
      neighboursOf(matrix, i).reduce(
        (count, j) => count + (depends(j, i) && weightAllows(matrix, i, j) ? 1 : 0),
        0,
      ),
    );
    const order = Array.from({ length: n }, (_, i) => i).sort(
      (a, b) => dependents[b]! - dependents[a]! || (hashIndex(b) >>> 11) - (hashIndex(a) >>> 11) || b - a,
    );
    const isCoarse = new Uint8Array(n);
    for (const i of order) {
      const dependsOn = neighboursOf(matrix, i).filter((j) => depends(i, j));
      if (dependsOn.length > 0 && !dependsOn.some((j) => isCoarse[j])) isCoarse[i] = 1;
    }
    let next = 0;
    const expected = Int32Array.from(isCoarse, (is) => (is ? next++ : NOWHERE));
    expect(coarseOf).toEqual(expected);
    expect(coarseCount).toBe(next);
  });

  it("are no strong neighbours of each other both ways, and no row could be added", async () => {
    const { coarseOf } = await chooseCoarseRows(matrix, measureRows(matrix), pacer);
    for (let i = 0; i < matrix.rowCount; i++) {
      const strong = neighboursOf(matrix, i).filter((j) => depends(i, j));
      const coarse = strong.filter((j) => coarseOf[j] !== NOWHERE);
      if (coarseOf[i] === NOWHERE) expect([i, strong.length === 0 || coarse.length > 0]).toEqual([i, true]);
      else for (const j of coarse) expect([i, j, depends(j, i)]).toEqual([i, j, false]);
    }
  });
});

/** Entries below a row's own threshold, where several join the same two rows, make nobody dependent. */
function weightAllows({ rowStart, column, weight }: HostMatrix, i: number, j: number): boolean {
  for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) if (column[k] === j && weight[k]! > 0) return true;
  return false;
}

describe("a choice of coarse rows", () => {
  it("is the same when made again", async () => {
    const matrix = toHostMatrix(drawLattice(10, 2, 47));
    const first = await chooseCoarseRows(matrix, measureRows(matrix), pacer);
    const second = await chooseCoarseRows(matrix, measureRows(matrix), new Pacer());
    expect(second).toEqual(first);
  });

  it("leaves rows out that hang on nothing, or on the ground by nearly all of their weight", async () => {
    // 0 - 1 as usual; 2 - 3 with a ground of more than nine times their throat; 4 alone.
    const graph = makeGraph(5, [
      [0, 1],
      [2, 3],
      [2, -1],
      [3, -2],
      [4, -1],
    ]);
    const weights = Float64Array.of(1, 1, 9.5, 8.5, 3);
    const { measure, coarseOf, columns } = await coarsen(toHostMatrix({ graph, weights }));
    expect([...measure.threshold.map((t) => (t > 1e38 ? 0 : t))]).toEqual([THETA, THETA, 0, THETA, 0]);
    expect([0, 1].filter((i) => coarseOf[i] !== NOWHERE)).toHaveLength(1);
    expect([coarseOf[2], coarseOf[4]]).toEqual([NOWHERE, NOWHERE]);
    expect(coarseOf[3]).not.toBe(NOWHERE);
    expect(columnsOf(columns, 2)).toEqual([]);
  });

  it("is broken off by a signal, with its own reason", async () => {
    const matrix = toHostMatrix(drawLattice(10, 2, 47));
    const signal = AbortSignal.abort(new RangeError("enough"));
    // Turns end by the clock: whatever comes after the first must see the signal.
    const work = async () => {
      const own = new Pacer(signal);
      for (;;) await chooseCoarseRows(matrix, measureRows(matrix), own);
    };
    await expect(work()).rejects.toThrow("enough");
  });
});
