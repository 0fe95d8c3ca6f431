/** Sliced patterns, and whether they hold what their graphs ask for. */
import { expect } from "vitest";
import { GROUND_ONE, type GroundedGraph } from "../../src/sparse/graph.ts";
import {
  type BuiltPattern,
  buildSlicedPattern,
  ROWS_PER_SLICE,
  type SlicedPattern,
} from "../../src/sparse/sliced-pattern.ts";

export function build(
  graphs: readonly GroundedGraph[],
  options: Partial<Parameters<typeof buildSlicedPattern>[1]>,
) {
  return buildSlicedPattern(graphs, { ordering: "auto", maxChunks: 4, smallRows: 64, ...options });
}

interface Slot {
  readonly row: number;
  readonly column: number;
  readonly edge: number;
}

/** Every slot, by the layout's description alone: layer k of a slice holds the k-th entry of its 32 rows. */
function* slotsOf({ pattern, fillPage }: BuiltPattern): Generator<Slot> {
  const { batchLayout, pages } = pattern;
  for (const [page, { firstSlice, endSlice, sliceTable, slotCount }] of pages.entries()) {
    const { column, slotEdge } = fillPage(page);
    expect([column.length, slotEdge.length]).toEqual([slotCount, slotCount]);
    for (let slice = firstSlice; slice < endSlice; slice++) {
      const end = batchLayout[sliceTable + slice + 1]!;
      for (let layer = batchLayout[sliceTable + slice]!; layer < end; layer++) {
        for (let lane = 0; lane < ROWS_PER_SLICE; lane++) {
          const slot = layer * ROWS_PER_SLICE + lane;
          yield { row: slice * ROWS_PER_SLICE + lane, column: column[slot]!, edge: slotEdge[slot]! };
        }
      }
    }
  }
}

/** "row column edge" of each entry that the graphs ask for, by their edges. */
function expectedEntries(graphs: readonly GroundedGraph[], pattern: SlicedPattern): string[] {
  const entries: string[] = [];
  graphs.forEach(({ ends }, s) => {
    const place = (end: number) =>
      end >= 0
        ? pattern.rowOfUnknown[pattern.unknownStart[s]! + end]!
        : pattern.rowCount + (end === GROUND_ONE ? 0 : 1);
    for (let k = 0; k < ends.length / 2; k++) {
      const [i, j] = [ends[2 * k]!, ends[2 * k + 1]!];
      if (i === j) continue;
      const edge = pattern.edgeStart[s]! + k;
      if (i >= 0) entries.push(`${place(i)} ${place(j)} ${edge}`);
      if (j >= 0) entries.push(`${place(j)} ${place(i)} ${edge}`);
    }
  });
  return entries.sort();
}

export function checkPattern(graphs: readonly GroundedGraph[], built: BuiltPattern): void {
  const { pattern } = built;
  const filled: string[] = [];
  const empty: Slot[] = [];
  for (const slot of slotsOf(built)) {
    if (slot.edge === pattern.edgeCount) empty.push(slot);
    else filled.push(`${slot.row} ${slot.column} ${slot.edge}`);
  }
  expect(empty.filter(({ row, column }) => column !== row)).toEqual([]);
  expect(filled.sort()).toEqual(expectedEntries(graphs, pattern));
  expect(new Set(pattern.rowOfUnknown).size).toBe(pattern.rowOfUnknown.length);
}

/** Records of the chunks, in the order of the kernels' struct. */
export function chunksOf({ batchLayout, chunkCount }: SlicedPattern) {
  return Array.from({ length: chunkCount }, (_, k) => {
    const [system, begin, end, first, last] = batchLayout.subarray(8 * k, 8 * k + 5);
    return { system: system!, begin: begin!, end: end!, first: first!, last: last! };
  });
}
