import { describe, expect, it } from "vitest";
import { BufferSet } from "../../src/gpu/buffers.ts";
import { createKernel } from "../../src/gpu/kernel.ts";
import { chooseLaunchShape } from "../../src/gpu/launch-shape.ts";
import { readBuffer } from "../../src/gpu/readback.ts";
import { STATE_WORDS, StateWord } from "../../src/solve/cg-kernels.ts";
import { createLaunch } from "../../src/sparse/launch.ts";
import type { RaggedLaplacian } from "../../src/sparse/ragged-laplacian.ts";
import {
  applyLaplacian,
  assembleDiagonal,
  assembleRightHandSide,
  computeResidual,
  dotProduct,
  measureEnergy,
} from "../../src/sparse/reference.ts";
import { useDevice } from "../support/device.ts";
import {
  createMatrix,
  criticalCounts,
  drawBatch,
  joinWeights,
  packPairs,
  packRows,
  runOnce,
  sumPartials,
  unknownsOf,
  unpackRows,
} from "./batches.ts";
import { drawGraph, makeRandom, type WeightedGraph } from "./graphs.ts";

const device = await useDevice();
const shape = device ? chooseLaunchShape(device) : { lanes: 4, maxChunks: 64 };
const counts = criticalCounts(shape.lanes);
const F32 = 2 ** -23;

const cases = [
  ...counts.map((count) => ({ name: `one system of ${count}`, systems: 1, sizes: [count] })),
  { name: "one system of 20000", systems: 1, sizes: [20_000] },
  { name: "3 different systems", systems: 3, sizes: [1000, 33, 4 * shape.lanes + 1] },
  { name: "65 different systems", systems: 65, sizes: [...counts, 2, 7, 100] },
];

const floats = async (buffer: GPUBuffer) => new Float32Array(await readBuffer(device, buffer));

/** The weights as the device has them: scaled by a power of two. */
function scaledWeights(
  matrix: RaggedLaplacian,
  batch: readonly WeightedGraph[],
  system: number,
): Float64Array {
  return batch[system]!.weights.map((w) => w * matrix.scales[system]!);
}

/** |A| |x|, row by row: what the rounding of a row's terms is measured by. */
function sizeOfTerms({ graph }: WeightedGraph, weights: Float64Array, x: Float64Array): Float64Array {
  const size = assembleDiagonal(graph, weights).map((d, i) => d * Math.abs(x[i]!));
  for (let k = 0; k < weights.length; k++) {
    const [i, j] = [graph.ends[2 * k]!, graph.ends[2 * k + 1]!];
    if (i === j) continue;
    if (i >= 0) size[i]! += weights[k]! * (j >= 0 ? Math.abs(x[j]!) : 1);
    if (j >= 0) size[j]! += weights[k]! * (i >= 0 ? Math.abs(x[i]!) : 1);
  }
  return size;
}

/** Largest |error| over its bound; at most 1 when every entry keeps its bound. */
function worstRatio(error: (i: number) => number, bound: (i: number) => number, count: number): number {
  let worst = 0;
  for (let i = 0; i < count; i++) {
    const ratio = error(i) === 0 ? 0 : error(i) / bound(i);
    if (!(ratio <= worst)) worst = ratio;
  }
  return worst;
}

