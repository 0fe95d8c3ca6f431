/**
 * Grounded graphs of known kinds with weights drawn from a seed, and their solution by Gaussian elimination in
 * float64, which shares nothing with the library.
 */
import { GROUND_ONE, GROUND_ZERO, type GroundedGraph } from "../../src/sparse/graph.ts";

export interface WeightedGraph {
  readonly graph: GroundedGraph;
  readonly weights: Float64Array;
}

/** Marsaglia's xorshift32 ("Xorshift RNGs", 2003): numbers in (0, 1). */
export function makeRandom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
  for (let k = 0; k < 8; k++) next();
  return next;
}

/** ln w is uniform over `decades` decades about 1. */
export function drawWeight(random: () => number, decades: number): number {
  return 10 ** (decades * (random() - 0.5));
}

export function makeGraph(unknownCount: number, ends: readonly (readonly [number, number])[]): GroundedGraph {
  return { unknownCount, ends: Int32Array.from(ends.flat()) };
}

/** Ground at 1 - 0 - 1 - … - ground at 0: one weight more than unknowns. */
export function chainOf(weights: ArrayLike<number>): WeightedGraph {
  const count = weights.length - 1;
  const end = (i: number) => (i < 0 ? GROUND_ONE : i === count ? GROUND_ZERO : i);
  const ends = Array.from(weights, (_, k) => [end(k - 1), end(k)] as const);
  return { graph: makeGraph(count, ends), weights: Float64Array.from(weights) };
}

export type GraphKind = "chain" | "tree" | "star" | "clique" | "clusters" | "lattice";
export const GRAPH_KINDS: readonly GraphKind[] = ["chain", "tree", "star", "clique", "clusters", "lattice"];

/**
 * - `tree`: every unknown hangs on an earlier one
 * - `star`: all hang on unknown 0
 * - `clique`: each two are joined
 * - `clusters`: random edges, duplicates and self-loops among them; a fifth of the unknowns forms clusters that
 *   touch no ground, or nothing at all
 * - `lattice`: a square lattice, numbered at random
 */
export function drawGraph(kind: GraphKind, unknownCount: number, seed: number, decades = 4): WeightedGraph {
  const random = makeRandom(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const ends = listEnds(kind, unknownCount, pick);
  if (kind !== "clusters") ends.push([GROUND_ONE, 0], [unknownCount - 1, GROUND_ZERO]);
  for (let k = 0; k < unknownCount / 10; k++) {
    const grounded = pick(kind === "clusters" ? Math.ceil(0.8 * unknownCount) : unknownCount);
    ends.push(k % 2 ? [grounded, GROUND_ONE] : [GROUND_ZERO, grounded]);
  }
  if (kind === "clusters") ends.push([GROUND_ONE, 0], [GROUND_ZERO, 0], [GROUND_ZERO, GROUND_ONE]);
  const weights = Float64Array.from(ends, () => drawWeight(random, decades));
  return { graph: makeGraph(unknownCount, ends), weights };
}

function listEnds(kind: GraphKind, count: number, pick: (count: number) => number): [number, number][] {
  const ends: [number, number][] = [];
  if (kind === "chain") for (let i = 1; i < count; i++) ends.push([i - 1, i]);
  if (kind === "tree") for (let i = 1; i < count; i++) ends.push([i, pick(i)]);
  if (kind === "star") for (let i = 1; i < count; i++) ends.push([0, i]);
  if (kind === "clique") for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) ends.push([i, j]);
  if (kind === "clusters") {
    const main = Math.ceil(0.8 * count);
    for (let k = 0; k < 2 * main; k++) ends.push([pick(main), pick(main)]);
    for (let k = 0; k < count - main; k++) {
      ends.push([main + pick(count - main), main + pick(count - main)]);
    }
  }
  if (kind === "lattice") {
    const place = shuffle(count, pick);
    const width = Math.ceil(Math.sqrt(count));
    for (let i = 0; i < count; i++) {
      if ((i + 1) % width !== 0 && i + 1 < count) ends.push([place[i]!, place[i + 1]!]);
      if (i + width < count) ends.push([place[i]!, place[i + width]!]);
    }
  }
  return ends;
}

export function shuffle(count: number, pick: (count: number) => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = pick(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/**
 * Gaussian elimination with partial pivoting. Unknowns that no path joins to a ground are 0, as conjugate
 * gradients from x = 0 leave them.
 */
export function solveDense({ graph, weights }: WeightedGraph): Float64Array {
  const n = graph.unknownCount;
  const rows = Array.from({ length: n }, () => new Float64Array(n + 1));
  const { ends } = graph;
  const isGrounded = findGrounded(graph, weights);
  for (let k = 0; k < weights.length; k++) {
    const pair = [ends[2 * k]!, ends[2 * k + 1]!] as const;
    if (pair[0] === pair[1]) continue;
    for (const [i, j] of [pair, [pair[1], pair[0]]] as const) {
      if (i < 0) continue;
      rows[i]![i]! += weights[k]!;
      if (j >= 0) rows[i]![j]! -= weights[k]!;
      if (j === GROUND_ONE) rows[i]![n]! += weights[k]!;
    }
  }
  for (let i = 0; i < n; i++) {
    if (!isGrounded[i]) rows[i]!.fill(0)[i] = 1;
  }
  eliminate(rows);
  const x = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i]![n]!;
    for (let j = i + 1; j < n; j++) sum -= rows[i]![j]! * x[j]!;
    x[i] = sum / rows[i]![i]!;
  }
  return x;
}

function eliminate(rows: Float64Array[]): void {
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i]![k]! / rows[k]![k]!;
      if (factor === 0) continue;
      for (let j = k; j <= n; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
}

/** n: 1 where a path of positive weights leads to a ground. */
export function findGrounded({ unknownCount, ends }: GroundedGraph, weights: Float64Array): Uint8Array {
  const grounded = new Uint8Array(unknownCount);
  for (let changed = true; changed; ) {
    changed = false;
    for (let k = 0; k < weights.length; k++) {
      if (!(weights[k]! > 0)) continue;
      const i = ends[2 * k]!;
      const j = ends[2 * k + 1]!;
      const isReached = i < 0 || j < 0 || grounded[i] || grounded[j];
      for (const end of [i, j]) {
        if (!isReached || end < 0 || grounded[end]) continue;
        grounded[end] = 1;
        changed = true;
      }
    }
  }
  return grounded;
}

/** Largest difference of two vectors. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let worst = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
}
