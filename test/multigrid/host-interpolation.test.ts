import { describe, expect, it } from "vitest";
import { NOWHERE, transposeColumns } from "../../src/multigrid/host-coarsening.ts";
import { type HostMeasure, measureRows } from "../../src/multigrid/host-matrix.ts";
import { chainOf, drawGraph, drawWeight, makeRandom } from "../sparse/graphs.ts";
import { cases, coarsen, findDependence } from "./coarsening-cases.ts";
import { columnsOf, densifyWeights, toHostMatrix } from "./levels.ts";

/** Strength by which a fine row is tied to each coarse one, over one step and two, as the paper's sums say. */
function tieTo(
  i: number,
  dense: readonly Float64Array[],
  { coarseOf }: { coarseOf: Int32Array },
  depends: (i: number, j: number) => boolean,
): Map<number, number> {
  const ties = new Map<number, number>();
  const add = (which: number, value: number) => ties.set(which, (ties.get(which) ?? 0) + value);
  const n = coarseOf.length;
  for (let j = 0; j < n; j++) {
    if (!depends(i, j)) continue;
    if (coarseOf[j] !== NOWHERE) {
      add(coarseOf[j]!, dense[i]![j]!);
      continue;
    }
    let sum = dense[j]![i]!;
    for (let c = 0; c < n; c++) if (c !== i && coarseOf[c] !== NOWHERE && depends(j, c)) sum += dense[j]![c]!;
    for (let c = 0; c < n; c++) {
      if (coarseOf[c] !== NOWHERE && depends(j, c)) add(coarseOf[c]!, (dense[i]![j]! * dense[j]![c]!) / sum);
    }
  }
  return ties;
}

describe.each(cases.filter(({ name }) => !name.includes("duplicates")))(
  "interpolation on $name",
  ({ own }) => {
    const matrix = toHostMatrix(own);
    const dense = densifyWeights(matrix);
    const depends = findDependence(matrix);

    it("comes from the four coarse rows that a row is tied to most, and none that are tied to it little", async () => {
      const coarsening = await coarsen(matrix);
      const { coarseOf, columns } = coarsening;
      let most = 0;
      for (let i = 0; i < matrix.rowCount; i++) {
        const found = columnsOf(columns, i);
        if (coarseOf[i] !== NOWHERE) {
          expect(found).toEqual([coarseOf[i]]);
          continue;
        }
        const ties = tieTo(i, dense, coarsening, depends);
        if (ties.size > 16) continue;
        const values = [...ties.values()].sort((a, b) => b - a);
        const kept = values.slice(0, 4).filter((value) => value >= 0.2 * values[0]! * (1 - 1e-9));
        const own = found.map((which) => ties.get(which)!);
        expect(new Set(found).size).toBe(found.length);
        expect([i, own.length]).toEqual([i, kept.length]);
        for (const [k, value] of own.entries()) expect(Math.abs(value / kept[k]! - 1)).toBeLessThan(1e-12);
        most = Math.max(most, found.length);
      }
      expect(most).toBeGreaterThan(0);
    });

    it("has weights of a walk that ends at those columns, less what the ground takes", async () => {
      const { coarseOf, columns, weights } = await coarsen(matrix);
      const rowOf = Array.from(coarseOf, (which, i) => [which, i] as const).filter(
        ([which]) => which !== NOWHERE,
      );
      const fineOf = new Map(rowOf);
      for (let i = 0; i < matrix.rowCount; i++) {
        const found = columnsOf(columns, i);
        const given = weights.subarray(4 * i, 4 * i + 4);
        if (coarseOf[i] !== NOWHERE) {
          expect([...given]).toEqual([1, 0, 0, 0]);
          continue;
        }
        const values = found.map((which) => dense[i]![fineOf.get(which)!]!);
        for (let k = 0; k < matrix.rowCount; k++) {
          if (coarseOf[k] !== NOWHERE || !depends(i, k)) continue;
          const onward = found.map((which) => dense[k]![fineOf.get(which)!]!);
          const sum = onward.reduce((total, w) => total + w, dense[k]![i]!);
          onward.forEach((w, c) => {
            values[c]! += (dense[i]![k]! * w) / sum;
          });
        }
        const total = values.reduce((sum, value) => sum + value, 0);
        const whole = total + matrix.ground[i]!;
        values.forEach((value, c) => {
          expect(given[c]).toBeGreaterThan(0);
          expect(Math.abs(given[c]! - value / whole)).toBeLessThan(1e-7);
        });
        expect([...given.subarray(found.length)].every((value) => value === 0)).toBe(true);
        if (found.length === 0) continue;
        const sum = given.reduce((all, value) => all + value, 0);
        expect(Math.abs(sum - total / whole)).toBeLessThan(2e-7);
        if (matrix.ground[i]! > 1e-3 * total) expect(sum).toBeLessThan(1);
      }
    });

    it("is transposed place by place", async () => {
      const { columns, coarseCount } = await coarsen(matrix);
      const { linkStart, links } = transposeColumns(columns, coarseCount);
      const expected: number[][] = Array.from({ length: coarseCount }, () => []);
      columns.forEach((which, at) => {
        if (which !== NOWHERE) expected[which]!.push(at);
      });
      expect(linkStart).toHaveLength(coarseCount + 1);
      expected.forEach((places, row) => {
        expect([...links.subarray(linkStart[row]!, linkStart[row + 1]!)]).toEqual(places);
      });
    });
  },
);