describe.each(cases)("$name", ({ systems, sizes }) => {
  const batch = drawBatch(systems, sizes, 53);

  it("is assembled: weights with their low parts, diagonal", async () => {
    using matrix = await createMatrix(device, batch);
    const { buffers, pattern } = matrix;
    const page = buffers.pages[0]!;
    const [high, low, edges] = [
      await floats(page.weight),
      await floats(page.weightLow),
      new Uint32Array(await readBuffer(device, page.slotEdge)),
    ];
    const expected = batch.flatMap((_, s) => [...scaledWeights(matrix, batch, s)]);
    const slots = Array.from({ length: pattern.edgeCount ? edges.length : 0 }, (_, k) => k);
    const used = slots.filter((slot) => edges[slot]! < pattern.edgeCount);
    expect(slots.filter((k) => edges[k] === pattern.edgeCount && (high[k] !== 0 || low[k] !== 0))).toEqual(
      [],
    );
    const errorOf = (k: number) => Math.abs(high[used[k]!]! + low[used[k]!]! - expected[edges[used[k]!]!]!);
    expect(
      worstRatio(errorOf, (k) => 2 ** -47 * expected[edges[used[k]!]!]!, used.length),
    ).toBeLessThanOrEqual(1);

    const inverse = unpackRows(matrix, await floats(buffers.inverseDiagonal));
    batch.forEach((own, s) => {
      const weights = scaledWeights(matrix, batch, s);
      const diagonal = assembleDiagonal(own.graph, weights);
      const ownInverse = unknownsOf(matrix, s, inverse);
      const deviation = (i: number) =>
        diagonal[i] === 0 ? Math.abs(ownInverse[i]!) : Math.abs(ownInverse[i]! * diagonal[i]! - 1);
      expect(worstRatio(deviation, () => 2 * F32, diagonal.length)).toBeLessThanOrEqual(1);
      const b = assembleRightHandSide(own.graph, weights);
      // The scale is a power of two that brings |b| near 1.
      expect(Number.isInteger(Math.log2(matrix.scales[s]!))).toBe(true);
      const norm = Math.sqrt(dotProduct(b, b));
      if (norm > 0) expect(Math.abs(Math.log2(norm))).toBeLessThanOrEqual(0.5 + 1e-9);
    });
  });

  it.each([
    { driver: "the ground at 1", groundOne: 1 },
    { driver: "a load", groundOne: 0 },
  ])(
    "has the oracle's residual to 1e-13 of |A||x|, its norm and energy, driven by $driver",
    async (given) => {
      const { groundOne } = given;
      using matrix = await createMatrix(device, batch);
      const random = makeRandom(59);
      // As in refinement: near a solution, where the residual is what is left of large terms.
      const x = Float64Array.from(matrix.pattern.rowOfUnknown, () => 0.5 + 1e-6 * random());
      using own = new BufferSet(device);
      const { launch, batchLayout } = matrix.buffers;
      const { column, weight, weightLow } = matrix.buffers.pages[0]!;
      const load = x.map(() => (groundOne ? 0 : 1e-3 * (random() - 0.5)));
      const residual = own.storage("r", 4 * matrix.pattern.vectorLength);
      const partialNorms = own.storage("norms", 8 * matrix.pattern.chunkCount);
      const constants = { lanes: shape.lanes, hasLoad: 1 - groundOne };
      const kernel = await createKernel(device, "sparse/residual", constants);
      const solution = own.upload("x", packPairs(matrix, x, groundOne));
      const bound = { launch, batchLayout, column, weight, weightLow, solution, residual, partialNorms };
      // Without a load its place is taken by what is finite, but must not be read.
      const loadPairs = own.upload("load", packPairs(matrix, groundOne ? x : load));
      runOnce(device, kernel.bind({ ...bound, load: loadPairs }), matrix.pattern.chunkCount);
      const r = unpackRows(matrix, await floats(residual));
      const norms = await floats(partialNorms);
      batch.forEach((each, s) => {
        const weights = scaledWeights(matrix, batch, s);
        const ownX = unknownsOf(matrix, s, x);
        const b = groundOne ? assembleRightHandSide(each.graph, weights) : unknownsOf(matrix, s, load);
        const exact = computeResidual(each.graph, weights, b, ownX);
        const size = sizeOfTerms(each, weights, ownX);
        const ownR = unknownsOf(matrix, s, r);
        // Rounded to f32 at the end.
        const boundOf = (i: number) => 1e-13 * size[i]! + F32 * Math.abs(exact[i]!);
        expect(worstRatio((i) => Math.abs(ownR[i]! - exact[i]!), boundOf, exact.length)).toBeLessThanOrEqual(
          1,
        );
        const norm2 = dotProduct(exact, exact);
        expect(Math.abs(sumPartials(matrix, s, norms, 2, 0) - norm2)).toBeLessThanOrEqual(
          1e-5 * norm2 + 1e-30,
        );
        const inner = energyWithoutDirectEdges(each, weights, ownX, groundOne);
        expect(Math.abs(sumPartials(matrix, s, norms, 2, 1) - inner)).toBeLessThanOrEqual(1e-5 * inner);
      });
    },
  );

  it("is applied to a vector, with p·Ap", async () => {
    using matrix = await createMatrix(device, batch);
    const random = makeRandom(61);
    const p = Float64Array.from(matrix.pattern.rowOfUnknown, () => Math.fround(2 * random() - 1));
    const { product, partials } = await applyDot(matrix, p, () => 1);
    const q = unpackRows(matrix, product);
    batch.forEach((own, s) => {
      const weights = scaledWeights(matrix, batch, s);
      const ownP = unknownsOf(matrix, s, p);
      const exact = applyLaplacian(own.graph, weights, ownP);
      const size = sizeOfTerms(own, weights, ownP);
      const ownQ = unknownsOf(matrix, s, q);
      const degree = longestRow(own);
      const boundOf = (i: number) => (degree + 3) * F32 * size[i]!;
      expect(worstRatio((i) => Math.abs(ownQ[i]! - exact[i]!), boundOf, exact.length)).toBeLessThanOrEqual(1);
      const curvature = dotProduct(ownP, exact);
      expect(Math.abs(sumPartials(matrix, s, partials) - curvature)).toBeLessThanOrEqual(
        1e-4 * curvature + 1e-30,
      );
    });
  });
});

