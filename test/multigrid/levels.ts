/** Levels of a hierarchy for tests: as rows on the host, as dense matrices, and as read back from a device. */
import type { ComputeDevice } from "../../src/gpu/device.ts";
import { readBuffer } from "../../src/gpu/readback.ts";
import { NOWHERE } from "../../src/multigrid/host-coarsening.ts";
import type { HostMatrix } from "../../src/multigrid/host-matrix.ts";
import type { CoarseLevel, LevelTransfer } from "../../src/multigrid/level.ts";
import { Pacer } from "../../src/multigrid/pacer.ts";
import { SLICE_ROWS } from "../../src/multigrid/sliced-rows.ts";
import { drawWeight, makeGraph, makeRandom, type WeightedGraph } from "../sparse/graphs.ts";

export const pacer = new Pacer();

/** Rows in the order of the unknowns, values rounded to float32. */
export function toHostMatrix({ graph, weights }: WeightedGraph): HostMatrix {
  const n = graph.unknownCount;
  const entries: [number, number][][] = Array.from({ length: n }, () => []);
  const ground = new Float32Array(n);
  for (let k = 0; k < weights.length; k++) {
    const [i, j] = [graph.ends[2 * k]!, graph.ends[2 * k + 1]!];
    if (i === j || (i < 0 && j < 0)) continue;
    if (i < 0 || j < 0) ground[Math.max(i, j)]! += weights[k]!;
    else {
      entries[i]!.push([j, weights[k]!]);
      entries[j]!.push([i, weights[k]!]);
    }
  }
  return fromEntries(entries, ground);
}

export function fromEntries(
  entries: readonly (readonly [number, number])[][],
  ground: Float32Array,
): HostMatrix {
  const rowStart = new Int32Array(entries.length + 1);
  entries.forEach((row, i) => {
    rowStart[i + 1] = rowStart[i]! + row.length;
  });
  return {
    rowCount: entries.length,
    rowStart,
    column: Int32Array.from(entries.flatMap((row) => row.map(([j]) => j))),
    weight: Float32Array.from(entries.flatMap((row) => row.map(([, w]) => w))),
    ground,
  };
}

/** Between rows: sums of all weights that join two of them, 0 on the diagonal. */
export function densifyWeights({ rowCount, rowStart, column, weight }: HostMatrix): Float64Array[] {
  const dense = Array.from({ length: rowCount }, () => new Float64Array(rowCount));
  for (let i = 0; i < rowCount; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) dense[i]![column[k]!]! += weight[k]!;
  }
  return dense;
}

/** A cubic lattice with weights of ln w normal of standard deviation `sigma`, ends in x grounded at 1 and 0. */
export function drawLattice(size: number, sigma: number, seed: number): WeightedGraph {
  const random = makeRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  const at = (x: number, y: number, z: number) => (x < 0 ? -1 : x === size ? -2 : (x * size + y) * size + z);
  const ends: [number, number][] = [];
  for (let x = -1; x < size; x++) {
    for (let y = 0; y < size; y++) {
      for (let z = 0; z < size; z++) {
        ends.push([at(x, y, z), at(x + 1, y, z)]);
        if (x >= 0 && y + 1 < size) ends.push([at(x, y, z), at(x, y + 1, z)]);
        if (x >= 0 && z + 1 < size) ends.push([at(x, y, z), at(x, y, z + 1)]);
      }
    }
  }
  const weights = Float64Array.from(ends, () => Math.exp(sigma * normal()));
  return { graph: makeGraph(size ** 3, ends), weights };
}

/** Random points of a plane, each joined to its `neighbours` nearest; the leftmost and rightmost are grounded. */
export function drawNearest(count: number, neighbours: number, seed: number, decades = 2): WeightedGraph {
  const random = makeRandom(seed);
  const points = Array.from({ length: count }, () => [random(), random()] as const);
  const pairs = new Set<number>();
  points.forEach(([x, y], i) => {
    const near = points
      .map(([u, v], j) => [(u - x) ** 2 + (v - y) ** 2, j] as const)
      .sort((a, b) => a[0] - b[0])
      .slice(1, neighbours + 1);
    for (const [, j] of near) pairs.add(Math.min(i, j) * count + Math.max(i, j));
  });
  const ends = [...pairs].map((pair): [number, number] => [Math.floor(pair / count), pair % count]);
  points.forEach(([x], i) => {
    if (x < 0.05) ends.push([-1, i]);
    if (x > 0.95) ends.push([i, -2]);
  });
  const weights = Float64Array.from(ends, () => drawWeight(random, decades));
  return { graph: makeGraph(count, ends), weights };
}

