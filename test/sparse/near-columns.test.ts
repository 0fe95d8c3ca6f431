import { describe, expect, it } from "vitest";
import { GROUND_ONE, GROUND_ZERO } from "../../src/sparse/graph.ts";
import { packNearColumns } from "../../src/sparse/near-columns.ts";
import { buildSlicedPattern } from "../../src/sparse/sliced-pattern.ts";
import { makeGraph } from "./graphs.ts";

function build(unknownCount: number, ends: [number, number][]) {
  const graph = makeGraph(unknownCount, ends);
  const options = { ordering: "given", maxChunks: 4, smallRows: 0 } as const;
  const { pattern, fillPage } = buildSlicedPattern([graph], options);
  return { pattern, page: pattern.pages[0]!, column: fillPage(0).column };
}

function pack(unknownCount: number, ends: [number, number][]) {
  const { pattern, page, column } = build(unknownCount, ends);
  return packNearColumns(pattern, page, column);
}

describe("near columns", () => {
  it("are the distances from each slot's row, grounds apart", () => {
    const { pattern, page, column } = build(70, [
      [GROUND_ONE, 0],
      [0, 69],
      [69, GROUND_ZERO],
      [30, 31],
    ]);
    const near = new Int16Array(packNearColumns(pattern, page, column)!.buffer);
    const { batchLayout, sliceCount, rowCount } = pattern;
    const { sliceTable } = page;
    let seen = 0;
    for (let slice = 0; slice < sliceCount; slice++) {
      const [begin, end] = [batchLayout[sliceTable + slice]!, batchLayout[sliceTable + slice + 1]!];
      for (let slot = 32 * begin; slot < 32 * end; slot++, seen++) {
        const row = 32 * slice + (slot % 32);
        if (column[slot]! >= rowCount) expect(near[slot]).toBe(-0x8000);
        else expect(row + near[slot]!).toBe(column[slot]);
      }
    }
    expect(seen).toBe(column.length);
    expect(near.filter((distance) => distance === -0x8000)).toHaveLength(2);
    expect(new Set(near).size).toBeGreaterThan(3);
  });

  it("reach as far as 15 bits, and no farther", () => {
    expect(pack(40_000, [[0, 0x7fff]])).toBeDefined();
    expect(pack(40_000, [[0, 0x8000]])).toBeUndefined();
    expect(pack(40_000, [[39_999, 7000]])).toBeUndefined();
  });
});