/** q and the partial sums of p·q; a system whose `running` is 0 must be left alone. */
async function applyDot(
  matrix: RaggedLaplacian,
  p: Float64Array,
  running: (system: number) => number,
  nearColumn?: GPUBuffer,
) {
  const { pattern } = matrix;
  using own = new BufferSet(device);
  const state = new Uint32Array(STATE_WORDS * pattern.systemCount);
  for (let s = 0; s < pattern.systemCount; s++) state[s * STATE_WORDS + StateWord.running] = running(s);
  const kernel = await createKernel(device, "sparse/apply-dot", {
    lanes: shape.lanes,
    near: nearColumn ? 1 : 0,
  });
  const direction = own.upload("p", packRows(matrix, p));
  const product = own.upload("q", new Float32Array(pattern.vectorLength).fill(-7));
  const partialCurvature = own.upload("p·q", new Float32Array(pattern.chunkCount).fill(-7));
  const bound = kernel.bind({
    launch: createLaunch(own, pattern),
    batchLayout: matrix.buffers.batchLayout,
    column: nearColumn ?? matrix.buffers.pages[0]!.column,
    weight: matrix.buffers.pages[0]!.weight,
    direction,
    directionRows: direction,
    product,
    partialCurvature,
    state: own.upload("state", state),
  });
  runOnce(device, bound, pattern.chunkCount);
  return { product: await floats(product), partials: await floats(partialCurvature) };
}

function longestRow({ graph }: WeightedGraph): number {
  const degree = new Uint32Array(graph.unknownCount);
  for (const end of graph.ends) if (end >= 0) degree[end]!++;
  return degree.reduce((most, d) => Math.max(most, d), 0);
}

/** An edge between the two grounds belongs to no row, so that the device does not count it. */
function energyWithoutDirectEdges(
  { graph }: WeightedGraph,
  weights: Float64Array,
  x: Float64Array,
  groundOne: number,
): number {
  const inner = weights.map((w, k) => (graph.ends[2 * k]! < 0 && graph.ends[2 * k + 1]! < 0 ? 0 : w));
  return measureEnergy(graph, inner, x, groundOne);
}

describe("columns as 16-bit distances", () => {
  it("give the same product to the bit", async () => {
    const batch = [...drawBatch(4, [1000, 33], 61), drawGraph("lattice", 3000, 62, 2)];
    using matrix = await createMatrix(device, batch, { smallRows: 0 });
    const random = makeRandom(59);
    const p = Float64Array.from({ length: matrix.pattern.rowOfUnknown.length }, () => random() - 0.5);
    const near = await applyDot(matrix, p, () => 1, matrix.buffers.pages[0]!.nearColumn!);
    const far = await applyDot(matrix, p, () => 1);
    expect(near.product).toEqual(far.product);
    expect(near.partials).toEqual(far.partials);
    expect(far.product.some((value) => value > 0)).toBe(true);
  });
});

describe("a batch of which some have ended", () => {
  it("applies the others only", async () => {
    const batch = drawBatch(9, [40, 300, 3], 67);
    using matrix = await createMatrix(device, batch);
    const p = new Float64Array(matrix.pattern.rowOfUnknown.length).fill(0.75);
    const { product, partials } = await applyDot(matrix, p, (s) => (s % 2 ? 0 : 1));
    const q = unpackRows(matrix, product);
    batch.forEach((_, s) => {
      const isUntouched = unknownsOf(matrix, s, q).every((value) => value === -7);
      expect([s, isUntouched]).toEqual([s, s % 2 === 1]);
      const { chunkOfSystem, chunkEndOfSystem } = matrix.pattern;
      const own = partials.subarray(chunkOfSystem[s], chunkEndOfSystem[s]);
      expect([s, own.every((value) => value === -7)]).toEqual([s, s % 2 === 1]);
    });
  });
});

describe("new weights", () => {
  it("replace the old ones wholly, on one pattern", async () => {
    const batch = drawBatch(5, [33, 200], 71);
    const other = batch.map(({ graph, weights }) => ({ graph, weights: weights.map((w) => 3 / w) }));
    using matrix = await createMatrix(device, batch);
    using fresh = await createMatrix(device, other);
    matrix.setWeights(joinWeights(other));
    expect(matrix.scales).toEqual(fresh.scales);
    for (const name of ["weight", "weightLow"] as const) {
      const [own, other] = [matrix.buffers.pages[0]![name], fresh.buffers.pages[0]![name]];
      expect(await floats(own)).toEqual(await floats(other));
    }
    expect(await floats(matrix.buffers.inverseDiagonal)).toEqual(await floats(fresh.buffers.inverseDiagonal));
  });

  it("must be one an edge", async () => {
    using matrix = await createMatrix(device, drawBatch(2, [20], 73));
    expect(() => matrix.setWeights(new Float64Array(3))).toThrow(/3 weights for \d+ edges/);
  });
});