/** Each two of `count` joined with probability `share`, and the first and last grounded. */
export function drawDense(count: number, share: number, seed: number, decades = 1): WeightedGraph {
  const random = makeRandom(seed);
  const ends: [number, number][] = [
    [-1, 0],
    [count - 1, -2],
  ];
  for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) if (random() < share) ends.push([i, j]);
  return {
    graph: makeGraph(count, ends),
    weights: Float64Array.from(ends, () => drawWeight(random, decades)),
  };
}

export interface ReadTransfer {
  /** 4 n. */
  readonly columns: Int32Array;
  readonly weights: Float32Array;
}

export async function readTransfer(
  device: ComputeDevice,
  { prolongation }: LevelTransfer,
): Promise<ReadTransfer> {
  const columns: number[] = [];
  const weights: number[] = [];
  for (const page of prolongation) {
    const words = new Int32Array(await readBuffer(device, page.columns, 0, 16 * page.rowCount));
    const values = new Float32Array(await readBuffer(device, page.weights, 0, 16 * page.rowCount));
    for (const word of words) columns.push(word);
    for (const value of values) weights.push(value);
  }
  return { columns: Int32Array.from(columns), weights: Float32Array.from(weights) };
}

/** A coarse level's matrix without what only fills. */
export async function readLevel(device: ComputeDevice, level: CoarseLevel): Promise<HostMatrix> {
  const { rowCount, matrix } = level;
  const entries: [number, number][][] = Array.from({ length: rowCount }, () => []);
  const readWords = async (buffer: GPUBuffer) => new Int32Array(await readBuffer(device, buffer));
  const addSlots = (row: number, slots: readonly number[], column: Int32Array, weight: Float32Array) => {
    for (const slot of slots) {
      if (weight[slot] !== 0 || column[slot]! < rowCount) entries[row]!.push([column[slot]!, weight[slot]!]);
    }
  };
  if (matrix.kind === "rows") {
    const table = "buffer" in matrix.rowTable ? matrix.rowTable : { buffer: matrix.rowTable };
    const starts = new Int32Array(
      await readBuffer(device, table.buffer, table.offset ?? 0, 4 * (rowCount + 1)),
    );
    const column = await readWords(matrix.column);
    const weight = new Float32Array(await readBuffer(device, matrix.weight));
    for (let r = 0; r < rowCount; r++) addSlots(r, range(starts[r]!, starts[r + 1]!, 1), column, weight);
  } else {
    for (const page of matrix.pages) {
      const [order, layers, column] = await Promise.all(
        [page.order, page.layerStart, page.column].map(readWords),
      );
      const weight = new Float32Array(await readBuffer(device, page.weight));
      for (let place = 0; place < SLICE_ROWS * page.sliceCount; place++) {
        if (order![place]! >= rowCount) continue;
        const slice = Math.floor(place / SLICE_ROWS);
        const lane = place % SLICE_ROWS;
        const slots = range(
          SLICE_ROWS * layers![slice]! + lane,
          SLICE_ROWS * layers![slice + 1]! + lane,
          SLICE_ROWS,
        );
        addSlots(order![place]!, slots, column!, weight);
      }
    }
  }
  const ground = new Float32Array(await readBuffer(device, level.ground, 0, 4 * rowCount));
  return fromEntries(entries, ground);
}

function range(begin: number, end: number, step: number): number[] {
  const all: number[] = [];
  for (let k = begin; k < end; k += step) all.push(k);
  return all;
}

/** Columns of a row that are used. */
export function columnsOf(columns: Int32Array, row: number): number[] {
  return [...columns.subarray(4 * row, 4 * row + 4)].filter((which) => which !== NOWHERE);
}