describe("interpolation along a chain", () => {
  it("is that of a current through the throats on either side", async () => {
    const random = makeRandom(53);
    // Less than a factor of two apart, so that every neighbour is strong.
    const own = chainOf(Float64Array.from({ length: 801 }, () => 10 + drawWeight(random, 1.2) * 2));
    const matrix = toHostMatrix(own);
    const { coarseOf, columns, weights } = await coarsen(matrix);
    const isCoarse = (i: number) => i >= 0 && i < 800 && coarseOf[i] !== NOWHERE;
    const gaps = new Set<number>();
    for (let i = 2; i < 798; i++) {
      if (isCoarse(i)) continue;
      let [left, right] = [i - 1, i + 1];
      while (!isCoarse(left) && left >= 0) left--;
      while (!isCoarse(right) && right < 800) right++;
      if (left < 0 || right >= 800) continue;
      gaps.add(right - left);
      const resistance = (from: number, to: number) => {
        let sum = 0;
        for (let k = from + 1; k <= to; k++) sum += 1 / Math.fround(own.weights[k]!);
        return sum;
      };
      const share = resistance(i, right) / resistance(left, right);
      const found = columnsOf(columns, i);
      expect([i, [...found].sort((a, b) => a - b)]).toEqual([i, [coarseOf[left], coarseOf[right]]]);
      expect(Math.abs(weights[4 * i + found.indexOf(coarseOf[left]!)]! - share)).toBeLessThan(1e-7);
      expect(Math.abs(weights[4 * i + found.indexOf(coarseOf[right]!)]! - (1 - share))).toBeLessThan(1e-7);
    }
    expect([...gaps].sort()).toEqual([2, 3]);
  });
});

describe("the smoother", () => {
  it("is the diagonal that brings M A nearest to the identity", () => {
    const matrix = toHostMatrix(drawGraph("clique", 40, 59, 3));
    const dense = densifyWeights(matrix);
    const { smoother }: HostMeasure = measureRows(matrix);
    dense.forEach((row, i) => {
      const diagonal = row.reduce((sum, w) => sum + w, matrix.ground[i]!);
      // Of |e_i - m a_i|² the minimum lies at m = a_ii / |a_i|².
      const squares = row.reduce((sum, w) => sum + w * w, diagonal * diagonal);
      expect(Math.abs((smoother[i]! * squares) / diagonal - 1)).toBeLessThan(1e-6);
    });
  });
});
