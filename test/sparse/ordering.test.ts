import { describe, expect, it } from "vitest";
import { type GroundedGraph, listNeighbours } from "../../src/sparse/graph.ts";
import { orderRows, sortByLength } from "../../src/sparse/ordering.ts";
import { drawGraph, GRAPH_KINDS, makeGraph, makeRandom, shuffle } from "./graphs.ts";

/** Mean distance between the rows of the two ends of an edge. */
function meanDistance({ ends }: GroundedGraph, order: ArrayLike<number>): number {
  const row: number[] = [];
  for (let r = 0; r < order.length; r++) row[order[r]!] = r;
  let sum = 0;
  let count = 0;
  for (let k = 0; k < ends.length; k += 2) {
    if (ends[k]! < 0 || ends[k + 1]! < 0) continue;
    sum += Math.abs(row[ends[k]!]! - row[ends[k + 1]!]!);
    count++;
  }
  return sum / count;
}

const identity = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("the order of the rows", () => {
  it.each(GRAPH_KINDS)("is a permutation of a %s", (kind) => {
    for (const count of [1, 2, 31, 100]) {
      const adjacency = listNeighbours(drawGraph(kind, count, 41 + count).graph);
      for (const ordering of ["auto", "given", "cuthill-mckee"] as const) {
        expect(Array.from(orderRows(adjacency, ordering)).sort((a, b) => a - b)).toEqual(identity(count));
      }
    }
  });

  it("follows a chain whose unknowns are numbered at random", () => {
    const random = makeRandom(43);
    const place = shuffle(500, (count) => Math.floor(random() * count));
    const graph = makeGraph(
      500,
      place.slice(1).map((p, k) => [place[k]!, p] as const),
    );
    const order = orderRows(listNeighbours(graph), "auto");
    expect(meanDistance(graph, order)).toBe(1);
    expect([Array.from(order), Array.from(order).reverse()]).toContainEqual(place);
  });

  it("brings the neighbours of a lattice numbered at random near", () => {
    const { graph } = drawGraph("lattice", 2500, 47);
    const random = meanDistance(graph, identity(2500));
    const ordered = meanDistance(graph, orderRows(listNeighbours(graph), "auto"));
    // Rows of the lattice are 50 long: level sets of a search from a corner have at most as many.
    expect(random).toBeGreaterThan(700);
    expect(ordered).toBeLessThan(60);
  });

  it("keeps a numbering that is better already", () => {
    const ends = identity(300).flatMap((i) => [1, 2, 3].map((step) => [i, i + step] as const));
    const graph = makeGraph(
      300,
      ends.filter(([, j]) => j < 300),
    );
    const order = orderRows(listNeighbours(graph), "auto");
    expect(meanDistance(graph, order)).toBeLessThanOrEqual(meanDistance(graph, identity(300)));
  });

  /** A lattice of `side`³ unknowns numbered by `place`, x slowest, without grounds. */
  const makeLattice = (side: number, place: (i: number) => number): GroundedGraph => {
    const ends: number[] = [];
    for (let i = 0; i < side ** 3; i++) {
      if (i % side < side - 1) ends.push(place(i), place(i + 1));
      if (Math.floor(i / side) % side < side - 1) ends.push(place(i), place(i + side));
      if (i < side ** 3 - side * side) ends.push(place(i), place(i + side * side));
    }
    return { unknownCount: side ** 3, ends: Int32Array.from(ends) };
  };

  it("keeps a lattice that is numbered row by row", () => {
    const adjacency = listNeighbours(makeLattice(15, (i) => i));
    expect(Array.from(orderRows(adjacency, "auto"))).toEqual(identity(15 ** 3));
  });

  it("looks at a part of a large network, and finds that its numbering is bad", () => {
    // 175 616 unknowns, more than all are looked at; 100 003 is prime, and the product a permutation.
    const side = 56;
    const graph = makeLattice(side, (i) => (i * 100_003) % side ** 3);
    const adjacency = listNeighbours(graph);
    const order = orderRows(adjacency, "auto");
    expect(order).toEqual(orderRows(adjacency, "cuthill-mckee"));
    expect(new Set(order).size).toBe(side ** 3);
    // Level sets of a search from a corner have at most three quarters of a layer, of which a neighbour is two away.
    expect(meanDistance(graph, order)).toBeLessThan(side * side);
    expect(
      meanDistance(
        graph,
        new Uint32Array(side ** 3).map((_, i) => i),
      ),
    ).toBeGreaterThan(10 * side * side);
  });

  it("takes neighbours in the order of the edges", () => {
    const graph = makeGraph(4, [
      [2, 0],
      [2, 3],
      [-1, 2],
      [1, 2],
      [3, 3],
    ]);
    const { rowStart, neighbour, edge } = listNeighbours(graph);
    expect([...rowStart]).toEqual([0, 1, 2, 6, 7]);
    expect([...neighbour]).toEqual([2, 2, 0, 3, -1, 1, 2]);
    expect([...edge]).toEqual([0, 3, 0, 1, 2, 3, 1]);
  });
});

describe("sorting rows by length", () => {
  it("sorts within windows, longest first, and equals stay in their order", () => {
    // Degrees by unknown: 1 in a star's leaves, many in its hubs 3, 70 and 99.
    const ends = identity(100).flatMap((i) =>
      i === 3 || i === 70 || i === 99 ? [] : [[i, i < 50 ? 3 : i < 90 ? 70 : 99] as const],
    );
    const adjacency = listNeighbours(makeGraph(100, ends));
    const order = Uint32Array.from(identity(100));
    sortByLength(order, adjacency, 64);
    expect([...order]).toEqual([
      3,
      ...identity(64).filter((i) => i !== 3),
      70,
      99,
      ...identity(100).filter((i) => i >= 64 && i !== 70 && i !== 99),
    ]);
  });

  it("leaves rows of one length in the order given, whatever that is", () => {
    const random = makeRandom(61);
    const { graph } = drawGraph("lattice", 900, 59);
    const { rowStart } = listNeighbours(graph);
    const lengthOf = (i: number) => rowStart[i + 1]! - rowStart[i]!;
    const given = shuffle(900, (count) => Math.floor(random() * count));
    const order = Uint32Array.from(given);
    sortByLength(order, listNeighbours(graph), 128);
    const expected: number[] = [];
    for (let start = 0; start < 900; start += 128) {
      // Array.prototype.sort is stable.
      expected.push(...given.slice(start, start + 128).sort((a, b) => lengthOf(b) - lengthOf(a)));
    }
    expect([...order]).toEqual(expected);
  });
});
