/**
 * The conductance of a network between its grounds, by taking its unknowns out one after the other: a star of weights
 * w_k becomes a mesh of w_i w_j / sum of w_k. Nothing is ever subtracted, so that every digit is right at any contrast.
 */
import type { WeightedGraph } from "../sparse/graphs.ts";

/** Those of fewest neighbours first. */
export function findConductance({ graph, weights }: WeightedGraph): number {
  const { unknownCount, ends } = graph;
  const stars = Array.from({ length: unknownCount }, () => new Map<number, number>());
  let between = 0;
  const join = (i: number, j: number, w: number): void => {
    if (i === j || w === 0) return;
    if (i < 0 && j < 0) {
      between += w;
      return;
    }
    if (i >= 0) stars[i]!.set(j, (stars[i]!.get(j) ?? 0) + w);
    if (j >= 0) stars[j]!.set(i, (stars[j]!.get(i) ?? 0) + w);
  };
  for (let k = 0; k < weights.length; k++) join(ends[2 * k]!, ends[2 * k + 1]!, weights[k]!);
  const waiting: number[][] = [];
  const wait = (i: number): void => {
    const degree = stars[i]!.size;
    waiting[degree] ??= [];
    waiting[degree]!.push(i);
  };
  for (let i = 0; i < unknownCount; i++) wait(i);
  const isDone = new Uint8Array(unknownCount);
  for (let degree = 0; degree < waiting.length; ) {
    const k = waiting[degree]?.pop();
    if (k === undefined) {
      degree++;
      continue;
    }
    if (isDone[k] || stars[k]!.size !== degree) continue;
    isDone[k] = 1;
    const star = [...stars[k]!];
    const sum = star.reduce((total, [, w]) => total + w, 0);
    for (const [i] of star) if (i >= 0) stars[i]!.delete(k);
    for (let a = 0; a < star.length; a++) {
      for (let b = 0; b < a; b++) join(star[a]![0], star[b]![0], star[a]![1] * (star[b]![1] / sum));
    }
    for (const [i] of star) if (i >= 0) wait(i);
    stars[k]!.clear();
    degree = Math.max(0, Math.min(degree, ...star.map(([i]) => (i >= 0 ? stars[i]!.size : degree))));
  }
  return between;
}
