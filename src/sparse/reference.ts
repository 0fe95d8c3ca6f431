/**
 * The oracle: the same operations in float64 on the host, as plainly as they can be written. Tests compare the
 * kernels with it; where a driver breaks two-float arithmetic, it also computes the residual.
 */
import { GROUND_ONE, type GroundedGraph } from "./graph.ts";

/** y = A x, edge by edge. */
export function applyLaplacian(graph: GroundedGraph, weights: Float64Array, x: Float64Array): Float64Array {
  const y = new Float64Array(graph.unknownCount);
  forEachEdge(graph, (i, j, k) => {
    const flow = weights[k]! * ((i < 0 ? 0 : x[i]!) - (j < 0 ? 0 : x[j]!));
    if (i >= 0) y[i]! += flow;
    if (j >= 0) y[j]! -= flow;
  });
  return y;
}

/** b: the weights of each unknown's edges to the ground at 1. */
export function assembleRightHandSide(graph: GroundedGraph, weights: Float64Array): Float64Array {
  const b = new Float64Array(graph.unknownCount);
  forEachEdge(graph, (i, j, k) => {
    if (i >= 0 && j === GROUND_ONE) b[i]! += weights[k]!;
    if (j >= 0 && i === GROUND_ONE) b[j]! += weights[k]!;
  });
  return b;
}

export function assembleDiagonal(graph: GroundedGraph, weights: Float64Array): Float64Array {
  const d = new Float64Array(graph.unknownCount);
  forEachEdge(graph, (i, j, k) => {
    if (i >= 0) d[i]! += weights[k]!;
    if (j >= 0) d[j]! += weights[k]!;
  });
  return d;
}

/** Sum over edges of w (x_i - x_j)², the grounds being held at `groundOne` and 0. */
export function measureEnergy(
  graph: GroundedGraph,
  weights: Float64Array,
  x: Float64Array,
  groundOne = 1,
): number {
  let energy = 0;
  const at = (i: number) => (i >= 0 ? x[i]! : i === GROUND_ONE ? groundOne : 0);
  forEachEdge(graph, (i, j, k) => {
    energy += weights[k]! * (at(i) - at(j)) ** 2;
  });
  return energy;
}

/** b - A x, by differences as the kernel does. */
export function computeResidual(
  graph: GroundedGraph,
  weights: Float64Array,
  b: Float64Array,
  x: Float64Array,
): Float64Array {
  const r = applyLaplacian(graph, weights, x);
  for (let i = 0; i < r.length; i++) r[i] = b[i]! - r[i]!;
  return r;
}

/** Jacobi-preconditioned conjugate gradients from x = 0 to |r| <= tolerance |b|. */
export function solveReference(
  graph: GroundedGraph,
  weights: Float64Array,
  b: Float64Array,
  tolerance = 1e-14,
  maxIterations = 100000,
): { x: Float64Array; iterations: number } {
  const n = graph.unknownCount;
  const inverse = assembleDiagonal(graph, weights).map((d) => (d > 0 ? 1 / d : 0));
  const x = new Float64Array(n);
  const r = b.slice();
  const z = r.map((value, i) => value * inverse[i]!);
  const p = z.slice();
  let rho = dotProduct(r, z);
  const target = tolerance * Math.sqrt(dotProduct(b, b));
  let iterations = 0;
  while (Math.sqrt(dotProduct(r, r)) > target && iterations < maxIterations) {
    const q = applyLaplacian(graph, weights, p);
    const alpha = rho / dotProduct(p, q);
    for (let i = 0; i < n; i++) {
      x[i]! += alpha * p[i]!;
      r[i]! -= alpha * q[i]!;
      z[i] = r[i]! * inverse[i]!;
    }
    const next = dotProduct(r, z);
    for (let i = 0; i < n; i++) p[i] = z[i]! + (next / rho) * p[i]!;
    rho = next;
    iterations++;
  }
  return { x, iterations };
}

export function dotProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function forEachEdge(graph: GroundedGraph, visit: (i: number, j: number, edge: number) => void): void {
  const { ends } = graph;
  for (let k = 0; k < ends.length; k += 2) {
    if (ends[k] !== ends[k + 1]) visit(ends[k]!, ends[k + 1]!, k >> 1);
  }
}
